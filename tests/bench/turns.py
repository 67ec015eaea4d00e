"""How dear is a full durable turn? Run: make bench (about a minute). Prints one JSON object;
asserts nothing.

Against a bare Bolt echo app on the same ASGI adapter in the same run: signed button presses that
advance an enrollment (lock, flow, domain, audit, outbox, commit on SQLite synchronous=FULL, 200),
each server a process of its own. Then `changeover serve` again: ready after, ack p50/p99 at a paced
100 turns/s, RSS.
"""

import asyncio
import json
import logging
import multiprocessing
import socket
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.settings import audit_key
from dialogs.assistant import load_assistant
from dialogs.engine.context import Assistant
from dialogs.engine.turn import handle
from dialogs.inputs import ButtonPress, Message, Origin
from domain.storage.store import Store
from tests.bot.recording import SECRET, TEAM, RecordingSlack, Requests, click, form
from tests.bot.running import Running, free_port, until

SECRET_KEY = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
PRESSES, CONCURRENT, ROUNDS, PACED = 1500, 16, 3, 1000
ACTION = "enroll.weighed.weighed"
Call = tuple[bytes, dict[str, str]]


async def rate(port: int, calls: list[Call]) -> float:
    """Requests per second over kept connections, a fixed number under way; every one must be
    answered 200.

    Written on bare sockets: a client as dear as the server would measure itself.
    """
    left = iter([head(body, headers) + body for body, headers in calls])

    async def worker() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in left:
            writer.write(request)
            answer = await reader.readuntil(b"\r\n\r\n")
            assert answer.startswith(b"HTTP/1.1 200"), answer
            length = int(answer.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
            await reader.readexactly(length)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(CONCURRENT)))
    return len(calls) / (time.perf_counter() - began)


