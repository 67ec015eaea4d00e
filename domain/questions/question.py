"""The life of a question for a person: asked, claimed, answered, solved or not yet; by whom. Knows
no Slack and no words.

Support acts on it; only the asker settles or withdraws it. Every step is in the log by id; what was
written is a Line.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, exists, func, insert, or_, select, update

from domain.json_values import Values
from domain.machine import Machine, Move, NotAllowed, advance
from domain.people import CLOCK, Person, Role
from domain.storage.rows import Rows
from domain.storage.store import Tx, new_id
from domain.tables import support
from domain.tenant import case


class State(StrEnum):
    NEW = "New"
    OPEN = "Open"
    CLAIMED = "Claimed"
    ANSWERED = "WaitingForAsker"
    REOPENED = "Reopened"
    SOLVED = "Solved"
    DUPLICATE = "Duplicate"
    CLOSED = "Closed"
    WITHDRAWN = "Withdrawn"


class Event(StrEnum):
    ASKED = "question_asked"
    CLAIMED = "question_claimed"
    UNCLAIMED = "question_unclaimed"
    ANSWERED = "question_answered"
    ANSWER_TAKEN_BACK = "answer_taken_back"
    REPLIED = "asker_replied"
    NOT_SOLVED = "question_not_solved"
    SOLVED = "question_solved"
    MARKED_DUPLICATE = "question_marked_duplicate"
    CLOSED = "question_closed"
    REOPENED = "question_reopened"
    WITHDRAWN = "question_withdrawn"


@dataclass(frozen=True)
class Question:
    """A question as it is now; the columns are described in domain/tables/support.py."""

    id: str
    partner: str
    asker: str
    channel: str
    thread: str
    receipt: str
    why: str
    answer: str
    stage: str
    about: Values
    state: str
    claimed_by: str
    duplicate_of: str
    asked_at: int
    due_at: int
    answered_at: int
    closed_at: int
    moved_at: int


_QUESTIONS = Rows(Question, support.Question)
_rows = _QUESTIONS.table

S, E = State, Event
MEMBER = frozenset({Role.STAFF, Role.SUPPORT})
SUPPORT = frozenset({Role.SUPPORT})
SUPPORT_OR_CLOCK = frozenset({Role.SUPPORT, Role.CLOCK})
TO_DO = (S.OPEN, S.CLAIMED, S.REOPENED)
LIVE = (*TO_DO, S.ANSWERED)
OVER = (S.SOLVED, S.DUPLICATE, S.CLOSED, S.WITHDRAWN)
# These are the asker's own word; everything else is support's.
ASKERS = (E.ASKED, E.REPLIED, E.NOT_SOLVED, E.SOLVED, E.WITHDRAWN)

MOVES = (
    Move(S.NEW, E.ASKED, S.OPEN, MEMBER),
    *(Move(s, E.CLAIMED, S.CLAIMED, SUPPORT) for s in (S.OPEN, S.REOPENED)),
    *(Move(s, E.UNCLAIMED, S.OPEN, SUPPORT_OR_CLOCK) for s in (S.CLAIMED, S.REOPENED)),
    *(Move(s, E.ANSWERED, S.ANSWERED, SUPPORT) for s in LIVE),
    Move(S.ANSWERED, E.ANSWER_TAKEN_BACK, S.CLAIMED, SUPPORT),
    *(Move(s, E.REPLIED, s, MEMBER) for s in TO_DO),
    *(Move(s, E.REPLIED, S.REOPENED, MEMBER) for s in (S.ANSWERED, S.DUPLICATE)),
    *(
        Move(s, E.NOT_SOLVED, S.REOPENED, MEMBER)
        for s in (S.ANSWERED, S.SOLVED, S.CLOSED, S.DUPLICATE)
    ),
    *(Move(s, E.SOLVED, S.SOLVED, MEMBER) for s in (*LIVE, S.DUPLICATE)),
    *(Move(s, E.MARKED_DUPLICATE, S.DUPLICATE, SUPPORT) for s in LIVE),
    *(Move(s, E.CLOSED, S.CLOSED, SUPPORT_OR_CLOCK) for s in (*LIVE, S.DUPLICATE)),
    *(Move(s, E.REOPENED, S.REOPENED, SUPPORT) for s in (S.SOLVED, S.CLOSED, S.DUPLICATE)),
    *(Move(s, E.WITHDRAWN, S.WITHDRAWN, MEMBER) for s in (*LIVE, S.DUPLICATE)),
)
MACHINE = Machine("question", State, Event, State.NEW, MOVES)


def card_key(id_: str) -> str:
    """The outbox key of the card in the support channel."""
    return f"question:{id_}:card"


def ask(tx: Tx, by: Person, *, due_at: int, **fields: object) -> Question:
    """A new question of this person. `fields`: channel, thread, receipt, why, answer,
    stage, about."""
    id_ = new_id()
    row = {
        "id": id_,
        "team": tx.team,
        "partner": by.partner,
        "asker": by.id,
        "state": str(S.NEW),
        "claimed_by": "",
        "duplicate_of": "",
        "channel": "",
        "thread": "",
        "receipt": "",
        "why": "",
        "answer": "",
        "stage": "",
        "about": {},
        "asked_at": tx.at,
        "due_at": due_at,
        "answered_at": 0,
        "closed_at": 0,
        "moved_at": tx.at,
    }
    tx.db.execute(insert(_rows), row | fields)
    return move(tx, known(tx, id_), E.ASKED, by)


def move(tx: Tx, row: Question, event: Event, by: Person, **fields: object) -> Question:
    """Advance a question by what `by` did; returns it as it is now. `fields` are written with
    it (due_at, duplicate_of).

    Raises NotPossible, NotAllowed: `role`, `not_your_question` (not the asker), `claimed_by_other`.
    """
    if event in ASKERS and by.id != row.asker:
        raise NotAllowed("not_your_question")
    if event == E.CLAIMED and row.claimed_by not in ("", by.id):
        raise NotAllowed("claimed_by_other")
    day = today(tx, row.partner)
    to = advance(tx, MACHINE, row.id, event, by, day=day, today=day, partner=row.partner).to
    written = (
        {"state": to, "moved_at": tx.at, "closed_at": tx.at if to in OVER else 0}
        | _whose(row, event, by)
        | fields
    )
    if event == E.ANSWERED and not row.answered_at:
        written["answered_at"] = tx.at
    change(tx, row.id, **written)
    return known(tx, row.id)


def _whose(row: Question, event: Event, by: Person) -> dict[str, str]:
    """Who has it: the one who claimed, else the first who answered."""
    if event in (E.UNCLAIMED, E.MARKED_DUPLICATE):
        return {"claimed_by": ""}
    if row.state == S.DUPLICATE and event != E.SOLVED:
        return {"duplicate_of": ""}
    takes = event == E.CLAIMED or (
        event in (E.ANSWERED, E.CLOSED) and not row.claimed_by and by is not CLOCK
    )
    return {"claimed_by": by.id} if takes else {}


def change(tx: Tx, id_: str, **fields: object) -> None:
    tx.db.execute(update(_rows).where(_rows.c.team == tx.team, _rows.c.id == id_).values(**fields))


def get(tx: Tx, id_: str) -> Question | None:
    """A question, None where this workspace has none of that id."""
    here = (_rows.c.team == tx.team, _rows.c.id == id_)
    return _QUESTIONS.first(tx.db, _QUESTIONS.select().where(*here))


def known(tx: Tx, id_: str) -> Question:
    """A question that is there. Raises LookupError where it is not."""
    if (found := get(tx, id_)) is None:
        raise LookupError(f"no question {id_!r}")
    return found


def in_thread(tx: Tx, asker: str, channel: str, thread: str, receipt: str) -> Question | None:
    """The asker's question that this thread of hers is about: a live one before one that is over,
    the latest of them.

    `receipt`: the outbox key of the message which the thread hangs on, if it is one of ours.
    """
    here = and_(_rows.c.channel == channel, _rows.c.thread == thread)
    if receipt:
        here = or_(here, _rows.c.receipt == receipt)
    return _QUESTIONS.first(
        tx.db,
        _QUESTIONS.select()
        .where(_rows.c.team == tx.team, _rows.c.asker == asker, here, _rows.c.state != S.WITHDRAWN)
        .order_by(_rows.c.state.in_(LIVE).desc(), _rows.c.asked_at.desc())
        .limit(1),
    )


def live_in(tx: Tx, channel: str, thread: str) -> Question | None:
    """A question that is not over and was asked in this thread of a channel, whoever asked it; None
    where there is none."""
    here = (
        _rows.c.team == tx.team,
        _rows.c.channel == channel,
        _rows.c.thread == thread,
        _rows.c.state.in_(TO_DO),
    )
    wanted = _QUESTIONS.select().where(*here).order_by(_rows.c.asked_at.desc()).limit(1)
    return _QUESTIONS.first(tx.db, wanted)


def live_of(tx: Tx, asker: str) -> list[Question]:
    """What a person has asked and is not over, the latest first."""
    here = (_rows.c.team == tx.team, _rows.c.asker == asker, _rows.c.state.in_(LIVE))
    wanted = _QUESTIONS.select().where(*here).order_by(_rows.c.asked_at.desc())
    return _QUESTIONS.all(tx.db, wanted)


def asked_by(tx: Tx, asker: str) -> list[Question]:
    """Everything that a person ever asked people, the oldest first."""
    here = (_rows.c.team == tx.team, _rows.c.asker == asker)
    return _QUESTIONS.all(tx.db, _QUESTIONS.select().where(*here).order_by(_rows.c.asked_at))


def claimed_by(tx: Tx, person: str) -> list[Question]:
    """What a supporter has and is not over."""
    here = (_rows.c.team == tx.team, _rows.c.claimed_by == person, _rows.c.state.in_(LIVE))
    return _QUESTIONS.all(tx.db, _QUESTIONS.select().where(*here).order_by(_rows.c.asked_at))


def duplicates_of(tx: Tx, id_: str) -> list[Question]:
    """The questions that were marked as the same as this one and still wait for its answer."""
    here = (_rows.c.team == tx.team, _rows.c.duplicate_of == id_, _rows.c.state == S.DUPLICATE)
    return _QUESTIONS.all(tx.db, _QUESTIONS.select().where(*here))


class Show(StrEnum):
    """What the queue can be narrowed to."""

    OPEN = "open"
    MINE = "mine"
    WAITING = "waiting"
    OVERDUE = "overdue"


def _of(show: str, person: str, at: int) -> ColumnElement[bool]:
    return {
        Show.OPEN: _rows.c.state.in_(TO_DO),
        Show.MINE: and_(_rows.c.state.in_(LIVE), _rows.c.claimed_by == person),
        Show.WAITING: _rows.c.state == S.ANSWERED,
        Show.OVERDUE: and_(_rows.c.state.in_(TO_DO), _rows.c.due_at < at),
    }[Show(show)]


def queue(tx: Tx, show: str, person: str, most: int) -> list[Question]:
    """The questions of the workspace that wait, oldest first; `person` is whose are hers."""
    here = (_rows.c.team == tx.team, _rows.c.state.in_(LIVE), _of(show, person, tx.at))
    wanted = _QUESTIONS.select().where(*here).order_by(_rows.c.asked_at, _rows.c.id).limit(most)
    return _QUESTIONS.all(tx.db, wanted)


def counts(tx: Tx, person: str) -> dict[str, int]:
    """How many there are of each, in one look."""
    many = [func.count().filter(_of(s, person, tx.at)) for s in Show]
    row = tx.db.execute(select(*many).where(_rows.c.team == tx.team, _rows.c.state.in_(LIVE))).one()
    return {str(s): int(row[n]) for n, s in enumerate(Show)}


def over_before(tx: Tx, at: int) -> Select[tuple[str]]:
    """A select of the ids of questions that were over before this moment (ms UTC) and are over
    still; one that is the same as another waits as long as that one."""
    other = _rows.alias()
    waits = exists().where(
        other.c.id == _rows.c.duplicate_of, other.c.state.in_(LIVE), _rows.c.state == S.DUPLICATE
    )
    return select(_rows.c.id).where(
        _rows.c.team == tx.team, _rows.c.state.in_(OVER), _rows.c.closed_at < at, ~waits
    )


def forget_before(tx: Tx, at: int) -> None:
    """What was said before questions that were over before this moment (ms UTC) goes; of one that
    is open nothing does. The lines have their own (domain/questions/thread_log.py)."""
    _forget(tx, _rows.c.id.in_(over_before(tx, at)))


def forget_person(tx: Tx, person: str) -> None:
    _forget(tx, _rows.c.asker == person)


def _forget(tx: Tx, which: ColumnElement[bool]) -> None:
    for row in tx.db.execute(
        select(_rows.c.id, _rows.c.about).where(_rows.c.team == tx.team, which)
    ).all():
        if row.about.get("before"):
            change(tx, row.id, about=row.about | {"before": []})


def today(tx: Tx, partner: str) -> date:
    return case.calendar_of(tx, partner).today(tx.now)
