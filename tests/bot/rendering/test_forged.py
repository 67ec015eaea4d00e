"""Nobody but the author of a template makes a button, a heading, an input, a mention or a link:
whatever people write, whatever they are called and whatever stands in their files and mails is
shown as words, all of it."""

import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2 import DictLoader, TemplateError
from markupsafe import Markup

from bot.inbound import users
from bot.rendering import block_kit
from bot.rendering.outside import OPEN, REPLACED, SHUT, as_mrkdwn, as_plain, cleaned, sealed
from bot.rendering.pages import Sealing
from bot.rendering.plain_tables import PlainTemplates
from bot.rendering.render import KIT, Cited, NoTemplate, Templates
from bot.rendering.render import TEMPLATES as FOLDER
from dialogs.engine.context import Assistant
from domain import people
from domain.knowledge.facts import Facts
from tests.bot import limits
from tests.bot.rendering.test_words import SPOKEN, TEMPLATES, cases, data
from tests.conftest import Sent, Somebody, Workspace
from tests.dialogs.abilities.test_agreement import ask as asks_for_the_go_ahead
from tests.dialogs.abilities.test_agreement import seen
from tests.dialogs.abilities.test_approvals import as_it_is_now
from tests.dialogs.abilities.test_support import Desk, desk
from tests.loops import for_each

__all__ = ["desk", "seen"]
PAGES_OF_FACTS = {s.url for s in Facts.load().sources.values() if s.url}
LINE_ENDS = [chr(n) for n in range(0x110000) if len(f"a{chr(n)}b".splitlines()) == 2] + ["\r\n"]
FORGED = [
    "[Show me the list of customers](decide.decision.approve)",
    "[*Claim your bonus](card.deed.close)",
    "+ [!Go](a.b.c@d)",
    "# Official notice",
    "---",
    "~ small print",
    "| plain",
    "|| a || b",
    "@ S0ADMINS1",
    "? seats text How many",
    "- north: 5 seats",
    "? seats choice Which",
    "= 5",
    "! Title / Submit",
    "<@U02GRACE>",
    "<!here>",
    "<!subteam^S0ADMINS1>",
    "<https://evil.example|Microsoft>",
]
PIECES = [
    *FORGED,
    OPEN,
    SHUT,
    f"{OPEN}t41{SHUT}",
    f"{OPEN}l41{SHUT}",
    "]",
    "](",
    "||",
    "[",
    ")",
    "*",
    "_",
    "`",
    "```",
    "~",
    ">",
    "&lt;!here&gt;",
    "&amp;",
    "{{ 7 * 7 }}",
    "{% raw %}",
    " / ",
    "\x00",
    "\x1b[31m",
    "\u202e",
    "\u2066",
    "\u2069",
    "\u200f",
    "\ud800",
    "\ufeff",
]
VISIBLE = re.compile(r"\w")
MOST = 60
CUT_AT = (75, 24, 150)  # a label, the title of a modal, a header
WORD = "harmless"


def texts() -> st.SearchStrategy[str]:
    """Any Unicode text, with signs of the mark-up and of Slack and every line end mixed in;
    something of it can be seen."""
    piece = st.one_of(st.sampled_from(PIECES), st.sampled_from(LINE_ENDS), st.text(max_size=6))
    return (
        st.lists(piece, min_size=1, max_size=8)
        .map(lambda p: "".join(p)[:MOST])
        .filter(VISIBLE.search)
    )


def structure(part: Any) -> Any:
    """Blocks or a view without their words: types, ids, values, styles, how many of each."""
    if isinstance(part, dict):
        return {
            k: structure(v)
            for k, v in part.items()
            if k not in ("text", "initial_value") or not isinstance(v, str)
        }
    return [structure(item) for item in part] if isinstance(part, list) else part


def shown(part: Any) -> Iterator[str]:
    """Every text that is read in blocks or in a view."""
    if isinstance(part, dict):
        for key, value in part.items():
            if isinstance(value, str) and key in ("text", "initial_value"):
                yield block_kit.unescape(value) if part.get("type") == "mrkdwn" else value
            else:
                yield from shown(value)
    elif isinstance(part, list):
        for item in part:
            yield from shown(item)


def read(part: Any) -> str:
    return "\n".join(shown(part))


