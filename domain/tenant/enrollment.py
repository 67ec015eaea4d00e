"""Machine B: the one-way road of a tenant into indirect reselling. Knows no Slack, no words, no
clock.

Reality is recorded from every state (acceptance_reported); what is guarded is our go-ahead
(needs="go_ahead").
"""

from enum import StrEnum

from domain.json_values import Values
from domain.machine import Machine, Move
from domain.people import Role
from domain.storage.store import Tx

GO_AHEAD = "go_ahead"


class State(StrEnum):
    NOT_STARTED = "NotStarted"
    READY = "Ready"
    BLOCKED = "BlockedByTenantRule"
    SUBMITTED = "Submitted"
    PENDING = "PendingReview"
    OVERDUE = "PendingOverdue"
    APPROVED = "ApprovedAwaitingAgreement"
    OFFERED = "AgreementOffered"
    MISSING = "AgreementMissing"
    ACCEPTED = "Accepted"
    DECLINED = "Declined"
    WITHDRAWN = "Withdrawn"


class Event(StrEnum):
    PROFILE_CHECKED = "profile_checked"
    DECIDED = "decided"
    TENANT_RULE_APPLIES = "tenant_rule_applies"
    RESTRICTED_SHOWN = "restricted_shown"
    NEW_TENANT_CHOSEN = "new_tenant_chosen"
    ENROLL_OFFERED_ANYWAY = "enroll_offered_anyway"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    NOT_INSTANT = "not_instant"
    BECAME_OVERDUE = "became_overdue"
    STILL_PENDING = "still_pending"
    REJECTED = "rejected"
    APPEALED = "appealed"
    AGREEMENT_SEEN = "agreement_seen"
    AGREEMENT_NOT_VISIBLE = "agreement_not_visible"
    AGREEMENT_ACCEPTED = "agreement_accepted"
    ACCEPTANCE_REPORTED = "acceptance_reported"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
    RETURN_TO_DIRECT = "return_to_direct"


S, E = State, Event
ANYBODY = frozenset({Role.STAFF, Role.SUPPORT})
THE_CLOCK = frozenset({Role.CLOCK})
ADMIN = frozenset({Role.GLOBAL_ADMIN})
BEFORE_ACCEPTED = tuple(s for s in S if s not in (S.ACCEPTED, S.WITHDRAWN))