def head(body: bytes, headers: dict[str, str]) -> bytes:
    lines = [
        "POST /slack/events HTTP/1.1",
        "host: 127.0.0.1",
        *(f"{k}: {v}" for k, v in headers.items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def echo_app() -> AsyncSlackRequestHandler:
    """Bolt alone: the signature is checked, one listener acks."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id=TEAM, bot_token="xoxb", bot_user_id="U00BOT"
        )

    logging.getLogger("slack_bolt").setLevel(logging.ERROR)
    app = AsyncApp(
        signing_secret=SECRET,
        authorize=authorize,
        process_before_response=True,
        logger=logging.getLogger("slack_bolt"),
    )

    @app.action("enroll.weighed.weighed")
    async def echo(ack: Any) -> None:
        await ack()

    return AsyncSlackRequestHandler(app, path="/slack/events")


def prepared(
    store: Store, assistant: Assistant, many: int, begin: int = 0
) -> list[tuple[str, str]]:
    """People who stand before the button: (Slack id, offer)."""
    now = datetime.now(UTC)
    found = []
    with store.turn(TEAM, now) as tx:
        for n in range(begin, begin + many):
            slack, where = f"U{n:06d}", Origin(f"DU{n:06d}")
            handle(
                assistant, tx, Message((f"a{n}",), slack, "I want to enroll", where, name=f"P{n}")
            )
            for step, action in enumerate(
                ("enroll.profile.current", "enroll.tenant.this", "enroll.standing.restricted")
            ):
                handle(
                    assistant,
                    tx,
                    ButtonPress((f"b{n}.{step}",), slack, action, offer(tx, slack), where),
                )
            found.append((slack, offer(tx, slack)))
        tx.db.exec_driver_sql("UPDATE outbox SET state = 'sent'")
    return found


def offer(tx: Any, slack: str) -> str:
    from dialogs.engine.conversation_store import conversation_of
    from domain import people

    question = conversation_of(tx, people.meet(tx, slack).id).open
    assert question
    return question.offer


def presses(who: list[tuple[str, str]]) -> list[Call]:
    """Signed requests, one press each."""
    requests = Requests("")
    calls = []
    for slack, value in who:
        blocks = [
            {
                "type": "actions",
                "elements": [{"type": "button", "action_id": ACTION, "value": value}],
            }
        ]
        body = form(click(slack, {"channel": f"D{slack}", "blocks": blocks}, ACTION, requests.ts()))
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "content-length": str(len(body)),
        }
        calls.append((body, headers | requests.signed(body)))
    return calls


def serve_echo(port: int) -> None:
    """The echo in a process of its own, on the server that `changeover serve` uses."""
    import uvicorn

    uvicorn.run(
        echo_app(),
        host="127.0.0.1",
        port=port,
        log_level="error",
        access_log=False,
        loop="uvloop",
        lifespan="off",
    )


def throughput(folder: Path) -> dict[str, float]:
    """Requests per second of the echo and of `changeover serve`, in turns; medians. The outbox
    sends meanwhile."""
    slack, port = RecordingSlack(), free_port()
    echo = multiprocessing.get_context("spawn").Process(
        target=serve_echo, args=(port,), daemon=True
    )
    echo.start()
    bot = Running(folder, slack.url, CHANGEOVER_SECRET_KEY=SECRET_KEY)
    bot.seed()
    store, assistant = Store(bot.env["DATABASE_URL"], audit_key(SECRET_KEY, "")), load_assistant()
    who = [prepared(store, assistant, PRESSES, n * PRESSES) for n in range(ROUNDS)]
    bot.start()
    until(lambda: socket.create_connection(("127.0.0.1", port), 1))
    echoes, turns = [], []
    for some in who:
        calls = presses(some)
        echoes.append(asyncio.run(rate(port, calls)))
        turns.append(asyncio.run(rate(bot.port, calls)))
    with store.reading() as db:
        decided = db.exec_driver_sql("SELECT count(*) FROM audit WHERE action = 'decided'").scalar()
    assert decided == ROUNDS * PRESSES, decided
    store.close()
    bot.stop()
    echo.terminate()
    slack.stop()
    one, other = statistics.median(echoes), statistics.median(turns)
    return {
        "echo_per_s": round(one),
        "turn_per_s": round(other),
        "turn_of_echo": round(other / one, 3),
    }


async def paced(url: str, calls: list[Call], per_second: int) -> list[float]:
    """Seconds until each 200, at a fixed pace whatever the answers do (open loop)."""
    took: list[float] = []
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64)) as session:

        async def one(body: bytes, headers: dict[str, str]) -> None:
            began = time.perf_counter()
            async with session.post(url + "/slack/events", data=body, headers=headers) as answer:
                assert answer.status == 200, answer.status
                await answer.read()
            took.append(time.perf_counter() - began)

        began, tasks = time.perf_counter(), []
        for n, (body, headers) in enumerate(calls):
            await asyncio.sleep(max(0.0, began + n / per_second - time.perf_counter()))
            tasks.append(asyncio.create_task(one(body, headers)))
        await asyncio.gather(*tasks)
    return took


def over_http(folder: Path) -> dict[str, float]:
    """`changeover serve` as users run it: ready, ack times at 100 turns/s with the outbox sending,
    memory."""
    slack = RecordingSlack()
    bot = Running(folder, slack.url, CHANGEOVER_SECRET_KEY=SECRET_KEY)
    bot.seed()
    store = Store(bot.env["DATABASE_URL"], audit_key(SECRET_KEY, ""))
    calls_of = prepared(store, load_assistant(), PACED + 50)
    store.close()
    bot.start()
    asyncio.run(paced(bot.url, presses(calls_of[:50]), 50))
    took = sorted(asyncio.run(paced(bot.url, presses(calls_of[50:]), 100)))
    assert bot.process is not None
    status = Path(f"/proc/{bot.process.pid}/status").read_text()
    rss = (
        int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))
        / 1024
    )
    bot.stop()
    slack.stop()
    p50, p99 = took[len(took) // 2], took[int(len(took) * 0.99)]
    return {
        "ready_s": round(bot.ready_after, 2),
        "ack_p50_ms": round(p50 * 1000, 1),
        "ack_p99_ms": round(p99 * 1000, 1),
        "rss_mb": round(rss),
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        figures = throughput(Path(one)) | over_http(Path(two))
    print(json.dumps(figures | {"python": sys.version.split()[0]}))


if __name__ == "__main__":
    main()
