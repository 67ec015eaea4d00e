"""Asking whoever is waited for to look at it: the card once more, or one line. Thin: the rule is
domain/reminders/nudging.py's. Decides nothing."""

from typing import Any

from dialogs.engine import notifications
from dialogs.engine.context import Outcome, Part, Slots, Turn
from dialogs.records.approval_cards import card, send_copy
from domain import people
from domain.approvals import approval, away
from domain.people import Person
from domain.providers import invitation, providers
from domain.reminders import nudging
from domain.reminders.nudging import Matter, Waits
from domain.storage import outbox
from domain.storage.store import moment

LINE = "remind/nudge"


def action_nudge(turn: Turn, slots: Slots) -> Outcome:
    """Nudge those who are waited for in the matter that the button was about, or that the words
    name; all that waits for somebody else where nothing is named."""
    result = Outcome()
    colleagues = [p for p in people.everybody(turn.tx) if p.partner == turn.person.partner]
    named = people.named_in([p for p in colleagues if p.id != turn.person.id], turn.text)
    found = _meant(turn, slots, nudging.waiting(turn.tx, turn.person.partner, turn.today), named)
    if not found:
        result.say("remind/nobody_to_nudge", {"named": [p.name for p in named]})
        return result
    turn.about |= found[0].about
    result.say("remind/nudged", {"matters": [_nudged(turn, m, named) for m in found]})
    return result


def _meant(turn: Turn, slots: Slots, all_: list[Matter], named: list[Person]) -> list[Matter]:
    ids = {slots["approval"], slots["invitation"]} - {None}
    if ids:
        return [m for m in all_ if ids & {m.about.get("approval"), m.about.get("invitation")}]
    if named:
        wanted = {p.id for p in named}
        return [m for m in all_ if wanted & {p.id for p in (*m.people, *m.may)}]
    return [m for m in all_ if m.people]


def _nudged(turn: Turn, matter: Matter, named: list[Person]) -> dict[str, Any]:
    """Nudge, and what became of it as values for words."""
    gone = away.now(turn.tx, turn.today) if matter.waits == Waits.DECIDE else {}
    elsewhere = {p.id for p in named} - {p.id for p in matter.people}
    before = nudging.last(turn.tx, matter)
    to = [] if elsewhere and named else nudging.nudge(turn.tx, matter, turn.person)
    for person in to:
        _send(turn, matter, person)
    others = [p for p in matter.people if p.id != turn.person.id]
    return {
        "waits": str(matter.waits),
        "nudged": [p.name for p in to],
        "asked": [p.name for p in others],
        "here": [p.name for p in others if p.id not in gone],
        "last": f"{turn.calendar.there(moment(before)):%H:%M}" if before and not to else "",
        "away": [{"name": p.name, "until": gone[p.id].until} for p in matter.may if p.id in gone],
        "named": [p.name for p in named if p.id in elsewhere],
        "mine": turn.person.id in {p.id for p in matter.people},
    }


def _send(turn: Turn, matter: Matter, person: Person) -> None:
    row = approval.get(turn.tx, matter.subject) if matter.waits != Waits.FOLLOW else None
    data = turn.data(case=turn.case(), by=turn.person.name, waits=str(matter.waits))
    if row is not None and matter.waits == Waits.DECIDE:
        send_copy(turn.tx, row, person, card(turn.tx, row, turn.today), (LINE, data))
        return
    parts: list[Part] = [(LINE, data | {"provider": _provider(turn, matter)})]
    if row is not None and matter.waits == Waits.CONFIRM:
        starter = people.names(turn.tx, (row.starter,)).get(row.starter, "")
        parts.append(("notices/confirm_request", data | {"by": starter}))
    elif row is not None:
        said = card(turn.tx, row, turn.today)
        parts.append(("notices/go_ahead", data | {"card": said, "mine": True}))
    notifications.say_parts(
        turn.tx,
        person,
        parts,
        key=f"nudge:{turn.key}:{matter.subject}:{person.id}",
        about=matter.about,
        lane=outbox.APPROVALS if row is not None else "",
    )


def _provider(turn: Turn, matter: Matter) -> str:
    row = invitation.get(turn.tx, str(matter.about.get("invitation") or ""))
    known = providers.get(turn.tx, row.partner, row.provider) if row else None
    return known.name if known else ""
