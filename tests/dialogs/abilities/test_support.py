"""A question for people, in two columns: what must never happen first (the wrong person, another
workspace, twice, a live mention), then how it goes from the asker's thread to the card and back."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.inbound.payloads import spelled
from dialogs.engine import app_home
from dialogs.inputs import ButtonPress, Message, MessageDeleted, MessageEdited, Origin
from domain import people
from domain.questions import question, thread_log
from domain.storage import leases, outbox
from domain.storage.outbox import Out
from domain.storage.store import table
from domain.tables import Audit
from tests.bot import limits
from tests.bot.rendering.test_words import cases, data
from tests.conftest import DESCRIPTION, TEAM, Sent, Somebody, Workspace

SUPPORT = "C01SUPPORT"
PEOPLE = """
[[people]]
slack = "U05UTE"
name = "Ute"
roles = ["support"]
[[people]]
slack = "U06LEAD"
name = "Lena"
[support]
answer_hours = 4
nudge_hours = 1
escalate_to = "Lena"
"""


class Desk:
    """The workspace as the support team sees it: cards, their threads, who writes there."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        for slack, name in (("U05UTE", "Ute"), ("U06LEAD", "Lena")):
            workspace.people[name] = Somebody(workspace, slack, name)
        self.mira, self.sam, self.ute, self.otto, self.lena = (
            workspace.people[n] for n in ("Mira", "Sam", "Ute", "Otto", "Lena")
        )
        self._ts = 0

    def ts(self) -> str:
        self._ts += 1
        return f"1700.{self._ts:04d}"

    def asks(
        self, who: Somebody, text: str = "may a charity keep the sandbox of its sister company"
    ) -> Sent:
        """Ask for a person with these words; the card."""
        who.says("talk to a person").hears("support/ask_words")
        where = Origin(f"D{who.slack}")
        self.take(Message((self.workspace.key(),), who.slack, text, where, ts=self.ts()), who)
        who.hears("support/ask_send").clicks("support.send.send").hears("support/handed_over")
        return self.cards()[-1]

    def cards(self) -> list[Sent]:
        return [
            m
            for m in self.workspace.messages_to(f"#{SUPPORT}")
            if m.templates == ["support/card"] and m.kind == Out.MESSAGE
        ]

    def now(self, card: Sent) -> Sent:
        """The card as it reads now."""
        key = card.key
        return [m for m in self.workspace.sent if m.key == key or m.key.startswith(f"{key}:")][-1]

    def answers(
        self,
        who: Somebody,
        card: Sent,
        text: str,
        *,
        files: int = 0,
        ts: str = "",
        spelled: str = "",
        raw: str = "",
    ) -> str:
        """Write in the thread of a card; the ts of what was written."""
        ts = ts or self.ts()
        where = Origin(SUPPORT, card.ts, direct=False)
        said = Message(
            (self.workspace.key(),),
            who.slack,
            text,
            where,
            addressed=False,
            spelled=spelled,
            raw=raw,
            ts=ts,
            files=files,
        )
        self.take(said, who)
        return ts

    def replies(self, who: Somebody, text: str) -> str:
        """The asker writes in the thread of the message that told her that it was passed on."""
        root = next(
            m
            for m in reversed(self.workspace.messages_to(who.name))
            if "support/handed_over" in m.templates
        )
        ts = self.ts()
        self.take(
            Message((self.workspace.key(),), who.slack, text, Origin(root.channel, root.ts), ts=ts),
            who,
        )
        return ts

    def edits(self, who: Somebody, channel: str, thread: str, ts: str, text: str) -> None:
        where = Origin(channel, thread, direct=channel.startswith("D"))
        self.take(MessageEdited((self.workspace.key(),), who.slack, text, where, ts), who)

    def deletes(self, who: Somebody, channel: str, thread: str, ts: str) -> None:
        where = Origin(channel, thread, direct=channel.startswith("D"))
        self.take(MessageDeleted((self.workspace.key(),), who.slack, where, ts), who)

    def clicks(self, who: Somebody, card: Sent, deed: str) -> None:
        """Press a button on the card as it reads now."""
        shown = self.now(card)
        action = f"card.deed.{deed}"
        where = Origin(SUPPORT, card.ts, direct=False)
        self.take(
            ButtonPress((self.workspace.key(),), who.slack, action, shown.buttons[action], where),
            who,
        )

    def take(self, heard: Any, who: Somebody) -> None:
        self.workspace.take(heard, who)

    def thread(self, card: Sent) -> list[Sent]:
        return [m for m in self.workspace.sent if m.thread == card.ts and m.to == f"#{SUPPORT}"]

    def told(self, card: Sent) -> list[str]:
        """What the bot said in the thread of the card, beside what the asker wrote."""
        return [m.parts[0][1]["why"] for m in self.thread(card) if m.templates == ["support/told"]]

    def state(self, card: Sent) -> str:
        with self.workspace.tx() as tx:
            return str(question.get(tx, card.key.split(":")[1]).state)


