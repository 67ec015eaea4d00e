"""The second reader end to end: real turns, real requests to a small stand-in."""

import gzip
import io
import json
import logging
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.cli import explain
from bot.cli.ask import Asker
from bot.cli.second_reader import command
from bot.rendering.render import Templates
from bot.second_reader import wire
from bot.second_reader.endpoint import Endpoint
from bot.second_reader.reader import IN_A_ROW, PAUSE
from dialogs.engine.context import Assistant
from dialogs.inputs import Message, MessageEdited, Origin
from dialogs.second_reader.question import Outcome, Question
from domain import second_reader
from domain.storage.store import Store
from tests.bot.second_reader.house import SecondHouse
from tests.bot.second_reader.stand_in import StandIn, said, topics
from tests.conftest import NOON, TEAM, Somebody, Workspace
from tests.dialogs.abilities.test_setup import administers, opens
from tests.dialogs.abilities.test_terms import agrees


def without(asker: Asker, text: str) -> list[str]:
    """What a bot without a second reader says to this, as a first message."""
    return [name for name, _ in asker.stages.take(text, "direct").parts]


def picked(questions: dict[str, Question], text: str) -> str:
    """The answer behind the first topic."""
    return questions[text].choices[0].name


# --- what it must never do


def test_without_an_address_nothing_is_sent(
    assistant: Assistant, words: Templates, store: Store, tmp_path: Path, texts: list[str]
) -> None:
    with StandIn() as stand_in:
        off = SecondHouse(assistant, words, store, None, path=tmp_path / "c.toml")
        for text in texts:
            off.people["Mira"].says(text)
            assert not any(
                name.startswith("answers/") for name in off.people["Mira"].last.templates
            )
        assert stand_in.requests == []


def test_whoever_is_no_member_is_never_shown_to_it(
    second: SecondHouse, stand_in: StandIn, mira: Somebody, texts: list[str]
) -> None:
    for text in texts:
        outsider = Message((second.key(),), "U77EVE", text, Origin("D77"), outsider=True)
        second.take(outsider, mira)
    second.slack_is_silent = True
    second.take(Message((second.key(),), "U78NEW", texts[0], Origin("D78")), mira)
    assert stand_in.requests == []


def test_what_is_not_said_to_the_bot_is_never_shown_to_it(
    second: SecondHouse, stand_in: StandIn, mira: Somebody, texts: list[str]
) -> None:
    mira.says("can I roll back?", channel="C9", thread="1.0")
    for text in texts:
        heard = Message(
            (second.key(),), mira.slack, text, Origin("C9", "1.0", direct=False), addressed=False
        )
        second.take(heard, mira)
    assert stand_in.requests == []


def test_what_is_understood_is_never_shown_to_it(
    second: SecondHouse, stand_in: StandIn, mira: Somebody
) -> None:
    for text in (
        "can I roll back?",
        "we submitted it yesterday",
        "thanks",
        "Wie lange dauert das?",
    ):
        mira.says(text)
    assert stand_in.requests == []


def test_an_answer_to_the_open_question_is_never_shown_to_it(
    second: SecondHouse, stand_in: StandIn, mira: Somebody
) -> None:
    mira.says("I want to enroll").says("current").says("some blorf of ours, whatever")
    assert mira.last.templates[-1].startswith("enroll/ask_")
    assert stand_in.requests == []


def test_an_edit_of_an_answer_is_never_shown_to_it(
    second: SecondHouse, stand_in: StandIn, mira: Somebody, texts: list[str]
) -> None:
    mira.says("I want to enroll")
    where = Origin(f"D{mira.slack}")
    second.take(Message((second.key(),), mira.slack, "current", where, ts="1.1"), mira)
    for text in texts[:3]:
        second.take(MessageEdited((second.key(),), mira.slack, text, where, "1.1"), mira)
    assert stand_in.requests == []


def test_it_records_nothing_and_answers_in_our_words(
    second: SecondHouse, stand_in: StandIn, mira: Somebody, questions: dict[str, Question]
) -> None:
    before, case = second.audit(), second.case()
    for text in questions:
        mira.says(text).hears(f"answers/{picked(questions, text)}")
    assert len(stand_in.requests) == len(questions)
    assert (second.audit(), second.case()) == (before, case)


# --- what it does


def test_a_held_back_message_gets_the_answer_that_it_picks(
    second: SecondHouse, stand_in: StandIn, mira: Somebody, questions: dict[str, Question]
) -> None:
    text, question = next(iter(questions.items()))
    for number, choice in enumerate(question.choices, 1):
        stand_in.answer = lambda _, n=number: said(json.dumps({"topic": n}))
        second.second._known.clear()
        assert mira.says(text).last.decision in ("answer", "handover")
        mira.hears(f"answers/{choice.name}")
    assert second.outcomes == {"picked": len(question.choices)}


