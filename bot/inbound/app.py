"""The Bolt app: one listener per payload kind. Each turns the payload into an input
(dialogs/inputs.py) and runs a turn.

Knows Slack's payloads; decides nothing. Messages are sent by the outbox; only a modal is opened
here, after the commit.
"""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound import users
from bot.inbound.commands import (
    ASK,
    ASK_FORM,
    RELAY,
    said_by_command,
    said_by_shortcut,
    said_in_view,
)
from bot.inbound.membership import MembershipCheck
from bot.inbound.modals import in_chat
from bot.inbound.payloads import (
    Body,
    Malformed,
    chose_in,
    filled_in,
    heard_in,
    organisation_of,
    parsed,
    passed_in,
    team_of,
    unslack,
    where_of,
)
from bot.inbound.turns import TurnRunner
from bot.oauth.clients import Clients, OneClient
from bot.rendering.render import Templates
from dialogs.engine.context import MessageShortcut
from dialogs.engine.turn import TurnResult
from dialogs.inputs import Inbound, PickedMessage
from domain.storage.store import Busy

log = logging.getLogger("changeover.slack")
ANY = re.compile(r".*", re.S)
OPEN_MODAL_SECONDS = 2.0
GONE = ("app_uninstalled", "tokens_revoked")
Ack = Callable[..., Awaitable[Any]]