@pytest.fixture
def desk(assistant: Any, words: Any, store: Any, tmp_path: Path) -> Desk:
    return Desk(Workspace(assistant, words, store, DESCRIPTION + PEOPLE, tmp_path / "w.toml"))


# what must never happen


def test_an_answer_reaches_the_asker_of_its_card_and_nobody_else(desk: Desk) -> None:
    mine, his = (
        desk.asks(desk.mira),
        desk.asks(desk.otto, "who signs for our second legal entity in Chad"),
    )
    before = len(desk.workspace.sent)
    desk.answers(desk.sam, his, "The director of that entity.")
    new = desk.workspace.sent[before:]
    assert {m.to for m in new} == {"Otto", f"#{SUPPORT}"}
    assert all(m.thread in ("", his.ts) for m in new if m.to == f"#{SUPPORT}")
    assert desk.state(mine) == "Open"


def test_the_same_event_twice_is_one_answer(desk: Desk) -> None:
    card = desk.asks(desk.mira)
    said = Message(
        ("event:Ev9", "message:C:1"),
        "U04SAM",
        "Yes.",
        Origin(SUPPORT, card.ts, direct=False),
        addressed=False,
        ts="5.5",
    )
    desk.take(said, desk.sam)
    desk.take(replace(said, keys=("event:Ev10", "message:C:1")), desk.sam)
    assert (
        len([m for m in desk.workspace.messages_to("Mira") if m.templates == ["support/answer"]])
        == 1
    )


def test_a_channel_mention_and_a_disguised_link_arrive_as_dead_text(desk: Desk) -> None:
    card = desk.asks(desk.mira)
    raw = "<!channel> <@U02GRACE> see <https://evil.example/x|Microsoft>"
    desk.answers(desk.sam, card, "<!channel> see Microsoft", spelled=spelled(raw), raw=raw)
    said = desk.mira.last
    assert said.templates == ["support/answer"]
    plain = [
        b["text"]["text"]
        for b in said.rendered.blocks
        if b.get("text", {}).get("type") == "plain_text"
    ]
    assert plain == ["@channel @Grace see Microsoft (https[:]//evil[.]example/x)"]
    assert "<!" not in str(said.rendered.blocks)


PAGE = "https://partner.microsoft.com/dashboard/v2/membership/overview"
INVITATION = (
    "https://partner.microsoft.com/dashboard/v2/invitation?id=22222222-3333-4444-8555-666666666666"
)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("see <https://evil.example/x?key=1>", "https[:]//evil[.]example/x?…"),
        ("see <http://evil.example|evil.example>", "http[:]//evil[.]example"),
        ("see <https://bit.ly/3abc>", "https[:]//bit[.]ly/3abc"),
        (f"see <{PAGE}|evil.example>", "https[:]//partner[.]microsoft[.]com"),
        (f"see <{INVITATION}&amp;DAP=true>", "https[:]//partner[.]microsoft[.]com"),
        (
            "see https://partner.microsoft.com.evil.example/dashboard/x",
            "https[:]//partner[.]microsoft[.]com[.]evil[.]example",
        ),
        (
            "see <https://learn.microsoft.com/answers/questions/1/x>",
            "https[:]//learn[.]microsoft[.]com/answers",
        ),
    ],
)
def test_a_link_that_is_not_on_the_list_goes_as_dead_text_and_who_wrote_it_is_told_why(
    desk: Desk, raw: str, shown: str
) -> None:
    card = desk.asks(desk.mira)
    desk.answers(desk.sam, card, raw, spelled=spelled(raw), raw=raw)
    said = desk.mira.last
    assert said.templates == ["support/answer"]
    assert shown in said.words
    assert "://" not in str(said.rendered.blocks) + said.rendered.text
    assert "link_held" in desk.told(card)
    (told,) = [m for m in desk.thread(card) if m.parts[0][1].get("why") == "link_held"]
    assert shown in told.words
    assert len(told.words.splitlines()) >= 3


@pytest.mark.parametrize(
    ("raw", "link", "live", "kind"),
    [
        (
            "open <https://PARTNER.microsoft.com:443/dashboard/v2/membership/overview|Partner Center>",
            PAGE,
            True,
            "A Partner Center page",
        ),
        (f"open {PAGE}.", PAGE, True, "A Partner Center page"),
        (f"<{INVITATION}>", INVITATION, False, "has the form of a provider's invitation"),
        (
            "<https://learn.microsoft.com/en-us/partner-center/enroll/x?view=1&amp;b=2>",
            "https://learn.microsoft.com/en-us/partner-center/enroll/x?view=1&b=2",
            False,
            "Microsoft's documentation",
        ),
    ],
)
def test_a_link_within_the_policy_goes_on_plainly_written_with_its_kind_named(
    desk: Desk, raw: str, link: str, live: bool, kind: str
) -> None:
    card = desk.asks(desk.mira)
    desk.answers(desk.sam, card, raw, spelled=spelled(raw), raw=raw)
    said = desk.mira.last
    plain = [
        b["text"]["text"]
        for b in said.rendered.blocks
        if b.get("text", {}).get("type") == "plain_text"
    ]
    assert link in plain[0]
    assert kind in said.words
    assert "safe" not in said.words.lower()
    assert (f"<{link}|" in str(said.rendered.blocks)) == live
    assert "link_held" not in desk.told(card)


