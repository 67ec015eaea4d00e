"""Providers side by side: what a partner noted about each, by criterion. Ranks nobody, weighs
nothing, sorts by name.

What stands here was said by people (or by the workspace's catalogue), each note with who and when;
the audit log holds ids only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import bindparam, delete, insert, select

from domain.json_values import Values
from domain.people import Person
from domain.providers import providers
from domain.storage import audit
from domain.storage.store import Tx, new_id, table
from domain.tables import Provider, ProviderNote

_rows, _providers = table(ProviderNote), table(Provider)
_NOTES = select(_rows).where(_rows.c.team == bindparam("t"), _rows.c.partner == bindparam("p"))
MOST, LONGEST, TABLE_TEXT = 20, 1_000, 6_000
CATALOGUE = ""


class Criterion(StrEnum):
    """F-PROVIDER-TRAINING, -MARKETING, -CREDIT, -DOES (support, billing), X-REGION; the tenant id
    is none."""

    REGION = "region"
    TRAINING = "training"
    MARKETING = "marketing"
    CREDIT = "credit"
    SUPPORT = "support"
    BILLING = "billing"


TENANT = "tenant"
SAME, OTHER, UNKNOWN = "same", "other", "unknown"


@dataclass(frozen=True)
class Noted:
    """`person` is CATALOGUE where the workspace's file says it."""

    text: str
    person: str
    day: date


def notes(tx: Tx, partner: str) -> dict[str, dict[str, Noted]]:
    """Provider id -> criterion -> what this partner noted; one query."""
    found: dict[str, dict[str, Noted]] = {}
    for r in tx.db.execute(_NOTES, {"t": tx.team, "p": partner}) if partner else ():
        found.setdefault(r.provider, {})[r.criterion] = Noted(
            r.text, r.person, date.fromisoformat(r.day)
        )
    return found


def note(
    tx: Tx, partner: str, provider: str, criterion: str, text: str, by: str, today: date
) -> None:
    """Keep one note; it takes the place of the one before. `by`: a person's id, or CATALOGUE."""
    text = text.strip()[:LONGEST]
    before = notes(tx, partner).get(provider, {}).get(criterion)
    if before and (before.text == text or by == CATALOGUE != before.person):
        return
    here = (
        _rows.c.team == tx.team,
        _rows.c.partner == partner,
        _rows.c.provider == provider,
        _rows.c.criterion == criterion,
    )
    tx.db.execute(delete(_rows).where(*here))
    id_ = new_id()
    row = {
        "id": id_,
        "team": tx.team,
        "partner": partner,
        "provider": provider,
        "criterion": criterion,
        "text": text,
    }
    tx.db.execute(insert(_rows), row | {"person": by, "day": today.isoformat()})
    audit.append(
        tx,
        by or "catalogue",
        "provider_noted",
        f"provider:{provider}",
        {"criterion": criterion, "note": id_},
    )


def take_off(tx: Tx, by: Person, provider: str) -> None:
    """A provider that nothing was reported of leaves the comparison with all that was noted about
    it."""
    where = {"team": tx.team, "partner": by.partner}
    for rows, column in ((_rows, _rows.c.provider), (_providers, _providers.c.id)):
        tx.db.execute(
            delete(rows).where(*(rows.c[k] == v for k, v in where.items()), column == provider)
        )
    audit.append(tx, by.id, "provider_taken_off", f"provider:{provider}", {})


def forget_person(tx: Tx, person: str) -> None:
    """She is erased: what she noted goes."""
    tx.db.execute(delete(_rows).where(_rows.c.team == tx.team, _rows.c.person == person))


def region_of(tx: Tx, partner: str, provider: str) -> str:
    """same, other or unknown, as somebody said; "" where nobody was asked. We keep no list of
    regions (G-REGION-LIST)."""
    noted = notes(tx, partner).get(provider, {}).get(Criterion.REGION)
    return noted.text if noted and noted.text in (SAME, OTHER, UNKNOWN) else ""


def side_by_side(tx: Tx, partner: str) -> Values:
    """The table for words: `rows` by name, each with its state and a text per criterion; `more`:
    how many did not fit."""
    known, states, noted = (
        providers.of_partner(tx, partner),
        providers.states(tx, partner),
        notes(tx, partner),
    )
    known = sorted(known, key=lambda row: (row.name.casefold(), row.id))
    room = TABLE_TEXT // max(1, min(len(known), MOST) * (len(Criterion) + 1))
    rows = [
        {"id": p.id, "name": _short(p.name, 40), "state": states.get(p.id, "Considered")}
        | {str(c): _short(_text(noted.get(p.id, {}), c), room) for c in Criterion}
        for p in known[:MOST]
    ]
    return {"rows": rows, "more": max(0, len(known) - MOST)}


def _text(noted: Mapping[str, Noted], criterion: str) -> str:
    return noted[criterion].text if criterion in noted else ""


def _short(text: str, room: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= room else text[: room - 1] + "…"
