"""An approver goes away and comes back. Thin: domain/approvals/away.py rules; nobody becomes an
approver here."""

from datetime import date, timedelta

from dialogs.engine import notifications
from dialogs.engine.context import Outcome, Slots, Turn
from dialogs.nlu.time_spans import range_said
from dialogs.records.approval_cards import card, deal, tell_askers
from domain import people
from domain.approvals import approval, away
from domain.approvals.approval import Approval
from domain.people import Role

OFFERED = 20
WEEKS = (1, 2, 3)
UNTIL = "away.away_until"


def action_look_at_away(turn: Turn, slots: Slots) -> Outcome:
    """Is she an approver, is there another one, and did she name the day already?"""
    if not turn.person.has(Role.APPROVER):
        return Outcome().fill(away_stage="no_approver")
    others = away.could_stand_in(turn.tx, turn.person)
    if not others:
        return Outcome().fill(away_stage="alone")
    only = [("stand_in", others[0].id)] if len(others) == 1 else []
    said = range_said(turn.text, turn.today) if not slots["away_until"] else None
    day = [("away_until", said[1].isoformat())] if said else []
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
    """A day from today on, not too far: "Friday" is the coming one here, and of "from tomorrow
    until 12 December" it is the end."""
    result = Outcome()
    said = None if turn.pressed else range_said(turn.text, turn.today)
    day = said[1] if said else date.fromisoformat(str(slots["away_until"]))
    why = "in_past" if day < turn.today else "too_far" if day > turn.today + away.LONGEST else ""
    if not why:
        return result.fill(away_until=day.isoformat())
    result.say("away/bad_day", {"why": why, "day": day.isoformat()})
    return result.fill(away_until=None)


def action_go_away(turn: Turn, slots: Slots) -> Outcome:
    """The stand-in hears it and gets the cards that wait; what the stand-in asked for stays with
    the one who is away. Whoever asked for something hears who decides now, or that nobody can."""
    result = Outcome()
    until = date.fromisoformat(str(slots["away_until"]))
    other = away.leave(turn.tx, turn.person, str(slots["stand_in"]), until, turn.today)
    waiting = approval.open_for(turn.tx, turn.person)
    own = [row for row in waiting if other.id in (row.starter, row.requester)]
    told = {name for row in waiting for name in _tell_who_waits(turn, row, until)}
    span = range_said(turn.text, turn.today)
    said = {
        "until": until.isoformat(),
        "start": span[0].isoformat() if span and span[0] and span[0] <= until else "",
        "back": turn.calendar.after(until, 1).isoformat(),
        "stand_in": other.name,
        "waiting": len(waiting) - len(own),
        "own": len(own),
        "told": sorted(told),
    }
    data = turn.data(by=turn.person.name, **said)
    notifications.say(turn.tx, other, "notices/stands_in", data, key=f"stands_in:{turn.key}")
    turn.about["stand_in"] = other.id
    turn.note(left=UNTIL)
    result.say("away/gone", said)
    return result


def _tell_who_waits(turn: Turn, row: Approval, until: date) -> list[str]:
    """Deal the card again, and tell whoever waits for the decision. Returns whom."""
    deal(turn.tx, row.id, turn.today)
    here = [p for p in approval.asked_now(turn.tx, row, turn.today) if p.id != turn.person.id]
    gone = away.now(turn.tx, turn.today)
    data = card(turn.tx, row, turn.today) | {
        "who": turn.person.name,
        "until": until.isoformat(),
        "others": [p.name for p in here if p.id not in gone],
    }
    stamp = f"approver_away:{turn.person.id}:{until}"
    return tell_askers(turn.tx, row, "notices/approver_away", data, stamp)


def action_come_back(turn: Turn, slots: Slots) -> Outcome:
    """She is asked again, from the cards on that wait now."""
    result = Outcome()
    was = away.back(turn.tx, turn.person)
    waiting = approval.open_for(turn.tx, turn.person) if turn.person.has(Role.APPROVER) else []
    for row in waiting:
        deal(turn.tx, row.id, turn.today)
    result.say("away/back", {"was": was, "waiting": len(waiting)})
    return result
