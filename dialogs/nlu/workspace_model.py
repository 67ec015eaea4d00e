"""What one workspace knows besides the built-in head: its answers, wordings and topics, and the
facts that it suspended.

Nothing is retrained: an own wording counts word for word, and near it by cosine over vectors that
stand in the database, where it is nearer than every built-in phrase. What cannot be undone, a
refusal and a command are never taken over.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dialogs.inputs import FormSubmission, Inbound, Message
from dialogs.nlu.clause_classifier import ClauseClassifier
from dialogs.nlu.encoder import MEANING, SIZE, Vectors
from dialogs.nlu.encoding.weights import fingerprint
from dialogs.nlu.rules import vetoed
from dialogs.nlu.types import (
    LIKELY,
    OWN_WORD_FOR_WORD,
    OWN_WORDING,
    Candidate,
    ClauseResult,
    Decided,
    Intent,
    Kind,
    Risk,
)
from domain.knowledge import calibration, own_answers, phrases, suspension
from domain.knowledge.own_answers import OWN, Phrase, State
from domain.questions.basis import MOST_PHRASES
from domain.storage.store import Tx

MODEL = fingerprint()
# Measured by taking each built-in entry for an own of five wordings, the rest of the head left as
# it is, on 858 messages: at 0.74 two of three of its questions are answered at once, and one in
# 20,000 out-of-scope messages is.
SURE, OFFERED, LEAST = {Risk.HARMLESS: 0.74, Risk.DEADLINE: 0.80}, 0.62, 0.5
PULL, MOST_GAP, CLOSEST, EVEN = 1.5, 0.2, 3, 0.5
NEVER_TAKEN = (Kind.REFUSE, Kind.COMMAND, Kind.REPAIR, Kind.CHITCHAT, Kind.OPTION)


@dataclass(frozen=True)
class WorkspaceModel:
    """The knowledge of a workspace in one version. `answers`: entry name -> its row; `topics`:
    entry name -> title; `suspended`: fact ids; `rows`: the entry of each wording, (wordings, 384)
    `vectors` beside it; `exact`: what counts word for word; `sure`: the thresholds of risk classes
    that count here instead of the shipped ones."""

    version: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    topics: dict[str, str] = field(default_factory=dict)
    suspended: frozenset[str] = frozenset()
    rows: tuple[Intent, ...] = ()
    said: tuple[str, ...] = ()
    vectors: Vectors = field(default_factory=lambda: np.zeros((0, MEANING), np.float32))
    exact: dict[str, Intent] = field(default_factory=dict)
    sure: Mapping[str, float] = field(default_factory=dict)

    @property
    def entries(self) -> dict[str, Intent]:
        return {entry.name: entry for entry in self.rows}

    def word_for_word(self, said: str, builtin: list[Candidate], clause: str) -> list[Candidate]:
        """The meanings of a wording that stands here, before what the built-in phrases say."""
        entry = self.exact.get(said)
        if entry is None or keeper(builtin, entry, exactly=True):
            return builtin
        return [
            Candidate(entry, 1.0, clause, True, Decided(OWN_WORD_FOR_WORD)),
            *(m for m in builtin if m.entry.name != entry.name),
        ]

    def beside(self, judged: ClauseResult, vector: Vectors, said: str, clause: str) -> ClauseResult:
        """What a clause means here; `judged`: what the built-in head makes of it, `vector`:
        centred, length 1."""
        if not len(self.rows):
            return judged
        cosines = self.vectors @ vector
        at = int(cosines.argmax())
        near, entry = float(cosines[at]), self.rows[at]
        score = near + PULL * min(near - judged.nearest, MOST_GAP)
        first = judged.ranked[0] if judged.ranked else None
        kept = keeper(judged.ranked, entry)
        rest = [m for m in judged.ranked if m.entry.name != entry.name]
        nearest = max(near, judged.nearest)
        why = Decided(OWN_WORDING, cosine=near, needed=SURE.get(entry.risk))
        clear = (
            near >= LEAST and score >= SURE.get(entry.risk, 9.0) and entry.kind is not Kind.COMMAND
        )
        if clear and not kept and not vetoed(entry, said, clause):
            own = Candidate(entry, min(round(score, 2), 0.99), clause, True, why)
            return ClauseResult([own, *rest], nearest, clause)
        if near < LEAST or score < OFFERED or entry.kind not in (Kind.ANSWER, Kind.COMMAND):
            return judged
        sounds_so = max(LIKELY, min(round(score - 0.3, 2), 0.6))
        likely = Candidate(entry, sounds_so, clause, decided=why)
        if first and (first.sure or (kept and first.entry.kind is not Kind.ELSEWHERE)):
            others = [m for m in rest if m is not first]
            return ClauseResult([first, likely, *others], nearest, clause)
        return ClauseResult([likely, *rest], nearest, clause)


def keeper(builtin: list[Candidate], entry: Intent, *, exactly: bool = False) -> Candidate | None:
    """The built-in meaning that stands against an own wording of another entry; None where there is
    none.

    Where it may well be about what cannot be undone, that is enough, for words that two supporters
    have looked at (`exactly`) where it is the likeliest, or as likely as not; a refusal, a command
    and courtesy only where they are sure.
    """
    for n, meaning in enumerate(builtin[:CLOSEST]):
        same = meaning.entry.name == entry.name or meaning.entry.name.startswith(OWN)
        least = LIKELY if not exactly or n == 0 else EVEN
        grave = meaning.entry.risk is Risk.IRREVERSIBLE and meaning.score >= least
        if not same and (
            grave
            or (
                meaning.sure
                and (meaning.entry.kind in NEVER_TAKEN or meaning.entry.risk is Risk.IRREVERSIBLE)
            )
        ):
            return meaning
    return None


def load(tx: Tx, judge: ClauseClassifier, version: str) -> WorkspaceModel:
    """Everything that counts in this workspace now."""
    today = tx.now.date().isoformat()
    live = {
        OWN + row.id: row
        for row in own_answers.with_state(tx, State.LIVE)
        if row.expires_on >= today
    }
    topics = {OWN + row.id: row.title for row in phrases.topics(tx)}
    entries = {name: Intent(name, Kind.ANSWER, (), Risk(row.risk)) for name, row in live.items()}
    entries |= {name: Intent(name, Kind.ELSEWHERE, ()) for name in topics}
    rows = [
        (row, entry)
        for row in phrases.everything(tx)
        if (entry := entries.get(row.entry) or judge.entries.get(row.entry))
    ]
    return own_of(
        judge,
        rows,
        version=version,
        answers=live,
        topics=topics,
        suspended=suspension.suspended(tx),
        sure=calibration.own(tx),
    )


def own_of(
    judge: ClauseClassifier, rows: Iterable[tuple[Any, Intent]], **more: Any
) -> WorkspaceModel:
    """Wordings (rows of own_phrase) and their entries as an Own; those that the built-in head keeps
    for itself are not exact."""
    rows = list(rows)
    vectors = [vector_of(row, judge) for row, _ in rows]
    exact = {
        row.said: entry
        for (row, entry), v in zip(rows, vectors, strict=True)
        if keeper_of(judge, row.said, v, entry) is None
    }
    centred = judge.centred(np.stack(vectors)) if vectors else WorkspaceModel().vectors
    return WorkspaceModel(
        rows=tuple(e for _, e in rows),
        said=tuple(row.said for row, _ in rows),
        vectors=centred,
        exact=exact,
        **more,
    )


def keeper_of(
    judge: ClauseClassifier, said: str, vector: Vectors, entry: Intent
) -> Candidate | None:
    """The built-in meaning that a wording keeps, whatever the workspace says; None where it may be
    the workspace's own."""
    return keeper(judge.builtin(said, vector), entry, exactly=True)


