"""What others wrote or were sent, without somebody who is erased: her name, her Slack id, her own
words. Knows no table's rule.

A short name may be a word as well, so it counts as a whole word in exactly her spelling, and not at
all where a namesake of hers is left in the workspace.
"""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, String, Table, cast, false, or_, select, update

from domain.json_values import Json
from domain.storage.store import Tx

ERASED = "(erased)"
LONG = 12  # characters from which on a text is known again inside another one


@dataclass(frozen=True)
class PersonalData:
    """By what she is known: our id, Slack's ids (account, direct messages), the name ("" where it
    may mean somebody else), and what she wrote."""

    id: str
    slack: tuple[str, ...]
    name: str
    texts: frozenset[str] = frozenset()

    def without(self, value: Json) -> Json:
        """The same text or JSON value, with our id in place of Slack's and ERASED in place of her
        name and her words."""
        if isinstance(value, str):
            return self._cut(value)
        if isinstance(value, list):
            return [self.without(v) for v in value]
        if isinstance(value, dict):
            return {self._cut(k): self.without(v) for k, v in value.items()}
        return value

    def _cut(self, text: str) -> str:
        for slack in self.slack:
            text = re.sub(rf"(?<![A-Z0-9]){slack}(?![A-Z0-9])", self.id, text)
        if self.name:
            text = re.sub(rf"(?<!\w){re.escape(self.name)}(?!\w)", ERASED, text)
        return ERASED if self._are_hers(text) else text

    def _are_hers(self, text: str) -> bool:
        """Is this something that she wrote, whole or a piece of it, or does it contain it?"""
        if text in self.texts:
            return True
        return len(text) >= LONG and any(
            text in own or (len(own) >= LONG and own in text) for own in self.texts
        )

    def may_be_in(self, column: "Column[Any]") -> "ColumnElement[bool]":
        """The condition that finds the rows worth reading; her own words are looked for in all of
        them."""
        said = cast(column, String)
        needles = [*self.slack, *filter(None, (self.name, json.dumps(self.name)[1:-1]))]
        return or_(false(), *(said.contains(needle, autoescape=True) for needle in needles))


def rewrite(
    tx: Tx, rows: Table, columns: Collection[str], traces: PersonalData, *, everywhere: bool = False
) -> int:
    """Take her out of these columns of this workspace's rows; how many rows had something of hers.

    `everywhere`: read every row, for her own words may be in it; else those alone that name her.
    """
    keys, many = list(rows.primary_key.columns), 0
    wanted = [rows.c.team == tx.team] + (
        [] if everywhere else [or_(*(traces.may_be_in(rows.c[c]) for c in columns))]
    )
    for row in list(
        tx.db.execute(select(*keys, *(rows.c[c] for c in columns)).where(*wanted)).mappings()
    ):
        if changed := {c: new for c in columns if (new := traces.without(row[c])) != row[c]}:
            tx.db.execute(update(rows).where(*(k == row[k.name] for k in keys)).values(**changed))
            many += 1
    return many


def strings(value: Json) -> Iterator[str]:
    """Every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)
