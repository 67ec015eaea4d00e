"""The inputs of a modal and their initial values. Knows Block Kit's elements and Slack's limits for
them; knows no page."""

import re
from typing import Any

Element = dict[str, Any]

ELEMENTS = {
    "choice": "radio_buttons",
    "menu": "static_select",
    "date": "datepicker",
    "text": "plain_text_input",
    "long": "plain_text_input",
    "person": "users_select",
    "people": "multi_users_select",
    "channel": "conversations_select",
}
_MORE: dict[str, Element] = {
    "text": {"max_length": 200},
    "long": {"multiline": True, "max_length": 3_000},
    "channel": {
        "filter": {
            "include": ["public", "private"],
            "exclude_external_shared_channels": True,
            "exclude_bot_users": True,
        }
    },
}
_SLACK_ID = re.compile(r"[A-Z][A-Z0-9]+")
_BEGINS = {
    "datepicker": ("initial_date", re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)),
    "users_select": ("initial_user", _SLACK_ID),
    "conversations_select": ("initial_conversation", _SLACK_ID),
}


def asked(slot: str, kind: str, optional: bool, label: Element) -> Element:
    """The block of one input. `kind`: a key of ELEMENTS."""
    element: Element = {"type": ELEMENTS[kind], "action_id": slot}
    if kind in ("choice", "menu"):
        element["options"] = []
    element |= _MORE.get(kind, {})
    return {
        "type": "input",
        "block_id": slot,
        "optional": optional,
        "label": label,
        "element": element,
    }


def fill_in(element: Element, value: str) -> None:
    """Set what the input holds when the modal opens. Slack refuses a modal for one bad value, so a
    bad value leaves the input empty."""
    kind = element["type"]
    if kind == "multi_users_select":
        if found := [id_ for id_ in value.split() if _SLACK_ID.fullmatch(id_)]:
            element["initial_users"] = found
    elif "options" in element:
        element |= next(
            ({"initial_option": o} for o in element["options"] if o["value"] == value), {}
        )
    elif kind == "plain_text_input":
        if value:
            element["initial_value"] = value[: element["max_length"]]
    elif _BEGINS[kind][1].fullmatch(value):
        element[_BEGINS[kind][0]] = value
