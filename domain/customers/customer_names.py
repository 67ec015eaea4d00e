"""Customers' names within what people say: whose names stand in a text, and the text without them.
Knows no words of ours."""

import re
from collections.abc import Iterable

from sqlalchemy import bindparam, or_, select

from domain import people
from domain.customers import customer_list
from domain.customers.customer_book import CUSTOMERS, Customer
from domain.naming.mentions import (
    MOST_WORDS,
    SHORTEST_WITH_A_TYPO,
    Mention,
    distinctive,
    mentions,
    words_of,
)
from domain.storage.store import Tx

NAME_WORDS, PARTS, MOST, FROM_EACH_END = 5, 12, 200, 3
_rows = CUSTOMERS.table
_MINE = (_rows.c.team == bindparam("t"), _rows.c.partner == bindparam("p"))
_CALLED = (*_MINE, _rows.c.sought.in_(bindparam("names", expanding=True)))
_NAMED = CUSTOMERS.select().where(*_CALLED).order_by(_rows.c.name).limit(20)
_ANY = select(_rows.c.id).where(*_MINE).limit(1)


def in_text(tx: Tx, partner: str, text: str) -> list[Customer]:
    """The customers that a text names: by the whole name, by a distinctive part of it or with a
    typo; without legal forms and in any case. By name; of names that share the words, each."""
    rows = _candidates(tx, partner, text)
    found = {rows[m.name].id: rows[m.name] for m in _mentions(tx, partner, rows, text)}
    return sorted(found.values(), key=lambda row: row.name)


def any_named(tx: Tx, partner: str) -> bool:
    """Has the partner any customer on its list?"""
    return tx.db.execute(_ANY, {"t": tx.team, "p": partner}).first() is not None


def without_names(tx: Tx, partner: str, text: str, instead: str) -> str:
    """The text with every name of a customer of the partner replaced; nothing is looked up where
    there is no partner."""
    if not partner:
        return text
    rows = _candidates(tx, partner, text)
    spans = {(m.start, m.end) for m in _mentions(tx, partner, rows, text)}
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + instead + customer_list.without_legal_form(text[end:])
    return text


def _mentions(tx: Tx, partner: str, rows: list[Customer], text: str) -> list[Mention]:
    if not rows:
        return []
    ours = people.partner_of(tx, partner)
    return mentions([r.sought for r in rows], text, words_of(ours.name) if ours else ())


def _candidates(tx: Tx, partner: str, text: str) -> list[Customer]:
    """The customers whose name may stand in a text: of that name; with one of its telling words in
    theirs; where there is none, with a word that begins or ends alike."""
    words = words_of(text)[:MOST_WORDS]
    runs = {
        " ".join(words[n : n + many])
        for n in range(len(words))
        for many in range(1, NAME_WORDS + 1)
    }
    if not runs:
        return []
    mine = {"t": tx.team, "p": partner}
    found = CUSTOMERS.all(tx.db, _NAMED, mine | {"names": sorted(runs)})
    told = {word for row in found for word in row.sought.split()}
    telling = [w for w in dict.fromkeys(words) if w not in told and distinctive([w])][:PARTS]
    capitals = {w.casefold() for w in re.findall(r"(?<=\w )[A-Z]\w+", text)} - told
    found += _like(tx, partner, [*telling, *sorted(capitals - set(telling))[:PARTS]])
    if not found:
        long = [w for w in telling if len(w) >= SHORTEST_WITH_A_TYPO]
        found = _like(tx, partner, [f"{w[:FROM_EACH_END]}*" for w in long]) + _like(
            tx, partner, [f"*{w[-FROM_EACH_END:]}" for w in long]
        )
    return list({row.id: row for row in found}.values())


def _like(tx: Tx, partner: str, words: Iterable[str]) -> list[Customer]:
    """The customers with one of these words in their name; "*" stands for the rest of a word."""
    shapes = [f" {word} ".replace("* ", "%").replace(" *", "%") for word in words]
    if not shapes:
        return []
    padded = " " + _rows.c.sought + " "
    query = (
        CUSTOMERS.select()
        .where(*_MINE, or_(*(padded.like(f"%{shape}%") for shape in shapes)))
        .order_by(_rows.c.name)
        .limit(MOST)
    )
    return CUSTOMERS.all(tx.db, query, {"t": tx.team, "p": partner})
