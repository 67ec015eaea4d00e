"""What a conversation survives: digressions, corrections, cancels, stale buttons, what is not understood. Lives outside all flows.

Decides what a message or a press means for what is open, and lets the flows walk. Words nothing.
"""

import re
from typing import TYPE_CHECKING, Any

from dialogs import turn as turns
from dialogs import walk
from dialogs.days import day_said
from dialogs.flows import Flow
from dialogs.understand import MAX_LENGTH, Heard, Kind, Meaning, normal
from domain import outbox, people
from domain.people import Kind as Account

if TYPE_CHECKING:
    from dialogs.turn import Chose, Filled, Said, Turn

MISSES = 2
NAME_WORDS = 3
_CORRECTS = re.compile(
    r"^(?:no|nope|sorry|wait|actually|correction|oops|i meant?|no wait)\b[\s,.:;-]*(?:i meant? |it is |it was )?", re.I
)
START, FORM, ANSWER, NOW = "start", "form", "answer", "now"


def listen(turn: "Turn", said: "Said") -> None:
    """A message. An answer to the open question goes on; anything else is heard first, then the question stands again."""
    turn.text, text = said.text, said.text.strip()
    if said.intent:
        mean(turn, Meaning(turn.house.understanding.entries[said.intent], 1.0, text))
        return turn.ask_again()
    if not text or len(text) > MAX_LENGTH:
        turn.decide("clarify")
        turn.say("repair/too_long" if text else "repair/no_text", most=MAX_LENGTH)
        return turn.ask_again()
    here = turn.open
    heard = turn.house.understanding.hear(text, f"{here['flow']}.{here['slot']}" if here else "")
    if (first := heard.meanings[0] if heard.meanings else None) and first.entry.kind is Kind.REPAIR and _repair(turn, first, heard):
        return None
    if here and _answers(turn, here, text, heard):
        turn.state["missed"] = 0
        turn.decide("command")
        return None
    for meaning in heard.meanings:
        mean(turn, meaning)
    if not heard.meanings:
        return _unclear(turn, heard)
    turn.state["missed"] = 0
    return turn.ask_again()


def mean(turn: "Turn", meaning: Meaning) -> None:
    """Do or say what was surely meant."""
    name, kind = meaning.entry.name, meaning.entry.kind
    if kind is Kind.ANSWER:
        answer(turn, name)
    elif kind is Kind.COMMAND:
        turn.decide("command")
        turn.intent, turn.text = name, meaning.clause if len(turn.text) > MAX_LENGTH else turn.text
        begin(turn, turn.house.intents[name])
    elif kind is Kind.REFUSE:
        turn.decide("refuse")
        turn.say(f"repair/{name}", case=turn.case())
    elif kind is Kind.CHITCHAT:
        turn.decide("chitchat")
        turn.say(f"repair/{name}")


def answer(turn: "Turn", name: str) -> None:
    """One of the answers, by where the asker's tenant stands. In front of strangers it is given in a direct message."""
    turn.decide("handover" if turn.house.answers[name].hand_over else "answer")
    _hide_from_strangers(turn)
    turn.say(f"answers/{name}", case=turn.case())


def begin(turn: "Turn", flow: Flow, **slots: Any) -> None:
    """Start a flow, if its own condition lets it and the person is one who may act."""
    if turn.person.kind != Account.MEMBER or not turn.person.live:
        turn.say("repair/not_allowed", why="guest")
    elif flow.condition and not flow.condition.holds(turn.slots | slots):
        turn.say("repair/not_now", flow=flow.id)
    elif not turn.person.partner:
        turn.say("setup/which_partner")
    else:
        _hide_from_strangers(turn)
        walk.start(turn, flow.id, **slots)


