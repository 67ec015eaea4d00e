"""The documents stay true: what they and the code cite exists, every command is in them, and the
trips of docs/howto.md work."""

import importlib.util
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.cli.parser import COMMANDS
from bot.inbound.commands import said_by_command
from bot.rendering.render import Templates
from bot.rendering.validate import check_words
from bot.settings import NAMES
from dialogs.assistant import ABILITIES
from dialogs.engine.abilities import load
from dialogs.engine.context import Ability, Answer, Assistant
from dialogs.engine.flow_format import load_flows
from dialogs.nlu.model_store import Stale
from dialogs.nlu.types import Risk
from dialogs.yaml_file import BadFile
from domain.storage.store import Store
from tests.bot.rendering.test_words import cases, data
from tests.conftest import Workspace

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("bot", "dialogs", "domain", "templates", "tests", "deploy", "docs", ".ci")
DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
HOWTO = ROOT / "docs" / "howto.md"
PLACES = "|".join(map(re.escape, ROOMS))
KINDS = "py|yml|j2|toml|json|jsonl|npz"
CITING = (".py", ".j2", ".toml", ".yml", ".yaml", ".mako")
# What a document names and a build, a run or a deploy makes.
MADE = ("encoder.int8.safetensors", "vectors.npz")
# Built by another commit of the same issue; goes when the parser has it.
COMING: set[str] = set()


def readable(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def sources() -> list[Path]:
    found = [p for room in ROOMS[:-1] for p in (ROOT / room).rglob("*") if p.suffix in CITING]
    names = ("pyproject.toml", "Makefile", "Dockerfile", "compose.yaml", ".ci/run")
    more = [ROOT / name for name in names]
    return sorted(p for p in [*found, *more] if p.name != "test_docs.py")


# --- what is cited exists


@pytest.mark.parametrize("path", DOCS, ids=readable)
def test_every_link_of_a_document_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(path.read_text("utf-8"))):
        if target.startswith(("http://", "https://")):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file) if file else path
        assert there.exists(), f"{readable(path)} links to {target}"
        if anchor:
            assert anchor in anchors(there), f"{readable(path)} links to {target}"


@pytest.mark.parametrize("path", [p for p in DOCS if p.name != "CHANGELOG.md"], ids=readable)
def test_every_file_that_a_document_names_exists(path: Path) -> None:
    made = {file for trip in trips().values() for edit in trip for file in edit.makes}
    for named in re.findall(r"`([^`\n]+)`", path.read_text("utf-8")):
        if not re.fullmatch(rf"(?:{PLACES})/[\w./-]*", named):
            continue
        if named not in made and Path(named).name not in MADE:
            assert (ROOT / named).exists(), f"{readable(path)} names {named}"


def test_every_file_that_code_cites_exists() -> None:
    cited = re.compile(rf"[\w./-]*\w\.md\b|(?<![\w./{{-])(?:{PLACES})/[\w./-]+\.(?:{KINDS})\b")
    for path in sources():
        for named in cited.findall(path.read_text("utf-8")):
            there = (ROOT / named).is_file() or Path(named).name in MADE
            assert there, f"{readable(path)} cites {named}"


def test_every_rule_that_code_cites_is_in_the_rules() -> None:
    rules = set(re.findall(r"^\| ([A-Z]\d+) \|", text_of("docs/security.md"), re.M))
    found = 0
    for path in sources():
        for rule in re.findall(r"docs/security\.md ([A-Z]\d+)", path.read_text("utf-8")):
            assert rule in rules, f"{readable(path)} cites {rule}"
            found += 1
    assert found


def anchors(path: Path) -> set[str]:
    """The anchors that a forge makes of the headings."""
    heads = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def without_code(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S))


# --- nothing is left out


def test_every_command_is_in_operating_with_an_example() -> None:
    row = re.compile(r"^\| `([a-z-]+)` \| .+ \| `changeover ([a-z-]+)", re.M)
    rows = row.findall(text_of("docs/operating.md"))
    assert all(name == example for name, example in rows)
    commands = set(COMMANDS)
    assert commands <= {name for name, _ in rows} <= commands | COMING


