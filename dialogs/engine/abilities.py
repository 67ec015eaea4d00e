"""Loads and checks flows, answers, phrases and what the abilities declare.

An error stops the start and names the file: a flow that names an unknown action, a hook of a flow
that does not exist, an answer without facts, an intent without phrases.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from pathlib import Path

from dialogs import yaml_file
from dialogs.engine.context import Ability, Action, Answer, Assistant, command_of
from dialogs.engine.flow_format import UTTER, load_flows
from dialogs.nlu import model_store
from dialogs.nlu.in_context.aside_reader import load_asides
from dialogs.nlu.in_context.asides import NO_ANSWER, STAGE, STAGES
from dialogs.nlu.in_context.replies import load_replies
from dialogs.nlu.in_context.reply_classifier import ACTS, ELSE
from dialogs.nlu.in_context.reply_training import Plain
from dialogs.nlu.interpreter import load_interpreter
from dialogs.nlu.types import Intent, Kind, Risk
from dialogs.nlu.workspace_model import WorkspaceModels
from dialogs.phrases_file import load_phrases, phrases_of
from dialogs.yaml_file import BadFile
from domain.knowledge.facts import Facts

FOLDER = Path(__file__).parent.parent
# Related topics that people ask about and that we do not answer, so that they are not mistaken for
# something that we do answer.
OUT_OF_SCOPE = "out_of_scope.yml"
# Replies to our own questions, in the same format.
REPLIES, ASIDES = "replies.yml", "asides.yml"
# Where what was learned is kept.
LEARNED = model_store.LEARNED.relative_to(FOLDER)
# The first facts in an answer's file say what it is about.
ABOUT = 2
# Intents outside all flows, by what the conversation does with them; their phrases are in
# dialogs/nlu/phrases.yml.
REPAIRS = ("affirm", "deny", "cancel", "restart", "skip", "go_back", "repeat", "not_that")
CHITCHAT = ("greet", "thanks", "hesitate", "who_are_you", "complaint")
REFUSALS = (
    "act_for_us",
    "skip_second_person",
    "call_it_safe",
    "legal_advice",
    "record_falsely",
    "keep_secrets",
)
# Prefixes of actions that the flow runner calls by itself, without a step that names them.
HOOKS = ("validate_", "action_ask_", "action_form_")


def load(
    abilities: tuple[Ability, ...],
    folder: Path = FOLDER,
    facts: Facts | None = None,
    *,
    relearn: bool = True,
    patient: bool = False,
) -> Assistant:
    """The assistant of these abilities. Raises BadFile or BadFacts, naming the file, when something
    is wrong.

    `relearn`: learn the phrases if the learned files are stale, otherwise raise Stale. `patient`: a
    message in another language waits until its model is loaded.
    """
    return _Loader(abilities, folder, facts or Facts.load()).load(relearn=relearn, patient=patient)


def material(
    abilities: tuple[Ability, ...], folder: Path = FOLDER
) -> tuple[list[Intent], dict[tuple[str, str], str], dict[tuple[str, str], tuple[str, ...]]]:
    """What is learned from: the intents; (intent, phrase) -> whose words it is; (question, value)
    -> replies. Raises BadFile."""
    loader = _Loader(abilities, folder, Facts.load())
    intents = list(loader._entries(folder))
    return intents, loader.authors, loader._replies(intents)


class _Loader:
    """Reads the folder; each step checks what it reads."""

    def __init__(self, abilities: tuple[Ability, ...], folder: Path, facts: Facts) -> None:
        self.abilities, self.folder, self.facts = abilities, folder, facts
        self.flows = load_flows(folder)
        self.actions = self._actions()
        self.authors: dict[tuple[str, str], str] = {}
        self.answers = {a.name: a for a in self._answers(folder / "answers")}
        self.intents = {intent: flow for flow in self.flows.values() for intent in flow.triggers}

    def load(self, *, relearn: bool, patient: bool) -> Assistant:
        intents = {e.name: e for e in self._entries(self.folder)}
        self._check(intents)
        interpreter = load_interpreter(
            intents.values(), self.folder / LEARNED, relearn=relearn, patient=patient
        )
        replies = self._replies(intents.values())
        interpreter.replies = load_replies(
            interpreter,
            replies,
            self._plain(),
            self.folder / LEARNED,
            relearn=relearn,
        )
        interpreter.asides = load_asides(
            interpreter, self._asides(replies, intents), self.folder / LEARNED, relearn=relearn
        )
        known = WorkspaceModels(interpreter)
        return Assistant(
            self.facts,
            self.abilities,
            self.flows,
            self.actions,
            self.answers,
            self.intents,
            interpreter,
            known,
        )

    def _actions(self) -> dict[str, Action]:
        """Every action by name. Raises BadFile if a flow names an action that is not declared, or
        if a declared action is never run: a hook of a slot or flow that does not exist is a
        typo."""
        declared = [
            (ability.name, action) for ability in self.abilities for action in ability.actions
        ]
        found: dict[str, Action] = {}
        for name, action in declared:
            if action.__name__ in found:
                raise BadFile(
                    self._file_of(name), 1, f"there is an action {action.__name__!r} already"
                )
            found[action.__name__] = action
        named: set[str] = set()
        for flow in self.flows.values():
            named |= {flow.gives_way} - {""}
            if flow.gives_way and flow.gives_way not in found:
                raise BadFile(flow.path, 1, f"there is no action {flow.gives_way!r}")
            for step in flow.steps.values():
                if step.kind == "action" and not step.what.startswith(UTTER):
                    named.add(step.what)
                    if step.what not in found:
                        raise BadFile(
                            flow.path,
                            step.line,
                            f"there is no action {step.what!r} in the ABILITY of "
                            f"dialogs/{flow.ability}",
                        )
        slots = {slot for flow in self.flows.values() for slot in flow.slots}
        for name, action in declared:
            if not _is_called(action.__name__, named, slots, self.flows):
                why = (
                    f"no flow runs the action {action.__name__!r}, and no slot or form has "
                    f"that name"
                )
                raise BadFile(self._file_of(name), 1, why)
        return found

    def _file_of(self, ability: str) -> Path:
        return self.folder / ability / "__init__.py"

    def _answers(self, folder: Path) -> Iterator[Answer]:
        for path in sorted(folder.glob("*.yml")):
            file = yaml_file.load(path)
            file.only("risk", "facts", "hand_over", "beside", "nlu")
            phrases = phrases_of(file, self.authors)
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
            yield Answer(
                path.stem,
                tuple(file["facts"]),
                Risk(file["risk"]),
                over,
                phrases[path.stem],
                path,
                beside,
            )

    def _entries(self, folder: Path) -> Iterator[Intent]:
        beside = {name for answer in self.answers.values() for name in answer.beside}
        for answer in self.answers.values():
            yield Intent(
                answer.name,
                Kind.ANSWER,
                answer.phrases,
                answer.risk,
                answer.facts[:ABOUT] + answer.beside,
            )
        seen = set(self.answers)
        for path in [
            folder / "nlu" / "phrases.yml",
            folder / "nlu" / OUT_OF_SCOPE,
            *sorted(p for p in folder.glob("*/phrases.yml") if p.parent.name != "nlu"),
        ]:
            for intent, phrases in load_phrases(path, self.authors).items():
                if intent in seen:
                    raise BadFile(path, 1, f"the intent {intent!r} exists already")
                seen.add(intent)
                kind = self._kind(intent, path)
                same = (
                    command_of(self.abilities, self.intents, intent)
                    if kind is Kind.COMMAND
                    else intent
                    if kind is Kind.REPAIR
                    else str(kind)
                )
                yield Intent(
                    intent, kind, phrases, about=(same, intent) if intent in beside else (same,)
                )

    def _plain(self) -> dict[str, Plain]:
        """What a plain yes and no stand for at every question."""
        return {
            f"{flow.id}.{slot}": Plain(flow.slots[slot].yes, flow.slots[slot].no)
            for flow in self.flows.values()
            for slot in flow.collects
        }

    def _replies(self, intents: Iterable[Intent]) -> dict[tuple[str, str], tuple[str, ...]]:
        """(question, value) -> replies that mean it; question "": an act, at any question."""
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        for path in sorted(self.folder.glob(f"*/{REPLIES}")):
            for name, lines in load_phrases(path).items():
                question, _, value = name.rpartition(".")
                if question:
                    self._check_reply(path, question, value)
                elif value not in ACTS:
                    raise BadFile(path, 1, f"{value!r} is none of {', '.join(ACTS)}")
                found[question, value] = lines
        for intent in intents:
            if intent.kind is Kind.OPTION:
                question, _, value = intent.name.rpartition(".")
                found[question, value] = found.get((question, value), ()) + intent.phrases
        return found

    def _asides(
        self, replies: Mapping[tuple[str, str], tuple[str, ...]], intents: Container[str]
    ) -> dict[tuple[str, str], tuple[str, ...]]:
        """(place, intent) -> what people say there. A place is `flow.slot`, or `stage.name` where
        no question is open."""
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        for path in sorted(self.folder.glob(f"*/{ASIDES}")):
            for name, lines in load_phrases(path).items():
                place, _, answer = name.rpartition(".")
                if answer != NO_ANSWER and answer not in intents:
                    raise BadFile(path, 1, f"there is no intent {answer!r}")
                self._check_place(path, place)
                found[place, answer] = lines
        places = {place for place, _ in found}
        for (question, value), lines in replies.items():
            if question in places and value != ELSE:
                found[question, NO_ANSWER] = found.get((question, NO_ANSWER), ()) + lines
        return found

    def _check_place(self, path: Path, place: str) -> None:
        first, _, second = place.partition(".")
        if first == STAGE and second in STAGES:
            return
        if first not in self.flows or second not in self.flows[first].collects:
            raise BadFile(path, 1, f"no flow asks {place!r}, and there is no such stage")

    def _check_reply(self, path: Path, question: str, value: str) -> None:
        flow, _, slot = question.partition(".")
        if flow not in self.flows or slot not in self.flows[flow].collects:
            raise BadFile(path, 1, f"no flow asks {question!r}")
        values = self.flows[flow].slots[slot].values
        if values and value not in (*values, ELSE):
            raise BadFile(path, 1, f"{question!r} has no option {value!r}")

    def _kind(self, intent: str, path: Path) -> Kind:
        if path.name == OUT_OF_SCOPE:
            return Kind.ELSEWHERE
        for kind, names in (
            (Kind.REPAIR, REPAIRS),
            (Kind.CHITCHAT, CHITCHAT),
            (Kind.REFUSE, REFUSALS),
        ):
            if intent in names:
                return kind
        if intent in self.intents:
            return Kind.COMMAND
        flow, _, rest = intent.partition(".")
        if flow in self.flows and rest.partition(".")[0] in self.flows[flow].collects:
            return Kind.OPTION
        raise BadFile(
            path,
            1,
            f"no flow starts with the intent {intent!r} and no question has it as an option",
        )

    def _check(self, known: Container[str]) -> None:
        names = {a.name for a in self.abilities}
        for flow in self.flows.values():
            if flow.ability not in names:
                raise BadFile(
                    flow.path, 1, f"no ability {flow.ability!r} is declared in dialogs/assistant.py"
                )
        for answer in self.answers.values():
            if unknown := [name for name in answer.beside if name not in known]:
                raise BadFile(
                    answer.path, 1, f"there is no intent {unknown[0]!r} that it could sound like"
                )
        for flow in self.flows.values():
            for intent in flow.triggers:
                if intent not in known:
                    raise BadFile(flow.path, 1, f"there are no phrases for the intent {intent!r}")
        self._check_slash_words(known)

    def _check_slash_words(self, known: Container[str]) -> None:
        seen: set[str] = set()
        for ability in self.abilities:
            for word, intent in ability.slash_words.items():
                path = self._file_of(ability.name)
                if intent not in known:
                    why = f"there is no intent {intent!r} for the slash word {word!r}"
                    raise BadFile(path, 1, why)
                if word in seen:
                    raise BadFile(path, 1, f"there is a slash word {word!r} already")
                seen.add(word)


def _is_called(
    name: str, named: Container[str], slots: Container[str], flows: Container[str]
) -> bool:
    if name in named:
        return True
    if name.startswith("action_form_"):
        return name.removeprefix("action_form_") in flows
    return any(name.startswith(hook) and name.removeprefix(hook) in slots for hook in HOOKS)