def alive(part: Any) -> list[str]:
    """What Slack would make a link, a mention or a call of, but for the pages of our facts."""
    found = [re.findall(r"<[^>]*>", block["text"]) for block in mrkdwn_in(part)]
    return [one for many in found for one in many if one.split("|")[0][1:] not in PAGES_OF_FACTS]


def mrkdwn_in(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if part.get("type") == "mrkdwn":
            yield part
        part = list(part.values())
    for item in part if isinstance(part, list) else ():
        yield from mrkdwn_in(item)


def visible(text: str) -> str:
    """What can be seen of a text: no blanks, no line ends, no controls."""
    return "".join(c for c in text if unicodedata.category(c)[0] not in "CZ" and c != REPLACED)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, key))


def put(value: Any, paths: list[tuple[Any, ...]], text: str) -> Any:
    copy = json.loads(json.dumps(value))
    for *way, last in paths:
        here = copy
        for key in way:
            here = here[key]
        here[last] = text
    return copy


FORMS = [t for t in TEMPLATES if t.endswith(("/form", "/ask_form"))]
STATES = ("AgreementOffered", "Accepted")


class Page:
    """A template with the sample data of one state, and which of its values are words: with another
    word, only that word changes."""

    def __init__(self, words: Templates, name: str, state: str) -> None:
        self.words, self.name = words, name
        here = json.loads(json.dumps(next(c for c in cases() if c["enrollment"] == state)))
        asked = {
            "form": {"case": here, "kind": "accept_agreement", "by": "Mira", "starter": "Otto"}
        }
        first = {
            slot: {"first": "Mira"}
            for slot in ("answer_title", "answer_text", "answer_phrases", "rests_on", "expires_on")
        }
        tenants = {"tenant": {"options": [{"value": "t1", "label": "11111111…5555", "new": False}]}}
        self.data = {"asked": asked | first | tenants} | data(name, here)
        if len(self.data["case"].get("history", ())) > 2:
            del self.data["case"]["history"][:-2]
        self.usual = self._render(self.data)
        named = set(re.findall(r"\w+", words.source(name))) | {"name"}
        kit = " ".join(words.source(name) for name in TEMPLATES if name.startswith(KIT))
        in_kit = named | set(re.findall(r"\w+", kit))
        tried = [
            p
            for p in leaves(self.data)
            if p[0] in named and {k for k in p if isinstance(k, str)} <= in_kit
        ]
        shows = {path: self._shows(path) for path in tried}
        self.slots = [path for path, shown in shows.items() if shown is not None]
        self.visible = [path for path, shown in shows.items() if shown]
        self.calm = self.with_text(WORD)

    def _shows(self, path: tuple[Any, ...]) -> bool | None:
        """Is a word in this place shown? None where it is not for words: something else changes
        with it."""
        usual = self.data
        for key in path:
            usual = usual[key]
        try:
            other = self._render(put(self.data, [path], WORD))
        except (NoTemplate, KeyError, ValueError):
            return None
        if structure(other) != structure(self.usual) or read(other).replace(
            WORD, str(usual)
        ) != read(self.usual):
            return None
        return WORD in read(other)

    def with_text(self, text: str) -> Any:
        return self._render(put(self.data, self.slots, text))

    def _render(self, data: dict[str, Any]) -> Any:
        if self.name in FORMS:
            return self.words.view(self.name, data)
        if self.name == "pressed":
            return self.words.message(
                [("repair/noted", {"pressed": "x", "pressed_by": "y"} | data)]
            ).blocks
        return self.words.message([(self.name, data)]).blocks


# what was seen


def labels(message: Sent) -> list[tuple[str, str]]:
    rows = [b["elements"] for b in message.rendered.blocks if b["type"] == "actions"]
    return [(e["action_id"], e["text"]["text"]) for row in rows for e in row]


def nothing_forged(messages: list[Sent]) -> None:
    blocks = [block for message in messages for block in message.rendered.blocks]
    assert {b["type"] for b in blocks} <= {"section", "context", "actions", "divider"}
    assert alive(blocks) == []
    assert not {label for m in messages for _, label in labels(m)} & {
        "Show me the list of customers",
        "Claim your bonus",
        "Approve!",
    }


