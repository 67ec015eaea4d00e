"""Customers' names within what people say: whose names stand in a text, and the text without them.
Knows no words of ours."""

import re

from sqlalchemy import bindparam, select

from domain.customers import customer_list
from domain.customers.customer_book import CUSTOMERS, Customer
from domain.storage.store import Tx

WORDS, NAME_WORDS = 60, 5
_rows = CUSTOMERS.table
_CALLED = (
    _rows.c.team == bindparam("t"),
    _rows.c.partner == bindparam("p"),
    _rows.c.sought.in_(bindparam("names", expanding=True)),
)
_NAMED = CUSTOMERS.select().where(*_CALLED).order_by(_rows.c.name).limit(20)
_NAMES = select(_rows.c.sought).where(*_CALLED).distinct()


def in_text(tx: Tx, partner: str, text: str) -> list[Customer]:
    """The customers whose name stands in a text, the longest name first; without legal forms and in
    any case."""
    words = re.findall(r"[^\W_]+", text.casefold())[:WORDS]
    names = {
        " ".join(words[n : n + many])
        for n in range(len(words))
        for many in range(1, NAME_WORDS + 1)
    }
    if not names:
        return []
    wanted = {"t": tx.team, "p": partner, "names": sorted(names)}
    found = CUSTOMERS.all(tx.db, _NAMED, wanted)
    longest = max((len(r.sought) for r in found), default=0)
    return [r for r in found if len(r.sought) == longest]


def without_names(tx: Tx, partner: str, text: str, instead: str) -> str:
    """The text with every name of a customer of the partner replaced; one query, none where there
    is no partner."""
    spans = [m.span() for m in re.finditer(r"[^\W_]+", text)][:WORDS]
    runs = {
        (n, n + many)
        for n in range(len(spans))
        for many in range(1, NAME_WORDS + 1)
        if n + many <= len(spans)
    }
    named = {run: " ".join(text[a:b].casefold() for a, b in spans[slice(*run)]) for run in runs}
    if not partner or not named:
        return text
    rows = tx.db.execute(_NAMES, {"t": tx.team, "p": partner, "names": sorted(set(named.values()))})
    known = {r.sought for r in rows}
    found = sorted(
        (run for run, name in named.items() if name in known),
        key=lambda run: (run[0] - run[1], run[0]),
    )
    taken: list[tuple[int, int]] = []
    for run in found:
        if all(run[1] <= a or b <= run[0] for a, b in taken):
            taken.append(run)
    for first, last in sorted(taken, reverse=True):
        text = (
            text[: spans[first][0]]
            + instead
            + customer_list.without_legal_form(text[spans[last - 1][1] :])
        )
    return text
