"""Acts on what was surely meant: an answer, a flow, a refusal. Has no user texts."""

from typing import Any

from dialogs.engine import flow_runner, members
from dialogs.engine.answers import answer, hide_from_strangers
from dialogs.engine.context import Turn
from dialogs.engine.flow_format import Flow
from dialogs.nlu.normalise import MAX_LENGTH
from dialogs.nlu.types import Candidate, Kind

A_PERSON, SETUP = "ask_a_person", "setup"
ADMINS_ONLY = (SETUP, "terms")
CLOSES = (Kind.ANSWER, Kind.COMMAND, Kind.REFUSE)  # what is understood closes what gives way
OF_THE_WORKSPACE = (*ADMINS_ONLY, "knowledge", "suspend", "review")


def act_on(turn: Turn, meaning: Candidate, about: dict[str, str] | None = None) -> None:
    """Do or answer what was surely meant. `about`: slots of the flow that are known already."""
    name, kind = meaning.entry.name, meaning.entry.kind
    turn.counted.append((name, meaning.score))
    turn.trace.acted.append(meaning)
    if kind in CLOSES:
        flow_runner.give_way(turn)
    if kind is Kind.ANSWER:
        answer(turn, name)
    elif kind is Kind.COMMAND:
        turn.decide("command")
        turn.intent, turn.text = name, meaning.clause if len(turn.text) > MAX_LENGTH else turn.text
        flow = turn.assistant.intents[name]
        begin(turn, flow, **{k: v for k, v in (about or {}).items() if k in flow.slots})
    elif kind is Kind.REFUSE:
        turn.decide("refuse")
        turn.say(f"repair/{name}", case=turn.case())
    elif kind is Kind.ELSEWHERE:
        turn.decide("out_of_scope")
        title = turn.own.topics.get(name, "")
        turn.say("review/elsewhere" if title else "repair/elsewhere", topic=title or name)
    elif kind is Kind.CHITCHAT:
        turn.decide("chitchat")
        turn.say(f"repair/{name}")


def may_begin(turn: Turn, flow: Flow) -> bool:
    """Only an active member of the workspace may act, and only one who belongs to a partner, unless
    the flow is about the workspace itself."""
    concerned = turn.person.partner or flow.ability in OF_THE_WORKSPACE
    return members.is_member(turn) and bool(concerned)


def begin(turn: Turn, flow: Flow, **slots: Any) -> None:
    """Start a flow, if its condition holds and the person may act."""
    if not members.is_member(turn):
        members.refuse(turn)
    elif flow.condition and not flow.condition.holds({**turn.slots, **slots}):
        turn.say("repair/not_now", flow=flow.id)
    elif flow.aside:
        with turn.aside():
            flow_runner.start(turn, flow.id, **slots)
    elif not may_begin(turn, flow):
        turn.say("setup/which_partner")
    else:
        hide_from_strangers(turn)
        flow_runner.give_way(turn)
        turn.note(cancelled="")
        flow_runner.start(turn, flow.id, **slots)


def hand_over(turn: Turn, why: str) -> None:
    """Offer that a person answers what was not understood; the text that this person would see is
    shown first (dialogs/support)."""
    turn.decide("handover")
    turn.note(missed=0)
    begin(turn, turn.assistant.intents[A_PERSON], handover_why=why)
