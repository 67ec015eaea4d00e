"""A walk through every ability, from every state of an enrollment and of a direct bill: after each
turn the log verifies.

What one walk does not reach another does: they count together what was done, and do next what was
done least often.
"""

import copy
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.rendering.render import Templates
from dialogs.engine.context import Action, Assistant, Outcome, Slots, Turn
from domain import people
from domain.machine import Machine, advance
from domain.people import CLOCK, Role
from domain.providers import partnership, providers
from domain.storage import audit
from domain.storage.store import Store, Tx
from domain.tenant import enrollment, standing
from domain.tenant.enrollment import State
from tests.conftest import KEY, Workspace
from tests.dialogs.engine.walker import Walker, recorded

DAY = date(2026, 11, 16)
TURNS, ROUNDS = 120, 8
# Abilities that only speak.
WITHOUT_ACTIONS = {"help"}


def way_to(machine: Machine, state: str) -> list[str]:
    """The fewest events that lead to a state."""
    ways: dict[str, list[str]] = {machine.start: []}
    todo = [machine.start]
    while state not in ways:
        here = todo.pop(0)
        for move in (m for m in machine.moves if m.state == here and m.to not in ways):
            ways[move.to] = [*ways[here], move.event]
            todo.append(move.to)
    return ways[state]


def put(tx: Tx, enrolled: str, direct_bill: str) -> None:
    """The partner's tenant stands there; where the agreement is accepted, a provider is in the
    list."""
    mira = people.meet(tx, "U01MIRA")
    (tenant,) = people.tenants_of(tx, mira.partner)
    said: Any = {"day": DAY, "today": DAY, "partner": mira.partner}
    for machine, state in ((enrollment.MACHINE, enrolled), (standing.MACHINE, direct_bill)):
        for event in way_to(machine, state):
            here = next(m for m in machine.moves if m.event == event)
            advance(
                tx, machine, tenant.id, event, CLOCK if here.who == {Role.CLOCK} else mira, **said
            )
    if enrolled == State.ACCEPTED:
        provider = providers.note(tx, mira.partner, "Fabrikam Distribution")
        advance(tx, partnership.MACHINE, provider, "seen_in_list", mira, **said)


@contextmanager
def workspace_at(
    assistant: Assistant, words: Templates, file: Path, enrolled: str, direct_bill: str
) -> Iterator[Workspace]:
    """A workspace in memory that stands there; Sam administers it, Otto supports too."""
    store = Store("sqlite://", KEY)
    store.create()
    workspace = Workspace(assistant, words, store, path=file)
    with workspace.tx() as tx:
        put(tx, enrolled, direct_bill)
        people.change(tx, people.meet(tx, "U04SAM"), slack_admin=True)
        people.change(tx, people.meet(tx, "U03OTTO"), roles=[Role.APPROVER, Role.SUPPORT])
    yield workspace
    store.close()


@pytest.mark.parametrize(
    "enrolled",
    [
        State.NOT_STARTED,
        pytest.param(State.ACCEPTED, marks=pytest.mark.slow),
        pytest.param(State.PENDING, marks=pytest.mark.slow),
        pytest.param(State.OFFERED, marks=pytest.mark.slow),
    ],
)
def test_after_each_turn_of_every_command_the_log_verifies(
    assistant: Assistant, words: Templates, tmp_path: Path, enrolled: str
) -> None:
    """Each command is the first thing that is done in a workspace of its own."""
    seen: Counter[str] = Counter()
    for n, intent in enumerate(sorted(assistant.intents)):
        with workspace_at(
            assistant, words, tmp_path / "w.toml", enrolled, standing.State.ACTIVE
        ) as workspace:
            who = workspace.people[("Mira", "Grace", "Sam")[n % 3]]
            Walker(workspace, seen, n).gives(who, intent)


def test_whatever_some_people_do_the_log_verifies(
    assistant: Assistant, words: Templates, tmp_path: Path
) -> None:
    """A sixth of the walk below."""
    ran = walked(assistant, words, tmp_path, recorded, rounds=1, turns=TURNS // 6)
    assert len(ran) > 0.2 * len(assistant.actions)


@pytest.mark.slow
def test_whatever_people_do_the_log_verifies(
    assistant: Assistant, words: Templates, tmp_path: Path
) -> None:
    """Fails at the turn after which `audit verify` finds something, and at one that breaks; it
    names the turns before."""
    ran = walked(assistant, words, tmp_path, recorded)
    assert not_reached(assistant, ran) == set()
    assert len(ran) > 0.7 * len(assistant.actions), sorted(set(assistant.actions) - set(ran))


def forgetting_the_state(actions: dict[str, Action], ran: Counter[str]) -> dict[str, Action]:
    """A planted fault: one action writes a move into the log, and no state."""
    look = "action_look_at_reseller"

    def run(turn: Turn, slots: Slots) -> Outcome:
        move = {"from": "New", "to": "AtRisk", "day": "2026-11-16"}
        audit.append(turn.tx, "u", "warned", "reseller:t9", move)
        return actions[look](turn, slots)

    return recorded(actions | {look: run}, ran)


def test_the_walk_finds_a_planted_fault(
    assistant: Assistant, words: Templates, tmp_path: Path
) -> None:
    with pytest.raises(AssertionError, match="reseller:t9"):
        walked(assistant, words, tmp_path, forgetting_the_state)


def walked(
    assistant: Assistant,
    words: Templates,
    folder: Path,
    recorder: Callable[[dict[str, Action], Counter[str]], dict[str, Action]],
    rounds: int = ROUNDS,
    turns: int = TURNS,
) -> Counter[str]:
    """The actions that were run in walks from every state; once more as long as an ability was not
    reached."""
    seen: Counter[str] = Counter()
    ran: Counter[str] = Counter()
    assistant = copy.copy(assistant)
    assistant.actions = recorder(assistant.actions, ran)
    for seed in range(rounds):
        for enrolled, direct_bill in zip(State, itertools.cycle(standing.State), strict=False):
            with workspace_at(
                assistant, words, folder / "w.toml", enrolled, direct_bill
            ) as workspace:
                Walker(workspace, seen, seed).walk(turns)
        if not not_reached(assistant, ran):
            break
    return ran


def not_reached(assistant: Assistant, ran: Counter[str]) -> set[str]:
    """The abilities of which no action was run."""
    abilities = {flow.ability for flow in assistant.flows.values()} - WITHOUT_ACTIONS
    return abilities - {ability_of(assistant, name) for name in ran}


def ability_of(assistant: Assistant, action: str) -> str:
    """The ability that declares it."""
    return next(
        ability.name
        for ability in assistant.abilities
        if action in {function.__name__ for function in ability.actions}
    )
