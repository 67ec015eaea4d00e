"""Machine E: a customer's road to a provider, one per customer and provider. Knows no Slack, no
words, no clock.

A direct customer's consent comes first (X-CONSENT-FIRST): no row leads a direct customer to an
extension or a joint invitation but through `consented`, whose day is recorded; whoever asks, what
is missing in the table does not happen.
"""

from enum import StrEnum

from sqlalchemy import select

from domain.json_values import Values
from domain.machine import Machine, Move
from domain.people import Role
from domain.storage.store import Tx, table
from domain.tables import Customer

_customers = table(Customer)


class State(StrEnum):
    NAMED = "Named"
    DIRECT = "DirectCustomer"
    PROSPECT = "Prospect"
    TENANT_TO_COME = "ProviderCreatesTenant"
    CAN_INVITE = "CanJointInvite"
    CONSENTED = "Consented"
    INVITED = "JointInvited"
    PROVIDER_MISSING = "ProviderMissing"
    RESELLER_MISSING = "ResellerMissing"
    BOTH = "BothRelationships"
    AWAITING_MCA = "AwaitingMCA"
    READY = "ReadyToTransact"
    ACTIVE = "Active"
    DECLINED = "Declined"
    ENDED = "Ended"


class Event(StrEnum):
    NAMED_DIRECT = "named_direct"
    NAMED_NEW = "named_new"
    HAS_TENANT = "has_tenant"
    HAS_NO_TENANT = "has_no_tenant"
    TENANT_CREATED = "tenant_created"
    CONSENTED = "consented"
    CONSENT_REFUSED = "consent_refused"
    CONSENT_TAKEN_BACK = "consent_taken_back"
    EXTENDED = "extended"
    INVITED = "invited"
    BOTH_ACCEPTED = "both_accepted"
    ONLY_RESELLER_ACCEPTED = "only_reseller_accepted"
    ONLY_PROVIDER_ACCEPTED = "only_provider_accepted"
    INVITATION_DECLINED = "invitation_declined"
    MCA_MISSING = "mca_missing"
    MCA_ATTESTED = "mca_attested"
    MCA_DIRECT = "mca_accepted_directly"
    MCA_DONE = "mca_done"
    ORDERED = "ordered"
    PROVIDER_REMOVED = "provider_removed"
    RESELLER_REMOVED = "reseller_removed"
    LEFT = "left"


S, E = State, Event
ANYBODY = frozenset({Role.STAFF, Role.SUPPORT})
CONSENT, BOTH, ONE = (
    "X-CONSENT-FIRST",
    "F-CUST-BOTH-RELATIONS",
    (S.PROVIDER_MISSING, S.RESELLER_MISSING),
)
RELATED = (S.BOTH, S.AWAITING_MCA, S.READY, S.ACTIVE)

