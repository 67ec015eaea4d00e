"""`changeover serve`: everything put together and run until a signal.

HTTP, or Socket Mode beside the same /live /ready /metrics.
"""

import asyncio
import contextlib
import gc
import signal
import sys
from collections.abc import Callable, Iterator

import aiohttp
import uvicorn
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import log, migrate
from bot.check import check_words
from bot.clients import OneClient
from bot.door import Door, utc_now
from bot.guard import Guard
from bot.install import flow_of
from bot.installations import Installations
from bot.outbox import Sender
from bot.pace import Pace
from bot.plain import PlainWords
from bot.render import Words
from bot.settings import Settings
from bot.slack import Doors, make_app
from bot.socket_mode import Socket
from bot.threads import Threads
from bot.vault import Vault
from bot.web import Web
from dialogs.house import House
from domain import outbox
from domain.store import Busy, Store

TIMEOUT = 10
PG_THREADS = 4


def run(settings: Settings) -> int:
    """Until SIGINT or SIGTERM. Raises BadSetting, BadFile, NoWords, OldSchema before anything is served."""
    log.discreetly()
    house = House(relearn=False)
    words = (Words if settings.tables else PlainWords)(house.facts)
    check_words(house, words)
    store = Store(settings.database_url, settings.audit_key, pool_size=PG_THREADS + 2)
    migrate.at_start(store, settings.database_url)
    runner = asyncio.Runner(loop_factory=_loop())
    try:
        with runner:
            return runner.run(_serve(settings, house, words, store))
    finally:
        store.close()


class Server(uvicorn.Server):
    """uvicorn without its own signal handling: ours stops the outbox and Socket Mode too, and ends with 0."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop


async def _serve(settings: Settings, house: House, words: Words, store: Store) -> int:
    threads = Threads(0 if store.is_sqlite else PG_THREADS)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT)) as session:

        def client_with(token: str | None) -> AsyncWebClient:
            return AsyncWebClient(token=token, base_url=settings.api_url, session=session, timeout=TIMEOUT, retry_handlers=[])

        client = client_with(None if settings.oauth else settings.bot_token)
        door = Door(house, store, threads, utc_now)
        pace = Pace(settings.rate_user, settings.rate_team)
        clients = _clients(settings, store, threads, client_with)
        sender = Sender(store, words, clients, threads, utc_now, door.in_burst, pace)
        door.wake, sender.hear = sender.wake, door.hear
        doors = Doors(door, words, clients)
        flow, myself = None, None
        if isinstance(clients, Installations):
            clients.reseal()
            clients.wake, flow = sender.wake, flow_of(settings, clients)
        else:
            myself = asyncio.create_task(clients.who_am_i())
        app = make_app(doors, client, settings.signing_secret)

        async def ready() -> bool:
            return await threads.run(lambda: store.reachable() and migrate.is_current(store))

        async def figures() -> dict[str, float]:
            waiting, late = await threads.run(lambda: _backlog(store))
            return {
                "turns_total": door.turns, "turn_errors_total": door.errors, "sent_total": sender.sent,
                "failed_total": sender.failed, "waiting": waiting, "late_seconds": late,
            }  # fmt: skip

        web = Web(None if settings.socket_mode else app, settings.signing_secret, ready, figures, flow)
        config = uvicorn.Config(
            web,
            settings.host,
            settings.port,
            log_config=None,
            lifespan="off",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=30,
            h11_max_incomplete_event_size=65_536,
            ws="none",
        )
        gc.freeze()  # flows, words and the head stay for good: nobody need look through them for what can go
        server = Server(config)
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        tasks = [asyncio.create_task(sender.run()), asyncio.create_task(server.serve())]
        socket = await _connect(app, web.guard, settings, session) if settings.socket_mode else None
        ended = asyncio.create_task(stop.wait())
        done, _ = await asyncio.wait([*tasks, ended], return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        if socket:
            await socket.close_async()  # type: ignore[no-untyped-call]
        tasks[0].cancel()
        if myself:
            myself.cancel()
        with contextlib.suppress(asyncio.CancelledError, SystemExit):
            await asyncio.gather(*tasks, return_exceptions=True)
        threads.close()
        return 0 if ended in done else 1


def _backlog(store: Store) -> tuple[float, float]:
    try:
        with store.reading() as db:
            return outbox.backlog(db, utc_now())
    except Busy:
        return float("nan"), float("nan")


def _clients(
    settings: Settings, store: Store, threads: Threads, client_with: Callable[[str | None], AsyncWebClient]
) -> OneClient | Installations:
    """With SLACK_CLIENT_ID each workspace's own token, else the one that is set."""
    if not settings.oauth:
        return OneClient(client_with(settings.bot_token), store, threads)
    if settings.bot_token:
        print("SLACK_BOT_TOKEN is not used: with SLACK_CLIENT_ID each workspace has its own", file=sys.stderr)
    vault = Vault(settings.keys)
    return Installations(store, vault, threads, utc_now, client_with, settings.client_id, settings.client_secret)


async def _connect(app: AsyncApp, guard: Guard, settings: Settings, session: aiohttp.ClientSession) -> Socket:
    """Socket Mode over the same app. The handler gets a client of its own, with the app token and the same address."""
    own = AsyncWebClient(token=settings.app_token, base_url=settings.api_url, session=session, timeout=TIMEOUT)
    handler = Socket(app, guard, settings.app_token, own)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    return handler
