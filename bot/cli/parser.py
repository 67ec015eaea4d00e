"""What may be written after `changeover`. Imports the command that is called, and no other.

So `changeover --help` shows up at once.
"""

import argparse
from collections.abc import Sequence
from importlib import import_module

# Each command has a module in bot/cli/ with `add(parser)`, which adds its options, and
# `run(args)`, which returns the exit code.
COMMANDS = {
    "demo": "a local Slack in the browser with the bot connected",
    "chat": "the same conversation in the terminal",
    "play": "whole conversations from a file (JSON lines); writes nothing",
    "serve": "connect to Slack: Socket Mode with SLACK_APP_TOKEN, else HTTP on HOST:PORT",
    "actions": "the rasa-sdk action server with the same actions, on 127.0.0.1 alone",
    "doctor": "check the set-up; each fault with what to do",
    "manifest": "print the Slack app's manifest with your addresses, and the link that creates it",
    "key": "make a key for CHANGEOVER_SECRET_KEY",
    "migrate": "bring the database to this version's schema",
    "seed": "load a workspace description",
    "draw": "print the transition tables as Mermaid diagrams",
    "ask": "what the bot would reply; writes nothing",
    "explain": "how a message was understood, by its trace id",
    "train": "learn the phrases; does nothing when they are learned",
    "evaluate": "score labelled questions (JSON lines)",
    "facts": "facts that are due for a check; a newer facts file without a release",
    "report": "questions, answers and partners in figures; writes only the files it is told",
    "backup": "write the whole database into a new file, checked",
    "restore": "fill an empty database from a backup",
    "move": "a SQLite workspace database into an empty PostgreSQL one, compared row by row",
    "check-link": "what becomes of a link that is passed on; opens nothing, writes nothing",
    "mail": "take one raw e-mail from standard input, as an MTA pipes it",
    "answers": "every answer at every stage, as text to read; writes nothing",
    "export-answer": "write a workspace's own answer as the two files of a built-in one",
    "audit": "check the audit log",
    "second-reader": "whom held-back messages are shown to, today's budget, and its switch",
    "thresholds": "how sure a reading has to be in each workspace, learned from use; --reset",
    "erase": "erase a person: what was written, the name, the Slack id; the audit log keeps an "
    "id and still verifies",
}


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The options of one command, its function in `run`. Ends the process with 2 for a wrong call,
    saying what is possible."""
    parser = argparse.ArgumentParser(
        prog="changeover", description="From direct bill to indirect reseller, in Slack."
    )
    if "--version" in argv[:1]:
        version = import_module("importlib.metadata").version("changeover")
        parser.add_argument("--version", action="version", version=f"changeover {version}")
    else:
        parser.add_argument("--version", action="store_true", help="say which version this is")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, what in COMMANDS.items():
        command = commands.add_parser(name, help=what, description=what)
        if name in argv[:1]:
            module = import_module(f"bot.cli.{name.replace('-', '_')}")
            module.add(command)
            command.set_defaults(run=module.run)
    return parser.parse_args(argv)
