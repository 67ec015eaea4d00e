"""The shape of what Slack sends: each field that we or Bolt read, and the types it may have.

A signed request of another shape is refused before anything reads it (bot/inbound/guard.py). Fields
that are not listed are not read and may be anything: Slack adds new ones without notice.
"""

from typing import Annotated, Any, NotRequired, Required

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from bot.inbound.bolt_shapes import MAX_ID, Id, MaybeId, Ref, Seconds, Seen, Text


class File(TypedDict, total=False):
    id: MaybeId
    name: Text
    filetype: Text
    mode: Text
    mimetype: Text
    url_private: Text
    url_private_download: Text


class Message(TypedDict, total=False):
    """A message, or what it was before it was edited."""

    type: Text
    subtype: Text
    user: MaybeId
    bot_id: MaybeId
    ts: MaybeId
    thread_ts: MaybeId
    text: Text
    team: MaybeId
    user_team: MaybeId
    files: list[File] | None


class MessageEvent(Message, total=False):
    channel: Required[Id]
    channel_type: Text
    message: Message | None
    previous_message: Message | None


class HomeOpened(TypedDict, total=False):
    user: Required[Id]
    channel: MaybeId
    tab: Text


class Account(TypedDict, total=False):
    id: Required[Id]
    tz: Text
    deleted: bool | None
    is_bot: bool | None
    is_restricted: bool | None
    is_ultra_restricted: bool | None
    is_admin: bool | None
    is_owner: bool | None
    is_primary_owner: bool | None


class UserChange(TypedDict):
    user: Account


class Tokens(TypedDict, total=False):
    bot: list[Any] | None


class TokensRevoked(TypedDict, total=False):
    tokens: Tokens | None


class AnyEvent(TypedDict):
    type: Id


class Event(TypedDict):
    """The envelope of an event."""

    team_id: Id
    event_id: Id
    event_time: NotRequired[Seconds | None]
    is_ext_shared_channel: NotRequired[bool | None]
    event: AnyEvent


class Person(TypedDict, total=False):
    id: Required[Id]
    team_id: MaybeId
    name: Text
    username: Text


class Workspace(TypedDict):
    id: Id


class Interaction(TypedDict, total=False):
    """What every press, form and shortcut has; with `command` Bolt takes it for one."""

    command: None
    user: Required[Person]
    team: Required[Workspace]
    channel: Ref | None
    message: Message | None
    trigger_id: MaybeId
    action_ts: MaybeId


class Label(TypedDict, total=False):
    text: Text


class Option(TypedDict, total=False):
    text: Label | None
    value: Text


class Action(TypedDict, total=False):
    type: Required[Id]
    action_id: Required[Id]
    action_ts: MaybeId
    value: Annotated[str, StringConstraints(max_length=MAX_ID)] | None  # part of the key of a press
    text: Label | None
    selected_option: Option | None


class Press(Interaction, total=False):
    actions: Required[Annotated[list[Action], Field(min_length=1)]]


class Input(TypedDict, total=False):
    """What stands in one input of a form."""

    value: Text
    selected_option: Option | None
    selected_date: MaybeId
    selected_user: MaybeId
    selected_conversation: MaybeId
    selected_users: list[Id] | None


class State(TypedDict, total=False):
    values: dict[str, dict[str, Input]]


class AnyView(TypedDict, total=False):
    id: Required[Id]
    callback_id: Required[Id]


class Form(AnyView, total=False):
    type: Required[Id]
    hash: MaybeId
    private_metadata: Text
    state: State | None


class Submission(Interaction):
    view: Form


class Closed(Interaction):
    view: AnyView


class Shortcut(Interaction):
    callback_id: Id


class Suggestion(Interaction):
    action_id: Id


class Command(TypedDict, total=False):
    """A slash command. It comes without `type` and `event`: with them Bolt takes it for something
    else."""

    team_id: Required[Id]
    user_id: Required[Id]
    command: Required[Id]
    text: Text
    channel_id: MaybeId
    channel_name: Text
    user_name: Text
    trigger_id: MaybeId
    response_url: MaybeId
    type: None
    event: None


class Challenge(TypedDict):
    challenge: Annotated[str, StringConstraints(min_length=1, max_length=4_000)]


_SEEN = TypeAdapter(Seen)
_KINDS: dict[str, TypeAdapter[Any]] = {
    "event_callback": TypeAdapter(Event),
    "url_verification": TypeAdapter(Challenge),
    "block_actions": TypeAdapter(Press),
    "view_submission": TypeAdapter(Submission),
    "view_closed": TypeAdapter(Closed),
    "shortcut": TypeAdapter(Shortcut),
    "message_action": TypeAdapter(Shortcut),
    "block_suggestion": TypeAdapter(Suggestion),
    "command": TypeAdapter(Command),
}
_EVENTS: dict[str, TypeAdapter[Any]] = {
    "message": TypeAdapter(MessageEvent),
    "app_mention": TypeAdapter(MessageEvent),
    "app_home_opened": TypeAdapter(HomeOpened),
    "user_change": TypeAdapter(UserChange),
    "tokens_revoked": TypeAdapter(TokensRevoked),
}


def fault_in(kind: str, body: dict[str, Any]) -> str:
    """The first field of the wrong shape, as a path of names; "" where there is none.

    `kind` is one of `_KINDS`. The path holds names from the lists above, and nothing of the
    request.
    """
    try:
        _SEEN.validate_python(body, strict=True)
        _KINDS[kind].validate_python(body, strict=True)
        if kind == "event_callback" and (shape := _EVENTS.get(body["event"]["type"])):
            shape.validate_python(body["event"], strict=True)
    except ValidationError as error:
        return _named(error)
    return ""


def _named(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_context=False, include_input=False)[0]["loc"]
    return ".".join(str(part) for part in found if part in _NAMES) or "body"


_NAMES = frozenset(
    name
    for shape in (Seen, Message, MessageEvent, Event, Press, Action, Form, State, Input, Command)
    for name in shape.__annotations__
)
