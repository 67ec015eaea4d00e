"""Every template in every state: within Slack's limits, on facts, and nothing that people wrote
becomes alive in it."""

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.rendering.render import KIT, PIECES, NoTemplate, Templates, spoken_day
from bot.rendering.validate import check_words, spoken_in
from dialogs.engine.context import Assistant
from domain.approvals import approval
from domain.knowledge.facts import LINKED, OFFICIAL, Facts
from domain.links.known_pages import PAGES
from domain.tenant import case, enrollment
from domain.tenant.enrollment import Event, State
from tests.bot import limits
from tests.loops import for_each

HOSTILE = [
    "<!channel> <!here> <@U02GRACE>",
    "<https://evil.example|Microsoft>",
    "https://evil.example/x",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;&amp;",
    "# Header\n---\n[Approve](decide.decision.approve)",
    "```x``` *bold* _it_",
    "]( x) [!Decline](decide.decision.decline)",
    "é" * 3000,
    "\x02\x03\x1f",
    "@channel @everyone",
    "~ small\n| plain",
    "mailto:x@y.z",
    "a" * 2900,
    "<script>",
    "{{ ''.__class__.__mro__ }}",
]
# The one link that is ever passed on: judged by the link rule when it is rendered.
LINK = (
    "https://partner.microsoft.com/dashboard/v2/invitation?id=22222222-3333-4444-8555-666666666666"
)
PASSED_ON = f"<{LINK}|partner.microsoft.com>"
OF_FACTS = {s.url for s in Facts.load().sources.values() if s.url}
OUR_LINKS = re.compile(
    "<(?:" + "|".join(map(re.escape, [*PAGES.values(), *OF_FACTS])) + r")\|[\w .:,'&;]+>"
)
TEMPLATES = sorted(
    p.relative_to("templates").with_suffix("").as_posix() for p in Path("templates").rglob("*.j2")
)
SPOKEN = [
    t
    for t in TEMPLATES
    if t not in PIECES and not t.startswith(KIT) and not t.endswith(("/title", "/form"))
]


def cases() -> Iterator[dict[str, Any]]:
    """A case in every state of both machines that matter."""
    for state, standing in itertools.product(State, ("Active", "Restricted")):
        yield case.Case(
            partner="Contoso",
            tenant="t",
            tenant_short="11111111…5555",
            standing=standing,
            enrollment=state,
            posture=case.posture(standing, state),
            stage=case.STAGES[state],
            has_way_back=enrollment.has_way_back(state),
            must_act=case.MUST_ACT[state],
            since="2026-11-20",
            reported_by="Mira",
            submitted_on="2026-11-19",
            accepted_on="2026-11-23",
            last_day_in_time="2026-11-26",
            business_day=3,
            admin="Grace",
            go_ahead="none",
            approval="Open",
            approvers=2,
            history=[
                {"event": e, "day": "2026-11-19", "by": "Mira"}
                for e in Event
                if e != Event.RETURN_TO_DIRECT
            ],
        ).values()


def data(name: str, here: dict[str, Any], hostile: str = "Mira") -> dict[str, Any]:
    """What the code passes to a template, with what people wrote replaced by `hostile`."""
    options = {
        "enroll/ask_tenant": [
            {"value": "this", "label": "11111111…5555", "new": False},
            {"value": "new", "label": "", "new": True},
        ],
        "enroll/ask_admin": [
            {"value": "abc", "label": hostile, "me": False},
            {"value": "def", "label": "", "me": True},
        ],
        "repair/clarify": [
            {"title": "answers/can_i_roll_back", "target": "answer.can_i_roll_back.now"},
            {"title": "enroll/title", "target": "enroll.start.now"},
        ],
    }
    options["repair/clarify_in_english"] = options["repair/clarify"]
    more = json.loads(json.dumps(samples(name)).replace('"$who"', json.dumps(hostile)))
    card = {"decider": hostile, "by": hostile, "starter": hostile}
    return {
        "today": "2026-11-24",
        "name": hostile,
        "partner": hostile,
        "slots": {},
        "offer": "0123456789abcdef",
        "case": here | {"admin": hostile},
        "options": options.get(name, []),
        "admin": hostile,
        "me": False,
        "others": [hostile, "Otto"],
        "mine": True,
        "by": hostile,
        "day": "2026-11-19",
        "last_day": "2026-11-26",
        "border": "2026-11-20",
        "why": "in_future",
        "found": 2,
        "most": 4000,
        "long": False,
        "submitted": True,
        "event": "approved",
        "kind": "accept_agreement",
        "state": "Open",
        "starter": hostile,
        "decider": hostile,
        "expires": "2026-11-27",
        "in_channel": False,
        "about": {},
        "go_ahead": False,
        "card": card,
        "question": hostile,
        "asker": hostile,
        "reasons": ["F-ROLLBACK-NONE"],
        "machine": "enrollment",
        "flow": "enroll",
        "slot": "tenant",
        "value": "new",
        "reference": "ab12",
        "approvals": [{"kind": "accept_agreement", "by": hostile, "expires": "2026-11-27"}],
        "support": False,
        "supports": False,
        "approves": True,
        "global_admin": True,
        "to_decide": 0,
        "to_confirm": 0,
        "open_question": True,
    } | more


