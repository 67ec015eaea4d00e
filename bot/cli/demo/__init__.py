"""`changeover demo`: a local Slack in the browser with the bot connected. Its people stand in
demo.toml, nowhere else.

Starts two children, local-slack and `serve`, and stops both. Knows no rule and no dialog; where npm
is missing it becomes `chat`.
"""

import argparse
import contextlib
import http.client
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.cli import seed
from bot.cli.play.demo_workspace import BOT, PEOPLE, channels, direct

FOLDER = Path(".demo")
HOST = "127.0.0.1"
VERSION = "0.1.8"
BOT_TOKEN, APP_TOKEN, SIGNING_SECRET = (
    "xoxb-changeover-demo",
    "xapp-changeover-demo",
    "changeover-demo",
)
APP = {"appId": "A0CHANGEOVER", "botUserId": BOT, "botName": "Changeover"}
SLACK_SECONDS, READY_SECONDS, STOP_SECONDS, NPM_SECONDS = 120.0, 120.0, 5.0, 600.0
# slack_sdk sends everything through these, even to this machine (it does not read NO_PROXY)
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


class Died(Exception):
    """A child ended, or did not answer in time. The message says which and shows the end of its
    log."""


class Child:
    """A process of ours; what it prints is in .demo/NAME.log."""

    def __init__(self, name: str, command: list[str], env: dict[str, str]) -> None:
        self.name, self.log = name, FOLDER / f"{name}.log"
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=env
            )

    def must_live(self) -> None:
        """Raises Died when it has ended."""
        if (code := self.process.poll()) is not None:
            raise self._died(f"ended with exit code {code}")

    def must_succeed(self) -> None:
        """Raises Died when it ends otherwise than well."""
        if (code := self.process.wait()) != 0:
            raise self._died(f"ended with exit code {code}")

    def wait_until(self, seconds: float, ready: Callable[[], bool]) -> None:
        """Raises Died when it ends, or when `ready` stays false for so long."""
        deadline = time.monotonic() + seconds
        while not ready():
            self.must_live()
            if time.monotonic() > deadline:
                raise self._died(f"was not ready within {seconds:.0f} s")
            time.sleep(0.1)
        self.must_live()

    def _died(self, how: str) -> Died:
        last = self.log.read_text("utf-8", "replace").splitlines()[-15:]
        return Died("\n".join([f"{self.name} {how}; the end of {self.log}:", *last]))


def demonstrate(port: int | None) -> int:
    """Until Ctrl-C or SIGTERM (0), or until a child dies (1). Without local-slack the exit code of
    `chat`."""
    FOLDER.mkdir(exist_ok=True)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        if (program := _local_slack()) is not None:
            return _serve(program, port)
    except KeyboardInterrupt:
        return 0
    except Died as died:
        print(f"changeover demo: {died}", file=sys.stderr, flush=True)
        return 1
    from bot.cli import chat

    return chat.talk_as("mira")


def workspace(plan: seed.Plan) -> dict[str, Any]:
    """The configuration of local-slack for these people; every direct message with the bot is there
    from the start."""
    bot, people, zone = APP["botUserId"], [p.slack for p in plan.people], plan.partners[0].timezone
    names = channels(plan)
    return {
        "workspace": {
            "name": plan.partners[0].name,
            "domain": plan.partners[0].name.lower(),
            "teamId": plan.team,
        },
        "apps": [
            APP
            | {
                "botToken": BOT_TOKEN,
                "appToken": APP_TOKEN,
                "signingSecret": SIGNING_SECRET,
                "mode": "socket",
            }
        ],
        "users": [
            {"id": p.slack, "name": p.name.lower(), "real_name": p.name, "tz": zone}
            for p in plan.people
        ],
        "channels": [
            {"id": id_, "name": name, "members": [*people, bot]} for id_, name in names.items()
        ]
        + [
            {
                "id": direct(p),
                "name": f"dm-{p}",
                "is_channel": False,
                "is_private": True,
                "is_im": True,
                "members": [p, bot],
            }
            for p in people
        ],
    }


