"""Machine A: the standing of a direct-bill tenant. Knows no Slack, no words, no clock."""

from enum import StrEnum

from domain.machine import Machine, Move
from domain.people import Role


class State(StrEnum):
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

MOVES = (
    Move(S.ACTIVE, E.CHECK_PASSED, S.ACTIVE, ANYBODY),
    Move(S.ACTIVE, E.NOTICE_SENT, S.AT_RISK, ANYBODY, source="F-NOTICE-ALL"),
    Move(S.AT_RISK, E.REQUIREMENTS_MET, S.ACTIVE, ANYBODY),
    Move(S.AT_RISK, E.ANNIVERSARY_FAILED, S.RESTRICTED, BY_CLOCK, source="F-RESTRICT-CAUSE P-ENFORCEMENT"),
    Move(S.ACTIVE, E.RESTRICTED_ON_REQUEST, S.RESTRICTED, ANYBODY, source="P-TENANT-RULE"),
    Move(S.ACTIVE, E.LEAVING_ANNOUNCED, S.LEAVING, ANYBODY, source="X-VOLUNTARY"),
    Move(S.AT_RISK, E.LEAVING_ANNOUNCED, S.LEAVING, ANYBODY, source="X-VOLUNTARY"),
    Move(S.RESTRICTED, E.SUSPENDED, S.SUSPENDED, BY_CLOCK, source="P-ENFORCEMENT"),
    Move(S.SUSPENDED, E.CURED, S.ACTIVE, ANYBODY),
    Move(S.SUSPENDED, E.REVOKED, S.REVOKED, BY_CLOCK, irreversible=True, source="P-ENFORCEMENT"),
    Move(S.RESTRICTED, E.LAST_SUBSCRIPTION_GONE, S.ENDED, ANYBODY, irreversible=True, source="P-ROLLBACK G-DB-END"),
    Move(S.SUSPENDED, E.LAST_SUBSCRIPTION_GONE, S.ENDED, ANYBODY, irreversible=True, source="P-ROLLBACK G-DB-END"),
    Move(S.LEAVING, E.LAST_SUBSCRIPTION_GONE, S.ENDED, ANYBODY, irreversible=True, source="P-ROLLBACK G-DB-END"),
    # What the page shows is recorded as it is told, whatever we thought before (design.md, section 4: hearsay is marked).
    *(Move(s, E.RESTRICTED_SHOWN, S.RESTRICTED, ANYBODY, source="X-RESTRICT-SEE") for s in (S.ACTIVE, S.AT_RISK, S.RESTRICTED)),
    *(Move(s, E.ACTIVE_SHOWN, S.ACTIVE, ANYBODY, source="X-RESTRICT-SEE") for s in (S.ACTIVE, S.AT_RISK)),
)

MACHINE = Machine("standing", State, Event, State.ACTIVE, MOVES)
