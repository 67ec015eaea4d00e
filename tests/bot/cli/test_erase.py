"""`changeover erase` as an operator runs it: who is meant, the question before it, and that the
very file holds nothing more."""

from pathlib import Path

import pytest

from bot.cli import erase
from bot.cli.audit import verify
from bot.cli.erase import NoSuchPerson
from dialogs.engine.context import Assistant
from dialogs.engine.turn import handle
from dialogs.inputs import Message, Origin
from domain import people
from domain.knowledge import review
from domain.storage.store import Store
from tests.bot.cli.test_backup import everything, planted
from tests.bot.recording import RecordingSlack
from tests.bot.running import Running, until
from tests.conftest import NOON, TEAM

__all__ = ["planted"]
pytestmark = pytest.mark.slow

PRIVATE = "words about aunt Agatha that nobody else wrote"


def never(_: str) -> str:
    raise AssertionError("it must not ask")


@pytest.fixture
def lived_in(planted: Store, assistant: Assistant) -> Store:
    """A database in which people have talked, on both."""
    with planted.turn(TEAM, NOON) as tx:
        for n, words in enumerate(
            ["we submitted it today", PRIVATE, "approved", "can I roll back?"]
        ):
            handle(
                assistant,
                tx,
                Message((f"press:{n}:U01MIRA:x",), "U01MIRA", words, Origin("DU01MIRA")),
            )
        review.note(tx, PRIVATE, people.meet(tx, "U01MIRA"), "not_understood")
    return planted


def test_it_tells_what_it_did_and_what_stays(
    lived_in: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert erase.erase_person(lived_in, "mira", "", True, NOON, never) == 0
    said = capsys.readouterr().out
    assert said.startswith("erased: Mira (U01MIRA, workspace T01)")
    assert "conversation with the bot: 1" in said
    assert "entries of the audit log" in said
    kept = str(everything(lived_in))
    assert not [trace for trace in ("U01MIRA", "Mira", "Agatha") if trace in kept]
    assert verify(lived_in).lines == []
    assert erase.erase_person(lived_in, "U01MIRA", "", True, NOON, never) == 0
    assert "nothing was changed" in capsys.readouterr().out


def test_it_asks_before_and_no_changes_nothing(
    lived_in: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    before = everything(lived_in)
    asked: list[str] = []
    for answer in ("no", "y", ""):
        assert (
            erase.erase_person(
                lived_in, "U01MIRA", "", False, NOON, lambda q, a=answer: asked.append(q) or a
            )
            == 1
        )  # type: ignore[misc]
    assert "cannot be undone" in capsys.readouterr().out
    assert all("U01MIRA" in question for question in asked)
    assert everything(lived_in) == before
    assert erase.erase_person(lived_in, "U01MIRA", "", False, NOON, lambda _: "U01MIRA") == 0


def test_who_is_meant_must_be_clear(lived_in: Store) -> None:
    with lived_in.turn("T02", NOON) as tx:
        people.meet(tx, "U01MIRA", name="Mira")
    with lived_in.turn(TEAM, NOON) as tx:
        people.meet(tx, "U09OTHER", name="Grace")
    for said, team, why in (
        ("mira", "", "--team"),
        ("Grace", TEAM, "U02GRACE Grace .* U09OTHER"),
        ("Nobody", "", "nobody is called Nobody"),
    ):
        with pytest.raises(NoSuchPerson, match=why):
            erase.erase_person(lived_in, said, team, True, NOON, never)
    assert erase.erase_person(lived_in, "mira", "T02", True, NOON, never) == 0
    with lived_in.turn(TEAM, NOON) as tx:
        assert people.meet(tx, "U01MIRA").name == "Mira"


def test_the_file_itself_holds_nothing_of_her(slack: RecordingSlack, bot: Running) -> None:
    """Beside a running bot: its tables at once, its file when it is stopped."""
    from tests.bot.recording import Requests

    requests = Requests(bot.url)
    for words in (f"blarg {PRIVATE}", "can I roll back?"):
        assert requests.says("U01MIRA", words)[0] == 200
    until(lambda: len(slack.posted()) >= 2)
    beside = bot.command("erase", "Mira", "--yes")
    assert beside.returncode == 0, beside.stderr
    assert requests.says("U02GRACE", "where are we?")[0] == 200
    bot.stop()
    assert bot.command("audit", "verify").returncode == 0
    id_ = beside.stdout.splitlines()[0].rpartition(" ")[2]
    done = bot.command("erase", id_, "--yes")
    assert done.returncode == 0, done.stderr
    for path in bot.folder.iterdir():
        if path.name != "contoso.toml":
            held = path.read_bytes()
            assert not [t for t in (b"Agatha", b"U01MIRA", b"Mira") if t in held], path.name


def test_the_command_asks_on_a_terminal_and_takes_silence_for_no(tmp_path: Path) -> None:
    bot = Running(tmp_path, "http://127.0.0.1:1/api/")
    bot.seed()
    assert bot.command("erase", "Mira").returncode == 1
    assert bot.command("erase", "Nobody", "--yes").stderr.startswith(
        "changeover: nobody is called Nobody"
    )
    assert bot.command("erase", "U01MIRA", "--yes").returncode == 0
