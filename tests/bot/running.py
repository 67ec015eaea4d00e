"""`changeover serve` as a child process, against a small Slack. Waits for /ready, stops by pid."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from bot import schema
from bot.cli import seed
from bot.inbound.turns import utc_now
from bot.settings import audit_key
from domain.storage.store import Store
from tests.bot.recording import PATIENCE, SECRET
from tests.conftest import DESCRIPTION

ROOT = Path(__file__).parent.parent.parent


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def until(true: Any) -> Any:
    """The first truthy answer of `true`, asked again and again. Raises AssertionError when it stays
    away."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen")


# Every bot that was started: tests/bot/conftest.py ends those that a failed test left running.
STARTED: list["Running"] = []


class Running:
    """One bot with a database in a folder; `kill` is kill -9, `start` starts it (again)."""

    def __init__(self, folder: Path, api_url: str, **env: str) -> None:
        self.folder, self.port = folder, free_port()
        self.env = (
            {
                k: v
                for k, v in os.environ.items()
                if not k.startswith(("SLACK_", "CHANGEOVER", "DATABASE"))
            }
            | {
                "SLACK_BOT_TOKEN": "xoxb-test",
                "SLACK_SIGNING_SECRET": SECRET,
                "SLACK_API_URL": api_url,
                "PORT": str(self.port),
                "DATABASE_URL": f"sqlite:///{folder}/bot.db",
                "PYTHONPATH": str(ROOT),
            }
            | env
        )
        self.process: subprocess.Popen[bytes] | None = None
        self.ready_after = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *args: str, text: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot", *args],
            env=self.env,
            cwd=self.folder,
            capture_output=True,
            text=True,
            input=text,
            timeout=PATIENCE,
        )

    def seed(self, description: str = DESCRIPTION) -> None:
        """As `changeover seed` does; on SQLite in this process, which has imported all of it. On
        PostgreSQL the key that signs the log is in the bot's working folder."""
        file = self.folder / "contoso.toml"
        file.write_text(description, "utf-8")
        url = self.env["DATABASE_URL"]
        if not url.startswith("sqlite"):
            assert self.command("seed", str(file)).returncode == 0
            return
        plan = seed.read(file)
        store = Store(url, audit_key(self.env.get("CHANGEOVER_SECRET_KEY", ""), url))
        schema.at_start(store)
        with store.turn(plan.team, utc_now()) as tx:
            seed.plant(tx, plan)
        store.close()

    def start(self) -> "Running":
        began = time.monotonic()
        log = (self.folder / "bot.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "serve"],
            env=self.env,
            cwd=self.folder,
            stdout=log,
            stderr=log,
        )
        log.close()
        STARTED.append(self)
        until(self._is_ready)
        self.ready_after = time.monotonic() - began  # for tests/bench
        return self

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE)

    def stop(self) -> int:
        if self.process is None or self.process.poll() is not None:
            return -1
        self.process.terminate()
        return self.process.wait(PATIENCE)

    def log(self) -> str:
        return (self.folder / "bot.log").read_text("utf-8")

    def _is_ready(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError(f"serve ended with {self.process.returncode}: {self.log()}")
        try:
            with urllib.request.urlopen(self.url + "/ready", timeout=PATIENCE) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False
