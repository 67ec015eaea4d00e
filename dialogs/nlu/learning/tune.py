"""`changeover train --encoder`: learns delta, gate and thresholds, and the head with them.

The gate has to be fitted on texts that neither the encoder nor the head has seen, in words of
people whom they have not met. So the authors of the phrases are parted in two, and what an encoder
and a head without the one half say of that half's phrases is what the gate learns from. Of what
nobody is named for, a fifth goes with each half. A part of the entries is left out as well, for
texts that have none.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from dialogs.nlu import model_store, training
from dialogs.nlu.clause_classifier import examples_of
from dialogs.nlu.encoder import Encoder
from dialogs.nlu.encoding import int8, weights
from dialogs.nlu.encoding.wordpiece import WordPiece
from dialogs.nlu.interpreter import key_of_entries
from dialogs.nlu.learning import gate_training, graph, tuning
from dialogs.nlu.model_store import Example, Model
from dialogs.nlu.normalise import nameless, normal
from dialogs.nlu.spelling import Spelling
from dialogs.nlu.types import Intent

log = logging.getLogger("changeover.tune")


def tune(
    entries: Sequence[Intent],
    authors: Mapping[tuple[str, str], str],
    replies: Mapping[tuple[str, str], Sequence[str]],
    folder: Path = model_store.LEARNED,
) -> Model:
    """Writes delta, graph and head. `authors`: (intent, phrase as it is written) -> whose it is;
    `replies`: (question, value) -> as people wrote them. Needs the encoder's package."""
    home = weights.home()
    tensors = weights.untuned(home)
    lower = tuning.Lower(tensors, WordPiece(weights.vocabulary(home)))
    graph.write(int8.GRAPH, int8.initializers(tensors))
    examples = with_authors(entries, authors)
    typed = _replies(entries, replies)
    parts = [_unseen(lower, examples, typed, half) for half in halves(examples)]
    gate, sure, measured = gate_training.gate_of(parts)
    log.info("gate: %s; thresholds %s", measured, sure)
    tuned = tuning.tune(lower, _said(examples), _about(examples), typed)
    weights.save_delta(tuned.changes)
    encoder = Encoder()
    encode = training.KeptVectors(encoder, folder)
    head, labels, said = training.head_of(examples, encode, tuned.places)
    encode.keep()
    found = Model(
        head.with_gate(gate),
        labels,
        sure,
        measured,
        key_of_entries(entries, encoder),
        said,
        {e.name: e.said for e in entries},
    )
    model_store.save(folder, found)
    return found


def with_authors(
    entries: Sequence[Intent], authors: Mapping[tuple[str, str], str]
) -> list[Example]:
    """The phrases, each with whose it is."""
    of: dict[tuple[str, str], str] = {}
    for entry in entries:
        for phrase in entry.phrases:
            of.setdefault((entry.name, normal(phrase)), authors.get((entry.name, phrase), ""))
    return [replace(e, author=of.get((e.label, e.said), "")) for e in examples_of(entries)]


def halves(examples: Sequence[Example]) -> list[set[str]]:
    """The authors, parted so that each half has about as many phrases. Of the phrases that nobody
    is named for a fifth is in each, as if two more had written them."""
    many: dict[str, int] = {}
    for e in examples:
        many[author_of(e)] = many.get(author_of(e), 0) + 1
    found: list[set[str]] = [set(), set()]
    for author in sorted(many, key=lambda a: (-many[a], a)):
        if author:
            min(found, key=lambda half: sum(many[a] for a in half)).add(author)
    return found


def author_of(e: Example) -> str:
    """Whose words: "" for the three fifths that stand in both halves."""
    return e.author or ("we 0", "we 1", "", "", "")[training.fold_of(e.said)]


def _unseen(
    lower: tuning.Lower,
    examples: Sequence[Example],
    replies: Sequence[tuple[str, str, str]],
    half: set[str],
) -> training.Unseen:
    """What an encoder and a head without these authors, and without a part of the entries, say of
    these authors' phrases."""
    turn = min(half)
    absent = {
        e.label
        for e in examples
        if training.takes_its_turn(e) and training.fold_of(turn + e.label, 3) == 0
    }
    there = [e for e in examples if author_of(e) not in half and e.label not in absent]
    held = [e for e in examples if author_of(e) in half]
    tuned = tuning.tune(lower, _said(there), _about(there), replies)
    changed = {n: lower.tensors[n] + change for n, change in tuned.changes.items()}
    encoder = Encoder(tensors={**lower.tensors, **changed})
    head, labels, said = training.head_of(there, encoder, tuned.places)
    return training.unseen(
        head,
        labels,
        {e.label: e for e in there},
        held,
        encoder.vectors([e.said for e in held]),
        Spelling(said, encoder.vocabulary),
        [e.label in absent for e in held],
    )


def _said(examples: Sequence[Example]) -> list[tuple[str, str]]:
    return [(e.said, e.label) for e in examples]


def _about(examples: Sequence[Example]) -> dict[str, tuple[str, ...]]:
    return {e.label: e.about for e in examples}


def _replies(
    entries: Sequence[Intent], replies: Mapping[tuple[str, str], Sequence[str]]
) -> list[tuple[str, str, str]]:
    """(text, question, value); question "": what a reply does, whatever was asked."""
    spelling = Spelling(said for e in entries for said in e.said)
    found: dict[tuple[str, str], str] = {}
    for (question, value), lines in replies.items():
        for raw in lines:
            if said := spelling.repaired(normal(nameless(raw, spelling.knows))):
                found.setdefault((question, said), value)
    return [(said, question, value) for (question, said), value in found.items()]
