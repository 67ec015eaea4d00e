"""Learns what replies to our own questions mean, from replies that people wrote to them. Knows no
message and no file."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogs.nlu import fitting, gate
from dialogs.nlu.classifier import Phrases
from dialogs.nlu.encoder import Vectors
from dialogs.nlu.fitting import Labels, softmax
from dialogs.nlu.in_context.reply_classifier import (
    ACTS,
    ELSE,
    Act,
    Question,
    ReplyModel,
    Text,
    features,
    linear,
)
from dialogs.nlu.normalise import is_negated

FOLDS = 5
# Of the options that are taken, so many have to be the ones that were meant. Two of five replies in
# the files are near misses that answer nothing; what people type at a question has fewer, so it
# promises less than is held.
PRECISION = 0.90
# How strongly the regressions are held to small weights; by the leave-one-out figures.
OWN, POLARITY = 1.0, 1.0


@dataclass(frozen=True)
class Example:
    """A reply, normalised and as it was written. `value`: an option of its `question`, or ELSE;
    without a question an act."""

    said: str
    raw: str
    question: str
    value: str


@dataclass(frozen=True)
class Plain:
    """The options of a question that a plain yes and a plain no stand for; "" for none."""

    yes: str = ""
    no: str = ""


def learn(
    examples: Sequence[Example],
    plain: Mapping[str, Plain],
    texts: Sequence[Text],
    labels: Labels,
) -> ReplyModel:
    """`plain`: every question that has options; `texts`: what is known of each example; `labels`:
    the kind of each of the head's labels."""
    weights, shares = _acts(examples, texts)
    polarity, leaning = _polarity(examples, texts, plain)
    questions: dict[str, Question] = {}
    told: dict[int, Vectors] = {}
    for name, of in plain.items():
        if any(e.question == name and e.value != ELSE for e in examples):
            questions[name], loo = _question(name, examples, texts, of)
            told |= loo
    known = [_Known(*row) for row in zip(texts, shares, leaning, strict=True)]
    rows, meant, groups = _pairs(examples, known, told, questions, labels)
    weighed = gate.fitted_gate(rows, meant, np.ones(len(meant), np.float32))
    enough, measured = _measured(gate.sigmoid(weighed, rows), meant, groups)
    return ReplyModel(weights, polarity, weighed, labels, questions, enough, measured)


@dataclass(frozen=True)
class _Known:
    """Of one reply, by heads that have not seen it: the shares of the acts, for and against."""

    text: Text
    shares: Vectors
    leaning: Vectors


def ridge(x: Vectors, y: NDArray[Any], strength: float) -> tuple[Vectors, Vectors]:
    """Weights (columns + 1, targets) of a ridge regression and, for each row, what one without that
    row says. In the dual form where there are fewer rows than columns.

    Source: the leave-one-out residuals of a linear smoother (Allen's PRESS).
    """
    mean, level = x.mean(0), y.mean(0)
    centred = (x - mean).astype(np.float64)
    if len(x) <= x.shape[1]:
        kernel = centred @ centred.T
        inverse = np.linalg.inv(kernel + strength * np.eye(len(x)))
        weights = centred.T @ (inverse @ (y - level))
        own = np.einsum("ij,ji->i", kernel, inverse)
    else:
        inverse = np.linalg.inv(centred.T @ centred + strength * np.eye(x.shape[1]))
        weights = inverse @ (centred.T @ (y - level))
        own = np.einsum("ij,ij->i", centred @ inverse, centred)
    fitted = centred @ weights + level
    loo = y - (y - fitted) / np.maximum(1 - own - 1 / len(x), 1e-3)[:, None]
    return (
        np.vstack([weights, level - mean @ weights]).astype(np.float32),
        loo.astype(np.float32),
    )


def _polarity(
    examples: Sequence[Example], texts: Sequence[Text], plain: Mapping[str, Plain]
) -> tuple[Vectors, Vectors]:
    """How much a reply speaks for the yes and for the no of whatever was asked."""
    use, sides = [], []
    for n, e in enumerate(examples):
        of = plain.get(e.question, Plain()) if e.question else Plain(Act.YES, Act.NO)
        if of.yes and of.no:
            use.append(n)
            sides.append((e.value == of.yes, e.value == of.no))
    x = np.stack([texts[n].columns for n in use])
    weights, loo = ridge(x, np.array(sides, np.float64), POLARITY)
    every = np.stack([t.columns for t in texts]) @ weights[:-1] + weights[-1]
    every[use] = loo
    return weights, np.asarray(every, np.float32)


def _act_of(example: Example) -> str:
    return Act.CONTENT if example.question else example.value


