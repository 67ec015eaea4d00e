"""The invitation links that were brought here: known again, kept no longer than needed. Knows no
words; opens nothing."""

from dataclasses import asdict, dataclass
from hashlib import sha256

from sqlalchemy import bindparam, func, insert, select, update

from domain.json_values import Values
from domain.links.link_policy import POLICY, Policy
from domain.people import Person, Role, tenants_of, with_role
from domain.providers import providers
from domain.storage.rows import Rows
from domain.storage.store import Tx, new_id, table
from domain.tables import Lifecycle, journey
from domain.tenant import enrollment


@dataclass(frozen=True)
class Invitation:
    """A provider's invitation link; the columns are described in domain/tables/journey.py."""

    id: str
    partner: str
    provider: str
    link: str
    digest: str
    brought_by: str
    sent_to: str
    state: str
    brought_at: int
    sent_at: int


WAITING, SENT, CLOSED = "waiting", "sent", "closed"
# Who brings what an MTA pipes in: nobody whom we could name. A sender line proves nothing
# (docs/security.md L8).
MAIL = Person("mail", "", "")
_INVITATIONS = Rows(Invitation, journey.Invitation)
_rows, _states = _INVITATIONS.table, table(Lifecycle)
_OPEN = (
    _INVITATIONS.select()
    .where(
        _rows.c.team == bindparam("t"),
        _rows.c.partner == bindparam("p"),
        _rows.c.state.in_((WAITING, SENT)),
    )
    .order_by(_rows.c.brought_at)
)
_COUNT = (
    select(_rows.c.state, func.count().label("n"))
    .where(
        _rows.c.team == bindparam("t"),
        _rows.c.partner == bindparam("p"),
        _rows.c.state.in_((WAITING, SENT)),
    )
    .group_by(_rows.c.state)
)
_BY_ID = _INVITATIONS.select().where(_rows.c.team == bindparam("t"), _rows.c.id == bindparam("i"))
_BY_DIGEST = (
    _INVITATIONS.select()
    .where(
        _rows.c.team == bindparam("t"),
        _rows.c.partner == bindparam("p"),
        _rows.c.digest == bindparam("d"),
    )
    .order_by(_rows.c.brought_at.desc())
)
_IN_FORCE = (
    select(_states.c.subject)
    .where(
        _states.c.team == bindparam("t"),
        _states.c.partner == bindparam("p"),
        _states.c.machine == enrollment.MACHINE.name,
        _states.c.state == enrollment.State.ACCEPTED,
    )
    .limit(1)
)


def policy_of(tx: Tx, partner: str) -> Policy:
    """What this partner's links are judged by: its own tenants and its confirmed providers are
    expected."""
    guids = [t.guid for t in tenants_of(tx, partner)] + [
        p.guid for p in providers.of_partner(tx, partner)
    ]
    return POLICY.expecting(guids)


def agreement_in_force(tx: Tx, partner: str) -> bool:
    """Is the agreement accepted, as reported, on one of the partner's tenants?
    (X-MPA-BEFORE-PARTNERSHIP)"""
    return tx.db.execute(_IN_FORCE, {"t": tx.team, "p": partner}).first() is not None


def admin_for(tx: Tx, partner: str, by: Person) -> Person | None:
    """The one who may follow the link (F-INVITE-GA): who brings it, if she is the Global admin,
    else the first who is."""
    if by.has(Role.GLOBAL_ADMIN) and by.partner == partner:
        return by
    return next(iter(with_role(tx, Role.GLOBAL_ADMIN, partner)), None)


def digest_of(link: str) -> str:
    return sha256(link.lower().encode()).hexdigest()


def known(tx: Tx, partner: str, link: str) -> Invitation | None:
    """The latest invitation with this very link, None where it was never brought."""
    said = {"t": tx.team, "p": partner, "d": digest_of(link)}
    return _INVITATIONS.first(tx.db, _BY_DIGEST, said)


def get(tx: Tx, id_: str) -> Invitation | None:
    return _INVITATIONS.first(tx.db, _BY_ID, {"t": tx.team, "i": id_})


def latest_of(tx: Tx, provider: str) -> Invitation | None:
    """The provider's latest invitation, None where there was none."""
    here = (_rows.c.team == tx.team, _rows.c.provider == provider)
    newest = (_rows.c.brought_at.desc(), _rows.c.id)
    wanted = _INVITATIONS.select().where(*here).order_by(*newest).limit(1)
    return _INVITATIONS.first(tx.db, wanted)


def add(tx: Tx, partner: str, provider: str, link: str, by: Person) -> str:
    """A link that may be passed on; it waits until it is sent."""
    id_ = new_id()
    row = {
        "id": id_,
        "team": tx.team,
        "partner": partner,
        "provider": provider,
        "link": link,
        "digest": digest_of(link),
        "brought_by": by.id,
        "sent_to": "",
        "state": WAITING,
        "brought_at": tx.at,
        "sent_at": 0,
    }
    tx.db.execute(insert(_rows), row)
    return id_


def sent(tx: Tx, id_: str, to: str) -> None:
    _change(tx, id_, state=SENT, sent_to=to, sent_at=tx.at)


def close(tx: Tx, id_: str) -> None:
    """Nobody needs the link any more; it may be as good as a key, so it is not kept."""
    _change(tx, id_, state=CLOSED, link="")


def forget(tx: Tx, provider: str) -> None:
    """What became of the provider's latest link was reported wrongly: the same link may be brought
    once more."""
    if row := latest_of(tx, provider):
        _change(tx, row.id, digest="")


def wait_again(tx: Tx, provider: str) -> None:
    """The agreement that let the provider's link go out is not accepted after all: the link waits
    for it again, as one that was never sent."""
    row = latest_of(tx, provider)
    if row is None or row.state == CLOSED:
        return
    close(tx, row.id)
    again = {"id": new_id(), "team": tx.team, "state": WAITING, "sent_to": "", "sent_at": 0}
    tx.db.execute(insert(_rows), {**asdict(row), "brought_at": tx.at, **again})


def open_ones(tx: Tx, partner: str, provider: str = "") -> list[Invitation]:
    """Sent or waiting, the oldest first."""
    rows = _INVITATIONS.all(tx.db, _OPEN, {"t": tx.team, "p": partner})
    return [row for row in rows if provider in ("", row.provider)]


def counts(tx: Tx, partner: str) -> dict[str, int]:
    """How many wait and how many are with the admin; one query."""
    return {row.state: row.n for row in tx.db.execute(_COUNT, {"t": tx.team, "p": partner})}


def _change(tx: Tx, id_: str, **values: object) -> None:
    tx.db.execute(update(_rows).where(_rows.c.team == tx.team, _rows.c.id == id_).values(**values))


def describe(tx: Tx, provider: str) -> Values:
    """What a reminder about a partnership names, what its buttons are about, and who brought the
    link."""
    row = latest_of(tx, provider)
    if row is None:
        return {}
    known = providers.get(tx, row.partner, provider)
    return {
        "label": known.name if known else "",
        "about": {"invitation": row.id},
        "people": {"bringer": [row.brought_by]},
    }
