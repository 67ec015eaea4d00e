"""Which answer reports which event, and which question a state asks. Tables; knows no conversation
and no words."""

from domain.customers.customer import Event, State

S, E = State, Event

# The state of machine E -> the stage whose question the flow asks (dialogs/customer/flow.yml).
STAGE: dict[str, str] = {
    S.NAMED: "named",
    S.DIRECT: "direct",
    S.PROSPECT: "prospect",
    S.TENANT_TO_COME: "tenant_to_come",
    S.CAN_INVITE: "can_invite",
    S.CONSENTED: "consented",
    S.INVITED: "invited",
    S.PROVIDER_MISSING: "one_missing",
    S.RESELLER_MISSING: "one_missing",
    S.BOTH: "both",
    S.AWAITING_MCA: "awaiting",
    S.READY: "ready",
    S.ACTIVE: "active",
    S.DECLINED: "declined",
    S.ENDED: "ended",
}
# Slot and answer -> what it reports. An answer that stands here with "" reports nothing: it is for
# later.
EVENTS: dict[tuple[str, str], str] = {
    ("consent", "given"): E.CONSENTED,
    ("consent", "refused"): E.CONSENT_REFUSED,
    ("consent", "not_yet"): "",
    ("way", "not_now"): "",
    ("extended", "done"): E.EXTENDED,
    ("extended", "not_yet"): "",
    ("has_tenant", "has"): E.HAS_TENANT,
    ("has_tenant", "has_none"): E.HAS_NO_TENANT,
    ("has_tenant", "not_yet"): "",
    ("tenant_made", "created"): E.TENANT_CREATED,
    ("tenant_made", "not_yet"): "",
    ("invited", "sent"): E.INVITED,
    ("invited", "not_yet"): "",
    ("accepted_by", "both"): E.BOTH_ACCEPTED,
    ("accepted_by", "only_us"): E.ONLY_RESELLER_ACCEPTED,
    ("accepted_by", "only_provider"): E.ONLY_PROVIDER_ACCEPTED,
    ("accepted_by", "declined"): E.INVITATION_DECLINED,
    ("accepted_by", "not_yet"): "",
    ("mended", "both"): E.BOTH_ACCEPTED,
    ("mended", "sent_again"): E.INVITED,
    ("mended", "declined"): E.INVITATION_DECLINED,
    ("mended", "not_yet"): "",
    ("mca", "missing"): E.MCA_MISSING,
    ("mca", "attested"): E.MCA_ATTESTED,
    ("mca", "direct"): E.MCA_DIRECT,
    ("mca", "not_yet"): "",
    ("mca_done", "done"): E.MCA_DONE,
    ("mca_done", "not_yet"): "",
    ("ordered", "ordered"): E.ORDERED,
    ("ordered", "not_yet"): "",
    # Asked where a wrong naming was taken back; elsewhere this answer names a customer, and is over
    # before a state asks.
    ("relation", "direct"): E.NAMED_DIRECT,
    ("relation", "new"): E.NAMED_NEW,
}
ANSWERS = tuple(dict.fromkeys(slot for slot, _ in EVENTS))
# A report in words -> state -> the steps that it says were taken, the last of them by an answer to
# the question of the state then.
IMPLIED: dict[str, dict[str, tuple[Event, ...]]] = {
    "invited": {S.PROSPECT: (E.HAS_TENANT,), S.TENANT_TO_COME: (E.TENANT_CREATED,)},
    "accepted": {
        S.PROSPECT: (E.HAS_TENANT, E.INVITED),
        S.TENANT_TO_COME: (E.TENANT_CREATED, E.INVITED),
        S.CAN_INVITE: (E.INVITED,),
        S.CONSENTED: (E.INVITED,),
    },
}
ANSWERED: dict[str, dict[str, tuple[str, str]]] = {
    "agreed": {
        S.DIRECT: ("consent", "given"),
        S.DECLINED: ("consent", "given"),
        S.ENDED: ("consent", "given"),
    },
    "invited": {
        S.CAN_INVITE: ("invited", "sent"),
        S.CONSENTED: ("invited", "sent"),
        S.PROVIDER_MISSING: ("mended", "sent_again"),
        S.RESELLER_MISSING: ("mended", "sent_again"),
    },
    "signed": {S.BOTH: ("mca", "direct"), S.AWAITING_MCA: ("mca_done", "done")},
}
