"""The workspace's terms of support: by when a person answers, when that is brought to mind, who
hears when it is late."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime, time

from sqlalchemy import insert, select, update

from domain import people
from domain.calendar import Calendar, calendar
from domain.json_values import Values
from domain.questions import hours
from domain.storage.store import Tx, table
from domain.tables.support import SupportTerms
from domain.tenant import case

_rows = table(SupportTerms)
MOST_HOURS = 200
GROUP = re.compile(r"S[A-Z0-9]{5,20}")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True)
class Terms:
    """`answer_hours`: business hours until an answer is due; `nudge_hours`: so long before it.
    `escalate_to`: a user group's id (S...), or Slack ids or names of people between commas. Raises
    ValueError, saying what to write, for what cannot be."""

    answer_hours: int = 8
    nudge_hours: int = 2
    opens: str = "09:00"
    closes: str = "17:00"
    country: str = ""
    timezone: str = ""
    escalate_to: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.answer_hours <= MOST_HOURS:
            raise ValueError(
                f"support.answer_hours is a whole number of business hours from 1 to {MOST_HOURS}"
            )
        if not 0 <= self.nudge_hours < self.answer_hours:
            raise ValueError("support.nudge_hours must be less than support.answer_hours")
        if not (is_time(self.opens) and is_time(self.closes) and self.opens < self.closes):
            raise ValueError(
                "support.opens and support.closes are times like 09:00 and 17:00, the earlier first"
            )
        if self.timezone or self.country:
            calendar(self.country, "", self.timezone or "UTC")


def is_time(said: str) -> bool:
    """Is this a time of day, like 09:00?"""
    return bool(_TIME.fullmatch(said))


def of(tx: Tx) -> Terms:
    """The terms of this workspace; the built-in ones where nobody set any."""
    row = tx.db.execute(select(_rows).where(_rows.c.team == tx.team)).mappings().first()
    return Terms(**{k: v for k, v in row.items() if k != "team"}) if row else Terms()


def agree(tx: Tx, terms: Terms) -> None:
    """Set the terms of this workspace; questions that wait keep the time that their askers were
    told."""
    known = tx.db.execute(select(_rows.c.team).where(_rows.c.team == tx.team)).first()
    values: Values = asdict(terms)
    if known:
        tx.db.execute(update(_rows).where(_rows.c.team == tx.team).values(**values))
    else:
        tx.db.execute(insert(_rows), values | {"team": tx.team})


def people_of(tx: Tx, named: str) -> list[people.Person]:
    """The live members named in `escalate_to`, by Slack id or name, each once."""
    wanted = {n.strip().lower() for n in named.split(",") if n.strip()}
    found = (
        [p for p in people.everybody(tx) if wanted & {p.slack.lower(), p.name.lower()}]
        if wanted
        else []
    )
    return [p for p in found if p.kind == people.Kind.MEMBER]


def calendar_for(tx: Tx, terms: Terms, partner: str) -> Calendar:
    """Whose business hours count: the support team's where it has said, else the asker's
    partner's."""
    theirs = case.calendar_of(tx, partner)
    if not terms.timezone and not terms.country:
        return theirs
    return calendar(terms.country or theirs.country, "", terms.timezone or theirs.timezone)


def due(tx: Tx, terms: Terms, partner: str, business_hours: float = 0) -> datetime:
    """When an answer is due that is asked for now (aware UTC); or when that many business hours are
    over."""
    opens, closes = (time.fromisoformat(said) for said in (terms.opens, terms.closes))
    return hours.after(
        calendar_for(tx, terms, partner),
        tx.now,
        business_hours or terms.answer_hours,
        opens,
        closes,
    )
