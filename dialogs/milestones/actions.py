"""Who hears of milestones, chosen by a word or a press. Thin: domain/reminders/milestones.py."""

from dialogs.engine.context import Outcome, Slots, Turn
from domain.people import Role
from domain.reminders import milestones
from domain.reminders.milestones import How


def _choose(turn: Turn, how: How, *, channel: bool = False) -> Outcome:
    """One choice; only admins hear of milestones at all."""
    turn.private = turn.private or not channel
    if not milestones.is_admin(turn.person):
        return Outcome().say("milestones/not_for_you", {"digest": turn.person.has(Role.SUPPORT)})
    milestones.choose(turn.tx, turn.person, how, channel=channel)
    return Outcome().say("milestones/chosen", {"how": str(how), "channel": channel})


def action_mute(turn: Turn, slots: Slots) -> Outcome:
    return _choose(turn, How.MUTED)


def action_follow(turn: Turn, slots: Slots) -> Outcome:
    return _choose(turn, How.PERSON)


def action_unmute(turn: Turn, slots: Slots) -> Outcome:
    return _choose(turn, How.PERSON)


def action_mute_channel(turn: Turn, slots: Slots) -> Outcome:
    return _choose(turn, How.MUTED, channel=True)


def action_unmute_channel(turn: Turn, slots: Slots) -> Outcome:
    return _choose(turn, How.CHANNEL, channel=True)
