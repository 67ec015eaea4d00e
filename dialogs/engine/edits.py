"""An edited message that answered the open question is read again, once. Knows no flow by name; has
no user texts."""

from dialogs.engine import flow_runner, repair
from dialogs.engine.context import Turn
from dialogs.engine.flow_format import END, Flow
from dialogs.engine.flow_runner import ask_again
from dialogs.engine.slot_filling import back_to
from dialogs.inputs import Message, MessageEdited
from domain.conversation import Conversation


def is_answer(conversation: Conversation, edited: MessageEdited) -> bool:
    """Was this the last message that answered a question, and has it not been read again yet?"""
    answered = conversation.answered
    if answered is None or answered.ts != edited.ts:
        return False
    # Slack's ts is unique only within a channel; earlier versions did not store it
    return answered.channel in ("", edited.where.channel)


def read(turn: Turn, edited: MessageEdited) -> None:
    """Take the edited answer if nothing was done with the first one; otherwise say that it is too
    late."""
    answered = turn.conversation.answered
    assert answered is not None, "only an edit of an answer comes here (is_answer)"
    turn.note(answered=None)
    flow = turn.assistant.flows.get(answered.flow)
    here = turn.open
    if (
        flow is None
        or here is None
        or here.flow != flow.id
        or _done_since(turn, flow, answered.slot, here.slot)
    ):
        turn.say("repair/edited_too_late")
        return ask_again(turn)
    back_to(turn, flow, answered.slot)
    flow_runner.walk(turn)
    turn.parts.clear()
    turn.asked = False
    repair.listen(turn, Message(edited.keys, edited.slack, edited.text, edited.where))
    return None


def _done_since(turn: Turn, flow: Flow, slot: str, until: str) -> bool:
    """Was something done between that question and the open one? Then an edit cannot undo it."""
    name = next((s.id for s in flow.steps.values() if s.kind == "collect" and s.what == slot), END)
    for _ in range(flow_runner.MAX_STEPS):
        if name == END:
            return True
        step = flow.steps[name]
        if step.kind == "collect" and step.what == until:
            return False
        if step.kind in ("action", "link"):
            return True
        name = next(b.then for b in step.branches if b.when is None or b.when.holds(turn.slots))
    return True
