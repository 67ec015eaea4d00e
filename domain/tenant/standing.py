"""Machine A: the standing of a direct-bill tenant. Knows no Slack, no words, no clock.

Before anybody tells what Partner Center shows it is NotReported, which is not Active.
"""

from enum import StrEnum

from domain.json_values import Values
from domain.machine import Machine, Move
from domain.people import Role
from domain.storage.store import Tx


class State(StrEnum):
    NOT_REPORTED = "NotReported"
    ACTIVE = "Active"
    AT_RISK = "AtRisk"
    RESTRICTED = "Restricted"
    LEAVING = "Leaving"
    SUSPENDED = "Suspended"
    REVOKED = "Revoked"
    ENDED = "Ended"


class Event(StrEnum):
    CHECK_PASSED = "check_passed"
    NOTICE_SENT = "notice_sent"
    REQUIREMENTS_MET = "requirements_met"
    ANNIVERSARY_FAILED = "anniversary_failed"
    RESTRICTED_ON_REQUEST = "restricted_on_request"
    RESTRICTED_SHOWN = "restricted_shown"
    ACTIVE_SHOWN = "active_shown"
    LEAVING_ANNOUNCED = "leaving_announced"
    SUSPENDED = "suspended"
    CURED = "cured"
    REVOKED = "revoked"
    LAST_SUBSCRIPTION_GONE = "last_subscription_gone"


S, E = State, Event
ANYBODY = frozenset({Role.STAFF, Role.SUPPORT})
BY_CLOCK = ANYBODY | {Role.CLOCK}

TOLD = ("global_admin", "admins")

# What can be told first. Records of before NotReported existed begin here too: each event leads
# where it led from Active.
UNTOLD = (S.NOT_REPORTED, S.ACTIVE)
MOVES = (
    *(Move(s, E.CHECK_PASSED, S.ACTIVE, ANYBODY) for s in UNTOLD),
    *(
        Move(s, E.NOTICE_SENT, S.AT_RISK, ANYBODY, TOLD, source="F-NOTICE-ALL P-ENFORCEMENT")
        for s in UNTOLD
    ),
    Move(S.AT_RISK, E.NOTICE_SENT, S.AT_RISK, ANYBODY, source="F-NOTICE-ALL"),
    Move(S.AT_RISK, E.REQUIREMENTS_MET, S.ACTIVE, ANYBODY, TOLD),
    Move(
        S.AT_RISK,
        E.ANNIVERSARY_FAILED,
        S.RESTRICTED,
        BY_CLOCK,
        TOLD,
        source="F-RESTRICT-CAUSE P-ENFORCEMENT",
    ),
    *(
        Move(s, E.RESTRICTED_ON_REQUEST, S.RESTRICTED, ANYBODY, TOLD, source="P-TENANT-RULE")
        for s in (*UNTOLD, S.AT_RISK)
    ),
    *(
        Move(s, E.LEAVING_ANNOUNCED, S.LEAVING, ANYBODY, TOLD, source="X-VOLUNTARY")
        for s in (*UNTOLD, S.AT_RISK)
    ),
    Move(S.RESTRICTED, E.SUSPENDED, S.SUSPENDED, BY_CLOCK, TOLD, source="P-ENFORCEMENT"),
    Move(S.SUSPENDED, E.CURED, S.ACTIVE, ANYBODY, TOLD, source="P-SUSPENDED"),
    Move(
        S.SUSPENDED, E.REVOKED, S.REVOKED, BY_CLOCK, TOLD, irreversible=True, source="P-ENFORCEMENT"
    ),
    Move(
        S.RESTRICTED,
        E.LAST_SUBSCRIPTION_GONE,
        S.ENDED,
        ANYBODY,
        TOLD,
        irreversible=True,
        source="P-ROLLBACK G-DB-END",
    ),
    Move(
        S.SUSPENDED,
        E.LAST_SUBSCRIPTION_GONE,
        S.ENDED,
        ANYBODY,
        TOLD,
        irreversible=True,
        source="P-ROLLBACK G-DB-END",
    ),
    Move(
        S.LEAVING,
        E.LAST_SUBSCRIPTION_GONE,
        S.ENDED,
        ANYBODY,
        TOLD,
        irreversible=True,
        source="P-ROLLBACK G-DB-END",
    ),
    # What the page shows is recorded as it is told, whatever we thought before (docs/promises.md:
    # hearsay is marked).
    *(
        Move(s, E.RESTRICTED_SHOWN, S.RESTRICTED, ANYBODY, TOLD, source="X-RESTRICT-SEE")
        for s in (*UNTOLD, S.AT_RISK)
    ),
    Move(S.RESTRICTED, E.RESTRICTED_SHOWN, S.RESTRICTED, ANYBODY, source="X-RESTRICT-SEE"),
    *(
        Move(s, E.ACTIVE_SHOWN, S.ACTIVE, ANYBODY, source="X-RESTRICT-SEE")
        for s in (*UNTOLD, S.AT_RISK, S.RESTRICTED)
    ),
)

MACHINE = Machine("standing", State, Event, State.NOT_REPORTED, MOVES, reports=True)
# A report of a later step says that the steps before it were taken too, on that day at the latest.
STANDS_FOR: dict[tuple[str, str], tuple[str, ...]] = {
    (S.NOT_REPORTED, E.SUSPENDED): (E.RESTRICTED_SHOWN, E.SUSPENDED),
    (S.NOT_REPORTED, E.REVOKED): (E.RESTRICTED_SHOWN, E.SUSPENDED, E.REVOKED),
    (S.NOT_REPORTED, E.REQUIREMENTS_MET): (E.NOTICE_SENT, E.REQUIREMENTS_MET),
    (S.ACTIVE, E.SUSPENDED): (E.RESTRICTED_SHOWN, E.SUSPENDED),
    (S.AT_RISK, E.SUSPENDED): (E.RESTRICTED_SHOWN, E.SUSPENDED),
    (S.ACTIVE, E.REVOKED): (E.RESTRICTED_SHOWN, E.SUSPENDED, E.REVOKED),
    (S.AT_RISK, E.REVOKED): (E.RESTRICTED_SHOWN, E.SUSPENDED, E.REVOKED),
    (S.RESTRICTED, E.REVOKED): (E.SUSPENDED, E.REVOKED),
    (S.AT_RISK, E.CHECK_PASSED): (E.REQUIREMENTS_MET, E.CHECK_PASSED),
    (S.SUSPENDED, E.ACTIVE_SHOWN): (E.CURED,),
}


def is_told(state: str) -> bool:
    """Has anybody told what Partner Center shows?"""
    return state != State.NOT_REPORTED


def steps_of(state: str, event: str) -> tuple[str, ...]:
    """The events that a report of this one stands for in this state, the last of them the report's
    own."""
    return STANDS_FOR.get((state, event), (event,))


def has_way_back(state: str) -> bool:
    """Can direct bill of this tenant be Active (again)? Not after what the table does not lead back
    from."""
    return State.ACTIVE in MACHINE.reachable_from(state)


def describe(tx: Tx, tenant: str) -> Values:
    """What a reminder needs of a subject of this machine: it is a tenant."""
    return {"tenant": tenant, "about": {"standing_tenant": tenant}}
