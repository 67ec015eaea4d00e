"""Slack's shortcuts and the words after /changeover as messages with an intent. Decides nothing.

Their abilities declare words and shortcuts (`slash_words`, `shortcuts`, `message_shortcuts`); the
manifests list the shortcuts too.
"""

from typing import Any

from bot.inbound.payloads import outsider_in, spelled, unslack
from dialogs.engine.context import Assistant
from dialogs.inputs import Message, Origin

# Shortcuts that only Slack has: a small form for a question, and passing on a message.
ASK, RELAY = "ask_changeover", "relay_invitation"


def said_by_command(body: dict[str, Any], assistant: Assistant) -> Message:
    """/changeover: answered in the direct messages. The channel where it was typed counts only for
    `share`."""
    text = str(body.get("text") or "").strip()
    channel = str(body.get("channel_id") or "")
    direct = body.get("channel_name") == "directmessage"
    intent = assistant.intent_of(text.lower())
    about = {"share_in": channel} if intent == "share_status" and not direct else {}
    key = f"command:{body.get('trigger_id') or body.get('response_url') or ''}:{body['user_id']}"
    return Message(
        (key,),
        body["user_id"],
        text,
        Origin(channel if direct else ""),
        str(body.get("user_name") or ""),
        intent=intent,
        about=about,
    )


def said_by_shortcut(body: dict[str, Any], assistant: Assistant) -> Message:
    """A shortcut of Slack's menus: its flow starts in the direct messages. An unknown one shows the
    help.

    A shortcut on a message passes on that message's text, as if it had been pasted, and is answered
    in private.
    """
    user, callback = body["user"], str(body.get("callback_id"))
    outsider = outsider_in(body)
    key = f"shortcut:{body.get('action_ts') or body.get('trigger_id')}:{user['id']}"
    name = str(user.get("username") or user.get("name") or "")
    raw = (
        str((body.get("message") or {}).get("text") or "")
        if body.get("type") == "message_action"
        else ""
    )
    return Message(
        (key,),
        user["id"],
        unslack(raw),
        Origin(""),
        name,
        outsider,
        intent=assistant.intent_of_shortcut(callback),
        spelled=spelled(raw),
        raw=raw,
    )


def said_in_view(body: dict[str, Any]) -> Message | None:
    """The submitted modal of the shortcut "Ask Changeover", as a message."""
    view, user = body["view"], body["user"]
    if view["callback_id"] != ASK_FORM:
        return None
    inputs = (view.get("state") or {}).get("values", {}).values()
    text = next(
        (str(state.get("value") or "") for element in inputs for state in element.values()), ""
    )
    key, name = f"view:{view['id']}:{view.get('hash', '')}", str(user.get("name") or "")
    return Message((key,), user["id"], text.strip(), Origin(""), name, outsider_in(body))


ASK_FORM = "help/ask_form"
