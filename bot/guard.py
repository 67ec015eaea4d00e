"""Before Bolt: only whole, fresh, signed and well-formed requests of Slack get in (reliability.md G1-G3). Logs no content.

Bolt builds and parses a request before it checks the signature, and logs the body of a forged one; so this stands in front.
"""

import asyncio
import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson

MAX_BODY = 262_144
MAX_DEPTH = 32
MAX_AGE = 300
READ_SECONDS = 5.0
MAX_ID = 255
_TIMESTAMP = re.compile(rb"[0-9]{10}")
_SIGNATURE = re.compile(rb"v0=[0-9a-f]{64}")

Receive = Callable[[], Awaitable[dict[str, Any]]]
Body = dict[str, Any]


class Refused(Exception):
    """Not let in: the HTTP status, and a stable reason for the counter. Carries nothing of the request."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class Guard:
    """Reads one request and says what it is. `counts`: how often each reason refused one."""

    def __init__(self, signing_secret: str, clock: Callable[[], float]) -> None:
        self._secret, self._clock = signing_secret.encode(), clock
        self.counts: Counter[str] = Counter()

    async def admit(self, method: str, headers: Mapping[bytes, bytes], receive: Receive) -> Body:
        """What the body parses to. Raises Refused."""
        try:
            _check_envelope(method, headers)
            raw = await _read(receive, int(headers[b"content-length"]))
            self._check_signature(headers, raw)
            return parse(raw, headers.get(b"content-type", b""))
        except Refused as refused:
            self.counts[refused.reason] += 1
            raise

    def _check_signature(self, headers: Mapping[bytes, bytes], raw: bytes) -> None:
        stamp, signature = headers.get(b"x-slack-request-timestamp", b""), headers.get(b"x-slack-signature", b"")
        if not _TIMESTAMP.fullmatch(stamp) or not _SIGNATURE.fullmatch(signature):
            raise Refused(401, "not_signed")
        if abs(self._clock() - int(stamp)) > MAX_AGE:
            raise Refused(401, "stale")
        wanted = hmac.new(self._secret, b"v0:" + stamp + b":" + raw, hashlib.sha256).hexdigest().encode()
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
    """A signed body as what Slack sends: an event, an interaction (`payload`) or a command. Raises Refused(400)."""
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
    _need_ids(form, "team_id", "user_id", "command")
    return form


def _json(text: str) -> Body:
    try:
        value = orjson.loads(text)
    except ValueError:
        raise Refused(400, "not_json") from None
    if not isinstance(value, dict):
        raise Refused(400, "not_an_object")
    if text.count("{") + text.count("[") > MAX_DEPTH and _deep(value):
        raise Refused(400, "too_deep")
    return value


def _deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [c for v in level for c in (v.values() if isinstance(v, dict) else v) if isinstance(c, dict | list)]
        if not level:
            return False
    return True


def _check_event(body: Body) -> Body:
    kind = body.get("type")
    if kind == "url_verification":
        _need_ids(body, "challenge", most=4_000)
    elif kind == "event_callback":
        _need_ids(body, "team_id", "event_id")
        event = body.get("event")
        if not isinstance(event, dict):
            raise Refused(400, "no_event")
        _need_ids(event, "type")
        for key in ("user", "channel", "ts", "thread_ts", "channel_type", "subtype", "tab"):
            if key in event and not isinstance(event[key], str | dict | None):
                raise Refused(400, "wrong_field")
    elif kind != "app_rate_limited":
        raise Refused(400, "unknown_kind")
    return body


INTERACTIONS = {
    "block_actions": "actions", "view_submission": "view", "view_closed": "view", "shortcut": "callback_id",
    "message_action": "callback_id", "block_suggestion": "action_id",
}  # fmt: skip


def _check_interaction(body: Body) -> Body:
    wanted = INTERACTIONS.get(str(body.get("type")))
    if wanted is None:
        raise Refused(400, "unknown_kind")
    user, team = body.get("user"), body.get("team")
    if not isinstance(user, dict) or not isinstance(team, dict):
        raise Refused(400, "no_person")
    _need_ids(user, "id")
    _need_ids(team, "id")
    if not isinstance(body.get(wanted), {"actions": list, "view": dict}.get(wanted, str)):
        raise Refused(400, "wrong_field")
    for action in body["actions"] if wanted == "actions" else ():
        if not isinstance(action, dict):
            raise Refused(400, "wrong_field")
        _need_ids(action, "action_id", "type")
    if wanted == "view":
        _need_ids(body["view"], "callback_id", "id")
    return body


def _need_ids(body: Mapping[str, Any], *keys: str, most: int = MAX_ID) -> None:
    for key in keys:
        value = body.get(key)
        if not isinstance(value, str) or not 0 < len(value) <= most or "\x00" in value:
            raise Refused(400, "missing_field")
