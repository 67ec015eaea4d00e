"""`changeover doctor`: checks the set-up, each fault in a line with what to do. Writes nothing and
posts nothing."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from cryptography.fernet import Fernet

from bot import settings
from bot.cli.doctor import machine, slack
from bot.cli.doctor.findings import Findings, fault, has_faults, note, ok
from bot.inbound.turns import utc_now

KEY = "CHANGEOVER_SECRET_KEY"


def examined(env: Mapping[str, str], folder: Path, now: Callable[[], datetime]) -> Findings:
    """Everything, in the order in which it matters. Where the settings of Slack are wrong, what
    needs none of them is checked all the same."""
    url = settings.url_of_database(env)
    kept = settings.key_file(url)
    has_key = bool(env.get(KEY)) or kept.exists()
    # So that nothing makes a key: doctor changes nothing.
    safe = env if has_key else {**env, KEY: Fernet.generate_key().decode()}
    whole = None
    try:
        whole = settings.read(safe)
        yield ok("settings", "Socket Mode" if whole.socket_mode else "HTTP")
    except settings.BadSetting as error:
        name, _, rest = str(error).partition(" ")
        said, _, todo = rest.partition(": ")
        yield fault(name, said, todo or "see docs/operating.md")
    yield from machine.file_of_settings(folder)
    if not has_key and url.startswith("sqlite"):
        yield note(KEY, f"not set: {kept} is made at the first start", "keep it with the database")
    elif not has_key:
        yield fault(
            KEY,
            "not set, and the database is shared",
            "`changeover key` makes one; each process needs the same",
        )
    try:
        local = whole or settings.read(safe, serving=False)
        yield from machine.database(local, has_key=has_key)
    except settings.BadSetting:
        if whole:
            raise
    yield from machine.understanding()
    if whole:
        yield from slack.reached(whole, now)


def add(_: argparse.ArgumentParser) -> None:
    """It has no options."""


def run(_: argparse.Namespace) -> int:
    """1 when there is a fault."""
    found = []
    for one in examined(os.environ, Path(), utc_now):
        found.append(one)
        print(one, flush=True)
    faults = sum(has_faults([one]) for one in found)
    many = "1 fault" if faults == 1 else f"{faults} faults"
    print(many if faults else "all is well", file=sys.stderr)
    return 1 if faults else 0
