"""How a turn went, as plain values: which clauses were heard, what decided, what was done. Kept for
`changeover explain`; decides nothing and words nothing."""

from collections.abc import Iterable
from typing import Any

from dialogs.engine.context import Trace, Turn
from dialogs.engine.name_masking import hear
from dialogs.inputs import Message
from dialogs.nlu.types import Candidate, Interpretation
from dialogs.second_reader.question import Reading
from domain.privacy import retention
from domain.storage import traces

MOST_TEXT, MOST_RANKED, MOST_PARTS = 500, 4, 12


def keep(turn: Turn, said: Message, key: str, reference: str = "") -> None:
    """Keep the trace of a message under the key of its reply. `reference`: the turn broke, and the
    person was told this; it leads here too."""
    if retention.days(turn.tx) <= 0 or not (turn.parts or turn.trace.heard or turn.trace.acted):
        return
    if reference:
        _hear_again(turn, said)
    names = [name for name, _ in turn.parts]
    about = document(said.text, turn.trace, turn.decision, names)
    about |= {"broke": reference} if reference else {}
    traces.keep(turn.tx, filter(None, (key, reference)), turn.person.id, about)


def _hear_again(turn: Turn, said: Message) -> None:
    """A turn that broke left nothing behind: how its message is read, unless that is what broke."""
    try:
        with turn.tx.savepoint():
            hear(turn, said.text, turn.open.name if turn.open else "")
    except Exception:
        turn.trace.heard.clear()


def document(text: str, trace: Trace, decision: str, templates: Iterable[str]) -> dict[str, Any]:
    """The trace of a turn as JSON."""
    second = {"second_reader": _second(trace.second)} if trace.second else {}
    return second | {
        "text": text[:MOST_TEXT],
        "heard": [_heard(heard) for heard in trace.heard],
        "acted": [_candidate(m) for m in trace.acted],
        "offered": [_candidate(m) for m in trace.offered],
        "claimed": [_candidate(m) for m in trace.claimed],
        "question": trace.question,
        "answered": trace.answered,
        "taken_by": trace.taken_by,
        "decision": decision,
        "templates": list(templates),
    }


def _heard(heard: Interpretation) -> dict[str, Any]:
    clauses = [
        {
            "clause": result.clause[:MOST_TEXT],
            "rule": result.rule,
            "nearest": round(float(result.nearest), 3),
            "ranked": [_candidate(m) for m in result.ranked[:MOST_RANKED]],
        }
        for result in heard.clauses[:MOST_PARTS]
    ]
    return {
        "rule": heard.rule,
        "language": heard.language,
        "far": heard.far,
        "babble": heard.babble,
        "clauses": clauses,
        "meant": [m.entry.name for m in heard.meanings],
        "could_be": [m.entry.name for m in heard.others],
        "claims": [m.entry.name for m in heard.claims],
        "missed": [part[:MOST_TEXT] for part in heard.missed[:MOST_PARTS]],
    }


def _second(reading: Reading) -> dict[str, Any]:
    return {
        "sent": reading.question.text if reading.was_sent else "",
        "offered": [choice.name for choice in reading.question.choices],
        "outcome": reading.outcome,
        "chose": reading.chose,
        "ms": reading.ms,
        "remembered": reading.remembered,
    }


def _candidate(meaning: Candidate) -> dict[str, Any]:
    """Name and score, and what of `Decided` was asked."""
    entry, why = meaning.entry, meaning.decided
    numbers = {
        "score": meaning.score,
        "share": why.share,
        "probability": why.probability,
        "cosine": why.cosine,
        "needed": why.needed,
    }
    return {
        "name": entry.name,
        "kind": str(entry.kind),
        "risk": str(entry.risk),
        "sure": meaning.sure,
        "by": why.by,
        "held_back": list(why.held_back),
        "needed_by": why.needed_by,
    } | {name: round(float(n), 3) for name, n in numbers.items() if n is not None}
