"""The local Slack workspace for tests: people say, click and fill in by its control door; no
browser, no fixed sleeps.

Knows local-slack and nothing of ours. What a person could not do in Slack raises here: pressing a
button that the message does not show, choosing an option that is not offered, filling in a modal
that is not open.
"""

import contextlib
import http.client
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self, TypeVar

from websockets.sync.client import connect
from websockets.sync.connection import Connection

HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parents[2]
PLACES = ("local-slack-*/bin/local-slack", "local-slack-*/bin/local-slack.exe")
Json = dict[str, Any]
T = TypeVar("T")


class NotThere(AssertionError):
    """Nobody could do this in Slack now: no such button, option, modal or message."""


class LocalSlack:
    """One workspace, from start() to stop(); also a context manager. Each call raises NotThere or a
    failed assertion."""

    seconds = 120.0  # ends a wait in vain; says nothing of how fast anything is

    def __init__(self, config: Json) -> None:
        self.config = config

    # the program

    @staticmethod
    def program() -> Path | None:
        """LOCAL_SLACK, or what npm put into .demo/ or node_modules/ of the checkout."""
        if named := os.environ.get("LOCAL_SLACK"):
            return Path(named) if Path(named).is_file() else None
        folders = (ROOT / ".demo" / "node_modules", ROOT / "node_modules")
        return next(
            (found for folder in folders for place in PLACES for found in folder.glob(place)), None
        )

    @classmethod
    def available(cls) -> bool:
        return cls.why_not() == ""

    @classmethod
    def why_not(cls) -> str:
        """ "" when there is a local Slack here, else why not."""
        return (
            ""
            if cls.program()
            else "no local-slack: run `make demo` once, or let LOCAL_SLACK name the program"
        )

    def start(self) -> Self:
        program = self.program()
        assert program, self.why_not()
        self.folder = Path(tempfile.mkdtemp(prefix="local-slack-"))
        (self.folder / "config.json").write_text(json.dumps(self.config), "utf-8")
        self.port = free_port()
        self.api_url = f"http://{HOST}:{self.port}/api/"
        command = [
            str(program),
            "--config",
            str(self.folder / "config.json"),
            "--port",
            str(self.port),
            "--base-host",
            HOST,
        ]
        with (self.folder / "log").open("wb") as out:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )
        try:
            self.wait_for(self._answers, "local-slack to answer")
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(self.seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # what people do; each returns once the bot has answered the delivery (or 5 s later)

    def message(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> str:
        """The ts of what they wrote."""
        said = {"user": user, "channel": channel, "text": text} | (
            {"thread_ts": thread_ts} if thread_ts else {}
        )
        return str(self._post("message", said)["message"]["ts"])

    def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        """An empty text deletes the message."""
        what = {"user": user, "channel": channel, "ts": ts} | ({"text": text} if text else {})
        self._post("edit-message" if text else "delete-message", what)

    def command(self, user: str, channel: str, text: str, command: str = "/changeover") -> None:
        self._post("command", {"user": user, "channel": channel, "command": command, "text": text})

    def click(
        self, user: str, channel: str, message_ts: str, action_id: str, option: str = ""
    ) -> Json:
        """Press a button, or choose an option by its value. Returns the action, for press() to
        repeat it later."""
        action = action_in(self.find(channel, message_ts), action_id, option)
        self.press(user, channel, message_ts, action)
        return action

    def press(self, user: str, channel: str, message_ts: str, action: Json) -> None:
        """Deliver this very action, also when the message does not show it any more (an old screen,
        a second click)."""
        self._post(
            "interact",
            {"user": user, "channel": channel, "messageTs": message_ts, "action": action},
        )

    def open_home(self, user: str) -> Json:
        """Open App Home; returns the view once the bot has published one for this opening."""
        before = self._home(user).get("id")
        self._post("open-home", {"user": user})
        return self.wait_for(
            lambda: home if (home := self._home(user)) and home["id"] != before else None,
            f"a Home for {user}",
        )

    def click_home(self, user: str, action_id: str, option: str = "") -> None:
        action = action_in(self._home(user), action_id, option)
        where = {"appId": self.config["apps"][0]["appId"], "channel": "", "messageTs": ""}
        with self._page() as (page, _):
            page.send(json.dumps({"t": "block_action", "user": user, "action": action} | where))

    def submit_view(self, user: str, values: dict[str, str | list[str]]) -> dict[str, str]:
        """Fill in and hand in the open modal: block_id -> text, date or the value(s) of options.

        What is left out stays empty. Returns the errors shown, by block_id; {} when the bot took
        it.
        """
        with self._page() as (page, state):
            page.send(
                json.dumps(
                    {
                        "t": "view_submit",
                        "user": user,
                        "values": filled(state["modalStack"], values),
                    }
                )
            )
            told: Json = {"t": ""}
            while told["t"] not in ("view", "view_errors"):
                told = json.loads(page.recv(timeout=self.seconds))
            return dict(told.get("errors") or {})

    def close_view(self, user: str) -> None:
        with self._page() as (page, _):
            page.send(json.dumps({"t": "view_close", "user": user}))

    # what people see

    def messages(self, channel: str) -> list[Json]:
        """Oldest first, threads included, ephemeral ones too."""
        return list(self._get(f"messages/{channel}")["messages"])

    def find(self, channel: str, ts: str) -> Json:
        for message in self.messages(channel):
            if message["ts"] == ts:
                return message
        raise NotThere(f"there is no message {ts} in {channel}")

    def hears(self, channel: str, after: str = "0", seconds: float | None = None) -> Json:
        """The first message of a bot in the channel after this ts; waits for it."""
        return self.wait_for(
            lambda: next(
                (m for m in self.messages(channel) if m.get("bot_id") and m["ts"] > after), None
            ),
            f"an answer in {channel}",
            seconds,
        )

    def view(self) -> Json:
        """The open modal (there is one stack for the whole workspace); waits for it."""
        return self.wait_for(lambda: (self._state()["modalStack"] or [None])[-1], "a modal")

    def dm(self, user: str) -> str:
        """The id of the direct message with the bot, opened if it was not."""
        for channel in self._get("state")["channels"]:
            if channel["is_im"] and user in channel["members"]:
                return str(channel["id"])
        return str(self._call("POST", "/api/conversations.open", {"users": user})["channel"]["id"])

    def log(self) -> list[Json]:
        """Traffic with the bot, oldest first, the last 1,000: direction (to_bot, from_bot,
        internal), kind, summary, detail."""
        return list(self._get("log")["log"])

    def calls(self, method: str) -> list[Json]:
        """The arguments of each Web API call of this method."""
        return [
            entry["detail"]
            for entry in self.log()
            if entry["kind"] == "web_api" and entry["summary"] == method
        ]

    def wait_connected(self) -> None:
        """Until the bot listens by Socket Mode; what is said before that is dropped."""
        self.wait_for(
            lambda: any(app["connected"] for app in self._state()["apps"]), "the bot to connect"
        )

    def wait_for(self, look: Callable[[], T | None], what: str, seconds: float | None = None) -> T:
        """The first true thing that `look` returns. Fails when the process dies or the time is
        over."""
        deadline = time.monotonic() + (self.seconds if seconds is None else seconds)
        while not (seen := look()):
            assert self.process.poll() is None, (
                f"local-slack ended: {(self.folder / 'log').read_text('utf-8')}"
            )
            assert time.monotonic() < deadline, f"waited in vain for {what}"
            time.sleep(0.02)
        return seen

    # its doors

    def _answers(self) -> bool:
        try:
            return bool(self._get("state"))
        except OSError:
            return False

    def _home(self, user: str) -> Json:
        return dict(
            self._state()["homeViews"].get(user, {}).get(self.config["apps"][0]["appId"]) or {}
        )

    def _state(self) -> Json:
        with self._page() as (_, state):
            return state

    @contextlib.contextmanager
    def _page(self) -> Iterator[tuple[Connection, Json]]:
        """The door of the browser page: the connection, and what it shows at first."""
        with connect(
            f"ws://{HOST}:{self.port}/ui", max_size=None, proxy=None, open_timeout=self.seconds
        ) as page:
            yield page, json.loads(page.recv(timeout=self.seconds))["state"]

    def _get(self, path: str) -> Json:
        return self._call("GET", f"/_control/{path}")

    def _post(self, path: str, body: Json) -> Json:
        answer = self._call("POST", f"/_control/{path}", body)
        if not answer.get("ok"):
            raise NotThere(f"{path}: {answer.get('error')}")
        return answer

    def _call(self, method: str, path: str, body: Json | None = None) -> Json:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=self.seconds + 5)
        with contextlib.closing(connection):
            connection.request(
                method,
                path,
                json.dumps(body) if body is not None else None,
                {"Content-Type": "application/json"},
            )
            return dict(json.loads(connection.getresponse().read()))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def action_in(shown: Json, action_id: str, option: str = "") -> Json:
    """What the page sends for the element with this action_id in a message or a Home."""
    for position, block in enumerate(shown.get("blocks") or []):
        for element in [
            *(block.get("elements") or []),
            *([block["accessory"]] if "accessory" in block else []),
        ]:
            if element.get("action_id") == action_id:
                where = {
                    "type": element["type"],
                    "action_id": action_id,
                    "block_id": block.get("block_id") or f"b{position}",
                }
                if element["type"] == "button":
                    return where | {
                        key: element[key] for key in ("value", "text") if key in element
                    }
                if element["type"] == "datepicker":
                    return where | {"selected_date": option}
                return where | {"selected_option": option_in(element, option)}
    raise NotThere(f"nothing to press is called {action_id}")


def option_in(element: Json, value: str) -> Json:
    for option in element.get("options") or []:
        if option["value"] == value:
            return dict(option)
    raise NotThere(f"{element.get('action_id')} does not offer {value}")


def filled(stack: list[Json], values: dict[str, str | list[str]]) -> dict[str, Json]:
    """state.values of the modal on top for these answers; elements and options as Slack sends
    them."""
    if not stack:
        raise NotThere("no modal is open")
    inputs = {
        block.get("block_id"): block["element"]
        for block in stack[-1]["blocks"]
        if block["type"] == "input"
    }
    if unknown := values.keys() - inputs.keys():
        raise NotThere(f"the modal asks {sorted(map(str, inputs))}, not {sorted(unknown)}")
    return {
        block: {inputs[block]["action_id"]: _answer(inputs[block], value)}
        for block, value in values.items()
    }


def _answer(element: Json, value: str | list[str]) -> Json:
    kind = element["type"]
    if isinstance(value, list):
        return {"type": kind, "selected_options": [option_in(element, one) for one in value]}
    if element.get("options"):
        return {"type": kind, "selected_option": option_in(element, value)}
    keys = {
        "datepicker": "selected_date",
        "timepicker": "selected_time",
        "users_select": "selected_user",
    }
    return {"type": kind, keys.get(kind, "value"): value}
