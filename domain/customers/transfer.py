"""Machine F: moving subscriptions to the provider, one per request. Knows no Slack, no words, no
clock.

What moves and who starts a request changed over time (P-TRANSFER); the version in force is an
argument. What no version names is asked of the provider first: nothing is bought again before its
no.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
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
    ASK_PROVIDER = "AskProvider"
    MUST_REBUY = "MustRebuyAtProvider"
    ACTIVE = "Active"
    COMPLETING = "Completing"
    COMPLETED = "Completed"
    SOURCE_CHECKED = "SourceChecked"
    TARGET_CHECKED = "TargetChecked"
    VERIFIED = "Verified"
    CLOSED = "Closed"
    LAPSED = "Lapsed"
    ENDED = "Ended"


class Event(StrEnum):
    REQUESTED = "requested"
    ASK_FIRST = "ask_first"
    MAY_MOVE = "may_move"
    NOT_MOVABLE = "not_movable"
    BOUGHT_ANEW = "bought_anew"
    CREATED = "created"
    ACCEPTED = "accepted"
    COMPLETED = "completed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
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
    SAVINGS_PLAN = "savings_plan"
    SOFTWARE = "software"
    MARKETPLACE = "marketplace"


S, E = State, Event
ANYBODY = frozenset({Role.STAFF, Role.SUPPORT})
OPEN = (S.DRAFT, S.ACTIVE, S.COMPLETING)
DONE = (S.COMPLETED, S.SOURCE_CHECKED, S.TARGET_CHECKED, S.VERIFIED)
RULE, NO = "P-TRANSFER", "X-TRANSFER-NO"
ID = "X-TRANSFER-ID X-TRANSFER-ID-NEW"
LAPSES_AFTER = timedelta(days=30)  # P-TRANSFER v2-azure; of licenses it is assumed
REMIND_BEFORE = timedelta(days=5)  # our own rule

MOVES = (
    Move(
        S.DRAFT,
        E.REQUESTED,
        S.DRAFT,
        ANYBODY,
        source="X-TRANSFER-ORDER X-TRANSFER-POR X-TRANSFER-ONE",
        dated=False,
    ),
    Move(S.DRAFT, E.ASK_FIRST, S.ASK_PROVIDER, ANYBODY, source=f"{RULE} {NO}", dated=False),
    Move(S.ASK_PROVIDER, E.MAY_MOVE, S.DRAFT, ANYBODY, source=RULE, dated=False),
    # Buying again what still runs costs twice: only after the provider's no.
    Move(S.ASK_PROVIDER, E.NOT_MOVABLE, S.MUST_REBUY, ANYBODY, source=f"{NO} {RULE}", dated=False),
    # Older records: before AskProvider existed, a request came here from Draft.
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
    Move(S.ASK_PROVIDER, E.CANCELLED, S.CLOSED, ANYBODY, source=RULE),
    Move(S.ACTIVE, E.LAPSED, S.LAPSED, ANYBODY | {Role.CLOCK}, source=f"{RULE} G-TRANSFER-LICENCE"),
    # What was agreed to in time and is reported late is recorded as it is told.
    Move(S.LAPSED, E.ACCEPTED, S.COMPLETING, ANYBODY, source=RULE, dated=False),
    Move(S.LAPSED, E.COMPLETED, S.COMPLETED, ANYBODY, irreversible=True, source=ID, dated=False),
    Move(S.LAPSED, E.REDONE, S.DRAFT, ANYBODY, source=RULE, dated=False),
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
    S.ASK_PROVIDER: "provider",
    S.MUST_REBUY: "provider",
    S.ACTIVE: "approver",
    S.COMPLETING: "microsoft",
    S.COMPLETED: "both",
    S.SOURCE_CHECKED: "provider",
    S.TARGET_CHECKED: "us",
    S.VERIFIED: "",
    S.CLOSED: "us",
    S.LAPSED: "starter",
    S.ENDED: "",
}


@dataclass(frozen=True)
class Rule:
    """One version of P-TRANSFER: who starts ("us": the source) and who approves, what moves, how
    many a request (0: not said). `by_source`: the kinds that the source starts all the same;
    `lapses`: an unanswered request ends by the clock."""

    version: str
    starts: str
    approves: str
    moves: frozenset[Kind]
    most: int = 0
    by_source: frozenset[Kind] = frozenset()
    lapses: bool = False

    def starter(self, kind: str) -> str:
        """Who creates a request for this kind: "us" or "provider"."""
        return "us" if kind in self.by_source else self.starts

    def approver(self, kind: str) -> str:
        return "provider" if self.starter(kind) == "us" else "us"

    def lapses_on(self, kind: str, created: date) -> date | None:
        """The day on which a request that nobody answers lapses; None where none is documented."""
        return created + LAPSES_AFTER if self.lapses and kind not in self.by_source else None


RULES = {
    "v1": Rule("v1", "us", "provider", frozenset({Kind.LEGACY, Kind.AZURE_PAYG})),
    "v1b": Rule("v1b", "us", "provider", frozenset({Kind.LEGACY, Kind.AZURE_PAYG})),
    # With its aspects: azure (plan, reservations, savings plans move), legacy (the source starts),
    # open (software and marketplace: neither yes nor no).
    "v2": Rule(
        "v2",
        "provider",
        "us",
        frozenset(Kind) - {Kind.SOFTWARE, Kind.MARKETPLACE},
        25,
        by_source=frozenset({Kind.LEGACY}),
        lapses=True,
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
