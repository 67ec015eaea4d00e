"""One good payload of each kind that Slack sends, as a test changes it."""

import itertools
from collections.abc import Iterator
from typing import Any

from tests.bot.recording import APP, BOT, TEAM, direct

_count = itertools.count(1)
Payload = dict[str, Any]


def next_ts() -> str:
    return f"1764000000.{next(_count):06d}"


def event(inner: Payload, **more: Any) -> Payload:
    return {
        "token": "x",
        "team_id": TEAM,
        "api_app_id": APP,
        "type": "event_callback",
        "event_id": f"Ev{next(_count):08d}",
        "event_time": 1764000000,
        "event": inner,
        "is_ext_shared_channel": False,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
    } | more


def message(user: str = "U01MIRA", text: str = "thanks", **more: Any) -> Payload:
    return event(direct(user, text, next_ts()) | {"team": TEAM} | more)


def changed(user: str = "U01MIRA") -> Payload:
    ts = next_ts()
    now = {"type": "message", "user": user, "text": "we submitted it today", "ts": ts, "team": TEAM}
    inner = {
        "type": "message",
        "subtype": "message_changed",
        "channel": "D" + user,
        "channel_type": "im",
        "ts": next_ts(),
    }
    return event(inner | {"message": now, "previous_message": now | {"text": "hello"}})


def _interaction(kind: str, user: str) -> Payload:
    return {
        "type": kind,
        "team": {"id": TEAM, "domain": "contoso"},
        "user": {"id": user, "team_id": TEAM, "name": "mira", "username": "mira"},
        "api_app_id": APP,
        "trigger_id": f"1.{next(_count)}",
        "enterprise": None,
        "is_enterprise_install": False,
    }


def press(
    user: str = "U01MIRA", action: str = "enroll.profile.current", value: str = "0" * 16
) -> Payload:
    ts = next_ts()
    button = {
        "type": "button",
        "action_id": action,
        "value": value,
        "action_ts": ts,
        "block_id": "b",
        "text": {"type": "plain_text", "text": "Yes"},
    }
    shown = {"ts": ts, "thread_ts": ts, "text": "shown", "user": BOT, "bot_id": "B01"}
    return _interaction("block_actions", user) | {
        "channel": {"id": "D" + user},
        "message": shown,
        "actions": [button],
    }


def chosen(user: str = "U01MIRA") -> Payload:
    """From a list in App Home."""
    option = {"text": {"type": "plain_text", "text": "All"}, "value": "all"}
    picked = {
        "type": "static_select",
        "action_id": "home.shown.all",
        "action_ts": next_ts(),
        "selected_option": option,
    }
    return _interaction("block_actions", user) | {
        "view": {"id": "V1", "type": "home", "callback_id": ""},
        "actions": [picked],
    }


def submission(user: str = "U01MIRA", flow: str = "enroll") -> Payload:
    values = {
        "day": {"v": {"type": "datepicker", "selected_date": "2026-11-24"}},
        "name": {"v": {"type": "plain_text_input", "value": "Zoe"}},
        "profile": {
            "v": {
                "type": "radio_buttons",
                "selected_option": {"value": "current", "text": {"text": "Current"}},
            }
        },
        "people": {"v": {"type": "multi_users_select", "selected_users": ["U01MIRA"]}},
        "channel": {"v": {"type": "conversations_select", "selected_conversation": "C01SUPPORT"}},
    }
    view = {
        "id": f"V{next(_count)}",
        "type": "modal",
        "callback_id": f"{flow}/form",
        "hash": "h",
        "private_metadata": "",
        "state": {"values": values},
    }
    return _interaction("view_submission", user) | {
        "view": view | {"team_id": TEAM, "app_installed_team_id": TEAM},
        "response_urls": [],
    }


def shortcut(user: str = "U01MIRA", callback: str = "where_are_we") -> Payload:
    return _interaction("shortcut", user) | {"callback_id": callback, "action_ts": next_ts()}


