"""What comes in: said, edited or deleted, a button pressed, a form handed in. Plain values; knows
no Slack and no flow."""

from dataclasses import dataclass, field

from dialogs.second_reader.question import Reading


@dataclass(frozen=True)
class Origin:
    """Where something was written, and so where it is answered. `shared`: guests or other
    workspaces read along."""

    channel: str
    thread: str = ""
    direct: bool = True
    shared: bool = False


@dataclass(frozen=True)
class Message:
    """A message. `keys`: what makes it unique (Slack's event id; channel and ts, for one mention
    comes as two events).

    `addressed`: it was said to the bot; what was not counts only in a thread where the person talks
    with it already. `mentioned`: the bot was called by its name. `intent`: what was meant, where
    the door knows (a command); `about`: slots of its flow that the door knows too. `spelled`: the
    text with what its links hide written out, for people to read; `raw`: the text in Slack's own
    mark-up, where links are whole; `ts`: its place in the channel; `files`: how many came with it.
    `may_ask`: whoever runs the turn asks a second reader, if need be; `second`: what that one said.
    """

    keys: tuple[str, ...]
    slack: str
    text: str
    where: Origin
    name: str = ""
    outsider: bool = False
    addressed: bool = True
    intent: str = ""
    mentioned: bool = False
    spelled: str = ""
    ts: str = ""
    files: int = 0
    raw: str = ""
    about: dict[str, str] = field(default_factory=dict)
    may_ask: bool = False
    second: Reading | None = None


@dataclass(frozen=True)
class ButtonPress:
    """A press on one of our buttons: `action` is `<flow>.<slot>.<option>`, `offer` the id that the
    button carried; `label`: what was written on it, so that the reply can say what it replies
    to."""

    keys: tuple[str, ...]
    slack: str
    action: str
    offer: str
    where: Origin
    name: str = ""
    outsider: bool = False
    label: str = ""


@dataclass(frozen=True)
class FormSubmission:
    """A modal that was handed in: slot -> value. `offer`: the id that the modal carried."""

    keys: tuple[str, ...]
    slack: str
    flow: str
    values: dict[str, str]
    where: Origin
    name: str = ""
    outsider: bool = False
    offer: str = ""


@dataclass(frozen=True)
class PickedMessage:
    """A message of anybody's on which somebody (`slack`) used a shortcut; `key` is unique."""

    key: str
    slack: str
    channel: str
    ts: str
    text: str


@dataclass(frozen=True)
class MessageEdited:
    """A message that reads otherwise now; `ts`: which one."""

    keys: tuple[str, ...]
    slack: str
    text: str
    where: Origin
    ts: str
    spelled: str = ""
    name: str = ""
    outsider: bool = False
    raw: str = ""


@dataclass(frozen=True)
class MessageDeleted:
    """A message that is gone; `slack`: who had written it, `ts`: which one."""

    keys: tuple[str, ...]
    slack: str
    where: Origin
    ts: str
    name: str = ""
    outsider: bool = False


@dataclass(frozen=True)
class Mail:
    """A mail as it was passed on: `texts` are (form of the link rule, decoded text). What its
    sender line says is a claim.

    `unread`: why a part of it was not read, as a code of the link rule; no link of such a mail
    counts.
    """

    sender: str = ""
    address: str = ""
    subject: str = ""
    texts: tuple[tuple[str, str], ...] = ()
    digest: str = ""
    wrong: str = ""
    unread: str = ""


@dataclass(frozen=True)
class FileShared:
    """A mail or a list that lies in Slack as a file: it is fetched after the commit, and comes back
    as one of these."""

    keys: tuple[str, ...]
    slack: str
    file: str
    url: str
    where: Origin
    name: str = ""
    outsider: bool = False
    is_list: bool = False


@dataclass(frozen=True)
class EmailForwarded:
    """A mail that a person passed on as a file; `mail.wrong` says why it could not be read, if it
    could not."""

    keys: tuple[str, ...]
    slack: str
    mail: Mail
    where: Origin
    name: str = ""
    outsider: bool = False


@dataclass(frozen=True)
class ListUploaded:
    """A list that a person handed in as a file; `wrong` says why it could not be read, if it could
    not, `what` by how much."""

    keys: tuple[str, ...]
    slack: str
    text: str
    where: Origin
    wrong: str = ""
    what: str = ""
    name: str = ""
    outsider: bool = False


Inbound = (
    Message
    | MessageEdited
    | MessageDeleted
    | ButtonPress
    | FormSubmission
    | FileShared
    | EmailForwarded
    | ListUploaded
)
