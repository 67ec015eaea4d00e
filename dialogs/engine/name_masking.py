"""Replaces names of customers and providers by "the customer" and "the provider" before a text is
interpreted."""

import re
from dataclasses import replace

from dialogs.engine.context import Turn
from dialogs.nlu.language import ENGLISH, language_of
from dialogs.nlu.types import REPORT, Interpretation
from domain import people
from domain.customers import customer_list, customer_names
from domain.naming import names_said
from domain.naming.mentions import By, mentions
from domain.providers import providers

CUSTOMER, PROVIDER = "the customer", "the provider"
# Customers that are not on record yet: "customer Contoso", "Contoso Retail GmbH".
_CALLED = re.compile(r"\b(?:the |our )?[Cc]ustomer (?:[A-Z][\w&.-]*)(?: [A-Z][\w&.-]*){0,4}")
_FORMS = r"GmbH|AG|SE|KG|Ltd|Limited|LLC|Inc|Corp|PLC|B\.?V|S\.?A|S\.?r\.?l|SpA|A/S|AB|Oy"
_COMPANY = re.compile(rf"(?:[A-Z][\w&.-]* ){{1,4}}(?:{_FORMS})\b\.?")
_TWICE = re.compile(rf"\b(?:(?:the|our|a) )?customer {CUSTOMER}\b", re.I)


def hear(turn: Turn, text: str, question: str) -> Interpretation:
    """What a text means, noted in the trace of the turn."""
    heard = read(turn, text, question)
    turn.trace.heard.append(heard)
    return heard


def read(turn: Turn, text: str, question: str) -> Interpretation:
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
    plain = _without_customers(turn, known)
    plain = _without_subject(turn, plain) if CUSTOMER not in plain else plain
    if plain == known:
        return interpretation
    return replace(turn.understanding.hear(plain, question), text=text)


def without_names(turn: Turn, text: str) -> str:
    """The text without the names of providers and customers, on record or written like one."""
    return _without_customers(turn, _without_providers(turn, text))


def _without_customers(turn: Turn, text: str) -> str:
    plain = customer_names.without_names(turn.tx, turn.person.partner, text, CUSTOMER)
    return _TWICE.sub(CUSTOMER, _COMPANY.sub(CUSTOMER, _CALLED.sub(CUSTOMER, plain)))


def _without_subject(turn: Turn, text: str) -> str:
    """ "Acme agreed last week": who is neither a colleague nor a provider is a customer, once
    customers are what is talked about. Who is none would ask which customer, and records nothing.
    """
    start, end = names_said.subject_of(text)
    name = text[start:end]
    if not name or people.by_name(turn.tx, name, turn.person.partner) or _is_ours(turn, name):
        return text
    if turn.case()["enrollment"] != "Accepted" and not customer_names.any_named(
        turn.tx, turn.person.partner
    ):
        return text
    return text[:start] + CUSTOMER + text[end:]


def _is_ours(turn: Turn, name: str) -> bool:
    """Is it the partner itself, or "the provider" that another name was replaced by?"""
    ours = turn.partner.name if turn.partner else ""
    return providers.key_of(name) in map(providers.key_of, (ours, PROVIDER, "provider"))


def _without_providers(turn: Turn, text: str) -> str:
    """The text with the names of the partner's providers replaced. A name alone is an answer and is
    not replaced; neither is a part of a customer's name."""
    rows = providers.of_partner(turn.tx, turn.person.partner)
    found = mentions([row.name for row in rows], text) if rows else []
    if not found:
        return text
    theirs = customer_names.in_text(turn.tx, turn.person.partner, text)
    named = [m for m in mentions([row.name for row in theirs], text) if m.by <= By.SEVERAL_WORDS]
    for m in sorted(found, key=lambda m: -m.start):
        if m.by > By.WHOLE and any(c.start <= m.start and m.end <= c.end for c in named):
            continue
        plain = text[: m.start] + PROVIDER + customer_list.without_legal_form(text[m.end :])
        text = plain if len(plain.split()) > len(PROVIDER.split()) else text
    return text
