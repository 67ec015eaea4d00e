"""Replaces names of customers and providers by "the customer" and "the provider" before a text is
interpreted."""

import re
from dataclasses import replace

from dialogs.engine.context import Turn
from dialogs.nlu.language import ENGLISH, language_of
from dialogs.nlu.types import REPORT, Interpretation
from domain.customers import customer_names
from domain.providers import providers

CUSTOMER, PROVIDER = "the customer", "the provider"
# Customers that are not on record yet: "customer Contoso", "Contoso Retail GmbH".
_CALLED = re.compile(r"\b(?:the |our )?[Cc]ustomer (?:[A-Z][\w&.-]*)(?: [A-Z][\w&.-]*){0,4}")
_FORMS = r"GmbH|AG|SE|KG|Ltd|Limited|LLC|Inc|Corp|PLC|B\.?V|S\.?A|S\.?r\.?l|SpA|A/S|AB|Oy"
_COMPANY = re.compile(rf"(?:[A-Z][\w&.-]* ){{1,4}}(?:{_FORMS})\b\.?")
_TWICE = re.compile(rf"\b(?:(?:the|our|a) )?customer {CUSTOMER}\b", re.I)


def hear(turn: Turn, text: str, question: str) -> Interpretation:
    """What a text means, noted in the trace of the turn."""
    heard = _heard(turn, text, question)
    turn.trace.heard.append(heard)
    return heard


def _heard(turn: Turn, text: str, question: str) -> Interpretation:
    """What a text means. What was not understood, or what would be recorded, is read once more
    without the names in it.

    So "Northwind accepted the agreement" is not taken for the partner's own acceptance. In other
    languages names stay names.
    """
    if language_of(text) != ENGLISH:
        return turn.understanding.hear(text, question)
    known = _without_providers(turn, text)
    interpretation = replace(turn.understanding.hear(known, question), text=text)
    if interpretation.meanings and not any(
        m.entry.name.startswith(REPORT) for m in (*interpretation.meanings, *interpretation.claims)
    ):
        return interpretation
    plain = customer_names.without_names(turn.tx, turn.person.partner, known, CUSTOMER)
    plain = _TWICE.sub(CUSTOMER, _COMPANY.sub(CUSTOMER, _CALLED.sub(CUSTOMER, plain)))
    if plain == known:
        return interpretation
    return replace(turn.understanding.hear(plain, question), text=text)


def _without_providers(turn: Turn, text: str) -> str:
    """The text with the names of the partner's providers replaced. A name alone is an answer and is
    not replaced."""
    for row in providers.of_partner(turn.tx, turn.person.partner):
        # "Fabrikam" is Fabrikam Distribution; in small letters the first word of a name may be any
        # word ("direct")
        for name in (
            f"(?i:{re.escape(row.name)})",
            *map(re.escape, providers.short_names(row.name)),
        ):
            plain = re.sub(rf"(?<!\w){name}(?!\w)", PROVIDER, text)
            text = plain if len(plain.split()) > len(PROVIDER.split()) else text
    return text
