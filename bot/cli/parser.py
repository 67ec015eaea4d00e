"""What may be written after `changeover`: commands and their options. Knows no command's deed."""

import argparse
from collections.abc import Sequence
from pathlib import Path


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """The options of one command, its name in `command`. Ends the process with 2 for a wrong call,
    saying what is possible."""
    return _parser().parse_args(argv)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="changeover", description="From direct bill to indirect reseller, in Slack."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, what: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=what, description=what)
        command.set_defaults(command=name)
        return command

    add("demo", "a local Slack in the browser with the bot connected").add_argument(
        "--port", type=int
    )
    add("chat", "the same conversation in the terminal").add_argument(
        "--as", dest="name", default="mira"
    )
    add("serve", "connect to Slack: Socket Mode with SLACK_APP_TOKEN, else HTTP on HOST:PORT")
    port = add("actions", "the rasa-sdk action server with the same actions, on 127.0.0.1 alone")
    port.add_argument("--port", type=int, default=5055)
    add("migrate", "bring the database to this version's schema")
    add("seed", "load a workspace description").add_argument("file", type=Path)
    add("draw", "print the transition tables as Mermaid diagrams")
    ask = add("ask", "what the bot would reply; writes nothing")
    ask.add_argument("--stage", choices=("direct", "submitted", "approved", "accepted", "listed"))
    ask.add_argument("--json", action="store_true", dest="as_json")
    ask.add_argument(
        "--explain",
        action="store_true",
        help="show what was heard: scores, nearest phrases, thresholds",
    )
    ask.add_argument("text", nargs="?", help="a question, or - for JSON lines on standard input")
    add("explain", "how a message was understood, by its trace id").add_argument("trace")
    add("train", "learn the phrases; does nothing when they are learned")
    evaluate = add("evaluate", "score labelled questions (JSON lines)")
    evaluate.add_argument("file", type=Path)
    evaluate.add_argument("--save", type=Path, metavar="RUN", help="keep the outcome of each line")
    evaluate.add_argument(
        "--against",
        type=Path,
        metavar="RUN",
        help="show what was won and taken away since a kept run",
    )
    report = add(
        "report", "questions, answers and partners in figures; writes only the files it is told"
    )
    report.add_argument("--html", type=Path, metavar="FILE", help="as one self-contained page")
    report.add_argument("--csv", type=Path, metavar="FILE", help="as a table")
    report.add_argument("--team", default="", help="the workspace, where there are several")
    report.add_argument("--days", type=int, default=7)
    add("backup", "write the whole database into a new file, checked").add_argument(
        "file", type=Path
    )
    add("restore", "fill an empty database from a backup").add_argument("file", type=Path)
    link = add(
        "check-link", "what becomes of a link that is passed on; opens nothing, writes nothing"
    )
    link.add_argument(
        "--policy",
        type=Path,
        help="a JSON file; without it the workspace's policy, else the built-in one",
    )
    link.add_argument("--json", action="store_true", dest="as_json")
    link.add_argument(
        "text", nargs="?", help="a text with a link, or - for JSON lines on standard input"
    )
    mail = add("mail", "take one raw e-mail from standard input, as an MTA pipes it")
    mail.add_argument("--team", default="", help="the workspace, where there are several")
    mail.add_argument("--partner", default="", help="the partner's name, where there are several")
    mail.add_argument(
        "--as",
        dest="slack",
        default="",
        metavar="SLACK_ID",
        help="who passes it on, and is answered",
    )
    export = add(
        "export-answer", "write a workspace's own answer as the two files of a built-in one"
    )
    export.add_argument("name")
    export.add_argument(
        "--team", default="", help="the workspace, where several have an answer of that name"
    )
    add("audit", "check the audit log").add_argument("what", choices=("verify",))
    erase = add(
        "erase",
        "erase a person: what was written, the name, the Slack id; the audit log keeps an id and "
        "still verifies",
    )
    erase.add_argument("person", help="the Slack id or the name")
    erase.add_argument("--team", default="", help="the workspace, where several know such a person")
    erase.add_argument("--yes", action="store_true", help="do not ask whether that is right")
    return parser
