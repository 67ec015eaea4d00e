"""What `serve` writes down: when, where, what kind of error; never what people wrote, and no token (reliability.md, T14).

The text of an exception may hold a person's words, so only its class and the lines that it passed are kept.
"""

import logging
import re
import traceback
from types import TracebackType

_SECRET = re.compile(
    r"\b(?:xox[a-z]|xoxe\.xox[a-z]|xapp)-[\w-]+|\beyJ[\w-]+\.[\w-]+\.[\w-]*|[\w.+-]+@[\w-]+\.[\w.-]+|(?<=://)[^\s/@]+:[^\s/@]+(?=@)"
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


def discreetly() -> None:
    """Everything from warnings up goes to standard error in this form."""
    handler = logging.StreamHandler()
    handler.setFormatter(Discreet())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
