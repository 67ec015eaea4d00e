"""Parses Slack's payloads into inputs: Message, MessageEdited, MessageDeleted, ButtonPress,
FormSubmission, FileShared. Decides nothing and makes no calls."""

import re
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from dialogs.inputs import (
    ButtonPress,
    FileShared,
    FormSubmission,
    Message,
    MessageDeleted,
    MessageEdited,
    Origin,
)

Body = dict[str, Any]
P = ParamSpec("P")
T = TypeVar("T")
TABLES = ("csv", "tsv", "xlsx", "xlsm", "xlsb", "xls", "ods", "numbers")
TABLE_NAMES = tuple(f".{kind}" for kind in TABLES)


class Malformed(Exception):
    """A payload that passed the guard but could not be parsed; its cause says where."""


def parsed(parse: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The result of `parse`. Raises Malformed for whatever goes wrong in it."""
    try:
        return parse(*args, **kwargs)
    except Exception as error:
        raise Malformed from error


def heard_in(
    body: Body, bot_user: str = ""
) -> Message | FileShared | MessageEdited | MessageDeleted | None:
    """The input of an event: a message that a person wrote, edited or deleted, or a file; None for
    everything else."""
    event = body["event"]
    if event["type"] == "message" and event.get("subtype") in (
        "message_changed",
        "message_deleted",
    ):
        return _changed_in(body, bot_user)
    return said_in(body, bot_user)


def team_of(body: Body) -> str:
    """The workspace in which this reached us. In a channel shared by Slack Connect the envelope's
    own `team_id` may be the other workspace's; a form opened from there names ours in its view
    (Slack: "Using Slack Connect with the Events API")."""
    given = body.get("authorizations")
    first = given[0] if isinstance(given, list) and given and isinstance(given[0], dict) else {}
    view, team = body.get("view"), body.get("team")
    installed = view.get("app_installed_team_id") if isinstance(view, dict) else ""
    its = team.get("id") if isinstance(team, dict) else ""
    return str(first.get("team_id") or installed or body.get("team_id") or its or "")


def _is_outsider(body: Body, message: Body) -> bool:
    """Does the sender of a message belong to another workspace? Where Slack does not say, it is
    asked who they are."""
    return str(message.get("user_team") or message.get("team") or team_of(body)) != team_of(body)


def _changed_in(body: Body, bot_user: str) -> MessageEdited | MessageDeleted | None:
    """An edit or a deletion by a person. The first message of a thread becomes a tombstone instead
    of going away; what only got a preview, or belongs to a bot, has not changed."""
    event = body["event"]
    now, before = event.get("message") or {}, event.get("previous_message") or {}
    old = before or now
    if (
        old.get("bot_id")
        or not old.get("user")
        or not old.get("ts")
        or old["user"] == _bot_of(body, bot_user)
    ):
        return None
    direct = event.get("channel_type") == "im" or str(event.get("channel", "")).startswith("D")
    shared = bool(body.get("is_ext_shared_channel")) and not direct
    where = Origin(event["channel"], str(old.get("thread_ts") or ""), direct, shared)
    outsider = _is_outsider(body, old)
    keys = (f"event:{body['event_id']}",)
    if event["subtype"] == "message_deleted" or now.get("subtype") == "tombstone":
        return MessageDeleted(keys, old["user"], where, str(old["ts"]), outsider=outsider)
    if now.get("user") != old["user"] or (
        before and (now.get("text") or "") == (before.get("text") or "")
    ):
        return None
    text = now.get("text") or ""
    return MessageEdited(
        keys,
        now["user"],
        unslack(text),
        where,
        str(old["ts"]),
        spelled(text),
        outsider=outsider,
        raw=text,
    )


def _bot_of(body: Body, bot_user: str) -> str:
    """Our own user id."""
    return (
        next(
            (a.get("user_id") for a in body.get("authorizations") or () if a.get("is_bot", True)),
            None,
        )
        or bot_user
    )


def said_in(body: Body, bot_user: str = "") -> Message | FileShared | None:
    """A message of a person, to the bot or in a thread with it; None for everything else."""
    event = body["event"]
    if (
        event["type"] not in ("message", "app_mention")
        or event.get("bot_id")
        or not event.get("user")
        or not event.get("ts")
    ):
        return None
    if event.get("subtype") not in (None, "thread_broadcast", "file_share", "me_message"):
        return None
    bot = _bot_of(body, bot_user)
    if event["user"] == bot:
        return None
    direct = event.get("channel_type") == "im" or str(event.get("channel", "")).startswith("D")
    mentioned = event["type"] == "app_mention" or bool(
        bot and f"<@{bot}>" in (event.get("text") or "")
    )
    if not direct and not mentioned and not event.get("thread_ts"):
        return None
    text = event.get("text") or ""
    text = re.sub(rf"<@{re.escape(bot)}(?:\|[^>]*)?>" if bot else r"^\s*<@\w+>", " ", text).strip()
    shared = bool(body.get("is_ext_shared_channel")) and not direct
    where = Origin(
        event["channel"], event.get("thread_ts") or ("" if direct else event["ts"]), direct, shared
    )
    outsider = _is_outsider(body, event)
    keys = (f"event:{body['event_id']}", f"message:{event['channel']}:{event['ts']}")
    if (direct or mentioned) and (mail := mail_in(event)):
        return FileShared(keys, event["user"], mail[0], mail[1], where, outsider=outsider)
    if (direct or mentioned) and (listed := list_in(event)):
        return FileShared(
            keys, event["user"], listed[0], listed[1], where, outsider=outsider, is_list=True
        )
    return Message(
        keys,
        event["user"],
        unslack(text),
        where,
        outsider=outsider,
        addressed=direct or mentioned,
        mentioned=mentioned,
        spelled=spelled(text),
        ts=str(event["ts"]),
        files=len(event.get("files") or ()),
        raw=text,
    )


def passed_in(body: Body) -> Message | FileShared:
    """The message shortcut: a colleague's message, or the mail attached to it, forwarded by the
    person who used the shortcut."""
    message, user = body.get("message") or {}, body["user"]
    key = f"shortcut:{body.get('trigger_id') or body.get('action_ts') or ''}:{user['id']}"
    name, outsider = str(user.get("name") or user.get("username") or ""), outsider_in(body)
    if mail := mail_in(message):
        return FileShared((key,), user["id"], mail[0], mail[1], Origin(""), name, outsider)
    text = str(message.get("text") or "")
    intent = "" if "://" in text else "relay_invitation"
    return Message(
        (key,), user["id"], unslack(text), Origin(""), name, outsider, intent=intent, raw=text
    )


def mail_in(message: Body) -> tuple[str, str] | None:
    """(Slack's id of the file, where it is kept) of a mail that was forwarded into Slack, or
    uploaded as it was saved (.eml); None where there is none."""
    for file in message.get("files") or ():
        if isinstance(file, dict) and _is_mail(file):
            url = str(file.get("url_private_download") or file.get("url_private") or "")
            if url:
                return str(file.get("id") or ""), url
    return None


def _is_mail(file: Body) -> bool:
    """By Slack's own type, by the type of the upload (RFC 822), or by its name."""
    kinds = {str(file.get(name) or "").lower() for name in ("filetype", "mode", "mimetype")}
    return bool(kinds & {"email", "eml", "message/rfc822"}) or str(
        file.get("name") or ""
    ).lower().endswith(".eml")


def list_in(message: Body) -> tuple[str, str] | None:
    """(Slack's id of the file, where it is kept) of a table that was uploaded, by Slack's type or
    by its name."""
    for file in message.get("files") or ():
        if isinstance(file, dict) and (
            file.get("filetype") in TABLES or str(file.get("name")).lower().endswith(TABLE_NAMES)
        ):
            url = str(file.get("url_private_download") or file.get("url_private") or "")
            if url:
                return str(file.get("id") or ""), url
    return None


def unslack(text: str) -> str:
    """What the person typed: Slack's & < > back, <url|label> and <#C|name> as their words."""
    text = re.sub(r"<(?:https?://|mailto:)[^|>]*\|([^>]*)>", r"\1", text)
    text = re.sub(r"<#\w+\|([^>]*)>", r"#\1", text)
    text = re.sub(r"<((?:https?://|mailto:)[^>]*)>", r"\1", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def spelled(text: str) -> str:
    """The text as a person reads it, with nothing hidden: a link's label and its target, mentions
    as plain text."""
    text = re.sub(r"<!subteam\^\w+\|@?([^>]*)>", r"@\1", text)
    text = re.sub(r"<!(\w+)(?:[\^|][^>]*)?>", r"@\1", text)
    text = re.sub(r"<@\w+\|([^>]*)>", r"@\1", text)
    text = re.sub(r"<@(\w+)>", r"@\1", text)
    text = re.sub(r"<#\w+\|([^>]*)>", r"#\1", text)
    text = re.sub(r"<((?:https?://|mailto:)[^|>]*)\|([^>]*)>", _labelled, text)
    text = re.sub(r"<((?:https?://|mailto:)[^>]*)>", r"\1", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _labelled(found: "re.Match[str]") -> str:
    target, label = found[1], found[2]
    return target if label in target else f"{label} ({target})"


def chose_in(body: Body) -> ButtonPress:
    """A press on a button."""
    action, user = body["actions"][0], body["user"]
    once = action.get("action_ts") or body.get("trigger_id") or ""
    key = f"press:{once}:{user['id']}:{action['action_id']}:{action.get('value', '')}"
    return ButtonPress(
        (key,),
        user["id"],
        action["action_id"],
        str(action.get("value") or ""),
        where_of(body),
        str(user.get("name") or user.get("username") or ""),
        outsider_in(body),
        _label(action),
    )


def _label(action: Body) -> str:
    """What was written on the button, or on the option that was chosen."""
    shown = (action.get("selected_option") or action).get("text")
    return str(shown.get("text") or "") if isinstance(shown, dict) else ""


def where_of(body: Body) -> Origin:
    """Where the pressed button is; presses in App Home and modals are answered in the direct
    messages."""
    channel = str((body.get("channel") or {}).get("id") or "")
    message = body.get("message") or {}
    if not channel or channel.startswith("D"):
        return Origin(channel, str(message.get("thread_ts") or ""))
    return Origin(channel, str(message.get("thread_ts") or message.get("ts") or ""), direct=False)


def filled_in(body: Body) -> FormSubmission:
    """A submitted modal: block id -> what was chosen or typed."""
    values: dict[str, str] = {}
    for slot, element in (body["view"].get("state") or {}).get("values", {}).items():
        for state in element.values():
            values[slot] = _value(state)
    user, view = body["user"], body["view"]
    key = f"view:{view['id']}:{view.get('hash', '')}"
    flow = str(view["callback_id"]).partition("/")[0]
    name, offer = str(user.get("name") or ""), str(view.get("private_metadata") or "")
    return FormSubmission(
        (key,), user["id"], flow, values, Origin(""), name, outsider_in(body), offer
    )


def _value(state: Body) -> str:
    """The value of one input: an option's value, a day, a person, a channel, several people
    separated by blanks, or the text."""
    if people := state.get("selected_users"):
        return " ".join(map(str, people))
    chosen = state.get("selected_option") or {}
    keys = ("selected_date", "selected_user", "selected_conversation", "value")
    return str(chosen.get("value") or next((state[k] for k in keys if state.get(k)), ""))


def outsider_in(body: Body) -> bool:
    """Does the person who pressed or submitted belong to another workspace?"""
    return str(body["user"].get("team_id") or team_of(body)) != team_of(body)


def organisation_of(body: Body) -> str:
    """The organisation for all of whose workspaces we are installed, "" where it is this workspace
    alone."""
    given = next(iter(body.get("authorizations") or ()), body)
    whose = body.get("enterprise") or {}
    named = whose if isinstance(whose, str) else whose.get("id")
    enterprise = given.get("enterprise_id") or body.get("enterprise_id") or named
    whole = given.get("is_enterprise_install") or body.get("is_enterprise_install")
    return str(enterprise or "") if whole in (True, "true") else ""