MOVES = (
    Move(S.NAMED, E.NAMED_DIRECT, S.DIRECT, ANYBODY, source="F-DUAL-KEEP-DIRECT", dated=False),
    Move(S.NAMED, E.NAMED_NEW, S.PROSPECT, ANYBODY, source="F-CUST-JOINT-INVITE", dated=False),
    Move(
        S.PROSPECT, E.HAS_TENANT, S.CAN_INVITE, ANYBODY, source="F-CUST-JOINT-INVITE", dated=False
    ),
    Move(
        S.PROSPECT,
        E.HAS_NO_TENANT,
        S.TENANT_TO_COME,
        ANYBODY,
        source="P-CUSTOMER-TENANT-CREATE",
        dated=False,
    ),
    Move(
        S.TENANT_TO_COME, E.TENANT_CREATED, S.CAN_INVITE, ANYBODY, source="P-CUSTOMER-TENANT-CREATE"
    ),
    Move(S.DIRECT, E.CONSENTED, S.CONSENTED, ANYBODY, source=CONSENT),
    Move(S.DIRECT, E.CONSENT_REFUSED, S.DIRECT, ANYBODY, source=CONSENT),
    Move(S.CONSENTED, E.CONSENT_TAKEN_BACK, S.DIRECT, ANYBODY, source=CONSENT),
    Move(S.CONSENTED, E.EXTENDED, S.BOTH, ANYBODY, source="X-EXT-WHAT X-EXT-LIMITS"),
    *(
        Move(s, E.INVITED, S.INVITED, ANYBODY, source="F-CUST-INVITE-BUTTON")
        for s in (S.CONSENTED, S.CAN_INVITE, S.INVITED, *ONE)
    ),
    *(Move(s, E.BOTH_ACCEPTED, S.BOTH, ANYBODY, source=BOTH) for s in (S.INVITED, *ONE)),
    Move(S.INVITED, E.ONLY_RESELLER_ACCEPTED, S.PROVIDER_MISSING, ANYBODY, source=BOTH),
    Move(S.INVITED, E.ONLY_PROVIDER_ACCEPTED, S.RESELLER_MISSING, ANYBODY, source=BOTH),
    *(Move(s, E.INVITATION_DECLINED, S.DECLINED, ANYBODY) for s in (S.INVITED, *ONE)),
    Move(S.DECLINED, E.CONSENTED, S.CONSENTED, ANYBODY, source=CONSENT),
    Move(S.BOTH, E.MCA_MISSING, S.AWAITING_MCA, ANYBODY, source="X-MCA-NOT-YET"),
    Move(S.BOTH, E.MCA_ATTESTED, S.AWAITING_MCA, ANYBODY, source="X-MCA-ATTESTED"),
    *(
        Move(s, E.MCA_DIRECT, S.READY, ANYBODY, source="X-MCA-DIRECT")
        for s in (S.BOTH, S.AWAITING_MCA)
    ),
    Move(S.AWAITING_MCA, E.MCA_DONE, S.READY, ANYBODY, source="X-MCA-NOT-YET X-MCA-ATTESTED"),
    *(
        Move(s, E.ORDERED, S.ACTIVE, ANYBODY, source="F-CUST-PROVIDER-ORDERS")
        for s in (S.READY, S.ACTIVE)
    ),
    *(Move(s, E.PROVIDER_REMOVED, S.PROVIDER_MISSING, ANYBODY, source=BOTH) for s in RELATED),
    *(Move(s, E.RESELLER_REMOVED, S.RESELLER_MISSING, ANYBODY, source=BOTH) for s in RELATED),
    *(Move(s, E.LEFT, S.ENDED, ANYBODY) for s in S if s is not S.ENDED),
    # Who came back after a no, or after leaving, is asked anew: a dated yes, whatever was there
    # before.
    Move(S.ENDED, E.CONSENTED, S.CONSENTED, ANYBODY, source=CONSENT),
)

MACHINE = Machine(
    "customer",
    State,
    Event,
    State.NAMED,
    MOVES,
    refused={E.EXTENDED: (CONSENT,), E.INVITED: (CONSENT,), E.BOTH_ACCEPTED: (CONSENT,)},
    reports=True,
)

# Who has to act in a state; "" where nobody has to. The step itself has its words in
# templates/customer/.
MUST_ACT = {
    S.NAMED: "us",
    S.DIRECT: "us",
    S.PROSPECT: "us",
    S.TENANT_TO_COME: "provider",
    S.CAN_INVITE: "us",
    S.CONSENTED: "us",
    S.INVITED: "customer",
    S.PROVIDER_MISSING: "customer",
    S.RESELLER_MISSING: "customer",
    S.BOTH: "us",
    S.AWAITING_MCA: "provider",
    S.READY: "provider",
    S.ACTIVE: "",
    S.DECLINED: "us",
    S.ENDED: "",
}
# The stuck ones first: in this order states are shown and worked off.
STUCK_FIRST = (
    S.PROVIDER_MISSING,
    S.RESELLER_MISSING,
    S.DECLINED,
    S.AWAITING_MCA,
    S.INVITED,
    S.TENANT_TO_COME,
    S.BOTH,
    S.CONSENTED,
    S.CAN_INVITE,
    S.READY,
    S.PROSPECT,
    S.DIRECT,
    S.NAMED,
    S.ACTIVE,
    S.ENDED,
)


def is_with_provider(state: str) -> bool:
    """Has the provider its relationship with the customer? Only then subscriptions can be
    transferred (X-TRANSFER-ORDER)."""
    return state in RELATED


def describe(tx: Tx, id_: str) -> Values:
    """What a reminder about a customer names, and what its buttons are about."""
    name = tx.db.execute(
        select(_customers.c.name).where(_customers.c.team == tx.team, _customers.c.id == id_)
    ).scalar()
    return {"label": str(name or ""), "about": {"customer": id_}}