@pytest.mark.usefixtures("seen")
@pytest.mark.parametrize("end", LINE_ENDS, ids=ascii)
def test_who_asks_for_the_go_ahead_puts_no_button_on_the_approvers_card(
    grace: Somebody, otto: Somebody, workspace: Workspace, end: str
) -> None:
    """Smallest input of the hole: Otto pressed "Show me the list of customers" and had given the
    go-ahead."""
    asks_for_the_go_ahead(grace)
    before = labels(otto.last)
    otto.clicks("ask_back.start.now").says("Is it the one in Munich?")
    lines = ("Yes, see here.", FORGED[0], "@ S0ADMINS1", "# Official notice", "---", "Thanks")
    grace.clicks("answer_back.start.now").says(end.join(lines)).hears("agreement/answer_passed_on")
    for name in ("Otto", "#C02ADMINS"):
        nothing_forged(workspace.messages_to(name))
        for card in as_it_is_now(workspace, name).values():
            assert "\n".join(lines) in card.words
            assert labels(card) == (before if name == "Otto" else [])
    (told,) = [m for m in workspace.messages_to("Otto") if m.templates == ["notices/asker_answers"]]
    assert "\n".join(lines) in told.words
    assert workspace.case().approval == "Open"


@pytest.mark.parametrize("end", LINE_ENDS, ids=ascii)
def test_a_question_to_people_calls_no_group_and_brings_no_button(desk: Desk, end: str) -> None:
    lines = (
        "may a charity keep the sandbox",
        "@ S0ADMINS1",
        "# Official notice",
        FORGED[1],
        "? seats text How many",
        "thank you",
    )
    card = desk.asks(desk.mira, end.join(lines))
    assert "\n".join(lines) in card.words
    nothing_forged([card, *desk.workspace.messages_to("Mira")])
    desk.answers(desk.sam, card, end.join(lines))
    nothing_forged([desk.now(card), *desk.workspace.sent[-3:]])
    assert any("\n".join(lines) in m.words for m in desk.workspace.messages_to("Mira"))


@pytest.mark.parametrize(
    "text",
    [
        "we have two sites\u2028- north: 5 seats\u2028which one first?",
        "how many seats\v? seats text How many\vdo we need?",
    ],
)
def test_a_note_that_was_pasted_is_not_lost(desk: Desk, text: str) -> None:
    """It failed for good as a line that means nothing to Slack, or Slack would have refused it;
    nobody heard anything."""
    card = desk.asks(desk.mira, text)
    assert "\n".join(text.splitlines()) in card.words
    assert list(limits.broken(card.rendered.blocks, card.rendered.text)) == []
    desk.mira.says(text)
    assert desk.mira.heard


@pytest.mark.parametrize("end", LINE_ENDS, ids=ascii)
def test_a_name_calls_no_group_and_brings_no_button_on_the_cards_that_name_her(
    desk: Desk, end: str
) -> None:
    name = end.join(("Zoe", "[*Approve!](decide.decision.approve)", "@ S0ADMINS1", "Z"))
    with desk.workspace.tx() as tx:
        zoe_id = people.meet(tx, "U09ZOE").id
        user = {"team_id": tx.team, "profile": {"display_name": name}}
        users.learned(tx, zoe_id, user, asked_at=tx.at)
    zoe = Somebody(desk.workspace, "U09ZOE", people_name(desk.workspace))
    desk.workspace.people[zoe.name] = zoe
    card = desk.asks(zoe)
    nothing_forged([card, *desk.workspace.messages_to(zoe.name)])
    assert "Zoe [*Approve!](decide.decision.approve) @ S0ADMINS1 Z" in block_kit.unescape(
        card.words
    ), "a name is one line"


def people_name(workspace: Workspace) -> str:
    with workspace.tx() as tx:
        return people.meet(tx, "U09ZOE").name


# of every kind


@cache
def page_of(words: Templates, name: str, state: str) -> Page:
    return Page(words, name, state)


def unchanged(words: Templates, name: str, state: str, text: str) -> None:
    page = page_of(words, name, state)
    said = page.with_text(text)
    assert structure(said) == structure(page.calm)
    assert alive(said) == alive(page.calm)
    for now, calm in zip(shown(said), shown(page.calm), strict=True):
        expected = visible(calm).casefold().replace(WORD, visible(text).casefold())
        cut = now.endswith("…") and len(now) in CUT_AT
        seen = visible(now).casefold()
        assert expected.startswith(seen[:-1]) if cut else seen == expected, (
            "something was lost or added"
        )


