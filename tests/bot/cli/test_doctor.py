"""A good set-up has no fault; each fault of a broken one is named with what to do, and the exit code
is 1. Nothing is made and nothing is posted."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from cryptography.fernet import Fernet

from bot.cli.doctor import examined, machine
from bot.cli.doctor.findings import Finding, Level
from bot.cli.manifest import scopes
from bot.inbound.turns import utc_now
from dialogs.assistant import NotLearned
from tests.bot.recording import RecordingSlack
from tests.bot.running import Running

KEY = Fernet.generate_key().decode()


@pytest.fixture(autouse=True, scope="module")
def loaded() -> Iterator[None]:
    """It takes seconds; whether it is fresh is test_learned_files' matter."""
    from dialogs.assistant import load_assistant

    once = load_assistant(relearn=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(machine, "load_assistant", lambda **_: once)
        yield


@pytest.fixture
def slack() -> Iterator[RecordingSlack]:
    found = RecordingSlack()
    yield found
    found.stop()


def settings(slack: RecordingSlack, **more: str) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": "xoxb-test",
        "SLACK_APP_TOKEN": "xapp-test",
        "SLACK_API_URL": slack.url,
        "CHANGEOVER_SECRET_KEY": KEY,
        "DATABASE_URL": "bot.db",
    } | more


def answers(slack: RecordingSlack, **headers: str) -> None:
    """As Slack answers a token with all scopes."""
    said = {"x-oauth-scopes": ",".join(sorted(scopes())), **headers}
    slack.plan["auth.test"] = [
        lambda _: web.json_response({"ok": True, "team": "Contoso"}, headers=said)
    ]


def found(env: dict[str, str], folder: Path) -> list[Finding]:
    return list(examined(env, folder, utc_now))


def faults(env: dict[str, str], folder: Path) -> dict[str, str]:
    """what -> what is so, and what to do"""
    return {f.what: f"{f.said} -> {f.todo}" for f in found(env, folder) if f.level is Level.FAULT}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_good_set_up_has_no_fault_and_nothing_is_made(
    slack: RecordingSlack, folder: Path
) -> None:
    answers(slack)
    lines = found(settings(slack), folder)
    assert not [f for f in lines if f.level is Level.FAULT]
    well = {f.what for f in lines if f.level is Level.OK}
    assert well >= {"settings", "understanding", "clock", "token", "scopes", "Socket Mode"}
    assert {m for m, _ in slack.calls} <= {"auth.test", "apps.connections.open"}
    assert not list(folder.iterdir())


def test_no_line_shows_a_secret(slack: RecordingSlack, folder: Path) -> None:
    slack.plan["auth.test"] = [lambda _: web.json_response({"ok": False, "error": "invalid_auth"})]
    env = settings(slack, SLACK_SIGNING_SECRET="a signing secret")
    text = "\n".join(map(str, found(env, folder)))
    assert not [env[name] for name in env if env[name] in text and "URL" not in name]


@pytest.mark.parametrize(
    ("missing", "named", "todo"),
    [
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN", "copy the Bot User OAuth Token"),
        ({"SLACK_APP_TOKEN": ""}, "SLACK_SIGNING_SECRET", "Basic Information"),
        ({"SLACK_CLIENT_ID": "1.2"}, "SLACK_CLIENT_SECRET", "Basic Information"),
        ({"CHANGEOVER_SECRET_KEY": "abc"}, "CHANGEOVER_SECRET_KEY", ""),
        ({"PORT": "http"}, "PORT", ""),
        ({"SLACK_API_URL": "nonsense"}, "SLACK_API_URL", ""),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL", ""),
    ],
)
def test_a_setting_that_is_missing_or_wrong_is_named(
    slack: RecordingSlack, folder: Path, missing: dict[str, str], named: str, todo: str
) -> None:
    wrong = faults(settings(slack) | missing, folder)
    assert list(wrong) == [named]
    assert todo in wrong[named]
    assert not slack.calls and not list(folder.iterdir())


@pytest.mark.parametrize("code", ["invalid_auth", "account_inactive", "some_new_error"])
def test_a_token_that_slack_refuses(slack: RecordingSlack, folder: Path, code: str) -> None:
    slack.plan["auth.test"] = [lambda _: web.json_response({"ok": False, "error": code})]
    wrong = faults(settings(slack), folder)
    assert list(wrong) == ["SLACK_BOT_TOKEN"]
    assert f"Slack says {code} -> " in wrong["SLACK_BOT_TOKEN"]
    assert not wrong["SLACK_BOT_TOKEN"].endswith("-> ")