def test_a_link_that_comes_by_an_edit_is_judged_too(desk: Desk) -> None:
    card = desk.asks(desk.mira)
    ts = desk.answers(desk.sam, card, "Yes.")
    desk.edits(desk.sam, SUPPORT, card.ts, ts, "Yes, see https://evil.example/x")
    changed = desk.workspace.messages_to("Mira")[-1]
    assert changed.kind == Out.UPDATE
    assert "https[:]//evil[.]example/x" in changed.words
    assert desk.told(card)[-1] == "link_held"


def test_nothing_crosses_workspaces(desk: Desk) -> None:
    card = desk.asks(desk.mira)
    before = len(desk.workspace.sent)
    where = Origin(SUPPORT, card.ts, direct=False)
    for heard in (
        Message(("a",), "U04SAM", "hello", where, addressed=False, ts="9.9"),
        ButtonPress(
            ("b",), "U04SAM", "card.deed.claim", desk.now(card).buttons["card.deed.claim"], where
        ),
    ):
        desk.workspace.runner.hear_now("T99", heard)
    desk.workspace.send()
    assert not [
        m
        for m in desk.workspace.sent[before:]
        if m.to in ("Mira", f"#{SUPPORT}") and "support" in m.templates[0]
    ]
    assert desk.state(card) == "Open"


def test_somebody_of_another_workspace_in_a_shared_channel_neither_asks_nor_answers(
    desk: Desk,
) -> None:
    card = desk.asks(desk.mira)
    where = Origin(SUPPORT, card.ts, direct=False, shared=True)
    desk.take(
        Message(
            ("a",), "U0EVE", "the answer is no", where, outsider=True, addressed=False, ts="9.9"
        ),
        desk.sam,
    )
    assert desk.mira.last.templates == ["support/handed_over"]
    assert desk.told(card) == ["not_support"]
    there = Origin("C09SHARED", "7.7", direct=False, shared=True)
    desk.workspace.runner.hear_now(
        TEAM, Message(("b",), "U0EVE", "talk to a person", there, outsider=True)
    )
    desk.workspace.send()
    assert desk.workspace.sent[-1].templates == ["repair/not_allowed"]
    assert len(desk.cards()) == 1


def test_who_is_no_supporter_answers_nobody_and_is_told_once(desk: Desk) -> None:
    card = desk.asks(desk.mira)
    desk.answers(desk.otto, card, "I think no.")
    desk.answers(desk.otto, card, "Really.")
    assert desk.told(card) == ["not_support"]
    assert desk.mira.last.templates == ["support/handed_over"]


def test_only_the_asker_says_that_it_is_solved(desk: Desk) -> None:
    card = desk.asks(desk.mira)
    desk.answers(desk.sam, card, "Yes, it may.")
    desk.otto.clicks("settle.verdict.solved", offer=desk.mira.offer("settle.verdict.solved")).hears(
        "repair/not_yours"
    )
    assert desk.state(card) == "WaitingForAsker"


# how it goes


def test_she_sees_first_what_support_will_see_who_answers_and_by_when(desk: Desk) -> None:
    desk.mira.says("which distributor is the best").hears("answers/best_provider")
    desk.mira.clicks("support.start.now").hears("support/ask_send")
    for word in (
        "which distributor is the best",
        "Contoso",
        "Sam or Ute",
        "24 November 2026, 17:00",
    ):
        assert word in desk.mira.words
    assert desk.cards() == []
    desk.mira.clicks("support.send.add").hears("support/ask_more").says("for sales in Ghana").hears(
        "support/ask_send"
    )
    desk.mira.says("yes").hears("support/handed_over")
    (card,) = desk.cards()
    for word in (
        "which distributor is the best",
        "for sales in Ghana",
        "isn't documented anywhere",
        "G-PRICE",
        "Which provider is best",
    ):
        assert word in card.words


def test_what_she_wants_to_ask_may_be_a_question_and_one_that_i_could_answer(desk: Desk) -> None:
    for n, text in enumerate(
        ("may a charity keep the sandbox of its sister company?", "can I roll back?")
    ):
        desk.mira.says("talk to a person").hears("support/ask_words").says(text).hears(
            "support/ask_send"
        )
        assert text in desk.mira.words
        desk.mira.clicks("support.send.add").says("and who would know?").hears("support/ask_send")
        desk.mira.clicks("support.send.send").hears("support/handed_over")
        assert len(desk.cards()) == n + 1


