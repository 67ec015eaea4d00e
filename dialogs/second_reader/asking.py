"""Which messages a second reader is asked about, among which answers, and what its pick does: the
answer that it picked is sure. It picks no words and records nothing. Has no user texts."""

import hashlib
from dataclasses import replace

from dialogs.engine import members
from dialogs.engine.context import Turn
from dialogs.expectations import responding
from dialogs.expectations.reading import is_bare
from dialogs.inputs import Message
from dialogs.nlu.language import ENGLISH
from dialogs.nlu.normalise import STOP, is_question, normal
from dialogs.nlu.types import (
    LIKELY,
    SECOND_READER,
    Candidate,
    Interpretation,
    Kind,
    Risk,
    is_report,
)
from dialogs.second_reader.masking import masked
from dialogs.second_reader.question import MOST_CHOICES, Choice, HeldBack, Question
from domain import second_reader

PHRASES = 2


def picked(turn: Turn, said: Message, heard: Interpretation) -> Candidate | None:
    """The answer that a second reader picked, as sure; None where it picked none, may not be asked
    or could not be. Raises HeldBack where it has to be asked first."""
    everyday = turn.assistant.everyday
    if everyday is None or not (said.may_ask or said.second) or not _may_ask(turn, said, heard):
        return None
    ranked = _ranked(heard)
    if not ranked or any(_is_not_its_to_pick(turn, m, heard.text) for m in _likely(ranked)):
        return None
    choices = [m for m in ranked if _may_pick(turn, m)][:MOST_CHOICES]
    if not choices or second_reader.is_off(turn.tx):
        return None
    if said.second is None:
        if text := masked(turn, heard.text, everyday):
            raise HeldBack(Question(text, _numbered(turn, choices, text)))
        return None
    chosen = next((m for m in choices if m.entry.name == said.second.chose), None)
    if chosen is None:
        return None
    sure = replace(chosen, sure=True, decided=replace(chosen.decided, by=SECOND_READER))
    turn.trace.heard.append(
        Interpretation(heard.text, (sure,), claims=heard.claims, rule=SECOND_READER)
    )
    return sure


def _may_ask(turn: Turn, said: Message, heard: Interpretation) -> bool:
    """Only what a member said to the bot, in English, in words that are near to something of ours.
    Beside an open question only a question: anything else is meant as its answer."""
    if heard.language != ENGLISH or heard.meanings or heard.far or heard.babble:
        return False
    if not said.addressed or not members.is_member(turn) or turn.assistant.is_for_people(turn):
        return False
    if turn.open and not is_question(heard.text):
        return False
    return not (is_bare(heard.text) and responding.is_waited_for(turn))


def _ranked(heard: Interpretation) -> list[Candidate]:
    """Every candidate of every reading of the message once, the likeliest first."""
    best: dict[str, Candidate] = {}
    for m in (m for clause in heard.clauses for m in clause.ranked):
        if m.entry.name not in best or m.score > best[m.entry.name].score:
            best[m.entry.name] = m
    return sorted(best.values(), key=lambda m: -m.score)


def _likely(ranked: list[Candidate]) -> list[Candidate]:
    return [m for m in ranked if m is ranked[0] or m.score >= LIKELY]


def _is_not_its_to_pick(turn: Turn, meaning: Candidate, text: str) -> bool:
    """Is this something that it must not pick? Where such a thing is likely, the choices would lack
    what is probably meant, and it is not asked. A command that is asked about is a question."""
    if meaning.entry.kind is Kind.ANSWER:
        return not _may_pick(turn, meaning)
    if meaning.entry.kind is Kind.COMMAND:
        return is_report(meaning) or not is_question(text)
    return True


def _may_pick(turn: Turn, meaning: Candidate) -> bool:
    """A built-in answer about nothing irreversible. A workspace's own answers are not shown."""
    entry = meaning.entry
    return (
        entry.kind is Kind.ANSWER
        and entry.risk is not Risk.IRREVERSIBLE
        and entry.name in turn.assistant.answers
    )


def _numbered(turn: Turn, choices: list[Candidate], text: str) -> tuple[Choice, ...]:
    """The choices in an order that says nothing about how likely they are, the same for the same
    text."""

    def place(name: str) -> bytes:
        return hashlib.sha256(f"{text}\0{name}".encode()).digest()

    names = sorted((m.entry.name for m in choices), key=place)
    return tuple(Choice(name, _like(turn, name, text)) for name in names)


def _like(turn: Turn, name: str, text: str) -> tuple[str, ...]:
    """The phrases of an answer that share most words with the text."""
    said = _telling(normal(text))

    def shared(phrase: str) -> float:
        words = _telling(phrase)
        return len(words & said) / max(1, len(words | said))

    known = turn.assistant.understanding.entries[name].said
    return tuple(sorted(known, key=shared, reverse=True)[:PHRASES])


def _telling(said: str) -> frozenset[str]:
    return frozenset(said.split()) - STOP
