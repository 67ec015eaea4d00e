"""Runs flows: sets slots, runs actions, and stops at a question. Knows no flow by name.

An open flow is stored with the name of its step, not its position, so a new version with other
steps does not move an open conversation.
"""

import copy
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from dialogs.engine.context import Outcome, Slots, Turn
from dialogs.engine.flow_format import END, UTTER, Flow, Step
from domain.conversation import Frame
from domain.machine import Doubtful, NotAllowed, NotPossible

MAX_STEPS = 100


class Lost(Exception):
    """A flow that loops without asking anything."""


def start(turn: Turn, flow: str, **slots: object) -> None:
    """Start a flow on top of the open ones and run it. If it is open already, it starts again."""
    clear(turn, flow)
    kept = _kept_for_below(turn, turn.assistant.flows[flow])
    turn.fill(slots)
    turn.note(frames=(*turn.frames, Frame(flow, kept=kept)))
    walk(turn)


def clear(turn: Turn, flow: str) -> None:
    """If this flow is open, close it and all flows above it."""
    below = next((n for n, frame in enumerate(turn.frames) if frame.flow == flow), len(turn.frames))
    while len(turn.frames) > below:
        _over(turn)


def _kept_for_below(turn: Turn, flow: Flow) -> dict[str, object]:
    """Slots of this flow that an open flow below also uses (flows of one ability share slots) are
    saved until this flow ends."""
    below = {slot for frame in turn.frames for slot in turn.assistant.flows[frame.flow].slots}
    kept = {slot: turn.slots[slot] for slot in flow.slots if slot in below and slot in turn.slots}
    turn.forget(kept)
    return kept


def _over(turn: Turn) -> None:
    """The top flow ends: its slots are removed, and the slots saved for the flow below come
    back."""
    top = turn.frames[-1]
    _forget(turn, turn.assistant.flows[top.flow])
    turn.note(frames=turn.frames[:-1])
    turn.fill(top.kept)


def look_again(turn: Turn) -> None:
    """What the open flows below depend on has changed: each that is past its step `look` continues
    from that step."""

    def from_look(frame: Frame) -> Frame:
        steps = list(turn.assistant.flows[frame.flow].steps)
        behind = (
            "look" in steps
            and frame.step in steps
            and steps.index(frame.step) > steps.index("look")
        )
        return replace(frame, step="look") if behind else frame

    turn.note(frames=(*map(from_look, turn.frames[:-1]), *turn.frames[-1:]))


def fill(turn: Turn, slot: str, value: object) -> None:
    """Answer the open question and continue."""
    flow = turn.frames[-1].flow if turn.frames else ""
    turn.fill({slot: value})
    turn.note(open=None)
    walk(turn)
    if flow and not turn.frames:
        turn.note(left=f"{flow}.{slot}")


def walk(turn: Turn) -> None:
    """Run the top flow until it asks, or ends and the flow below asks, or nothing is open."""
    for _ in range(MAX_STEPS):
        if not turn.frames:
            turn.note(open=None)
            return
        top = turn.frames[-1]
        flow = turn.assistant.flows[top.flow]
        name = top.step or flow.start
        if (
            name != END and name not in flow.steps
        ):  # a new version removed this step: start again with the known slots
            name = flow.start
        if name == END:
            _over(turn)
            continue
        turn.change_top(step=name)
        if not _do(turn, flow, flow.steps[name]):
            return
    raise Lost(f"the flow {turn.frames[-1].flow!r} walks in circles")


def _do(turn: Turn, flow: Flow, step: Step) -> bool:
    """Run one step. False if it waits for an answer."""
    top = turn.frames[-1]
    if step.kind == "collect" and not _collected(turn, flow, step):
        if ask(turn, flow, step.what):
            return False
        _go_on(turn, turn.frames[-1], END)
        return True
    if step.kind == "collect":
        turn.trace.filled[f"{flow.id}.{step.what}"] = turn.slots[step.what]
    if step.kind == "set_slots":
        for pair in step.what:
            turn.fill({k: None if v == "null" else v for k, v in pair.items()})
    elif step.kind == "action" and not _acted(turn, flow, step.what):
        _go_on(turn, top, END)
        return True
    elif step.kind == "link":
        _forget(turn, flow, keep=turn.assistant.flows[step.what].slots)
        turn.note(frames=(*turn.frames[:-1], Frame(step.what, kept=turn.frames[-1].kept)))
        return True
    _go_on(
        turn,
        top if step.kind == "action" else turn.frames[-1],
        next(b.then for b in step.branches if b.when is None or b.when.holds(turn.slots)),
    )
    return True