def choose(turn: "Turn", chose: "Chose") -> None:
    """A press. What the button is for stands in the stored offer; the payload only says which option."""
    flow, slot, option = ([*chose.action.split("."), "", ""])[:3]
    here = turn.open
    if here and here["offer"] == chose.offer:
        if slot == FORM and here["flow"] == flow:
            _open_form(turn, turn.house.flows[flow])
        else:
            _choose_answer(turn, here, flow, slot, option)
        return
    offer = turns.offer_of(turn.tx, chose.offer)
    if offer is None:
        _closed(turn, turns.asks_somebody_else(turn.person, chose.offer))
    elif offer.person not in ("", turn.person.id):
        _not_yours(turn)
    elif turn.tx.at >= offer.expires_at or not _choose_from_menu(turn, offer, flow, slot, option):
        _closed(turn)


def _not_yours(turn: "Turn") -> None:
    turn.decide("refuse")
    turn.private = True
    turn.say("repair/not_yours")


def fill_form(turn: "Turn", form: "Filled") -> None:
    """A modal that was handed in: its values fill the flow's slots, and the flow walks as if they had been said.

    Raises WrongForm with the reason beside each field that does not hold.
    """
    flow = turn.house.flows[form.flow]
    if turn.person.kind != Account.MEMBER or not turn.person.live or not turn.person.partner:
        return begin(turn, flow)
    values = {k: v for k, v in form.values.items() if v and k in flow.slots}
    walk.clear(turn, flow.id)
    turn.slots.update(values)
    wrong: dict[str, turns.Part] = {}
    for slot in values:
        if f"validate_{slot}" in turn.house.executor.actions:
            events, messages = walk.run(turn, f"validate_{slot}")
            turn.slots.update({e["name"]: e["value"] for e in events if e["event"] == "slot"})
            if turn.slots.get(slot) is None and messages:
                wrong[slot] = (messages[0]["response"], turn.data(**messages[0]["custom"]))
    if wrong:
        raise turns.WrongForm(wrong)
    kept = dict(turn.slots)
    turn.decide("command")
    return walk.start(turn, flow.id, **kept)


def hand_over(turn: "Turn", why: str) -> None:
    """A plain card to the support channel; the asker is told what happened, or that there is nobody to tell."""
    turn.decide("handover")
    turn.state["missed"] = 0
    workspace = people.workspace(turn.tx)
    channel = workspace.support_channel if workspace else ""
    if channel:
        card = turn.data(case=turn.case(), question=turn.state.get("last", turn.text), why=why, asker=turn.person.name)
        outbox.tell(
            turn.tx, outbox.to_channel(channel), [("support/card", card)], key=f"card:{turn.key}", decision="handover"
        )  # fmt: skip
    turn.say("support/handed_over" if channel else "support/nobody_there", why=why)


def _choose_answer(turn: "Turn", here: dict[str, Any], flow: str, slot: str, option: str) -> None:
    if (here["flow"], here["slot"]) != (flow, slot) or option not in here["options"]:
        return _closed(turn)
    turn.decide("command")
    turn.state["missed"] = 0
    walk.fill(turn, slot, _typed(turn, flow, slot, option) or option)
    return None


def _choose_from_menu(turn: "Turn", offer: Any, flow: str, slot: str, option: str) -> bool:
    if flow == ANSWER and slot in turn.house.answers:
        answer(turn, slot)
        turn.ask_again()
        return True
    target = turn.house.flows.get(flow)
    if target is None or (slot != START and (slot not in target.slots or option not in (target.slots[slot].values or (option,)))):
        return False
    turn.decide("command")
    begin(turn, target, **offer.about, **({} if slot == START else {slot: _typed(turn, flow, slot, option) or option}))
    turn.ask_again()
    return True


def _open_form(turn: "Turn", flow: Flow) -> bool:
    """The same questions as a modal: the door opens it once this turn is committed."""
    data: dict[str, Any] = {}
    for slot in flow.collects:
        if f"action_ask_{slot}" in turn.house.executor.actions:
            _, messages = walk.run(turn, f"action_ask_{slot}")
            data[slot] = messages[0]["custom"] if messages else {}
    turn.form = (f"{flow.ability}/form", turn.data(asked=data, flow=flow.id))
    return True