def test_nothing_leaves_when_she_thinks_better_of_it(desk: Desk) -> None:
    desk.mira.says("I want to enroll").hears("enroll/ask_profile")
    desk.mira.says("talk to a person").hears("support/ask_words").says("never mind").hears(
        "repair/cancelled", "enroll/ask_profile"
    )
    desk.mira.says("talk to a person").says("a question about Chad").hears("support/ask_send")
    desk.mira.says("never mind").hears("support/kept", "enroll/ask_profile")
    assert desk.cards() == []


def test_answer_not_yet_answer_solved(desk: Desk) -> None:
    card = desk.asks(desk.mira)
    desk.clicks(desk.sam, card, "claim")
    assert "Sam has it" in desk.now(card).words
    desk.answers(desk.sam, card, "Which sister company?")
    assert "Sam" in desk.mira.words
    assert "asks" in desk.mira.words
    assert desk.mira.last.thread == next(
        m.ts for m in desk.workspace.sent if m.templates == ["support/handed_over"]
    )
    desk.replies(desk.mira, "The one in Oslo.")
    assert desk.mira.last.templates == ["support/answer"]  # the bot keeps quiet
    assert "The one in Oslo." in desk.thread(card)[-1].words
    assert "Not solved yet" in desk.now(card).words
    desk.answers(desk.sam, card, "Yes, it may keep it.")
    desk.replies(desk.mira, "not yet")
    assert desk.state(card) == "Reopened"
    desk.answers(desk.sam, card, "Now it is set.")
    desk.mira.clicks("settle.verdict.solved")
    assert desk.state(card) == "Solved"
    assert "Solved" in desk.now(card).words
    assert "says it's solved" in desk.thread(card)[-1].words


def test_words_of_hers_settle_it_too(desk: Desk) -> None:
    card = desk.asks(desk.mira)
    desk.answers(desk.sam, card, "Yes.")
    desk.replies(desk.mira, "That solved it!")
    assert desk.state(card) == "Solved"
    desk.replies(desk.mira, "Not yet.")
    assert desk.state(card) == "Reopened"


def test_meanwhile_the_bot_answers_what_it_knows_and_her_flow_goes_on(desk: Desk) -> None:
    desk.mira.says("I want to enroll").hears("enroll/ask_profile")
    desk.mira.says("talk to a person").says("what about our branch in Chad")
    desk.mira.clicks("support.send.send").hears("support/handed_over", "enroll/ask_profile")
    (card,) = desk.cards()
    desk.mira.says("can I roll back?").hears("answers/can_i_roll_back", "enroll/ask_profile")
    desk.clicks(desk.sam, card, "claim")
    desk.answers(desk.sam, card, "It needs its own enrollment.")
    desk.replies(desk.mira, "yes")
    assert desk.thread(card)[-1].templates == ["support/reply"]
    desk.mira.says("yes").hears("enroll/ask_tenant")


def test_a_supporters_own_conversation_stays_out_of_the_channel(desk: Desk) -> None:
    card = desk.asks(desk.mira)
    desk.sam.says("I want to enroll").hears("enroll/ask_profile")
    desk.clicks(desk.sam, card, "claim")
    desk.clicks(desk.sam, card, "duplicate")
    assert not [
        m
        for m in desk.workspace.messages_to(f"#{SUPPORT}")
        if any(t.startswith("enroll/") for t in m.templates)
    ]
    desk.sam.says("yes").hears("enroll/ask_tenant")


def test_what_begins_with_two_strokes_stays_among_supporters(desk: Desk) -> None:
    card = desk.asks(desk.mira)
    desk.answers(desk.sam, card, "// does anybody know Chad?")
    assert desk.mira.last.templates == ["support/handed_over"]
    assert desk.thread(card) == []
    assert desk.state(card) == "Open"


def test_two_at_once_both_arrive_and_the_second_learns_whose_it_is(desk: Desk) -> None:
    card = desk.asks(desk.mira)
    desk.answers(desk.sam, card, "Yes.")
    desk.answers(desk.ute, card, "Yes, but only this year.")
    assert [
        m.parts[0][1]["who"]
        for m in desk.workspace.messages_to("Mira")
        if m.templates == ["support/answer"]
    ] == ["Sam", "Ute"]
    assert desk.told(card) == ["delivered", "both"]


def test_two_claims_and_the_second_is_told(desk: Desk) -> None:
    card = desk.asks(desk.mira)
    offer = desk.now(card).buttons["card.deed.claim"]
    desk.clicks(desk.sam, card, "claim")
    desk.take(
        ButtonPress(
            ("x",), "U05UTE", "card.deed.claim", offer, Origin(SUPPORT, card.ts, direct=False)
        ),
        desk.ute,
    )
    assert "Sam has it" in desk.now(card).words
    assert desk.thread(card)[-1].templates in (["repair/not_allowed"], ["support/told"])
    desk.clicks(desk.ute, card, "unclaim")
    desk.clicks(desk.ute, card, "claim")
    assert "Ute has it" in desk.now(card).words


