"""A form that does not open: the same questions one by one in the chat. Decides nothing."""

from typing import Any

from dialogs.heard import Chose, Said, Where
from dialogs.house import House
from dialogs.memory import START


def in_chat(house: House, data: dict[str, Any], key: str, slack: str, where: Where) -> Said | Chose:
    """As if it had been asked for, or as the button that means so. `data`: what the form was to show."""
    flow = house.flows[data["flow"]]
    if flow.triggers:
        return Said((key,), slack, "", where, intent=flow.triggers[0])
    return Chose((key,), slack, f"{flow.id}.{START}.now", str(data.get("offer") or ""), where)
