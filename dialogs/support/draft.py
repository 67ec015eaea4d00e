"""What is said while a question for support is being drafted. Only what is added on purpose gets
into the draft, and a mere "yes" sends it only right below it. Has no user texts."""

import re

from dialogs.engine import flow_runner, history
from dialogs.engine.acting import CLOSES
from dialogs.engine.context import Outcome, Slots, Turn
from dialogs.engine.conversation_store import MENU_LIVES, offer_to
from dialogs.engine.slot_filling import back_to
from dialogs.expectations.asides import asked_here
from dialogs.expectations.doubts import Doubt, doubt
from dialogs.nlu.in_context.reply_classifier import Act
from dialogs.nlu.normalise import is_question, normal
from dialogs.nlu.types import Interpretation, Kind
from dialogs.support import asking
from domain.storage import outbox_queries

SUPPORT, SEND, WORDS, MORE = "support", "send", "words", "more"
LINE, REMOVE, SHOW = "add_line", "remove_", "show"
NOT_ADDED = "support/not_added"
WAITS_MS = 10 * 60_000  # how long a mere "yes" is sure to mean what is right above it
# How sure the learned reading must be; "alone": for sending without a yes in it.
LEARNED = {"add": 0.7, "cancel": 0.85, "finished": 0.85, "yes": 0.55, SEND: 0.8, "alone": 0.98}
FEW = 5  # words at most of what sends in other words
# "The answer is yes" is about the question, and not about the draft.
_OF_THE_MATTER = re.compile(r"\b(?:the|our|his|her|their) answer\b", re.I)
EXACT = 0.99  # "the answer is yes" is none
CLEAR = 0.8  # a command below this is only likely
SENTENCE = 3  # words; what is shorter is hardly a line for people
_PREFACE = re.compile(
    r"^(?:(?:yes|yep|yeah|ok|okay|sure|no|and|but|wait|please|also|oh|so|then|can you|could you"
    r"|i want to|i'?d like to|let'?s)\b[\s,.;:!-]*)+",
    re.I,
)
_ADD = re.compile(
    r"^(?:add(?: to (?:it|that|the (?:draft|question|list)))?|include|mention|append"
    r"|(?:ask|tell)(?: (?:them|support))?(?: (?:too|also|as well))?)\b[\s:,;-]*(?P<what>.*)$",
    re.I | re.S,
)
_MORE = re.compile(r"^[\w\s,]{0,24}?(?:\b(?:also|too|as well|them|support)\b|:)", re.I)
_NO_LINE = re.compile(
    r"^(?:something|some ?thing else|another(?: (?:one|line|question|thing))?|(?:one )?more"
    r"(?: (?:line|question|thing)s?)?|one more thing|an?(?: (?:line|question|thing))?)?[\s.!]*$",
    re.I,
)
_THIS = re.compile(r"^(?:this|that|it)(?: (?:line|one|too|as well))?[\s.!]*$", re.I)
_TAKE_OUT = re.compile(
    r"^(?:remove|delete|drop|take out|take away|leave out|strike|cut|without|scratch|erase)\b"
    r"(?P<which>[\w\s,#.]{0,40})$",
    re.I,
)
_SEND = re.compile(
    r"^(?:now |just |go ahead and )*(?:send|submit|forward|pass|hand|ship)(?: (?:it|this|that"
    r"|them|the (?:draft|question)|my question))*(?: (?:on|off|over|in|out|now|please|to support"
    r"|to them|to the team))*[\s.!]*$",
    re.I,
)
_NUMBERS = ("first", "second", "third", "fourth", "fifth", "sixth")
_COUNTED = ("one", "two", "three", "four", "five", "six")


def hear(turn: Turn, heard: Interpretation) -> bool:
    """Is this about the draft? What is understood as something else is not, and closes it."""
    question = turn.open
    if question is None or question.flow != SUPPORT:
        return False
    if question.slot == SEND:
        return _at_the_draft(turn, heard)
    return question.slot in (WORDS, MORE) and _at_its_words(turn, question.slot, heard)


