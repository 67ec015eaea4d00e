"""What a person is waited for in about a provider's invitation: what became of it, and whether the
provider shows in the list. Reads only."""

from collections.abc import Iterator

from dialogs.engine.context import Turn
from dialogs.expectations.expectation import Expectation
from domain.people import Role
from domain.providers import invitation, providers
from domain.providers.partnership import MACHINE, Event, State
from domain.storage import audit

TO_BE_SEEN = (State.ACCEPTED, State.UNCONFIRMED)


def waits(turn: Turn) -> Iterator[Expectation]:
    """The invitations that this Global admin has and has not answered, and the ones that this
    person accepted and nobody has seen in the list."""
    partner = turn.person.partner
    if not partner:
        return
    if turn.person.has(Role.GLOBAL_ADMIN):
        for row in invitation.open_ones(turn.tx, partner):
            if row.state == invitation.SENT and row.sent_to == turn.person.id:
                yield Expectation(
                    "invited.invite_outcome",
                    ("accepted", "not_ours", "link_dead"),
                    {"invitation": row.id},
                    row.sent_at,
                    whose=row.brought_by,
                )
    for provider, state in providers.states(turn.tx, partner).items():
        if state in TO_BE_SEEN:
            yield from _to_be_seen(turn, provider)


def _to_be_seen(turn: Turn, provider: str) -> Iterator[Expectation]:
    row = invitation.latest_of(turn.tx, provider)
    log = audit.entries(turn.tx, f"{MACHINE.name}:{provider}")
    accepted = [e for e in log if e.action == Event.ACCEPTED]
    if row is not None and accepted and accepted[-1].actor == turn.person.id:
        yield Expectation(
            "in_list.listed",
            ("in_list", "not_in_list", "later"),
            {"invitation": row.id},
            accepted[-1].at,
            whose=row.brought_by,
        )
