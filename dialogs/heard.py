"""What comes in: something said, a button pressed, a form handed in. Plain values; knows no Slack and no flow."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Where:
    """Where something was written, and so where it is answered. `shared`: guests or other workspaces read along."""

    channel: str
    thread: str = ""
    direct: bool = True
    shared: bool = False


@dataclass(frozen=True)
class Said:
    """A message. `keys`: what makes it unique (Slack's event id; channel and ts, for one mention comes as two events).

    `addressed`: it was said to the bot; what was not counts only in a thread where the person talks with it already.
    `intent`: what was meant, where the door knows (a command).
    """

    keys: tuple[str, ...]
    slack: str
    text: str
    where: Where
    name: str = ""
    outsider: bool = False
    addressed: bool = True
    intent: str = ""


@dataclass(frozen=True)
class Chose:
    """A press on one of our buttons: `action` is `<flow>.<slot>.<option>`, `offer` the id that the button carried."""

    keys: tuple[str, ...]
    slack: str
    action: str
    offer: str
    where: Where
    name: str = ""
    outsider: bool = False


@dataclass(frozen=True)
class Filled:
    """A modal that was handed in: slot -> value."""

    keys: tuple[str, ...]
    slack: str
    flow: str
    values: dict[str, str]
    where: Where
    name: str = ""
    outsider: bool = False


Heard = Said | Chose | Filled
