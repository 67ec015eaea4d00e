"""People come and go: what it means for requests that wait, and who is told. The rule is
domain/approvals/departures.py's; no words."""

from datetime import date
from typing import Any

from dialogs.engine import notifications
from dialogs.records.approval_cards import card, deal, place_of, redraw
from domain import people
from domain.approvals import approval, asked_back, departures
from domain.approvals.approval import Approval, State
from domain.approvals.departures import Ended
from domain.machine import stands
from domain.people import Role
from domain.storage.store import Tx
from domain.tenant import case, enrollment

UNDER_WAY = frozenset(case.STAGES) - {
    enrollment.State.NOT_STARTED,
    enrollment.State.WITHDRAWN,
    enrollment.State.ACCEPTED,
}


def settle(tx: Tx, partner: str, today: date) -> None:
    """Every request rests on people who are there: restarted where it has to be, and everybody has
    the cards that are hers. Doing it twice says nothing twice."""
    for ended in departures.settle(tx, partner, today):
        redraw(tx, ended.row.id, today)
        _tell_ended(tx, ended, today)
    for row in departures.live_of(tx, partner):
        state = approval.state_of(tx, row.id)
        if state == State.NEEDS_ADMIN:
            _ask_admins(tx, row, today)
        elif state == State.OPEN and not deal(tx, row.id, today):
            _nobody_decides(tx, row, today)


def end_hers(tx: Tx, partner: str, person: str, today: date) -> None:
    """What only somebody who is erased asked for is closed on every card; the Global admins and the
    channel hear it."""
    for row in departures.end_of(tx, partner, person, today):
        redraw(tx, row.id, today)
        data = card(tx, row, today)
        for admin in people.with_role(tx, Role.GLOBAL_ADMIN, partner):
            key, about = f"asker_erased:{row.id}:{admin.id}", {"tenant_id": row.subject}
            notifications.say(tx, admin, "notices/request_closed", data, key=key, about=about)
        notifications.to_admins(
            tx, "notices/request_closed", data, key=f"asker_erased:{row.id}:admins"
        )


def admin_left(tx: Tx, partner: str, person: str, today: date) -> None:
    """The last Global admin is gone while an enrollment is under way: the admins' channel and
    whoever submitted it hear it."""
    if people.with_role(tx, Role.GLOBAL_ADMIN, partner):
        return
    for tenant in people.tenants_of(tx, partner):
        if stands(tx, enrollment.MACHINE, tenant.id).state not in UNDER_WAY:
            continue
        here = case.of_tenant(tx, people.known_partner(tx, partner), tenant).values()
        gone = people.names(tx, (person,)).get(person, "")
        data = {"today": today.isoformat(), "case": here, "partner": here["partner"], "by": gone}
        key = f"admin_left:{person}:{tenant.id}:{tx.at}"
        notifications.to_admins(tx, "notices/admin_left", data, key=f"{key}:admins")
        for waits in notifications.recipients(tx, "reporter", partner, tenant.id):
            notifications.say(
                tx,
                waits,
                "notices/admin_left",
                data,
                key=f"{key}:{waits.id}",
                about={"tenant_id": tenant.id},
            )


def _tell_ended(tx: Tx, ended: Ended, today: date) -> None:
    """Whoever asked hears that it ended, why, and that it began anew."""
    gone = people.names(tx, (ended.gone,)).get(ended.gone, "")
    data = card(tx, ended.row, today) | {"why": ended.why, "gone": gone}
    for id_ in asked_back.askers(ended.row):
        person = people.by_id(tx, id_)
        if person and person.live:
            key, about = f"restarted:{ended.row.id}:{id_}", {"tenant_id": ended.row.subject}
            notifications.say(
                tx,
                person,
                "notices/request_restarted",
                data,
                key=key,
                about=about,
                at=place_of(ended.row, id_),
            )
    notifications.to_admins(
        tx, "notices/request_restarted", data, key=f"restarted:{ended.row.id}:admins"
    )


def _ask_admins(tx: Tx, row: Approval, today: date) -> None:
    """Each Global admin that there is now is asked once to make the request hers; where there is
    none, whoever waits hears it."""
    starter = people.names(tx, (row.starter,)).get(row.starter, "")
    data = card(tx, row, today) | {"by": starter}
    admins = people.with_role(tx, Role.GLOBAL_ADMIN, row.partner)
    for admin in admins:
        key = f"confirm:{row.id}:{admin.id}"
        notifications.say(
            tx, admin, "notices/confirm_request", data, key=key, about={"tenant_id": row.subject}
        )
    if not admins:
        _tell_waiting(tx, row, "notices/no_admin_left", data)


def _nobody_decides(tx: Tx, row: Approval, today: date) -> None:
    _tell_waiting(tx, row, "notices/no_approver", card(tx, row, today))


def _tell_waiting(tx: Tx, row: Approval, template: str, data: dict[str, Any]) -> None:
    for id_ in asked_back.askers(row):
        person = people.by_id(tx, id_)
        if person and person.live:
            about = {"tenant_id": row.subject}
            notifications.say(
                tx,
                person,
                template,
                data,
                key=f"{template}:{row.id}:{id_}",
                about=about,
                at=place_of(row, id_),
            )
    notifications.to_admins(tx, template, data, key=f"{template}:{row.id}:admins")
