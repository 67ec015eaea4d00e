"""App Home: collects its sections, and refreshes it for people who have it open when something
changes. Has no user texts.

An ability declares its section (`HomeSection`); the text is in templates/<ability>/home.j2. A
section may use four queries, however many customers there are.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, or_, select, update

from dialogs.engine import conversation_store
from dialogs.engine.context import Ability
from domain import people
from domain.people import Person, Role
from domain.storage import outbox
from domain.storage.addresses import AccountAddress
from domain.storage.prepared import Prepared
from domain.storage.store import Tx, ms, table
from domain.tables import Outbox
from domain.tables import Person as PersonRow
from domain.tenant import case

# App Home is published whenever it is opened, and kept fresh for as long as it may still be on a
# screen.
SHOWN_FOR = timedelta(hours=12)
VIEWERS = 50
TOGETHER = timedelta(seconds=1)
_people, _rows = table(PersonRow), table(Outbox)
_VIEWERS = Prepared(
    select(_people.c.id, _people.c.slack)
    .where(
        _people.c.team == bindparam("t"),
        _people.c.home_at > bindparam("since"),
        or_(_people.c.partner == bindparam("partner"), _people.c.roles.like(f"% {Role.SUPPORT} %")),
    )
    .order_by(_people.c.home_at.desc())
    .limit(VIEWERS)
)
_ON_THEIR_WAY = select(_rows.c.lane).where(
    _rows.c.lane.in_(bindparam("lanes", expanding=True)),
    _rows.c.state == "waiting",
    _rows.c.leased_until == 0,
)

_NOW = (
    update(_rows)
    .where(_rows.c.lane == bindparam("l"), _rows.c.state == "waiting", _rows.c.attempts == 0)
    .values(due_at=bindparam("now"))
)


def opened(tx: Tx, person: Person, key: str) -> None:
    """The person opened App Home: publish it now, and keep it fresh for as long as it may be
    open."""
    people.learn(tx.db, tx.team, person.id, home_at=tx.at)
    tx.known.clear()
    tx.db.execute(_NOW, {"l": f"{tx.team}:{person.id}:{outbox.Out.HOME}", "now": tx.at})
    outbox.tell(tx, AccountAddress(person.id, person.slack), [], key=key, kind=outbox.Out.HOME)


def show_anew(tx: Tx, person: Person | None = None) -> None:
    """Refresh App Home, at most once a second, for people who have it open and whose partner
    changed (`tx.changed`), and for this person."""
    since = ms(tx.now - SHOWN_FOR)
    viewers = {person.id: person.slack} if person and person.home_at > since else {}
    for partner in tx.changed:
        viewers |= _viewers(tx, partner, since)
    lanes = {f"{tx.team}:{id_}:{outbox.Out.HOME}": id_ for id_ in viewers}
    waiting = (
        set(tx.db.execute(_ON_THEIR_WAY, {"lanes": list(lanes)}).scalars()) if lanes else set()
    )
    for lane, id_ in lanes.items():
        if lane not in waiting:
            to = AccountAddress(id_, viewers[id_])
            outbox.tell(
                tx, to, [], key=f"home:{id_}:{tx.at}", kind=outbox.Out.HOME, due=tx.now + TOGETHER
            )


def _viewers(tx: Tx, partner: str, since: int) -> dict[str, str]:
    """Our id -> Slack id of the people who have App Home open and are affected."""
    here = {"t": tx.team, "since": since, "partner": partner}
    return tx.cached(
        f"viewers:{partner}", lambda: {row.id: row.slack for row in _VIEWERS.all(tx.db, here)}
    )


def parts_of(
    abilities: tuple[Ability, ...], tx: Tx, person: Person
) -> list[tuple[str, dict[str, Any]]]:
    """What App Home shows to this person: one part for each section that has something to show. A
    guest or an outsider sees no state of a partner."""
    today = case.calendar_of(tx, person.partner).today(tx.now).isoformat()
    offer = conversation_store.standing_offer(tx, person.id, "home", {})
    partner = people.partner_of(tx, person.partner)
    same: dict[str, Any] = {
        "today": today,
        "name": person.name,
        "partner": partner.name if partner else "",
        "slots": {},
        "offer": offer,
        "supports": people.only_supports(person),
    }
    parts = [("home", same | {"member": person.has(Role.STAFF), "known": partner is not None})]
    if person.has(Role.STAFF):
        shown = [(ability.home, ability.name) for ability in abilities if ability.home]
        for section, ability in sorted(shown, key=lambda pair: (pair[0].place, pair[1])):
            if (facts := section.facts(tx, person, today)) is not None:
                parts.append((f"{ability}/home", same | facts))
    return parts
