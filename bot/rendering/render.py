"""Renders templates: (template, data) -> blocks, fallback text, and the facts that were stated.

Templates come only from the package. What people wrote enters as values, which are sealed
(bot/rendering/pages.py) and never parsed.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Template, TemplateError, TemplateNotFound

from bot.rendering import block_kit, durations, footnotes
from bot.rendering.block_kit import Block
from bot.rendering.outside import as_plain
from bot.rendering.pages import Sealing
from domain.knowledge.facts import Fact, Facts, Gap
from domain.unusable import Unusable

TEMPLATES = Path(__file__).parents[2] / "templates"
ANSWERS, OWN_ANSWER = "answers/", "knowledge/answer"
KIT = "kit/"  # what several templates import
PIECES = ("small_print", "not_asked", "pressed", "undo")  # what is added to messages
MAX_TEXT = 3_900
MAX_FACTS = 12
MAX_VIEW = 100
_DAY = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_CITES = re.compile(r"""cite\(([^)]*)\)""")
_ABOUT = re.compile(r"""{%-?\s*set about = "([^"]+)" -?%}""")
_MATTER = re.compile(r"""{%-?\s*set matter = "([^"]+)" -?%}""")
_GO_ON = re.compile(r"\[\*([^\]]+)\]\(([a-z_]+\.[a-z_]+\.[a-z_]+)\)")
_ID = re.compile(r"""["']([FXPG]-[A-Z0-9-]+)(?:@[\w-]+)?["']""")
Part = tuple[str, dict[str, Any]]


class NoTemplate(Unusable):
    """A message without words, or words that cannot be spoken. The message names the file."""


@dataclass
class Cited:
    """The facts that a page stated, in the order in which it stated them."""

    facts: Facts
    today: date
    rows: dict[str, Fact | Gap] = field(default_factory=dict)

    def cite(self, *ids: str) -> str:
        """Mark the sentence before it as resting on these facts. Prints nothing."""
        for id_ in ids:
            row = self.facts.get(id_, self.today)
            self.rows.setdefault(row.cited if isinstance(row, Fact) else row.id, row)
        return ""

    def policy(self, id_: str, aspect: str = "") -> Fact:
        """The version in force today, cited."""
        row = self.facts.in_force(id_, self.today, aspect)
        self.rows.setdefault(row.cited, row)
        return row

    def begun(self, id_: str, aspect: str = "") -> bool:
        """Is the policy in force by today? Cites nothing."""
        return self.facts.has_begun(id_, self.today, aspect)


@dataclass(frozen=True)
class Rendered:
    blocks: list[Block]
    text: str
    facts: list[str]


