"""Two people for what cannot be undone: ask, confirm, approve, decline, expire. Never by the asker;
one decision wins.

The requester is the Global admin who will accept; staff may start it, the admin confirms. Roles are
read at the moment of the click. What becomes of a request when somebody leaves:
domain/approvals/departures.py. Knows no words.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import insert, update

from domain import people
from domain.approvals import away
from domain.json_values import Values
from domain.machine import Machine, Move, NotAllowed, NotPossible, advance, stands
from domain.people import Person, Role
from domain.storage import outbox
from domain.storage.rows import Rows
from domain.storage.store import Tx, moment, ms, new_id, table
from domain.tables import Lifecycle, house

LIVES = timedelta(hours=72)


@dataclass(frozen=True)
class Approval:
    """A request and who asked and decided; the columns are described in domain/tables/house.py."""

    id: str
    partner: str
    kind: str
    subject: str
    starter: str
    requester: str
    decided_by: str
    about: Values
    digest: str
    asked_at: int
    expires_at: int


APPROVALS = Rows(Approval, house.Approval)
_rows = APPROVALS.table


class Kind(StrEnum):
    """What is asked: the go-ahead to accept, whether a reported acceptance is known of, or that it
    was reported wrongly."""

    ACCEPT_AGREEMENT = "accept_agreement"
    KNOWN_ACCEPTANCE = "known_acceptance"
    WITHDRAW_ACCEPTANCE = "withdraw_acceptance"


class State(StrEnum):
    NEW = "New"
    NEEDS_ADMIN = "AwaitingGlobalAdmin"
    OPEN = "Open"
    APPROVED = "Approved"
    DECLINED = "Declined"
    EXPIRED = "Expired"
    CANCELLED = "Cancelled"
    USED = "Used"


class Event(StrEnum):
    STARTED_BY_STAFF = "approval_started_by_staff"
    ASKED = "approval_asked"
    CONFIRMED = "approval_confirmed"
    APPROVED = "approval_given"
    DECLINED = "approval_declined"
    EXPIRED = "approval_expired"
    CANCELLED = "approval_cancelled"
    USED = "approval_used"
    LAPSED = "approval_lapsed"
    RESTARTED = "approval_restarted"
    ASKED_AGAIN = "approval_asked_again"


S, E = State, Event
STAFF = frozenset({Role.STAFF, Role.SUPPORT})
ADMIN = frozenset({Role.GLOBAL_ADMIN})
APPROVER = frozenset({Role.APPROVER})
THE_CLOCK = frozenset({Role.CLOCK})

MOVES = (
    Move(S.NEW, E.STARTED_BY_STAFF, S.NEEDS_ADMIN, STAFF),
    Move(S.NEW, E.ASKED, S.OPEN, STAFF),
    Move(S.NEEDS_ADMIN, E.CONFIRMED, S.OPEN, ADMIN),
    Move(S.OPEN, E.APPROVED, S.APPROVED, APPROVER),
    Move(S.OPEN, E.DECLINED, S.DECLINED, APPROVER),
    *(Move(s, E.EXPIRED, S.EXPIRED, THE_CLOCK) for s in (S.NEEDS_ADMIN, S.OPEN, S.APPROVED)),
    *(Move(s, E.CANCELLED, S.CANCELLED, STAFF) for s in (S.NEEDS_ADMIN, S.OPEN, S.APPROVED)),
    Move(S.APPROVED, E.USED, S.USED, STAFF),
    # Somebody it rests on is gone: it ends, and a new one begins with the people who are left.
    *(Move(s, E.LAPSED, S.CANCELLED, THE_CLOCK) for s in (S.NEEDS_ADMIN, S.OPEN, S.APPROVED)),
    Move(S.NEW, E.RESTARTED, S.NEEDS_ADMIN, THE_CLOCK),
    Move(S.NEW, E.ASKED_AGAIN, S.OPEN, THE_CLOCK),
)
MACHINE = Machine("approval", State, Event, State.NEW, MOVES)
LIVE = (S.NEEDS_ADMIN, S.OPEN, S.APPROVED)


def ask(
    tx: Tx,
    kind: Kind,
    subject: str,
    by: Person,
    *,
    partner: str,
    today: date,
    shown: str,
    about: Values,
) -> str:
    """Ask for a second person; returns the approval's id. `shown`: what was put before their eyes,
    kept as a digest.

    The go-ahead to accept is asked by the Global admin; started by somebody else it waits for the
    admin's own word. Raises NotAllowed("already_asked") when the same thing waits already.
    """
    if live_one(tx, kind, subject):
        raise NotAllowed("already_asked")
    admin = kind != Kind.ACCEPT_AGREEMENT or by.has(Role.GLOBAL_ADMIN)
    row = {
        "partner": partner,
        "kind": str(kind),
        "subject": subject,
        "starter": by.id,
        "requester": by.id if admin else "",
        "about": about,
        "digest": digest(shown),
    }
    return begin(tx, row, E.ASKED if admin else E.STARTED_BY_STAFF, by, today)


def note_about(tx: Tx, row: Approval, **more: object) -> None:
    """Keep something beside the request: ids and addresses, never what people wrote."""
    about = known(tx, row.id).about | more
    tx.db.execute(
        update(_rows).where(_rows.c.team == tx.team, _rows.c.id == row.id).values(about=about)
    )


def confirm(tx: Tx, id_: str, by: Person, *, today: date) -> Approval:
    """The Global admin makes the request hers. Returns it. Raises NotPossible, NotAllowed."""
    row = _still_open(tx, id_)
    advance(tx, MACHINE, id_, E.CONFIRMED, by, day=today, today=today)
    tx.db.execute(
        update(_rows).where(_rows.c.team == tx.team, _rows.c.id == id_).values(requester=by.id)
    )
    return row


def decide(
    tx: Tx, id_: str, yes: bool, by: Person, *, today: date, shown: str, reason: str = ""
) -> Approval:
    """The second person's decision; returns the request. One decision wins. `reason`: the id of the
    note that says why.

    Raises NotPossible (decided, expired), NotAllowed: `role`, `own_request` (asker or starter),
    `other_partner`, `requester_gone` (no live Global admin any more), `changed` (not what was
    shown).
    """
    row = _still_open(tx, id_)
    MACHINE.move(
        state_of(tx, id_), E.APPROVED if yes else E.DECLINED
    )  # what is over is over, whoever asks
    may_decide(row, by)
    if yes and row.digest != digest(shown):
        raise NotAllowed("changed")
    if yes and row.kind == Kind.ACCEPT_AGREEMENT and not _is_live_admin(tx, row.requester):
        raise NotAllowed("requester_gone")
    advance(
        tx,
        MACHINE,
        id_,
        E.APPROVED if yes else E.DECLINED,
        by,
        day=today,
        today=today,
        reason=reason,
    )
    said = row.about | ({"reason": reason} if reason else {})
    tx.db.execute(
        update(_rows)
        .where(_rows.c.team == tx.team, _rows.c.id == id_)
        .values(decided_by=by.id, about=said)
    )
    return known(tx, id_)


def may_decide(row: Approval, by: Person) -> None:
    """Raises NotAllowed: `role`, `other_partner`, `own_request` (asker or starter)."""
    if not by.has(Role.APPROVER):
        raise NotAllowed("role")
    if by.partner != row.partner:
        raise NotAllowed("other_partner")
    if by.id in (row.starter, row.requester):
        raise NotAllowed("own_request")


def approvers_for(tx: Tx, partner: str, *not_these: str) -> list[Person]:
    """Who could decide: live approvers of the partner who neither asked nor started it."""
    return [p for p in people.with_role(tx, Role.APPROVER, partner) if p.id not in not_these]


def asked_now(tx: Tx, row: Approval, today: date) -> list[Person]:
    """Whom a request is put to: who may decide, is here or has nobody in their place, and has not
    passed it on. Where that leaves nobody, those who passed it on are asked again: a request is
    never without somebody who can decide it."""
    deciders = approvers_for(tx, row.partner, row.starter, row.requester)
    asked = away.to_be_asked(tx, deciders, today)
    return [p for p in asked if p.id not in row.about.get("passed", ())] or asked


def describe(tx: Tx, id_: str) -> Values:
    """What a reminder needs of a request: its tenant, what its buttons are about, and who is meant
    by whom its rows name."""
    row = get(tx, id_)
    if row is None:
        return {}
    asked = [p.id for p in asked_now(tx, row, tx.now.date())]
    return {
        "tenant": row.subject,
        "about": {"approval": id_},
        "people": {"asked": asked, "requester": [row.requester]},
    }


def go_ahead(tx: Tx, subject: str) -> Approval | None:
    """The approved and unspent go-ahead for a tenant, if both people are still who they were; None
    otherwise."""
    row = live_one(tx, Kind.ACCEPT_AGREEMENT, subject)
    if row is None or stands(tx, MACHINE, row.id).state != S.APPROVED or tx.at >= row.expires_at:
        return None
    approver = people.by_id(tx, row.decided_by)
    return (
        row
        if _is_live_admin(tx, row.requester) and approver and approver.has(Role.APPROVER)
        else None
    )


def live_one(tx: Tx, kind: Kind, subject: str) -> Approval | None:
    """The request of this kind for this subject that is neither decided against, expired, cancelled
    nor used."""
    return live_and_state(tx, kind, subject)[0]


def live_and_state(tx: Tx, kind: Kind, subject: str) -> tuple[Approval | None, str]:
    """The same with its state, "" where there is none."""
    here = (_rows.c.team == tx.team, _rows.c.kind == str(kind), _rows.c.subject == subject)
    wanted = APPROVALS.select().where(*here).order_by(_rows.c.asked_at.desc())
    rows = APPROVALS.all(tx.db, wanted)
    for row in rows:
        if (state := stands(tx, MACHINE, row.id).state) in LIVE and tx.at < row.expires_at:
            return row, state
    return None, ""


def open_for(tx: Tx, person: Person) -> list[Approval]:
    """What waits for this person's decision: open requests of the partner that she neither asked
    nor started."""
    return [
        r for r in _waiting(tx, person.partner, S.OPEN) if person.id not in (r.starter, r.requester)
    ]


def asked_of(tx: Tx, person: Person, today: date) -> list[Approval]:
    """The same without what she passed on to others who have it."""
    return [
        r
        for r in open_for(tx, person)
        if person.id not in r.about.get("passed", ())
        or person.id in {p.id for p in asked_now(tx, r, today)}
    ]


def to_confirm(tx: Tx, person: Person) -> list[Approval]:
    """What waits for a Global admin of this person's partner to make it hers."""
    return _waiting(tx, person.partner, S.NEEDS_ADMIN)


