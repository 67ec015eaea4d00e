"""What is answered to "why?", "where do I find it?" and "who?" while a question is open."""

import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.rendering.render import NoTemplate, Templates
from bot.rendering.validate import check_words
from dialogs.engine.context import Assistant
from dialogs.engine.flow_format import ASIDES
from domain.knowledge.facts import OFFICIAL
from domain.links.known_pages import PAGES
from tests.bot.rendering.test_words import TEMPLATES, buttons, cases, data
from tests.loops import for_each

BEGIN = tuple(f"{kind}_" for kind in ASIDES)
ABILITIES = ("customer", "enroll", "invitation", "provider", "standing", "withdraw")
ANSWERED = [
    t for t in TEMPLATES if t.split("/")[0] in ABILITIES and t.partition("/")[2].startswith(BEGIN)
]


def said(words: Templates, name: str, **more: object) -> str:
    return words.message([(name, data(name, next(cases())) | more)]).text


def test_every_answer_to_a_question_back_belongs_to_a_question(assistant: Assistant) -> None:
    declared = {
        flow.question_back(kind, slot)
        for flow in assistant.flows.values()
        for slot in flow.collects
        for kind in ASIDES
    } - {""}
    assert set(ANSWERED) <= declared
    assert declared <= set(TEMPLATES)


def test_why_has_an_answer_at_every_step_of_the_enrollment(assistant: Assistant) -> None:
    enroll = assistant.flows["enroll"]
    for slot in enroll.collects:
        assert enroll.question_back("why", slot), slot
        assert enroll.question_back("who", slot), slot
        assert enroll.question_back("where", slot) or slot == "weighed", slot


@for_each("name", ANSWERED)
def test_an_answer_to_a_question_back_is_short_and_leaves_the_buttons_to_the_question(
    words: Templates, name: str
) -> None:
    for here in cases():
        page = words.message([(name, data(name, here))])
        assert buttons(page.blocks) == []
        assert "?" not in page.text, "it asks nothing itself"
        assert len(page.text) <= 900
        lines = page.text.split("\n")
        assert len(lines) <= 3, "three sentences or three clicks"


def test_where_names_the_page_with_a_link_that_can_be_opened(words: Templates) -> None:
    for (
        slot
    ) in "profile tenant standing tenant_rule submitted_on outcome appeal agreement_seen".split():
        text = said(words, f"enroll/where_{slot}")
        assert f"<{PAGES['partner_center']}|Partner Center>" in text
        assert text.startswith("1. Sign in to "), "and as whom"


def test_who_names_the_global_admin_that_was_named(words: Templates) -> None:
    assert "Grace" in said(words, "enroll/who_submitted_on", admin="Grace", me=False)
    assert "You" in said(words, "enroll/who_submitted_on", admin="Grace", me=True)


def test_messages_link_to_microsofts_own_pages_only(words: Templates, assistant: Assistant) -> None:
    for address in PAGES.values():
        parts = urlsplit(address)
        assert (parts.scheme, parts.hostname in OFFICIAL, parts.query) == ("https", True, "")


def test_a_link_to_a_page_that_nobody_knows_stops_the_start(
    assistant: Assistant, tmp_path: Path
) -> None:
    root = tmp_path / "templates"
    shutil.copytree("templates", root)
    (root / "enroll/why_profile.j2").write_text('{{ link_to("nowhere", "Here") }}')
    with pytest.raises(NoTemplate, match=r"enroll/why_profile\.j2: links to nowhere"):
        check_words(assistant, Templates(assistant.facts, root))
