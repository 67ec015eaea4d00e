"""Putting reminders off: slots in, domain/reminders/reminding.py, a day out."""

from typing import Any

from dialogs.engine.context import Outcome, Slots, Turn
from domain.reminders import reminding

BUSINESS_DAYS = {"tomorrow": 1, "three_days": 3, "mute": 0}


def meant(turn: Turn, said: Any) -> list[tuple[str, str]]:
    """The matters that a button was about, all of hers where none was named, as far as they are
    still so."""
    hers = [(n.machine, n.subject) for n in reminding.told(turn.tx, turn.person.id)]
    return [m for m in hers if list(m) in said] if isinstance(said, list) else hers


def action_look_at_reminders(turn: Turn, slots: Slots) -> Outcome:
    """Is there anything to put off?"""
    found = meant(turn, slots["reminders"])
    return Outcome().fill(waiting="something" if found else "nothing")


def action_ask_until(turn: Turn, slots: Slots) -> Outcome:
    """How many matters it is about."""
    result = Outcome()
    result.show({"count": len(meant(turn, slots["reminders"]))})
    return result


def action_snooze(turn: Turn, slots: Slots) -> Outcome:
    """Quiet for this person; the others who are asked still hear of it."""
    result = Outcome()
    found = meant(turn, slots["reminders"])
    until = reminding.snooze(
        turn.tx, turn.person, found, BUSINESS_DAYS[slots["until"]], turn.calendar
    )
    result.say("remind/snoozed", {"until": until, "count": len(found)})
    return result
