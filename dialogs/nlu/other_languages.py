"""What is asked in another language: a second encoder, and a head learned from the same English
phrases. Knows no state, no words.

Nothing of it is in memory before the first such message; that one begins the loading, and until it
is over nothing is understood: the door lets its writer wait for it a while, beside the event loop.
Only answers are ever sure here, and none to what cannot be undone; what else may be meant is
offered. Reports are not even that.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from dialogs.nlu import model_store, multilingual_encoder, training
from dialogs.nlu.classifier import Judged
from dialogs.nlu.clause_classifier import examples_of
from dialogs.nlu.encoder import Encodes, NoWeights
from dialogs.nlu.model_store import UNSTATED, Model, Stale
from dialogs.nlu.multilingual_encoder import Multilingual
from dialogs.nlu.types import (
    OTHER_LANGUAGE,
    Candidate,
    ClauseResult,
    Decided,
    Intent,
    Interpretation,
    Kind,
    Risk,
    is_report,
)

log = logging.getLogger("changeover.languages")
NAME = "nlu-other"
# Those that are measured (tests/data/other_languages.jsonl). The encoder knows more; in those a
# person is offered, as before.
LANGUAGES = ("de", "es", "fr", "pt", "ja")
OFFERED = (Kind.ANSWER, Kind.COMMAND)
# From which score on the likeliest is offered, and what else beside it. Out of scope, 2 of 100 are
# higher.
LIKELY, POSSIBLE, OPTIONS = 0.15, 0.03, 3
# Seconds; Slack waits three for an answer, and to load takes one.
PATIENCE = 2.0
# Letters that are looked at: as much as the other encoder reads. It takes 12 ms at most.
LOOKED_AT = 600
# Measured in the folds, which hear English: 0.863, 0.874, 0.744.
FLOORS = {"accuracy": 0.82, "auroc": 0.85, "coverage": 0.68}
Loaded = tuple[Model, Encodes]
Begin = Callable[[Callable[[], None]], None]


def in_background(load: Callable[[], None]) -> None:
    threading.Thread(target=load, name="languages", daemon=True).start()


def at_once(load: Callable[[], None]) -> None:
    load()


class OtherLanguages:
    """`load` gets head and encoder, None where there are no weights; `begin` decides whether one
    waits for it."""

    def __init__(
        self,
        entries: Iterable[Intent],
        load: Callable[[], Loaded] | None,
        begin: Begin = in_background,
    ) -> None:
        self._entries = {e.name: e for e in entries}
        self.load, self.begin = load, begin
        self._loaded: Loaded | None = None
        self._begun = load is None
        self._lock, self._over = threading.Lock(), threading.Event()

    def hear(self, text: str, language: str) -> Interpretation:
        """What is surely asked, or what may be meant, best first, at most three; neither while
        nothing is loaded."""
        judged = self.judge(text) if language in LANGUAGES else ClauseResult([])
        ranked, clauses = judged.ranked, (judged,) if judged.ranked else ()
        nothing = Interpretation(text, language=language, rule="other_language", clauses=clauses)
        if not ranked or ranked[0].entry.kind not in OFFERED:
            return nothing
        if ranked[0].sure:
            return replace(nothing, meanings=(ranked[0],))
        may_be = [
            m
            for m in ranked
            if m.entry.kind in OFFERED and not is_report(m) and m.score >= POSSIBLE
        ]
        if max((m.score for m in may_be), default=0.0) < LIKELY:
            return nothing
        return replace(nothing, others=tuple(may_be[:OPTIONS]))

    def wait(self, language: str, seconds: float = PATIENCE) -> None:
        """Begin to load what this language needs, and wait for it a while."""
        if self.load and language in LANGUAGES:
            self._begin()
            self._over.wait(seconds)

    def judge(self, text: str) -> ClauseResult:
        """A whole text, best first: in other languages pieces of it are heard worse than all of it
        (measured)."""
        if (judged := self._judged(text)) is None or self._loaded is None:
            return ClauseResult([])
        names = self._loaded[0].labels
        ranked = [
            Candidate(self._entries[names[n]], p, text, decided=Decided(OTHER_LANGUAGE, share=p))
            for n, p in judged.ranked
        ]
        first, least = ranked[0].entry, self.least(ranked[0].entry)
        undoable = first.kind is Kind.ANSWER and first.risk is not Risk.IRREVERSIBLE
        why = replace(
            ranked[0].decided,
            probability=judged.right,
            cosine=judged.nearest,
            needed=least,
            held_back=() if undoable else ("only_offered",),
        )
        sure = undoable and judged.right >= least
        ranked[0] = Candidate(first, judged.right, text, sure, why)
        return ClauseResult(ranked, judged.nearest, text)

    def nearest_phrase(self, text: str) -> tuple[str, float]:
        """The phrase that lies nearest, and its cosine; for `ask --explain`."""
        judged = self._judged(text)
        return (
            (self._loaded[0].said[judged.phrase], judged.nearest)
            if judged and self._loaded
            else ("", 0.0)
        )

    def least(self, entry: Intent, _: str = "") -> float:
        """The score from which on an answer would be given."""
        sure = self._loaded[0].sure if self._loaded else {}
        return sure.get(str(entry.risk) if entry.kind is Kind.ANSWER else UNSTATED, 1.0)

    def _judged(self, text: str) -> Judged | None:
        self._begin()
        if self._loaded is None:
            return None
        known, encoder = self._loaded
        return known.head.judge(encoder.vectors([text[:LOOKED_AT]]), [text], [0.0])[0]

    def _begin(self) -> None:
        with self._lock:
            first, self._begun = not self._begun, True
        if first:
            self.begin(self._open)

    def _open(self) -> None:
        """What goes wrong here leaves all as it was: a person is offered."""
        try:
            self._loaded = self.load() if self.load else None
        except (NoWeights, Stale) as error:
            log.error("other languages are not understood: %s", error)
        finally:
            self._over.set()


def load_other_languages(
    entries: Iterable[Intent], folder: Path, *, relearn: bool, patient: bool
) -> OtherLanguages:
    """Ready to be loaded. Stale: learned anew and kept, or, without `relearn`, raises
    learned.Stale."""
    known, begin = list(entries), at_once if patient else in_background
    if not multilingual_encoder.installed():
        return OtherLanguages(known, None)
    key = _key_of(known)

    def learn() -> model_store.Packed:
        examples, old = examples_of(known, spelled=False), model_store.kept(folder, NAME)
        new = (
            training.refit(examples, Multilingual(), old, key)
            if old and old.key.endswith(Multilingual.sha256[:8])
            else training.learn(examples, Multilingual(), key, FLOORS, letters=False)
        )
        return model_store.pack(new)

    model_store.ensure(folder, key, NAME, learn, relearn=relearn)
    return OtherLanguages(
        known, lambda: (model_store.load(folder, key, NAME), Multilingual()), begin
    )


def _key_of(entries: Iterable[Intent]) -> str:
    """Changes with the phrases as they are written, with the code that learns, and with the
    weights. Made at every start."""
    rows = [
        [e.name, e.kind, e.risk, *e.about, *e.phrases] for e in entries if e.kind is not Kind.OPTION
    ]
    return model_store.key_of(rows, Multilingual.sha256[:8], training, multilingual_encoder)