class BoltLog(logging.Filter):
    """Bolt's log lines about requests contain what people wrote: only its errors pass, without
    content."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.ERROR


def make_app(listeners: "SlackListeners", client: AsyncWebClient, signing_secret: str) -> AsyncApp:
    """The app for both HTTP and Socket Mode. The guard has checked HTTP requests before they get
    here. Nothing is sent through Bolt, so it needs no token, which it would look up at every
    request."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_token=client.token, bot_user_id=None
        )

    logger = logging.getLogger("slack_bolt")
    logger.setLevel(logging.ERROR)
    app = AsyncApp(
        logger=logger,
        signing_secret=signing_secret,
        authorize=authorize,
        client=client,
        process_before_response=True,
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    if not isinstance(listeners.clients, OneClient):
        app.middleware(listeners.known)
    app.event(ANY)(listeners.event)
    app.action(ANY)(listeners.action)
    app.view(ANY)(listeners.view)
    app.view({"type": "view_closed", "callback_id": ANY})(listeners.nothing)
    app.command(ANY)(listeners.command)
    app.shortcut(ANY)(listeners.shortcut)
    app.options(ANY)(listeners.nothing)

    @app.error
    async def failed(error: Exception) -> BoltResponse:
        """Not committed: Slack is to send it again. What cannot be parsed would fail again: 400."""
        if isinstance(error, Malformed):
            log.error(
                "a request could not be parsed: %s", type(error.__cause__).__name__, exc_info=error
            )
            return BoltResponse(status=400, body="")
        if not isinstance(error, Busy):
            log.error("a request failed: %s", type(error).__name__, exc_info=error)
        return BoltResponse(status=503, body="")

    return app


def is_gone(event: Body) -> bool:
    """Was the app removed from the workspace? A person's own token can be revoked without that."""
    return event["type"] == "app_uninstalled" or bool((event.get("tokens") or {}).get("bot"))


def _whose(body: Body) -> str:
    """The workspace that an event is about, or the organisation where it is about all of its
    workspaces."""
    return str(
        body["enterprise_id"]
        if organisation_of(body) and body.get("is_enterprise_install")
        else body["team_id"]
    )


class SlackListeners:
    """The listeners."""

    def __init__(self, runner: TurnRunner, words: Templates, clients: Clients) -> None:
        self.runner, self.words, self.clients = runner, words, clients
        self.who = MembershipCheck(runner, clients)

    async def known(self, body: Body, next: Callable[[], Awaitable[Any]]) -> Any:
        """Ignore workspaces where the app is not installed (any more): nobody could be answered
        there."""
        event = body.get("event") or {}
        if event.get("type") in GONE or await self.clients.is_known(
            team_of(body), organisation_of(body)
        ):
            return await next()
        return BoltResponse(status=200, body="")

    async def nothing(self, ack: Ack) -> None:
        """A known payload with nothing to do: acknowledged, so that Slack does not send it
        again."""
        await ack()

    async def event(self, ack: Ack, body: Body) -> None:
        event = body["event"]
        if event["type"] in ("user_change", "team_join"):
            await self.runner.workers.run(lambda: users.changed(self.runner, body))
        elif event["type"] == "app_home_opened" and event.get("user"):
            await self.who.ask(team_of(body), str(event["user"]))
            await self.runner.workers.run(lambda: users.opened(self.runner, body))
            self.runner.wake()
        elif event["type"] in GONE:
            if is_gone(event):
                at = (
                    int(body.get("event_time") or time.time()) * 1000 + 999
                )  # Slack says the second
                await self.clients.removed(parsed(_whose, body), at)
        elif (
            said := parsed(heard_in, body, await self.clients.bot_user(team_of(body)))
        ) is not None:
            await self._hear(team_of(body), said)
        await ack()

    async def action(self, ack: Ack, body: Body) -> None:
        done = await self._hear(team_of(body), parsed(chose_in, body))
        await ack()
        if done.form:
            await self._open(body, done)

    async def view(self, ack: Ack, body: Body) -> None:
        filled = parsed(said_in_view, body) or parsed(filled_in, body)
        done = await self._hear(team_of(body), filled)
        if done.wrong:
            await ack(
                response_action="errors",
                errors={s: self.words.sentence(*part) for s, part in done.wrong.items()},
            )
        else:
            await ack()

    async def command(self, ack: Ack, body: Body) -> None:
        """/changeover: the text after it is handled like a direct message, and answered there."""
        said = parsed(said_by_command, body, self.runner.assistant)
        await self._hear(team_of(body), said)
        if said.where.channel:
            await ack()
        else:
            await ack(
                text=self.words.sentence("help/look_in_messages", {"today": "2000-01-01"}),
                response_type="ephemeral",
            )

    async def shortcut(self, ack: Ack, body: Body) -> None:
        """A shortcut of Slack's menus. "Ask Changeover" opens a small form of its own without a
        turn. A shortcut on a message is handled as if the person had sent us its text, and answered
        in their direct messages."""
        if shortcut := self.runner.assistant.message_shortcut(str(body.get("callback_id"))):
            await self._pick(body, shortcut)
            await ack()
            return
        if body.get("type") == "message_action" and body.get("callback_id") == RELAY:
            await self._hear(team_of(body), parsed(passed_in, body))
            await ack()
            return
        await ack()
        if body.get("callback_id") == ASK:
            await self._open(
                body, TurnResult(form=(ASK_FORM, {"today": "2000-01-01", "flow": "help"}))
            )
        else:
            said = parsed(said_by_shortcut, body, self.runner.assistant)
            await self._hear(team_of(body), said)

    async def _pick(self, body: Body, shortcut: MessageShortcut) -> None:
        """A shortcut on a message that an ability declares: the ability says which input it stands
        for."""
        user, message, team = body["user"]["id"], body.get("message") or {}, team_of(body)
        picked = PickedMessage(
            f"shortcut:{body.get('trigger_id')}:{user}",
            user,
            str((body.get("channel") or {}).get("id") or ""),
            str(message.get("ts") or ""),
            unslack(str(message.get("text") or "")),
        )

        def meant() -> Inbound:
            with self.runner.store.turn(team, self.runner.now()) as tx:
                return shortcut(tx, picked)

        await self.who.ask(team, user)
        done = await self.runner.hear(team, await self.runner.workers.run(meant))
        if done.form:
            await self._open(body, done)

    async def _hear(self, team: str, inbound: Inbound) -> TurnResult:
        """Run a turn. Slack is asked first who the person is, if it has not said so yet."""
        await self.who.before(team, inbound)
        return await self.runner.hear(team, inbound)

    async def _open(self, body: Body, done: TurnResult) -> None:
        """Open the modal. A trigger is valid for three seconds; if it is too late, the questions
        are asked in the chat, with buttons."""
        assert done.form is not None
        name, data = done.form
        try:
            view = self.words.view(name, data)
            async with asyncio.timeout(OPEN_MODAL_SECONDS):
                client = await self.clients.of(team_of(body))
                await client.views_open(trigger_id=body.get("trigger_id", ""), view=view)
        except (
            Exception
        ) as error:  # the turn is committed: whatever the error was, the questions come in the chat
            log.warning("a modal did not open: %s", type(error).__name__)
            key = f"late:{body.get('trigger_id')}"
            await self.runner.hear(
                team_of(body),
                in_chat(self.runner.assistant, data, key, body["user"]["id"], where_of(body)),
            )
