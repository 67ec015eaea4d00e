"""Garbage without a signature must not fill the log: one line a minute says how much there was."""

import io
import logging
import socket
from pathlib import Path

import pytest

from bot.log import SUM_SECONDS, Discreet, Summed
from tests.bot.recording import PATIENCE, RecordingSlack, Requests
from tests.bot.running import Running, until

SAID = "Invalid HTTP request received."


def logger_at(clock: list[float], name: str) -> tuple[logging.Logger, io.StringIO]:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Discreet())
    handler.addFilter(Summed(lambda: clock[0]))
    logger = logging.Logger(name)
    logger.addHandler(handler)
    return logger, written


def test_a_flood_is_one_line_a_minute_with_a_count() -> None:
    clock = [0.0]
    logger, written = logger_at(clock, "uvicorn.error")
    for _ in range(10_000):
        logger.warning(SAID)
    logger.warning("Unsupported upgrade request.")
    assert [line.partition(": ")[2] for line in written.getvalue().splitlines()] == [
        SAID,
        "Unsupported upgrade request.",
    ]
    clock[0] = SUM_SECONDS
    logger.warning(SAID)
    logger.warning(SAID)
    assert (
        written.getvalue().splitlines()[2:][0].endswith(f"{SAID} (9999 more since the last line)")
    )
    assert len(written.getvalue().splitlines()) == 3


def test_an_error_and_our_own_warnings_are_all_written() -> None:
    logger, written = logger_at([0.0], "uvicorn.error")
    ours, own = logger_at([0.0], "changeover.turn")
    for _ in range(3):
        logger.error("the server failed")
        ours.warning("a request was malformed")
    assert len(written.getvalue().splitlines()) == len(own.getvalue().splitlines()) == 3


@pytest.mark.slow
def test_unsigned_garbage_writes_next_to_nothing(bot: Running, slack: RecordingSlack) -> None:
    for n in range(300):
        with socket.create_connection(("127.0.0.1", bot.port), PATIENCE) as connection:
            connection.sendall(
                b"\x16\x03\x01 garbage %d\r\n\r\n" % n if n % 2 else b"GET / HTTP/9\r\n\r\n"
            )
            connection.recv(1_000)
    for _ in range(20):  # unsigned, and of no HTTP that we take
        Requests(bot.url).send(b"x", "application/json", Content_Encoding="gzip")
    requests = Requests(bot.url)
    requests.says("U01MIRA", "thanks")
    until(lambda: slack.posted("repair/thanks"))
    # one line a minute for each kind: few, however long a slow machine takes for all of this
    assert len(bot.log().splitlines()) < 30, bot.log()
    assert Path(bot.folder / "bot.log").stat().st_size < 6_000
