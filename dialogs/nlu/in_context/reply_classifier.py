"""What a text says to an open question: which of its options, or something about the question ("why
do you ask?", "not now", "that was wrong"). Knows no flow and no words to say.

Two learned parts. The acts: a softmax regression over what people do with a question. The gate: one
logistic regression over what is known of a text and an option (how near the option's phrases lie,
what the acts say, what the text means by itself), which gives the probability that the option was
meant. Both are learned from replies to our own questions
(dialogs/nlu/in_context/reply_training.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from dialogs.nlu.classifier import Classifier, Phrases, closest
from dialogs.nlu.encoder import Vectors
from dialogs.nlu.fitting import Labels, hashed, softmax, unit
from dialogs.nlu.gate import sigmoid
from dialogs.nlu.normalise import is_negated, is_question
from dialogs.nlu.types import Kind

# The value of replies that are typed at a question and are no answer to it.
ELSE = "else"


class Act(StrEnum):
    """What a reply does, whatever the question is about. CONTENT: it says something of its own."""

    CONTENT = "content"
    YES = "yes"
    NO = "no"
    WHY = "why"
    WHERE = "where"
    WHO = "who"
    LATER = "later"
    NOT_ME = "not_me"
    DONE = "done"
    NOT_DONE = "not_done"
    UNDO = "undo"
    NUDGE = "nudge"
    HELP = "help"
    UNSURE = "unsure"


ACTS = tuple(Act)
BACK = (Act.WHY, Act.WHERE, Act.WHO, Act.HELP, Act.NUDGE, Act.UNDO, Act.NOT_ME)
OFTEN = 0.2
KINDS = (Kind.ANSWER, Kind.COMMAND, Kind.REFUSE, Kind.CHITCHAT, Kind.ELSEWHERE, Kind.REPAIR)
REPORTS = len(KINDS)


@dataclass(frozen=True)
class Text:
    """One normalised text and what is known of it: `near` (384), its place among the phrases;
    `columns`, what the heads read; `letters` (512), its hashed n-grams; `meanings` (labels), the
    shares of what it means by itself; `right`: how likely the first of these is right."""

    said: str
    asks: bool
    near: Vectors
    columns: Vectors
    letters: Vectors
    meanings: Vectors
    right: float


@dataclass(frozen=True)
class Question:
    """The learned side of one question: `options`, with ELSE last; `near` (phrases, 384) and
    `letters` (phrases, 512) of its replies, `owner` of each (its option); `negated` of each;
    `profile` (options, labels): what the replies of an option mean by themselves, on average;
    `weights` (columns + 1, options): a ridge regression over its replies; `said`: their texts;
    `yes`, `no`: the options that plain words stand for."""

    options: tuple[str, ...]
    near: Phrases
    letters: Phrases
    owner: Labels
    negated: Labels
    profile: Vectors
    weights: Vectors
    said: tuple[str, ...] = ()
    yes: str = ""
    no: str = ""

    def nearest(self, text: "Text", option: str) -> str:
        """The reply of this option that lies nearest to a text."""
        if option not in self.options:
            return ""
        rows = np.flatnonzero(self.owner == self.options.index(option))
        return self.said[rows[self.near.cosines(text.near, rows).argmax()]] if len(rows) else ""

    def is_denial(self, option: str) -> bool:
        """Do many of its replies deny something?"""
        rows = self.owner == self.options.index(option) if option in self.options else []
        return bool(np.any(rows)) and float(self.negated[rows].mean()) >= OFTEN


@dataclass(frozen=True)
class Reply:
    """What a text says to a question: `options`: the probability that each was meant, best first;
    `like`: the learned reply of the best one that is nearest, `denies`: is it usually said by
    denying something; `acts`: the share of each act, most
    first."""

    options: tuple[tuple[str, float], ...] = ()
    acts: tuple[tuple[Act, float], ...] = ()
    like: str = ""
    denies: bool = False

    @property
    def option(self) -> tuple[str, float]:
        return self.options[0] if self.options else ("", 0.0)

    @property
    def act(self) -> tuple[Act, float]:
        return self.acts[0] if self.acts else (Act.CONTENT, 1.0)

    def share(self, act: Act) -> float:
        return dict(self.acts).get(act, 0.0)


@dataclass(frozen=True)
class ReplyModel:
    """`weights` (columns, acts); `polarity` (columns + 1, 2): how much a reply speaks for the yes,
    and for the no, of whatever was asked; `gate` (features + 1); `labels`: the kind of each label,
    REPORTS for a report; `enough`: the probability from which on an option is taken."""

    weights: Vectors
    polarity: Vectors
    gate: Vectors
    labels: Labels
    questions: Mapping[str, Question]
    enough: float
    measured: Mapping[str, float] = field(default_factory=dict)

    def read(self, text: Text, question: str, yes: str = "", no: str = "") -> Reply:
        """What the text says to this question. `yes`, `no`: what plain words stand for at a
        question whose replies are not learned."""
        shares = self.acts(text)
        acts = tuple((ACTS[n], float(shares[n])) for n in np.argsort(-shares))
        known = self.questions.get(question)
        if known is None:
            plain = {yes: shares[ACTS.index(Act.YES)], no: shares[ACTS.index(Act.NO)]}
            found = [(name, float(share)) for name, share in plain.items() if name]
        else:
            clear = linear(text.columns, known.weights), linear(text.columns, self.polarity)
            rows = features(text, shares, *clear, known, self.labels)
            found = list(
                zip(known.options[: len(rows)], sigmoid(self.gate, rows).tolist(), strict=True)
            )
        ranked = tuple(sorted(found, key=lambda pair: -pair[1]))
        like = known.nearest(text, ranked[0][0]) if known and ranked else ""
        denies = known.is_denial(ranked[0][0]) if known and ranked else False
        return Reply(ranked, acts, like, denies)

    def acts(self, text: Text) -> Vectors:
        """(acts) shares."""
        return np.asarray(softmax((text.columns @ self.weights)[None, :])[0], np.float32)


def texts_of(
    head: Classifier,
    vectors: Vectors,
    said: Sequence[str],
    raw: Sequence[str],
    unknown: Sequence[float],
) -> list[Text]:
    """What is known of normalised texts; `raw`: as they were written; `unknown`: the share of
    their telling words that no phrase has."""
    looked, letters = head.look(vectors, said), unit(hashed(said))
    right = head.right(looked, said, unknown)
    return [
        Text(
            said[n],
            is_question(raw[n]),
            looked[n].near,
            looked[n].columns,
            letters[n],
            softmax(looked[n].logits[None, :])[0],
            float(right[n]),
        )
        for n in range(len(said))
    ]


def linear(columns: Vectors, weights: Vectors) -> Vectors:
    """The scores of a ridge regression; its last row is the constant."""
    return np.asarray(columns @ weights[:-1] + weights[-1], np.float32)


def features(
    text: Text,
    acts: Vectors,
    told: Vectors,
    polarity: Vectors,
    question: Question,
    labels: Labels,
    *,
    without: int = -1,
    profile: Vectors | None = None,
) -> Vectors:
    """(options, features) of a text for every option of a question. `told` (options): what the
    question's own regression says; `polarity` (2): for and against. `without`: the row of the text
    itself, which does not speak for it (while learning)."""
    options = [name for name in question.options if name != ELSE]
    cosines = question.near.cosines(text.near)
    alike = question.letters.cosines(text.letters)
    if without >= 0:
        cosines[without] = alike[without] = -1
    of = question.profile if profile is None else profile
    same = np.sqrt(of) @ np.sqrt(text.meanings)
    best = _best(cosines, question, len(question.options))
    spelled = _best(alike, question, len(question.options))
    share = dict(zip(ACTS, acts.tolist(), strict=True))
    mass = np.bincount(labels, text.meanings, REPORTS + 1)
    back = sum(share[act] for act in BACK)
    denied = is_negated(text.said)
    common = [
        back,
        share[Act.LATER],
        share[Act.UNSURE],
        share[Act.CONTENT],
        *mass[: REPORTS + 1],
        text.right,
        text.right * mass[0],
        float(text.asks),
        np.log1p(len(text.said.split())),
        float(max((cosines.max(initial=-1)), 0)),
    ]
    rows = []
    for n, name in enumerate(options):
        others = [m for m in range(len(options)) if m != n]
        other = max((best[m] for m in others), default=-1.0)
        no_answer = best[len(options)] if len(best) > len(options) else -1.0
        own = np.flatnonzero((question.owner == n) & (np.arange(len(cosines)) != without))
        nearest = own[cosines[own].argmax()] if len(own) else -1
        is_yes, is_no = float(name == question.yes), float(name == question.no)
        rows.append(
            [
                told[n],
                told[n] - max((float(told[m]) for m in others), default=0.0),
                told[n] - (float(told[len(options)]) if len(told) > len(options) else 0.0),
                is_yes * polarity[0],
                is_no * polarity[1],
                is_yes * polarity[1],
                is_no * polarity[0],
                best[n],
                closest(cosines[own]) if len(own) else 0.0,
                best[n] - other,
                best[n] - max(no_answer, -0.2),
                spelled[n],
                spelled[n] - max((spelled[m] for m in others), default=0.0),
                same[n],
                same[n] - max((same[m] for m in others), default=0.0),
                same[n] - (same[len(options)] if len(same) > len(options) else 0.0),
                is_yes * share[Act.YES],
                is_no * share[Act.NO],
                is_yes * share[Act.NO],
                is_no * share[Act.YES],
                is_yes * share[Act.DONE],
                is_no * share[Act.NOT_DONE],
                is_yes * share[Act.NOT_DONE] + is_no * share[Act.DONE],
                is_no * share[Act.LATER],
                float(nearest >= 0 and bool(question.negated[nearest]) != denied),
                float(best[n] > 0.97),
                1.0 / max(len(options), 1),
                *common,
            ]
        )
    return np.asarray(rows, np.float32).reshape(len(options), -1)


def _best(scores: Vectors, question: Question, many: int) -> list[float]:
    """The highest score of each option."""
    return [float(scores[question.owner == n].max(initial=-1.0)) for n in range(many)]