def _acts(examples: Sequence[Example], texts: Sequence[Text]) -> tuple[Vectors, Vectors]:
    """Weights over all examples, and the shares that weights without an example's fold give it."""
    owner = np.array([ACTS.index(Act(_act_of(e))) for e in examples], np.int64)
    x = np.stack([t.columns for t in texts])
    fold = np.array([zlib.crc32(e.said.encode()) % FOLDS for e in examples])
    shares = np.zeros((len(examples), len(ACTS)), np.float32)
    for n in range(FOLDS):
        there = fold != n
        if (fold == n).any() and len(set(owner[there])) == len(ACTS):
            kept = fitting.regression(x[there], owner[there], len(ACTS))
            shares[fold == n] = softmax(x[fold == n] @ kept)
    return fitting.regression(x, owner, len(ACTS)), shares


def _question(
    name: str, examples: Sequence[Example], texts: Sequence[Text], plain: Plain
) -> tuple[Question, dict[int, Vectors]]:
    """The learned side of a question, and what its regression says of each of its replies without
    that reply."""
    here = [n for n, e in enumerate(examples) if e.question == name]
    values = dict.fromkeys(examples[n].value for n in here)
    options = (*(v for v in values if v != ELSE), ELSE)
    here.sort(key=lambda n: options.index(examples[n].value))
    owner = np.array([options.index(examples[n].value) for n in here], np.int64)
    meanings = np.stack([texts[n].meanings for n in here])
    profile = np.stack(
        [
            meanings[owner == n].mean(0) if (owner == n).any() else np.zeros(meanings.shape[1])
            for n in range(len(options))
        ]
    ).astype(np.float32)
    x = np.stack([texts[n].columns for n in here])
    weights, loo = ridge(x, np.eye(len(options))[owner], OWN)
    question = Question(
        options,
        Phrases.of(np.stack([texts[n].near for n in here])),
        Phrases.of(np.stack([texts[n].letters for n in here])),
        owner,
        np.array([is_negated(texts[n].said) for n in here], np.int64),
        profile,
        weights,
        tuple(examples[n].said for n in here),
        plain.yes,
        plain.no,
    )
    return question, dict(zip(here, loo, strict=True))


def _pairs(
    examples: Sequence[Example],
    known: Sequence[_Known],
    told: Mapping[int, Vectors],
    questions: Mapping[str, Question],
    labels: Labels,
) -> tuple[Vectors, Vectors, Labels]:
    """A row for every reply and every option of its question, learned without the reply itself; was
    the option meant; which rows belong together. A reply that names no question is put to each
    that knows what a plain word stands for, in turn."""
    rows, meant, groups = [], [], []
    plain = [name for name, q in questions.items() if q.yes and q.no]
    for n, example in enumerate(examples):
        name = example.question or plain[n % len(plain)]
        question = questions.get(name)
        if question is None:
            continue
        text, own, value = known[n].text, -1, example.value
        clear = told[n] if n in told else linear(text.columns, question.weights)
        profile = question.profile
        if example.question:
            own = int(question.near.cosines(text.near).argmax())  # its own row
            profile = _without(question, text, example.value)
        elif value == Act.YES:
            value = question.yes
        elif value == Act.NO:
            value = question.no
        elif value in (Act.DONE, Act.NOT_DONE, Act.LATER):
            continue  # whether it answers depends on the question; the replies themselves say so
        rows.append(
            features(
                text,
                known[n].shares,
                clear,
                known[n].leaning,
                question,
                labels,
                without=own,
                profile=profile,
            )
        )
        options = [o for o in question.options if o != ELSE]
        meant += [float(o == value) for o in options]
        groups += [n] * len(options)
    return np.concatenate(rows), np.array(meant, np.float32), np.array(groups, np.int64)


def _without(question: Question, text: Text, value: str) -> Vectors:
    """The profile without this reply in the mean of its own option."""
    n = question.options.index(value)
    many = int((question.owner == n).sum())
    found = question.profile.copy()
    if many > 1:
        found[n] = np.maximum((found[n] * many - text.meanings) / (many - 1), 0)
    return found


def _measured(scores: Vectors, meant: Vectors, groups: Labels) -> tuple[float, dict[str, float]]:
    """From which probability on the best option is right often enough; how many are taken then."""
    best, right, answers = [], [], []
    for group in np.unique(groups):
        here = groups == group
        top = int(scores[here].argmax())
        best.append(float(scores[here][top]))
        right.append(float(meant[here][top]))
        answers.append(float(meant[here].max()))
    order = np.argsort(-np.array(best))
    s, r = np.array(best)[order], np.array(right)[order]
    precise = np.flatnonzero(np.cumsum(r) / np.arange(1, len(r) + 1) >= PRECISION)
    enough = float(s[precise[-1]]) if len(precise) else 1.0
    of_answers = np.array(answers)[order] == 1
    return enough, {
        "replies": float(len(best)),
        "right": float(r[of_answers].mean()),
        "taken": float((s[of_answers] >= enough).mean()),
        "wrong": float(1 - r[s >= enough].mean()) if (s >= enough).any() else 0.0,
        "else_taken": float((s[~of_answers] >= enough).mean()),
    }
