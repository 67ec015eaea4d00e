"""A person is erased: her words, her name, her Slack id, her place in every open matter. What she
did stays in the log by an id that stands for nobody any more. Touches nothing of others but her
name in it. Tells nobody; knows no words.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlmodel import SQLModel

from domain import people
from domain.conversation import Conversation
from domain.people import Person
from domain.privacy import retention
from domain.privacy.redaction import ERASED, PersonalData, rewrite
from domain.questions import terms
from domain.storage import audit
from domain.storage.addresses import Address
from domain.storage.store import Tx, table
from domain.tables import (
    Approval,
    Audit,
    Away,
    ConversationRow,
    Figure,
    Hears,
    Inbox,
    JudgedReading,
    Note,
    Nudge,
    Offer,
    Outbox,
    OwnPhrase,
    ProviderNote,
    TraceRow,
    Unheard,
    WorkspaceAnswer,
)
from domain.tables import Person as PersonRow
from domain.tables.support import Line, Question

GONE = "erased:"
_out, _talks, _offers, _inbox = table(Outbox), table(ConversationRow), table(Offer), table(Inbox)
_people, _notes, _lines, _unheard = table(PersonRow), table(Note), table(Line), table(Unheard)
_answers, _log = table(WorkspaceAnswer), table(Audit)
# What is hers by her id, row by row: what is counted, and what goes as a whole.
HERS = {
    "notes": table(Note).c.person,
    "lines": table(Line).c.person,
    "messages for review": table(Unheard).c.person,
    "figures": table(Figure).c.person,
    "judged readings": table(JudgedReading).c.person,
    "notes about providers": table(ProviderNote).c.person,
    "own wordings": table(OwnPhrase).c.asker,
    "traces": table(TraceRow).c.person,
    "conversation": _talks.c.person,
    "buttons": _offers.c.person,
}
WHOLE = (
    _notes.c.person,
    _talks.c.person,
    _offers.c.person,
    table(Away).c.person,
    table(Hears).c.person,
    table(Nudge).c.recipient,
)
# Where others may have named her, or a key of ours was made from her Slack id.
NAMING: dict[type[SQLModel], tuple[str, ...]] = {
    Note: ("text",),
    Line: ("text", "channel", "key"),
    Unheard: ("text",),
    ProviderNote: ("text",),
    Figure: ("value",),
    OwnPhrase: ("text",),
    Question: ("about", "receipt", "channel"),
    Approval: ("about",),
    ConversationRow: ("state",),
    Offer: ("about",),
    TraceRow: ("id", "document"),
}


@dataclass
class Report:
    """What was done: what -> how many, things that were nothing left out. `stays`: names of own
    answers that still name her."""

    done: dict[str, int] = field(default_factory=dict)
    stays: list[str] = field(default_factory=list)

    def note(self, what: str, many: int) -> None:
        if many:
            self.done[what] = self.done.get(what, 0) + many


def was_erased(person: Person) -> bool:
    return person.slack.startswith(GONE)


def erase(tx: Tx, person: Person) -> Report:
    """Everything in one transaction; doing it again finds nothing more. Who waits for her is told
    by the abilities (dialogs)."""
    report, traces = Report(), _traces(tx, person)
    for what, whose in HERS.items():
        report.note(what, _many(tx, whose, person.id))
    retention.forget_person(tx, person.id)
    for whose in WHOLE:
        tx.db.execute(delete(whose.table).where(whose.table.c.team == tx.team, whose == person.id))
    report.note("messages to or from her", _forget_messages(tx, traces))
    report.note("memory of taken events", _forget_events(tx, traces))
    for model, columns in NAMING.items():
        everywhere = model in (Offer, ConversationRow)
        report.note(
            "texts of others that named her",
            rewrite(tx, table(model), columns, traces, everywhere=everywhere),
        )
    _escalate_to_others(tx, person)
    if not was_erased(person):
        people.change(tx, person, roles=(), live=False, slack_admin=False)
        gone = {
            "slack": f"{GONE}{person.id}",
            "name": ERASED,
            "dm": "",
            "timezone": "",
            "home_at": 0,
        }
        tx.db.execute(
            update(_people)
            .where(_people.c.team == tx.team, _people.c.id == person.id)
            .values(**gone)
        )
        tx.known.clear()
        audit.append(tx, "operator", "person_erased", f"person:{person.id}", {})
        report.note("person", 1)
    if traces.name:
        told = or_(
            *(
                _answers.c[c].contains(traces.name, autoescape=True)
                for c in ("title", "text", "source")
            )
        )
        report.stays = list(
            tx.db.execute(select(_answers.c.name).where(_answers.c.team == tx.team, told)).scalars()
        )
    return report


def entries_of(tx: Tx, person: str) -> int:
    """How many entries of the log are by her or about her: they stay, by the id."""
    here = (
        _log.c.team == tx.team,
        or_(_log.c.actor == person, _log.c.object == f"person:{person}"),
    )
    return int(tx.db.execute(select(func.count()).select_from(_log).where(*here)).scalar() or 0)


def _many(tx: Tx, whose: Any, person: str) -> int:
    here = [whose.table.c.team == tx.team, whose == person]
    if "text" in whose.table.c:
        here.append(whose.table.c.text != "")
    return int(
        tx.db.execute(select(func.count()).select_from(whose.table).where(*here)).scalar() or 0
    )


def _traces(tx: Tx, person: Person) -> PersonalData:
    """By what she is known in rows of others. Her words: as they stand in notes, lines, reviews,
    and what her conversation kept."""
    if was_erased(person):
        return PersonalData(person.id, (), "")
    namesake = select(_people.c.id).where(
        _people.c.team == tx.team,
        func.lower(_people.c.name) == person.name.lower(),
        _people.c.id != person.id,
    )
    alone = bool(person.name) and tx.db.execute(namesake.limit(1)).first() is None
    written = [
        text
        for rows in (_notes, _lines, _unheard)
        for text in tx.db.execute(
            select(rows.c.text).where(rows.c.team == tx.team, rows.c.person == person.id)
        ).scalars()
    ]
    state = tx.db.execute(
        select(_talks.c.state).where(_talks.c.team == tx.team, _talks.c.person == person.id)
    ).scalar()
    written += Conversation.from_row(state).texts()
    own = frozenset(text for text in written if len(text) >= 4 and " " in text)
    return PersonalData(
        person.id,
        tuple(s for s in (person.slack, person.dm) if s),
        person.name if alone else "",
        own,
    )


def _forget_messages(tx: Tx, traces: PersonalData) -> int:
    """What went to her, came from her, or names her: gone where it did not leave yet and is hers,
    bare where it did."""
    many = 0
    columns = ("id", "key", "lane", "kind", "state", "address", "parts", "channel")
    rows = (
        tx.db.execute(select(*(_out.c[c] for c in columns)).where(_out.c.team == tx.team))
        .mappings()
        .all()
    )
    for row in rows:
        old = {c: row[c] for c in ("key", "lane", "address", "parts", "channel")}
        hers = _is_hers(row, traces)
        new = {c: traces.without(v) for c, v in old.items()}
        if row["kind"] != "timer" and (
            hers or (new["parts"] != old["parts"] and row["state"] != "waiting")
        ):
            new["parts"] = [[name, {}] for name, _ in row["parts"]]
        if hers:
            new |= {"address": Address(person=traces.id).to_row(), "channel": "", "ts": ""}
        if hers and row["state"] == "waiting":
            new |= {"state": "failed", "error": "erased", "leased_until": 0}
        if any(
            old.get(c) != v
            for c, v in new.items()
            if c not in ("ts", "leased_until", "state", "error")
        ):
            tx.db.execute(update(_out).where(_out.c.id == row["id"]).values(**new))
            many += 1
    return many


def _is_hers(row: Any, traces: PersonalData) -> bool:
    to = row["address"]
    places = {to.get("channel"), to.get("slack"), row["channel"]}
    return row["kind"] != "timer" and (
        traces.id in (to.get("person"), to.get("by")) or bool(places & {*traces.slack})
    )


def _forget_events(tx: Tx, traces: PersonalData) -> int:
    """Keys of taken events hold the Slack id of who pressed; Slack sends none of them again after
    six minutes."""
    many = 0
    for slack in traces.slack:
        here = (_inbox.c.team == tx.team, _inbox.c.key.contains(slack, autoescape=True))
        keys = [
            k
            for k in tx.db.execute(select(_inbox.c.key).where(*here)).scalars()
            if traces.without(k) != k
        ]
        for key in keys:
            tx.db.execute(
                update(_inbox)
                .where(_inbox.c.team == tx.team, _inbox.c.key == key)
                .values(key=traces.without(key))
            )
        many += len(keys)
    return many


def _escalate_to_others(tx: Tx, person: Person) -> None:
    """She is not named any more among those who hear of late questions."""
    agreed = terms.of(tx)
    if agreed.escalate_to and not terms.GROUP.fullmatch(agreed.escalate_to):
        hers = {person.slack.lower(), person.name.lower()}
        left = [
            n for n in (n.strip() for n in agreed.escalate_to.split(",")) if n.lower() not in hers
        ]
        terms.agree(tx, replace(agreed, escalate_to=", ".join(left)))