class Templates:
    """All templates. Raises NoTemplate for an unknown name."""

    def __init__(self, facts: Facts, folder: Path = TEMPLATES) -> None:
        self.facts, self.folder = facts, folder
        self.env = Sealing(folder)
        self.env.filters["day"], self.env.filters["short_day"] = spoken_day, short_day
        self.env.filters["usd"], self.env.filters["minutes"] = "USD {:,}".format, durations.minutes
        self.env.globals |= {"title": self.title, "matter": self.matter, "topic": self.topic}
        self.env.globals["page_of"] = self.page_of
        self.env.globals["first_button"] = self.env.filters["first_button"] = self.first_button

    @cached_property
    def files(self) -> frozenset[str]:
        """Every template file, by its path without the ending."""
        return frozenset(
            p.relative_to(self.folder).with_suffix("").as_posix() for p in self.folder.rglob("*.j2")
        )

    @cached_property
    def names(self) -> frozenset[str]:
        """The templates that are messages, titles or forms of their own."""
        return frozenset(
            name for name in self.files if name not in PIECES and not name.startswith(KIT)
        )

    def source(self, name: str) -> str:
        try:
            return (self.folder / f"{name}.j2").read_text("utf-8")
        except OSError as error:
            raise NoTemplate(f"templates/{name}.j2: there are no words of that name") from error

    def title(self, name: str) -> str:
        """The short name of what a message is about: its `about`, otherwise the whole text
        (templates/<ability>/title.j2)."""
        source = self.source(name)
        found = _ABOUT.search(source)
        return found[1] if found else source.strip()

    def topic(self, entry: str, own: dict[str, str]) -> str:
        """The name of an intent in statistics. `own`: the workspace's own answers by name."""
        return own.get(entry) or (
            self.title(f"answers/{entry}")
            if f"answers/{entry}" in self.names
            else entry.replace("_", " ")
        )

    def page_of(self, cited: str) -> str:
        """A link to the page that a fact rests on; its plain title where it has no address."""
        row = self.facts.get(str(cited), date.max)
        return footnotes.linked(row.page, row.page.title) if isinstance(row, Fact) else ""

    def matter(self, name: str) -> str:
        """What a reminder is about, as a line of a digest."""
        found = _MATTER.search(self.source(name))
        if found is None:
            raise NoTemplate(
                f'templates/{name}.j2: a reminder says what it is about: {{% set matter = "..." %}}'
            )
        return found[1]

    def first_button(self, name: str) -> tuple[str, str]:
        """Label and target of a reminder's primary button; every reminder has one."""
        found = _GO_ON.search(self.source(name))
        if found is None:
            raise NoTemplate(
                f"templates/{name}.j2: a reminder has a primary button to go on: "
                "[*Label](flow.slot.option)"
            )
        return found[1], found[2]

    def may_cite(self, name: str) -> set[str]:
        """The ids that a template can cite in any state, read from its source."""
        return {
            id_ for call in _CITES.findall(self.source(name)) for id_ in _ID.findall(call)
        } | set(re.findall(r"""policy\(["'](P-[A-Z0-9-]+)""", self.source(name)))

    def message(self, parts: list[Part]) -> Rendered:
        """One message of one or more parts, each (template, data). The data contains `today` (ISO
        day) and optionally `offer`.

        Raises NoTemplate if a template is missing or needs a value that is not in the data.
        """
        cited = Cited(self.facts, date.fromisoformat(parts[0][1]["today"]))
        pages = [self._page(name, data, cited) for name, data in parts]
        bodies = [
            block_kit.blocks_of(page, str(data.get("offer", "")))
            for (page, _), (_, data) in zip(pages, parts, strict=True)
        ]
        for body, (_, data) in zip(bodies, parts, strict=True):
            self._add_undo(body, data, last=data is parts[-1][1])
        small_print = self._small_print([about for _, about in pages if about], cited, parts)
        blocks = self._pressed(parts[0][1]) + block_kit.buttons_last(
            bodies, small_print, self._not_asked(parts), asked=not _answers(parts[-1][0])
        )
        text = block_kit.as_text([b for body in bodies for b in body])
        return Rendered(blocks, text[:MAX_TEXT], list(cited.rows)[:MAX_FACTS])

    def home(self, parts: list[Part]) -> list[Block]:
        """App Home: the parts below each other, each with its buttons, the small print of all at
        the end; at most 100 blocks."""
        cited = Cited(self.facts, date.fromisoformat(parts[0][1]["today"]))
        bodies = [
            block_kit.blocks_of(self._page(name, data, cited)[0], str(data.get("offer", "")))
            for name, data in parts
        ]
        small_print = self._small_print([], cited, parts, replaced=False)
        return block_kit.one_below_the_other(bodies, MAX_VIEW - len(small_print)) + small_print

    def lines(self, name: str, data: dict[str, Any]) -> list[str]:
        """The lines of a template in which each line stands for itself (suggested prompts)."""
        page, _ = self._page(name, data, Cited(self.facts, date.fromisoformat(data["today"])))
        return [as_plain(line).strip() for line in page.split("\n") if line.strip()]

    def view(self, name: str, data: dict[str, Any]) -> dict[str, Any]:
        """A modal: the first line is its title, the rest its blocks. Like a button, it carries the
        id of its offer."""
        offer = str(data.get("offer", ""))
        page, _ = self._page(name, data, Cited(self.facts, date.fromisoformat(data["today"])))
        first, _, rest = page.lstrip().partition("\n")
        title, _, submit = first.removeprefix("! ").partition(" / ")
        return {
            "type": "modal",
            "callback_id": f"{data['flow']}/{name.rpartition('/')[2]}",
            "private_metadata": offer,
            "title": block_kit.plain(title.strip(), block_kit.MAX_TITLE),
            "submit": block_kit.plain(submit.strip(), block_kit.MAX_TITLE),
            "blocks": block_kit.blocks_of(rest, offer),
        }

    def sentence(self, name: str, data: dict[str, Any]) -> str:
        """A message as plain text, for places where Slack takes nothing else: beside a field of a
        modal, after a command."""
        return self.message([(name, data)]).text[:150]

    def _page(self, name: str, data: dict[str, Any], cited: Cited) -> tuple[str, str]:
        try:
            module = self._template(name).make_module(
                data | {"cite": cited.cite, "policy": cited.policy, "begun": cited.begun}
            )
        except TemplateError as error:
            raise NoTemplate(f"templates/{name}.j2: {error}") from error
        return str(module), str(getattr(module, "about", ""))

    def _template(self, name: str) -> Template:
        try:
            return self.env.get_template(f"{name}.j2")
        except TemplateNotFound as error:
            raise NoTemplate(f"templates/{name}.j2: there are no words of that name") from error

    def _pressed(self, data: dict[str, Any]) -> list[Block]:
        """The label of the pressed button, above the reply: Slack shows no trace of a press."""
        return (
            block_kit.blocks_of(self._template("pressed").render(data))
            if data.get("pressed")
            else []
        )

    def _add_undo(self, body: list[Block], data: dict[str, Any], last: bool) -> None:
        """The button that takes back what this part says was recorded: at the end of its row, or in
        a row of its own below its words where more parts, or a question's buttons, are shown."""
        if not data.get("undo"):
            return
        page = self._template("undo").render(offer=data["undo"], stays=not last)
        (row,) = block_kit.blocks_of(page)
        if last and body and body[-1]["type"] == "actions" and not data.get("question"):
            body[-1]["elements"] += row["elements"]
        else:
            body.append(row)

    def _not_asked(self, parts: list[Part]) -> list[Block]:
        """The buttons below every answer: it helped, or it is not what I asked."""
        named = [
            data["answer"] if name == OWN_ANSWER else name.removeprefix(ANSWERS)
            for name, data in parts
            if _answers(name)
        ]
        if not named:
            return []
        page = self._template("not_asked").render(name=named[0])
        return block_kit.blocks_of(page, str(parts[-1][1].get("offer", "")))

    def _small_print(
        self, about: list[str], cited: Cited, parts: list[Part], *, replaced: bool = True
    ) -> list[Block]:
        """Which pages it rests on, and above them what two supporters put in the place of a fact.
        `about`: the titles, where several answers are given in one message."""
        if not cited.rows:
            return []
        in_doubt = {id_ for _, data in parts for id_ in data.get("under_review", ())}
        words: dict[str, Any] = {"confirmed": {}, "replaced": {}}
        for _, data in parts:
            for name, known in words.items():
                known |= data.get(name, {})
        said = footnotes.small_print(cited.rows.values(), cited.today, in_doubt, words["confirmed"])
        instead = footnotes.replaced(cited.rows, words["replaced"])
        here = {"about": about[1:] and about, "replaced": instead if replaced else []}
        page, _ = self._page("small_print", said | here, cited)
        return block_kit.blocks_of(page)


def _answers(name: str) -> bool:
    return name.startswith(ANSWERS) or name == OWN_ANSWER


def spoken_day(value: object) -> str:
    """An ISO day, month or year, or a date, as people say it: 3 March 2026, March 2026, 2026.
    Anything else is returned unchanged."""
    said = str(value)
    if not _DAY.fullmatch(said):
        return said
    year, month, day = [*(int(n) for n in said.split("-")), 0, 0][:3]
    words = (str(day), f"{date(year, month, 1):%B}" if month else "", str(year))
    return " ".join(w for w in words if w and w != "0")


def short_day(value: object) -> str:
    """Each ISO day, month or year in a text, short: 30 Nov 2026, Nov 2026, 2026."""
    return _DAY.sub(_short, str(value))


def _short(found: re.Match[str]) -> str:
    year, month, day = [*(int(n) for n in found[0].split("-")), 0, 0][:3]
    name = f"{date(year, month, 1):%b}" if month else ""
    return " ".join(w for w in (str(day or ""), name, str(year)) if w)
