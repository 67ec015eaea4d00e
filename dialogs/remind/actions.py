"""Putting reminders off: slots in, domain/reminders/reminding.py, a day out."""

import re
from datetime import date
from typing import Any

from dialogs.engine.context import Outcome, Slots, Turn
from dialogs.nlu.dates import day_ahead
from domain.approvals import approval
from domain.reminders import nudging, reminding
from domain.reminders.nudging import Matter

BUSINESS_DAYS = {"tomorrow": 1, "three_days": 3, "mute": 0}
_THREE_DAYS = re.compile(r"\b(?:three|3) (?:business )?days\b")
_TOMORROW = re.compile(r"\btom+or+ow\b")


def meant(turn: Turn, slots: Slots) -> list[tuple[str, str]]:
    """The matters that a button was about, all of hers where none was named, as far as they are
    still so: what she was reminded of, and what waits for her on a card."""
    told = [(n.machine, n.subject) for n in reminding.told(turn.tx, turn.person.id)]
    cards = [(m.machine, m.subject) for m in _on_cards(turn)]
    hers, said = list(dict.fromkeys([*told, *cards])), slots["reminders"]
    if isinstance(said, list):
        return [m for m in hers if list(m) in said]
    if slots["approval"]:
        return [m for m in hers if m == (approval.MACHINE.name, slots["approval"])]
    return hers


def _on_cards(turn: Turn) -> list[Matter]:
    return nudging.of_person(turn.tx, turn.person, turn.today)


def action_look_at_reminders(turn: Turn, slots: Slots) -> Outcome:
    """Is there anything to put off, and was the day named already?"""
    found = Outcome().fill(waiting="something" if meant(turn, slots) else "nothing")
    return found if slots["until"] else found.fill(day_of(turn, turn.text))


def day_of(turn: Turn, text: str) -> list[tuple[str, Any]]:
    """The answer that a text gives to "until when?", as slots; none where it names no day to
    come."""
    said = text.lower()
    if _THREE_DAYS.search(said):
        return [("until", "three_days")]
    if _TOMORROW.search(said):
        return [("until", "tomorrow")]
    day = day_ahead(said, turn.today)
    if day is None or day <= turn.today:
        return []
    return [("until", "on_day"), ("until_day", day.isoformat())]


def action_ask_until(turn: Turn, slots: Slots) -> Outcome:
    """How many matters it is about."""
    result = Outcome()
    result.show({"count": len(meant(turn, slots))})
    return result


def action_snooze(turn: Turn, slots: Slots) -> Outcome:
    """Quiet for this person until then; the others who are asked still hear of it. A request that
    ends before that day says so."""
    result = Outcome()
    found, day = meant(turn, slots), slots["until_day"]
    reminding.keep_for(turn.tx, turn.person, found, turn.calendar)
    if slots["until"] == "on_day" and day:
        until = reminding.snooze_until(
            turn.tx, turn.person, found, date.fromisoformat(str(day)), turn.calendar
        )
    else:
        until = reminding.snooze(
            turn.tx, turn.person, found, BUSINESS_DAYS.get(slots["until"], 1), turn.calendar
        )
    due = (
        reminding.due_at(turn.tx, turn.person, date.fromisoformat(until), turn.calendar)
        if until
        else None
    )
    said = {
        "until": due.date().isoformat() if due else "",
        "time": f"{due.hour}:{due:%M}" if due else "",
        "tomorrow": due is not None and (due.date() - turn.today).days == 1,
        "count": len(found),
        "ends": _ends_before(turn, found, due.date() if due else date.max),
    }
    result.say("remind/snoozed", said)
    return result


def _ends_before(turn: Turn, found: list[tuple[str, str]], day: date) -> str:
    """The day on which the first of the requests ends by itself, "" where none does by then."""
    rows = [approval.get(turn.tx, s) for machine, s in found if machine == approval.MACHINE.name]
    ends = [turn.calendar.today(approval.expires(row)) for row in rows if row]
    return min(ends).isoformat() if ends and min(ends) <= day else ""