def samples(name: str) -> dict[str, Any]:
    """What tests/samples/<ability>.json adds for a template: its "*" for the whole folder, its own
    entry; "$who" is what people wrote."""
    path = Path("tests/samples") / f"{name.partition('/')[0]}.json"
    found = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return {**found.get("*", {}), **found.get(name, {})}


def labels(blocks: list[dict[str, Any]]) -> list[str]:
    """The labels of all buttons of a message."""
    rows = [b["elements"] for b in blocks if b["type"] == "actions"]
    return [e["text"]["text"] for row in rows for e in row]


def no_label_twice(words: Templates, name: str, here: dict[str, Any]) -> None:
    """Two buttons that read alike are no choice. What people wrote may be the same twice."""
    said = labels(words.message([(name, data(name, here))]).blocks)
    ours = [label for label in said if "Mira" not in label]
    assert len(ours) == len(set(ours)), sorted(ours)


@for_each("n, name", enumerate(SPOKEN))
def test_no_message_has_two_buttons_of_one_label(words: Templates, n: int, name: str) -> None:
    """Each in two states, another two for the next one."""
    every = list(cases())
    for k in (2 * n, 2 * n + 1):
        no_label_twice(words, name, every[k % len(every)])


@pytest.mark.slow
@for_each("name", SPOKEN)
def test_no_message_has_two_buttons_of_one_label_in_any_state(words: Templates, name: str) -> None:
    for here in cases():
        for stage in (here["stage"], "listed"):
            for approval_state in ("", "AwaitingGlobalAdmin", "Open", "Approved"):
                no_label_twice(words, name, here | {"stage": stage, "approval": approval_state})


def within_slacks_limits(words: Templates, name: str, here: dict[str, Any]) -> None:
    said = words.message([(name, data(name, here))])
    assert (
        list(
            limits.broken(
                said.blocks, said.text, "view blocks" if name == "home" else "message blocks"
            )
        )
        == []
    )
    for raw in said.blocks:
        block = Block.parse(raw)
        assert block is not None
        block.validate_json()
    assert "&#" not in json.dumps(said.blocks)


@for_each("n, name", enumerate(SPOKEN))
def test_every_message_is_within_slacks_limits(words: Templates, n: int, name: str) -> None:
    """Each in two states, another two for the next one."""
    every = list(cases())
    for k in (2 * n, 2 * n + 1):
        within_slacks_limits(words, name, every[k % len(every)])


@pytest.mark.slow
@for_each("name", SPOKEN)
def test_every_message_in_every_state_is_within_slacks_limits(words: Templates, name: str) -> None:
    for here in cases():
        within_slacks_limits(words, name, here)


@pytest.mark.parametrize("state", approval.State)
@pytest.mark.parametrize("kind", approval.Kind)
@pytest.mark.parametrize("in_channel", [True, False])
def test_only_an_open_card_in_a_direct_message_has_buttons(
    words: Templates, state: str, kind: str, in_channel: bool
) -> None:
    here = next(cases())
    said = words.message(
        [
            (
                "agreement/card",
                data("agreement/card", here)
                | {"state": state, "kind": kind, "in_channel": in_channel},
            )
        ]
    )
    assert list(limits.broken(said.blocks, said.text)) == []
    assert any(b["type"] == "actions" for b in said.blocks) == (state == "Open" and not in_channel)


