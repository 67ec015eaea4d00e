"""`changeover actions`: the rasa-sdk action server with the same actions."""

import argparse

from bot import log
from bot.cli import database
from bot.inbound.turns import utc_now
from dialogs.assistant import load_assistant
from dialogs.rasa_server import PORT, serve


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=PORT)


def run(args: argparse.Namespace) -> int:
    log.discreetly()
    with database.of_this_version() as store:
        assistant = load_assistant(relearn=False)
        serve(
            assistant, store, utc_now, args.port, lambda url: print(f"actions on {url}", flush=True)
        )
    return 0
