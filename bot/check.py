"""Before anything starts: has every message its words, has every button a place to lead to, rests every answer on facts?"""

import re
from pathlib import Path

from bot.render import NoWords, Words
from dialogs.flows import Flow
from dialogs.house import House
from dialogs.meaning import Kind
from dialogs.memory import ANSWER, FORM, START
from domain import reminder

TOPICS = "repair/elsewhere"
_CALLED = re.compile(r'^ *"(\w+)": "', re.M)
_TARGET = re.compile(r"\]\(([a-z_]+)\.([a-z_]+)\.([^)]*)\)")
_SPOKEN = re.compile(
    r"""(?:\.say|response=|notify|notices\.say|to_person|to_admins|sentence)\(?[^"\n]*?f?"([a-z]+/[a-z_{}()'.]+)\""""
)


def check_words(house: House, words: Words) -> None:
    """Raises NoWords, naming the file, for the first thing that is wrong."""
    for answer in house.answers.values():
        _check_answer(words, answer.name, set(answer.facts))
    for flow in house.flows.values():
        for name in flow.utters:
            words.source(name)
        words.source(f"{flow.ability}/title")
    for row in reminder.ROWS:
        words.matter(row.template)
        words.first_button(row.template)
    _check_topics(house, words)
    for name in sorted(words.names):
        _check_targets(house, words, name)
        for id_ in words.may_cite(name):
            if id_ not in house.facts:
                raise NoWords(f"templates/{name}.j2: cites {id_}, which is not in domain/facts.toml")


def _check_topics(house: House, words: Words) -> None:
    """Every topic of dialogs/elsewhere.yml is called something, and nothing else is."""
    topics = {e.name for e in house.understanding.entries.values() if e.kind is Kind.ELSEWHERE}
    if odd := topics ^ set(_CALLED.findall(words.source(TOPICS))):
        raise NoWords(f"templates/{TOPICS}.j2: its topics are not those of dialogs/elsewhere.yml: {', '.join(sorted(odd))}")


def _check_answer(words: Words, name: str, facts: set[str]) -> None:
    cited = words.may_cite(f"answers/{name}")
    if not cited:
        raise NoWords(f"templates/answers/{name}.j2: states no facts; mark what a sentence rests on with cite()")
    if cited != facts:
        odd = ", ".join(sorted(cited ^ facts))
        raise NoWords(f"templates/answers/{name}.j2: its facts are not those of dialogs/answers/{name}.yml: {odd}")


def _check_targets(house: House, words: Words, name: str) -> None:
    for flow, slot, option in _TARGET.findall(words.source(name)):
        if flow == ANSWER:
            known = slot in house.answers
        elif flow not in house.flows:
            known = False
        else:
            known = slot in (START, FORM) or _takes(house.flows[flow], slot, option)
        if not known:
            raise NoWords(f"templates/{name}.j2: the button {flow}.{slot}.{option} leads nowhere")


def _takes(flow: Flow, slot: str, option: str) -> bool:
    if slot not in flow.collects:
        return False
    values = flow.slots[slot].values
    return not values or "{{" in option or option in values


def spoken_in(source: Path) -> set[str]:
    """The templates that a module names; for the test that each of them has words."""
    return {name for name in _SPOKEN.findall(source.read_text("utf-8")) if "{" not in name}
