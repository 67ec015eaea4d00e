"""Walks flows: sets slots, runs actions, stops at the question it has to ask. Knows no flow by name.

A flow waits at a *named* question, so that a deploy with other steps does not shift an open conversation.
"""

import copy
from collections.abc import Collection, Coroutine
from typing import TYPE_CHECKING, Any

from dialogs.engine.flow_format import END, UTTER, Flow, Step
from domain.machine import Doubtful, NotAllowed, NotPossible

if TYPE_CHECKING:
    from dialogs.engine.turn import Turn

MAX_STEPS = 100


class Lost(Exception):
    """A flow that walks in circles without asking anything."""


def start(turn: "Turn", flow: str, **slots: Any) -> None:
    """Begin a flow on top of what is open (or begin it again, if it is open already), and walk."""
    clear(turn, flow)
    kept = _kept_for_below(turn, turn.assistant.flows[flow])
    turn.slots.update(slots)
    turn.frames.append({"flow": flow, "step": ""} | ({"kept": kept} if kept else {}))
    walk(turn)


def clear(turn: "Turn", flow: str) -> None:
    """If this flow is open already, it is left behind with all that was opened above it."""
    frames = turn.frames
    below = next((n for n, f in enumerate(frames) if f["flow"] == flow), len(frames))
    while len(frames) > below:
        _over(turn)


def _kept_for_below(turn: "Turn", flow: Flow) -> dict[str, Any]:
    """Slots of this flow that one below it uses too (the flows of an ability share theirs) are put aside until it is over."""
    below = {slot for frame in turn.frames for slot in turn.assistant.flows[frame["flow"]].slots}
    return {slot: turn.slots.pop(slot) for slot in flow.slots if slot in below and slot in turn.slots}


def _over(turn: "Turn") -> None:
    """The top flow is over: what it knew is forgotten, what was put aside for the one below is there again."""
    _forget(turn, turn.assistant.flows[turn.frames[-1]["flow"]])
    turn.slots.update(turn.frames.pop().get("kept", {}))


def look_again(turn: "Turn") -> None:
    """What the open flows below rest on has changed: each that has a step `look` behind it goes on from there."""
    for frame in turn.frames[:-1]:
        steps = list(turn.assistant.flows[frame["flow"]].steps)
        if "look" in steps and frame["step"] in steps and steps.index(frame["step"]) > steps.index("look"):
            frame["step"] = "look"


def fill(turn: "Turn", slot: str, value: Any) -> None:
    """The open question is answered; go on from it."""
    flow = turn.frames[-1]["flow"] if turn.frames else ""
    turn.slots[slot] = value
    turn.state["open"] = None
    walk(turn)
    if flow and not turn.frames:
        turn.state["left"] = f"{flow}.{slot}"


def walk(turn: "Turn") -> None:
    """Go on in the top flow until it asks, or ends and the one below asks, or nothing is open."""
    for _ in range(MAX_STEPS):
        if not turn.frames:
            turn.state["open"] = None
            return
        frame = turn.frames[-1]
        flow = turn.assistant.flows[frame["flow"]]
        name = frame["step"] or flow.start
        if name != END and name not in flow.steps:  # a deploy took this step away: from the start, with what is known
            name = flow.start
        if name == END:
            _over(turn)
            continue
        frame["step"] = name
        if not _do(turn, flow, flow.steps[name], frame):
            return
    raise Lost(f"the flow {turn.frames[-1]['flow']!r} walks in circles")


def _do(turn: "Turn", flow: Flow, step: Step, frame: dict[str, Any]) -> bool:
    """One step; False when it waits for an answer."""
    if step.kind == "collect" and not _collected(turn, flow, step, frame):
        if ask(turn, flow, step.what):
            return False
        frame["step"] = END
        return True
    if step.kind == "set_slots":
        for pair in step.what:
            turn.slots.update({k: None if v == "null" else v for k, v in pair.items()})
    elif step.kind == "action" and not _acted(turn, flow, step.what):
        frame["step"] = END
        return True
    elif step.kind == "link":
        _forget(turn, flow, keep=turn.assistant.flows[step.what].slots)
        turn.frames[-1] = {"flow": step.what, "step": "", "kept": turn.frames[-1].get("kept", {})}
        return True
    frame["step"] = next(b.then for b in step.branches if b.when is None or b.when.holds(turn.slots))
    return True


