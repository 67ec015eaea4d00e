"""`changeover serve`: everything put together and run until a signal.

HTTP, or Socket Mode beside the same /live /ready /metrics.
"""

import asyncio
import contextlib
import gc
import logging
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime

import aiohttp
import uvicorn
from slack_sdk.web.async_client import AsyncWebClient

from bot import log, schema, weights
from bot.database_clock import DatabaseClock
from bot.inbound.app import SlackListeners, make_app
from bot.inbound.http import Web
from bot.inbound.socket_mode import SocketMode
from bot.inbound.turns import TurnRunner, utc_now
from bot.oauth.clients import OneClient
from bot.oauth.install import flow_of
from bot.oauth.token_store import Installations
from bot.oauth.vault import Vault
from bot.outbound.rate_limit import RateLimiter
from bot.outbound.sender import Sender
from bot.outbound.web_api import Client
from bot.rendering.plain_tables import PlainTemplates
from bot.rendering.render import Templates
from bot.rendering.validate import check_words
from bot.second_reader import wire
from bot.second_reader.reader import SecondReader
from bot.settings import BadSetting, Settings
from bot.supervise import Tasks, leave_at_signals_while_starting, leave_in_time
from bot.worker_pool import WorkerPool
from dialogs.assistant import load_assistant
from dialogs.engine.context import Assistant
from dialogs.second_reader.everyday import Everyday
from domain.knowledge import facts_in_use
from domain.storage import outbox_queries
from domain.storage.postgresql import BESIDE, TURN, limited
from domain.storage.store import Busy, Store

TIMEOUT, GRACE = 10, 5  # seconds
SENDER, HTTP, SOCKET, WHO_AM_I = "the sender", "the web server", "Socket Mode", "auth.test"
PG_THREADS = 4


def run(settings: Settings) -> int:
    """Until SIGINT or SIGTERM. Raises BadSetting, BadFile, NoTemplate, OldSchema before anything is
    served, and BadSetting when Slack does not take a token at the start."""
    log.discreetly()
    leave_at_signals_while_starting()
    assistant = load_assistant(relearn=False)
    weights.tell(assistant)
    words = (Templates if settings.tables else PlainTemplates)(assistant.facts)
    check_words(assistant, words)
    store = Store(
        settings.database_url,
        settings.audit_key,
        PG_THREADS + 2,
        BESIDE,
        pooler=settings.pooler,
    )
    schema.at_start(store)
    with store.reading() as db:
        facts_in_use.refresh(db, assistant.facts)
    runner = asyncio.Runner(loop_factory=_loop())
    try:
        with runner:
            return runner.run(_serve(settings, assistant, words, store))
    except BadSetting:
        raise
    except Exception as error:
        logging.getLogger("changeover.serve").error(
            "serve ends: %s", type(error).__name__, exc_info=error
        )
        return 1
    finally:
        store.close()


