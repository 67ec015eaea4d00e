"""The house keeps its shape: rooms, sizes, words out of Python, one name in all rooms."""

import ast
import re
from pathlib import Path

import pytest

ROOMS = ("bot", "dialogs", "domain")
PYTHON = sorted(
    p for room in ROOMS for p in Path(room).rglob("*.py") if "migrations" not in p.parts
)
MAY_IMPORT = {
    "domain": {"domain"},
    "dialogs": {"domain", "dialogs"},
    "bot": {"domain", "dialogs", "bot"},
}
ONLY_IN = {
    "slack_bolt": "bot",
    "slack_sdk": "bot",
    "jinja2": "bot",
    "markupsafe": "bot",
    "aiohttp": "bot",
    "uvicorn": "bot",
    "alembic": "bot",
    "PIL": "bot",
    "rasa_sdk": "dialogs",
    "sanic": "dialogs",
    "yaml": "dialogs",
    "dateutil": "dialogs",
    "holidays": "domain",
    "sqlmodel": "domain",
    "ada_url": "domain",
}
CLOCKS = re.compile(r"datetime\.now\(|date\.today\(|time\.time\(|os\.environ|getenv")
LONGEST = 400


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("path", PYTHON, ids=str)
def test_imports_point_inwards_and_third_parties_stay_in_their_room(path: Path) -> None:
    room = path.parts[0]
    named = imports(path)
    assert named & set(ROOMS) <= MAY_IMPORT[room]
    assert "templates" not in named
    for package, home in ONLY_IN.items():
        assert package not in named or room == home, f"{package} belongs into {home}"


@pytest.mark.parametrize("path", PYTHON, ids=str)
def test_a_module_fits_in_the_head_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= LONGEST
    assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize(
    "path", [p for p in PYTHON if p.parts[0] in ("domain", "dialogs")], ids=str
)
def test_nothing_is_read_from_a_clock_or_a_setting_inside(path: Path) -> None:
    assert not CLOCKS.search(path.read_text("utf-8"))


def test_no_room_for_things_without_a_name() -> None:
    names = {p.stem for p in PYTHON}
    assert not names & {"utils", "util", "core", "common", "helpers", "services", "base", "manager"}


def test_abilities_have_one_name_in_all_rooms() -> None:
    abilities = {p.parent.name for p in Path("dialogs").glob("*/flow.yml")}
    assert abilities == {p.parent.name for p in Path("dialogs").glob("*/phrases.yml")}
    assert abilities <= {p.name for p in Path("templates").iterdir() if p.is_dir()}
    assert {p.stem for p in Path("dialogs/answers").glob("*.yml")} == {
        p.stem for p in Path("templates/answers").glob("*.j2")
    }


def test_templates_hold_no_rule() -> None:
    for path in Path("templates").rglob("*.j2"):
        for said in re.findall(r"{%-?\s*(?:if|elif)\s+(.*?)-?%}", path.read_text("utf-8")):
            assert not re.search(r"[<>]|[+*/%]\s*\d", said), f"{path}: {said}"


def test_no_sentence_for_a_user_stands_in_python() -> None:
    sentence = re.compile(r"^[A-Z][a-z]+ (?:[a-z']+ ){3,}.*[.?!]$")
    for path in PYTHON:
        if path.parts[0] == "bot" and path.stem in ("demo", "chat", "erase", "grammar", "__main__"):
            continue  # these speak to the person at the terminal
        tree = ast.parse(path.read_text("utf-8"))
        docs = {
            ast.get_docstring(n, clean=False)
            for n in ast.walk(tree)
            if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        }
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and node.value not in docs
            ):
                assert not sentence.match(node.value), f"{path}:{node.lineno}: {node.value}"


def test_no_machine_address_or_path_is_committed() -> None:
    lock = Path("requirements.lock").read_text("utf-8")
    assert "--hash=sha256:" in lock
    assert not re.search(r"https?://|--index|--find-links", lock)


def test_no_template_and_no_statement_is_made_of_text() -> None:
    for path in PYTHON:
        said = path.read_text("utf-8")
        assert "from_string(" not in said, path
        assert not re.search(
            r"""\b(?:text|exec_driver_sql)\(\s*(?:f["']|[^)"']*%|[^)"']*\.format)""", said
        ), path


def test_the_container_runs_as_nobody_special() -> None:
    lines = Path("Dockerfile").read_text("utf-8").splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users == ["changeover"]
    assert lines.index("USER changeover") < next(
        n for n, line in enumerate(lines) if line.startswith("CMD ")
    )
    assert not [
        line for line in lines if re.search(r"(?i)^(ENV|ARG) .*(TOKEN|SECRET|PASSWORD)", line)
    ]