@pytest.mark.parametrize(
    ("text", "files", "why"),
    [("x" * 12_000, 0, "too_long"), ("", 1, "image_only"), ("see the picture", 1, "file_stays")],
)
def test_what_cannot_be_passed_on_is_said(desk: Desk, text: str, files: int, why: str) -> None:
    card = desk.asks(desk.mira)
    desk.answers(desk.sam, card, text, files=files)
    assert desk.told(card) == [why]
    assert desk.mira.last.templates == (
        ["support/answer"] if why == "file_stays" else ["support/handed_over"]
    )


def test_a_long_answer_arrives_whole(desk: Desk) -> None:
    card = desk.asks(desk.mira)
    text = " ".join(f"word{n}" for n in range(900))
    desk.answers(desk.sam, card, text)
    pieces = [
        b["text"]["text"]
        for b in desk.mira.last.rendered.blocks
        if b.get("text", {}).get("type") == "plain_text"
    ]
    assert " ".join(pieces) == text


def test_after_closing_nothing_goes_out_until_it_is_opened_again(desk: Desk) -> None:
    card = desk.asks(desk.mira)
    desk.clicks(desk.sam, card, "close")
    assert desk.mira.last.templates == ["support/closed"]
    desk.answers(desk.ute, card, "One more thing.")
    assert desk.told(card) == ["over"]
    assert desk.mira.last.templates == ["support/closed"]
    desk.clicks(desk.ute, card, "reopen")
    desk.answers(desk.ute, card, "One more thing.")
    assert desk.mira.last.templates == ["support/answer"]


def test_an_answer_to_a_question_that_was_deleted_says_so_and_offers_nothing_that_cannot_be(
    desk: Desk,
) -> None:
    card = desk.asks(desk.mira)
    with desk.workspace.tx() as tx:
        (line,) = thread_log.of(tx, card.key.split(":")[1])
    desk.deletes(desk.mira, line.channel, "", line.ts)
    assert desk.state(card) == "Withdrawn"
    before = len(desk.workspace.messages_to("Mira"))
    desk.answers(desk.sam, card, "Yes, it may.")
    assert desk.told(card)[-1] == "withdrawn"
    assert desk.thread(card)[-1].buttons == {}
    assert len(desk.workspace.messages_to("Mira")) == before


def test_an_answer_in_the_thread_of_a_duplicate_says_where_it_belongs(desk: Desk) -> None:
    first, second = (
        desk.asks(desk.mira),
        desk.asks(desk.otto, "can a charity keep the sandbox of another one"),
    )
    desk.clicks(desk.sam, second, "duplicate")
    desk.sam.clicks(
        next(b for b in desk.thread(second)[-1].buttons if "duplicate_of" in b),
        offer=desk.thread(second)[-1].buttons.popitem()[1],
    )
    assert desk.state(second) == "Duplicate"
    desk.answers(desk.sam, second, "Yes, it may.")
    assert desk.told(second)[-1] == "duplicate"
    assert not [m for m in desk.workspace.messages_to("Otto") if m.templates == ["support/answer"]]
    desk.answers(desk.sam, first, "Yes, it may.")
    assert [m for m in desk.workspace.messages_to("Otto") if m.templates == ["support/answer"]]


def test_a_supporter_who_writes_in_the_askers_own_thread_is_told_once_that_the_card_still_waits(
    desk: Desk,
) -> None:
    there = Origin("C09TEAM", "7.0", direct=False)
    desk.take(
        Message(("a",), "U01MIRA", "talk to a person", there, mentioned=True, ts="7.0"), desk.mira
    )
    desk.take(
        Message(
            ("b",),
            "U01MIRA",
            "may a charity keep the sandbox of its sister company",
            there,
            addressed=False,
            ts="7.1",
        ),
        desk.mira,
    )
    (shown,) = [
        m for m in desk.workspace.messages_to("#C09TEAM") if m.templates == ["support/ask_send"]
    ]
    desk.take(
        ButtonPress(
            ("c",), "U01MIRA", "support.send.send", shown.buttons["support.send.send"], there
        ),
        desk.mira,
    )
    (card,) = desk.cards()
    before = len(desk.workspace.messages_to("#C09TEAM"))
    for n, text in enumerate(("Yes, it may.", "In every country.")):
        desk.take(
            Message((f"d{n}",), "U04SAM", text, there, addressed=False, ts=f"7.{n + 5}"), desk.sam
        )
    desk.take(
        Message(
            ("e",), "U03OTTO", "I would like to know that too", there, addressed=False, ts="7.9"
        ),
        desk.otto,
    )
    assert desk.told(card) == ["askers_thread"]
    assert len(desk.workspace.messages_to("#C09TEAM")) == before, "the bot keeps quiet there"
    assert desk.state(card) == "Open"


