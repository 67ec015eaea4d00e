"""Before Bolt: only whole, fresh, signed and well-formed requests of Slack get in (docs/security.md
G1-G3). Logs no content.

Bolt builds and parses a request before it checks the signature, and logs the body of a forged one;
so this stands in front.
"""

import asyncio
import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast
from urllib.parse import parse_qsl

import orjson

from bot.inbound import shapes

MAX_BODY = 262_144
MAX_DEPTH = 32
MAX_AGE = 300
READ_SECONDS = 5.0
_TIMESTAMP = re.compile(rb"[0-9]{10}")
_SIGNATURE = re.compile(rb"v0=[0-9a-f]{64}")

Receive = Callable[[], Awaitable[dict[str, Any]]]
Body = dict[str, Any]


class Refused(Exception):
    """Not let in: the HTTP status, a stable reason for the counter, which field was wrong, and
    whether the request was signed. Carries nothing of the request."""

    def __init__(self, status: int, reason: str, field: str = "") -> None:
        super().__init__(reason)
        self.status, self.reason, self.field, self.signed = status, reason, field, False


class Guard:
    """Reads one request and says what it is. `counts`: how often each reason refused one."""

    def __init__(self, signing_secret: str, clock: Callable[[], float]) -> None:
        self._secret, self._clock = signing_secret.encode(), clock
        self.counts: Counter[str] = Counter()

    async def admit(self, method: str, headers: Mapping[bytes, bytes], receive: Receive) -> Body:
        """What the body parses to. Raises Refused."""
        signed = False
        try:
            _check_envelope(method, headers)
            raw = await _read(receive, int(headers[b"content-length"]))
            self._check_signature(headers, raw)
            signed = True
            return parse(raw, headers.get(b"content-type", b""))
        except Refused as refused:
            refused.signed = signed
            self.counts[refused.reason] += 1
            raise

    def admit_envelope(self, kind: str, payload: Body) -> Body:
        """What came over Socket Mode, where Slack is known by the connection. Raises Refused."""
        try:
            return parse_envelope(kind, payload)
        except Refused as refused:
            refused.signed = True
            self.counts[refused.reason] += 1
            raise

    def _check_signature(self, headers: Mapping[bytes, bytes], raw: bytes) -> None:
        stamp, signature = (
            headers.get(b"x-slack-request-timestamp", b""),
            headers.get(b"x-slack-signature", b""),
        )
        if not _TIMESTAMP.fullmatch(stamp) or not _SIGNATURE.fullmatch(signature):
            raise Refused(401, "not_signed")
        if abs(self._clock() - int(stamp)) > MAX_AGE:
            raise Refused(401, "stale")
        wanted = (
            hmac.new(self._secret, b"v0:" + stamp + b":" + raw, hashlib.sha256).hexdigest().encode()
        )
        if not hmac.compare_digest(b"v0=" + wanted, signature):
            raise Refused(401, "wrong_signature")


def _check_envelope(method: str, headers: Mapping[bytes, bytes]) -> None:
    if method != "POST":
        raise Refused(405, "method")
    if b"transfer-encoding" in headers or b"content-encoding" in headers:
        raise Refused(400, "encoding")
    length = headers.get(b"content-length", b"")
    if not length.isdigit():
        raise Refused(411, "no_length")
    if len(length) > 9 or int(length) > MAX_BODY:
        raise Refused(413, "too_large")


async def _read(receive: Receive, length: int) -> bytes:
    chunks = bytearray()
    try:
        async with asyncio.timeout(READ_SECONDS):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    raise Refused(400, "gone")
                chunks += message.get("body", b"")
                if len(chunks) > length:
                    raise Refused(413, "too_large")
                if not message.get("more_body", False):
                    break
    except TimeoutError:
        raise Refused(408, "slow") from None
    if len(chunks) != length:
        raise Refused(400, "cut_off")
    return bytes(chunks)


def parse(raw: bytes, content_type: bytes) -> Body:
    """A signed body as what Slack sends: an event, an interaction (`payload`) or a command. Raises
    Refused(400)."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(400, "not_text") from None
    if content_type.split(b";")[0].strip().lower() == b"application/json":
        return _check_event(_json(text))
    try:
        form = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=100))
    except ValueError:
        raise Refused(400, "not_a_form") from None
    if "payload" in form:
        return _check_interaction(_json(form["payload"]))
    if form.get("ssl_check") == "1":
        return form
    has_nul = "%00" in text or "\x00" in text
    return _checked("command", _without_nul(form) if has_nul else form)


def parse_envelope(kind: str, payload: Body) -> Body:
    """The same for what came over Socket Mode; `kind` is the envelope's. Raises Refused(400)."""
    try:
        text = orjson.dumps(payload).decode()
    except TypeError:  # lone surrogates, or deeper than any payload of Slack
        raise Refused(400, "not_json") from None
    body = _json(text)
    if kind == "events_api":
        return _check_event(body)
    return _checked("command", body) if kind == "slash_commands" else _check_interaction(body)


def _json(text: str) -> Body:
    try:
        value = orjson.loads(text)
    except ValueError:
        raise Refused(400, "not_json") from None
    if not isinstance(value, dict):
        raise Refused(400, "not_an_object")
    if text.count("{") + text.count("[") > MAX_DEPTH and _deep(value):
        raise Refused(400, "too_deep")
    return cast(Body, _without_nul(value)) if "\\u0000" in text else value


def _without_nul(value: Any) -> Any:
    """NUL means nothing in Slack, and PostgreSQL keeps no text with it."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, list):
        return [_without_nul(one) for one in value]
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(one) for key, one in value.items()}
    return value


def _deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            c
            for v in level
            for c in (v.values() if isinstance(v, dict) else v)
            if isinstance(c, dict | list)
        ]
        if not level:
            return False
    return True


EVENTS = ("event_callback", "url_verification")
INTERACTIONS = (
    "block_actions",
    "view_submission",
    "view_closed",
    "shortcut",
    "message_action",
    "block_suggestion",
)


def _check_event(body: Body) -> Body:
    if body.get("type") == "app_rate_limited":
        return body
    return _checked(_one_of(EVENTS, body), body)


def _check_interaction(body: Body) -> Body:
    return _checked(_one_of(INTERACTIONS, body), body)


def _one_of(kinds: tuple[str, ...], body: Body) -> str:
    kind = body.get("type")
    if not isinstance(kind, str) or kind not in kinds:
        raise Refused(400, "unknown_kind")
    return kind


def _checked(kind: str, body: Body) -> Body:
    if field := shapes.fault_in(kind, body):
        raise Refused(400, "wrong_field", field)
    return body