def test_scopes_that_are_missing_and_scopes_that_nobody_needs(
    slack: RecordingSlack, folder: Path
) -> None:
    there = (scopes() - {"files:read", "chat:write"}) | {"admin"}
    answers(slack, **{"x-oauth-scopes": ", ".join(there)})
    lines = found(settings(slack), folder)
    (wrong,) = [f for f in lines if f.level is Level.FAULT]
    assert (wrong.what, wrong.said) == ("scopes", "missing: chat:write, files:read")
    assert "install the app again" in wrong.todo
    assert [f.said for f in lines if f.level is Level.NOTE and f.what == "scopes"] == [
        "not needed: admin"
    ]


@pytest.mark.parametrize(("minutes", "way"), [(-4, "fast"), (4, "slow")])
def test_a_clock_that_is_wrong(slack: RecordingSlack, folder: Path, minutes: int, way: str) -> None:
    date = format_datetime(utc_now() + timedelta(minutes=minutes), usegmt=True)
    answers(slack, Date=date)
    wrong = faults(settings(slack), folder)
    assert list(wrong) == ["clock"] and f" s {way}" in wrong["clock"]


def test_an_app_token_that_slack_refuses(slack: RecordingSlack, folder: Path) -> None:
    answers(slack)
    slack.plan["apps.connections.open"] = [
        lambda _: web.json_response({"ok": False, "error": "missing_scope"})
    ]
    wrong = faults(settings(slack), folder)
    assert list(wrong) == ["SLACK_APP_TOKEN"]
    assert "connections:write" in wrong["SLACK_APP_TOKEN"]


def test_slack_out_of_reach(slack: RecordingSlack, folder: Path) -> None:
    wrong = faults(settings(slack, SLACK_API_URL="http://127.0.0.1:1/api/"), folder)
    assert list(wrong) == ["Slack"] and "check the network" in wrong["Slack"]


def test_a_database_that_cannot_be_used(slack: RecordingSlack, folder: Path) -> None:
    (folder / "text.db").write_text("this is no database, and long enough to be looked at" * 9)
    for url, why in {
        "no/such/folder/bot.db": "make the folder",
        "text.db": "check DATABASE_URL",
        "postgresql+psycopg://u:hidden@127.0.0.1:1/x": "PostgreSQL is running",
    }.items():
        answers(slack)
        wrong = faults(settings(slack, DATABASE_URL=url), folder)
        assert list(wrong) == ["database"], url
        assert why in wrong["database"] and "hidden" not in wrong["database"]


def test_a_key_that_was_lost_and_one_that_is_another(slack: RecordingSlack, folder: Path) -> None:
    bot = Running(folder, slack.url, CHANGEOVER_SECRET_KEY=KEY)
    bot.seed()
    own: dict[str, Any] = {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": "s"}
    env = settings(slack, **own)
    answers(slack)
    lines = found(env, folder)
    assert not [f for f in lines if f.level is Level.FAULT]
    assert {"database", "audit log"} <= {f.what for f in lines if f.level is Level.OK}
    before = sorted(path.name for path in folder.iterdir())
    for key in ("", Fernet.generate_key().decode()):
        answers(slack)
        wrong = faults(env | {"CHANGEOVER_SECRET_KEY": key}, folder)
        assert list(wrong) == ["audit log"], key
        assert "CHANGEOVER_SECRET_KEY" in wrong["audit log"]
    assert sorted(path.name for path in folder.iterdir()) == before


def test_what_is_not_learned_or_not_installed(
    slack: RecordingSlack, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(slack)
    monkeypatch.setattr(machine.weights, "missing", lambda _: "it is not there")
    assert "pip install" in faults(settings(slack), folder)["understanding"]

    def stale(**_: object) -> None:
        raise NotLearned("nlu.json is missing")

    answers(slack)
    monkeypatch.setattr(machine, "load_assistant", stale)
    wrong = faults(settings(slack), folder)
    assert list(wrong) == ["understanding"] and "changeover train" in wrong["understanding"]


def test_a_file_of_secrets_that_others_may_read(slack: RecordingSlack, folder: Path) -> None:
    answers(slack)
    (folder / ".env").write_text("PORT=1\n")
    (folder / ".env").chmod(0o644)
    assert [f for f in found(settings(slack), folder) if f.todo == "chmod 600 .env"]
    answers(slack)
    (folder / ".env").chmod(0o600)
    assert not [f for f in found(settings(slack), folder) if f.what == ".env"]


@pytest.mark.slow
def test_the_command_ends_with_1_and_prints_each_fault(slack: RecordingSlack, folder: Path) -> None:
    answers(slack)
    shutil.rmtree(folder / "none", ignore_errors=True)
    bot = Running(folder, slack.url, SLACK_BOT_TOKEN="", DATABASE_URL="none/bot.db")
    done = bot.command("doctor")
    assert done.returncode == 1 and done.stderr == "2 faults\n"
    named = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("FAULT")]
    assert named == ["SLACK_BOT_TOKEN:", "database:"]
    good = Running(folder, slack.url, CHANGEOVER_SECRET_KEY=KEY).command("doctor")
    assert (good.returncode, good.stderr) == (0, "all is well\n"), good.stdout