def _serve(program: Path, asked: int | None) -> int:
    port, bot_port = asked or _free_port(), _free_port()
    _must_be_free(port)
    for old in FOLDER.glob("changeover.db*"):
        old.unlink()
    config = FOLDER / "local-slack.json"
    config.write_text(json.dumps(workspace(seed.read(PEOPLE)), indent=1), "utf-8")
    env = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith("SLACK_") and k.upper() not in PROXIES
    }
    env |= {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": f"http://{HOST}:{port}/api/",
        "DATABASE_URL": f"sqlite:///{FOLDER.as_posix()}/changeover.db",
        "HOST": HOST,
        "PORT": str(bot_port),
        "PYTHONUNBUFFERED": "1",
        "SLACK_TABLES": "0",
        "DOTENV": "",
    }
    children: list[Child] = []
    try:
        command = [
            str(program.resolve()),
            "--config",
            str(config),
            "--port",
            str(port),
            "--base-host",
            HOST,
        ]
        children.append(slack := Child("local-slack", command, env))
        slack.wait_until(SLACK_SECONDS, lambda: _get(port, "/_control/state")[0] == 200)
        Child("seed", [sys.executable, "-m", "bot", "seed", str(PEOPLE)], env).must_succeed()
        children.append(bot := Child("bot", [sys.executable, "-m", "bot", "serve"], env))
        bot.wait_until(READY_SECONDS, lambda: _get(bot_port, "/ready")[0] == 200)
        # /ready does not wait for Socket Mode, and local-slack drops what is said before the bot
        # listens
        bot.wait_until(READY_SECONDS, lambda: b"socket connected" in _get(port, "/_control/log")[1])
        print(
            "local-slack listens on every interface of this machine: whoever reaches it can read "
            "and write there",
            flush=True,
        )
        print(
            f"open http://{HOST}:{port} - act as Mira and write in her direct message (Ctrl-C "
            "stops everything)",
            flush=True,
        )
        while True:
            for child in children:
                child.must_live()
            time.sleep(0.2)
    finally:
        _stop(children)


def _stop(children: list[Child]) -> None:
    """The youngest first; what does not end by itself in 5 s is killed. A second Ctrl-C does not
    leave anything behind."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    deadline = time.monotonic() + STOP_SECONDS
    for child in reversed(children):
        child.process.terminate()
        try:
            child.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()


def _local_slack() -> Path | None:
    """The program, fetched with npm if it is not there yet; None when it cannot be had, having said
    so in one line."""
    system = {"win32": "windows"}.get(sys.platform, sys.platform)
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}.get(
        platform.machine().lower(), platform.machine().lower()
    )
    package = FOLDER / "node_modules" / f"local-slack-{system}-{machine}"
    program = package / "bin" / ("local-slack.exe" if system == "windows" else "local-slack")
    with contextlib.suppress(OSError, ValueError):
        if (
            program.exists()
            and json.loads((package / "package.json").read_text("utf-8"))["version"] == VERSION
        ):
            return program
    npm = shutil.which("npm")
    if npm is None:
        print(
            "npm is not installed, so there is no local Slack: the same conversation in the "
            "terminal",
            flush=True,
        )
        return None
    print(f"fetching {package.name} {VERSION} (95 MB) into {FOLDER}/", flush=True)
    log, quiet = (
        FOLDER / "npm.log",
        ["--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"],
    )
    with log.open("wb") as out, contextlib.suppress(subprocess.TimeoutExpired):
        command = [npm, "i", *quiet, "--prefix", str(FOLDER), f"{package.name}@{VERSION}"]
        subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, timeout=NPM_SECONDS
        )
    if program.exists():
        return program
    print(
        f"npm could not fetch it (see {log}), so there is no local Slack: the same conversation "
        "in the terminal",
        flush=True,
    )
    return None


def _get(port: int, path: str) -> tuple[int, bytes]:
    """Status and body; (0, b"") while nobody answers."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _must_be_free(port: int) -> None:
    """Else another server would answer for a local-slack that could not start."""
    with socket.socket() as probe:
        if probe.connect_ex((HOST, port)) == 0:
            raise Died(f"port {port} is in use: give another with --port, or none")


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int)


def run(args: argparse.Namespace) -> int:
    return demonstrate(args.port)
