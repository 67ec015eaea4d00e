"""What others did that invitations wait for: the agreement, and somebody who may follow them. Words
nothing."""

from dialogs.invitation import relay
from domain.machine import stands
from domain.people import Person
from domain.providers import invitation
from domain.providers.partnership import MACHINE, Event, State
from domain.storage.store import Tx


def agreement_accepted(tx: Tx, partner: str, by: Person) -> None:
    """What waited for the agreement goes on by itself (X-MPA-BEFORE-PARTNERSHIP)."""
    for row in invitation.open_ones(tx, partner):
        if stands(tx, MACHINE, row.provider).state == State.WAITING:
            relay.move(tx, row.provider, Event.AGREEMENT_IN_FORCE, by, partner)
    relay.hand_over(tx, partner, by)
    for row in invitation.open_ones(tx, partner):
        if row.state == invitation.SENT and row.sent_at == tx.at:
            relay.tell_bringer(tx, row, "invitation/sent_now", by)


def admin_named(tx: Tx, partner: str, by: Person) -> None:
    """There is somebody now who may follow what waits."""
    relay.hand_over(tx, partner, by)
