"""Reads what people ask back, with what was learned of such questions (`nlu-asides.npz` and
`.json`, dialogs/nlu/model_store.py)."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from dialogs.nlu import model_store
from dialogs.nlu.classifier import Phrases
from dialogs.nlu.clause_classifier import ClauseClassifier
from dialogs.nlu.in_context import asides, reply_classifier
from dialogs.nlu.in_context.asides import AsideModel, Asked, shares_of, sort
from dialogs.nlu.in_context.known_texts import learned_texts, text_of

NAME = "nlu-asides"


class Asides:
    """Reads a text at a place. Without the encoder's weights it reads nothing."""

    def __init__(self, classifier: ClauseClassifier, model: AsideModel | None) -> None:
        self._classifier, self.model = classifier, model
        self._kinds = {name: entry.kind for name, entry in classifier.entries.items()}

    def read(self, text: str, place: str) -> tuple[str, float]:
        """The answer that a text asks for at a place (`flow.slot`, `stage.name`), and how likely;
        ("", 0) where nothing is known of the place."""
        said = self._classifier.spelled(text)
        if self.model is None or not said or place not in self.model.places:
            return "", 0.0
        known = text_of(self._classifier, said, text)
        own = shares_of(known.meanings, self._classifier.learned.labels, self._kinds)
        return self.model.read(known, place, own)

    def is_enough(self, place: str, entry: str, score: float) -> bool:
        """Is an entry that is so likely taken up there?"""
        if self.model is None:
            return False
        return score >= self.model.enough[sort(place, self._kinds.get(entry))]


def load_asides(
    classifier: ClauseClassifier,
    asked: Mapping[tuple[str, str], Sequence[str]],
    folder: Path,
    *,
    relearn: bool,
) -> Asides:
    """What was learned of the questions, learned now where it is stale. `asked`: (place, answer) ->
    as people wrote them. Raises Stale without `relearn`."""
    if not classifier.learned.with_weights or classifier.encoder is None or not asked:
        return Asides(classifier, None)
    rows = [[*name, *lines] for name, lines in asked.items()]
    key = model_store.key_of([*rows, [classifier.learned.key]], "", asides, reply_classifier)
    arrays, told = model_store.fresh(
        folder, key, NAME, lambda: _packed(_learned(classifier, asked)), relearn=relearn
    )
    return Asides(
        classifier,
        AsideModel(
            tuple(told["places"]),
            tuple(told["answers"]),
            Phrases.unpacked("near", arrays),
            Phrases.unpacked("letters", arrays),
            arrays["place"],
            arrays["answer"],
            arrays["gate"],
            told["enough"],
            told["measured"],
        ),
    )


def _learned(
    classifier: ClauseClassifier, asked: Mapping[tuple[str, str], Sequence[str]]
) -> AsideModel:
    rows: dict[tuple[str, str], tuple[str, str]] = {}
    for (place, answer), lines in asked.items():
        for raw in lines:
            if said := classifier.spelled(raw):
                rows.setdefault((place, said), (answer, raw))
    wanted, raws = [key[1] for key in rows], [row[1] for row in rows.values()]
    texts = learned_texts(classifier, wanted, raws)
    kinds = {name: entry.kind for name, entry in classifier.entries.items()}
    return asides.learn(
        [Asked(p, a, t) for ((p, _), (a, _)), t in zip(rows.items(), texts, strict=True)],
        [shares_of(t.meanings, classifier.learned.labels, kinds) for t in texts],
        kinds,
    )


def _packed(model: AsideModel) -> model_store.Packed:
    arrays = {n: getattr(model, n) for n in ("place", "answer", "gate")}
    arrays |= model.near.packed("near") | model.letters.packed("letters")
    told = {n: getattr(model, n) for n in ("places", "answers")}
    return arrays, told | {"enough": dict(model.enough), "measured": dict(model.measured)}
