"""What a new answer would change before it goes live: which questions it takes away from others,
which of its wordings stay theirs.

Every built-in phrase is taken as if it were said in other words: without itself, with and without
the new wordings. No words here.
"""

from collections import Counter
from typing import Any

import numpy as np

from dialogs.engine.context import Turn
from dialogs.nlu.clause_classifier import ClauseClassifier
from dialogs.nlu.encoder import Vectors
from dialogs.nlu.types import Intent, Kind, Risk
from dialogs.nlu.workspace_model import (
    LEAST,
    MOST_GAP,
    PULL,
    SURE,
    WorkspaceModel,
    keeper_of,
    vector_of,
)
from dialogs.records.support_reviews import called
from domain.knowledge.own_answers import Phrase

SHOWN = 4


def weigh(turn: Turn, rows: list[Phrase], entry: Intent) -> dict[str, Any]:
    """`takes`: by entry how many of its phrases it would win, with one of them; `stays`: its
    wordings that others keep."""
    judge, own = turn.assistant.understanding, turn.own
    vectors = [vector_of(row, judge) for row in rows]
    stays = [
        (row.text, k.entry.name)
        for row, v in zip(rows, vectors, strict=True)
        if (k := keeper_of(judge, row.said, v, entry))
    ]
    new = judge.centred(np.stack(vectors))
    won = [
        *_from_builtin(judge, new, entry.risk),
        *_from_own(own, new, entry),
        *_same_words(judge, rows, {name for _, name in stays}),
    ]
    many = Counter(name for name, _ in won)
    example = dict(reversed(won))
    takes = [
        {"many": n, "example": example[name], **called(turn, name)}
        for name, n in many.most_common(SHOWN)
    ]
    return {
        "takes": takes,
        "stays": [{"phrase": text, **called(turn, name)} for text, name in stays[:SHOWN]],
    }


def _wins(near: float, nearest: float, risk: Risk) -> bool:
    return near >= LEAST and near + PULL * min(near - nearest, MOST_GAP) >= SURE.get(risk, 9.0)


def _from_builtin(judge: ClauseClassifier, new: Vectors, risk: Risk) -> list[tuple[str, str]]:
    head, labels = judge.learned.head, judge.learned.labels
    places = head.phrases.floats()
    near = (places @ new.T).max(1)
    found = []
    for n in np.flatnonzero(near >= LEAST):
        entry = judge.entries[labels[int(head.owner[n])]]
        if entry.kind not in (Kind.ANSWER, Kind.ELSEWHERE) or entry.risk is Risk.IRREVERSIBLE:
            continue
        others = places @ places[n]
        others[n] = -1.0
        if _wins(float(near[n]), float(others.max()), risk):
            found.append((entry.name, judge.learned.said[int(n)]))
    return found


def _from_own(own: WorkspaceModel, new: Vectors, entry: Intent) -> list[tuple[str, str]]:
    found = []
    for n, theirs in enumerate(own.rows):
        others = own.vectors @ own.vectors[n]
        others[n] = -1.0
        near = float((new @ own.vectors[n]).max())
        if theirs.name != entry.name and _wins(near, float(others.max()), entry.risk):
            found.append((theirs.name, own.said[n]))
    return found


def _same_words(
    judge: ClauseClassifier, rows: list[Phrase], kept: set[str]
) -> list[tuple[str, str]]:
    """Built-in phrases that the new wordings repeat word for word, and that are not kept from
    them."""
    return [
        (e.name, row.said)
        for row in rows
        for e in judge.named(row.said)
        if e.kind is Kind.ANSWER and e.name not in kept
    ]
