"""Looks at a message before it means anything else: a note about a provider in free words, and "we
take TD Synnex instead". Words nothing."""

import re

from dialogs.engine import flow_runner
from dialogs.engine.acting import begin
from dialogs.engine.context import Turn
from dialogs.engine.flow_runner import ask_again
from dialogs.nlu.normalise import is_question
from dialogs.nlu.types import REPORT, Interpretation, Kind
from dialogs.provider.noted_words import criterion_of, is_about_a_provider
from dialogs.provider.questions import named_in
from domain import people
from domain.customers import customer_names
from domain.naming.names_said import company_decided, subject_of

NOTES, CRITERION, NOTE = "provider_notes", "criterion", "criterion_note"
CHOICE, WHICH, ENTRY = "choose_one", "which_provider", "add_provider"
SHORT, ENDS = 14, 0.5
ABOUT_ONE = ("choose_one", "shortlist_provider", "end_provider", "give_up_provider")
# In these words people answer a question in words of their own; nothing is taken out of them.
OWN_WORDS = ("text", "words")
_DONE = re.compile(
    r"(?:(?:no|nope|ok(?:ay)?|yes|and)[\s,.]+)?(?:(?:that['’]?s|that is|this is|it['’]?s)"
    r" (?:it|all|everything|enough|fine)(?: for (?:now|today|them|this one))?|no more|nothing"
    r"(?: (?:more|else|to add))?|no(?:pe)?|no(?:ne)? (?:other )?notes|done|finished|enough|all good"
    r"|(?:i|we)(?:['’]m| am|['’]re| are) (?:done|finished)|that will do|compare(?: (?:them|now))?"
    r"|go on|continue|next|skip)[\s.!]*(?:thanks|thank you)?[.!]*",
    re.IGNORECASE,
)
_NEXT_ONE = re.compile(
    r"(?:(?:ok(?:ay)?|and|now|no|then|please|let['’]?s|can (?:i|we)|i want to|we want to)[\s,]+)*"
    r"(?:(?:add|enter|note|include|take|put in) )?"
    r"(?:another|one more|a second|a third|the next|next)(?: (?:one|provider|distributor|disti"
    r"|company))?(?: please)?[.!?]*",
    re.IGNORECASE,
)


def hears(turn: Turn, heard: Interpretation) -> bool:
    """True: the message was taken."""
    if not turn.person.partner:
        return False
    here = turn.open
    if here and (here.flow, here.slot) == (NOTES, CRITERION):
        return _notes(turn, heard)
    if here and turn.assistant.flows[here.flow].slots[here.slot].type in OWN_WORDS:
        return False
    return _speaks_of_another(turn, heard) or _decides(turn, heard)


def _speaks_of_another(turn: Turn, heard: Interpretation) -> bool:
    """ "TD Synnex agreed" while Ingram Micro's terms are asked for answers nothing about Ingram
    Micro: the same is asked of TD Synnex; of a company that nobody entered, nothing is."""
    here = turn.open
    if here is None or here.flow not in ABOUT_ONE or is_question(heard.text):
        return False
    at_hand, row = turn.slots.get(WHICH), named_in(turn, heard.text)
    if not at_hand or (row is not None and row.id == at_hand):
        return False
    turn.note(missed=0)
    if row is None:
        start, end = subject_of(heard.text)
        other = heard.text[start:end]
        if not other or _is_somebody_else(turn, other):
            return False
        turn.decide("clarify")
        turn.say("repair/about_another", other=other, at_hand=turn.slots.get("provider_named"))
        ask_again(turn)
        return True
    turn.decide("command")
    turn.intent = ""
    begin(turn, turn.assistant.flows[here.flow], **{WHICH: row.id})
    ask_again(turn)
    return True


def _notes(turn: Turn, heard: Interpretation) -> bool:
    """The question is what to note: "thats it" ends it, "add another one" begins the next, and what
    is said of the provider becomes a note."""
    said = " ".join(heard.text.split())
    if _DONE.fullmatch(said):
        turn.decide("command")
        turn.trace.filled[f"{NOTES}.{CRITERION}"] = "done"
        flow_runner.fill(turn, CRITERION, "done")
        return True
    if _NEXT_ONE.fullmatch(said):
        turn.decide("command")
        flow_runner.clear(turn, NOTES)
        turn.note(open=None)
        begin(turn, turn.assistant.flows[ENTRY])
        return True
    option, share = turn.understanding.replies.read(said, f"{NOTES}.{CRITERION}").option
    if option == "done" and share >= ENDS:
        return False  # it is read as the answer
    guessed = criterion_of(said)
    if not _is_a_note(turn, heard, bool(guessed)):
        return False
    kept = str(turn.slots.get(NOTE) or "")
    text = f"{kept}; {said}" if kept else said
    turn.decide("command")
    turn.note(missed=0)
    turn.fill({NOTE: text})
    turn.trace.filled[f"{NOTES}.{NOTE}"] = text
    if not guessed:
        ask_again(turn)
        return True
    turn.trace.filled[f"{NOTES}.{CRITERION}"] = guessed
    turn.say("provider/noted", criterion=guessed, note=text)
    flow_runner.fill(turn, CRITERION, guessed)
    return True


def _is_a_note(turn: Turn, heard: Interpretation, guessed: bool) -> bool:
    """Is it said of the provider, and not a question, a command or news of something else?"""
    if is_question(heard.text) or len(heard.text.split()) < 2:
        return False
    about = is_about_a_provider(heard.text) or named_in(turn, heard.text) is not None
    for meaning in heard.meanings:
        kind, name = meaning.entry.kind, meaning.entry.name
        if kind is Kind.OPTION or (meaning.score >= 1 and kind is not Kind.CHITCHAT):
            return False
        if kind is Kind.COMMAND and not (about or (guessed and not name.startswith(REPORT))):
            return False
        if kind is Kind.REFUSE:
            return False
    return True


def _decides(turn: Turn, heard: Interpretation) -> bool:
    """ "We changed our mind, we take TD Synnex": the choice, with its name."""
    if (
        is_question(heard.text)
        or len(heard.text.split()) > SHORT
        or CHOICE not in (turn.assistant.flows)
    ):
        return False
    name = company_decided(heard.text)
    if not name or _is_somebody_else(turn, name):
        return False
    row = named_in(turn, name)
    turn.decide("command")
    turn.note(missed=0)
    begin(turn, turn.assistant.flows[CHOICE], **{WHICH: row.id if row else name})
    ask_again(turn)
    return True


def _is_somebody_else(turn: Turn, name: str) -> bool:
    """A customer on the list, a colleague, or the partner itself."""
    ours = turn.partner.name if turn.partner else ""
    return bool(
        name.casefold() == ours.casefold()
        or (
            named_in(turn, name) is None
            and customer_names.in_text(turn.tx, turn.person.partner, name)
        )
        or people.by_name(turn.tx, name.split()[0], turn.person.partner)
    )
