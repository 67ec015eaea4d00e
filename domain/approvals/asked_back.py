"""Before deciding, an approver asks whoever asked for the approval. A question and its answer
decide nothing."""

from dataclasses import dataclass

from sqlalchemy import insert, update

from domain import people
from domain.approvals import approval
from domain.approvals.approval import Approval, State
from domain.machine import NotAllowed, NotPossible
from domain.people import Person
from domain.storage import audit, notes
from domain.storage.rows import Rows
from domain.storage.store import Tx, new_id
from domain.tables import approvals


@dataclass(frozen=True)
class AskedBack:
    """An approver's question about a request; the columns are described in
    domain/tables/approvals.py."""

    id: str
    approval: str
    asked_by: str
    question: str
    answered_by: str
    answer: str
    asked_at: int


_ASKED_BACK = Rows(AskedBack, approvals.AskedBack)
_rows = _ASKED_BACK.table


def put(tx: Tx, approval_id: str, by: Person, text: str) -> AskedBack:
    """An approver's question about an open request; returns it. Raises NotPossible (not open),
    NotAllowed."""
    row = _open(tx, approval_id)
    approval.may_decide(row, by)
    id_ = new_id()
    values = {
        "id": id_,
        "team": tx.team,
        "approval": approval_id,
        "asked_by": by.id,
        "question": notes.keep(tx, by, text),
        "answered_by": "",
        "answer": "",
        "asked_at": tx.at,
    }
    tx.db.execute(insert(_rows), values)
    audit.append(
        tx, by.id, "approval_question", f"{approval.MACHINE.name}:{approval_id}", {"question": id_}
    )
    return known(tx, id_)


def answer(tx: Tx, id_: str, by: Person, text: str) -> AskedBack:
    """The asker's answer, the last one counts; returns both. Raises NotPossible (not open any
    more), NotAllowed."""
    question = get(tx, id_)
    row = _open(tx, question.approval if question else "")
    if by.id not in askers(row) or not by.live:
        raise NotAllowed("not_your_request")
    here = (_rows.c.team == tx.team, _rows.c.id == id_)
    tx.db.execute(
        update(_rows).where(*here).values(answered_by=by.id, answer=notes.keep(tx, by, text))
    )
    audit.append(
        tx, by.id, "approval_answer", f"{approval.MACHINE.name}:{row.id}", {"question": id_}
    )
    return known(tx, id_)


def askers(row: Approval) -> list[str]:
    """Who can answer for a request: the Global admin who asked, and whoever started it."""
    return list(dict.fromkeys(p for p in (row.requester, row.starter) if p))


def get(tx: Tx, id_: str) -> AskedBack | None:
    here = (_rows.c.team == tx.team, _rows.c.id == id_)
    return _ASKED_BACK.first(tx.db, _ASKED_BACK.select().where(*here))


def known(tx: Tx, id_: str) -> AskedBack:
    """A question that is there. Raises LookupError where it is not."""
    if (found := get(tx, id_)) is None:
        raise LookupError(f"no question {id_!r} about an approval")
    return found


def about(tx: Tx, approval_id: str) -> list[dict[str, str]]:
    """All questions about a request with their answers ("" where there is none yet), oldest first,
    as plain values for words."""
    here = (_rows.c.team == tx.team, _rows.c.approval == approval_id)
    wanted = _ASKED_BACK.select().where(*here).order_by(_rows.c.asked_at, _rows.c.id)
    rows = _ASKED_BACK.all(tx.db, wanted)
    if not rows:
        return []
    said = notes.texts(tx, (n for r in rows for n in (r.question, r.answer) if n))
    names = people.names(tx, (p for r in rows for p in (r.asked_by, r.answered_by) if p))
    return [
        {
            "by": names.get(r.asked_by, ""),
            "question": said.get(r.question, ""),
            "answered_by": names.get(r.answered_by, ""),
            "answer": said.get(r.answer, ""),
        }
        for r in rows
    ]


def unanswered(tx: Tx, person: Person) -> list[AskedBack]:
    """The questions about open requests that this person can answer and nobody has answered yet,
    oldest first."""
    wanted = (
        _ASKED_BACK.select()
        .where(_rows.c.team == tx.team, _rows.c.answer == "")
        .order_by(_rows.c.asked_at, _rows.c.id)
    )
    found = []
    for row in _ASKED_BACK.all(tx.db, wanted):
        asked = approval.get(tx, row.approval)
        if asked and person.id in askers(asked) and is_open(tx, row.approval):
            found.append(row)
    return found


def is_open(tx: Tx, approval_id: str) -> bool:
    """May a question about this request still be put or answered?"""
    try:
        _open(tx, approval_id)
    except NotPossible:
        return False
    return True


def _open(tx: Tx, approval_id: str) -> Approval:
    row = approval.get(tx, approval_id)
    state = approval.state_of(tx, approval_id) if row else State.NEW
    if row is None or state != State.OPEN or tx.at >= row.expires_at:
        raise NotPossible(approval.MACHINE.name, state, "approval_question")
    return row
