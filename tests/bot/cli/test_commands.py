"""The `changeover` command as people and scripts run it."""

import io
import json
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.cli import ask, seed
from bot.cli.chat import Terminal
from bot.cli.draw import diagrams
from bot.cli.parser import COMMANDS
from bot.settings import BadSetting, read
from domain.machines import MACHINES
from tests.bot.recording import PATIENCE, SECRET
from tests.bot.running import Running
from tests.conftest import DESCRIPTION, NOON, Workspace

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": SECRET, "DATABASE_URL": "sqlite://"}


def test_ask_answers_line_by_line_and_goes_on_after_a_bad_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = [
        '{"id":"1","text":"can I roll back?","stage":"submitted"}',
        '{"id":"2","text":"can I roll back?","stage":"accepted"}',
        "{nonsense",
        '{"id":"4","text":"x","stage":"someday"}',
        '{"id":"5"}',
        "[1]",
        '{"id":"7","text":"I want to enroll"}',
    ]
    assert (
        ask.reply_to("-", None, True, date(2026, 11, 24), io.StringIO("\n".join(lines) + "\n")) == 1
    )
    out = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [o.get("id") for o in out] == ["1", "2", None, "4", "5", None, "7"]
    for reply in out[:2]:
        assert set(reply) == {
            "id",
            "decision",
            "answer",
            "answers",
            "facts",
            "options",
            "command",
            "confidence",
        }
        assert any(f.partition("@")[0] in ("F-ROLLBACK-NONE", "P-ROLLBACK") for f in reply["facts"])
    assert all("error" in out[n] for n in (2, 3, 4, 5))
    assert out[6]["command"] == "enroll"


def test_ask_needs_no_setting_and_writes_nothing(tmp_path: Path) -> None:
    bot = Running(tmp_path, "http://127.0.0.1:1/api/")
    bot.env = {k: v for k, v in bot.env.items() if not k.startswith(("SLACK", "DATABASE"))}
    done = bot.command("ask", "--stage", "accepted", "can I roll back?")
    assert done.returncode == 0
    assert "no way back on this tenant" in done.stdout
    assert "learn.microsoft.com" in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN"),
        ({"SLACK_SIGNING_SECRET": ""}, "SLACK_SIGNING_SECRET"),
        ({"PORT": "http"}, "PORT"),
        ({"PORT": "99999"}, "PORT"),
        ({"SLACK_API_URL": "https://slack.com"}, "SLACK_API_URL"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"CHANGEOVER_SECRET_KEY": "short"}, "CHANGEOVER_SECRET_KEY"),
        ({"RATE_USER": "-1"}, "RATE_USER"),
    ],
)
def test_a_missing_or_wrong_setting_stops_the_start_and_is_named(
    change: dict[str, str], named: str
) -> None:
    with pytest.raises(BadSetting, match=named):
        read(TOKENS | change)


def test_the_start_fails_in_one_line(tmp_path: Path) -> None:
    bot = Running(tmp_path, "http://127.0.0.1:1/api/", SLACK_BOT_TOKEN="")
    done = bot.command("serve")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        line for line in done.stderr.splitlines() if line.startswith("changeover: SLACK_BOT_TOKEN")
    ]


def test_socket_mode_needs_no_signing_secret() -> None:
    assert read(
        {"SLACK_BOT_TOKEN": "x", "SLACK_APP_TOKEN": "xapp-1", "DATABASE_URL": "sqlite://"}
    ).socket_mode


def test_the_key_is_made_once_and_kept_private(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    env = TOKENS | {"DATABASE_URL": f"sqlite:///{tmp_path}/a.db"}
    first, second = read(env).audit_key, read(env).audit_key
    assert first == second
    assert (tmp_path / "a.key").stat().st_mode & 0o777 == 0o600
    assert "CHANGEOVER_SECRET_KEY" in capsys.readouterr().err


def test_newest_key_signs_older_ones_verify() -> None:
    old, new = (
        "b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2w=",
        "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=",
    )
    one, both = (
        read(TOKENS | {"CHANGEOVER_SECRET_KEY": old}).audit_key,
        read(TOKENS | {"CHANGEOVER_SECRET_KEY": f"{new},{old}"}).audit_key,
    )
    assert one.newest[0] in both.keys
    assert both.newest[0] not in one.keys


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('team = "T01"', 'teem = "T01"', "unknown key teem"),
        ('team = "T01"', "", "team"),
        ('roles = ["support"]', 'roles = ["boss"]', "roles are"),
        ("55555555555", "5", "a tenant id looks like"),
        ('country = "DE"', 'country = "Atlantis"', "not known"),
        ('name = "Sam"', "", "name"),
        ('slack = "U04SAM"', 'slack = "U01MIRA"', "twice"),
        ("Europe/Berlin", "Europe/Nowhere", "timezone"),
        ("[channels]", "[channels", ""),
        ('support = "C01SUPPORT"', 'supprt = "C01"', "unknown key channels.supprt"),
        ('partner = "Contoso"', "", "partner"),
    ],
)
def test_a_wrong_description_is_refused_with_what_is_wrong(
    tmp_path: Path, old: str, new: str, why: str
) -> None:
    path = tmp_path / "w.toml"
    path.write_text(DESCRIPTION.replace(old, new, 1), "utf-8")
    with pytest.raises(seed.BadSeed, match=f"w.toml: .*{why}"):
        seed.read(path)


