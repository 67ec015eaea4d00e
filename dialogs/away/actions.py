"""An approver goes away and comes back. Thin: domain/approvals/away.py rules; nobody becomes an
approver here."""

from datetime import date, timedelta

from dialogs.engine import notifications
from dialogs.engine.context import Outcome, Slots, Turn
from dialogs.nlu.dates import day_ahead
from dialogs.records.approval_cards import deal
from domain import people
from domain.approvals import approval, away
from domain.people import Role

OFFERED = 20
WEEKS = (1, 2, 3)


def action_look_at_away(turn: Turn, slots: Slots) -> Outcome:
    """Is she an approver, is there another one, and did she name the day already?"""
    if not turn.person.has(Role.APPROVER):
        return Outcome().fill(away_stage="no_approver")
    others = away.could_stand_in(turn.tx, turn.person)
    if not others:
        return Outcome().fill(away_stage="alone")
    only = [("stand_in", others[0].id)] if len(others) == 1 else []
    said = day_ahead(turn.text, turn.today)
    day = [("away_until", said.isoformat())] if said else []
    return Outcome().fill([("away_stage", "possible"), *only, *day])


def action_ask_stand_in(turn: Turn, slots: Slots) -> Outcome:
    """The other approvers."""
    result = Outcome()
    options = [
        {"value": p.id, "label": p.name}
        for p in away.could_stand_in(turn.tx, turn.person)[:OFFERED]
    ]
    result.show({"options": options})
    return result


def validate_stand_in(turn: Turn, slots: Slots) -> Outcome:
    """One of the other approvers, by press or by name."""
    result = Outcome()
    said = str(slots["stand_in"])
    could = {p.id: p for p in away.could_stand_in(turn.tx, turn.person)}
    if said in could:
        return result
    named = [p for p in people.by_name(turn.tx, said, turn.person.partner) if p.id in could]
    if len(named) == 1:
        return result.fill(stand_in=named[0].id)
    result.say("away/not_an_approver")
    return result.fill(stand_in=None)


def action_ask_away_until(turn: Turn, slots: Slots) -> Outcome:
    """Some days to choose from; any other can be written."""
    result = Outcome()
    friday = turn.today + timedelta(days=(4 - turn.today.weekday()) % 7)
    days = dict.fromkeys([turn.today, friday, *(friday + timedelta(weeks=n) for n in WEEKS)])
    result.show({"options": [{"value": d.isoformat()} for d in days]})
    return result


def validate_away_until(turn: Turn, slots: Slots) -> Outcome:
    """A day from today on, not too far: "Friday" is the coming one here."""
    result = Outcome()
    day = date.fromisoformat(str(slots["away_until"]))
    if day < turn.today and (meant := day_ahead(turn.text, turn.today)):
        day = meant
    why = "in_past" if day < turn.today else "too_far" if day > turn.today + away.LONGEST else ""
    if not why:
        return result.fill(away_until=day.isoformat())
    result.say("away/bad_day", {"why": why, "day": day.isoformat()})
    return result.fill(away_until=None)


def action_go_away(turn: Turn, slots: Slots) -> Outcome:
    """The stand-in hears it and gets the cards that wait; what she asked for herself stays with the
    one who is away."""
    result = Outcome()
    until = date.fromisoformat(str(slots["away_until"]))
    other = away.leave(turn.tx, turn.person, str(slots["stand_in"]), until, turn.today)
    waiting = approval.open_for(turn.tx, turn.person)
    own = [row for row in waiting if other.id in (row.starter, row.requester)]
    for row in waiting:
        deal(turn.tx, row.id, turn.today)
    said = {
        "until": until.isoformat(),
        "stand_in": other.name,
        "waiting": len(waiting) - len(own),
        "own": len(own),
    }
    data = turn.data(by=turn.person.name, **said)
    notifications.say(turn.tx, other, "notices/stands_in", data, key=f"stands_in:{turn.key}")
    result.say("away/gone", said)
    return result


def action_come_back(turn: Turn, slots: Slots) -> Outcome:
    """She is asked again, from the cards on that wait now."""
    result = Outcome()
    was = away.back(turn.tx, turn.person)
    waiting = approval.open_for(turn.tx, turn.person) if turn.person.has(Role.APPROVER) else []
    for row in waiting:
        deal(turn.tx, row.id, turn.today)
    result.say("away/back", {"was": was, "waiting": len(waiting)})
    return result
