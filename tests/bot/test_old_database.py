"""A database and the messages on people's screens from before conversations were typed: it opens,
goes on where it was, and verifies. tests/data/LICENSES.md says how they were made."""

import json
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from bot import schema
from bot.cli.audit import verify
from bot.rendering.render import Templates
from bot.settings import audit_key
from dialogs.engine.context import Assistant
from dialogs.inputs import ButtonPress, MessageEdited, Origin
from domain.conversation import AnsweredQuestion, Conversation
from domain.storage.outbox import Out
from domain.storage.store import Store, table
from domain.tables import ConversationRow, Outbox, Unheard
from tests.bot.outbound.test_outbox import Post
from tests.bot.recording import RecordingSlack
from tests.conftest import Somebody, Workspace

FILE = Path("tests/data/before-12.sqlite")
SEEN: dict[str, Any] = json.loads(Path("tests/data/before-12.json").read_text("utf-8"))
OTHERS = (("U05UTE", "Ute"), ("U11NORA", "Nora"), ("U12GUS", "Gus"), ("U13OLA", "Ola"))
SUPPORT = "C01SUPPORT"


class Old(Workspace):
    """The workspace of that database, a minute after the last turn. Nothing has left since."""

    def __init__(self, assistant: Assistant, words: Templates, store: Store) -> None:
        super().__init__(assistant, words, store)
        self.now = datetime.fromisoformat(SEEN["now"]) + timedelta(minutes=1)
        for slack, name in OTHERS:
            self.people[name] = Somebody(self, slack, name)

    def key(self) -> str:
        """Not one that the earlier version has taken already."""
        return f"new:{super().key()}"

    def presses(self, who: str, action: str, *, to: str = "", template: str = "") -> Somebody:
        """Press a button of a message that the earlier version sent, in its place on the screen."""
        shown = next(
            m
            for m in reversed(SEEN["sent"])
            if m["to"] == (to or who)
            and action in m["buttons"]
            and template in ("", *m["templates"])
        )
        somebody = self.people[who]
        where = Origin(shown["channel"], "" if not to else shown["ts"], direct=not to)
        press = ButtonPress((self.key(),), somebody.slack, action, shown["buttons"][action], where)
        self.take(press, somebody)
        return somebody

    def conversation(self, who: str) -> Conversation:
        rows = table(ConversationRow)
        with self.store.reading() as db:
            state = db.execute(
                select(rows.c.state).where(rows.c.person == SEEN["people"][who])
            ).scalar_one()
        return Conversation.from_row(state)


def waiting(store: Store, kind: Out) -> list[str]:
    rows = table(Outbox)
    with store.reading() as db:
        found = select(rows.c.key).where(rows.c.kind == kind, rows.c.state == "waiting")
        return list(db.execute(found).scalars())


@pytest.fixture
def raw(tmp_path: Path) -> Iterator[Store]:
    """The file as the earlier version left it."""
    shutil.copy(FILE, tmp_path / "changeover.db")
    store = Store(f"sqlite:///{tmp_path}/changeover.db", audit_key(SEEN["secret"], ""))
    yield store
    store.close()


@pytest.fixture
def old(raw: Store, assistant: Assistant, words: Templates) -> Iterator[Old]:
    """The same with this version's schema. Whatever a test does with it, the log verifies after."""
    schema.at_start(raw)
    yield Old(assistant, words, raw)
    assert not verify(raw).lines


def test_it_is_brought_to_this_version_and_verifies(raw: Store) -> None:
    assert raw.version() == "0014"
    with raw.reading() as db:
        entries = db.execute(text("SELECT count(*) FROM audit")).scalar_one()
        talks = db.execute(text("SELECT count(*) FROM conversation")).scalar_one()
    schema.at_start(raw)
    assert schema.is_current(raw)
    found = verify(raw)
    assert (found.entries, found.lines) == (entries, [])
    with raw.reading() as db:
        rows = table(ConversationRow)
        assert db.execute(select(func.count()).select_from(rows)).scalar_one() == talks == 6


def test_its_conversations_are_read_whichever_form_an_answer_was_kept_in(old: Old) -> None:
    rows = table(ConversationRow)
    with old.store.reading() as db:
        kept = [row.state for row in db.execute(select(rows))]
    assert {type(state.get("answered")) for state in kept} == {str, dict, type(None)}
    assert all("version" not in state for state in kept)
    assert old.conversation("Otto").answered is None
    assert old.conversation("Mira").answered == AnsweredQuestion("1700.0006", "enroll", "profile")
    (frame,), open_ = old.conversation("Mira").frames, old.conversation("Mira").open
    assert (frame.flow, frame.step) == ("enroll", "standing")
    assert open_ and open_.options == ("restricted", "active", "unknown")


def test_the_open_question_goes_on_with_the_button_that_is_on_the_screen(old: Old) -> None:
    mira = old.presses("Mira", "enroll.standing.restricted").hears("enroll/ask_weighed")
    mira.clicks("enroll.weighed.weighed").hears("enroll/ask_admin")
    mira.says("Grace").hears("enroll/ask_submitted_on")
    mira.clicks("enroll.submitted_on.today").hears("enroll/submitted", "enroll/ask_outcome")
    assert (old.case().standing, old.case().enrollment) == ("Restricted", "Submitted")


