"""Where are we: the case as it stands now. Computed, never remembered."""

from dialogs.engine.context import Outcome, Slots, Turn
from domain import people
from domain.customers import customer_book
from domain.storage import outbox
from domain.storage.addresses import Address
from domain.tenant import case


def action_show_status(turn: Turn, slots: Slots) -> Outcome:
    """State, next step, who must act, since when, by when."""
    result = Outcome()
    counted = customer_book.summary(turn.tx, turn.person.partner)
    supports = people.only_supports(turn.person)
    said = {"case": turn.case(), "customers": counted, "supports": supports}
    result.say("status/where_we_are", said)
    return result


def action_share_status(turn: Turn, slots: Slots) -> Outcome:
    """A card for a channel. The outbox asks Slack, just before it is posted, whether only our own
    people read there."""
    result = Outcome()
    turn.private = True
    here, workspace = case.look(turn.tx, turn.person), people.workspace(turn.tx)
    said = "" if turn.where.direct else turn.where.channel
    channel = str(slots["share_in"] or said or getattr(workspace, "admins_channel", ""))
    if turn.where.shared or not channel or not here.tenant:
        why = "shared" if turn.where.shared else "no_channel" if here.tenant else "nothing"
        result.say("status/not_shared", {"why": why})
        return result
    to = Address(channel=channel, inside=True, instead=turn.person.id, say="status/not_here")
    card = turn.data(case=here.values(), by=turn.person.name, offer="")
    outbox.tell(turn.tx, to, [("status/card", card)], key=f"share:{turn.key}", decision="command")
    result.say("status/shared")
    return result
