"""A built-in fact is checked by two supporters: it is still as it was, or it is replaced with
Microsoft's page. Thin: the rule is domain/knowledge/fact_check.py's."""

from datetime import date
from typing import Any

from dialogs.engine import notifications
from dialogs.engine.context import Outcome, Slots, Turn
from dialogs.records.support_reviews import only_support, seconds
from domain import people
from domain.knowledge import fact_check
from domain.knowledge.fact import Fact
from domain.knowledge.fact_check import LONGEST, Event, State
from domain.machine import NotPossible
from domain.storage.rows import existing

MOST_DUE, MOST_FOUND = 8, 5


def due_rows(turn: Turn) -> list[dict[str, Any]]:
    """What is due for a check, the oldest first, as data for words."""
    confirmed = fact_check.confirmed(turn.tx)
    found = turn.assistant.facts.due(turn.today, confirmed)
    return [_row(f, f.due_on(confirmed.get(f.cited, ""))) for f in found]


def action_ask_fact_due(turn: Turn, slots: Slots) -> Outcome:
    """Those that are due; any other can be named by words of it."""
    result = Outcome()
    result.show({"options": due_rows(turn)[:MOST_DUE]})
    return result


def validate_fact_due(turn: Turn, slots: Slots) -> Outcome:
    """A fact by the button, its id, or words of it; several that fit are offered."""
    result = Outcome()
    said = str(slots["fact_due"]).strip()
    found = _named(turn, said)
    if len(found) == 1 and fact_check.state_of(turn.tx, found[0].cited) == State.SETTLED:
        return result.fill(fact_due=_option(found[0]))
    if len(found) == 1:
        result.say("suspend/check_waits", _row(found[0], found[0].review_by))
        return result.fill(fact_due=None)
    rows = [_row(f, f.review_by) for f in found[:MOST_FOUND]]
    result.say("suspend/which_fact", {"found": rows, "many": len(found)})
    return result.fill(fact_due=None)


def action_ask_due_verdict(turn: Turn, slots: Slots) -> Outcome:
    """The fact, and the page to open."""
    result = Outcome()
    fact = fact_of(turn, str(slots["fact_due"]))
    result.show(_row(fact, fact.review_by))
    return result


def validate_new_words(turn: Turn, slots: Slots) -> Outcome:
    """What the page says now, short enough to stand below an answer."""
    result = Outcome()
    said = " ".join(str(slots["new_words"]).split())
    if any(c.isalnum() for c in said) and len(said) <= LONGEST:
        return result.fill(new_words=said)
    why = "text_too_long" if len(said) > LONGEST else "no_text"
    result.say("knowledge/wrong", {"why": why, "what": str(LONGEST)})
    return result.fill(new_words=None)


def action_ask_fact_check(turn: Turn, slots: Slots) -> Outcome:
    """A second supporter decides; until then nothing changes."""
    result = Outcome()
    cited = fact_of(turn, str(slots["fact_due"])).cited
    changed = slots["due_verdict"] == "changed"
    text, page = (str(slots[s] or "") if changed else "" for s in ("new_words", "official_page"))
    fact_check.ask(turn.tx, cited, turn.person, today=turn.today, text=text, source=page)
    data = card(turn, cited)
    others = seconds(turn.tx, turn.person.id)
    row = existing(fact_check.get(turn.tx, cited))
    for person in others:
        key = f"fact_check:{cited}:{row.at}:card:{person.id}"
        about = {"checked_fact": cited, "checked_at": row.at}
        notifications.say(turn.tx, person, "suspend/check_card", data, key=key, about=about)
    result.say("suspend/check_asked", data | {"others": [p.name for p in others]})
    return result


def action_decide_fact_check(turn: Turn, slots: Slots) -> Outcome:
    """The second supporter's word. One decision wins; everybody of support hears it."""
    result = Outcome()
    only_support(turn)
    cited, asked_at = str(slots["checked_fact"] or ""), int(slots["checked_at"] or 0)
    yes = slots["fact_verdict"] == "approve"
    if fact_check.get(turn.tx, cited) is None:
        raise NotPossible(fact_check.MACHINE.name, State.SETTLED, Event.CONFIRMED)
    try:
        event = fact_check.decide(
            turn.tx, cited, yes, turn.person, today=turn.today, asked_at=asked_at
        )
    except NotPossible:
        result.say("suspend/check_decided_before", card(turn, cited))
        return result
    data = card(turn, cited) | {"decider": turn.person.name, "event": str(event)}
    for person in seconds(turn.tx, turn.person.id):
        key = f"fact_check:{cited}:{turn.key}:{person.id}"
        notifications.say(turn.tx, person, "suspend/check_decided", data, key=key)
    result.say("suspend/check_decided", data)
    return result


def card(turn: Turn, cited: str) -> dict[str, Any]:
    """The fact, what is asked about it, by whom, on which page."""
    row = existing(fact_check.get(turn.tx, cited))
    return turn.data(
        fact=cited,
        says=turn.assistant.facts.get(cited, turn.today).text,
        text=row.text,
        source=row.source,
        by=people.names(turn.tx, (row.asker,)).get(row.asker, ""),
        decider="",
        event="",
    ) | {"slots": {}}


def fact_of(turn: Turn, option: str) -> Fact:
    """The fact that a button names. Raises UnknownFact."""
    found = turn.assistant.facts.get(option.replace(":", "@"), turn.today)
    if not isinstance(found, Fact):
        raise LookupError(option)
    return found


def _named(turn: Turn, said: str) -> list[Fact]:
    facts, wanted = turn.assistant.facts, said.replace(":", "@").upper()
    exact = [f for f in facts.rows() if wanted in (f.cited.upper(), f.id)]
    if exact:
        current = {facts.get(f.id, turn.today) for f in exact}
        return exact if len(exact) == 1 else [f for f in exact if f in current] or exact
    words = [w for w in said.casefold().split() if len(w) > 2]
    return [f for f in facts.rows() if words and all(w in f.text.casefold() for w in words)]


def _option(fact: Fact) -> str:
    """A fact as the option of a button, which takes no @."""
    return fact.cited.replace("@", ":")


def _row(fact: Fact, due: date) -> dict[str, Any]:
    return {
        "value": _option(fact),
        "fact": fact.cited,
        "says": fact.text,
        "due": due.isoformat(),
        "checked_on": fact.checked_on.isoformat(),
    }