def _waiting(tx: Tx, partner: str, state: str) -> list[Approval]:
    life = table(Lifecycle)
    here = (
        (life.c.team == _rows.c.team)
        & (life.c.machine == MACHINE.name)
        & (life.c.subject == _rows.c.id)
        & (life.c.state == state)
    )
    alive = (_rows.c.team == tx.team, _rows.c.partner == partner, _rows.c.expires_at > tx.at)
    wanted = APPROVALS.select().join(life, here).where(*alive).order_by(_rows.c.asked_at)
    return APPROVALS.all(tx.db, wanted)


def get(tx: Tx, id_: str) -> Approval | None:
    """A request, None where this workspace has none of that id."""
    here = (_rows.c.team == tx.team, _rows.c.id == id_)
    return APPROVALS.first(tx.db, APPROVALS.select().where(*here))


def known(tx: Tx, id_: str) -> Approval:
    """A request that is there. Raises LookupError where it is not."""
    if (found := get(tx, id_)) is None:
        raise LookupError(f"no approval {id_!r}")
    return found


def state_of(tx: Tx, id_: str) -> str:
    return stands(tx, MACHINE, id_).state


def note_use(tx: Tx, id_: str, by: Person, *, today: date) -> None:
    advance(tx, MACHINE, id_, E.USED, by, day=today, today=today)