def on_message(user: str = "U01MIRA", callback: str = "relay_invitation") -> Payload:
    shown = {
        "type": "message",
        "user": "U02GRACE",
        "ts": next_ts(),
        "text": "hello",
        "files": [_file("a.eml", "email")],
    }
    return _interaction("message_action", user) | {
        "callback_id": callback,
        "action_ts": next_ts(),
        "channel": {"id": "C05ALL", "name": "all"},
        "message": shown,
        "response_url": "https://hooks.example/1",
    }


def command(user: str = "U01MIRA", text: str = "status") -> Payload:
    return {
        "team_id": TEAM,
        "user_id": user,
        "command": "/changeover",
        "text": text,
        "channel_id": "D" + user,
        "channel_name": "directmessage",
        "user_name": "mira",
        "trigger_id": f"1.{next(_count)}",
        "response_url": "https://hooks.example/2",
        "api_app_id": APP,
        "is_enterprise_install": "false",
    }


def _file(name: str, kind: str) -> Payload:
    return {
        "id": "F1",
        "name": name,
        "filetype": kind,
        "mode": kind,
        "mimetype": "x/y",
        "url_private": "https://files.example/1",
        "url_private_download": "https://files.example/1",
    }


def every_kind(user: str = "U01MIRA") -> Iterator[tuple[str, Payload]]:
    """(kind, payload) of each, fresh ids in all of them."""
    events = (
        message(user),
        message(user, "what does the indirect provider do?"),
        message(user, files=[_file("a.csv", "csv")], subtype="file_share"),
        message(user, files=[_file("a.eml", "email")], subtype="file_share"),
        changed("U02GRACE" if user == "U01MIRA" else user),
        message(
            user, f"<@{BOT}> help", type="app_mention", channel="C05ALL", channel_type="channel"
        ),
        message(user, "thanks", channel="C05ALL", channel_type="channel", thread_ts=next_ts()),
        event(
            {
                "type": "message",
                "subtype": "message_deleted",
                "channel": "D" + user,
                "channel_type": "im",
                "ts": next_ts(),
                "previous_message": {"user": user, "ts": next_ts(), "text": "x"},
            }
        ),
        event(
            {
                "type": "app_home_opened",
                "user": user,
                "channel": "D" + user,
                "tab": "home",
                "view": {"id": "V", "team_id": TEAM},
            }
        ),
        event({"type": "app_home_opened", "user": user, "channel": "D" + user, "tab": "messages"}),
        event(
            {
                "type": "user_change",
                "user": {
                    "id": "U09NEW",
                    "team_id": TEAM,
                    "tz": "Europe/Berlin",
                    "is_admin": False,
                    "deleted": False,
                    "is_restricted": False,
                },
            }
        ),
        event({"type": "tokens_revoked", "tokens": {"oauth": [user], "bot": []}}),
        event({"type": "team_join", "user": {"id": "U09NEW"}}),
        event(
            {
                "type": "reaction_added",
                "user": user,
                "reaction": "eyes",
                "item": {"type": "message", "channel": "C05ALL", "ts": next_ts()},
            }
        ),
        event(
            {
                "type": "assistant_thread_started",
                "assistant_thread": {
                    "user_id": user,
                    "channel_id": "D" + user,
                    "thread_ts": next_ts(),
                    "context": {},
                },
            }
        ),
    )
    yield from (("event_callback", one) for one in events)
    yield from (("block_actions", one) for one in (press(user), chosen(user)))
    yield from (
        ("view_submission", one) for one in (submission(user), submission(user, "help/ask_form"))
    )
    yield (
        "view_closed",
        _interaction("view_closed", user)
        | {
            "view": {"id": "V2", "type": "modal", "callback_id": "enroll/form"},
            "is_cleared": False,
        },
    )
    yield "shortcut", shortcut(user)
    yield "shortcut", shortcut(user, "ask_changeover")
    yield from (
        ("message_action", on_message(user, name))
        for name in ("relay_invitation", "save_as_answer")
    )
    yield (
        "block_suggestion",
        _interaction("block_suggestion", user)
        | {"action_id": "home.shown.all", "block_id": "b", "value": "x"},
    )
    yield "command", command(user)
    yield "url_verification", {"type": "url_verification", "challenge": "abc", "token": "x"}
