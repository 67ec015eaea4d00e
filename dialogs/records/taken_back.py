"""A report was taken back, or its day was changed: every message that it caused says so, wherever
it is. Has no user texts."""

from collections.abc import Iterable
from typing import Any

from dialogs.engine.context import Turn
from domain import correction
from domain.people import Person
from domain.recorded import Entry
from domain.storage import outbox
from domain.storage.addresses import Address
from domain.storage.outbox import Caused, Out
from domain.storage.store import new_id
from domain.tenant import case, enrollment

CARD, ALARM, REPLY = "card:", "alarm:", "reply:"


def told(turn: Turn, entry: Entry | correction.Report) -> dict[str, Any]:
    """A report as plain values for words."""
    of = (
        ""
        if entry.machine == enrollment.MACHINE.name
        else correction.label(turn.tx, turn.person.partner, entry.machine, entry.subject)
    )
    return {"machine": entry.machine, "event": entry.event, "day": entry.day, "label": of}


def say_so(
    turn: Turn, entries: Iterable[Entry | correction.Report], by: Person, *, later: bool = False
) -> None:
    """The messages about these reports say that `by` took them back; one that did not leave yet is
    not sent. Where an alarm had gone, one line says that it was none. `later`: not on the day of
    the report, so the day is said too."""
    entries = list(entries)
    data = _words(turn, by, later) | {
        "reports": [told(turn, e) for e in entries if not getattr(e, "implied", False)]
    }
    for row in _about(turn, entries):
        if row.kind == Out.MESSAGE and outbox.needless(turn.tx, row.key):
            continue
        _overwrite(turn, row, "withdraw/taken_back", data)
        if row.message.startswith(ALARM):
            _correct_alarm(turn, row, data)


def say_new_day(turn: Turn, entries: Iterable[Entry], day: str) -> None:
    """The messages about these reports name the day that is right."""
    entries = list(entries)
    old = correction.reports_among(entries)[-1]
    data = _words(turn, turn.person, later=False) | {
        "reports": [told(turn, e) for e in correction.reports_among(entries)],
        "new_day": day,
    }
    for row in _about(turn, entries):
        if row.message.startswith(REPLY):
            _overwrite(turn, row, "withdraw/taken_back", data)
        else:
            parts = [(name, _with_day(turn, said, old, day)) for name, said in row.parts]
            outbox.overwrite(turn.tx, row, parts, f"taken_back:{new_id()}")


def _about(turn: Turn, entries: Iterable[Entry | correction.Report]) -> list[Caused]:
    """Everything that was sent because of them. The card of an earlier request that ended then
    still says how it ended."""
    found = outbox.caused_by(turn.tx, [e.seq for e in entries])
    return [r for r in found if r.kind == Out.MESSAGE or not r.message.startswith(CARD)]


def _with_day(turn: Turn, said: dict[str, Any], old: Entry, day: str) -> dict[str, Any]:
    new: dict[str, Any] = {name: day for name in ("day", "since") if said.get(name) == old.day}
    here = said.get("case")
    if here and old.machine == enrollment.MACHINE.name and here.get("tenant") == old.subject:
        new["case"] = case.look(turn.tx, turn.person, old.subject).values()
    return said | new


def _words(turn: Turn, by: Person, later: bool) -> dict[str, Any]:
    now = turn.calendar.there(turn.tx.now)
    return turn.data(
        by=by.name,
        time=f"{now:%H:%M}",
        on=now.date().isoformat() if later else "",
        new_day="",
        offer="",
        case=turn.case(),
    ) | {"name": "", "slots": {}}


def _overwrite(turn: Turn, row: Caused, template: str, data: dict[str, Any]) -> None:
    said = data | {"in_channel": not row.address.person}
    outbox.overwrite(turn.tx, row, [(template, said)], f"taken_back:{new_id()}")


def _correct_alarm(turn: Turn, row: Caused, data: dict[str, Any]) -> None:
    """People may act on an alarm, and an edit alone is not noticed."""
    said = data | {"in_channel": True}
    outbox.tell(
        turn.tx,
        Address(channel=row.address.channel, inside=row.address.inside),
        [("withdraw/false_alarm", said)],
        key=f"corrected:{row.message}",
        decision="command",
    )