def _collected(turn: "Turn", flow: Flow, step: Step, frame: dict[str, Any]) -> bool:
    """Is the slot filled with something that holds?"""
    slot = step.what
    if step.ask_before_filling and frame.get("asked") != slot:
        turn.slots[slot] = None
        frame["asked"] = slot
    if turn.slots.get(slot) is not None:
        for rejection in step.rejections:
            if rejection.when.holds(turn.slots):
                turn.say(f"{flow.ability}/{rejection.utter}")
                turn.slots[slot] = None
                break
    if turn.slots.get(slot) is not None and f"validate_{slot}" in turn.assistant.executor.actions:
        _acted(turn, flow, f"validate_{slot}")
    return turn.slots.get(slot) is not None


def ask_again(turn: "Turn", flow: Flow, slot: str) -> None:
    """The open question once more; a flow whose question the domain refuses by now is over."""
    if not ask(turn, flow, slot):
        turn.frames[-1]["step"] = END
        walk(turn)


def ask(turn: "Turn", flow: Flow, slot: str) -> bool:
    """Put the question; `action_ask_<slot>` may bring data and options for its words. False where the
    domain refused it, which is said."""
    data: dict[str, Any] = {}
    if f"action_ask_{slot}" in turn.assistant.executor.actions:
        if (brought := tried(turn, f"action_ask_{slot}")) is None:
            return False
        messages = brought[1]
        data = messages[0]["custom"] if messages else {}
    options = [o["value"] for o in data.get("options", ())] or list(flow.slots[slot].values)
    turn.open_question(flow, slot, options, data)
    return True


def _acted(turn: "Turn", flow: Flow, name: str) -> bool:
    """Run an action, take over its slots and messages. A refusal of the domain becomes words, and the flow ends there."""
    if name.startswith(UTTER):
        turn.say(f"{flow.ability}/{name.removeprefix(UTTER)}")
        return True
    if (done := tried(turn, name)) is None:
        return False
    events, messages = done
    for event in events:
        if event["event"] == "slot":
            turn.slots[event["name"]] = event["value"]
    for message in messages:
        turn.say(message["response"], **message["custom"])
    return True


def tried(turn: "Turn", name: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]] | None:
    """An action's events and messages; None when the domain refused, which is said, and what it wrote before is undone."""
    try:
        with turn.tx.savepoint():
            return run(turn, name)
    except NotPossible as refusal:
        turn.say("repair/not_possible", reasons=list(refusal.reasons), state=refusal.state, machine=refusal.machine)
    except NotAllowed as refusal:
        turn.say("repair/not_allowed", why=refusal.why)
    except Doubtful as doubt:
        turn.say("repair/doubtful", why=doubt.why, day=doubt.day.isoformat() if doubt.day else "")
    return None


def run(turn: "Turn", name: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """One rasa-sdk action in process: its events and messages. The executor writes into what it is given, so it gets copies."""
    call = {
        "next_action": name,
        "sender_id": turn.person.id,
        "tracker": {
            "sender_id": turn.person.id,
            "slots": {k: copy.deepcopy(v) if isinstance(v, list | dict) else v for k, v in turn.slots.items()},
            "latest_message": {"text": turn.text, "intent": {"name": turn.intent}, "entities": []},
            "events": [],
            "paused": False,
            "active_loop": {},
            "latest_action_name": None,
        },
        "domain": {"turn": turn},
    }
    result = now(turn.assistant.executor.run(call))
    if result is None:
        return [], []
    return result.events, result.responses


def now(action: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine that never waits: an action has no business with the network inside a turn."""
    try:
        action.send(None)
    except StopIteration as done:
        return done.value
    action.close()
    raise RuntimeError("an action must not wait for anything")


def _forget(turn: "Turn", flow: Flow, keep: Collection[str] = ()) -> None:
    """A flow that is over leaves nothing behind but its persisted slots and what the flow it leads to knows too."""
    for slot in flow.slots:
        if slot not in flow.persisted and slot not in keep:
            turn.slots.pop(slot, None)
        turn.state.get("offered", {}).pop(slot, None)
