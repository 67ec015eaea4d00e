"""Collects what a person is waited for in, and the names that their options have."""

from collections.abc import Mapping
from typing import Any

from dialogs.engine import flow_runner
from dialogs.engine.context import Turn
from dialogs.engine.flow_format import Step
from dialogs.expectations.expectation import Expectation
from dialogs.expectations.plain_replies import MYSELF

OWN_WORDS = ("text", "words")


def waiting_for(turn: Turn) -> list[Expectation]:
    """The open question first, then the cards of this person, newest first."""
    found = []
    if question := turn.open:
        step = step_of(turn, question.name)
        by_press = bool(step and step.by_press)
        found.append(Expectation(question.name, question.options, by_press=by_press))
        if turn.assistant.flows[question.flow].slots[question.slot].type in OWN_WORDS:
            return found  # whatever is written now is the answer
    cards = [
        expected
        for ability in turn.assistant.abilities
        if ability.waits
        for expected in ability.waits(turn)
        if not (turn.open and expected.name == turn.open.name)
    ]
    return found + sorted(cards, key=lambda expected: -expected.at)


def step_of(turn: Turn, name: str) -> Step | None:
    """The collect that asks `flow.slot`."""
    flow, _, slot = name.partition(".")
    return turn.assistant.flows[flow].collect(slot) if flow in turn.assistant.flows else None


def data_of(turn: Turn, expected: Expectation) -> dict[str, Any]:
    """What the template of its question is said with; nothing where the domain refuses that now."""
    name = f"action_ask_{expected.slot}"
    if name not in turn.assistant.actions:
        return {}
    kept, parts = turn.conversation, list(turn.parts)
    turn.fill(dict(expected.about))
    done = flow_runner.tried(turn, name)
    turn.note(slots=kept.slots)
    turn.parts = parts
    return done.data if done else {}


def named_options(turn: Turn, expected: Expectation) -> Mapping[str, tuple[str, ...]]:
    """value -> the names of those options that are rows: people, customers, providers, tenants."""
    flow = turn.assistant.flows.get(expected.flow)
    if flow is None or flow.slots[expected.slot].type not in ("any", "text"):
        return {}
    found = {}
    data = data_of(turn, expected)
    for option in (*data.get("options", ()), *data.get("named", ())):
        names = [str(option[key]) for key in ("label", "id", "domain") if option.get(key)]
        names += [MYSELF] if option.get("me") else []
        if names and "value" in option:
            found[str(option["value"])] = tuple(names)
    return found
