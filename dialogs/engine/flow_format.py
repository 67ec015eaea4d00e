"""Loads flow.yml, a small, checked subset of Rasa's CALM flows. An error names file and line.

Beside `flows:` a file has `slots:` as in Rasa's domain files. A slot's type is `categorical` (with
`values`), `day`, `text`, `any` (set by actions), `form` (asked only in the flow's modal), or one
that dialogs/nlu/slot_types.py reads: `amount`, `month`, `identifier`. A categorical slot may say
which value `yes` and which `no` stand for; two values stand for yes and no in their order. A step
is named by its `id`, otherwise by what it collects or does.

A collect may have `asides`: questions back ("why?", "where do I find it?", "who?") that a template
`<aside>_<slot>` of the ability answers. `by_press: true`: words never answer it, they bring its
buttons once more.

A flow may say how it gives way (`gives_way: action`): when something else than an answer to it is
understood, that action runs and the flow is over.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dialogs.nlu.slot_types import READERS
from dialogs.yaml_file import BadFile, Located, load

END = "END"
TYPES = ("categorical", "day", "text", "words", "any", "form", *READERS)
KINDS = ("collect", "action", "set_slots", "link", "noop")
STEP = ("id", "next", "numbered", "ask_before_filling", "rejections", "asides", "by_press", *KINDS)
FLOW = (
    *("description", "name", "nlu_trigger", "if", "persisted_slots"),
    *("aside", "form", "gives_way", "steps"),
)
ASIDES = ("why", "where", "who")
UTTER = "utter_"
_CONDITION = re.compile(
    r"""(?P<negated>not\s+)?slots\.(?P<slot>\w+)(?:\s+(?P<op>is not|is|=|!=)\s+(?P<value>null|"[^"]*"|'[^']*'|\w+))?"""
)


@dataclass(frozen=True)
class Condition:
    """Compares one slot with one constant (None: null). `negated` reverses the result."""

    slot: str
    value: str | None
    negated: bool

    def holds(self, slots: Mapping[str, Any]) -> bool:
        return (slots.get(self.slot) == self.value) != self.negated


@dataclass(frozen=True)
class Branch:
    when: Condition | None
    then: str


@dataclass(frozen=True)
class Rejection:
    when: Condition
    utter: str


@dataclass(frozen=True)
class Step:
    id: str
    kind: str
    what: Any
    branches: tuple[Branch, ...]
    ask_before_filling: bool = False
    rejections: tuple[Rejection, ...] = ()
    line: int = 0
    numbered: bool = False
    asides: tuple[str, ...] = ()
    by_press: bool = False


@dataclass(frozen=True)
class Slot:
    """`yes`, `no`: the value that a plain yes or no stands for, "" where it says nothing."""

    name: str
    type: str
    values: tuple[str, ...] = ()
    yes: str = ""
    no: str = ""


@dataclass(frozen=True)
class Flow:
    """One flow. `ability` is its folder; templates and phrases of the flow are named after it.

    `aside`: the flow is about somebody else's matter (a card), so it leaves the conversation of the
    person who presses unchanged, and that person needs no partner. `form`: the same questions can
    be asked in a modal (templates/<ability>/form.j2). `gives_way`: the action that runs when
    something else is understood while this flow is the innermost one, which ends it; "" if it
    waits.
    """

    id: str
    ability: str
    triggers: tuple[str, ...]
    steps: dict[str, Step]
    slots: dict[str, Slot]
    condition: Condition | None = None
    persisted: tuple[str, ...] = ()
    start: str = END
    path: Path = field(default=Path(), compare=False)
    aside: bool = False
    form: bool = False
    gives_way: str = ""

    @property
    def collects(self) -> list[str]:
        return [s.what for s in self.steps.values() if s.kind == "collect"]

    def number_of(self, slot: str) -> dict[str, int]:
        """`step` and `steps` for the template of a question: its position among the numbered
        collects, in the order of the file. Empty for a collect that is not numbered."""
        numbered = [s.what for s in self.steps.values() if s.numbered]
        if slot not in numbered:
            return {}
        return {"step": numbered.index(slot) + 1, "steps": len(numbered)}

    def collect(self, slot: str) -> Step | None:
        """The step that asks for this slot; None where none does."""
        return next(
            (s for s in self.steps.values() if s.kind == "collect" and s.what == slot), None
        )

    def question_back(self, kind: str, slot: str) -> str:
        """The template that answers this question back; "" where the step declares none."""
        step = self.collect(slot)
        return f"{self.ability}/{kind}_{slot}" if step and kind in step.asides else ""

    @property
    def utters(self) -> list[str]:
        """The templates that this flow uses, except those that its actions name."""
        asks = [f"{self.ability}/ask_{slot}" for slot in self.collects]
        asks += [
            f"{self.ability}/{kind}_{s.what}" for s in self.steps.values() for kind in s.asides
        ]
        says = [
            s.what for s in self.steps.values() if s.kind == "action" and s.what.startswith(UTTER)
        ]
        rejects = [r.utter for s in self.steps.values() for r in s.rejections]
        return asks + [f"{self.ability}/{name.removeprefix(UTTER)}" for name in says + rejects]


