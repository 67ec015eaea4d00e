"""What a workspace's people asked and how far its partners are, counted. Aggregated by the
database; of one workspace only.

Plain JSON values, no message text: entries, decisions, days, names of partners. Knows no words.
"""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from statistics import median

from sqlalchemy import ColumnElement, func, select

from domain.json_values import Values
from domain.providers import partnership
from domain.storage.store import Tx, ms, table
from domain.tables import Feedback, Lifecycle, Partner, Turned, WorkspaceAnswer
from domain.tables.support import Question
from domain.tenant import enrollment
from domain.tenant.case import FURTHER, STAGES
from domain.tenant.enrollment import State

ASKED = ("answer", "clarify", "handover", "out_of_scope", "refuse")
STEPS = ("direct", "declined", "submitted", "approved", "accepted", "listed")
TOPICS, WRONG, LONGEST = 12, 10, 10
_turned, _life, _partners = table(Turned), table(Lifecycle), table(Partner)
_questions, _feedback, _own = table(Question), table(Feedback), table(WorkspaceAnswer)

Conditions = tuple[ColumnElement[bool], ...]


def figures(tx: Tx, since: date, until: date) -> Values:
    """The figures from `since` up to and with `until`; how far partners are, as of `until`."""
    here = (
        _turned.c.team == tx.team,
        _turned.c.day >= since.isoformat(),
        _turned.c.day <= until.isoformat(),
    )
    asked = (*here, _turned.c.decision.in_(ASKED))
    outcomes = _outcomes(tx, asked)
    return {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "total": sum(outcomes.values()),
        "outcomes": outcomes,
        "topics": _topics(tx, asked),
        "days": _days(tx, asked),
        "own": _own_titles(tx),
        "wrong": _wrong(tx, since, until),
        "human": _human(tx, since, until),
        **_stages(tx, until),
    }


def _outcomes(tx: Tx, asked: Conditions) -> dict[str, int]:
    rows = tx.db.execute(
        select(_turned.c.decision, func.count()).where(*asked).group_by(_turned.c.decision)
    )
    found = {row[0]: int(row[1]) for row in rows}
    return {decision: found.get(decision, 0) for decision in ASKED}


def _topics(tx: Tx, asked: Conditions) -> list[Values]:
    many = func.count()
    rows = tx.db.execute(
        select(_turned.c.entry, many)
        .where(*asked, _turned.c.entry != "")
        .group_by(_turned.c.entry)
        .order_by(many.desc(), _turned.c.entry)
        .limit(TOPICS)
    )
    return [{"entry": row[0], "count": int(row[1])} for row in rows]


def _days(tx: Tx, asked: Conditions) -> list[Values]:
    rows = tx.db.execute(
        select(_turned.c.day, _turned.c.decision, func.count())
        .where(*asked)
        .group_by(_turned.c.day, _turned.c.decision)
    )
    days: dict[str, Counter[str]] = {}
    for day, decision, many in rows:
        days.setdefault(day, Counter())[decision] += many
    return [{"day": day} | {d: days[day][d] for d in ASKED} for day in sorted(days)]


def _own_titles(tx: Tx) -> dict[str, str]:
    return {
        row.name: row.title
        for row in tx.db.execute(select(_own.c.name, _own.c.title).where(_own.c.team == tx.team))
    }


def _wrong(tx: Tx, since: date, until: date) -> list[Values]:
    begin, end = _moments(since, until)
    many = func.count()
    rows = tx.db.execute(
        select(_feedback.c.answer, many)
        .where(
            _feedback.c.team == tx.team,
            _feedback.c.verdict == "not_asked",
            _feedback.c.at >= begin,
            _feedback.c.at < end,
        )
        .group_by(_feedback.c.answer)
        .order_by(many.desc(), _feedback.c.answer)
        .limit(WRONG)
    )
    return [{"entry": row[0], "count": int(row[1])} for row in rows]