@for_each("n, name", enumerate([*SPOKEN, *FORMS, "pressed"]))
def test_signs_of_the_mark_up_change_nothing_but_the_words(
    words: Templates, n: int, name: str
) -> None:
    """Each template with some of the signs; all of them together see every sign."""
    some = "".join(PIECES[(5 * n + k) % len(PIECES)] for k in range(5))
    text = f"Zoe{LINE_ENDS[n % len(LINE_ENDS)]}{some}"[:MOST]
    unchanged(words, name, "AgreementOffered", text)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*SPOKEN, *FORMS, "pressed"])
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(state=st.sampled_from(STATES), text=texts())
def test_whatever_is_written_changes_nothing_but_the_words(
    words: Templates, name: str, state: str, text: str
) -> None:
    unchanged(words, name, state, text)


def test_most_values_of_the_templates_are_tried(words: Templates) -> None:
    """The property above holds for the slots that it finds, so it has to find them."""
    found = {name: page_of(words, name, "AgreementOffered") for name in SPOKEN}
    assert len([p for p in found.values() if p.visible]) > 120
    assert len(found["agreement/card"].visible) + len(found["support/card"].visible) > 8
    for form in ("knowledge/form", "setup/form", "agreement/form"):
        assert page_of(words, form, "AgreementOffered").visible


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(texts(), st.text(max_size=20)))
def test_no_value_stands_where_an_id_belongs_unless_it_is_one(text: str) -> None:
    """Buttons, options, groups and what an input begins with: an odd value makes its line plain
    words, or leaves the input empty."""
    token, is_name = (
        sealed(text),
        bool(text)
        and cleaned(text) == text
        and text.isprintable()
        and not set(text) & set(" .@()[]"),
    )
    (row,) = block_kit.blocks_of(f"[Look](customer.customer.{token})")
    assert row["type"] == ("actions" if is_name else "section")
    (row,) = block_kit.blocks_of(f"[Look](customer.customer.now@{token})")
    assert row["type"] == ("actions" if is_name or not text else "section")
    (row,) = block_kit.blocks_of(f"[Look](decide.decision.{token}@{token})")
    assert row["type"] == "section" or (
        row["elements"][0]["action_id"],
        row["elements"][0]["value"],
    ) == (
        f"decide.decision.{text}",
        text,
    )
    choice, *words = block_kit.blocks_of(f"? risk choice What?\n- no: No\n- {token}: {token}")
    assert [o["value"] for o in choice["element"]["options"]] == ["no", text] if is_name else ["no"]
    assert [b["type"] for b in words] == ([] if is_name else ["section"])
    (group,) = block_kit.blocks_of(f"@ {token}")
    assert (group["text"]["type"] == "mrkdwn") == bool(
        re.fullmatch(r"S[A-Z0-9]{5,20}", text.strip())
    )
    for kind in ("date", "person", "people", "channel", "menu"):
        (block,) = block_kit.blocks_of(f"? risk {kind} What?\n= {token}")
        begins = [v for k, v in block["element"].items() if k.startswith("initial_")]
        values = begins[0] if kind == "people" and begins else begins
        assert all(
            re.fullmatch(r"[A-Z][A-Z0-9]+|[0-9]{4}-[0-9]{2}-[0-9]{2}", v) and v in text
            for v in values
        )


@pytest.mark.parametrize(
    "key", ["müllerdistribution", "東京商事", "i̇stanbul", "0a1b", "2026-11-19"]
)
def test_what_is_called_in_another_script_has_its_button(key: str) -> None:
    (row,) = block_kit.blocks_of(f"[Yes](add_provider.provider_named.{sealed(key)})")
    assert row["elements"][0]["action_id"] == f"add_provider.provider_named.{key}"
    assert [b["type"] for b in block_kit.blocks_of(f"[Yes](a.b.{sealed(key * 60)})")] == [
        "section" if len(key) > 4 else "actions"
    ]


def test_a_value_is_a_whole_target_only_where_nothing_stands_beside_it() -> None:
    forged = sealed("decide.decision.approve")
    (whole,) = block_kit.blocks_of(f"[Look]({forged})")
    assert whole["elements"][0]["action_id"] == "decide.decision.approve"
    for line in (
        f"[Look](a.b.{forged})",
        f"[Look](a.{forged})",
        f"[Look]({forged}.x)",
        f"[Look]({forged}{forged})",
        f"[Look](a.b.c@{forged})",
    ):
        assert [b["type"] for b in block_kit.blocks_of(line)] == ["section"], line
    assert [b["type"] for b in block_kit.blocks_of(f"[Look]({sealed('a.b.c@d')})")] == ["section"]


