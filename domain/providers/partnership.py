"""Machine D: the partnership with one provider, from considering it to seeing it in the list. Knows
no Slack, no words, no clock.

Ours are the rows that let reality in: what people saw in Partner Center is recorded from wherever
we stood. Nobody's link is ever called genuine here: FormValidated says that it has the form of one.
"""

from enum import StrEnum

from domain.machine import Machine, Move
from domain.people import Role


class State(StrEnum):
    CONSIDERED = "Considered"
    SHORTLISTED = "Shortlisted"
    CHOSEN = "Chosen"
    RECEIVED = "InvitationReceived"
    REJECTED = "Rejected"
    VALIDATED = "FormValidated"
    WAITING = "WaitingForAgreement"
    ACCEPTED = "AcceptedReported"
    LINK_DEAD = "LinkDead"
    UNCONFIRMED = "Unconfirmed"
    LISTED = "Listed"
    REMOVED = "Removed"


class Event(StrEnum):
    CRITERIA_COMPARED = "criteria_compared"
    CHOSEN = "chosen"
    LINK_RECEIVED = "link_received"
    NEW_LINK = "new_link"
    FORM_RIGHT = "form_right"
    FORM_WRONG = "form_wrong"
    NOT_OURS = "not_ours"
    AGREEMENT_MISSING = "agreement_missing"
    AGREEMENT_IN_FORCE = "agreement_in_force"
    ACCEPTED = "accepted"
    LINK_DEAD = "link_dead"
    SEEN_IN_LIST = "seen_in_list"
    NOT_IN_LIST = "not_in_list"
    ADMIN_ACCESS_WITHDRAWN = "admin_access_withdrawn"
    REMOVED = "removed"
    GIVEN_UP = "given_up"


S, E = State, Event
ANYBODY = frozenset({Role.STAFF, Role.SUPPORT})
BEFORE_A_LINK = (S.CONSIDERED, S.SHORTLISTED, S.CHOSEN, S.REMOVED)
AFTER_A_LINK = (S.REJECTED, S.LINK_DEAD, S.UNCONFIRMED, S.VALIDATED, S.WAITING)
OPEN = (S.RECEIVED, S.VALIDATED, S.WAITING)
GOES_ON = tuple(s for s in S if s not in (S.CONSIDERED, S.LISTED))

MOVES = (
    *(
        Move(
            s,
            E.CRITERIA_COMPARED,
            S.SHORTLISTED,
            ANYBODY,
            source="F-PROVIDER-EVALUATE X-REGION",
            dated=False,
        )
        for s in (S.CONSIDERED, S.SHORTLISTED)
    ),
    *(
        Move(
            s,
            E.CHOSEN,
            S.CHOSEN,
            ANYBODY,
            ("global_admin", "admins"),
            source="F-PROVIDER-RELATION X-MULTI-PROVIDER",
            dated=False,
        )
        for s in (S.CONSIDERED, S.SHORTLISTED, S.CHOSEN, S.REMOVED)
    ),
    *(
        Move(s, E.LINK_RECEIVED, S.RECEIVED, ANYBODY, source="F-INVITE-EMAIL", dated=False)
        for s in BEFORE_A_LINK
    ),
    *(
        Move(s, E.NEW_LINK, S.RECEIVED, ANYBODY, source="G-INVITE-EXPIRY", dated=False)
        for s in AFTER_A_LINK
    ),
    Move(
        S.RECEIVED,
        E.FORM_RIGHT,
        S.VALIDATED,
        ANYBODY,
        source="F-INVITE-OPENS-PC G-PARTNERSHIP-URL",
        dated=False,
    ),
    Move(S.RECEIVED, E.FORM_WRONG, S.REJECTED, ANYBODY, source="X-LINK-PERSONAL", dated=False),
    Move(
        S.VALIDATED,
        E.AGREEMENT_MISSING,
        S.WAITING,
        ANYBODY,
        source="X-MPA-BEFORE-PARTNERSHIP",
        dated=False,
    ),
    Move(
        S.WAITING,
        E.AGREEMENT_IN_FORCE,
        S.VALIDATED,
        ANYBODY,
        ("global_admin",),
        source="X-MPA-BEFORE-PARTNERSHIP",
        dated=False,
    ),
    *(
        Move(s, E.NOT_OURS, S.REJECTED, ANYBODY, ("asker",), source="X-PROVIDER-ADMIN", dated=False)
        for s in OPEN
    ),
    *(
        Move(s, E.ACCEPTED, S.ACCEPTED, ANYBODY, ("asker",), source="F-INVITE-GA X-AUTHORIZE-TICK")
        for s in (S.RECEIVED, S.VALIDATED, S.WAITING, S.LINK_DEAD, S.ACCEPTED)
    ),
    *(
        Move(
            s, E.LINK_DEAD, S.LINK_DEAD, ANYBODY, ("asker",), source="G-INVITE-EXPIRY", dated=False
        )
        for s in (S.VALIDATED, S.WAITING)
    ),
    Move(S.ACCEPTED, E.NOT_IN_LIST, S.UNCONFIRMED, ANYBODY, ("asker",), source="F-INVITE-LISTED"),
    Move(S.UNCONFIRMED, E.NOT_IN_LIST, S.UNCONFIRMED, ANYBODY, source="F-INVITE-LISTED"),
    *(
        Move(s, E.SEEN_IN_LIST, S.LISTED, ANYBODY, ("asker", "admins"), source="F-INVITE-LISTED")
        for s in S
        if s is not S.LISTED
    ),
    Move(S.LISTED, E.SEEN_IN_LIST, S.LISTED, ANYBODY, source="F-INVITE-LISTED"),
    Move(S.LISTED, E.ADMIN_ACCESS_WITHDRAWN, S.LISTED, ANYBODY, source="X-PROVIDER-ADMIN"),
    Move(S.LISTED, E.REMOVED, S.REMOVED, ANYBODY, ("admins",), source="X-PARTNERSHIP-END"),
    *(Move(s, E.GIVEN_UP, S.CONSIDERED, ANYBODY, dated=False) for s in GOES_ON),
)

MACHINE = Machine("partnership", State, Event, State.CONSIDERED, MOVES, reports=True)
