"""Slack's shortcuts and the words after /changeover as what was meant. Knows callback ids and intents; decides nothing.

A new word or shortcut is a line here (and one in the manifests).
"""

from typing import Any

from bot.inbound.payloads import outsider_in, spelled, unslack
from dialogs.inputs import Message, Origin

HELP, ASK, RELAY, SAVE = "help", "ask_changeover", "relay_invitation", "save_as_answer"
# The words after /changeover -> the intent, as far as there is a flow for it; all else is heard like any message.
COMMANDS = {
    "": HELP, "help": HELP, "report": "show_report", "status": "where_are_we",
    "enroll": "start_enroll", "invite": "invite_customer",
    "invitation": "relay_invitation", "customers": "where_are_customers", "setup": "setup", "remind": "snooze", "snooze": "snooze",
    "share": "share_status", "queue": "show_queue", "queue mine": "show_queue", "queue waiting": "show_queue",
    "queue overdue": "show_queue", "queue open": "show_queue", "answers": "show_own_answers", "review": "review_misunderstood",
    "facts": "facts_in_doubt",
}  # fmt: skip
# Callback id -> intent, where they differ. A shortcut on a message is called like the intent that takes its text.
GLOBAL = {"start_enrollment": "start_enroll", "where_are_we": "where_are_we"}
# A menu of Slack's that was made for an earlier version of us: what it offered is said in words.
UNKNOWN = HELP


def said_by_command(body: dict[str, Any], known: Any) -> Message:
    """/changeover: answered in the direct messages; the channel it was typed in counts only for `share`."""
    text = str(body.get("text") or "").strip()
    channel = str(body.get("channel_id") or "")
    direct = body.get("channel_name") == "directmessage"
    intent = COMMANDS.get(text.lower(), "")
    about = {"share_in": channel} if intent == "share_status" and not direct else {}
    key = f"command:{body.get('trigger_id') or body.get('response_url') or ''}:{body['user_id']}"
    return Message(
        (key,), body["user_id"], text, Origin(channel if direct else ""), str(body.get("user_name") or ""),
        intent=intent if intent in known else "", about=about,
    )  # fmt: skip


def said_by_shortcut(body: dict[str, Any], known: Any) -> Message:
    """A shortcut of Slack's menus: its flow begins in the direct messages. One that nobody knows (any more) shows what there is.

    One on a message brings that message's text along, as if it had been pasted; whatever it says, it is answered in private.
    """
    user, callback = body["user"], str(body.get("callback_id"))
    outsider = outsider_in(body)
    key = f"shortcut:{body.get('action_ts') or body.get('trigger_id')}:{user['id']}"
    name = str(user.get("username") or user.get("name") or "")
    raw = str((body.get("message") or {}).get("text") or "") if body.get("type") == "message_action" else ""
    intent = GLOBAL.get(callback, callback)
    intent = intent if intent in known else UNKNOWN
    return Message((key,), user["id"], unslack(raw), Origin(""), name, outsider, intent=intent, spelled=spelled(raw), raw=raw)


def said_in_view(body: dict[str, Any]) -> Message | None:
    """The modal of the global shortcut "Ask Changeover": what was written in it, as a message."""
    view, user = body["view"], body["user"]
    if view["callback_id"] != ASK_FORM:
        return None
    inputs = (view.get("state") or {}).get("values", {}).values()
    text = next((str(state.get("value") or "") for element in inputs for state in element.values()), "")
    key, name = f"view:{view['id']}:{view.get('hash', '')}", str(user.get("name") or "")
    return Message((key,), user["id"], text.strip(), Origin(""), name, outsider_in(body))


ASK_FORM = "help/ask_form"