def test_seeding_again_changes_nothing_but_what_changed(
    workspace: Workspace, tmp_path: Path
) -> None:
    from domain import people

    path = tmp_path / "contoso.toml"
    workspace.plant(path)
    with workspace.store.turn("T01", NOON) as tx:
        assert [p.name for p in people.everybody(tx)] == ["Grace", "Mira", "Otto", "Sam"]
        assert len(people.tenants_of(tx, people.everybody(tx)[0].partner)) == 1
    path.write_text(
        DESCRIPTION.replace(
            '[[people]]\nslack = "U03OTTO"\nname = "Otto"\nroles = ["approver"]\n', ""
        ),
        "utf-8",
    )
    workspace.plant(path)
    with workspace.store.turn("T01", NOON) as tx:
        (otto,) = [p for p in people.everybody(tx) if p.name == "Otto"]
        assert otto.roles == frozenset()


def test_the_tables_can_be_read_aloud() -> None:
    drawn = diagrams()
    assert "AgreementOffered --> Accepted: agreement_accepted (cannot be undone)" in drawn
    assert "Accepted --> [*]" in drawn
    assert drawn.count("stateDiagram-v2") == len(MACHINES)


def test_an_unknown_command_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["dance"])
    assert ended.value.code == 2
    assert "serve" in capsys.readouterr().err


def test_the_whole_story_in_the_terminal(tmp_path: Path) -> None:
    lines = [
        "I want to enroll",
        "yes",
        "can I roll back?",
        "this tenant",
        "restricted",
        "decision is made",
        "Grace",
        "today",
        "approved",
        "we see it",
        "quit",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "bot", "chat", "--as", "mira"],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    assert "Accepting can't be undone." in done.stdout
    assert "[to Grace]" in done.stdout


def test_a_form_in_the_terminal_is_asked_by_chat() -> None:
    out = io.StringIO()
    terminal = Terminal(out=out)
    terminal.speak_as("Mira")
    terminal.line("our GA signed today")

    def press(action: str) -> None:
        terminal.line(next(n for n, (_, a, _) in terminal.buttons.items() if a == action))

    press("claim.report_accepted.now")
    press("decide.form.decline")
    assert "Here I ask the same questions one by one" in out.getvalue()
    assert "Why do you decline?" in out.getvalue()
    terminal.line("I know of no signature")
    assert "You declined it" in out.getvalue()
    terminal.close()


def test_audit_verify_notices_an_edited_row(tmp_path: Path) -> None:
    import sqlite3

    bot = Running(tmp_path, "http://127.0.0.1:1/api/")
    bot.seed()
    assert bot.command("audit", "verify").returncode == 0
    with closing(sqlite3.connect(tmp_path / "bot.db", isolation_level=None)) as db:
        db.execute("DROP TRIGGER audit_no_update")
        db.execute("UPDATE audit SET details = '{}'")
    db.close()
    done = bot.command("audit", "verify")
    assert done.returncode == 1
    assert "was changed after it was written" in done.stderr


HEAVY = ("numpy", "rasa_sdk", "sanic", "sqlalchemy", "sqlmodel", "slack_sdk", "aiohttp", "jinja2")


def imported_by(*args: str) -> set[str]:
    """The modules that a call of the command has imported when it ends."""
    script = (
        "import sys\nfrom bot.__main__ import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *args], capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in done.stderr.split()} | {
        name for name in done.stderr.split() if name.startswith(("bot.", "dialogs", "domain"))
    }


@pytest.mark.parametrize("args", [["--help"], [], ["nonsense"]], ids=" ".join)
def test_help_is_there_at_once_because_no_command_is_imported(args: list[str]) -> None:
    found = imported_by(*args)
    assert not found & {*HEAVY, "dialogs"}
    assert {name for name in found if name.startswith(("bot.", "domain."))} == {
        "bot.cli",
        "bot.cli.parser",
        "bot.environment",
        "bot.__main__",
        "domain.unusable",
    }


def test_a_command_is_imported_when_it_is_called_and_no_other() -> None:
    assert {n for n in imported_by("draw") if n.startswith("bot.cli.")} == {
        "bot.cli.parser",
        "bot.cli.draw",
    }


def test_every_command_is_in_the_help_and_says_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    for args in ([], *([name] for name in COMMANDS)):
        with pytest.raises(SystemExit) as ended:
            main([*args, "--help"])
        assert ended.value.code == 0
        said = " ".join(capsys.readouterr().out.split())
        for name in args or COMMANDS:
            assert name in said and COMMANDS[name] in said


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["nonsense"],
        ["audit"],
        ["audit", "erase"],
        ["seed"],
        ["ask", "--stage", "x"],
        ["draw", "x"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_ends_with_2_and_says_what_is_possible(
    args: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(args)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: changeover")
