"""What a text can be read as: an amount, a month, an identifier. For questions that want one; knows
no flow and no words."""

from collections.abc import Callable
from enum import StrEnum

from dialogs.nlu.dates import month_said
from domain.amounts import NotAnAmount, amount_said
from domain.identifiers import WrongIdentifier, look_at


class Read(StrEnum):
    """WHOLE: it is one. BROKEN: it was meant to be one; the question's action says what is wrong.
    NOTHING: it holds none."""

    WHOLE = "whole"
    BROKEN = "broken"
    NOTHING = "nothing"


def amount(text: str) -> Read:
    try:
        amount_said(text)
    except NotAnAmount as refusal:
        return Read.NOTHING if refusal.why == "none" else Read.BROKEN
    return Read.WHOLE


def _month(text: str) -> Read:
    return Read.WHOLE if month_said(text) else Read.NOTHING


def _identifier(text: str) -> Read:
    try:
        look_at(text)
    except WrongIdentifier as wrong:
        return Read.NOTHING if wrong.why == "none" else Read.BROKEN
    return Read.WHOLE


READERS: dict[str, Callable[[str], Read]] = {
    "amount": amount,
    "month": _month,
    "identifier": _identifier,
}
