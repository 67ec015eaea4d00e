"""A provider's invitation on its way to the one person who may follow it, in the caller's
transaction. Words and opens nothing."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from dialogs.engine import notifications
from domain import people
from domain.machine import advance, stands
from domain.people import Person, Role
from domain.providers import invitation, providers
from domain.providers.invitation import Invitation
from domain.providers.partnership import AFTER_A_LINK, BEFORE_A_LINK, MACHINE, Event, State
from domain.storage import outbox
from domain.storage.addresses import Address
from domain.storage.rows import existing
from domain.storage.store import Tx, moment
from domain.tenant import case

STANDS = {State.LISTED: "listed_already", State.ACCEPTED: "accepted_already"}


@dataclass(frozen=True)
class Passed:
    """`stage`: sent, waits (for the agreement), no_admin, listed_already, accepted_already."""

    stage: str
    invitation: str = ""
    admin: Person | None = None


def pass_on(tx: Tx, partner: str, by: Person, link: str, provider: str) -> Passed:
    """Record the invitation and send it on, or keep it until it can be. An older open one of this
    provider is replaced."""
    state = stands(tx, MACHINE, provider).state
    if state in STANDS:
        return Passed(STANDS[State(state)])
    for row in invitation.open_ones(tx, partner, provider):
        finish(tx, row, "replaced")
    if state in BEFORE_A_LINK:
        move(tx, provider, Event.LINK_RECEIVED, by, partner)
    elif state in AFTER_A_LINK:
        move(tx, provider, Event.NEW_LINK, by, partner)
    move(tx, provider, Event.FORM_RIGHT, by, partner)
    id_ = invitation.add(tx, partner, provider, link, by)
    if not invitation.agreement_in_force(tx, partner):
        move(tx, provider, Event.AGREEMENT_MISSING, by, partner)
        return Passed("waits", id_)
    admin = invitation.admin_for(tx, partner, by)
    if admin is None:
        return Passed("no_admin", id_)
    send(tx, existing(invitation.get(tx, id_)), admin)
    return Passed("sent", id_, admin)


def send(tx: Tx, row: Invitation, admin: Person) -> None:
    """The link, to the Global admin in a direct message. What she does not answer,
    domain/reminders/reminder.py brings up again."""
    invitation.sent(tx, row.id, admin.id)
    data = card(tx, row) | {"state": "open"}
    notifications.say(
        tx,
        admin,
        "invitation/for_admin",
        data,
        key=_key(row.id, admin.id),
        about={"invitation": row.id},
    )


def finish(tx: Tx, row: Invitation, how: str) -> None:
    """The invitation is over: the admin's message shows how and has no link and no buttons any
    more."""
    if row.state == invitation.SENT:
        key = _key(row.id, row.sent_to)
        data = card(tx, row) | {"state": how, "link": "", "offer": "", "name": "", "slots": {}}
        address = Address(person=row.sent_to, updates=key)
        outbox.tell(
            tx,
            address,
            [("invitation/for_admin", data)],
            key=f"{key}:{how}",
            decision="command",
            kind=outbox.Out.UPDATE,
        )
    invitation.close(tx, row.id)


def send_again(tx: Tx, row: Invitation, admin: Person) -> None:
    """The admin wants to see it again, or has it now instead of another."""
    if row.sent_to and row.sent_to != admin.id:
        _withdraw(tx, row)
    send(tx, row, admin)


def hand_over(tx: Tx, partner: str, by: Person) -> list[Person]:
    """What waits for an admin, or lies with one who is none any more, goes to who is it now.
    Returns to whom."""
    reached = []
    for row in invitation.open_ones(tx, partner):
        had = people.by_id(tx, row.sent_to)
        if had is not None and had.has(Role.GLOBAL_ADMIN) and had.partner == partner:
            continue
        if stands(tx, MACHINE, row.provider).state != State.VALIDATED:
            continue
        admin = invitation.admin_for(tx, partner, by)
        if admin is not None and (had is None or admin.id != had.id):
            send_again(tx, row, admin)
            reached.append(admin)
    return reached


def move(tx: Tx, provider: str, event: str, by: Person, partner: str) -> None:
    today = today_of(tx, partner)
    advance(tx, MACHINE, provider, event, by, day=today, today=today, partner=partner)


def today_of(tx: Tx, partner: str) -> date:
    return case.calendar_of(tx, partner).today(tx.now)


def card(tx: Tx, row: Invitation) -> dict[str, Any]:
    """What every message about an invitation may say: who brought it, from whom it is said to be,
    to whom it went, when."""
    partner, provider = (
        people.partner_of(tx, row.partner),
        providers.get(tx, row.partner, row.provider),
    )
    names = people.names(tx, (row.brought_by, row.sent_to))
    cal = case.calendar_of(tx, row.partner)
    return {
        "today": cal.today(tx.now).isoformat(),
        "partner": partner.name if partner else "",
        "link": row.link,
        "provider": provider.name if provider else "",
        "by": names.get(row.brought_by, ""),
        "to": names.get(row.sent_to, ""),
        "day": cal.today(moment(row.sent_at)).isoformat() if row.sent_at else "",
        "by_mail": row.brought_by == invitation.MAIL.id,
        "waits": row.state == invitation.WAITING,
        "state": row.state,
        "in_channel": False,
    }


def expected_of(tx: Tx, row: Invitation) -> str:
    """The name that the page of this invitation should show; "" where it is not known."""
    provider = providers.get(tx, row.partner, row.provider)
    return provider.name if provider else ""


def warn_support(tx: Tx, row: Invitation, by: Person, shown: str) -> bool:
    """An invitation that is not from whom it is said to be: a person should look. `shown`: the
    company that its page shows, "" where nobody said. False where no support would see it."""
    workspace = people.workspace(tx)
    if workspace is None or not workspace.support_channel:
        return False
    said = {"by": by.name, "shown": shown, "in_channel": True, "link": "", "name": "", "slots": {}}
    outbox.tell(
        tx,
        outbox.to_channel(workspace.support_channel),
        [("invitation/another_company", card(tx, row) | said)],
        key=f"another_company:{row.id}",
        decision="handover",
    )
    return True


def tell_bringer(tx: Tx, row: Invitation, template: str, by: Person, **more: Any) -> None:
    """Who brought it hears what became of it, unless it is her own word; what came by mail is told
    to the admins' channel."""
    data, key = (
        card(tx, row) | {"by": by.name} | more,
        f"{template}:{row.id}:{more.get('outcome', '')}",
    )
    bringer = people.by_id(tx, row.brought_by)
    if row.brought_by == invitation.MAIL.id:
        notifications.to_admins(tx, template, data, key=key)
    elif bringer and bringer.live and bringer.id != by.id:
        about = {"invitation": row.id}
        notifications.say(tx, bringer, template, data, key=f"{key}:{bringer.id}", about=about)


def _withdraw(tx: Tx, row: Invitation) -> None:
    """The one who had it cannot follow it any more: her copy says so."""
    key = _key(row.id, row.sent_to)
    data = card(tx, row) | {"state": "moved", "link": "", "offer": "", "name": "", "slots": {}}
    address = Address(person=row.sent_to, updates=key)
    outbox.tell(
        tx,
        address,
        [("invitation/for_admin", data)],
        key=f"{key}:moved",
        decision="command",
        kind=outbox.Out.UPDATE,
    )


def _key(id_: str, admin: str) -> str:
    return f"invitation:{id_}:{admin}"