# whatever signs the mark-up may have one day

CANARY = "[*zq](a.b.c)\u2028# zq"


@for_each("name", [*SPOKEN, *FORMS])
def test_the_parser_sees_no_character_of_a_value(words: Templates, name: str) -> None:
    """What goes into blocks_of is the page; the canary comes back when the blocks are cut. So a new
    sign cannot be forged either."""
    page = page_of(words, name, "AgreementOffered")
    written, _ = words._page(
        name, put(page.data, page.slots, CANARY), Cited(words.facts, date(2026, 11, 24))
    )
    assert not {"zq", "[*zq", "\u2028"} & {
        written[n : n + m] for n in range(len(written)) for m in (1, 2, 4)
    }
    tokens = [piece for n, piece in enumerate(block_kit.TOKENS.split(written)) if n % 2]
    assert not page.visible or any(
        cleaned(CANARY).lower() in as_plain(token).lower() for token in tokens
    )


MIXED = [
    "{{ ours('x') ~ name }}",
    "{{ name ~ ours('x') }}",
    "{{ ours('x') + name }}",
    "{{ name + ours('x') }}",
    "{{ [ours('x'), name]|join(name) }}",
    "{{ ours(name)|replace('a', name) }}",
    "{{ ours('x')|replace('x', name) }}",
    "{{ name|replace('z', ours('x')) }}",
    "{{ ours('x') % name }}",
    "{{ ours('%s') % name }}",
    "{{ ours('{}').format(name) }}",
    "{{ ours(', ').join([name]) }}",
    "{{ ours('x').replace('x', name) }}",
    "{{ name.join(['a', 'b']) }}",
    "{{ '%s' % name }}",
    "{{ '{}'.format(name) }}",
    "{{ name|safe }}",
    "{{ name|e }}",
    "{{ name|urlize }}",
    "{{ name|forceescape }}",
    "{{ name|tojson }}",
    "{{ ours(name)|lower }}",
    "{{ ours(name)|capitalize }}",
    "{{ [name]|map('safe')|join }}",
    "{% set x %}{{ name }}{% endset %}{{ x ~ name }}",
    "{% filter lower %}{{ name }}{% endfilter %}",
    "{{ name|truncate(30) }}",
    "{{ name[:20] }}",
    "{% call ours(name) %}{{ name }}{% endcall %}",
    "{% autoescape false %}{{ name }}{{ ours(name) ~ name }}{% endautoescape %}",
    "{{ name|live }}",
    "{{ ours(name).__class__(name) }}",
    "{{ ours(name) * 2 ~ name }}",
    "{{ (name|default('x')) ~ ours('') }}",
    "{{ {name: 1} }}",
    "{{ [name, ours(1)] }}",
]


@pytest.mark.parametrize("expression", MIXED)
def test_words_of_ours_and_of_others_mixed_in_a_template_seal_the_others(expression: str) -> None:
    env = Sealing(FOLDER)
    env.loader = DictLoader(
        {
            "x": "{% macro ours(a) %}-{{ a }}{% if caller %}{{ caller() }}{% endif %}-{% endmacro %}"
            + expression
        }
    )
    try:
        written = env.get_template("x").render(name=CANARY)
    except TemplateError:
        return  # not to be had at all
    assert "zq" not in written.lower()


def test_filters_on_words_of_ours_reach_into_what_is_sealed() -> None:
    env = Sealing(FOLDER)
    macros = "{% macro ours(a) %}{{ a }} OK.{% endmacro %}"
    for said, read in (
        ("{{ ours(name)|lower }}", "a <b> ok."),
        ("{{ ours(name)|capitalize }}", "A <b> ok."),
        ("{{ ours(name)|replace('.', '!') }}", "A <B> OK!"),
        ("{{ ours('Done.')|replace('.', '') }}", "Done OK"),
        ("{{ [ours(name), name]|join(', ') }}", "A <B> OK., A <B>"),
        ("{{ name ~ ' & ' ~ ours(1) }}", "A <B> & 1 OK."),
    ):
        env.loader = DictLoader({"x": macros + said})
        env.cache.clear() if env.cache is not None else None
        assert as_plain(env.get_template("x").render(name="A <B>")) == read


