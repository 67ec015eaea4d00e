"""How long a newcomer waits: from `git clone` to the first answer, in the demo's Slack and in the
terminal. Package caches are as this machine has them; run it twice to know the warm figure.

    python -m tests.bench.first_minute [--demo-only] [--chat-only]
"""

import argparse
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from bot.cli.play.demo_workspace import PEOPLE, direct
from bot.cli.seed import read
from tests.bot.workspace import ROOT, LocalSlack

DEMO, CHAT = 60, 30  # seconds that are promised, with warm caches on two quiet cores
ASKED, ANSWERED = "can I roll back?", "once the agreement is accepted"
MOST = 540.0


def clone(folder: Path) -> Path:
    """A clone as a newcomer has it."""
    where = folder / "changeover"
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(where)], check=True)
    return where


def environment() -> dict[str, str]:
    ours = ("MAKE", "MFLAGS", "PYTHON", "VIRTUAL_ENV", "SLACK_", "CHANGEOVER")
    return {k: v for k, v in os.environ.items() if not k.startswith(ours)}


def demo(folder: Path) -> float:
    """Seconds until Mira reads the answer in the local Slack. Raises AssertionError."""
    begun = time.monotonic()
    made = subprocess.Popen(
        ["make", "demo"],
        cwd=clone(folder),
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    impatience = threading.Timer(MOST, os.killpg, (made.pid, signal.SIGTERM))
    impatience.start()
    try:
        assert made.stdout
        said = []
        for line in made.stdout:
            said.append(line)
            if found := re.search(r"open http://127\.0\.0\.1:(\d+)", line):
                break
        else:
            raise AssertionError("".join(said[-20:]))
        slack = LocalSlack({})
        slack.port, slack.process = int(found[1]), made
        mira = next(p.slack for p in read(PEOPLE).people if p.name == "Mira")
        ts = slack.message(mira, direct(mira), ASKED)
        heard = str(slack.hears(direct(mira), ts))
        assert ANSWERED in heard.lower(), heard
        return time.monotonic() - begun
    finally:
        impatience.cancel()
        os.killpg(made.pid, signal.SIGINT)
        made.wait(60)


def chat(folder: Path) -> float:
    """Seconds until the terminal shows the answer. Raises AssertionError."""
    begun = time.monotonic()
    made = subprocess.run(
        ["make", "chat"],
        cwd=clone(folder),
        env=environment(),
        input=f"{ASKED}\nquit\n",
        capture_output=True,
        text=True,
        timeout=MOST,
    )
    assert ANSWERED in made.stdout.lower(), made.stdout + made.stderr
    return time.monotonic() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demo-only", action="store_true")
    parser.add_argument("--chat-only", action="store_true")
    args = parser.parse_args()
    for name, measure, most, wanted in (
        ("make chat", chat, CHAT, not args.demo_only),
        ("make demo", demo, DEMO, not args.chat_only),
    ):
        if wanted:
            with tempfile.TemporaryDirectory(prefix="first-minute-") as folder:
                print(
                    f"git clone, {name}: {measure(Path(folder)):.1f} s to the first answer "
                    f"({most} s are promised with warm caches)",
                    flush=True,
                )


if __name__ == "__main__":
    main()
