"""Where settings come from besides the environment, and where a database may not be."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot import durable
from bot.__main__ import main
from bot.environment import SECRETS, BadEnvironment, complete
from bot.settings import NAMES, BadSetting, read


def test_what_is_set_goes_before_the_file_and_nothing_is_replaced_in_a_secret(
    tmp_path: Path,
) -> None:
    text = "# ours\nexport PORT=4000\nHOST='127.0.0.2'\nSLACK_BOT_TOKEN=xoxb-${HOME}\nempty\n"
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbf" + text.encode())
    env = {"PORT": "5000", "HOME": "somewhere"}
    complete(env, tmp_path)
    expected = {"HOST": "127.0.0.2", "SLACK_BOT_TOKEN": "xoxb-${HOME}"}
    assert env == {"PORT": "5000", "HOME": "somewhere"} | expected


def test_without_a_file_nothing_changes_and_an_empty_name_reads_none(tmp_path: Path) -> None:
    env: dict[str, str] = {}
    complete(env, tmp_path)
    assert env == {}
    (tmp_path / ".env").write_text("PORT=1\n")
    complete(env := {"DOTENV": ""}, tmp_path)
    assert env == {"DOTENV": ""}


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(BadEnvironment, match=r"DOTENV: .*nowhere\.env cannot be read: No such"):
        complete({"DOTENV": "nowhere.env"}, tmp_path)


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_may_be_in_a_file_of_its_own(name: str, tmp_path: Path) -> None:
    assert name in NAMES
    (tmp_path / "secret").write_text("abc-123\n")
    env = {f"{name}_FILE": str(tmp_path / "secret")}
    complete(env, tmp_path)
    assert env[name] == "abc-123"
    with pytest.raises(BadEnvironment, match=f"{name} and {name}_FILE are both set"):
        complete({name: "x", f"{name}_FILE": str(tmp_path / "secret")}, tmp_path)
    with pytest.raises(BadEnvironment, match=f"{name}_FILE: .* cannot be read") as failed:
        complete({f"{name}_FILE": str(tmp_path)}, tmp_path)
    assert "abc-123" not in str(failed.value)


def test_the_command_reads_the_file_beside_it_and_says_its_version(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DATABASE_URL=other.db\n")
    command = [sys.executable, "-m", "bot"]
    env = {"PYTHONPATH": str(Path.cwd()), "PATH": ""}
    made = subprocess.run([*command, "migrate"], cwd=tmp_path, env=env, capture_output=True)
    assert made.returncode == 0, made.stderr
    assert {path.name for path in tmp_path.iterdir()} == {".env", "other.db", "other.key"}
    said = subprocess.run([*command, "--version"], env=env, capture_output=True, text=True)
    assert said.returncode == 0
    assert said.stdout.startswith("changeover 0.")


def test_the_command_that_makes_a_key_makes_one_that_is_taken(
    capsys: pytest.CaptureFixture[str],
) -> None:
    keys = set()
    for _ in range(2):
        assert main(["key"]) == 0
        keys.add(capsys.readouterr().out.strip())
    assert len(keys) == 2
    for key in keys:
        env = {"CHANGEOVER_SECRET_KEY": key, "DATABASE_URL": "sqlite://"}
        assert read(env, serving=False).keys == (key,)


def test_in_the_image_a_file_that_is_on_no_volume_is_refused_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = {"CHANGEOVER_IN_IMAGE": "1", "DATABASE_URL": str(tmp_path / "changeover.db")}
    monkeypatch.setattr(durable.os.path, "ismount", lambda place: str(place) == "/")
    with pytest.raises(BadSetting, match=r"DATABASE_URL .* not on a volume.*Mount a volume at"):
        read(env, serving=False)
    assert not list(tmp_path.iterdir())


def test_a_volume_memory_postgresql_and_a_plain_machine_are_fine(tmp_path: Path) -> None:
    file = f"sqlite:///{tmp_path}/changeover.db"
    image = {durable.IN_IMAGE: "1"}
    assert durable.fault(file, image, lambda _: False)
    assert not durable.fault(file, image, lambda place: place == tmp_path.parent)
    assert not durable.fault(file, {}, lambda _: False)
    postgresql = "postgresql+psycopg://u@h/changeover.db"
    for other in ("sqlite://", "sqlite:///:memory:", postgresql):
        key = {"CHANGEOVER_SECRET_KEY": "a key"}
        assert not durable.fault(other, image | key, lambda _: False)
    assert "CHANGEOVER_SECRET_KEY is not set" in durable.fault(postgresql, image)
    assert not durable.fault(postgresql, {})