def load_flows(folder: Path) -> dict[str, Flow]:
    """Every flow of every ability below `folder`. Raises BadFile."""
    flows: dict[str, Flow] = {}
    for path in sorted(folder.glob("*/flow.yml")):
        for flow in _flows_of(path):
            if flow.id in flows:
                raise BadFile(
                    path,
                    1,
                    f"the flow {flow.id!r} exists already in {flows[flow.id].ability}/flow.yml",
                )
            flows[flow.id] = flow
    for flow in flows.values():
        for step in flow.steps.values():
            if step.kind == "link" and step.what not in flows:
                raise BadFile(flow.path, step.line, f"link to the unknown flow {step.what!r}")
    return flows


def condition(said: str, located: Located, slots: dict[str, Slot]) -> Condition:
    """Parse a condition in Rasa's syntax: slots.x is "y", slots.x is null, not slots.x. Raises
    BadFile."""
    found = _CONDITION.fullmatch(str(said).strip())
    if not found:
        raise located.bad(
            f"cannot read the condition {said!r}; it compares one slot with one constant"
        )
    slot, negated, value = found["slot"], bool(found["negated"]), found["value"]
    if slot not in slots:
        raise located.bad(f"unknown slot {slot!r} in the condition {said!r}")
    if found["op"] is None:
        return Condition(slot, None, not negated)
    constant = None if value == "null" else value.strip("\"'")
    if slots[slot].values and constant is not None and constant not in slots[slot].values:
        raise located.bad(
            f"the slot {slot!r} never is {constant!r}; it is one of {', '.join(slots[slot].values)}"
        )
    return Condition(slot, constant, negated != (found["op"] in ("is not", "!=")))


def _flows_of(path: Path) -> list[Flow]:
    file = load(path)
    file.only("slots", "flows", "version")
    slots = {name: _slot(name, raw, file) for name, raw in file.get("slots", {}).items()}
    flows = file.get("flows")
    if not isinstance(flows, Located):
        raise file.bad("there is no `flows:` in it")
    return [_flow(id_, raw, slots, path) for id_, raw in flows.items()]


def _slot(name: str, raw: Any, file: Located) -> Slot:
    if not isinstance(raw, Located):
        raise file.bad(f"the slot {name!r} has no type")
    raw.only("type", "values", "yes", "no")
    if raw.get("type") not in TYPES:
        raise raw.bad(f"the slot {name!r} needs a type of {', '.join(TYPES)}")
    if raw["type"] == "categorical" and not raw.get("values"):
        raise raw.bad(f"the slot {name!r} needs its values")
    values = tuple(raw.get("values", ()))
    for word in ("yes", "no"):
        if raw.get(word) and values and raw[word] not in values:
            raise raw.bad(f"the slot {name!r} never is {raw[word]!r}")
    plain = raw["type"] == "categorical" and len(values) == 2 and not {"yes", "no"} & set(raw)
    yes, no = values if plain else (str(raw.get("yes") or ""), str(raw.get("no") or ""))
    return Slot(name, raw["type"], values, yes, no)


def _flow(id_: str, raw: Any, slots: dict[str, Slot], path: Path) -> Flow:
    if not isinstance(raw, Located):
        raise BadFile(path, 1, f"the flow {id_!r} is empty")
    raw.only(*FLOW)
    if not raw.get("description") or not isinstance(raw.get("steps"), list) or not raw["steps"]:
        raise raw.bad(f"the flow {id_!r} needs a description and steps")
    for slot in raw.get("persisted_slots", ()):
        if slot not in slots:
            raise raw.bad(f"unknown slot {slot!r} in persisted_slots")
    steps = _steps(id_, raw, slots)
    triggers = tuple(
        t["intent"] if isinstance(t, dict) else str(t) for t in raw.get("nlu_trigger", ())
    )
    guard = condition(raw["if"], raw, slots) if "if" in raw else None
    return Flow(
        id_,
        path.parent.name,
        triggers,
        steps,
        dict(slots),
        guard,
        tuple(raw.get("persisted_slots", ())),
        next(iter(steps)),
        path,
        raw.get("aside") == "true",
        raw.get("form") == "true",
        str(raw.get("gives_way") or ""),
    )