def vector_of(row: Phrase, judge: ClauseClassifier) -> Vectors:
    """The numbers of a wording as they were stored, or anew where other weights made them."""
    if row.model == MODEL and len(row.vector) == SIZE * 4:
        return np.frombuffer(row.vector, "<f4").astype(np.float32)
    return judge.vector(judge.spelled(row.said))


def expensive_texts(heard: Inbound) -> list[str]:
    """The texts of which the encoder will be asked: what was said, the wordings of an answer that
    is handed in."""
    if isinstance(heard, Message):
        return [heard.text]
    handed_in = heard.values.get("answer_phrases", "") if isinstance(heard, FormSubmission) else ""
    return [line.strip(" -*•\t") for line in handed_in.splitlines()[:MOST_PHRASES]]


class WorkspaceModels:
    """What every workspace knows, read anew when its version has changed (another process may have
    changed it)."""

    def __init__(self, judge: ClauseClassifier) -> None:
        self._judge = judge
        self._by_team: dict[str, tuple[WorkspaceModel, Any]] = defaultdict(
            lambda: (WorkspaceModel(), judge)
        )

    def of(self, tx: Tx) -> tuple[WorkspaceModel, Any]:
        """The workspace's own knowledge, and the understanding that has it beside the built-in
        head."""
        version = own_answers.version(tx)
        own, understanding = self._by_team[tx.team] if version else (WorkspaceModel(), self._judge)
        if own.version != version:
            own = load(tx, self._judge, version)
            understanding = self._judge.with_own(own)
            self._by_team[tx.team] = own, understanding
        return own, understanding
