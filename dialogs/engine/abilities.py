"""What there is: flows, answers, phrases, actions - found in the folders, checked at the start, registered by nobody."""

import importlib
import inspect
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor

from dialogs import yaml_file
from dialogs.engine.flow_format import UTTER, load_flows
from dialogs.nlu.interpreter import load_interpreter
from dialogs.nlu.phrases import load_phrases, phrases_of
from dialogs.nlu.types import REPORT, Intent, Kind, Risk
from dialogs.nlu.workspace_model import WorkspaceModels
from dialogs.yaml_file import BadFile
from domain.knowledge.facts import Facts
from domain.storage.store import Tx

if TYPE_CHECKING:
    from dialogs.engine.turn import Turn
    from dialogs.inputs import Inbound

FOLDER = Path(__file__).parent
# Neighbouring topics that people bring and that are not answered here, so that they are not taken for something of ours.
ELSEWHERE = "elsewhere.yml"
# The facts that an answer is about stand first in its file.
ABOUT = 2
CORRECTION = "start_correct_report"
# An ability that follows what people write to each other has a module of this name, with `matter`, `hear` and `misses`.
THREADS = "threads"
# dialogs/<ability>/ears.py: `hears(turn, heard)` looks at a message before it means anything else; True: it was taken.
EARS = "ears"
# Abilities whose command has another name outside (design.md, section 5).
OUTSIDE = {
    "support": "ask_support", "standing": "check_standing", "provider": "choose_provider", "invitation": "relay_invitation",
    "customer": "invite_customer",
}  # fmt: skip
# Intents outside all flows, by what the conversation does with them; their phrases stand in dialogs/nlu/phrases.yml.
REPAIRS = ("affirm", "deny", "cancel", "restart", "skip", "go_back", "repeat", "not_that")
CHITCHAT = ("greet", "thanks", "who_are_you")
REFUSALS = ("act_for_us", "skip_second_person", "call_it_safe", "legal_advice", "record_falsely", "keep_secrets")


@dataclass(frozen=True)
class Answer:
    """One thing that people ask: what it may state, how bad a wrong answer would be, whether a person has to answer; `beside`:
    commands and reports that sound alike."""

    name: str
    facts: tuple[str, ...]
    risk: Risk
    hand_over: bool
    phrases: tuple[str, ...]
    path: Path
    beside: tuple[str, ...] = ()


class InProcess(ActionExecutor):  # type: ignore[misc]
    """rasa-sdk's executor for several threads at once: it keeps no domain of an earlier call (see design.md, section 6)."""

    def update_and_return_domain(self, payload: dict[str, Any], action_name: str) -> dict[str, Any]:
        return dict(payload["domain"])