def test_edits_and_deletions_of_an_answer_follow(desk: Desk) -> None:
    card = desk.asks(desk.mira)
    ts = desk.answers(desk.sam, card, "Yes.")
    sent = desk.mira.last
    desk.edits(desk.sam, SUPPORT, card.ts, ts, "No, sorry.")
    changed = desk.workspace.messages_to("Mira")[-1]
    assert (changed.kind, "No, sorry." in changed.words, "Edited" in changed.words) == (
        Out.UPDATE,
        True,
        True,
    )
    desk.deletes(desk.sam, SUPPORT, card.ts, ts)
    gone = desk.workspace.messages_to("Mira")[-1]
    assert (gone.kind, gone.templates) == (Out.UPDATE, ["support/taken_back"])
    assert "No, sorry" not in gone.words
    assert sent.key in gone.key
    assert desk.state(card) == "Claimed"


def test_an_answer_edited_into_an_internal_line_is_taken_back_and_the_other_way_round(
    desk: Desk,
) -> None:
    card = desk.asks(desk.mira)
    ts = desk.answers(desk.sam, card, "Their auditor is a fool.")
    desk.edits(desk.sam, SUPPORT, card.ts, ts, "// Their auditor is a fool.")
    assert desk.workspace.messages_to("Mira")[-1].templates == ["support/taken_back"]
    inside = desk.answers(desk.sam, card, "// Yes.")
    desk.edits(desk.sam, SUPPORT, card.ts, inside, "Yes.")
    assert desk.workspace.messages_to("Mira")[-1].templates == ["support/answer"]


def test_edits_and_deletions_of_her_reply_and_of_her_question_follow(desk: Desk) -> None:
    card = desk.asks(desk.mira)
    root = desk.mira.last
    ts = desk.replies(desk.mira, "in Oslo")
    desk.edits(desk.mira, root.channel, root.ts, ts, "in Bergen")
    assert "in Bergen" in desk.thread(card)[-1].words
    desk.deletes(desk.mira, root.channel, root.ts, ts)
    assert desk.thread(card)[-1].templates == ["support/taken_back"]
    asked = "1700.0001"
    desk.edits(desk.mira, root.channel, "", asked, "may a school keep it")
    assert "may a school keep it" in desk.now(card).words
    assert desk.told(card)[-1] == "question_edited"
    desk.deletes(desk.mira, root.channel, "", asked)
    assert desk.state(card) == "Withdrawn"
    assert "may a school" not in desk.now(card).words
    assert desk.told(card)[-1] == "question_deleted"
    assert desk.mira.last.templates == ["support/asker_told"]
    desk.answers(desk.sam, card, "Too late?")
    assert desk.mira.last.templates == ["support/asker_told"]


def test_who_asked_the_same_gets_the_same_answer(desk: Desk) -> None:
    first, second = (
        desk.asks(desk.mira),
        desk.asks(desk.otto, "can a charity keep a sandbox of another company"),
    )
    desk.clicks(desk.sam, second, "duplicate")
    which = desk.thread(second)[-1]
    action = next(a for a in which.buttons if a.startswith("card.duplicate_of."))
    desk.take(
        ButtonPress(
            ("d",),
            "U04SAM",
            action,
            which.buttons[action],
            Origin(SUPPORT, second.ts, direct=False),
        ),
        desk.sam,
    )
    assert desk.otto.last.templates == ["support/same_as"]
    assert "Same as the question from Mira" in desk.now(second).words
    ts = desk.answers(desk.sam, first, "Yes.")
    for who in (desk.mira, desk.otto):
        assert (who.last.templates, who.last.parts[0][1]["pieces"]) == (
            ["support/answer"],
            ["Yes."],
        )
    desk.edits(desk.sam, SUPPORT, first.ts, ts, "No.")
    for who in (desk.mira, desk.otto):
        assert who.last.parts[0][1]["pieces"] == ["No."]


def test_the_asker_has_left(desk: Desk) -> None:
    card = desk.asks(desk.mira)
    with desk.workspace.tx() as tx:
        people.change(tx, people.meet(tx, "U01MIRA"), live=False)
    before = len(desk.workspace.messages_to("Mira"))
    desk.answers(desk.sam, card, "Yes.")
    assert desk.told(card) == ["asker_gone"]
    assert len(desk.workspace.messages_to("Mira")) == before


def test_the_same_question_twice_is_one_card(desk: Desk) -> None:
    desk.asks(desk.mira)
    desk.mira.says("talk to a person").says(
        "may a charity keep the sandbox of its sister company"
    ).hears("support/ask_send")
    desk.mira.clicks("support.send.send").hears("support/asked_already")
    assert len(desk.cards()) == 1


# by when


def test_brought_to_mind_late_and_escalated_each_once(desk: Desk) -> None:
    card = desk.asks(desk.mira)  # 13:00 in Berlin: due at 17:00
    desk.workspace.later(hours=3, minutes=1)
    assert [m.templates for m in desk.workspace.messages_to(f"#{SUPPORT}")].count(
        ["support/nudge"]
    ) == 1
    desk.workspace.later(hours=1)
    assert desk.lena.workspace.messages_to("Lena")[-1].templates == ["support/late"]
    assert desk.mira.last.templates == ["support/late_asker"]
    assert "late" in desk.now(card).words
    sent = len(desk.workspace.sent)
    desk.workspace.later(days=3)
    assert len(desk.workspace.sent) == sent


