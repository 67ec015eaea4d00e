"""A built-in fact is put under review by two supporters, and lifted by two. Thin: the rule is
domain/knowledge/suspension.py's."""

from typing import Any

from dialogs.engine import notifications
from dialogs.engine.context import Outcome, Slots, Turn
from dialogs.records.support_reviews import only_support, seconds
from dialogs.suspend.checks import MOST_DUE, due_rows
from domain import people
from domain.knowledge import suspension
from domain.knowledge.facts import Fact
from domain.knowledge.suspension import State
from domain.machine import NotPossible
from domain.questions.basis import Wrong, official
from domain.storage import outbox, outbox_queries
from domain.storage.addresses import Address
from domain.storage.rows import existing


def action_may_suspend(turn: Turn, slots: Slots) -> Outcome:
    """Only support."""
    only_support(turn)
    return Outcome()


def validate_fact_id(turn: Turn, slots: Slots) -> Outcome:
    """An id as it stands in an answer's small print or in the weekly list; a version after it does
    not matter."""
    result = Outcome()
    said = str(slots["fact_id"]).strip().upper().partition("@")[0]
    known = said in turn.assistant.facts and not said.startswith("G-")
    if known and suspension.state_of(turn.tx, said) == State.IN_FORCE:
        return result.fill(fact_id=said)
    why = "suspended_already" if known else "unknown_fact"
    result.say("knowledge/wrong", {"why": why, "what": said[:40]})
    return result.fill(fact_id=None)


def validate_official_page(turn: Turn, slots: Slots) -> Outcome:
    """Nothing but Microsoft's own page suspends what rests on Microsoft's own page."""
    result = Outcome()
    try:
        return result.fill(official_page=official(str(slots["official_page"])))
    except Wrong as wrong:
        result.say("knowledge/wrong", {"why": wrong.why, "what": wrong.what[:200]})
        return result.fill(official_page=None)


def action_ask_suspension(turn: Turn, slots: Slots) -> Outcome:
    """A second supporter decides; until then the fact counts."""
    result = Outcome()
    fact, page = str(slots["fact_id"]), str(slots["official_page"])
    suspension.ask(turn.tx, fact, page, turn.person, today=turn.today)
    result.say("suspend/asked", put_before_others(turn, fact))
    return result


def action_list_suspended(turn: Turn, slots: Slots) -> Outcome:
    """What is under review or waits for a second supporter, and what is due for a check, for
    support."""
    result = Outcome()
    only_support(turn)
    rows = [card(turn, fact) for fact in suspension.open_or_suspended(turn.tx)]
    due = due_rows(turn)
    more = len(due) - MOST_DUE
    result.say("suspend/list", {"rows": rows, "due": due[:MOST_DUE], "more": max(more, 0)})
    return result


def action_ask_suspended_fact(turn: Turn, slots: Slots) -> Outcome:
    """Which of them counts again?"""
    result = Outcome()
    names = [
        f
        for f in suspension.open_or_suspended(turn.tx)
        if suspension.state_of(turn.tx, f) == State.SUSPENDED
    ]
    result.show({"options": [{"value": name, "says": says(turn, name)} for name in names]})
    return result


def action_ask_to_lift(turn: Turn, slots: Slots) -> Outcome:
    """It stays under review until a second supporter agrees."""
    result = Outcome()
    fact = str(slots["suspended_fact"])
    suspension.ask_to_lift(turn.tx, fact, turn.person, today=turn.today)
    result.say("suspend/asked", put_before_others(turn, fact))
    return result


def action_decide_suspension(turn: Turn, slots: Slots) -> Outcome:
    """The second supporter's word. One decision wins; everybody of support hears it."""
    result = Outcome()
    fact, asked_at = str(slots["doubted"] or ""), int(slots["asked_at"] or 0)
    row, yes = suspension.get(turn.tx, fact), slots["suspension_verdict"] == "approve"
    if row is None:
        raise NotPossible(suspension.MACHINE.name, State.IN_FORCE, suspension.Event.SUSPENDED)
    try:
        suspension.decide(turn.tx, fact, yes, turn.person, today=turn.today, asked_at=asked_at)
    except NotPossible:
        result.say("suspend/decided_before", card(turn, fact))
        return result
    data = card(turn, fact) | {"decider": turn.person.name}
    for person in people.with_role(turn.tx, people.Role.SUPPORT, ""):
        if person.id != turn.person.id:
            notifications.say(
                turn.tx,
                person,
                "suspend/decided",
                data,
                key=f"suspend:{fact}:{turn.key}:{person.id}",
            )
    _close(turn, fact, asked_at, data)
    result.say("suspend/decided", data)
    return result


def put_before_others(turn: Turn, fact: str) -> dict[str, Any]:
    """The card to every other supporter; returns what it says, with their names."""
    row = existing(suspension.get(turn.tx, fact))
    others = seconds(turn.tx, row.asker)
    data = card(turn, fact)
    for person in others:
        key = f"suspend:{fact}:{row.at}:card:{person.id}"
        notifications.say(
            turn.tx,
            person,
            "suspend/card",
            data,
            key=key,
            about={"doubted": fact, "asked_at": row.at},
        )
    return data | {"others": [p.name for p in others]}


def card(turn: Turn, fact: str) -> dict[str, Any]:
    """The fact, what is asked about it, by whom, on which page."""
    row = existing(suspension.get(turn.tx, fact))
    return turn.data(
        fact=fact,
        says=says(turn, fact),
        source=row.source,
        state=suspension.state_of(turn.tx, fact),
        by=people.names(turn.tx, (row.asker,)).get(row.asker, ""),
        decider="",
    ) | {"slots": {}}


def says(turn: Turn, fact: str) -> str:
    row = turn.assistant.facts.get(fact, turn.today)
    return row.text if isinstance(row, Fact) else ""


def _close(turn: Turn, fact: str, asked_at: int, data: dict[str, Any]) -> None:
    begin = f"suspend:{fact}:{asked_at}:card:"
    for key in outbox_queries.keys_like(turn.tx, begin):
        whose = key.removeprefix(begin)
        if ":" not in whose:
            said = [("suspend/card", data | {"offer": ""})]
            address = Address(person=whose, updates=key)
            outbox.tell(
                turn.tx,
                address,
                said,
                key=f"{key}:{data['state']}",
                decision="command",
                kind=outbox.Out.UPDATE,
            )
