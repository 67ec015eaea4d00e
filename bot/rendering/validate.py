"""Checks at the start that every message has a template, every button leads somewhere, and every
answer rests on facts."""

import re
from pathlib import Path

from bot.rendering.render import PIECES, NoTemplate, Templates
from dialogs.engine.context import Assistant
from dialogs.engine.conversation_store import ANSWER, FORM, START
from dialogs.engine.flow_format import Flow
from dialogs.nlu.types import Kind
from domain.links.known_pages import PAGES
from domain.reminders import reminder

TOPICS = "repair/elsewhere"
_CALLED = re.compile(r'^ *"(\w+)": "', re.M)
_TARGET = re.compile(r"\]\(([a-z_]+)\.([a-z_]+)\.([^)]*)\)")
_LINK = re.compile(r"""\blink_to\(["'](\w+)["']""")
_NUMBER = re.compile(r"{{ *step\b")
_SPOKEN = re.compile(
    r"""(?:\.say|response=|notify|notices\.say|to_person|to_admins|sentence)\(?[^"\n]*?f?"([a-z]+/[a-z_{}()'.]+)\""""
)


def check_words(assistant: Assistant, words: Templates) -> None:
    """Raises NoTemplate, naming the file, for the first error."""
    for answer in assistant.answers.values():
        _check_answer(words, answer.name, set(answer.facts))
    for flow in assistant.flows.values():
        for name in flow.utters:
            words.source(name)
        words.source(f"{flow.ability}/title")
        if flow.form:
            words.source(f"{flow.ability}/form")
        _check_numbers(flow, words)
    for row in reminder.ROWS:
        words.matter(row.template)
        words.first_button(row.template)
    _check_topics(assistant, words)
    for name in sorted(words.files - set(PIECES)):
        _check_targets(assistant, words, name)
        if odd := set(_LINK.findall(words.source(name))) - set(PAGES):
            raise NoTemplate(
                f"templates/{name}.j2: links to {min(odd)}, which is not in "
                "domain/links/known_pages.py"
            )
        for id_ in words.may_cite(name):
            if id_ not in assistant.facts:
                raise NoTemplate(
                    f"templates/{name}.j2: cites {id_}, which is not in domain/facts.toml"
                )


def _check_topics(assistant: Assistant, words: Templates) -> None:
    """Every topic of dialogs/nlu/out_of_scope.yml has a name in the template, and no other has."""
    topics = {e.name for e in assistant.understanding.entries.values() if e.kind is Kind.ELSEWHERE}
    if odd := topics ^ set(_CALLED.findall(words.source(TOPICS))):
        raise NoTemplate(
            f"templates/{TOPICS}.j2: its topics are not those of dialogs/nlu/out_of_scope.yml: "
            f"{', '.join(sorted(odd))}"
        )


def _check_answer(words: Templates, name: str, facts: set[str]) -> None:
    cited = words.may_cite(f"answers/{name}")
    if not cited:
        raise NoTemplate(
            f"templates/answers/{name}.j2: states no facts; mark what a sentence rests on with "
            "cite()"
        )
    if cited != facts:
        odd = ", ".join(sorted(cited ^ facts))
        raise NoTemplate(
            f"templates/answers/{name}.j2: its facts are not those of "
            f"dialogs/answers/{name}.yml: {odd}"
        )


def _check_numbers(flow: Flow, words: Templates) -> None:
    """The template of a numbered step shows its number, and no other template does."""
    for slot in flow.collects:
        name = f"{flow.ability}/ask_{slot}"
        if bool(flow.number_of(slot)) != bool(_NUMBER.search(words.source(name))):
            raise NoTemplate(
                f"templates/{name}.j2: shows the step's number where {flow.path} does not say "
                f"`numbered: true`, or the other way round"
            )


def _check_targets(assistant: Assistant, words: Templates, name: str) -> None:
    for flow, slot, option in _TARGET.findall(words.source(name)):
        if flow == ANSWER:
            known = slot in assistant.answers
        elif flow not in assistant.flows:
            known = False
        else:
            known = slot in (START, FORM) or _takes(assistant.flows[flow], slot, option)
        if not known:
            raise NoTemplate(
                f"templates/{name}.j2: the button {flow}.{slot}.{option} leads nowhere"
            )


def _takes(flow: Flow, slot: str, option: str) -> bool:
    if slot not in flow.collects:
        return False
    values = flow.slots[slot].values
    return not values or "{{" in option or option in values


def spoken_in(source: Path) -> set[str]:
    """The templates that a module names; for the test that each of them exists."""
    return {name for name in _SPOKEN.findall(source.read_text("utf-8")) if "{" not in name}
