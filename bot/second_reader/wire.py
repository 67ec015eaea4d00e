"""One request to the second reader and its answer: a prompt with numbered topics, and a number.
Anything else that comes back is a Failure."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp

from bot.second_reader.endpoint import Endpoint
from dialogs.second_reader.question import Outcome, Question

SECONDS, MOST_BYTES, CHUNK, AT_A_TIME = 1.5, 65_536, 8_192, 8
PROMPT: dict[str, str] = tomllib.loads(Path(__file__).with_name("prompt.toml").read_text("utf-8"))


class Failure(Exception):
    """There is no answer that can be used. Says nothing of what was sent or came back."""

    def __init__(self, outcome: Outcome, status: int = 0) -> None:
        super().__init__(f"{outcome} {status}" if status else str(outcome))
        self.outcome = outcome


def connection(seconds: float = SECONDS) -> aiohttp.ClientSession:
    """A session of its own: no cookies, no proxy of the environment, a time-out for all of a call
    (waiting for a connection, connecting, reading)."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=AT_A_TIME),
        timeout=aiohttp.ClientTimeout(total=seconds),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
    )


def body_of(question: Question, model: str, title: Callable[[str], str]) -> dict[str, Any]:
    """The request. `title`: the title of an answer by its name."""
    topics = [
        PROMPT["topic"].format(
            n=n,
            title=title(choice.name),
            phrases=PROMPT["between_phrases"].join(choice.phrases),
        )
        for n, choice in enumerate(question.choices, 1)
    ]
    message = PROMPT["message"].format(text=question.text)
    asked = [PROMPT["topics"], *topics, PROMPT["none"], message, PROMPT["question"]]
    topic = {"type": "integer", "enum": list(range(len(topics) + 1))}
    schema = {
        "type": "object",
        "properties": {"topic": topic},
        "required": ["topic"],
        "additionalProperties": False,
    }
    return ({"model": model} if model else {}) | {
        "messages": [
            {"role": "system", "content": PROMPT["system"]},
            {"role": "user", "content": "\n".join(asked)},
        ],
        "temperature": 0,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "topic", "strict": True, "schema": schema},
        },
    }


async def ask(session: aiohttp.ClientSession, endpoint: Endpoint, body: bytes) -> bytes:
    """What came back. A redirect is not followed: it would send the text and the key elsewhere.
    Raises Failure."""
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": "changeover",
    } | endpoint.headers
    try:
        async with session.post(
            endpoint.url, data=body, headers=headers, allow_redirects=False
        ) as answer:
            if answer.status != 200:
                raise Failure(Outcome.REFUSED, answer.status)
            found = bytearray()
            async for chunk in answer.content.iter_chunked(CHUNK):
                found += chunk
                if len(found) > MOST_BYTES:
                    raise Failure(Outcome.TOO_LARGE)
            return bytes(found)
    except TimeoutError as error:
        raise Failure(Outcome.TIMED_OUT) from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise Failure(Outcome.UNREACHABLE) from error


def chosen_in(raw: bytes, choices: int) -> int:
    """The number that an answer picks, from 0 to `choices`. Raises Failure."""
    try:
        content = json.loads(raw)["choices"][0]["message"]["content"]
        topic = json.loads(content)
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise Failure(Outcome.MALFORMED) from error
    if not isinstance(topic, dict) or topic.keys() != {"topic"} or type(topic["topic"]) is not int:
        raise Failure(Outcome.MALFORMED)
    if not 0 <= topic["topic"] <= choices:
        raise Failure(Outcome.OUTSIDE)
    return int(topic["topic"])
