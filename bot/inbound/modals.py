"""A form that does not open: the same questions one by one in the chat. Decides nothing."""

from typing import Any

from dialogs.engine.context import Assistant
from dialogs.engine.conversation_store import START
from dialogs.inputs import ButtonPress, Message, Origin


def in_chat(
    assistant: Assistant, data: dict[str, Any], key: str, slack: str, where: Origin
) -> Message | ButtonPress:
    """As if it had been asked for, or as the button that means so. `data`: what the form was to
    show."""
    flow = assistant.flows[data["flow"]]
    if flow.triggers:
        return Message((key,), slack, "", where, intent=flow.triggers[0])
    return ButtonPress((key,), slack, f"{flow.id}.{START}.now", str(data.get("offer") or ""), where)
