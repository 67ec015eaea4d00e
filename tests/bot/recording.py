"""A small Slack: the Web API methods that we call, recorded; it can refuse, stall, lose answers and
be restarted."""

import asyncio
import hashlib
import hmac
import itertools
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TEAM, APP, BOT = "T01", "A01APP", "U00BOT"
# Seconds. No test says how fast something is: this only ends one that waits in vain, on a slow
# machine too.
PATIENCE = 120.0


class RecordingSlack:
    """Runs on a thread of its own. `calls` are (method, arguments), `said` the same after the
    token; `answers` are a test's own, `plan` answers the next calls of a method otherwise, `delays`
    lets a method take effect at once and answer seconds later, `held` until it is no longer in
    there, `dropped` are methods after which
    the connection is closed without an answer."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.said: list[tuple[str, str, dict[str, Any]]] = []
        self.answers: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {}
        self.uploaded: list[bytes] = []
        self.messages: dict[str, list[dict[str, Any]]] = {}
        self.delays: dict[str, float] = {}
        self.held: set[str] = set()
        self.dropped: set[str] = set()
        self.users: dict[str, dict[str, Any]] = {BOT: {"is_bot": True}}
        self.channels: dict[str, dict[str, Any]] = {}
        self.plan: dict[str, list[Callable[[dict[str, Any]], Any]]] = {}
        self._ts = itertools.count(1)
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self.port = 0
        threading.Thread(target=self._run, daemon=True).start()
        assert self._started.wait(PATIENCE)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/"

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)

    def posted(self, template: str = "") -> list[dict[str, Any]]:
        """The messages that were posted, oldest first, perhaps only those of a template."""
        found = [args for method, args in self.calls if method == "chat.postMessage"]
        return [
            m
            for m in found
            if not template or template in m["metadata"]["event_payload"]["templates"]
        ]

    def of(self, method: str) -> list[dict[str, Any]]:
        return [args for name, args in self.calls if name == method]

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        app = web.Application(client_max_size=10_000_000)
        app.router.add_route("*", "/api/{method}", self._answer)
        runner = web.AppRunner(app, access_log=None)
        self._loop.run_until_complete(runner.setup())
        site = web.TCPSite(runner, "127.0.0.1", 0)
        self._loop.run_until_complete(site.start())
        self.port = runner.addresses[0][1]
        self._started.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    async def _answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        args = dict(request.query)
        if method == "upload":
            self.uploaded.append(await request.read())
        if request.content_type == "application/json":
            args |= json.loads(await request.read() or b"{}")
        elif request.can_read_body:
            args |= {k: _parsed(str(v)) for k, v in (await request.post()).items()}
        self.calls.append((method, args))
        self.said.append(
            (request.headers.get("Authorization", "").removeprefix("Bearer "), method, args)
        )
        if method in self.dropped:
            assert request.transport is not None
            request.transport.abort()
        if self.plan.get(method):
            planned = self.plan[method].pop(0)(args)
            if asyncio.iscoroutine(planned):
                planned = await planned
            if isinstance(planned, bytes):
                return self._cut(request, planned)
            if planned is not None:
                return planned
        own = self.answers.get(method) or getattr(self, "_" + method.replace(".", "_"), None)
        answer = web.json_response({"ok": True} | (own(args) if own else {}))
        await asyncio.sleep(self.delays.get(method, 0.0))
        while method in self.held:
            await asyncio.sleep(0.01)
        return answer

    def _cut(self, request: web.Request, raw: bytes) -> web.Response:
        """These bytes go out as they are, then the connection is closed."""
        assert request.transport is not None
        request.transport.write(raw)
        request.transport.close()
        return web.Response()

    def _chat_postMessage(self, args: dict[str, Any]) -> dict[str, Any]:
        message = dict(args) | {"ts": f"{time.time():.4f}{next(self._ts):02d}"}
        self.messages.setdefault(args["channel"], []).append(message)
        return {"channel": args["channel"], "ts": message["ts"]}

    def _chat_update(self, args: dict[str, Any]) -> dict[str, Any]:
        return {"channel": args["channel"], "ts": args["ts"]}

    def _files_getUploadURLExternal(self, args: dict[str, Any]) -> dict[str, Any]:
        self.uploads = [*getattr(self, "uploads", []), args]
        return {"upload_url": f"{self.url}upload", "file_id": f"F{len(self.uploads)}"}

    def _files_completeUploadExternal(self, args: dict[str, Any]) -> dict[str, Any]:
        return {
            "files": args["files"] if isinstance(args["files"], list) else json.loads(args["files"])
        }

    def _conversations_open(self, args: dict[str, Any]) -> dict[str, Any]:
        return {"channel": {"id": "D" + args["users"]}}

    def _conversations_history(self, args: dict[str, Any]) -> dict[str, Any]:
        return {"messages": self.messages.get(args["channel"], [])[::-1]}

    def _conversations_replies(self, args: dict[str, Any]) -> dict[str, Any]:
        return {
            "messages": [
                m
                for m in self.messages.get(args["channel"], [])
                if m.get("thread_ts") == args["ts"]
            ]
        }

    def _users_info(self, args: dict[str, Any]) -> dict[str, Any]:
        user = {
            "id": args["user"],
            "name": args["user"].lower(),
            "profile": {"display_name": args["user"][3:].title()},
        }
        return {"user": user | self.users.get(args["user"], {})}

    def _conversations_info(self, args: dict[str, Any]) -> dict[str, Any]:
        return {"channel": {"id": args["channel"]} | self.channels.get(args["channel"], {})}

    def _conversations_members(self, args: dict[str, Any]) -> dict[str, Any]:
        return {"members": self.channels.get(args["channel"], {}).get("members", ["U01MIRA", BOT])}

    def _auth_test(self, args: dict[str, Any]) -> dict[str, Any]:
        return {"user_id": BOT, "team_id": TEAM, "bot_id": "B01"}


def refuse(
    status: int = 200, error: str = "", **headers: str
) -> Callable[[dict[str, Any]], web.Response]:
    """A planned refusal: an HTTP status, or ok=false with an error."""
    return lambda args: web.json_response(
        {"ok": False, "error": error or "fatal_error"}, status=status, headers=headers
    )


def odd(body: bytes, status: str = "200 OK", **headers: str) -> Callable[[dict[str, Any]], bytes]:
    """A planned answer of raw bytes, after which the connection is closed."""
    lines = [
        f"HTTP/1.1 {status}",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    lines += [] if "Content_Length" in headers else [f"Content-Length: {len(body)}"]
    raw = "\r\n".join(lines).encode() + b"\r\n\r\n" + body
    return lambda args: raw


JSON = {"Content_Type": "application/json"}
# What a network, a proxy or a Slack that is broken may answer, besides a refusal.
ODD: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "closes without an answer": lambda args: b"",
    "half a header": lambda args: b"HTTP/1.1 200 OK\r\nContent-Ty",
    "half a body": odd(b'{"ok": tr', Content_Length="500", **JSON),
    "broken gzip": odd(b"\x1f\x8b no gzip at all", Content_Encoding="gzip", **JSON),
    "gzip file": odd(b"\x1f\x8b", Content_Type="application/gzip"),
    "empty": odd(b"", **JSON),
    "a list": odd(b"[]", **JSON),
    "a full list": odd(b"[1]", **JSON),
    "a string": odd(b'"ok"', **JSON),
    "null": odd(b"null", **JSON),
    "a number": odd(b"7", **JSON),
    "an empty object": odd(b"{}", **JSON),
    "no JSON": odd(b"{ok}", **JSON),
    "a page": odd(b"<html>Sign in to the network</html>", Content_Type="text/html"),
    "text": odd(b"ok", Content_Type="text/plain"),
    "no charset of this world": odd(
        b'{"ok": true}', Content_Type="application/json; charset=x-martian"
    ),
    "no UTF-8": odd(b'{"ok": true, "x": "\xff"}', **JSON),
    "a deep well": odd(b"[" * 200_000, **JSON),
    "an error that is no word": odd(b'{"ok": false, "error": {"a": 1}}', **JSON),
    "a page with 502": odd(
        b"<html>Bad gateway</html>", "502 Bad Gateway", Content_Type="text/html"
    ),
    "a list with 500": odd(b"[]", "500 Internal Server Error", **JSON),
    "no protocol": lambda args: b"SSH-2.0-OpenSSH_9.6\r\n",
    "a loop": odd(b"", "302 Found", Location="/api/loop"),
}
SLOW_DOWN = {
    "abc": "abc",
    "half": "1.5",
    "a date": "Wed, 21 Oct 2015 07:28:00 GMT",
    "a date to come": "Wed, 21 Oct 2065 07:28:00 GMT",
    "huge": "99999999999999",
    "inf": "inf",
    "nan": "nan",
    "negative": "-5",
    "empty": "",
    "zero": "0",
}


def slow_down(how: str) -> Callable[[dict[str, Any]], web.Response]:
    """429 with a Retry-After of that kind; none for "missing"."""
    headers = {} if how == "missing" else {"Retry-After": SLOW_DOWN[how]}
    return refuse(429, "ratelimited", **headers)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text) if text[:1] in "[{" else text
    except ValueError:
        return text


class Requests:
    """What Slack sends: signed, over HTTP, to one running `changeover serve`."""

    def __init__(self, url: str, secret: str = SECRET) -> None:
        self.url, self.secret = url, secret
        self._n = itertools.count(1)

    def send(self, body: bytes, content_type: str, **headers: str) -> tuple[int, bytes]:
        """Status and body of the answer."""
        request = urllib.request.Request(self.url + "/slack/events", data=body, method="POST")
        for name, value in ({"Content-Type": content_type} | self.signed(body) | headers).items():
            if value:
                request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def signed(self, body: bytes, at: int | None = None) -> dict[str, str]:
        stamp = str(at or int(time.time()))
        mac = hmac.new(
            self.secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256
        ).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": "v0=" + mac}

    def event(self, event: dict[str, Any], event_id: str = "", **more: Any) -> tuple[int, bytes]:
        return self.send(
            event_body(event, event_id or f"Ev{next(self._n):08d}", **more), "application/json"
        )

    def says(self, user: str, text: str, *, event_id: str = "", **more: Any) -> tuple[int, bytes]:
        """A direct message."""
        return self.event(direct(user, text, self.ts()) | more, event_id)

    def clicks(
        self, user: str, message: dict[str, Any], action: str, **more: Any
    ) -> tuple[int, bytes]:
        """A press on a button of a message that was posted."""
        body = form(click(user, message, action, self.ts()) | more)
        return self.send(body, "application/x-www-form-urlencoded")

    def ts(self) -> str:
        return f"{int(time.time())}.{next(self._n):06d}"


def event_body(event: dict[str, Any], event_id: str, **more: Any) -> bytes:
    body = {
        "token": "x",
        "team_id": TEAM,
        "api_app_id": APP,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(time.time()),
        "event": event,
        "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
    }
    return json.dumps(body | more).encode()


def direct(user: str, text: str, ts: str) -> dict[str, Any]:
    return {
        "type": "message",
        "channel": "D" + user,
        "channel_type": "im",
        "user": user,
        "text": text,
        "ts": ts,
        "event_ts": ts,
    }


def form(payload: dict[str, Any]) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()


def button_of(message: dict[str, Any], action: str) -> dict[str, Any]:
    for block in message["blocks"]:
        for element in block.get("elements", []):
            if element.get("action_id") == action:
                return dict(element)
    raise AssertionError(f"no button {action} in {[b.get('type') for b in message['blocks']]}")


def click(user: str, message: dict[str, Any], action: str, ts: str) -> dict[str, Any]:
    button = button_of(message, action)
    return {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": user, "team_id": TEAM, "name": user.lower()},
        "api_app_id": APP,
        "trigger_id": f"1.{ts}",
        "channel": {"id": message["channel"]},
        "message": {"ts": message.get("ts", "1.0"), "blocks": message["blocks"]},
        "actions": [
            {
                "type": "button",
                "action_id": action,
                "value": button["value"],
                "action_ts": ts,
                "block_id": "b",
            }
        ],
    }