def test_a_claimed_question_is_brought_to_mind_of_who_has_it_and_an_answered_one_of_nobody(
    desk: Desk,
) -> None:
    card, other = desk.asks(desk.mira), desk.asks(desk.otto, "which form for Chad")
    desk.clicks(desk.sam, card, "claim")
    desk.answers(desk.ute, other, "Form 7.")
    desk.workspace.later(hours=3, minutes=1)
    nudges = [m for m in desk.workspace.sent if m.templates == ["support/nudge"]]
    assert [m.to for m in nudges] == ["Sam"]


def test_silence_after_an_answer_is_asked_about_once_and_then_it_is_closed(desk: Desk) -> None:
    card = desk.asks(desk.mira)
    desk.answers(desk.sam, card, "Yes.")
    desk.workspace.later(days=3)
    assert desk.mira.last.templates == ["support/is_it_solved"]
    desk.workspace.later(days=5)
    assert desk.mira.last.templates == ["support/closed"]
    assert desk.state(card) == "Closed"
    desk.mira.clicks("settle.verdict.not_yet")
    assert desk.state(card) == "Reopened"


def test_a_user_group_is_called_by_its_id_and_by_nothing_else(desk: Desk, words: Any) -> None:
    data = {
        "today": "2026-11-24",
        "asker": "M",
        "due_day": "2026-11-24",
        "due_time": "17:00",
        "due_zone": "UTC",
        "whose": "",
        "about_question": "q",
    }
    called = words.message([("support/late", data | {"group": "S0123ABCD"})])
    assert called.blocks[0]["text"]["text"] == "<!subteam^S0123ABCD>"
    for other in ("channel", "S0123ABCD> <!channel", "<!here>"):
        assert (
            words.message([("support/late", data | {"group": other})]).blocks[0]["text"]["type"]
            == "plain_text"
        )


# the queue


def test_the_queue_for_support_only_oldest_first_narrowed_by_buttons(desk: Desk) -> None:
    for n in range(3):
        desk.asks(desk.mira, f"question number {n} about Chad")
        desk.workspace.now += timedelta(minutes=1)
    desk.clicks(desk.sam, desk.cards()[1], "claim")
    desk.mira.says("show the queue").hears("repair/not_allowed")
    desk.sam.says("show the queue").hears("support/queue")
    rows = desk.sam.last.parts[0][1]["rows"]
    assert [r["text"][:17] for r in rows] == [
        "question number 0",
        "question number 1",
        "question number 2",
    ]
    desk.sam.clicks("queue.show.mine").hears("support/queue")
    assert [r["whose"] for r in desk.sam.last.parts[0][1]["rows"]] == ["Sam"]


def test_the_log_holds_no_word_of_what_people_wrote(desk: Desk) -> None:
    card = desk.asks(desk.mira)
    desk.answers(desk.sam, card, "a very special answer")
    with desk.workspace.store.reading() as db:
        log = str(db.execute(select(table(Audit))).all())
    assert "charity" not in log
    assert "special" not in log


def test_app_home_shows_the_queue_and_narrows_it(desk: Desk) -> None:
    for n in range(2):
        desk.asks(desk.mira, f"question number {n} about Chad")
        desk.workspace.now += timedelta(minutes=1)
    desk.clicks(desk.sam, desk.cards()[1], "claim")
    with desk.workspace.tx() as tx:
        app_home.opened(tx, people.meet(tx, "U04SAM"), "home:1")
        app_home.opened(tx, people.meet(tx, "U01MIRA"), "home:2")
    desk.workspace.send()
    (sams,) = [m for m in desk.workspace.messages_to("Sam") if m.kind == Out.HOME]
    assert [
        w in sams.words for w in ("question number 0", "question number 1", "2 open, 1 yours")
    ] == [True, True, True]
    assert not [
        m
        for m in desk.workspace.messages_to("Mira")
        if m.kind == Out.HOME and "question number" in m.words
    ]
    desk.take(
        ButtonPress(
            ("n",), "U04SAM", "queue.narrow.mine", sams.buttons["queue.narrow.mine"], Origin("")
        ),
        desk.sam,
    )
    narrowed = [m for m in desk.workspace.messages_to("Sam") if m.kind == Out.HOME][-1]
    assert "question number 1" in narrowed.words
    assert "question number 0" not in narrowed.words