def _closed(turn: "Turn", somebody_elses: bool = False) -> None:
    """A button of yesterday: a sentence that says so, and what is open now."""
    if somebody_elses:
        return _not_yours(turn)
    turn.decide("clarify")
    turn.say("repair/closed_question")
    turn.ask_again()


def _answers(turn: "Turn", here: dict[str, Any], text: str, heard: Heard) -> bool:
    """Is this an answer to the open question, or a correction of an earlier one? Then the flow has gone on."""
    flow, slot = turn.house.flows[here["flow"]], here["slot"]
    if (option := turn.house.understanding.option(text, f"{flow.id}.{slot}")) in here["options"]:
        walk.fill(turn, slot, _typed(turn, flow.id, slot, str(option)) or option)
        return True
    if normal(text) in (label := {normal(o.replace("_", " ")): o for o in here["options"]}):
        walk.fill(turn, slot, label[normal(text)])
        return True
    if _correct(turn, flow, slot, text):
        return True
    if any(_interrupts(turn, flow, slot, m) for m in heard.meanings):
        return False
    for meaning in heard.meanings:
        value = meaning.entry.name.rpartition(".")[2]
        if value in here["options"]:
            walk.fill(turn, slot, _typed(turn, flow.id, slot, value) or value)
            return True
    return _says_value(turn, flow, slot, text, heard)


def _interrupts(turn: "Turn", flow: Flow, slot: str, meaning: Meaning) -> bool:
    """Is this something else than an answer? A reason in one's own words is one, unless it is another thing word for word."""
    if meaning.entry.kind in (Kind.OPTION, Kind.REPAIR):
        return False
    same = turn.house.intents.get(meaning.entry.name) is flow
    return flow.slots[slot].type != "text" or (meaning.score >= 1.0 and not same)


def _says_value(turn: "Turn", flow: Flow, slot: str, text: str, heard: Heard) -> bool:
    """A free value in the text; a question, or what is likely something that we know, is never one."""
    kind = flow.slots[slot].type
    if text.rstrip().endswith("?") or kind == "categorical" or (kind == "any" and heard.others and len(text.split()) > NAME_WORDS):
        return False
    if kind == "day":
        said = day_said(text, turn.today)
        if said is None:
            return False
        walk.fill(turn, slot, said.isoformat())
        return True
    walk.fill(turn, slot, text)
    return True


def _typed(turn: "Turn", flow: str, slot: str, option: str) -> str | None:
    """The value behind an option: `today` of a day slot is a day."""
    if turn.house.flows[flow].slots[slot].type == "day" and (said := day_said(option, turn.today)):
        return said.isoformat()
    return None


def _correct(turn: "Turn", flow: Flow, asked: str, text: str) -> bool:
    """ "No, the other tenant": an earlier answer of this flow is replaced, and the flow walks on from there."""
    rest = _CORRECTS.sub("", text, count=1)
    if rest == text or not rest:
        return False
    filled = [s for s in flow.collects if turn.slots.get(s) is not None and s != asked]
    for slot in reversed(filled):
        value = turn.house.understanding.option(rest, f"{flow.id}.{slot}")
        if value is None and flow.slots[slot].type == "day" and (day := day_said(rest, turn.today)):
            value = day.isoformat()
        if value is None:
            continue
        if value == "other":
            value = _other(turn, flow, slot)
        turn.say("repair/corrected", slot=slot, value=value or "")
        _back_to(turn, flow, slot)
        turn.slots[slot] = value
        walk.walk(turn)
        return True
    return False


def _other(turn: "Turn", flow: Flow, slot: str) -> str | None:
    """The other of two options; None (ask again) when there are more."""
    options = flow.slots[slot].values or tuple(turn.state.get("offered", {}).get(slot, ()))
    rest = [o for o in options if o != turn.slots.get(slot)]
    return rest[0] if len(rest) == 1 else None


