"""What is delivered runs where nothing else is: no checkout, no cache, an empty environment."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.weights import MISSING

ROOT = Path(__file__).resolve().parents[3]
ROOMS = ("bot/", "dialogs/", "domain/", "templates/")
MADE = ("encoder.int8.safetensors", "nlu-letters.json", "nlu-letters.npz")
BUILD = "from setuptools import build_meta as b; b.build_sdist('dist'); b.build_wheel('dist')"
pytestmark = pytest.mark.slow


def run(
    *command: object, cwd: Path, said: str = "", **env: str
) -> subprocess.CompletedProcess[str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "CHANGEOVER"))}
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=inherited | env,
        input=said,
        capture_output=True,
        text=True,
        timeout=540,
    )


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with wheel and sdist, built from a copy as `make dist` does it."""
    copy = tmp_path_factory.mktemp("checkout")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    made = run(sys.executable, "-m", "bot", "train", "--letters", cwd=copy)
    assert made.returncode == 0, made.stderr
    built = run(sys.executable, "-c", BUILD, cwd=copy)
    assert built.returncode == 0, built.stderr
    return copy / "dist"


@pytest.fixture(scope="module")
def installed(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The environment after `pip install changeover`, without the extra."""
    venv = tmp_path_factory.mktemp("empty") / "venv"
    assert run(sys.executable, "-m", "venv", venv, cwd=dist).returncode == 0
    pip(venv, str(next(dist.glob("*.whl"))), dist)
    yield venv
    shutil.rmtree(venv.parent)


def pip(venv: Path, what: str, cwd: Path) -> None:
    found = run(venv / "bin" / "pip", "install", "--quiet", what, cwd=cwd)
    if "Could not find a version" in found.stderr or "ConnectionError" in found.stderr:
        pytest.skip(f"no package index within reach: {found.stderr[-200:]}")
    assert found.returncode == 0, found.stderr


def test_wheel_and_sdist_hold_every_file_of_the_rooms_and_what_is_made(dist: Path) -> None:
    tracked = run("git", "ls-files", *ROOMS, cwd=ROOT).stdout.splitlines()
    made = {f"dialogs/nlu/learned/{name}" for name in MADE}
    with zipfile.ZipFile(next(dist.glob("*.whl"))) as wheel:
        inside = {name for name in wheel.namelist() if name.startswith(ROOMS)}
    with tarfile.open(next(dist.glob("*.tar.gz"))) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert {name for name in tracked if (ROOT / name).exists()} | made <= inside
    assert inside <= names
    assert not [name for name in inside if name.endswith(("vectors.npz", ".pyc", ".key", ".db"))]


def test_without_weights_it_says_so_in_one_line_and_answers_with_choices(
    installed: Path, tmp_path: Path
) -> None:
    ask = installed / "bin" / "changeover", "ask"
    plain = run(*ask, "how are my customers billed afterwards", cwd=tmp_path, HOME=str(tmp_path))
    assert plain.returncode == 0, plain.stderr
    assert plain.stderr == f"changeover: {MISSING}\n"
    assert "(clarify: " in plain.stdout
    known = run(*ask, "can I roll back?", cwd=tmp_path, HOME=str(tmp_path))
    assert "(answer: " in known.stdout and "roll back" in known.stdout
    assert not list(tmp_path.iterdir())


def test_with_weights_it_answers_and_chats_from_an_empty_folder(
    installed: Path, dist: Path, tmp_path: Path
) -> None:
    pip(installed, f"{next(dist.glob('*.whl'))}[weights]", dist)
    assert run(installed / "bin" / "python", "-c", "import torch", cwd=tmp_path).returncode
    package = next(installed.glob("lib/python*/site-packages")) / "dialogs" / "nlu" / "learned"
    before = {path.name: path.stat().st_mtime_ns for path in package.iterdir()}
    command, home = installed / "bin" / "changeover", {"HOME": str(tmp_path), "XDG_CACHE_HOME": ""}
    asked = run(command, "ask", "how are my customers billed afterwards", cwd=tmp_path, **home)
    assert (asked.returncode, asked.stderr) == (0, "")
    assert "(answer: " in asked.stdout
    said = "can I roll back?\nI want to enroll\nquit\n"
    chat = run(command, "chat", cwd=tmp_path, said=said, **home)
    assert chat.returncode == 0 and chat.stderr == ""
    assert (
        "roll back" in chat.stdout and "Are your profile and Partner ID up to date?" in chat.stdout
    )
    migrated = run(command, "migrate", cwd=tmp_path, DATABASE_URL="new.db", **home)
    assert migrated.returncode == 0, migrated.stderr
    verified = run(command, "audit", "verify", cwd=tmp_path, DATABASE_URL="new.db", **home)
    assert verified.returncode == 0, verified.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"new.db", "new.key"}
    assert before == {path.name: path.stat().st_mtime_ns for path in package.iterdir()}
