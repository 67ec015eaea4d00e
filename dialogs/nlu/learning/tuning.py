"""Tunes the encoder's upper two layers on our phrases and replies, in torch. Knows no file.

Two tasks share the layers: which entry a phrase is of (softmax over cosines to one place per entry;
entries that would do for each other are no wrong answers), and what a reply says to its question
(the same among the options of that question). The lower four layers stay, so what they make of each
text is made once.
"""

import logging
import math
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from dialogs.nlu.classifier import SCALE
from dialogs.nlu.encoding.weights import HEADS, MEANING, TUNED, Vectors
from dialogs.nlu.encoding.wordpiece import WordPiece

log = logging.getLogger("changeover.tune")
EPOCHS, RATE, SMOOTHING, PIECES = 2, 3e-4, 0.1, 768
# The places move ten times as fast as the layers; of a batch in two, every seventh piece is left
# out.
FASTER, DROPPED, DROPS = 10, 0.15, 0.5
REPLY_SCALE, WARM, ROWS = 10.0, 20, 256
_DENSE = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
_NORMS = ("attention.output.LayerNorm", "output.LayerNorm")


@dataclass(frozen=True)
class Tuned:
    """What is added to each tensor of the upper layers, and the place of each label (384, length
    1)."""

    changes: dict[str, Vectors]
    places: dict[str, Vectors]