def _human(tx: Tx, since: date, until: date) -> dict[str, int]:
    """Questions for a person: how many, how many are answered, and the minutes until the first
    answer: middle, nine of ten."""
    begin, end = _moments(since, until)
    here = (
        _questions.c.team == tx.team,
        _questions.c.asked_at >= begin,
        _questions.c.asked_at < end,
    )
    total = int(tx.db.execute(select(func.count()).where(*here)).scalar() or 0)
    took = _questions.c.answered_at - _questions.c.asked_at
    answered = (*here, _questions.c.answered_at > 0)
    done = int(tx.db.execute(select(func.count()).where(*answered)).scalar() or 0)

    def at(share: float) -> int:
        if not done:
            return 0
        place = min(done - 1, int(done * share))
        return (
            int(
                tx.db.execute(
                    select(took).where(*answered).order_by(took).limit(1).offset(place)
                ).scalar()
                or 0
            )
            // 60_000
        )

    return {"asked": total, "answered": done, "middle_minutes": at(0.5), "slow_minutes": at(0.9)}


def _stages(tx: Tx, until: date) -> Values:
    """Partners by how far they are, and who has waited longest in the same state."""
    names = {
        row.id: row.name
        for row in tx.db.execute(
            select(_partners.c.id, _partners.c.name).where(_partners.c.team == tx.team)
        )
    }
    far: dict[str, tuple[int, str, str]] = {}
    for row in tx.db.execute(
        select(_life.c.partner, _life.c.state, _life.c.day).where(
            _life.c.team == tx.team, _life.c.machine == enrollment.MACHINE.name
        )
    ):
        step = FURTHER.index(State(row.state))
        if row.partner in names and step > far.get(row.partner, (-1, "", ""))[0]:
            far[row.partner] = (step, row.state, row.day)
    listed = set(
        tx.db.execute(
            select(_life.c.partner).where(
                _life.c.team == tx.team,
                _life.c.machine == partnership.MACHINE.name,
                _life.c.state == partnership.State.LISTED,
            )
        ).scalars()
    )
    counts: Counter[str] = Counter()
    waits: dict[str, list[int]] = {}
    longest = []
    for partner, name in names.items():
        _, state, day = far.get(partner, (0, State.NOT_STARTED, ""))
        stage = "listed" if partner in listed else STAGES[State(state)]
        counts[stage] += 1
        if day and stage != "listed":
            days = max(0, (until - date.fromisoformat(day)).days)
            waits.setdefault(stage, []).append(days)
            longest.append({"partner": name, "stage": stage, "days": days})
    longest.sort(key=lambda w: (-int(str(w["days"])), str(w["partner"])))
    return {
        "partners": len(names),
        "stages": [
            {
                "stage": s,
                "count": counts[s],
                "middle_days": int(median(waits.get(s, [0]))),
                "longest_days": max(waits.get(s, [0])),
            }
            for s in STEPS
        ],
        "longest": longest[:LONGEST],
    }


def week_before(today: date) -> tuple[date, date]:
    """The seven days up to yesterday."""
    return today - timedelta(days=7), today - timedelta(days=1)


def nothing_in(found: Values) -> bool:
    """Was nothing asked, and is no partner under way?"""
    return not found["total"] and not found["human"]["asked"] and not found["longest"]


def zone_of(tx: Tx) -> str:
    """The workspace's time zone: that of its first partner by name; UTC where there is none."""
    row = tx.db.execute(
        select(_partners.c.timezone)
        .where(_partners.c.team == tx.team)
        .order_by(_partners.c.name)
        .limit(1)
    ).first()
    return str(row.timezone) if row and row.timezone else "UTC"


def teams(tx: Tx) -> list[str]:
    """Every workspace that has partners, for whoever asks at the terminal."""
    return list(
        tx.db.execute(select(_partners.c.team).distinct().order_by(_partners.c.team)).scalars()
    )


def _moments(since: date, until: date) -> tuple[int, int]:
    begin = datetime.combine(since, time(), UTC)
    return ms(begin), ms(datetime.combine(until, time(), UTC) + timedelta(days=1))