def _at_the_draft(turn: Turn, heard: Interpretation) -> bool:
    text, said = heard.text.strip(), _PREFACE.sub("", heard.text.strip())
    option = turn.assistant.understanding.option(text, f"{SUPPORT}.{SEND}")
    if (which := _taken_out(turn, said)) is not None:
        return _choose(turn, f"{REMOVE}{which}" if which else SHOW)
    if _sends(text, said, option):
        return _choose(turn, SEND)
    if option in ("add", "cancel"):
        return _choose(turn, option)
    if option == "finished":
        return _choose(turn, SHOW)
    if (what := _added(heard, said)) is not None:
        return _add(turn, what)
    first = heard.meanings[0].entry if heard.meanings else None
    if option == SEND or (first and first.name == "affirm" and heard.meanings[0].score >= EXACT):
        return _choose(turn, SEND if is_right_above(turn) else SHOW)
    if first and first.name == asking.A_PERSON:
        return _choose(turn, SHOW)
    if first and first.name in ("deny", "cancel"):
        other = heard.meanings[0].score < 1 and _said_in_other_words(turn, text)
        return _choose(turn, other or "cancel")
    if _is_beside(heard):
        return False
    if _is_understood(heard) or (is_question(text) and asked_here(turn, text)):
        flow_runner.give_way(turn)
        return False
    if likely := _said_in_other_words(turn, text):
        return _choose(turn, likely)
    return _leave_out(turn, heard)


def _said_in_other_words(turn: Turn, text: str) -> str:
    """The learned reading of a reply to the draft, "" where it says nothing to it. It sends only
    what is surely a yes right below the draft."""
    replies = turn.understanding.replies
    if replies.model is None or is_question(text) or _OF_THE_MATTER.search(text):
        return ""
    reply = replies.read(text, f"{SUPPORT}.{SEND}", SEND, "cancel")
    option, share = reply.option
    if option != SEND:
        found = {"finished": SHOW}.get(option, option)
        return found if share >= LEARNED.get(option, 1.1) else ""
    agrees = reply.act[0] is Act.YES and reply.act[1] >= LEARNED["yes"]
    sure = share >= LEARNED[SEND] if agrees else share >= LEARNED["alone"]
    few = len(text.split()) <= FEW and doubt(text, reply.like) is Doubt.NONE
    if not (sure and few) or reply.act[0] is Act.DONE:
        return ""
    return SEND if is_right_above(turn) else SHOW


def _is_understood(heard: Interpretation) -> bool:
    """Is it surely something else? A command that is only likely may be a line for people."""
    return any(
        m.entry.kind in CLOSES and (m.score >= CLEAR or m.entry.kind is not Kind.COMMAND)
        for m in heard.meanings
    )


def _is_beside(heard: Interpretation) -> bool:
    """Courtesy or a repair word, word for word: it is answered, and the draft is shown again."""
    beside = (Kind.CHITCHAT, Kind.REPAIR)
    return any(m.entry.kind in beside and m.score >= 1 for m in heard.meanings)


def _sends(text: str, said: str, option: str | None) -> bool:
    """Is the word for sending in it, and no question?"""
    named = _SEND.match(said) is not None or (option == SEND and "send" in text.lower())
    return named and not is_question(text)


def _added(heard: Interpretation, said: str) -> str | None:
    """What is to be added, "" where that is asked next; None where nothing is added on purpose:
    "tell me why", "add a provider". "Add: ..." and "also ask ..." always add."""
    found = _ADD.match(said)
    if found is None:
        return None
    what, clearly = found["what"].strip(), _MORE.match(heard.text.strip()) is not None
    if _NO_LINE.match(what) or _THIS.match(what):
        return "" if _NO_LINE.match(what) else what
    other = any(m.entry.kind is Kind.COMMAND for m in heard.meanings)
    asks = said[:3].lower() in ("ask", "tel")
    return what if clearly or not (asks or other) else None


def _add(turn: Turn, what: str) -> bool:
    if not what:
        return _choose(turn, "add")
    if _THIS.match(what):
        return _choose(turn, LINE if turn.slots.get("unadded") else "add")
    turn.fill({"unadded": what})
    return _choose(turn, LINE)


