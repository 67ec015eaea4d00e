"""Whoever is no confirmed member is told nothing of a partner and records nothing, by whatever way
they come in."""

import asyncio
import itertools
import json
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import func, select

from bot.inbound.app import SlackListeners
from bot.inbound.membership import ASK_SECONDS
from bot.inbound.turns import TurnRunner
from bot.oauth.clients import OneClient
from bot.outbound.sender import Sender
from bot.worker_pool import WorkerPool
from domain import people
from domain.storage.outbox import Out
from domain.storage.store import table
from domain.tables import Customer, Note, Outbox
from domain.tables.support import Question
from tests.bot.recording import BOT, RecordingSlack
from tests.conftest import NOON, TEAM, Somebody, Workspace

OTHER = "T99OTHER"
CANARIES = ("Contoso", "Submitted", "submitted it", "Grace", "Northlight")
CHANNEL = "C09TEAM"
Body = dict[str, Any]


class Office:
    """The listeners and the outbox in one process, against a small Slack; the clock is a
    variable."""

    def __init__(self, workspace: Workspace, slack: RecordingSlack) -> None:
        self.workspace, self.slack, self.n = workspace, slack, itertools.count(1)
        self.acks: list[Body] = []
        self.patience = 120.0  # a slow machine is no silent Slack

    def run(self, scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
        async def go() -> None:
            client = AsyncWebClient(
                token="xoxb", base_url=self.slack.url, timeout=120, retry_handlers=[]
            )
            store, now = self.workspace.store, lambda: self.workspace.now
            clients = OneClient(client, store, WorkerPool(0))
            self.runner = TurnRunner(self.workspace.assistant, store, WorkerPool(0), now)
            self.sender = Sender(store, self.workspace.words, clients, WorkerPool(0), now)
            self.sender.hear = self.runner.hear
            self.listeners = SlackListeners(self.runner, self.workspace.words, clients)
            self.listeners.who.seconds = self.patience
            await scenario()

        asyncio.run(go())
        assert self.runner.errors == 0

    async def ack(self, **said: Any) -> None:
        self.acks.append(said)

    async def leave(self, seconds: float = 2) -> None:
        """Time passes, and what is due by then goes out."""
        self.workspace.now += timedelta(seconds=seconds)
        while await self.sender.send_due():
            pass

    async def event(self, event: Body, **more: Any) -> None:
        given = [{"team_id": TEAM, "user_id": BOT, "is_bot": True}]
        body = {
            "team_id": TEAM,
            "event_id": f"Ev{next(self.n)}",
            "event": event,
            "authorizations": given,
        }
        await self.listeners.event(self.ack, body | more)

    async def says(self, user: str, text: str, **more: Any) -> None:
        at = f"1.{next(self.n):06d}"
        event = {
            "type": "message",
            "channel": "D" + user,
            "channel_type": "im",
            "user": user,
            "text": text,
            "ts": at,
        }
        await self.event(event | more)

    async def mentions(self, user: str, text: str, channel: str = CHANNEL, **more: Any) -> None:
        event = {
            "type": "app_mention",
            "channel": channel,
            "channel_type": "channel",
            "user": user,
            "ts": f"2.{next(self.n):06d}",
        }
        await self.event(event | {"text": f"<@{BOT}> {text}"} | more)

    def payload(self, user: str, **more: Any) -> Body:
        by = {"id": user, "team_id": TEAM, "name": user.lower()}
        return {"team": {"id": TEAM}, "user": by, "trigger_id": f"t{next(self.n)}"} | more

    async def presses(self, user: str, action: str, offer: str = "x", channel: str = "") -> None:
        pressed = {
            "type": "button",
            "action_id": action,
            "value": offer,
            "action_ts": f"3.{next(self.n):06d}",
        }
        body = self.payload(
            user, channel={"id": channel or "D" + user}, message={"ts": "1.1"}, actions=[pressed]
        )
        await self.listeners.action(self.ack, body)

    async def hands_in(self, user: str, callback: str, **values: str) -> None:
        inputs = {
            name: {"x": {"type": "plain_text_input", "value": value}}
            for name, value in values.items()
        }
        view = {
            "id": f"V{next(self.n)}",
            "callback_id": callback,
            "private_metadata": "",
            "state": {"values": inputs},
        }
        await self.listeners.view(self.ack, self.payload(user, view=view))

    async def commands(self, user: str, text: str) -> None:
        body = {
            "team_id": TEAM,
            "user_id": user,
            "user_name": user,
            "command": "/changeover",
            "text": text,
        }
        await self.listeners.command(
            self.ack,
            body
            | {"channel_id": CHANNEL, "channel_name": "team", "trigger_id": f"t{next(self.n)}"},
        )

    async def takes_shortcut(self, user: str, callback: str, text: str = "") -> None:
        message = (
            {"message": {"text": text, "ts": "4.4", "user": user}, "channel": {"id": CHANNEL}}
            if text
            else {}
        )
        kind = "message_action" if text else "shortcut"
        await self.listeners.shortcut(
            self.ack,
            self.payload(
                user, type=kind, callback_id=callback, action_ts=f"5.{next(self.n)}", **message
            ),
        )

    def posted_to(self, user: str) -> list[str]:
        """The templates of what went to this person, oldest first."""
        return [
            name
            for m in self.slack.posted()
            if m["channel"] == "D" + user
            for name in m["metadata"]["event_payload"]["templates"]
        ]

    def recorded(self) -> list[Any]:
        """Everything that may have been written about a partner."""
        with self.workspace.store.reading() as db:
            counts = [
                db.execute(select(func.count()).select_from(table(t))).scalar()
                for t in (Customer, Note, Question)
            ]
            fetched = (
                select(func.count())
                .select_from(table(Outbox))
                .where(table(Outbox).c.kind == Out.FETCH)
            )
            return [self.workspace.audit(), *counts, db.execute(fetched).scalar()]

    def kind(self, user: str) -> str:
        with self.workspace.tx() as tx:
            return people.meet(tx, user).kind

    def told(self, since: int) -> str:
        """All that left for Slack since then."""
        return json.dumps(self.slack.calls[since:], default=str)


@pytest.fixture
def office(workspace: Workspace, mira: Somebody, slack: RecordingSlack) -> Office:
    """Contoso has submitted, and the people of the description are known to Slack."""
    mira.reports("we submitted it today")
    workspace.now = NOON + timedelta(minutes=5)
    workspace.send()
    slack.channels[CHANNEL] = {"members": ["U01MIRA", BOT]}
    return Office(workspace, slack)


def csv_of(user: str) -> Body:
    file = {
        "id": "F1",
        "filetype": "csv",
        "name": "list.csv",
        "url_private": "https://files.example/x",
    }
    return {"subtype": "file_share", "files": [file]}


# Each way by which somebody reaches us; `_` is who they are.
WAYS: dict[str, Callable[[Office, str], Coroutine[Any, Any, None]]] = {
    "asks where we are": lambda o, u: o.says(u, "where are we?"),
    "reports an acceptance": lambda o, u: o.says(u, "the agreement was accepted today"),
    "reports a submission": lambda o, u: o.says(u, "we submitted it today"),
    "pastes customers": lambda o, u: o.says(
        u, "name,kind\nFabrikam,direct\nTailspin,new\nWingtip,new"
    ),
    "asks a person": lambda o, u: o.says(u, "I want to talk to a person"),
    "asks what depends on the stage": lambda o, u: o.says(u, "how long does approval take?"),
    "mentions": lambda o, u: o.mentions(u, "where are we?"),
    "mentions with a report": lambda o, u: o.mentions(u, "the agreement was accepted today"),
    "presses status": lambda o, u: o.presses(u, "status.start.now"),
    "presses a decision": lambda o, u: o.presses(u, "decide.decision.approve"),
    "presses a form": lambda o, u: o.presses(u, "customers.form.now"),
    "presses the setup": lambda o, u: o.presses(u, "setup.form.new"),
    "hands in a modal": lambda o, u: o.hands_in(u, "decide/form", decline_reason="no"),
    "hands in the setup": lambda o, u: o.hands_in(
        u, "setup/form", setup_name="Evil", setup_approvers=u
    ),
    "hands in the ask form": lambda o, u: o.hands_in(u, "help/ask_form", text="where are we?"),
    "commands status": lambda o, u: o.commands(u, "status"),
    "commands customers": lambda o, u: o.commands(u, "customers"),
    "commands share": lambda o, u: o.commands(u, "share"),
    "takes a shortcut": lambda o, u: o.takes_shortcut(u, "where_are_we"),
    "relays a message": lambda o, u: o.takes_shortcut(
        u, "relay_invitation", "https://partner.microsoft.com/dashboard/invitation"
    ),
    "saves an answer": lambda o, u: o.takes_shortcut(u, "save_as_answer", "the answer is no"),
    "opens Home": lambda o, u: o.event(
        {"type": "app_home_opened", "user": u, "tab": "home", "channel": "D" + u}
    ),
    "opens the messages": lambda o, u: o.event(
        {"type": "app_home_opened", "user": u, "tab": "messages", "channel": "D" + u}
    ),
    "uploads a list": lambda o, u: o.says(u, "", **csv_of(u)),
}
REFUSED = {
    "a multi-channel guest": ({"is_restricted": True, "team_id": TEAM}, "guest"),
    "a single-channel guest": (
        {"is_restricted": True, "is_ultra_restricted": True, "team_id": TEAM},
        "guest",
    ),
    "a deactivated account": ({"deleted": True, "team_id": TEAM}, "member"),
    "a bot account": ({"is_bot": True, "team_id": TEAM}, "bot"),
    "an admin of another workspace": (
        {"team_id": OTHER, "is_admin": True, "is_owner": True},
        "outsider",
    ),
    "a stranger": ({"is_stranger": True, "team_id": TEAM, "is_admin": True}, "outsider"),
    "another workspace of an organization": (
        {"team_id": OTHER, "enterprise_user": {"teams": [OTHER]}},
        "outsider",
    ),
}
UNANSWERED: dict[str, Callable[[RecordingSlack], None]] = {
    "internal_error": lambda s: s.answers.update(
        {"users.info": lambda _: {"ok": False, "error": "internal_error"}}
    ),
    "ratelimited": lambda s: s.answers.update(
        {"users.info": lambda _: {"ok": False, "error": "ratelimited"}}
    ),
    "user_not_found": lambda s: s.answers.update(
        {"users.info": lambda _: {"ok": False, "error": "user_not_found"}}
    ),
    "missing_scope": lambda s: s.answers.update(
        {"users.info": lambda _: {"ok": False, "error": "missing_scope"}}
    ),
    "no user in it": lambda s: s.answers.update({"users.info": lambda _: {"user": None}}),
    "an empty user": lambda s: s.answers.update({"users.info": lambda _: {"user": {}}}),
    "a dropped connection": lambda s: s.dropped.add("users.info"),
    "no answer in time": lambda s: s.delays.update({"users.info": 8.0}),
}


async def all_ways(office: Office) -> None:
    """Everybody comes in for the first time, each by another way, at one moment."""
    await asyncio.gather(*(way(office, f"U5{n:03d}") for n, way in enumerate(WAYS.values())))


def known(office: Office, user: str) -> Any:
    with office.workspace.tx() as tx:
        return people.by_id(tx, people.seen(tx, user))


@pytest.mark.parametrize("who", REFUSED)
def test_nobody_but_members_is_told_or_records_anything_by_whatever_way(
    office: Office, slack: RecordingSlack, who: str
) -> None:
    flags, kind = REFUSED[who]
    slack.users |= {f"U5{n:03d}": flags for n in range(len(WAYS))}
    before, since = office.recorded(), len(slack.calls)

    async def scenario() -> None:
        await all_ways(office)
        await office.leave()
        assert office.recorded() == before
        for canary in CANARIES:
            assert canary not in office.told(since)
        for n, name in enumerate(WAYS):
            person = known(office, f"U5{n:03d}")
            assert (person.kind, person.has(people.Role.STAFF), person.slack_admin) == (
                kind,
                False,
                False,
            ), name
        assert office.posted_to("U5000") == ["repair/not_allowed"]
        await office.says("U5000", "can I roll back?")
        await office.leave()
        assert office.posted_to("U5000")[-1] == "answers/can_i_roll_back"
        assert office.recorded() == before

    office.run(scenario)


@pytest.mark.parametrize("why", UNANSWERED)
def test_while_slack_does_not_say_who_it_is_nothing_is_told_and_then_the_message_is_answered(
    office: Office, slack: RecordingSlack, why: str
) -> None:
    before, since = office.recorded(), len(slack.calls)
    UNANSWERED[why](slack)
    office.patience = ASK_SECONDS if slack.delays else office.patience

    async def scenario() -> None:
        await all_ways(office)
        slack.delays.clear()  # the outbox asks on; what it waits for is not what this test is about
        if why == "no answer in time":
            slack.answers["users.info"] = lambda _: {"ok": False, "error": "internal_error"}
        await office.leave()
        assert office.recorded() == before
        for canary in CANARIES:
            assert canary not in office.told(since)
        assert {office.kind(f"U5{n:03d}") for n in range(len(WAYS))} == {"unknown"}
        assert office.posted_to("U5000") == ["repair/being_checked"]
        await office.says("U5000", "can I roll back?")
        await office.leave(30)
        await office.leave(300)
        assert office.posted_to("U5000")[-1] == "answers/can_i_roll_back"
        slack.answers.clear()
        slack.dropped.clear()
        await office.leave(300)
        assert office.kind("U5000") == "member"
        assert office.posted_to("U5000")[-1] == "status/where_we_are"
        assert "Submitted" in office.told(since)
        held = len(office.posted_to("U5000"))
        await office.leave(600)
        assert len(office.posted_to("U5000")) == held
        await office.says("U5002", "where are we?")
        await office.leave()
        assert "status/where_we_are" in office.posted_to("U5002")

    office.run(scenario)


def test_a_guest_who_had_to_wait_for_slack_is_refused_in_the_end(
    office: Office, slack: RecordingSlack
) -> None:
    before = office.recorded()
    slack.users["U5000"] = {"is_restricted": True}

    async def scenario() -> None:
        slack.answers["users.info"] = lambda _: {"ok": False, "error": "internal_error"}
        await office.says("U5000", "the agreement was accepted today")
        await office.leave()
        slack.answers.clear()
        await office.leave(300)
        assert office.posted_to("U5000") == ["repair/being_checked", "repair/not_allowed"]

    office.run(scenario)
    assert office.recorded() == before


def test_a_member_never_notices_and_slack_is_asked_once(
    office: Office, slack: RecordingSlack
) -> None:
    async def scenario() -> None:
        for _ in range(3):
            await office.says("U5000", "where are we?")
            await office.leave()
        assert office.posted_to("U5000") == ["status/where_we_are"] * 3
        assert len([a for a in slack.of("users.info") if a["user"] == "U5000"]) == 1

    office.run(scenario)


@pytest.mark.parametrize("event", ["user_change", "team_join"])
@pytest.mark.parametrize("who", REFUSED)
def test_a_change_that_slack_reports_counts_before_the_next_click(
    office: Office, slack: RecordingSlack, who: str, event: str
) -> None:
    flags, kind = REFUSED[who]

    async def scenario() -> None:
        await office.says("U5000", "where are we?")
        await office.leave()
        assert known(office, "U5000").has(people.Role.STAFF)
        before, since = office.recorded(), len(slack.calls)
        await office.event({"type": event, "user": {"id": "U5000", "is_admin": True} | flags})
        assert (office.kind("U5000"), known(office, "U5000").slack_admin) == (kind, False)
        await office.says("U5000", "where are we?")
        await office.presses("U5000", "status.start.now")
        await office.leave()
        assert office.recorded() == before
        assert not [c for c in CANARIES if c in office.told(since)]

    office.run(scenario)


@pytest.mark.parametrize("who", REFUSED)
def test_who_can_set_me_up_never_names_somebody_who_is_no_live_member(
    office: Office, slack: RecordingSlack, who: str
) -> None:
    slack.users["U5000"] = REFUSED[who][0] | {
        "is_admin": True,
        "real_name": "Eve Stranger",
        "profile": {},
    }

    async def scenario() -> None:
        await office.says("U5000", "hello")
        await office.event({"type": "user_change", "user": slack.users["U5000"] | {"id": "U5000"}})
        await office.leave()
        await office.says("U01MIRA", "setup")
        await office.leave()
        assert "setup/who_can" in office.posted_to("U01MIRA")
        assert "Eve" not in json.dumps(slack.posted("setup/who_can"))

    office.run(scenario)


def test_slack_connect_the_envelope_names_the_other_workspace(
    office: Office, slack: RecordingSlack
) -> None:
    """`authorizations` says for whom an event is; the envelope's `team_id` may be the workspace
    that hosts the channel."""
    before, since = office.recorded(), len(slack.calls)

    async def scenario() -> None:
        other = {"team_id": OTHER, "is_ext_shared_channel": True}
        said = {
            "type": "app_mention",
            "channel": CHANNEL,
            "ts": "7.1",
            "team": OTHER,
            "user": "U5000",
        }
        await office.event(said | {"text": f"<@{BOT}> where are we?"}, **other)
        await office.event(said | {"ts": "7.2", "text": f"<@{BOT}> we accepted it today"}, **other)
        await office.leave()
        assert office.kind("U5000") == "outsider"
        assert office.recorded() == before
        assert not [c for c in CANARIES if c in office.told(since)]
        ours = {
            "type": "app_mention",
            "channel": CHANNEL,
            "ts": "7.3",
            "team": TEAM,
            "user": "U01MIRA",
        }
        await office.event(ours | {"text": f"<@{BOT}> where are we?"}, **other)
        await office.leave()
        assert office.posted_to("U01MIRA")[:2] == ["repair/in_private", "status/where_we_are"]

    office.run(scenario)


def test_a_form_handed_in_from_another_workspace_is_that_of_an_outsider(
    office: Office, slack: RecordingSlack
) -> None:
    before = office.recorded()

    async def scenario() -> None:
        view = {
            "id": "V1",
            "callback_id": "help/ask_form",
            "private_metadata": "",
            "app_installed_team_id": TEAM,
            "state": {"values": {"text": {"x": {"value": "the agreement was accepted today"}}}},
        }
        body = {
            "team": {"id": OTHER},
            "user": {"id": "U5000", "team_id": OTHER, "name": "eve"},
            "view": view,
        }
        await office.listeners.view(office.ack, body)
        await office.leave()
        assert office.kind("U5000") == "outsider"

    office.run(scenario)
    assert office.recorded() == before


def test_a_role_given_to_somebody_unknown_counts_once_slack_has_said_who_it_is(
    office: Office,
) -> None:
    with office.workspace.tx() as tx:
        lena = people.meet(tx, "U5000")
        people.change(tx, lena, roles=["approver"])
        assert lena.id not in [
            p.id for p in people.with_role(tx, people.Role.APPROVER, lena.partner)
        ]

    async def scenario() -> None:
        await office.leave()

    office.run(scenario)
    with office.workspace.tx() as tx:
        assert "U5000" in [
            p.slack for p in people.with_role(tx, people.Role.APPROVER, lena.partner)
        ]


def test_whom_the_operator_describes_is_a_member_until_slack_says_otherwise(
    office: Office, slack: RecordingSlack
) -> None:
    with office.workspace.tx() as tx:
        people.change(tx, people.meet(tx, "U03OTTO"), kind="member", checked_at=0)
    slack.users["U03OTTO"] = {"is_restricted": True}

    async def scenario() -> None:
        slack.answers["users.info"] = lambda _: {"ok": False, "error": "internal_error"}
        await office.says("U03OTTO", "where are we?")
        await office.leave()
        assert office.posted_to("U03OTTO") == ["status/where_we_are"]
        slack.answers.clear()

    office.run(scenario)
    since = len(slack.calls)

    async def later() -> None:
        await office.says("U03OTTO", "where are we?")
        await office.leave()
        assert office.posted_to("U03OTTO")[-1] == "repair/not_allowed"
        assert not [c for c in CANARIES if c in office.told(since)]

    office.run(later)


GUESTS = {
    "a guest whom we know": ({"members": ["U01MIRA", "U77GUEST", BOT]}, True),
    "a guest whom we do not know": ({"members": ["U01MIRA", "U78GUEST", BOT]}, False),
    "a channel of two workspaces": ({"members": ["U01MIRA", BOT], "is_ext_shared": True}, False),
    "a channel to be shared": ({"members": ["U01MIRA", BOT], "is_pending_ext_shared": True}, False),
    "nobody to be seen": ({"members": []}, False),
}
STATEFUL = (
    "where are we?",
    "I want to enroll",
    "how long does approval take?",
    "it was approved today",
    "our customers",
    "who signs the agreement?",
    "do we still qualify for direct bill?",
)


@pytest.mark.parametrize("who", GUESTS)
def test_a_reply_with_a_partners_state_goes_to_the_direct_messages_where_guests_read(
    office: Office, slack: RecordingSlack, who: str
) -> None:
    slack.channels[CHANNEL] = GUESTS[who][0]
    slack.users |= {"U77GUEST": {"is_restricted": True}, "U78GUEST": {"is_ultra_restricted": True}}

    async def scenario() -> None:
        if GUESTS[who][1]:
            await office.says("U77GUEST", "hello")
        for text in STATEFUL:
            await office.mentions("U01MIRA", text)
            await office.leave(20)
        await office.presses("U01MIRA", "status.start.now", channel=CHANNEL)
        await office.leave(20)
        there = [m for m in slack.posted() if m["channel"] == CHANNEL]
        assert {t for m in there for t in m["metadata"]["event_payload"]["templates"]} == {
            "repair/in_private"
        }
        assert len(there) == len(STATEFUL) + 1
        assert not [c for c in CANARIES if c in json.dumps(there)]
        assert "status/where_we_are" in office.posted_to("U01MIRA")
        assert "enroll/ask_outcome" in office.posted_to("U01MIRA")
        await office.mentions("U03OTTO", "thanks")
        await office.leave()
        assert [m["channel"] for m in slack.posted("repair/thanks")] == [CHANNEL]

    office.run(scenario)


def test_among_members_the_state_is_told_where_it_was_asked(
    office: Office, slack: RecordingSlack
) -> None:
    async def scenario() -> None:
        await office.mentions("U01MIRA", "where are we?")
        await office.leave()
        assert [m["channel"] for m in slack.posted("status/where_we_are")] == [CHANNEL]

    office.run(scenario)


def test_an_answer_without_a_partners_state_is_given_where_it_was_asked(
    office: Office, slack: RecordingSlack
) -> None:
    slack.channels[CHANNEL] = {"members": ["U01MIRA", "U78GUEST", BOT]}
    slack.users["U78GUEST"] = {"is_restricted": True}

    async def scenario() -> None:
        await office.mentions("U03OTTO", "which provider is the best?")
        await office.mentions("U03OTTO", "when does an invitation link expire?")
        await office.leave()
        assert [m["channel"] for m in slack.posted()] == [CHANNEL, CHANNEL]
        assert not slack.of("conversations.members")

    office.run(scenario)


def test_asked_in_a_channel_and_slack_does_not_say_who_reads_there(
    office: Office, slack: RecordingSlack
) -> None:
    slack.answers["conversations.members"] = lambda _: {"ok": False, "error": "missing_scope"}

    async def scenario() -> None:
        await office.mentions("U01MIRA", "where are we?")
        await office.leave()
        assert [m["channel"] for m in slack.posted("status/where_we_are")] == ["DU01MIRA"]
        assert [m["channel"] for m in slack.posted("repair/in_private")] == [CHANNEL]

    office.run(scenario)


def test_what_admins_are_told_in_their_channel_is_not_told_where_a_guest_reads(
    office: Office, slack: RecordingSlack
) -> None:
    slack.channels["C02ADMINS"] = {"members": ["U01MIRA", "U78GUEST", BOT]}
    slack.users["U78GUEST"] = {"is_restricted": True}

    async def scenario() -> None:
        await office.says("U02GRACE", "our GA signed today")
        await office.leave()
        card = [m for m in slack.posted("repair/record") if m["channel"] == "DU02GRACE"]
        for message in card:
            button = next(
                e
                for b in message["blocks"]
                for e in b.get("elements", ())
                if e.get("action_id", "").endswith(".now")
            )
            await office.presses("U02GRACE", button["action_id"], button["value"])
        await office.leave(20)
        assert "acceptance_reported" in office.workspace.audit()
        assert not [m for m in slack.posted() if m["channel"] == "C02ADMINS"]
        assert [m for m in slack.posted() if m["channel"] == "DU03OTTO"]

    office.run(scenario)


def test_who_reads_a_channel_is_looked_up_at_every_reply_but_an_account_only_once(
    office: Office, slack: RecordingSlack
) -> None:
    slack.channels[CHANNEL] = {"members": ["U01MIRA", "U88NEW", BOT]}

    async def scenario() -> None:
        for _ in range(3):
            await office.mentions("U01MIRA", "where are we?")
            await office.leave(20)
        assert [m["channel"] for m in slack.posted("status/where_we_are")] == [CHANNEL] * 3
        assert len([a for a in slack.of("users.info") if a["user"] == "U88NEW"]) == 1
        slack.users["U79GUEST"] = {"is_restricted": True}
        slack.channels[CHANNEL]["members"].append("U79GUEST")
        await office.mentions("U01MIRA", "where are we?")
        await office.leave(20)
        assert [m["channel"] for m in slack.posted("status/where_we_are")] == [
            *[CHANNEL] * 3,
            "DU01MIRA",
        ]

    office.run(scenario)