class _Layer(nn.Module):
    """One of BERT's layers. `tensors`: the weights by their names in the file."""

    def __init__(self, tensors: Mapping[str, Any], n: int) -> None:
        super().__init__()
        self.named = nn.ParameterDict()
        for name in (*_DENSE, *_NORMS):
            for kind in ("weight", "bias"):
                whole = f"encoder.layer.{n}.{name}.{kind}"
                self.named[f"{name}.{kind}".replace(".", "/")] = nn.Parameter(
                    torch.from_numpy(np.array(tensors[whole]))
                )

    def _of(self, name: str) -> tuple[Tensor, Tensor]:
        key = name.replace(".", "/")
        return self.named[f"{key}/weight"], self.named[f"{key}/bias"]

    def _heads(self, x: Tensor) -> Tensor:
        return x.view(*x.shape[:2], HEADS, MEANING // HEADS).transpose(1, 2)

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = (self._heads(functional.linear(x, *self._of(n))) for n in _DENSE[:3])
        mixed = functional.scaled_dot_product_attention(q, k, v).transpose(1, 2)
        told = functional.linear(mixed.reshape(x.shape), *self._of(_DENSE[3]))
        x = functional.layer_norm(x + told, (MEANING,), *self._of(_NORMS[0]), 1e-12)
        inner = functional.gelu(functional.linear(x, *self._of(_DENSE[4])))
        told = functional.linear(inner, *self._of(_DENSE[5]))
        return functional.layer_norm(x + told, (MEANING,), *self._of(_NORMS[1]), 1e-12)

    def changes(self, tensors: Mapping[str, Any], n: int) -> dict[str, Vectors]:
        found = {}
        for key, now in self.named.items():
            name = f"encoder.layer.{n}.{key.replace('/', '.')}"
            found[name] = now.detach().numpy() - np.asarray(tensors[name])
        return found


class Lower:
    """What the lower four layers make of each text, made once: text -> (pieces, 384)."""

    def __init__(self, tensors: Mapping[str, Any], pieces: WordPiece) -> None:
        self.tensors, self._pieces = tensors, pieces
        self._layers = [_Layer(tensors, n) for n in range(min(TUNED))]
        self._made: dict[str, Tensor] = {}

    def make(self, texts: Sequence[str]) -> None:
        """Of these texts, where it is not there yet."""
        with torch.no_grad():
            self._make(texts)

    def _make(self, texts: Sequence[str]) -> None:
        of_length: dict[int, list[tuple[str, list[int]]]] = {}
        for text in dict.fromkeys(t for t in texts if t not in self._made):
            numbers = self._pieces.numbers(text)
            of_length.setdefault(len(numbers), []).append((text, numbers))
        for rows in of_length.values():
            for at in range(0, len(rows), ROWS):
                part = rows[at : at + ROWS]
                x = self._embedded([numbers for _, numbers in part])
                for layer in self._layers:
                    x = layer(x)
                self._made |= {text: row.half() for (text, _), row in zip(part, x, strict=True)}

    def _embedded(self, numbers: list[list[int]]) -> Tensor:
        e, many = "embeddings.", len(numbers[0])
        x = torch.from_numpy(
            np.asarray(self.tensors[e + "word_embeddings.weight"])[numbers]
            + self.tensors[e + "position_embeddings.weight"][:many]
            + self.tensors[e + "token_type_embeddings.weight"][0]
        )
        norm = (torch.from_numpy(self.tensors[f"{e}LayerNorm.{k}"]) for k in ("weight", "bias"))
        return functional.layer_norm(x, (MEANING,), *norm, 1e-12)

    def stack(self, texts: Sequence[str]) -> Tensor:
        """(texts, pieces, 384) of texts of one length."""
        return torch.stack([self._made[t] for t in texts]).float()

    def batches(self, texts: Sequence[str], order: random.Random) -> list[list[int]]:
        """Rows of one length together, in any order."""
        of_length: dict[int, list[int]] = {}
        for n, text in enumerate(texts):
            of_length.setdefault(len(self._made[text]), []).append(n)
        found = []
        for many, rows in of_length.items():
            order.shuffle(rows)
            step = max(4, PIECES // many)
            found += [rows[at : at + step] for at in range(0, len(rows), step)]
        order.shuffle(found)
        return found


class _Upper(nn.Module):
    def __init__(self, tensors: Mapping[str, Any]) -> None:
        super().__init__()
        self.layers = nn.ModuleList(_Layer(tensors, n) for n in TUNED)

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = layer(x)
        return functional.normalize(x.mean(1), dim=-1)


class _Task:
    """Texts and the class of each; `rivals` (classes, classes): which ones a text is told apart
    from."""

    def __init__(
        self,
        lower: Lower,
        texts: Sequence[str],
        classes: Sequence[Any],
        rivals: Any,
        scale: float,
        smoothing: float,
    ) -> None:
        self.names = sorted(set(classes))
        at = {name: n for n, name in enumerate(self.names)}
        self.lower, self.texts, self.scale, self.smoothing = lower, texts, scale, smoothing
        self.owner = torch.tensor([at[name] for name in classes])
        self.rivals = torch.tensor(
            [[a == b or rivals(a, b) for b in self.names] for a in self.names]
        )
        self.places = nn.Parameter(torch.zeros(len(self.names), MEANING))

    def begin(self, upper: _Upper, order: random.Random) -> None:
        """Every place in the middle of its texts."""
        with torch.no_grad():
            for rows in self.lower.batches(self.texts, order):
                x = upper(self.lower.stack([self.texts[n] for n in rows]))
                self.places.index_add_(0, self.owner[rows], x)
            self.places.copy_(functional.normalize(self.places, dim=-1))

    def loss(self, upper: _Upper, rows: list[int], order: random.Random) -> Tensor:
        x = self.lower.stack([self.texts[n] for n in rows])
        many = x.shape[1]
        if many > 5 and order.random() < DROPS:
            inner = [n for n in range(1, many - 1) if order.random() > DROPPED]
            x = x[:, [0, *inner, many - 1]]
        own = self.owner[rows]
        logits = self.scale * upper(x) @ functional.normalize(self.places, dim=-1).T
        told_apart = self.rivals[own]
        shares = functional.log_softmax(logits.masked_fill(~told_apart, -1e4), -1)
        right = shares[torch.arange(len(rows)), own]
        every = (shares * told_apart).sum(1) / told_apart.sum(1)
        return -((1 - self.smoothing) * right + self.smoothing * every).mean()

    def found(self) -> Vectors:
        return np.asarray(functional.normalize(self.places.detach(), dim=-1).numpy(), np.float32)


def tune(
    lower: Lower,
    phrases: Sequence[tuple[str, str]],
    about: Mapping[str, Sequence[str]],
    replies: Sequence[tuple[str, str, str]],
    *,
    seed: int = 0,
) -> Tuned:
    """`phrases`: (text, label); `about`: label -> what it shares with labels that would do as well;
    `replies`: (text, question, value)."""
    order = random.Random(seed)  # noqa: S311 (it shuffles)
    torch.manual_seed(seed)
    lower.make([text for text, _ in phrases])
    lower.make([text for text, _, _ in replies])
    sets = {label: {label, *of} for label, of in about.items()}

    def apart(a: str, b: str) -> bool:
        return not sets.get(a, {a}) & sets.get(b, {b})

    def of_one_question(a: tuple[str, str], b: tuple[str, str]) -> bool:
        return a[0] == b[0]

    upper = _Upper(lower.tensors)
    said, labels = [text for text, _ in phrases], [label for _, label in phrases]
    tasks = [_Task(lower, said, labels, apart, SCALE, SMOOTHING)]
    if replies:
        texts = [text for text, _, _ in replies]
        options = [(question, value) for _, question, value in replies]
        tasks.append(_Task(lower, texts, options, of_one_question, REPLY_SCALE, 0.0))
    for task in tasks:
        task.begin(upper, order)
    _descend(upper, tasks, order)
    changes: dict[str, Vectors] = {}
    for n, layer in zip(TUNED, upper.layers, strict=True):
        assert isinstance(layer, _Layer)
        changes |= layer.changes(lower.tensors, n)
    return Tuned(changes, dict(zip(tasks[0].names, tasks[0].found(), strict=True)))


def _descend(upper: _Upper, tasks: Sequence[_Task], order: random.Random) -> None:
    rates = (RATE, RATE * FASTER)
    steps = torch.optim.AdamW(
        [
            {"params": list(upper.parameters()), "weight_decay": 0.01},
            {"params": [task.places for task in tasks], "weight_decay": 0.0},
        ],
        lr=RATE,
    )
    plan: list[tuple[_Task, list[int]]] = []
    for _ in range(EPOCHS):
        every = [(task, r) for task in tasks for r in task.lower.batches(task.texts, order)]
        order.shuffle(every)
        plan += every
    begun, warm, mean = time.monotonic(), max(1, len(plan) // WARM), 0.0
    for step, (task, rows) in enumerate(plan):
        cosine = 0.5 * (1 + math.cos(math.pi * (step - warm) / (len(plan) - warm)))
        pace = (step + 1) / warm if step < warm else cosine
        for group, rate in zip(steps.param_groups, rates, strict=True):
            group["lr"] = rate * pace
        loss = task.loss(upper, rows, order)
        steps.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(upper.parameters(), 1.0)
        steps.step()
        mean = 0.98 * mean + 0.02 * float(loss.detach()) if step else float(loss.detach())
        if step % 100 == 0:
            log.info("step %d of %d, %.3f, %.0f s", step, len(plan), mean, time.monotonic() - begun)