def _taken_out(turn: Turn, said: str) -> int | None:
    """The number of the line that is to go, 0 for one that is not there; None where none is."""
    found = _TAKE_OUT.match(said)
    words = normal(found["which"]).split() if found else []
    lines = len(turn.slots.get("wordings") or [])
    at = {"last": lines, **{word: n for n, word in enumerate(_NUMBERS, 1)}}
    at |= {word: n for n, word in enumerate(_COUNTED, 1)} | {str(n): n for n in range(1, 100)}
    named = [at[word] for word in words if word in at]
    if not named or not ({"line", "one", "question"} & set(words) or len(words) == 1):
        return None
    return named[0] if named[0] <= lines else 0


def _leave_out(turn: Turn, heard: Interpretation) -> bool:
    """Neither an answer nor understood: it is said that it was not added."""
    turn.decide("clarify")
    text = heard.text.strip()
    may_be_a_line = is_question(text) or len(text.split()) >= SENTENCE
    turn.fill({"unadded": text if may_be_a_line else None})
    turn.say(NOT_ADDED, line=text[:200])
    flow_runner.ask_again(turn)
    return True


def _choose(turn: Turn, option: str) -> bool:
    turn.decide("command")
    question = turn.open
    if option == SHOW:
        turn.fill({"unadded": None})
        flow_runner.ask_again(turn)
    else:
        flow_runner.fill(turn, SEND, option)
    if question:
        history.was_answer(turn, question)
    return True


def _at_its_words(turn: Turn, slot: str, heard: Interpretation) -> bool:
    """What is asked for comes right below. Later, only what nothing else was understood in is
    taken for it."""
    first = heard.meanings[0].entry if heard.meanings else None
    option = turn.assistant.understanding.option(heard.text, f"{SUPPORT}.{SEND}")
    if slot == MORE and (option in ("finished", "cancel") or (first and first.name == "cancel")):
        turn.decide("command")
        back_to(turn, turn.assistant.flows[SUPPORT], SEND)
        flow_runner.walk(turn)
        return True
    if _is_understood(heard) and not is_right_above(turn):
        flow_runner.give_way(turn)
    return False


def is_right_above(turn: Turn) -> bool:
    """Is the question of this flow the last thing that was said where this is written, some
    minutes ago at most?"""
    question, shown = turn.open, turn.slots.get("asked_as")
    if question is None or not shown:
        return False
    here = (question.channel, question.thread) == (turn.where.channel, turn.where.thread)
    key, at = shown
    return here and turn.tx.at - at <= WAITS_MS and not outbox_queries.said_since(turn.tx, key)


def note_shown(turn: Turn, *, whole: bool = True) -> None:
    """This reply asks for it. `whole`: so that a mere "yes" is the answer to it."""
    shown = [turn.reply_key or f"reply:{turn.key}", turn.tx.at]
    turn.fill({"asked_as": shown if whole else None})


def options_of(turn: Turn) -> list[dict[str, str]]:
    """What can be done with the draft as it is: a button of an older one is closed."""
    lines = len(turn.slots.get("wordings") or [])
    found = [SEND, "add", "cancel", *([LINE] if turn.slots.get("unadded") else [])]
    if lines > 1:
        found += [f"{REMOVE}{n}" for n in range(1, lines + 1)]
    return [{"value": value} for value in found]


def action_change_draft(turn: Turn, slots: Slots) -> Outcome:
    """Take a line out, add the one that was left out, or leave it all as it is."""
    said, kept = str(slots[SEND] or ""), list(slots["wordings"] or [])
    if said == LINE and slots["unadded"]:
        line = asking.as_line(turn, str(slots["unadded"]))
        kept = [*kept, asking.wording(turn, line)][-asking.MOST :]
    elif said.startswith(REMOVE) and said.removeprefix(REMOVE).isdecimal():
        kept = [w for n, w in enumerate(kept, 1) if n != int(said.removeprefix(REMOVE))]
    stage = "preview" if kept else "words"
    return Outcome().fill(wordings=kept, send=None, unadded=None, handover_stage=stage)


def action_close_draft(turn: Turn, slots: Slots) -> Outcome:
    """Something else was understood: nothing was sent, and the draft can be shown again."""
    result = Outcome()
    turn.note(unclear=())
    if not (kept := slots["wordings"]):
        return result
    about = {"wordings": kept, "handover_why": slots["handover_why"]}
    button = offer_to(turn.tx, turn.person.id, "menu", about, MENU_LIVES)
    return result.say("support/draft_closed", {"line": kept[0]["text"][:80], "button": button})
