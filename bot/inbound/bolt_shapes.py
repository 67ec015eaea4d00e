"""What Bolt looks up while it builds a request, and the types with which it does not fail.

From slack_bolt/request/internals.py: it looks on several levels, and asks `"id" in x` of what may
be a number. What we read ourselves is in bot/inbound/shapes.py.
"""

from typing import Annotated, Any

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict

MAX_ID = 255
# Ids are kept in indexes, where PostgreSQL takes 2,704 bytes: so ASCII, and not too long.
Id = Annotated[str, StringConstraints(pattern=rf"^[!-~]{{1,{MAX_ID}}}$")]
MaybeId = Annotated[str, StringConstraints(pattern=rf"^[!-~]{{0,{MAX_ID}}}$")] | None
Text = str | None
Seconds = Annotated[
    int, Field(ge=0, le=4_102_444_800)
]  # until 2100: milliseconds fit a database's integer


class Ref(TypedDict, total=False):
    """A person, a workspace or a channel, where Slack sends an object for it."""

    id: MaybeId
    team_id: MaybeId
    enterprise_id: MaybeId


class View(TypedDict, total=False):
    team_id: MaybeId
    app_installed_team_id: MaybeId


class Link(TypedDict, total=False):
    response_url: Text


class Seen(TypedDict, total=False):
    """What Bolt looks up, and the levels on which it looks."""

    authorizations: list["Seen"] | None
    enterprise: MaybeId | Ref
    enterprise_id: MaybeId
    team: MaybeId | Ref
    team_id: MaybeId
    user: MaybeId | Ref
    user_id: MaybeId
    user_team: MaybeId
    channel: MaybeId | Ref
    channel_id: MaybeId
    thread_ts: MaybeId
    is_enterprise_install: bool | Text
    event: "Seen | None"
    message: "Seen | None"
    previous_message: "Seen | None"
    item: "Seen | None"
    assistant_thread: "Seen | None"
    view: View | None
    response_urls: list[Link]
    function_data: dict[str, Any] | None
