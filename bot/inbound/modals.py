"""A modal that could not be opened: its questions are asked one by one in the chat. Decides
nothing."""

from typing import Any

from dialogs.engine.context import Assistant
from dialogs.engine.conversation_store import START
from dialogs.inputs import ButtonPress, Message, Origin


def in_chat(
    assistant: Assistant, data: dict[str, Any], key: str, slack: str, where: Origin
) -> Message | ButtonPress:
    """The input that starts the same flow in the chat: its intent, or its start button. `data`: the
    data of the modal."""
    flow = assistant.flows[data["flow"]]
    if flow.triggers:
        return Message((key,), slack, "", where, intent=flow.triggers[0])
    return ButtonPress((key,), slack, f"{flow.id}.{START}.now", str(data.get("offer") or ""), where)