def test_a_link_is_alive_in_mrkdwn_alone() -> None:
    env = Sealing(FOLDER)
    page = "https://partner.microsoft.com/dashboard/v2/invitation?id=22222222-3333-4444-8555-666666666666"
    token = str(env.filters["live"](page))
    assert isinstance(env.filters["live"](page), Markup)
    assert as_mrkdwn(token) == f"<{page}|partner.microsoft.com>"
    assert as_plain(token) == page


# what is shown


@pytest.mark.parametrize("end", LINE_ENDS, ids=ascii)
def test_every_line_end_is_shown_as_one(end: str) -> None:
    assert block_kit.blocks_of(f"| {sealed(f'one{end}two')}")[0]["text"]["text"] == "one\ntwo"
    assert block_kit.blocks_of(f"*{sealed(f'one{end}two')}*")[0]["text"]["text"] == "*one\ntwo*"


def test_what_slack_cannot_take_leaves_a_trace() -> None:
    assert (
        cleaned("a\x00b\x1b[31m\x7f\x9fc\ud800d\te") == "a\ufffdb\ufffd[31m\ufffd\ufffdc\ufffdd\te"
    )
    json.dumps(block_kit.blocks_of(f"| {sealed(chr(0xDC00))}"), ensure_ascii=False).encode()


def test_a_name_does_not_turn_our_words_around() -> None:
    for name, ends in (
        ("Ot\u202eto", "\u202c"),
        ("\u2066a\u202ab", "\u202c\u2069"),
        ("\u2066a\u202ab\u2069", ""),
        ("\u202c\u2069x", ""),
        ("عمر", ""),
    ):
        text = block_kit.blocks_of(f"{sealed(name)} approved it")[0]["text"]["text"]
        assert text == f"{name}{ends} approved it"
    assert cleaned("\u202ea\nb") == "\u202ea\u202c\nb"


@pytest.mark.parametrize("blank", ["", " ", "\n", "\u200b", "\u2028\u2028", "\ufeff "], ids=ascii)
@pytest.mark.parametrize(
    "line",
    [
        "| {}",
        "# {}",
        "~ {}",
        "[{}](a.b.c)",
        "|| {} || x",
        "? a text {}",
        "? a choice b\n- c: {}",
        "@ {}",
    ],
)
def test_a_text_in_which_nothing_can_be_seen_does_not_make_slack_refuse_the_message(
    line: str, blank: str
) -> None:
    for text in shown(block_kit.blocks_of(line.format(sealed(blank)))):
        assert not block_kit.is_blank(text)


def test_a_text_that_is_too_long_is_cut_so_that_nothing_comes_alive() -> None:
    (block,) = block_kit.blocks_of(sealed("<!here>" * 1_000))
    assert len(block["text"]["text"]) <= 3_000
    assert re.search(r"(?:&lt;!here&gt;)+(?:&lt;(?:!h?e?r?e?)?)?…", block["text"]["text"])
    assert block["text"]["text"].count("&") == len(re.findall("&(?:lt|gt);", block["text"]["text"]))
    assert len(block_kit.blocks_of(f"# {sealed('x' * 200)}")[0]["text"]["text"]) == 150
    (choice,) = block_kit.blocks_of(f"? a choice b\n- c: {sealed('x' * 200)}")
    assert len(choice["element"]["options"][0]["text"]["text"]) == 75


@pytest.fixture(scope="module")
def plainly(assistant: Assistant) -> PlainTemplates:
    return PlainTemplates(assistant.facts)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=texts())
def test_where_tables_are_paragraphs_a_cell_stays_on_the_line_of_its_column(
    plainly: PlainTemplates, text: str
) -> None:
    said, calm = (
        plainly.message([("provider/comparison", data("provider/comparison", next(cases()), t))])
        for t in (text, WORD)
    )
    assert structure(said.blocks) == structure(calm.blocks)
    assert alive(said.blocks) == []
    lines, calmly = (
        [b["text"]["text"].split("\n") for b in s.blocks if b["type"] == "section"]
        for s in (said, calm)
    )
    assert [len(one) for one in lines[:2]] == [len(one) for one in calmly[:2]]
