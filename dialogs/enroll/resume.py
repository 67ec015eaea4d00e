"""An enrollment that was begun goes on where it was: what is on record is not asked again. Knows no
words."""

from dialogs.engine.context import Filled, Turn
from dialogs.enroll.questions import option_for
from domain import people
from domain.people import Role
from domain.tenant import standing
from domain.tenant.case import Case
from domain.tenant.enrollment import Event, State


def taken_up(turn: Turn, here: Case) -> tuple[str, Filled]:
    """Stage and slots of what was said before Enroll now: ("before", []) where nothing was, or it
    was stopped."""
    if here.enrollment not in (State.READY, State.BLOCKED):
        return "before", []
    said = _since_it_was_reopened(here)
    known: dict[str, str] = {
        "profile": "current",
        "tenant": option_for(turn, here.tenant),
        "rule": "holds",
    }
    if known["tenant"] != "new":
        known["standing"] = "restricted" if here.standing == standing.State.RESTRICTED else "active"
    if here.enrollment == State.BLOCKED:
        return "blocked", _set(known | {"rule": "warns"})
    if Event.DECIDED not in said:
        return "prepared", _set(known)
    known["weighed"] = "weighed"
    admins = people.with_role(turn.tx, Role.GLOBAL_ADMIN, turn.person.partner)
    if len(admins) != 1:
        return "decided", _set(known)
    return "ready_to_submit", _set(known | {"admin": admins[0].id})


def _since_it_was_reopened(here: Case) -> set[str]:
    events = [line["event"] for line in here.history]
    while Event.REOPENED in events:
        events = events[events.index(Event.REOPENED) + 1 :]
    return set(events)


def _set(slots: dict[str, str]) -> Filled:
    return list(slots.items())