def test_every_setting_is_in_operating() -> None:
    named = set(re.findall(r"`([A-Z_]+)`", text_of("docs/operating.md")))
    assert set(NAMES) <= named


def test_every_word_after_changeover_is_in_operating() -> None:
    text = text_of("docs/operating.md")
    for ability in ABILITIES:
        for word in filter(None, ability.slash_words):
            assert f"`{word.split()[0]}`" in text, f"{word} of {ability.name}"


def test_every_promise_names_tests_that_exist() -> None:
    row = re.compile(r"^\| (?!promise|---)(.+) \| (.+) \|$", re.M)
    rows = row.findall(text_of("docs/promises.md"))
    assert len(rows) > 30
    for promise, kept_by in rows:
        assert re.search(r"`(?:tests/|python -m tests\.)", kept_by), promise


def test_the_readme_is_short_and_has_its_picture() -> None:
    readme = (ROOT / "README.md").read_bytes()
    assert len(readme) <= 7_500
    assert b"](docs/images/story.png)" in readme
    assert (ROOT / "docs/images/story.png").stat().st_size < 300_000


def test_what_a_company_asks_first_is_there() -> None:
    assert "Apache License" in text_of("LICENSE")
    lists = re.findall(r"^(?:weights|encoder) = \[(.+)\]$", text_of("pyproject.toml"), re.M)
    packages = re.findall(r'"([\w-]+)==', " ".join(lists))
    assert len(packages) == 2
    for package in packages:
        assert package in text_of("NOTICE")


def test_no_document_names_a_file_of_somebody_elses_machine() -> None:
    for path in DOCS:
        found = re.search(r"(?<![\w.])/(?:work|home|tmp|root)/", path.read_text("utf-8"))
        assert not found, readable(path)


# --- the trips of docs/howto.md


@dataclass(frozen=True)
class Edit:
    """One edit that the page asks for. `new`: the whole file; else `old` becomes `new` in it."""

    path: str
    new: str
    old: str = ""

    @property
    def makes(self) -> list[str]:
        return [] if self.old else [self.path]

    def apply(self, root: Path) -> None:
        path = root / self.path
        if not self.old:
            assert not path.exists(), f"{self.path} exists already"
            path.write_text(self.new, "utf-8")
            return
        text = path.read_text("utf-8")
        times = text.count(self.old)
        assert times == 1, f"{self.path} has {times} times: {self.old}"
        path.write_text(text.replace(self.old, self.new), "utf-8")


BLOCK = r"\n\n```\w+\n(?P<block>.*?)^```$"
NEW = re.compile(r"^New file `(?P<path>[^`]+)`:" + BLOCK, re.M | re.S)
BELOW = re.compile(r"^In `(?P<path>[^`]+)`, add below `(?P<old>[^`]+)`:" + BLOCK, re.M | re.S)
REPLACE = re.compile(
    r"^In `(?P<path>[^`]+)`, replace `(?P<old>[^`]+)` with `(?P<new>[^`]+)`\.$",
    re.M,
)