def test_none_of_them_leaves_things_as_they_are(
    second: SecondHouse,
    asker: Asker,
    stand_in: StandIn,
    mira: Somebody,
    texts: list[str],
) -> None:
    stand_in.picks = "no topic has these words"
    for name, text in zip(second.people, texts, strict=False):
        assert second.people[name].says(text).last.templates == without(asker, text)
    assert second.outcomes == {"none": len(second.people)}


def test_the_request_is_a_closed_choice(
    second: SecondHouse, stand_in: StandIn, mira: Somebody, questions: dict[str, Question]
) -> None:
    text, question = next(iter(questions.items()))
    second.second.endpoint = replace(second.second.endpoint, model="small", key="k1")
    mira.says(text)
    ((headers, path, body),) = stand_in.requests
    many = len(question.choices)
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer k1"
    assert "api-key" not in headers
    assert (body["model"], body["temperature"]) == ("small", 0)
    wanted = body["response_format"]["json_schema"]
    assert body["response_format"]["type"] == "json_schema"
    assert wanted["strict"] is True
    assert wanted["schema"] == {
        "type": "object",
        "properties": {"topic": {"type": "integer", "enum": list(range(many + 1))}},
        "required": ["topic"],
        "additionalProperties": False,
    }
    assert len(topics(body)) == many <= 8
    assert "0. none of these" in body["messages"][1]["content"]
    for line, choice in zip(topics(body), question.choices, strict=True):
        assert second.words.title(f"answers/{choice.name}") in line
        assert choice.phrases[0] in line


def test_azure_is_asked_in_its_own_way(
    second: SecondHouse, stand_in: StandIn, mira: Somebody, texts: list[str]
) -> None:
    path = "/openai/deployments/small/chat/completions?api-version=2024-10-21"
    url = f"http://127.0.0.1:{stand_in.port}{path}"
    second.second.endpoint = Endpoint(url, "k2", "api-key")
    mira.says(texts[0])
    ((headers, asked, body),) = stand_in.requests
    assert (asked, headers["api-key"]) == (path, "k2")
    assert "Authorization" not in headers
    assert "model" not in body


def test_the_same_text_is_asked_once_and_gets_the_same_reply(
    second: SecondHouse, stand_in: StandIn, mira: Somebody, otto: Somebody, texts: list[str]
) -> None:
    first = mira.says(texts[0]).last.templates
    assert mira.says(texts[0]).last.templates == otto.says(texts[0]).last.templates == first
    assert len(stand_in.requests) == 1
    assert second.outcomes == {"picked": 1, "remembered": 2}


def test_an_event_that_comes_again_is_answered_once(
    second: SecondHouse, mira: Somebody, texts: list[str]
) -> None:
    mira.says(texts[0], key="ev1")
    assert len(mira.heard) == 1
    mira.says(texts[0], key="ev1").hears_nothing()


def test_others_are_answered_while_it_thinks(
    second: SecondHouse, stand_in: StandIn, mira: Somebody, otto: Somebody, texts: list[str]
) -> None:
    """Neither the event loop nor the database waits for it: Otto's turn is committed before the
    stand-in answers."""
    stand_in.held.set()
    hear = second.runner.hear

    async def noticed(team: str, inbound: Any) -> Any:
        done = await hear(team, inbound)
        if inbound.slack == otto.slack:
            assert second.outcomes == {}
            stand_in.held.clear()
        return done

    second.runner.hear = noticed  # type: ignore[method-assign]
    second.seconds = 60.0
    asked = Message((second.key(),), mira.slack, texts[0], Origin("D1"))
    other = Message((second.key(),), otto.slack, "can I roll back?", Origin("D2"))
    second.take_all((asked, mira), (other, otto))
    otto.hears("answers/can_i_roll_back")
    assert mira.last.templates[0].startswith("answers/")
    assert second.outcomes == {"picked": 1}
    assert second.runner.turns == 2


# --- whatever goes wrong leaves the turn as it was


async def _slow(_: web.Request) -> web.Response:
    import asyncio

    await asyncio.sleep(30)
    return said('{"topic": 1}')