def _steps(flow: str, raw: Located, slots: dict[str, Slot]) -> dict[str, Step]:
    rows = [_named(row, raw) for row in raw["steps"]]
    ids = [id_ for id_, _, _ in rows]
    for (id_, _, row), before in zip(
        rows, [[], *(ids[: n + 1] for n in range(len(ids)))], strict=False
    ):
        if id_ in before:
            raise row.bad(f"two steps of {flow!r} are called {id_!r}; give one an `id`")
    steps = {}
    for n, (id_, kind, row) in enumerate(rows):
        following = ids[n + 1] if n + 1 < len(ids) else END
        steps[id_] = _step(id_, kind, row, following, slots, set(ids))
    _check_reachable(flow, raw, steps)
    return steps


def _named(row: Any, flow: Located) -> tuple[str, str, Located]:
    if not isinstance(row, Located):
        raise flow.bad("a step must be a mapping")
    row.only(*STEP)
    kinds = [k for k in KINDS if k in row]
    if len(kinds) != 1:
        raise row.bad(f"a step is exactly one of {', '.join(KINDS)}")
    kind = kinds[0]
    if "id" not in row and kind not in ("collect", "action"):
        raise row.bad(f"a {kind} step needs an `id`")
    return str(row.get("id") or row[kind]), kind, row


def _step(
    id_: str, kind: str, row: Located, following: str, slots: dict[str, Slot], ids: set[str]
) -> Step:
    what = row[kind]
    wanted = (
        [what]
        if kind == "collect"
        else [k for pair in what for k in pair]
        if kind == "set_slots"
        else []
    )
    for slot in wanted:
        if slot not in slots:
            raise row.bad(f"unknown slot {slot!r}")
    rejections = tuple(
        Rejection(condition(r["if"], r, slots), str(r["utter"]).removeprefix(UTTER))
        for r in row.get("rejections", ())
    )
    branches = (Branch(None, END),) if kind == "link" else _branches(row, following, slots, ids)
    numbered = row.get("numbered") == "true"
    if numbered and kind != "collect":
        raise row.bad("only a collect can be numbered")
    asides, by_press = tuple(row.get("asides", ())), row.get("by_press") == "true"
    if (asides or by_press) and kind != "collect":
        raise row.bad("only a collect has asides or by_press")
    if unknown := [name for name in asides if name not in ASIDES]:
        raise row.bad(f"unknown aside {unknown[0]!r}; there is {', '.join(ASIDES)}")
    return Step(
        id_,
        kind,
        what,
        branches,
        row.get("ask_before_filling") == "true",
        rejections,
        row.line,
        numbered,
        asides,
        by_press,
    )


def _branches(
    row: Located, following: str, slots: dict[str, Slot], ids: set[str]
) -> tuple[Branch, ...]:
    after = row.get("next", following)
    if isinstance(after, str):
        branches: tuple[Branch, ...] = (Branch(None, after),)
    else:
        for b in after:
            b.only("if", "then", "else")
        if not after or "else" not in after[-1]:
            raise row.bad("the last of several `next` must be an `else`")
        when = [Branch(condition(b["if"], b, slots), b["then"]) for b in after[:-1]]
        branches = (*when, Branch(None, after[-1]["else"]))
    for branch in branches:
        if branch.then not in ids and branch.then != END:
            raise row.bad(f"unknown target {branch.then!r}")
    return branches


def _check_reachable(flow: str, raw: Located, steps: dict[str, Step]) -> None:
    todo, seen = [next(iter(steps))], set[str]()
    while todo:
        reached = todo.pop()
        if reached != END and reached not in seen:
            seen.add(reached)
            todo += [b.then for b in steps[reached].branches]
    for id_, step in steps.items():
        if id_ not in seen:
            raise BadFile(raw.path, step.line, f"nothing in {flow!r} leads to the step {id_!r}")