def test_the_open_question_goes_on_in_words_and_after_a_digression(old: Old) -> None:
    mira = old.people["Mira"].says("can I roll back?")
    mira.hears("answers/can_i_roll_back", "enroll/ask_standing")
    mira.says("active").hears("enroll/ask_tenant_rule")


def test_an_answer_from_before_may_be_edited(old: Old) -> None:
    mira, otto = old.people["Mira"], old.people["Otto"]
    for who, ts, said in ((otto, "1701.0002", "how long is it?"), (mira, "1700.0006", "outdated")):
        where = Origin(f"D{who.slack}")
        old.take(MessageEdited((old.key(),), who.slack, said, where, ts), who)
        assert all("repair/internal_error" not in m.templates for m in who.heard)
    assert "enroll/profile_first" in mira.last.templates


def test_the_card_that_waits_is_decided_with_its_button(old: Old) -> None:
    old.presses("Ola", "decide.decision.approve").hears("agreement/decided")
    assert old.messages_to("Gus")[-1].templates == ["notices/go_ahead"]
    updates = {m.to for m in old.sent if m.kind == Out.UPDATE and m.templates == ["agreement/card"]}
    assert updates == {"Ola", "#C02ADMINS"}
    gus = old.people["Gus"].clicks("accepted.accepted_on.today").hears("agreement/recorded")
    assert old.case("Gus").enrollment == "Accepted"
    assert "approval_used" in old.audit()
    gus.says("can I roll back?").hears("answers/can_i_roll_back")


def test_its_card_is_still_decided_by_nobody_who_asked(old: Old) -> None:
    offer = next(m["buttons"] for m in SEEN["sent"] if m["to"] == "Ola")["decide.decision.approve"]
    old.people["Gus"].clicks("decide.decision.approve", offer=offer).hears("repair/not_yours")
    assert old.case("Gus").approval == "Open"


def test_menus_that_are_on_screens_still_work(old: Old) -> None:
    old.presses("Otto", "answer.can_i_roll_back.helpful")
    assert old.people["Otto"].heard[-1].templates[0].startswith("repair/")
    old.presses("Otto", "answer.can_i_roll_back.not_that")
    assert old.people["Otto"].heard
    old.presses("Otto", "support.start.now").hears("support/ask_send")
    old.presses("Grace", "status.start.now").hears("status/where_we_are")
    old.presses("Grace", "help.start.now").hears("help/what_i_do")


def test_the_question_for_people_goes_on_from_its_card(old: Old) -> None:
    old.send()
    sam = old.people["Sam"]
    old.presses("Ute", "card.deed.claim", to=f"#{SUPPORT}")
    (card,) = [m for m in SEEN["sent"] if m["to"] == f"#{SUPPORT}"]
    sam.says("Yes, with a form.", channel=SUPPORT, thread=card["ts"])
    assert "Yes, with a form." in old.messages_to("Nora")[-1].words


def test_what_was_not_understood_is_kept_for_review(old: Old) -> None:
    rows = table(Unheard)
    with old.store.reading() as db:
        assert [r.text for r in db.execute(select(rows))] == ["blorf gnarl wibble"]


def test_what_waited_is_rendered_and_sent(
    old: Old, slack: RecordingSlack, words: Templates
) -> None:
    assert [waiting(old.store, kind) for kind in (Out.MESSAGE, Out.UPDATE, Out.FILES)] == [
        ["report:late:2", "reply:late:3"],
        [next(k for k in waiting(old.store, Out.UPDATE) if k.startswith("question:"))],
        ["report:late:2:files"],
    ]
    post = Post(old, slack, words)
    post.now = old.now
    post.round(6)
    assert {m["channel"] for m in slack.posted()} == {"DU03OTTO", "DU04SAM"}
    assert slack.posted("answers/approval_time") and slack.posted("report/figures")
    (card,) = slack.of("chat.update")
    assert (card["channel"], card["ts"]) == (SUPPORT, "42.0")
    assert "Sam" in json.dumps(card["blocks"])
    assert len(slack.of("files.getUploadURLExternal")) == 2
    assert len(slack.of("files.completeUploadExternal")) == 1
    assert not [k for k in (Out.MESSAGE, Out.UPDATE, Out.FILES) if waiting(old.store, k)]


def test_its_timers_fire(old: Old) -> None:
    before = waiting(old.store, Out.TIMER)
    assert {key.split(":")[1] for key in before} == {
        "review.nightly",
        "report.digest",
        "remind.sweep",
        "enroll.overdue",
        "agreement.expires",
        "support.nudge",
        "support.late",
    }
    old.later(days=14)
    assert not set(before) & set(waiting(old.store, Out.TIMER))
    said = {template for message in old.sent for template in message.templates}
    assert {"support/nudge", "support/late", "notices/approval_expired"} <= said
    assert not old.case("Gus").approval