def _back_to(turn: "Turn", flow: Flow, slot: str) -> None:
    """What was said after that answer may hang on it: it is asked again where it matters, the answer itself is cleared."""
    later = flow.collects[flow.collects.index(slot) :]
    for name in later:
        turn.slots[name] = None
    turn.state["open"] = None
    turn.frames[-1]["step"] = next(s.id for s in flow.steps.values() if s.kind == "collect" and s.what == slot)


def _repair(turn: "Turn", first: Meaning, heard: Heard) -> bool:
    """Cancel, restart, skip, back, repeat, yes and no. False when the word means nothing here."""
    name, here = first.entry.name, turn.open
    flow = turn.house.flows[here["flow"]] if here else None
    turn.state["missed"] = 0
    if name in ("affirm", "deny"):
        if flow is None or here is None:
            return _nothing_open(turn)
        return flow.slots[here["slot"]].type not in ("text", "any") and _yes_or_no(turn, flow, here, name == "affirm")
    if name == "cancel":
        turn.decide("command")
        turn.say("repair/cancelled", flow=here["flow"] if here else "")
        turn.state.update(frames=[], slots={}, open=None)
    elif flow is None or here is None:
        return _nothing_open(turn)
    elif name == "restart":
        turn.decide("command")
        turn.slots.clear()
        walk.start(turn, flow.id)
    elif name == "go_back":
        turn.decide("command")
        filled = [s for s in flow.collects if turn.slots.get(s) is not None and s != here["slot"]]
        _back_to(turn, flow, filled[-1] if filled else here["slot"])
        walk.walk(turn)
    else:
        turn.decide("clarify")
        turn.say("repair/cannot_skip" if name == "skip" else "repair/said_again")
        turn.ask_again()
    return True


def _nothing_open(turn: "Turn") -> bool:
    turn.decide("clarify")
    turn.say("repair/nothing_open")
    return True


def _yes_or_no(turn: "Turn", flow: Flow, here: dict[str, Any], yes: bool) -> bool:
    """Yes is the first option of a question with two, no the second; with more it is asked again."""
    if len(here["options"]) != 2 or flow.slots[here["slot"]].type != "categorical":
        turn.decide("clarify")
        turn.say("repair/said_again")
        turn.ask_again()
        return True
    turn.decide("command")
    walk.fill(turn, here["slot"], here["options"][0 if yes else 1])
    return True


def _unclear(turn: "Turn", heard: Heard) -> None:
    """Likely meanings are offered; what is not understood twice goes to people."""
    likely = [m for m in heard.others if m.entry.kind in (Kind.ANSWER, Kind.COMMAND)]
    if likely:
        turn.decide("clarify")
        turn.state["last"] = heard.text
        turn.asked = True
        offer = turns.offer_to(turn.tx, turn.person.id, "menu", {}, turns.MENU_LIVES)
        turn.say("repair/clarify", options=[option_of(turn, m) for m in likely], offer=offer)
        return
    turn.state["missed"] += 1
    if turn.state["missed"] >= MISSES:
        turn.state["last"] = heard.text
        hand_over(turn, "not_understood")
    else:
        turn.decide("clarify")
        here = turn.open
        turn.say("repair/not_understood", question=here["slot"] if here else "", day=bool(here and _is_day(turn, here)))
    turn.ask_again()


def option_of(turn: "Turn", meaning: Meaning) -> dict[str, str]:
    """A meaning as a button: which words name it, and where it leads."""
    name = meaning.entry.name
    if meaning.entry.kind is Kind.ANSWER:
        return {"title": f"answers/{name}", "target": f"{ANSWER}.{name}.{NOW}"}
    flow = turn.house.intents[name]
    return {"title": f"{flow.ability}/title", "target": f"{flow.id}.{START}.{NOW}"}


def _is_day(turn: "Turn", here: dict[str, Any]) -> bool:
    return turn.house.flows[here["flow"]].slots[here["slot"]].type == "day"


def _hide_from_strangers(turn: "Turn") -> None:
    """A partner's state is never shown where guests or other workspaces read along."""
    if turn.where.shared and not turn.private:
        turn.private = True
        turn.parts.append(("repair/in_private", turn.data()))