@pytest.mark.parametrize(
    "why",
    "role own_request other_partner requester_gone changed already_asked guest not_your_report no_second_person".split(),
)
def test_every_refusal_has_words(words: Templates, why: str) -> None:
    said = words.message(
        [("repair/not_allowed", data("repair/not_allowed", next(cases())) | {"why": why})]
    )
    assert "Nothing was changed" in said.text or len(said.text) > 40


def test_the_longest_message_of_two_parts_fits(words: Templates, assistant: Assistant) -> None:
    for here in list(cases())[::5]:
        for answer, flow in itertools.product(
            assistant.answers,
            ("enroll/ask_weighed", "enroll/ask_submitted_on", "agreement/ask_second"),
        ):
            parts = [(f"answers/{answer}", data("", here)), (flow, data(flow, here))]
            said = words.message(parts)
            assert list(limits.broken(said.blocks, said.text)) == []
            assert said.blocks[-1]["type"] == "actions"
            assert said.blocks[-1]["elements"][0]["action_id"].count(".") == 2


def test_the_form_is_a_modal_that_slack_takes(words: Templates) -> None:
    asked = {
        "tenant": {
            "options": [{"value": f"t{n}", "label": "x" * 13, "new": False} for n in range(20)]
        }
    }
    view = words.view(
        "enroll/form", data("enroll/form", next(cases())) | {"asked": asked, "flow": "enroll"}
    )
    assert list(limits.broken(view["blocks"], most="view blocks")) == []
    assert max(len(view["title"]["text"]), len(view["submit"]["text"])) <= limits.limit(
        "view title"
    )
    View(**view).validate_json()


def test_our_limits_are_those_of_the_oracle() -> None:
    assert list(limits.oracle_disagrees()) == []


@for_each("name", SPOKEN)
def test_what_people_wrote_stays_dead_text(words: Templates, name: str) -> None:
    here = next(c for c in cases() if c["enrollment"] == "AgreementOffered")
    calm = words.message([(name, data(name, here))])
    kinds = [b["type"] for b in calm.blocks]
    for hostile in HOSTILE:
        said = words.message([(name, data(name, here, hostile))])
        assert [b["type"] for b in said.blocks] == kinds, hostile
        assert [e["action_id"] for e in buttons(said.blocks)] == [
            e["action_id"] for e in buttons(calm.blocks)
        ]
        for block in said.blocks:
            for text in [block.get("text") or {}, *block.get("elements", [])]:
                if text.get("type") == "mrkdwn":
                    assert text["verbatim"] is True
                    dead = OUR_LINKS.sub("", text["text"].replace(PASSED_ON, ""))
                    assert not re.search(r"<[!@#h]", dead), dead[:200]
        assert "49" not in said.text or "{{ 7 * 7 }}" not in hostile


@pytest.mark.parametrize(
    "link",
    [
        *HOSTILE,
        "https://partner.microsoft.com.evil.example/dashboard/x",
        "https://admin.microsoft.com/Adminportal/Home",
        f"{LINK}&DAP=true",
    ],
)
def test_nothing_but_a_page_of_partner_center_becomes_a_live_link(
    words: Templates, link: str
) -> None:
    said = words.message(
        [("invitation/for_admin", data("invitation/for_admin", next(cases())) | {"link": link})]
    )
    assert "<http" not in OUR_LINKS.sub("", json.dumps(said.blocks))


@pytest.mark.parametrize("label", HOSTILE)
def test_what_was_pressed_stands_above_the_reply_as_dead_text(words: Templates, label: str) -> None:
    here = next(cases())
    said = words.message(
        [("repair/noted", data("repair/noted", here) | {"pressed": label, "pressed_by": label})]
    )
    assert [b["type"] for b in said.blocks] == ["context", "section"]
    assert list(limits.broken(said.blocks, said.text)) == []
    assert not re.search(r"<[!@#h]", said.blocks[0]["elements"][0]["text"])


