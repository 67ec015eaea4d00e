"""The second reader as an operator meets it: `ask --explain`, `second-reader`, and `serve` with its
/metrics."""

import io
import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import schema
from bot.__main__ import main
from bot.cli import ask
from bot.rendering.render import Templates
from bot.second_reader.endpoint import Endpoint
from dialogs.engine.context import Assistant
from dialogs.second_reader.question import Question
from domain import second_reader
from domain.storage.store import Store
from tests.bot.recording import RecordingSlack, Requests
from tests.bot.running import Running, until
from tests.bot.second_reader.house import SecondHouse
from tests.bot.second_reader.stand_in import StandIn
from tests.conftest import KEY, NOON, TEAM, emptied


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch, assistant: Assistant) -> None:
    """`ask` with the assistant of the tests."""
    monkeypatch.setattr(ask, "load_assistant", lambda **_: assistant)


def explained(capsys: pytest.CaptureFixture[str], text: str) -> str:
    assert main(["ask", "--today", NOON.date().isoformat(), "--explain", text]) == 0
    return capsys.readouterr().out


def test_ask_shows_that_it_was_used(
    known: None,
    stand_in: StandIn,
    questions: dict[str, Question],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text, question = next(iter(questions.items()))
    name = question.choices[0].name
    assert "second reader" not in explained(capsys, text)
    assert stand_in.requests == []
    monkeypatch.setenv("SECOND_READER_URL", stand_in.url)
    shown = explained(capsys, text)
    assert f"second reader was sent: {question.text!r}" in shown
    assert f"chose: {name} (picked, " in shown
    assert f"acted: {name} (by second_reader, " in shown
    assert f"said: answers/{name}" in shown
    stand_in.picks = "no topic has these words"
    shown = explained(capsys, text)
    assert "chose: - (none, " in shown
    assert "acted" not in shown
    assert "second reader" not in explained(capsys, "can I roll back?")
    assert len(stand_in.requests) == 2


def test_lines_share_one_budget(
    known: None,
    stand_in: StandIn,
    texts: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SECOND_READER_URL", stand_in.url)
    monkeypatch.setenv("SECOND_READER_BUDGET", "2")
    lines = "".join(json.dumps({"id": n, "text": text}) + "\n" for n, text in enumerate(texts[:4]))
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    assert main(["ask", "--json", "-"]) == 0
    decisions = [json.loads(line)["decision"] for line in capsys.readouterr().out.splitlines()]
    assert [d in ("answer", "handover") for d in decisions] == [True, True, False, False]
    assert len(stand_in.requests) == 2


@pytest.fixture
def asking(slack: RecordingSlack, tmp_path: Path, stand_in: StandIn) -> Iterator[Running]:
    """`changeover serve` with a second reader."""
    settings = {"SECOND_READER_URL": stand_in.url, "SECOND_READER_KEY": "sesame"}
    bot = Running(tmp_path, slack.url, **settings)
    bot.seed()
    yield bot.start()
    bot.stop()


def test_serve_asks_counts_and_can_be_told_not_to(
    asking: Running, slack: RecordingSlack, stand_in: StandIn, questions: dict[str, Question]
) -> None:
    requests = Requests(asking.url)
    first, second, third = list(questions)[:3]
    assert requests.says("U01MIRA", first)[0] == 200
    (answer,) = until(lambda: slack.posted(f"answers/{questions[first].choices[0].name}"))
    key = answer["metadata"]["event_payload"]["key"]
    assert "(by second_reader, " in asking.command("explain", key).stdout
    stand_in.answer = lambda _: 1 / 0  # the stand-in answers 500
    requests.says("U02GRACE", second)
    until(lambda: len(slack.posted()) == 2)
    with urllib.request.urlopen(f"{asking.url}/metrics") as page:
        metrics = page.read().decode()
    assert 'changeover_second_reader_total{outcome="picked"} 1\n' in metrics
    assert 'changeover_second_reader_total{outcome="refused"} 1\n' in metrics
    assert "changeover_turns_total 2\n" in metrics
    said = asking.command("second-reader").stdout
    assert f"{TEAM}: on, asked 2 today" in said
    assert "127.0.0.1" in said
    asking.command("second-reader", "off")
    stand_in.answer = None
    requests.says("U03OTTO", third)
    until(lambda: len(slack.posted()) == 3)
    assert len(stand_in.requests) == 2
    assert asking.command("audit", "verify").returncode == 0
    shown = asking.log() + said
    assert "the second reader failed: refused 500" in shown
    for secret in ("sesame", first, second):
        assert secret not in shown


def test_it_starts_with_no_wrong_address(
    slack: RecordingSlack, tmp_path: Path, stand_in: StandIn
) -> None:
    bot = Running(tmp_path, slack.url, SECOND_READER_URL="http://models.example/chat/completions")
    bot.seed()
    done = bot.command("serve")
    assert done.returncode == 1
    assert "SECOND_READER_URL must begin with https://" in done.stderr


@pytest.fixture
def pg(pg_url: str) -> Iterator[Store]:
    emptied(pg_url)
    store = Store(pg_url, KEY)
    schema.upgrade(store)
    yield store
    store.close()


@pytest.mark.postgres
def test_two_processes_share_a_budget_and_a_switch_on_postgresql(pg: Store, pg_url: str) -> None:
    other, found = Store(pg_url, KEY), []
    for store in (pg, other, pg, other):
        with store.turn(TEAM, NOON) as tx:
            found.append(second_reader.spend(tx, 3))
    assert found == [True, True, True, False]
    with pg.turn(TEAM, NOON) as tx:
        assert second_reader.asked_today(tx) == 3
        assert second_reader.switch(tx, "clock", on=False)
    with other.turn(TEAM, NOON) as tx:
        assert second_reader.is_off(tx)
    other.close()


@pytest.mark.postgres
def test_on_postgresql_it_is_asked_between_two_transactions_too(
    pg: Store,
    assistant: Assistant,
    words: Templates,
    tmp_path: Path,
    stand_in: StandIn,
    questions: dict[str, Question],
) -> None:
    path = tmp_path / "contoso.toml"
    house = SecondHouse(assistant, words, pg, Endpoint(stand_in.url), path=path)
    text, question = next(iter(questions.items()))
    house.people["Mira"].says(text).hears(f"answers/{question.choices[0].name}")
    assert house.runner.turns == 1