def _go_on(turn: Turn, top: Frame, step: str) -> None:
    """Set the next step of this frame, if it is still open (an action may have ended or restarted
    the flow)."""
    turn.note(
        frames=tuple(replace(frame, step=step) if frame is top else frame for frame in turn.frames)
    )


def _collected(turn: Turn, flow: Flow, step: Step) -> bool:
    """Does the slot have a valid value?"""
    slot = step.what
    if step.ask_before_filling and turn.frames[-1].asked != slot:
        turn.fill({slot: None})
        turn.change_top(asked=slot)
    if turn.slots.get(slot) is not None:
        for rejection in step.rejections:
            if rejection.when.holds(turn.slots):
                turn.say(f"{flow.ability}/{rejection.utter}")
                turn.fill({slot: None})
                break
    if turn.slots.get(slot) is not None and f"validate_{slot}" in turn.assistant.actions:
        _acted(turn, flow, f"validate_{slot}")
    return turn.slots.get(slot) is not None


def ask(turn: Turn, flow: Flow, slot: str, *, again: bool = False) -> bool:
    """Ask the question; in one line when it comes back (`again`). `action_ask_<slot>` may provide
    data and options for its template. False if the domain refused; the person is told."""
    data: dict[str, Any] = {}
    if f"action_ask_{slot}" in turn.assistant.actions:
        if (done := tried(turn, f"action_ask_{slot}")) is None:
            return False
        data = done.data
    if again:
        data = data | {"again": True}
    options = [o["value"] for o in data.get("options", ())] or list(flow.slots[slot].values)
    turn.open_question(flow, slot, options, data)
    return True


def give_way(turn: Turn) -> None:
    """Something else than an answer was understood: what gives way is over. `ask_again` goes on
    with the flow below."""
    while turn.frames and (action := turn.assistant.flows[turn.frames[-1].flow].gives_way):
        for template, data in run(turn, action).messages:
            turn.say(template, **data)
        _over(turn)
        turn.note(open=None)


def drop(turn: Turn) -> None:
    """The innermost flow ends without an answer; the one below asks its question again."""
    if turn.frames:
        _over(turn)
    turn.note(open=None)
    walk(turn)


def ask_again(turn: Turn) -> None:
    """Repeat the open question in one line at the end of this message, after a digression; never
    twice. Where the flow above gave way, the one below goes on."""
    if turn.asked or not turn.frames:
        return None
    if not turn.open:
        return walk(turn)
    if not ask(
        turn, turn.assistant.flows[turn.open.flow], turn.open.slot, again=True
    ):  # refused now: that flow is over
        turn.change_top(step=END)
        walk(turn)
    return None


def _acted(turn: Turn, flow: Flow, name: str) -> bool:
    """Run an action and take its slots and messages. If the domain refuses, the person is told and
    the flow ends."""
    if name.startswith(UTTER):
        turn.say(f"{flow.ability}/{name.removeprefix(UTTER)}")
        return True
    if (done := tried(turn, name)) is None:
        return False
    turn.fill(done.slots)
    for template, data in done.messages:
        turn.say(template, **data)
    return True


def tried(turn: Turn, name: str) -> Outcome | None:
    """The outcome of an action. None if the domain refused: the person is told, and what the action
    wrote is rolled back."""
    try:
        with turn.tx.savepoint():
            return run(turn, name)
    except NotPossible as refusal:
        turn.say(
            "repair/not_possible",
            reasons=list(refusal.reasons),
            state=refusal.state,
            machine=refusal.machine,
        )
    except NotAllowed as refusal:
        turn.say("repair/not_allowed", why=refusal.why)
    except Doubtful as doubt:
        turn.say("repair/doubtful", why=doubt.why, day=doubt.day.isoformat() if doubt.day else "")
    return None


def run(turn: Turn, name: str) -> Outcome:
    """Run one action. It gets copies of the slots, so it can change the conversation only by its
    outcome."""
    slots = Slots(
        {k: copy.deepcopy(v) if isinstance(v, list | dict) else v for k, v in turn.slots.items()}
    )
    return turn.assistant.actions[name](turn, slots)


def _forget(turn: Turn, flow: Flow, keep: Collection[str] = ()) -> None:
    """Remove the slots of a flow that ended, except persisted slots and slots that the next flow
    uses too (`keep`)."""
    turn.forget(slot for slot in flow.slots if slot not in flow.persisted and slot not in keep)
    offered = {
        slot: values for slot, values in turn.conversation.offered.items() if slot not in flow.slots
    }
    turn.note(offered=offered)
