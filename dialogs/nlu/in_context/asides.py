"""What people say at a place in the conversation that is no reply to the question there: "and if
they say no?" while Microsoft's answer is awaited, "an excel with 60 lines" once customers are to be
moved. Knows no flow and no words to say.

One logistic regression over what is known of a text and an answer at a place gives the probability
that the answer is the one that was asked for: what the text means by itself, how near the questions
lie that people asked there and elsewhere, how often that answer is asked for there. Learned from
such questions (dialogs/*/asides.yml), each without itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from dialogs.nlu.classifier import Phrases
from dialogs.nlu.encoder import Vectors
from dialogs.nlu.fitting import Labels
from dialogs.nlu.gate import fitted_gate, sigmoid
from dialogs.nlu.in_context.reply_classifier import Text
from dialogs.nlu.types import Kind

# The label of what is asked somewhere and no answer fits.
NO_ANSWER = "none"
# Places where no question is open, by how far the move has come.
STAGE = "stage"
STAGES = ("before", "waiting", "no_provider", "chosen", "customers", "support")
# Of the answers given at once, so many have to be the ones that an author had in mind. Half of the
# others are answers to the same question all the same.
# Where no question is open, a message is not read in the light of one, and more has to be right.
PRECISION = {True: 0.80, False: 0.97}
CANDIDATES = 8
RARE = 0.5  # added to the count of every answer at a place


AT_QUESTION, AT_STAGE = "question", "stage"
SORTS = tuple(f"{at} {what}" for at in (AT_QUESTION, AT_STAGE) for what in ("answer", "other"))


def sort(place: str, kind: Kind | None) -> str:
    """Whether a question is open, and whether the entry is an answer."""
    at = AT_STAGE if place.startswith(f"{STAGE}.") else AT_QUESTION
    return f"{at} {'answer' if kind is Kind.ANSWER else 'other'}"


@dataclass(frozen=True)
class Asked:
    """What somebody asked at a place (`flow.slot`, or `stage.name` where nothing was open)."""

    place: str
    answer: str
    text: Text


@dataclass(frozen=True)
class AsideModel:
    """`near` (asked, 384) and `letters` (asked, 512) of all questions, their `place` and `answer`
    (-1: none fits); `gate` (features + 1); `enough`: the probability from which on an entry is
    taken up, by what `sort` it is of."""

    places: tuple[str, ...]
    answers: tuple[str, ...]
    near: Phrases
    letters: Phrases
    place: Labels
    answer: Labels
    gate: Vectors
    enough: Mapping[str, float]
    measured: Mapping[str, float] = field(default_factory=dict)

    def read(self, text: Text, place: str, own: Mapping[str, float]) -> tuple[str, float]:
        """The answer that a text most likely asks for at a place, and how likely; ("", 0) at an
        unknown place. `own`: entry -> the share of what the text means by itself."""
        if place not in self.places:
            return "", 0.0
        names = candidates(self, place, own)
        scores = sigmoid(self.gate, features(self, text, place, own, names))
        best = int(scores.argmax())
        return names[best], float(scores[best])


def candidates(model: AsideModel, place: str, own: Mapping[str, float]) -> list[str]:
    """The answers that people ask for at a place, and those that the text means by itself."""
    there = model.answer[model.place == model.places.index(place)]
    names = [model.answers[n] for n in dict.fromkeys(there.tolist()) if n >= 0]
    likely = sorted(own, key=lambda name: -own[name])[:CANDIDATES]
    return list(dict.fromkeys([*names, *likely]))


def features(
    model: AsideModel,
    text: Text,
    place: str,
    own: Mapping[str, float],
    names: Sequence[str],
    *,
    without: int = -1,
) -> Vectors:
    """(names, features). `without`: the row of the text itself, while learning."""
    here = model.place == model.places.index(place)
    numbers = [model.answers.index(n) if n in model.answers else -2 for n in names]
    looked = np.flatnonzero(here | np.isin(model.answer, numbers))
    cosines, alike = (np.full(len(here), -1, np.float32) for _ in range(2))
    cosines[looked] = model.near.cosines(text.near, looked)
    alike[looked] = model.letters.cosines(text.letters, looked)
    if without >= 0:
        cosines[without] = alike[without] = -1
    kept = np.arange(len(cosines)) != without
    total = int((here & kept).sum())
    nothing = float(cosines[here & (model.answer < 0)].max(initial=-0.2))
    shares = [own.get(name, 0.0) for name in names]
    there = [float(cosines[here & (model.answer == n)].max(initial=-0.2)) for n in numbers]
    other = [float(cosines[model.answer == n].max(initial=-0.2)) for n in numbers]
    spelled = [float(alike[here & (model.answer == n)].max(initial=-0.2)) for n in numbers]
    most = float(sum(own.values()))
    rows = []
    for n, number in enumerate(numbers):
        often = float((here & kept & (model.answer == number)).sum())
        near_there = max((there[m] for m in range(len(names)) if m != n), default=-0.2)
        near_other = max((other[m] for m in range(len(names)) if m != n), default=-0.2)
        more = max((shares[m] for m in range(len(names)) if m != n), default=0.0)
        rows.append(
            [
                np.log(shares[n] + 1e-3),
                shares[n],
                shares[n] - more,
                there[n],
                there[n] - near_there,
                other[n],
                other[n] - near_other,
                spelled[n],
                there[n] - nothing,
                np.log((often + RARE) / (total + RARE * len(names))),
                float(often > 0),
                most,
                text.right * shares[n],
                float(text.asks),
                np.log1p(len(text.said.split())),
            ]
        )
    return np.asarray(rows, np.float32).reshape(len(names), -1)


def learn(
    asked: Sequence[Asked], own: Sequence[Mapping[str, float]], kinds: Mapping[str, Kind]
) -> AsideModel:
    """`own` (asked): what each text means by itself, entry -> share."""
    places = tuple(dict.fromkeys(a.place for a in asked))
    answers = tuple(dict.fromkeys(a.answer for a in asked if a.answer != NO_ANSWER))
    model = AsideModel(
        places,
        answers,
        Phrases.of(np.stack([a.text.near for a in asked])),
        Phrases.of(np.stack([a.text.letters for a in asked])),
        np.array([places.index(a.place) for a in asked], np.int64),
        np.array([-1 if a.answer == NO_ANSWER else answers.index(a.answer) for a in asked]),
        np.zeros(0, np.float32),
        {},
    )
    rows, meant, groups, said = [], [], [], []
    for n, a in enumerate(asked):
        names = candidates(model, a.place, own[n])
        rows.append(features(model, a.text, a.place, own[n], names, without=n))
        meant += [float(name == a.answer) for name in names]
        groups += [n] * len(names)
        said += [sort(a.place, kinds.get(name)) for name in names]
    x, y = np.concatenate(rows), np.array(meant, np.float32)
    gate = fitted_gate(x, y, np.ones(len(y), np.float32))
    scores, group = sigmoid(gate, x), np.array(groups, np.int64)
    tops = _tops(scores, y, group, said)
    enough = {of: _enough([t for t in tops if t.sort == of], of) for of in SORTS}
    return AsideModel(
        places,
        answers,
        model.near,
        model.letters,
        model.place,
        model.answer,
        gate,
        enough,
        _measured(tops, enough),
    )


@dataclass(frozen=True)
class _Top:
    """The likeliest entry of one text: is it right, is any, of what sort is it?"""

    score: float
    right: float
    has_one: bool
    sort: str


def _tops(scores: Vectors, meant: Vectors, groups: Labels, said: Sequence[str]) -> list[_Top]:
    found = []
    for group in np.unique(groups):
        here = np.flatnonzero(groups == group)
        top = here[scores[here].argmax()]
        has_one = bool(meant[here].max())
        found.append(_Top(float(scores[top]), float(meant[top]), has_one, said[top]))
    return sorted(found, key=lambda t: -t.score)


def _enough(tops: Sequence[_Top], of: str) -> float:
    """From which probability on the likeliest entry is right often enough."""
    right = np.cumsum([t.right for t in tops]) / np.arange(1, len(tops) + 1)
    precise = np.flatnonzero(right >= PRECISION[of.startswith(AT_QUESTION)])
    return tops[int(precise[-1])].score if len(precise) else 1.0


def _measured(tops: Sequence[_Top], enough: Mapping[str, float]) -> dict[str, float]:
    asked = [t for t in tops if t.has_one]
    others = [t for t in tops if not t.has_one]
    return {
        "texts": float(len(tops)),
        "questions": float(len(asked)),
        "first_right": float(np.mean([t.right for t in asked])),
        "taken": float(np.mean([t.score >= enough[t.sort] for t in asked])),
        "others_taken": sum(t.score >= enough[t.sort] for t in others) / max(len(others), 1),
    }


def shares_of(
    meanings: Vectors, labels: Sequence[str], kinds: Mapping[str, Kind]
) -> dict[str, float]:
    """entry -> the share of what a text means by itself. `meanings` (labels)."""
    return {
        label: float(share)
        for label, share in zip(labels, meanings, strict=True)
        if kinds.get(label) in (Kind.ANSWER, Kind.COMMAND)
    }