def cancel_all(
    tx: Tx, subject: str, by: Person, *, today: date, kinds: Iterable[Kind] = Kind
) -> list[str]:
    """Take back what waits for a tenant, because the matter has moved on. Returns the ids."""
    rows = [r for kind in kinds if (r := live_one(tx, kind, subject))]
    for row in rows:
        advance(tx, MACHINE, row.id, E.CANCELLED, by, day=today, today=today)
    return [row.id for row in rows]


def expire(tx: Tx, id_: str, *, today: date) -> bool:
    """The clock's word at the end of the 72 hours; False when there was nothing left to expire."""
    row = get(tx, id_)
    if row is None or state_of(tx, id_) not in LIVE or tx.at < row.expires_at:
        return False
    advance(tx, MACHINE, id_, E.EXPIRED, people.CLOCK, day=today, today=today)
    return True


def expires(row: Approval) -> datetime:
    """The moment (aware UTC) at which a request ends without a decision."""
    return moment(row.expires_at)


def digest(shown: str) -> str:
    return hashlib.sha256(shown.encode()).hexdigest()


def begin(tx: Tx, row: Values, event: Event, by: Person, today: date) -> str:
    """Write a request and set the timer that ends it."""
    id_ = new_id()
    times = {"asked_at": tx.at, "expires_at": ms(tx.now + LIVES)}
    tx.db.execute(insert(_rows), row | times | {"id": id_, "team": tx.team, "decided_by": ""})
    partner = row["partner"]
    advance(
        tx,
        MACHINE,
        id_,
        event,
        by,
        day=today,
        today=today,
        partner=partner,
        kind=row["kind"],
        about=row["subject"],
    )
    outbox.set_timer(tx, "agreement.expires", id_, tx.now + LIVES, {"partner": partner})
    return id_


def _still_open(tx: Tx, id_: str) -> Approval:
    row = get(tx, id_)
    if row is None or tx.at >= row.expires_at:
        raise NotPossible(MACHINE.name, S.EXPIRED if row else S.NEW, E.APPROVED)
    return row


def _is_live_admin(tx: Tx, id_: str) -> bool:
    person = people.by_id(tx, id_)
    return person is not None and person.has(Role.GLOBAL_ADMIN)