def _dropped(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def _redirect(request: web.Request) -> web.Response:
    return web.Response(status=307, headers={"Location": f"{request.path}/again"})


def _zipped(_: web.Request) -> web.Response:
    body = gzip.compress(said('{"topic": 1}').body or b"")  # type: ignore[arg-type]
    return web.Response(body=body, headers={"Content-Encoding": "gzip"})


ODD: dict[str, tuple[Any, str]] = {
    "slow": (_slow, "timed_out"),
    "dropped": (_dropped, "unreachable"),
    "redirect": (_redirect, "refused"),
    "500": (lambda _: web.Response(status=500), "refused"),
    "429": (lambda _: web.Response(status=429), "refused"),
    "401": (lambda _: web.Response(status=401), "refused"),
    "204": (lambda _: web.Response(status=204), "refused"),
    "huge": (lambda _: web.Response(body=b" " * 5_000_000), "too_large"),
    "zipped": (_zipped, "malformed"),
    "empty": (lambda _: web.Response(), "malformed"),
    "html": (lambda _: web.Response(text="<html>"), "malformed"),
    "deep": (lambda _: web.Response(text="[" * 60_000), "malformed"),
    "no choices": (lambda _: web.json_response({"choices": []}), "malformed"),
    "a list": (lambda _: web.json_response([1]), "malformed"),
    "null": (lambda _: said(None), "malformed"),
    "prose": (lambda _: said("Topic 1, I think."), "malformed"),
    "fenced": (lambda _: said('```json\n{"topic": 1}\n```'), "malformed"),
    "a number": (lambda _: said("1"), "malformed"),
    "a word": (lambda _: said('{"topic": "1"}'), "malformed"),
    "true": (lambda _: said('{"topic": true}'), "malformed"),
    "a fraction": (lambda _: said('{"topic": 1.0}'), "malformed"),
    "more": (lambda _: said('{"topic": 1, "say": "roll back"}'), "malformed"),
    "too high": (lambda _: said('{"topic": 9}'), "outside"),
    "negative": (lambda _: said('{"topic": -1}'), "outside"),
}


@pytest.mark.parametrize(("answer", "outcome"), ODD.values(), ids=ODD)
def test_an_odd_answer_leaves_the_turn_as_it_was(
    answer: Any,
    outcome: str,
    second: SecondHouse,
    asker: Asker,
    stand_in: StandIn,
    mira: Somebody,
    texts: list[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    stand_in.answer = answer
    second.seconds = 0.2 if answer is _slow else wire.SECONDS
    expected = without(asker, texts[0])
    assert mira.says(texts[0]).last.templates == expected
    assert len(stand_in.requests) == 1
    assert second.outcomes == {outcome: 1}
    assert second.second.figures()[f'second_reader_total{{outcome="{outcome}"}}'] == 1
    ours = [r for r in caplog.records if r.name == "changeover.second_reader"]
    assert len(ours) == 1
    assert outcome in ours[0].getMessage()
    assert texts[0] not in caplog.text
    shown = io.StringIO()
    explain.explain(second.store, mira.last.key, shown)
    assert f"chose: - ({outcome}, " in shown.getvalue()


def test_nobody_at_the_address_leaves_the_turn_as_it_was(
    second: SecondHouse, asker: Asker, mira: Somebody, texts: list[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and not listening
        url = f"http://127.0.0.1:{taken.getsockname()[1]}{'/v1/chat/completions'}"
        second.second.endpoint = Endpoint(url)
        assert mira.says(texts[0]).last.templates == without(asker, texts[0])
    assert second.outcomes == {"unreachable": 1}


def test_a_failure_is_not_remembered(
    second: SecondHouse, stand_in: StandIn, mira: Somebody, texts: list[str]
) -> None:
    stand_in.answer = ODD["500"][0]
    mira.says(texts[0])
    stand_in.answer = None
    assert mira.says(texts[0]).last.templates[0].startswith("answers/")


def test_after_failures_in_a_row_it_is_left_alone_for_a_while(
    second: SecondHouse,
    stand_in: StandIn,
    mira: Somebody,
    texts: list[str],
    questions: dict[str, Question],
    caplog: pytest.LogCaptureFixture,
) -> None:
    now, question = [100.0], questions[texts[0]]
    second.second.clock = lambda: now[0]
    stand_in.answer = ODD["500"][0]
    assert [second.reads(question) for _ in range(IN_A_ROW + 3)] == (
        [Outcome.REFUSED] * IN_A_ROW + [Outcome.PAUSED] * 3
    )
    assert len(stand_in.requests) == IN_A_ROW
    now[0] += PAUSE + 1  # one try, and it is left alone again
    assert [second.reads(question) for _ in range(2)] == [Outcome.REFUSED, Outcome.PAUSED]
    now[0] += PAUSE + 1
    stand_in.answer = None
    assert mira.says(texts[0]).last.templates[0].startswith("answers/")
    assert len([r for r in caplog.records if r.name == "changeover.second_reader"]) == 2


# --- budget, switch, trace


def test_a_day_has_a_budget_that_outlives_the_process(
    second: SecondHouse,
    stand_in: StandIn,
    mira: Somebody,
    texts: list[str],
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    endpoint = replace(second.second.endpoint, budget=2)
    second.runner.second_reader = second.reader(endpoint)
    for text in texts[:4]:
        mira.says(text)
    assert len(stand_in.requests) == 2
    assert second.outcomes == {"picked": 2, "over_budget": 2}
    assert len([r for r in caplog.records if "used up" in r.getMessage()]) == 1
    shown = io.StringIO()
    explain.explain(second.store, mira.last.key, shown)
    assert "second reader was sent: nothing" in shown.getvalue()
    second.runner.second_reader = second.reader(endpoint)  # another process
    mira.says(texts[4])
    assert len(stand_in.requests) == 2
    command.show(second.store, endpoint, second.now)
    assert f"{TEAM}: on, asked 2 today, used up" in capsys.readouterr().out
    second.later(days=1)
    mira.says(texts[4])
    assert len(stand_in.requests) == 3


def test_a_budget_of_none_asks_nothing(
    second: SecondHouse, stand_in: StandIn, mira: Somebody, texts: list[str]
) -> None:
    second.second.endpoint = replace(second.second.endpoint, budget=0)
    mira.says(texts[0])
    assert stand_in.requests == []


@pytest.mark.parametrize("team", ["", TEAM])
def test_the_operator_switches_it_off_and_on_without_a_restart(
    team: str,
    second: SecondHouse,
    asker: Asker,
    stand_in: StandIn,
    mira: Somebody,
    texts: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command.turn(second.store, team, NOON, on=False) == 0
    assert mira.says(texts[0]).last.templates == without(asker, texts[0])
    assert (stand_in.requests, second.outcomes) == ([], {})
    assert second.audit().count(second_reader.SWITCHED) == 1
    command.show(second.store, second.second.endpoint, NOON)
    assert f"{TEAM}: off, asked 0 today" in capsys.readouterr().out
    command.turn(second.store, team, NOON, on=False)
    assert "already off" in capsys.readouterr().out
    command.turn(second.store, team, NOON, on=True)
    assert mira.says(texts[0]).last.templates[0].startswith("answers/")
    assert second.audit().count(second_reader.SWITCHED) == 2


def test_off_for_all_is_off_whatever_a_workspace_says(
    second: SecondHouse,
    stand_in: StandIn,
    mira: Somebody,
    texts: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    command.turn(second.store, "", NOON, on=False)
    command.turn(second.store, TEAM, NOON, on=True)
    mira.says(texts[0])
    assert stand_in.requests == []
    command.turn(second.store, TEAM, NOON, on=False)
    command.turn(second.store, "", NOON, on=True)
    assert f"Still off: {TEAM}" in capsys.readouterr().out
    with pytest.raises(command.NoSuchWorkspace, match=TEAM):
        command.turn(second.store, "T77", NOON, on=True)


def test_a_slack_admin_switches_it_off_in_setup(
    second: SecondHouse, stand_in: StandIn, mira: Somebody, texts: list[str]
) -> None:
    administers(second, mira)
    mira.says("setup")
    form = opens(mira, "terms.form.now")
    assert form[1]["asked"]["form"]["second_reader"] == "on"
    assert agrees(mira, form, terms_second_reader="off") == {}
    assert "the second reader" in mira.last.words
    mira.says(texts[0])
    assert stand_in.requests == []


def test_setup_does_not_ask_where_there_is_none(workspace: Workspace) -> None:
    mira = workspace.people["Mira"]
    administers(workspace, mira)
    mira.says("setup")
    form = opens(mira, "terms.form.now")
    assert form[1]["asked"]["form"]["second_reader"] == ""
    assert "terms_second_reader" not in json.dumps(workspace.words.view(*form))


def test_the_trace_shows_what_left_what_was_offered_and_what_it_chose(
    second: SecondHouse, mira: Somebody, questions: dict[str, Question]
) -> None:
    text, question = next(iter(questions.items()))
    shown = io.StringIO()
    explain.explain(second.store, mira.says(text).last.key, shown)
    name = picked(questions, text)
    assert f"heard by second_reader: meant: {name}" in shown.getvalue()
    assert f"second reader was sent: {question.text!r}" in shown.getvalue()
    assert f"offered: {', '.join(c.name for c in question.choices)}" in shown.getvalue()
    assert f"chose: {name} (picked, " in shown.getvalue()
    assert f"acted: {name} (by second_reader, " in shown.getvalue()
