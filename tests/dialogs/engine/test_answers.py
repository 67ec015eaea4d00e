"""What it says: every answer in every stage, on facts; and what the question "can I roll back?"
hears when."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.cli.ask import Asker
from bot.rendering.render import Rendered, Templates
from dialogs.engine.context import Assistant
from dialogs.engine.conversation_store import ANSWER
from domain.tenant import case, enrollment
from domain.tenant.enrollment import State
from tests.bot.rendering.test_words import buttons, cases
from tests.loops import for_each

TODAY = date(2026, 11, 24)


def test_there_are_answers_enough(assistant: Assistant) -> None:
    assert len(assistant.answers) >= 25


def test_every_phrase_is_understood_as_what_it_is_an_example_of(assistant: Assistant) -> None:
    wrong = []
    for entry in assistant.understanding.entries.values():
        for phrase in entry.phrases:
            open_question = entry.name.rpartition(".")[0] if "." in entry.name else ""
            heard = assistant.understanding.hear(phrase, open_question)
            if [m.entry.name for m in heard.meanings][:1] != [entry.name]:
                wrong.append((entry.name, phrase, [m.entry.name for m in heard.meanings]))
    assert wrong == []


@pytest.mark.parametrize("stage", case.STAGE_STATES)
def test_every_answer_states_facts_in_every_stage(
    asker: Asker, assistant: Assistant, words: Templates, stage: str
) -> None:
    data = asker.stages.at(stage).data
    for name, answer in assistant.answers.items():
        said = words.message([(f"answers/{name}", data)])
        assert said.facts, f"{name} in {stage} states nothing"
        assert {f.partition("@")[0] for f in said.facts} <= set(answer.facts)
        assert not re.search(r"&#|\bis safe\b|verified by", json.dumps(said.blocks)), name


@pytest.mark.parametrize(
    ("stage", "begins", "fact"),
    [
        ("direct", "*Nothing is submitted yet", "F-ROLLBACK-NONE"),
        ("submitted", "*You can still stop", "F-CAP-ENABLED"),
        ("approved", "*You can still stop", "F-CAP-ENABLED"),
        ("accepted", "*There is no way back on this tenant", "P-ROLLBACK@v2"),
        ("listed", "*There is no way back on this tenant", "F-ROLLBACK-NONE"),
    ],
)
def test_can_i_roll_back_depends_on_where_they_stand(
    asker: Asker, stage: str, begins: str, fact: str
) -> None:
    reply = asker.reply("can I roll back?", stage)
    assert reply["text"].startswith(begins)
    assert fact in reply["facts"]
    assert reply["decision"] == "answer"


@pytest.mark.parametrize("stage", case.STAGE_STATES)
def test_words_and_table_cannot_disagree(asker: Asker, stage: str) -> None:
    """tests/dialogs/engine/test_every_state.py asks it in every state of both tables."""
    _, enrolled = case.STAGE_STATES[stage]
    way_back = State.NOT_STARTED in enrollment.MACHINE.reachable_from(enrolled)
    assert asker.reply("can I roll back?", stage)["text"].startswith(
        "*There is no way back on this tenant"
    ) == (not way_back)


@pytest.mark.parametrize(
    ("text", "decision", "command"),
    [
        ("I want to enroll", "command", "enroll"),
        ("where are we?", "command", "status"),
        ("we got approved", "command", "report_event"),
        ("talk to a person", "command", "ask_support"),
        ("help", "command", "help"),
        ("never mind", "command", "cancel"),
        ("please enroll us", "refuse", None),
        ("thanks", "chitchat", None),
        ("qwertz asdfgh", "clarify", None),
        ("https://example.com what is this", "command", "relay_invitation"),
        ("our provider sent this invitation: https://example.com/x", "command", "relay_invitation"),
    ],
)
def test_what_is_meant_has_a_name(
    asker: Asker, text: str, decision: str, command: str | None
) -> None:
    reply = asker.reply(text)
    assert (reply["decision"], reply["command"]) == (decision, command)
    assert reply["facts"] == []


@pytest.mark.parametrize(
    "text",
    [
        "can we go back to the old price list",
        "is there a way back to the previous screen",
        "can I undo the message I sent",
        "is the update reversible",
        "we are restricted since 3 May. when are we suspended? and can we get back?",
        "the provider is in our list now, no way back for them",
    ],
)
def test_what_cannot_be_undone_is_not_answered_to_something_else(
    assistant: Assistant, text: str
) -> None:
    assert "can_i_roll_back" not in [
        m.entry.name for m in assistant.understanding.hear(text).meanings
    ]


def test_an_answer_names_the_page_that_can_be_opened_and_no_id(
    asker: Asker, words: Templates
) -> None:
    data = asker.stages.at("direct").data
    said = words.message([("answers/same_tenant_or_new", data)])
    small = json.dumps(said.blocks)
    assert "<https://learn.microsoft.com/partner-center/transition-direct-to-indirect|" in small
    assert "not documented" in small
    assert not re.search(r"\b[FXPG]-[A-Z]{2}|\bv\d", small)
    assert "P-TENANT-RULE@v2" in said.facts


def test_an_older_day_has_an_older_answer(asker: Asker, words: Templates) -> None:
    data = asker.stages.at("direct").data | {"today": "2021-06-01"}
    assert "300,000" in words.message([("answers/direct_bill_revenue", data)]).text
    data["today"] = "2026-11-24"
    assert "1,000,000" in words.message([("answers/direct_bill_revenue", data)]).text


def test_weak_sources_are_said_to_be_weak(asker: Asker, words: Templates) -> None:
    data = asker.stages.at("direct").data
    assert "not Microsoft's own" in json.dumps(
        words.message([("answers/what_while_restricted", data)]).blocks
    )


ANSWERS = sorted(p.stem for p in Path("templates/answers").glob("*.j2"))
SENTENCE_ENDS = re.compile(r"(?<=[.!?])[*_”\")]*\s+")
LIST_LINE = re.compile(r"(?:\d+\.|•) ")
MOST_SENTENCES, MOST_LINES, MOST_IN_A_LINE, MOST_BUTTONS = 3, 6, 2, 3
Everywhere = dict[str, list[tuple[dict[str, Any], Rendered]]]


@pytest.fixture(scope="module")
def everywhere(words: Templates) -> Everywhere:
    """Every answer in every state of an enrollment, also with a provider in the list."""
    states = [h for n, h in enumerate(cases()) if n % 4 in (0, 3)]  # direct bill takes turns
    states += [h | {"stage": "listed"} for h in states if h["stage"] == "accepted"]
    assert {h["enrollment"] for h in states} == {*State}
    return {
        name: [
            (here, words.message([(f"answers/{name}", {"today": "2026-12-01", "case": here})]))
            for here in states
        ]
        for name in ANSWERS
    }


def body(text: str) -> tuple[list[str], list[str]]:
    """The sentences of what is said, and the lines of its list."""
    lines = [line for line in text.split("\n") if line.strip()]
    listed = [LIST_LINE.sub("", line) for line in lines if LIST_LINE.match(line)]
    said = [s for n in lines if not LIST_LINE.match(n) for s in SENTENCE_ENDS.split(n) if s]
    return said, listed


@for_each("name", ANSWERS)
def test_an_answer_says_at_most_three_sentences_before_its_next_step(
    everywhere: Everywhere, name: str
) -> None:
    """What is more is a list, with at most two sentences a line."""
    for here, rendered in everywhere[name]:
        said, listed = body(rendered.text)
        assert 0 < len(said) <= MOST_SENTENCES, (here["enrollment"], said)
        assert len(listed) <= MOST_LINES, listed
        assert all(len(SENTENCE_ENDS.split(line)) <= MOST_IN_A_LINE for line in listed), listed


@for_each("name", ANSWERS)
def test_the_first_button_of_an_answer_is_the_dialog_that_carries_on(
    everywhere: Everywhere, assistant: Assistant, name: str
) -> None:
    """Only what a person must answer, or what can no longer be changed, begins with a person."""
    for here, rendered in everywhere[name]:
        row = buttons(rendered.blocks)[:-2]
        first = row[0]["action_id"].partition(".")[0]
        assert first in assistant.flows and first not in (ANSWER, "status"), row[0]["action_id"]
        assert first != "support" or assistant.answers[name].hand_over, here["enrollment"]
        assert len(row) <= MOST_BUTTONS, [b["text"]["text"] for b in row]


@for_each("name", ANSWERS)
def test_no_stage_reads_what_is_said_to_another(everywhere: Everywhere, name: str) -> None:
    for here, rendered in everywhere[name]:
        wrong = (
            r"^\W*As a reseller you (?:cannot|can't|may not)"
            if here["has_way_back"]
            else r"\bdecide first\b|before any(?:one|body) enrolls"
        )
        assert not re.search(wrong, rendered.text), (here["enrollment"], rendered.text)


@pytest.mark.parametrize("name", ["agreement_language", "agreement_legal_meaning"])
def test_on_the_day_of_the_new_agreement_the_answer_is_another(
    asker: Asker, words: Templates, name: str
) -> None:
    data = asker.stages.at("approved").data
    before, since = (
        words.message([(f"answers/{name}", data | {"today": day})]).text
        for day in ("2026-11-30", "2026-12-01")
    )
    assert "from 1 December 2026" in before
    assert "Since 1 December 2026" in since or "since 1 December 2026" in since