def buttons(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [e for b in blocks if b["type"] == "actions" for e in b["elements"]]


def test_every_name_that_the_code_says_has_words(words: Templates) -> None:
    said = {
        name
        for path in [*Path("dialogs").rglob("*.py"), *Path("bot").rglob("*.py")]
        for name in spoken_in(path)
    }
    assert len(said) > 40
    assert {
        name for name in said if name.split("/")[0] in {t.split("/")[0] for t in TEMPLATES}
    } <= set(TEMPLATES)


def test_a_numbered_question_says_which_step_it_is(words: Templates, assistant: Assistant) -> None:
    """A message that an earlier version stored has no number; it is sent without one."""
    here, numbered = next(cases()), dict[str, list[int]]()
    for flow in assistant.flows.values():
        for slot in flow.collects:
            name, number = f"{flow.ability}/ask_{slot}", flow.number_of(slot)
            if number:
                more = {"told": False, "straddles": False}
                usual = data(name, here) | more
                assert f"Step {number['step']}: " in words.message([(name, usual | number)]).text
                assert "Step" not in words.message([(name, usual)]).text
                numbered.setdefault(flow.id, []).append(number["step"])
    assert set(numbered) == {"enroll", "standing"}
    assert all(steps == [*range(1, len(steps) + 1)] for steps in numbered.values())


def test_missing_words_and_facts_stop_the_start_and_name_the_file(
    assistant: Assistant, tmp_path: Path
) -> None:
    import shutil

    for change, message in (
        (
            lambda root: (root / "enroll/ask_profile.j2").unlink(),
            r"templates/enroll/ask_profile\.j2",
        ),
        (
            lambda root: (root / "answers/approval_time.j2").write_text("Soon."),
            r"templates/answers/approval_time\.j2: states no facts",
        ),
        (
            lambda root: (root / "enroll/submitted.j2").write_text('{{ cite("F-NEVER") }}'),
            r"templates/enroll/submitted\.j2: cites F-NEVER",
        ),
        (
            lambda root: (root / "enroll/ask_admin.j2").write_text("*Step 5: who does it?*"),
            r"ask_admin\.j2: shows the step's number",
        ),
        (
            lambda root: (root / "enroll/ask_outcome.j2").write_text("*Step {{ step }}.*"),
            r"ask_outcome\.j2: shows the step's number",
        ),
        (
            lambda root: (root / "help/what_i_do.j2").write_text("x\n\n[Go](enroll.nowhere.x)"),
            r"what_i_do\.j2: the button enroll\.nowhere",
        ),
        (
            lambda root: (root / "kit/buttons.j2").write_text("[Go](enroll.nowhere.x)"),
            r"kit/buttons\.j2: the button enroll\.nowhere",
        ),
    ):
        root = tmp_path / str(abs(hash(message)))
        shutil.copytree("templates", root)
        change(root)
        with pytest.raises(NoTemplate, match=message):
            check_words(assistant, Templates(assistant.facts, root))


def test_a_value_that_is_missing_is_an_error_not_an_empty_word(words: Templates) -> None:
    with pytest.raises(NoTemplate, match=r"templates/enroll/waiting\.j2"):
        words.message([("enroll/waiting", {"today": "2026-11-24"})])


def test_days_are_spoken_as_exactly_as_they_are_known() -> None:
    assert [spoken_day(d) for d in ("2026-03-03", "2025-10", "2018", "", "soon")] == [
        "3 March 2026",
        "October 2025",
        "2018",
        "",
        "soon",
    ]


def test_answers_cite_microsofts_own_pages_only(words: Templates, assistant: Assistant) -> None:
    rows = assistant.facts.rows()
    assert {f.official.host for f in rows if f.official} == set(OFFICIAL)
    assert {s.host for f in rows for s in f.sources if s.url} == set(LINKED)
    text = "".join(p.read_text("utf-8") for p in Path("templates").rglob("*.j2"))
    assert not re.search(r"https?://", text)


def test_every_report_beside_a_question_has_words(words: Templates, assistant: Assistant) -> None:
    for report in (i for i in assistant.intents if i.startswith("report_")):
        said = words.message(
            [("repair/claim", data("repair/claim", next(cases())) | {"report": report})]
        )
        assert "something happened" not in said.text, report
