"""Machine F: moving subscriptions to the provider, one per request. Knows no Slack, no words, no
clock.

What the tool moves and who starts a request changed over time (P-TRANSFER); the version in force is
an argument.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from domain.json_values import Values
from domain.machine import Machine, Move
from domain.people import Role
from domain.storage.store import Tx, table
from domain.tables import Customer, Transfer

_requests, _customers = table(Transfer), table(Customer)


class State(StrEnum):
    DRAFT = "Draft"
    MUST_REBUY = "MustRebuyAtProvider"
    ACTIVE = "Active"
    COMPLETING = "Completing"
    COMPLETED = "Completed"
    SOURCE_CHECKED = "SourceChecked"
    TARGET_CHECKED = "TargetChecked"
    VERIFIED = "Verified"
    CLOSED = "Closed"
    ENDED = "Ended"


class Event(StrEnum):
    REQUESTED = "requested"
    NOT_MOVABLE = "not_movable"
    BOUGHT_ANEW = "bought_anew"
    CREATED = "created"
    ACCEPTED = "accepted"
    COMPLETED = "completed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    REDONE = "redone"
    SOURCE_SEEN = "source_seen"
    TARGET_SEEN = "target_seen"
    NOT_AS_EXPECTED = "not_as_expected"


class Kind(StrEnum):
    """What a subscription is, as far as it decides whether the tool moves it."""

    NEW_COMMERCE = "new_commerce"
    LEGACY = "legacy"
    AZURE_PAYG = "azure_payg"
    AZURE_PLAN = "azure_plan"
    RESERVATION = "reservation"
    SOFTWARE = "software"
    MARKETPLACE = "marketplace"


S, E = State, Event
ANYBODY = frozenset({Role.STAFF, Role.SUPPORT})
OPEN = (S.DRAFT, S.ACTIVE, S.COMPLETING)
DONE = (S.COMPLETED, S.SOURCE_CHECKED, S.TARGET_CHECKED, S.VERIFIED)
RULE, ID, NO = "P-TRANSFER", "X-TRANSFER-ID", "X-TRANSFER-NO"

MOVES = (
    Move(
        S.DRAFT,
        E.REQUESTED,
        S.DRAFT,
        ANYBODY,
        source="X-TRANSFER-ORDER X-TRANSFER-ONE",
        dated=False,
    ),
    Move(S.DRAFT, E.NOT_MOVABLE, S.MUST_REBUY, ANYBODY, source=f"{NO} {RULE}", dated=False),
    Move(S.MUST_REBUY, E.BOUGHT_ANEW, S.ENDED, ANYBODY, source="F-CUST-PROVIDER-ORDERS"),
    Move(S.DRAFT, E.CREATED, S.ACTIVE, ANYBODY, source=RULE),
    Move(S.ACTIVE, E.ACCEPTED, S.COMPLETING, ANYBODY, source=RULE),
    # Completed is not undone by the tool.
    *(
        Move(s, E.COMPLETED, S.COMPLETED, ANYBODY, irreversible=True, source=ID)
        for s in (S.ACTIVE, S.COMPLETING)
    ),
    *(
        Move(s, e, S.CLOSED, ANYBODY, source=RULE)
        for s in (S.DRAFT, S.ACTIVE)
        for e in (E.REJECTED, E.WITHDRAWN, E.CANCELLED)
    ),
    Move(S.COMPLETING, E.CANCELLED, S.CLOSED, ANYBODY, source=RULE),
    Move(S.CLOSED, E.REDONE, S.DRAFT, ANYBODY, source="X-TRANSFER-ONE", dated=False),
    Move(S.COMPLETED, E.SOURCE_SEEN, S.SOURCE_CHECKED, ANYBODY, source=ID),
    Move(S.COMPLETED, E.TARGET_SEEN, S.TARGET_CHECKED, ANYBODY, source=ID),
    Move(S.SOURCE_CHECKED, E.TARGET_SEEN, S.VERIFIED, ANYBODY, source=ID),
    Move(S.TARGET_CHECKED, E.SOURCE_SEEN, S.VERIFIED, ANYBODY, source=ID),
    *(
        Move(s, E.NOT_AS_EXPECTED, S.COMPLETED, ANYBODY)
        for s in (S.COMPLETED, S.SOURCE_CHECKED, S.TARGET_CHECKED)
    ),
)

MACHINE = Machine("transfer", State, Event, State.DRAFT, MOVES, reports=True)

# Who has to act in a state: "starter" and "approver" are the sides that the version in force names;
# "both" check.
MUST_ACT = {
    S.DRAFT: "starter",
    S.MUST_REBUY: "provider",
    S.ACTIVE: "approver",
    S.COMPLETING: "microsoft",
    S.COMPLETED: "both",
    S.SOURCE_CHECKED: "provider",
    S.TARGET_CHECKED: "us",
    S.VERIFIED: "",
    S.CLOSED: "us",
    S.ENDED: "",
}


@dataclass(frozen=True)
class Rule:
    """One version of P-TRANSFER: who starts ("us": the source) and who approves, what moves, how
    many a request (0: not said)."""

    version: str
    starts: str
    approves: str
    moves: frozenset[Kind]
    most: int = 0


RULES = {
    "v1": Rule("v1", "us", "provider", frozenset({Kind.LEGACY, Kind.AZURE_PAYG})),
    "v1b": Rule("v1b", "us", "provider", frozenset({Kind.LEGACY, Kind.AZURE_PAYG})),
    "v2": Rule(
        "v2", "provider", "us", frozenset({Kind.NEW_COMMERCE, Kind.LEGACY, Kind.AZURE_PAYG}), 25
    ),
}


def rule_of(version: str) -> Rule:
    """What a version of P-TRANSFER lays down. Raises KeyError for a version that this table does
    not know."""
    return RULES[version]


class Refused(Exception):
    """A request that cannot be. `why`: customer_first, too_many, nothing, open_already, twice;
    `which`: the subscriptions."""

    def __init__(self, why: str, which: Iterable[str] = ()) -> None:
        super().__init__(why)
        self.why, self.which = why, tuple(which)

    def values(self, most: int) -> Values:
        """As plain values for words; `most`: how many subscriptions one request may hold."""
        return {"why": self.why, "which": list(self.which[:10]), "most": most}


def is_open(state: str) -> bool:
    """Does a request in this state hold its subscriptions, so that no second one may name them
    (X-TRANSFER-ONE)?"""
    return state in OPEN


def describe(tx: Tx, id_: str) -> Values:
    """What a reminder about a request names (the customer, the number), and what its buttons are
    about."""
    here = (_requests.c.team == tx.team, _requests.c.id == id_)
    joined = select(_requests.c.number, _customers.c.id, _customers.c.name).join(
        _customers, _customers.c.id == _requests.c.customer
    )
    row = tx.db.execute(joined.where(*here)).first()
    return (
        {
            "label": f"{row.name} no. {row.number}",
            "about": {"transfer_customer": row.id, "transfer": id_},
        }
        if row
        else {}
    )
