"""What was learned is shipped: a fresh checkout learns nothing, a changed one only what changed."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dialogs import assistant as all_of_it
from dialogs.assistant import load_assistant
from dialogs.engine import abilities
from dialogs.nlu import model_store, training
from dialogs.nlu.encoder import Encoder
from dialogs.nlu.interpreter import load_interpreter
from dialogs.nlu.model_store import LEARNED, NLU, Stale
from dialogs.nlu.types import Intent


@pytest.fixture(scope="module")
def intents() -> list[Intent]:
    return abilities.material(all_of_it.ABILITIES)[0]


def test_the_files_that_are_shipped_are_those_of_the_phrases() -> None:
    """Fails where phrases were changed and the files were not committed with them: run
    `changeover train`, and commit dialogs/nlu/learned."""
    load_assistant(relearn=False)


def test_another_phrase_makes_the_files_stale(intents: list[Intent]) -> None:
    changed = [replace(intents[0], phrases=(*intents[0].phrases, "one more")), *intents[1:]]
    with pytest.raises(Stale, match="changeover train"):
        load_interpreter(changed, LEARNED, relearn=False)


def test_a_broken_file_is_refused_and_named(intents: list[Intent], tmp_path: Path) -> None:
    shutil.copy(LEARNED / f"{NLU}.json", tmp_path)
    (tmp_path / f"{NLU}.npz").write_bytes(b"half a file")
    with pytest.raises(Stale, match="changeover train"):
        load_interpreter(intents, tmp_path, relearn=False)


def test_a_broken_file_is_learned_again_as_the_refusal_says(tmp_path: Path) -> None:
    def learn() -> model_store.Packed:
        return {"numbers": np.arange(3)}, {"words": ["a"]}

    model_store.write(tmp_path, "some", "key", *learn())
    (tmp_path / "some.npz").write_bytes(b"half a file")
    with pytest.raises(Stale, match="changeover train"):
        model_store.fresh(tmp_path, "key", "some", learn, relearn=False)
    arrays, texts = model_store.fresh(tmp_path, "key", "some", learn, relearn=True)
    assert arrays["numbers"].tolist() == [0, 1, 2] and texts["words"] == ["a"]
    assert model_store.fresh(tmp_path, "key", "some", learn, relearn=False)[1] == texts


def test_a_kept_model_is_the_one_that_was_learned(tmp_path: Path) -> None:
    shipped = model_store.kept(LEARNED)
    assert shipped is not None
    model_store.save(tmp_path, shipped)
    again = model_store.load(tmp_path, shipped.key)
    assert again.labels == shipped.labels and again.said == shipped.said
    assert np.array_equal(again.head.phrases.whole, shipped.head.phrases.whole)
    assert np.array_equal(again.head.gate.value, shipped.head.gate.value)
    assert json.dumps(again.sure) == json.dumps(shipped.sure)


@pytest.mark.slow
def test_a_new_phrase_is_learned_without_torch_and_the_gate_stays(
    intents: list[Intent], tmp_path: Path
) -> None:
    for name in (f"{NLU}.json", f"{NLU}.npz"):
        shutil.copy(LEARNED / name, tmp_path)
    said = "no zebra ever walks home to direct bill"
    changed = [
        replace(e, phrases=(*e.phrases, said)) if e.name == "can_i_roll_back" else e
        for e in intents
    ]
    examples = training_examples(changed)
    old = model_store.kept(tmp_path)
    assert old is not None
    new = training.refit(examples, training.KeptVectors(Encoder(), LEARNED), old, "key")
    assert np.array_equal(new.head.gate.value, old.head.gate.value) and new.sure == old.sure
    vector = Encoder().vectors([said])
    (judged,) = new.head.judge(vector, [said], [0.0])
    assert new.labels[judged.ranked[0][0]] == "can_i_roll_back"
    (before,) = old.head.judge(vector, [said], [0.0])
    assert before.right < judged.right


def training_examples(entries: list[Intent]) -> list[model_store.Example]:
    from dialogs.nlu.clause_classifier import examples_of

    return examples_of(entries)
