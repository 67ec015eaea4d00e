"""Which answer reports which event of a transfer, and which question a state asks. Tables; knows no
conversation and no words."""

from domain.customers.transfer import Event, State

S, E = State, Event
STAGE: dict[str, str] = {
    S.DRAFT: "draft",
    S.ACTIVE: "active",
    S.COMPLETING: "completing",
    S.COMPLETED: "completed",
    S.SOURCE_CHECKED: "source_checked",
    S.TARGET_CHECKED: "target_checked",
    S.ASK_PROVIDER: "ask_provider",
    S.MUST_REBUY: "must_rebuy",
    S.CLOSED: "closed",
    S.LAPSED: "lapsed",
    S.VERIFIED: "shown",
    S.ENDED: "shown",
}
# Slot and answer -> what it reports; "" reports nothing, it is for later.
EVENTS: dict[tuple[str, str], str] = {
    ("request_made", "created"): E.CREATED,
    ("request_made", "cancelled"): E.CANCELLED,
    ("request_made", "not_yet"): "",
    ("request_answer", "accepted"): E.ACCEPTED,
    ("request_answer", "completed"): E.COMPLETED,
    ("request_answer", "rejected"): E.REJECTED,
    ("request_answer", "withdrawn"): E.WITHDRAWN,
    ("request_answer", "lapsed"): E.LAPSED,
    ("request_answer", "not_yet"): "",
    ("request_done", "completed"): E.COMPLETED,
    ("request_done", "cancelled"): E.CANCELLED,
    ("request_done", "not_yet"): "",
    ("source_right", "seen"): E.SOURCE_SEEN,
    ("source_right", "not_right"): E.NOT_AS_EXPECTED,
    ("source_right", "not_yet"): "",
    ("target_right", "seen"): E.TARGET_SEEN,
    ("target_right", "not_right"): E.NOT_AS_EXPECTED,
    ("target_right", "not_yet"): "",
    ("provider_says", "moves"): E.MAY_MOVE,
    ("provider_says", "moves_not"): E.NOT_MOVABLE,
    ("provider_says", "not_yet"): "",
    ("bought", "bought"): E.BOUGHT_ANEW,
    ("bought", "not_yet"): "",
    ("again", "redo"): E.REDONE,
    ("again", "leave"): "",
    ("again", "accepted"): E.ACCEPTED,
}
ANSWERS = tuple(dict.fromkeys(slot for slot, _ in EVENTS))
REPORTED = {"report_transfer_accepted": "accepted", "report_transfer_done": "completed"}
# A report in words answers the question of the state, where it fits.
ANSWERED: dict[tuple[str, str], tuple[str, str]] = {
    ("accepted", S.ACTIVE): ("request_answer", "accepted"),
    ("completed", S.ACTIVE): ("request_answer", "completed"),
    ("completed", S.COMPLETING): ("request_done", "completed"),
}