def test_a_card_that_cannot_be_put_up_is_said_to_asker_and_admins(desk: Desk) -> None:
    desk.mira.says("talk to a person").says("what about Chad")
    runner = desk.workspace.runner
    runner.hear_now(
        TEAM,
        ButtonPress(
            ("s",),
            "U01MIRA",
            "support.send.send",
            desk.mira.offer("support.send.send"),
            Origin("DU01MIRA"),
        ),
    )
    with desk.workspace.store.writing() as db:
        for row in leases.lease(db, desk.workspace.now, 100):
            if row.key.endswith(":card"):
                outbox.failed(db, row, "not_in_channel")
    desk.workspace.later(seconds=30)
    assert desk.mira.last.templates == ["support/not_put"]
    assert desk.workspace.messages_to("#C02ADMINS")[-1].templates == ["support/not_put_admins"]
    desk.workspace.later(days=3)
    assert desk.mira.last.templates == ["support/not_put"]


def test_every_answer_that_only_people_can_complete_offers_them(assistant: Any) -> None:
    for answer in assistant.answers.values():
        gaps = answer.hand_over or any(id_.startswith("G-") for id_ in answer.facts)
        words = Path(f"templates/answers/{answer.name}.j2").read_text("utf-8")
        assert not gaps or "(support.start.now)" in words, answer.name


def test_what_she_says_elsewhere_and_nobody_understands_may_be_for_them(desk: Desk) -> None:
    card = desk.asks(desk.mira)
    desk.answers(desk.sam, card, "Which company?")
    desk.mira.says("blorf gnarl wibble").hears("support/ask_passing").clicks("pass_on.passing.yes")
    assert desk.thread(card)[-1].templates == ["support/reply"]
    assert "blorf gnarl wibble" in desk.thread(card)[-1].words
    assert desk.mira.last.templates == ["support/passed_on"]
    assert desk.state(card) == "Reopened"


def test_an_answer_below_a_reminder_goes_nowhere_and_says_so(desk: Desk) -> None:
    desk.asks(desk.mira)
    desk.workspace.later(hours=3, minutes=1)
    nudge = next(m for m in desk.workspace.sent if m.templates == ["support/nudge"])
    desk.answers(desk.sam, nudge, "Yes.")
    last = desk.workspace.messages_to(f"#{SUPPORT}")[-1]
    assert (last.templates, last.thread, last.parts[0][1]["why"]) == (
        ["support/told"],
        nudge.ts,
        "wrong_thread",
    )
    assert desk.mira.last.templates == ["support/handed_over"]


@pytest.mark.parametrize("why", "asked_for not_understood gap answered not_english".split())
@pytest.mark.parametrize("state", [s for s in question.State if s != "New"])
def test_the_card_in_every_state_fits_and_only_a_question_that_is_not_withdrawn_has_buttons(
    words: Any, state: str, why: str
) -> None:
    here = data("support/card", next(cases())) | {
        "state": state,
        "why": why,
        "wordings": [{"text": "x" * 2_900}] * 3,
    }
    here |= {"before": [{"text": "y" * 200, "replied": ["can_i_roll_back"]}] * 4}
    for whose in ("", "Sam"):
        said = words.message([("support/card", here | {"whose": whose})])
        assert list(limits.broken(said.blocks, said.text)) == []
        assert any(b["type"] == "actions" for b in said.blocks) == (state != "Withdrawn")


@pytest.mark.parametrize(
    "why",
    "not_support over asker_gone undelivered image_only file_stays too_long too_long_edit both delivered question_edited "
    "note_stays question_deleted wrong_thread moved_on link_held withdrawn duplicate askers_thread".split(),
)
def test_whatever_happened_to_a_line_has_words(words: Any, why: str) -> None:
    said = words.message([("support/told", data("support/told", next(cases())) | {"why": why})])
    assert list(limits.broken(said.blocks, said.text)) == []
    assert len(said.text) > 40


def test_an_edited_answer_to_the_bots_question_is_read_again_once(desk: Desk) -> None:
    desk.mira.says("I want to enroll").hears("enroll/ask_profile")
    where, ts = Origin("DU01MIRA"), desk.ts()
    desk.take(Message((desk.workspace.key(),), "U01MIRA", "blorf", where, ts=desk.ts()), desk.mira)
    desk.take(Message((desk.workspace.key(),), "U01MIRA", "no", where, ts=ts), desk.mira)
    after_no = desk.mira.last.templates
    desk.edits(desk.mira, "DU01MIRA", "", ts, "yes")
    assert desk.mira.last.templates != after_no
    before = len(desk.workspace.sent)
    desk.edits(desk.mira, "DU01MIRA", "", ts, "no")
    assert len(desk.workspace.sent) == before


def test_a_very_long_question_reaches_support_whole(desk: Desk) -> None:
    desk.mira.says("talk to a person").says("a question about Chad")
    texts = [" ".join(f"{n}word{m}" for m in range(450)) for n in range(4)]
    for text in texts:
        desk.mira.clicks("support.send.add").says(text).hears("support/ask_send")
    desk.mira.clicks("support.send.send")
    (card,) = desk.cards()
    seen = card.words + " ".join(m.words for m in desk.thread(card))
    assert all(word in seen for text in texts for word in text.split())