class Server(uvicorn.Server):
    """uvicorn without its own signal handling: ours stops the outbox and Socket Mode too, and ends
    with 0."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop


class Http:
    """The web server; `run` may be called again when it broke."""

    def __init__(self, web: Web, settings: Settings) -> None:
        self.web, self.settings, self._served = web, settings, False
        self._server: Server | None = None

    async def run(self) -> None:
        """Until `leave`. Raises BadSetting where the port cannot be opened at the start."""
        self._server = Server(self._config())
        try:
            await self._server.serve()
        except (
            SystemExit
        ) as error:  # uvicorn's word for a port that it cannot open; it has logged the reason
            if not self._served:
                at = f"{self.settings.host}:{self.settings.port}"
                raise BadSetting(
                    f"HOST and PORT: {at} cannot be opened; is another server running there?"
                ) from error
            raise
        finally:
            self._served = self._served or self._server.started

    def leave(self) -> None:
        if self._server:
            self._server.should_exit = True

    def _config(self) -> uvicorn.Config:
        return uvicorn.Config(
            self.web,
            self.settings.host,
            self.settings.port,
            log_config=None,
            lifespan="off",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=30,
            h11_max_incomplete_event_size=65_536,
            ws="none",
            timeout_graceful_shutdown=GRACE,
        )


async def _serve(settings: Settings, assistant: Assistant, words: Templates, store: Store) -> int:
    tasks = Tasks()
    tasks.on_signals()
    workers, clock = WorkerPool(0 if store.is_sqlite else PG_THREADS), DatabaseClock(store)
    clock.start()
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT)) as session,
        _second_reader(settings, assistant, words, store, workers) as second_reader,
    ):

        def client_with(token: str | None) -> AsyncWebClient:
            return Client(
                token=token,
                base_url=settings.api_url,
                session=session,
                timeout=TIMEOUT,
                retry_handlers=[],
            )

        client = client_with(None if settings.oauth else settings.bot_token)
        runner = TurnRunner(assistant, store, workers, clock.now)
        runner.second_reader = second_reader
        pace = RateLimiter(settings.rate_user, settings.rate_team)
        clients = _clients(settings, store, workers, client_with, clock.now)
        sender = Sender(store, words, clients, workers, clock.now, runner.in_burst, pace)
        runner.wake, sender.hear = sender.wake, runner.hear
        sender.read_clock = clock.read
        listeners = SlackListeners(runner, words, clients)
        flow = None
        if isinstance(clients, Installations):
            clients.reseal()
            clients.wake, flow = sender.wake, flow_of(settings, clients)
        app = make_app(listeners, client, settings.signing_secret)

        async def ready() -> bool:
            """With OAuth each workspace has its own token, so there is none that has to be taken
            first."""
            if isinstance(clients, OneClient) and not clients.accepted:
                return False
            return await workers.run(lambda: _is_current(store))

        async def figures() -> dict[str, float]:
            waiting, late = await workers.run(lambda: _backlog(store, clock.now()))
            return {
                "turns_total": runner.turns,
                "turn_errors_total": runner.errors,
                "sent_total": sender.sent,
                "failed_total": sender.failed,
                "waiting": waiting,
                "late_seconds": late,
                "clock_ahead_seconds": clock.off,
            } | (second_reader.figures() if second_reader else {})

        web = Web(
            None if settings.socket_mode else app, settings.signing_secret, ready, figures, flow
        )
        http = Http(web, settings)
        # flows, words and the head stay for good: nobody need look through them for what can go
        gc.freeze()
        tasks.begin(SENDER, sender.run)
        tasks.begin(HTTP, http.run)
        if isinstance(clients, OneClient):
            tasks.begin(WHO_AM_I, clients.who_am_i)
        if settings.socket_mode:
            tasks.begin(SOCKET, SocketMode(app, web.guard, settings, session, TIMEOUT).run)
        await tasks.wait()
        leave_in_time()
        if not tasks.error:
            logging.getLogger("changeover.serve").warning("serve ends: %s", tasks.why)
        http.leave()
        sender.leave()
        for what in (WHO_AM_I, SOCKET):
            tasks.cancel(what)
        await tasks.end()
        workers.close()
    if tasks.error:
        raise tasks.error
    return 0


@contextlib.asynccontextmanager
async def _second_reader(
    settings: Settings,
    assistant: Assistant,
    words: Templates,
    store: Store,
    workers: WorkerPool,
) -> AsyncIterator[SecondReader | None]:
    """The second reader of the settings, with a session of its own; None where there is none."""
    if settings.second_reader is None:
        yield None
        return
    assistant.everyday = Everyday.of(assistant.understanding.entries.values())
    found = SecondReader(
        settings.second_reader, store, workers, utc_now, lambda name: words.title(f"answers/{name}")
    )
    async with wire.connection() as found.session:
        yield found


def _is_current(store: Store) -> bool:
    try:
        with limited(TURN):
            return store.reachable() and schema.fits(store)
    except Busy:
        return False


def _backlog(store: Store, now: datetime) -> tuple[float, float]:
    try:
        with limited(TURN), store.reading() as db:
            return outbox_queries.backlog(db, now)
    except Busy:
        return float("nan"), float("nan")


def _clients(
    settings: Settings,
    store: Store,
    workers: WorkerPool,
    client_with: Callable[[str | None], AsyncWebClient],
    now: Callable[[], datetime],
) -> OneClient | Installations:
    """With SLACK_CLIENT_ID each workspace's own token, else the one that is set."""
    if not settings.oauth:
        return OneClient(client_with(settings.bot_token), store, workers)
    if settings.bot_token:
        print(
            "SLACK_BOT_TOKEN is not used: with SLACK_CLIENT_ID each workspace has its own",
            file=sys.stderr,
        )
    vault = Vault(settings.keys)
    return Installations(
        store, vault, workers, now, client_with, settings.client_id, settings.client_secret
    )
