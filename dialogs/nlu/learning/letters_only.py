"""The head for a machine without the encoder's weights: it compares letters and words alone.

It answers what is asked word for word, and what it is sure of; everything else it offers. Its gate
is shipped (`learned/letters_gate.json`): to learn it takes minutes, and it hardly changes with the
phrases. The head itself is in a wheel; elsewhere it is learned at the first start.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from dialogs.nlu import training
from dialogs.nlu.encoding import arrays
from dialogs.nlu.encoding.storage import LEARNED
from dialogs.nlu.gate import Gate
from dialogs.nlu.model_store import Example, Model

NAME = "nlu-letters"
GATE = LEARNED / "letters_gate.json"


def learn(examples: Sequence[Example], key: str, gate: Path = GATE) -> Model:
    """A head of these examples with the gate that is shipped; without that file it is learned too,
    and written."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        known = json.loads(gate.read_text("utf-8"))
        weights = np.asarray(known["gate"], np.float32)
        head, labels, said = training.head_of(examples, None)
        found = head.with_gate(Gate.logistic(weights))
        return Model(found, labels, known["sure"], known["measured"], key, said, None, False)
    new = training.learn(examples, None, key)
    told = {"gate": new.head.gate.linear.tolist(), "sure": new.sure, "measured": new.measured}
    with suppress(OSError), arrays.replacing(gate) as file:
        file.write(json.dumps(told, indent=0).encode())
    return new