def trips() -> dict[str, list[Edit]]:
    """Heading -> the edits under it."""
    found = {}
    for part in re.split(r"^## ", HOWTO.read_text("utf-8"), flags=re.M)[1:]:
        heading, _, text = part.partition("\n")
        edits = [Edit(m["path"], m["block"]) for m in NEW.finditer(text)]
        for m in BELOW.finditer(text):
            edits.append(Edit(m["path"], f"{m['old']}\n{m['block']}", f"{m['old']}\n"))
        edits += [Edit(m["path"], m["new"], m["old"]) for m in REPLACE.finditer(text)]
        asked_for = len(re.findall(r"^(?:New file|In) `", text, re.M))
        assert len(edits) == asked_for, f"not understood: {heading}"
        found[heading] = edits
    return found


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What the trips may touch, as it is committed or about to be."""
    for room in ("dialogs", "templates"):
        unwanted = shutil.ignore_patterns("__pycache__", "*.npz", "*.json")
        shutil.copytree(ROOT / room, tmp_path / room, ignore=unwanted)
    return tmp_path


def travel(copy: Path, heading: str) -> list[Edit]:
    edits = trips()[heading]
    assert edits
    for edit in edits:
        edit.apply(copy)
    return edits


def loads(copy: Path) -> None:
    """Everything loads and is checked; the changed phrases are all that is left to learn."""
    with pytest.raises(Stale):
        load(ABILITIES, copy / "dialogs", relearn=False)


def test_a_reminder_is_worded_otherwise_by_one_file(copy: Path, assistant: Assistant) -> None:
    (edit,) = travel(copy, "Change the wording of a reminder")
    words = Templates(assistant.facts, copy / "templates")
    name = edit.path.removeprefix("templates/").removesuffix(".j2")
    said = words.message([(name, data(name, next(cases())))])
    assert edit.new in said.text


def test_an_answer_is_two_files(copy: Path, assistant: Assistant) -> None:
    edits = travel(copy, "Add an answer")
    assert len(edits) == 2
    loads(copy)
    name = Path(edits[0].path).stem
    (listed,) = re.findall(r"^facts: \[(.+)\]$", edits[0].new, re.M)
    facts = tuple(listed.split(", "))
    answer = Answer(name, facts, Risk.HARMLESS, False, (), copy / edits[0].path)
    words = Templates(assistant.facts, copy / "templates")
    check_words(replace(assistant, answers=assistant.answers | {name: answer}), words)
    said = words.message([(f"answers/{name}", data(f"answers/{name}", next(cases())))])
    assert tuple(said.facts) == facts


def test_an_answer_without_its_fact_stops_the_start(copy: Path) -> None:
    answer = travel(copy, "Add an answer")[0]
    path = copy / answer.path
    path.write_text(answer.new.replace("[F-", "[F-NO-"), "utf-8")
    with pytest.raises(BadFile, match=answer.path.removeprefix("dialogs/")):
        load(ABILITIES, copy / "dialogs", relearn=False)


def test_a_step_who_pays_is_asked_in_the_enrollment(
    copy: Path,
    assistant: Assistant,
    store: Store,
) -> None:
    edits = travel(copy, "Add a step to a dialog")
    assert len({edit.path for edit in edits}) <= 7
    loads(copy)
    flows = load_flows(copy / "dialogs")
    intents = {intent: flow for flow in flows.values() for intent in flow.triggers}
    changed = replace(assistant, flows=flows, intents=intents)
    words = Templates(assistant.facts, copy / "templates")
    check_words(changed, words)
    workspace = Workspace(changed, words, store, path=copy / "contoso.toml")
    mira = workspace.people["Mira"]
    mira.says("I want to enroll").clicks("enroll.profile.current").clicks("enroll.tenant.this")
    mira.clicks("enroll.standing.restricted").clicks("enroll.weighed.weighed")
    mira.hears("enroll/ask_who_pays")
    mira.clicks("enroll.who_pays.headquarters").hears("enroll/ask_admin")


def test_a_word_after_changeover_is_one_line(copy: Path, assistant: Assistant) -> None:
    (edit,) = travel(copy, "Add a word after /changeover")
    ability = ability_in(copy / edit.path)
    others = tuple(a for a in assistant.abilities if a.name != ability.name)
    changed = replace(assistant, abilities=(*others, ability))
    direct = {"channel_id": "D1", "channel_name": "directmessage"}
    body = {"text": "Progress", "user_id": "U01MIRA"} | direct
    assert said_by_command(body, assistant).intent == ""
    assert said_by_command(body, changed).intent == "where_are_we"


def ability_in(path: Path) -> Ability:
    """The ABILITY of an `__init__.py` that stands elsewhere."""
    spec = importlib.util.spec_from_file_location("travelled", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert isinstance(module.ABILITY, Ability)
    return module.ABILITY