MOVES = (
    Move(
        S.NOT_STARTED, E.PROFILE_CHECKED, S.READY, ANYBODY, source="X-PREREQ-PROFILE", dated=False
    ),
    Move(S.READY, E.PROFILE_CHECKED, S.READY, ANYBODY, source="X-PREREQ-PROFILE", dated=False),
    Move(S.NOT_STARTED, E.DECIDED, S.READY, ANYBODY, source="F-EVALUATE-FIRST", dated=False),
    Move(S.READY, E.DECIDED, S.READY, ANYBODY, source="F-EVALUATE-FIRST", dated=False),
    Move(S.READY, E.TENANT_RULE_APPLIES, S.BLOCKED, ANYBODY, source="P-TENANT-RULE", dated=False),
    Move(S.BLOCKED, E.RESTRICTED_SHOWN, S.READY, ANYBODY, source="P-TENANT-RULE", dated=False),
    Move(S.BLOCKED, E.NEW_TENANT_CHOSEN, S.READY, ANYBODY, source="P-TENANT-RULE", dated=False),
    Move(S.BLOCKED, E.ENROLL_OFFERED_ANYWAY, S.READY, ANYBODY, source="P-TENANT-RULE", dated=False),
    Move(S.READY, E.SUBMITTED, S.SUBMITTED, ANYBODY, tells=("admins",), source="F-ENROLL-NOW"),
    Move(
        S.SUBMITTED,
        E.APPROVED,
        S.APPROVED,
        ANYBODY,
        tells=("global_admin",),
        source="F-APPROVAL-INSTANT",
    ),
    Move(S.SUBMITTED, E.NOT_INSTANT, S.PENDING, ANYBODY, source="P-APPROVAL-DAYS"),
    Move(
        S.PENDING,
        E.APPROVED,
        S.APPROVED,
        ANYBODY,
        tells=("global_admin",),
        source="F-APPROVAL-EMAIL",
    ),
    Move(S.PENDING, E.STILL_PENDING, S.PENDING, ANYBODY),
    # Also where nobody said meanwhile that it is pending: the days have passed all the same.
    *(
        Move(
            s,
            E.BECAME_OVERDUE,
            S.OVERDUE,
            THE_CLOCK,
            tells=("global_admin", "reporter"),
            source="P-APPROVAL-DAYS",
        )
        for s in (S.SUBMITTED, S.PENDING)
    ),
    Move(S.OVERDUE, E.STILL_PENDING, S.PENDING, ANYBODY, source="X-VERIFY-KINDS"),
    Move(
        S.OVERDUE,
        E.APPROVED,
        S.APPROVED,
        ANYBODY,
        tells=("global_admin",),
        source="F-APPROVAL-EMAIL",
    ),
    *(
        Move(s, E.REJECTED, S.DECLINED, ANYBODY, source="X-VERIFY-REJECT")
        for s in (S.SUBMITTED, S.PENDING, S.OVERDUE)
    ),
    Move(S.DECLINED, E.APPEALED, S.PENDING, ANYBODY, source="X-VERIFY-REJECT"),
    *(
        Move(s, E.AGREEMENT_SEEN, S.OFFERED, ANYBODY, source="X-SIGN-IN-AGAIN")
        for s in (S.APPROVED, S.MISSING, S.OFFERED)
    ),
    *(
        Move(s, E.AGREEMENT_NOT_VISIBLE, S.MISSING, ANYBODY, source="X-MPA-SIGN-GA")
        for s in (S.APPROVED, S.OFFERED, S.MISSING)
    ),
    # The one-way door. Our go-ahead to open it takes two people; that it was opened is recorded
    # whoever opened it.
    Move(
        S.OFFERED,
        E.AGREEMENT_ACCEPTED,
        S.ACCEPTED,
        ADMIN,
        ("admins",),
        True,
        GO_AHEAD,
        "F-ROLLBACK-NONE F-ACCEPT-CONTINUE",
    ),
    Move(S.ACCEPTED, E.AGREEMENT_ACCEPTED, S.ACCEPTED, ADMIN, source="F-ROLLBACK-NONE"),
    *(
        Move(
            s,
            E.ACCEPTANCE_REPORTED,
            S.ACCEPTED,
            ANYBODY,
            ("admins", "global_admin"),
            True,
            source="F-ROLLBACK-NONE",
        )
        for s in S
        if s is not S.ACCEPTED
    ),
    Move(S.ACCEPTED, E.ACCEPTANCE_REPORTED, S.ACCEPTED, ANYBODY, source="F-ROLLBACK-NONE"),
    *(Move(s, E.WITHDRAWN, S.WITHDRAWN, ANYBODY, tells=("admins",)) for s in BEFORE_ACCEPTED),
    Move(S.WITHDRAWN, E.REOPENED, S.NOT_STARTED, ANYBODY),
)

MACHINE = Machine(
    "enrollment",
    State,
    Event,
    State.NOT_STARTED,
    MOVES,
    refused={E.RETURN_TO_DIRECT: ("F-ROLLBACK-NONE", "P-ROLLBACK")},
    reports=True,
)


def describe(tx: Tx, tenant: str) -> Values:
    """What a reminder needs of a subject of this machine: it is a tenant."""
    return {"tenant": tenant, "about": {"tenant_id": tenant}}


def has_way_back(state: str) -> bool:
    """Can this tenant still be direct bill only? Only while the agreement is not accepted
    (F-ROLLBACK-NONE)."""
    return State.NOT_STARTED in MACHINE.reachable_from(state)
