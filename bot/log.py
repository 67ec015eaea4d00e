"""What `serve` writes down: when, where, what kind of error; never what people wrote, and no token
(docs/security.md T14).

The text of an exception may hold a person's words, so only its class and the lines that it passed
are kept.
"""

import logging
import re
import time
import traceback
from collections.abc import Callable
from types import TracebackType

_SECRET = re.compile(
    r"\b(?:xox[a-z]|xoxe\.xox[a-z]|xapp)-[\w-]+|\beyJ[\w-]+\.[\w-]+\.[\w-]*|[\w.+-]+@[\w-]+\.[\w.-]+|(?<=://)[^\s/@]+:[^\s/@]+(?=@)"
)
SERVERS = ("uvicorn.error", "sanic.error", "sanic.root")
SUM_SECONDS = 60.0
# Loggers with handlers of their own, which would write what we strike out.
LIBRARIES = (
    "uvicorn",
    "uvicorn.error",
    "sanic.root",
    "sanic.error",
    "sanic.access",
    "sanic.server",
    "rasa_sdk",
)
Failed = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Discreet(logging.Formatter):
    """One line per record; tokens, addresses of people and passwords in URLs are struck out."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return _SECRET.sub("***", super().format(record))

    def formatException(self, ei: Failed) -> str:
        """Where it came from, innermost last, and its class with those of its causes."""
        error, kinds = ei[1], []
        frames = traceback.extract_tb(ei[2])
        while error is not None:
            kinds.append(type(error).__name__)
            error = error.__cause__
        places = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        return "\n".join([*places, "  " + " <- ".join(kinds)])


class Summed(logging.Filter):
    """What anybody can cause without a signature ("Invalid HTTP request received.") is one line a
    minute, which says how many were left out. A flood must not fill the disk."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._last: dict[str, float] = {}
        self._left_out: dict[str, int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name not in SERVERS or record.levelno != logging.WARNING:
            return True
        kind, now = str(record.msg), self._clock()
        if now - self._last.get(kind, -SUM_SECONDS) < SUM_SECONDS:
            self._left_out[kind] = self._left_out.get(kind, 0) + 1
            return False
        self._last[kind] = now
        if many := self._left_out.pop(kind, 0):
            record.msg, record.args = f"{record.getMessage()} ({many} more since the last line)", ()
        return True


def discreetly() -> None:
    """Everything from warnings up goes to standard error in this form, whatever a library has set
    up."""
    handler = logging.StreamHandler()
    handler.setFormatter(Discreet())
    handler.addFilter(Summed())
    for name in LIBRARIES:
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