class Assistant:
    """Everything the conversation consists of. Raises BadFile or BadFacts, naming the file, when something is broken."""

    def __init__(self, folder: Path = FOLDER, facts: Facts | None = None, *, relearn: bool = True, patient: bool = False) -> None:
        self.facts = facts or Facts.load()
        self.flows = load_flows(folder)
        self.executor = InProcess()
        self.listeners: list[Any] = []
        self.ears: list[Callable[[Any, Any], bool]] = []
        for ability in sorted({flow.ability for flow in self.flows.values()}):
            self._register(ability)
        self.answers = {a.name: a for a in self._answers(folder / "answers")}
        self.intents = {intent: flow for flow in self.flows.values() for intent in flow.triggers}
        entries = {e.name: e for e in self._entries(folder)}
        self._check(entries)
        self.understanding = load_interpreter(entries.values(), folder, relearn=relearn, patient=patient)
        self.known = WorkspaceModels(self.understanding)

    def listener(self, tx: Tx, heard: "Inbound") -> Callable[["Turn"], None] | None:
        """Who follows the thread in which this was written; None where nobody does. A look only: nothing is written."""
        for module in self.listeners:
            if (matter := module.matter(tx, heard)) is not None:
                return partial(module.hear, heard=heard, matter=matter)
        return None

    def is_for_people(self, turn: "Turn") -> bool:
        """Nothing of ours is near what she said: may it be meant for people she waits for? Then that was asked."""
        return any(module.misses(turn) for module in self.listeners)

    def command_of(self, intent: str) -> str:
        """The name under which the outside knows what a person wants to be done."""
        if intent.startswith(REPORT) or intent == CORRECTION:
            return "report_event"
        ability = self.intents[intent].ability if intent in self.intents else intent
        return OUTSIDE.get(ability, ability)

    def _register(self, ability: str) -> None:
        """Only the actions that the ability's own modules define; `register_package` would take in every one of the process."""
        for path in sorted((FOLDER / ability).glob("[!_]*.py")):
            module = importlib.import_module(f"dialogs.{ability}.{path.stem}")
            if path.stem == THREADS:
                self.listeners.append(module)
            if path.stem == EARS:
                self.ears.append(module.hears)
            for _, action in inspect.getmembers(module, inspect.isclass):
                if issubclass(action, Action) and action.__module__ == module.__name__ and not inspect.isabstract(action):
                    made: Action = action()
                    if (name := made.name()) in self.executor.actions:
                        raise BadFile(path, 1, f"there is an action {name!r} already")
                    self.executor.register_action(action)

    def _answers(self, folder: Path) -> Iterator[Answer]:
        for path in sorted(folder.glob("*.yml")):
            file = yaml_file.load(path)
            file.only("risk", "facts", "hand_over", "beside", "nlu")
            phrases = phrases_of(file)
            if list(phrases) != [path.stem]:
                raise file.bad(f"it must have the one intent {path.stem!r}")
            if not file.get("facts") or not isinstance(file["facts"], list):
                raise file.bad("an answer rests on facts: list their ids")
            for id_ in file["facts"]:
                if id_ not in self.facts:
                    raise file.bad(f"there is no fact {id_!r} in domain/facts.toml")
            if file.get("risk") not in tuple(Risk):
                raise file.bad(f"risk is one of {', '.join(Risk)}")
            over = file.get("hand_over") == "true"
            beside = tuple(file.get("beside", ()))
            yield Answer(path.stem, tuple(file["facts"]), Risk(file["risk"]), over, phrases[path.stem], path, beside)

    def _entries(self, folder: Path) -> Iterator[Intent]:
        beside = {name for answer in self.answers.values() for name in answer.beside}
        for answer in self.answers.values():
            yield Intent(answer.name, Kind.ANSWER, answer.phrases, answer.risk, answer.facts[:ABOUT] + answer.beside)
        seen = set(self.answers)
        for path in [folder / "phrases.yml", folder / ELSEWHERE, *sorted(folder.glob("*/phrases.yml"))]:
            for intent, phrases in load_phrases(path).items():
                if intent in seen:
                    raise BadFile(path, 1, f"the intent {intent!r} exists already")
                seen.add(intent)
                kind = self._kind(intent, path)
                same = {Kind.COMMAND: self.command_of(intent), Kind.REPAIR: intent}.get(kind, str(kind))
                yield Intent(intent, kind, phrases, about=(same, intent) if intent in beside else (same,))

    def _kind(self, intent: str, path: Path) -> Kind:
        if path.name == ELSEWHERE:
            return Kind.ELSEWHERE
        for kind, names in ((Kind.REPAIR, REPAIRS), (Kind.CHITCHAT, CHITCHAT), (Kind.REFUSE, REFUSALS)):
            if intent in names:
                return kind
        if intent in self.intents:
            return Kind.COMMAND
        flow, _, rest = intent.partition(".")
        if flow in self.flows and rest.partition(".")[0] in self.flows[flow].collects:
            return Kind.OPTION
        raise BadFile(path, 1, f"no flow starts with the intent {intent!r} and no question has it as an option")

    def _check(self, known: Container[str]) -> None:
        for answer in self.answers.values():
            if unknown := [name for name in answer.beside if name not in known]:
                raise BadFile(answer.path, 1, f"there is no intent {unknown[0]!r} that it could sound like")
        for flow in self.flows.values():
            for intent in flow.triggers:
                if intent not in known:
                    raise BadFile(flow.path, 1, f"there are no phrases for the intent {intent!r}")
            for step in flow.steps.values():
                named = step.what if step.kind == "action" else ""
                if named and not named.startswith(UTTER) and named not in self.executor.actions:
                    raise BadFile(flow.path, step.line, f"there is no action {named!r} in dialogs/{flow.ability}/actions.py")
