"""The `changeover` command. Parses, calls, and turns what is wrong into one line and an exit code."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bot.settings import BadSetting, Settings, read


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0 only on success, 1 when it could not be done, 2 for a wrong call."""
    args = _parser().parse_args(argv)
    if args.run is not _train:  # one clause is too small to share among cores; set before numpy is first imported
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        return _run(args)
    except BrokenPipeError:
        sys.stderr.close()
    except KeyboardInterrupt:
        print(file=sys.stderr)
    return 1


def _run(args: argparse.Namespace) -> int:
    """What is wrong with settings, files or the database becomes one line."""
    from bot.backup import BadBackup
    from bot.evaluate import BadLine
    from bot.mail import BadMail
    from bot.render import NoWords
    from bot.report import NoReport
    from bot.seed import BadSeed
    from dialogs.learn import TooWeak
    from dialogs.learned import Stale
    from dialogs.yml import BadFile
    from domain.calendar import NoCalendar
    from domain.facts import BadFacts
    from domain.link_policy import BadPolicy
    from domain.store import Busy, OldSchema

    run: Callable[[argparse.Namespace], int] = args.run
    try:
        return run(args)
    except (
        BadSetting, BadFile, BadFacts, NoWords, OldSchema, BadSeed, NoCalendar, BadLine, BadBackup, BadMail, BadPolicy, Stale,
        TooWeak, NoReport,
    ) as error:  # fmt: skip
        print(f"changeover: {error}", file=sys.stderr)
    except Busy as error:
        print(f"changeover: the database cannot be written: {error}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="changeover", description="From direct bill to indirect reseller, in Slack.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Callable[[argparse.Namespace], int], what: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=what, description=what)
        command.set_defaults(run=run)
        return command

    add("demo", _demo, "a local Slack in the browser with the bot connected").add_argument("--port", type=int)
    add("chat", _chat, "the same conversation in the terminal").add_argument("--as", dest="name", default="mira")
    add("serve", _serve, "connect to Slack: Socket Mode with SLACK_APP_TOKEN, else HTTP on HOST:PORT")
    add("migrate", _migrate, "bring the database to this version's schema")
    add("seed", _seed, "load a workspace description").add_argument("file", type=Path)
    add("draw", _draw, "print the transition tables as Mermaid diagrams")
    ask = add("ask", _ask, "what the bot would reply; writes nothing")
    ask.add_argument("--stage", choices=("direct", "submitted", "approved", "accepted", "listed"))
    ask.add_argument("--json", action="store_true", dest="as_json")
    ask.add_argument("--explain", action="store_true", help="show what was heard: scores, nearest phrases, thresholds")
    ask.add_argument("text", nargs="?", help="a question, or - for JSON lines on standard input")
    add("train", _train, "learn the phrases; does nothing when they are learned")
    evaluate = add("evaluate", _evaluate, "score labelled questions (JSON lines)")
    evaluate.add_argument("file", type=Path)
    evaluate.add_argument("--save", type=Path, metavar="RUN", help="keep the outcome of each line")
    evaluate.add_argument("--against", type=Path, metavar="RUN", help="show what was won and taken away since a kept run")
    report = add("report", _report, "questions, answers and partners in figures; writes only the files it is told")
    report.add_argument("--html", type=Path, metavar="FILE", help="as one self-contained page")
    report.add_argument("--csv", type=Path, metavar="FILE", help="as a table")
    report.add_argument("--team", default="", help="the workspace, where there are several")
    report.add_argument("--days", type=int, default=7)
    add("backup", _backup, "write the whole database into a new file, checked").add_argument("file", type=Path)
    add("restore", _restore, "fill an empty database from a backup").add_argument("file", type=Path)
    link = add("check-link", _check_link, "what becomes of a link that is passed on; opens nothing, writes nothing")
    link.add_argument("--policy", type=Path, help="a JSON file; without it the workspace's policy, else the built-in one")
    link.add_argument("--json", action="store_true", dest="as_json")
    link.add_argument("text", nargs="?", help="a text with a link, or - for JSON lines on standard input")
    mail = add("mail", _mail, "take one raw e-mail from standard input, as an MTA pipes it")
    mail.add_argument("--team", default="", help="the workspace, where there are several")
    mail.add_argument("--partner", default="", help="the partner's name, where there are several")
    mail.add_argument("--as", dest="slack", default="", metavar="SLACK_ID", help="who passes it on, and is answered")
    export = add("export-answer", _export, "write a workspace's own answer as the two files of a built-in one")
    export.add_argument("name")
    export.add_argument("--team", default="", help="the workspace, where several have an answer of that name")
    audit = add("audit", _audit, "check the audit log")
    audit.add_argument("what", choices=("verify",))
    return parser


def _demo(args: argparse.Namespace) -> int:
    from bot import demo

    return demo.run(args.port)


def _chat(args: argparse.Namespace) -> int:
    from bot import chat

    return chat.run(args.name)


def _serve(args: argparse.Namespace) -> int:
    settings = read()
    from bot import serve

    return serve.run(settings)


def _ask(args: argparse.Namespace) -> int:
    from bot import ask
    from bot.door import utc_now

    if args.explain:
        return ask.explain(args.text or sys.stdin.read().strip(), sys.stdout)
    return ask.run(args.text, args.stage, args.as_json, utc_now().date(), sys.stdin)


def _train(_: argparse.Namespace) -> int:
    from dialogs.house import House

    learned = House().understanding.learned
    found = ", ".join(f"{name} {value:.3f}" for name, value in learned.measured.items() if name != "examples")
    print(f"{len(learned.labels)} meanings from {len(learned.head.phrases)} phrases; {found}")
    return 0


def _evaluate(args: argparse.Namespace) -> int:
    from bot import evaluate
    from bot.door import utc_now

    return evaluate.run(args.file, args.save, args.against, utc_now().date())


def _check_link(args: argparse.Namespace) -> int:
    from bot import check_link

    url = os.environ.get("DATABASE_URL") or "changeover.db"
    policy = check_link.read_policy(args.policy) if args.policy else check_link.policy_of_workspace(url)
    return check_link.run(args.text, policy, args.as_json, sys.stdin)


def _mail(args: argparse.Namespace) -> int:
    from bot import mail, migrate
    from bot.door import utc_now

    settings = read(serving=False)
    store = _store(settings)
    migrate.at_start(store, settings.database_url)
    became = mail.take(store, sys.stdin.buffer, team=args.team, partner=args.partner, slack=args.slack, now=utc_now)
    print(f"mail: {became.replace('_', ' ')}")
    return 0


def _store(settings: Settings) -> Any:
    from domain.store import Store

    return Store(settings.database_url, settings.audit_key)


def _migrate(args: argparse.Namespace) -> int:
    from bot import migrate

    store = _store(read(serving=False))
    migrate.upgrade(store)
    print(f"the schema is {store.version()}")
    return 0


def _seed(args: argparse.Namespace) -> int:
    from bot import migrate, seed
    from bot.door import utc_now

    settings = read(serving=False)
    plan = seed.read(args.file)
    store = _store(settings)
    migrate.at_start(store, settings.database_url)
    with store.turn(plan.team, utc_now()) as tx:
        seed.plant(tx, plan)
    print(f"workspace {plan.team}: {len(plan.partners)} partner(s), {len(plan.people)} people")
    return 0


def _report(args: argparse.Namespace) -> int:
    from bot import migrate, report
    from bot.door import utc_now

    settings = read(serving=False)
    store = _store(settings)
    migrate.at_start(store, settings.database_url)
    return report.run(store, utc_now().date(), args.team, args.days, args.html, args.csv)


def _draw(args: argparse.Namespace) -> int:
    from bot.draw import diagrams

    print(diagrams())
    return 0


def _backup(args: argparse.Namespace) -> int:
    from bot import backup

    entries = backup.save(_store(read(serving=False)), args.file)
    print(f"{args.file}: checked, {entries} audit entries; the key that signs the log is not in it, keep it elsewhere")
    return 0


def _restore(args: argparse.Namespace) -> int:
    from bot import backup

    entries = backup.load(args.file, _store(read(serving=False)))
    print(f"restored from {args.file}: {entries} audit entries, the chain holds")
    return 0


def _export(args: argparse.Namespace) -> int:
    from bot import export

    return export.run(_store(read(serving=False)), args.name, args.team, Path())


def _audit(args: argparse.Namespace) -> int:
    from bot.verify import verify

    faults = verify(_store(read(serving=False)))
    for line in faults.lines:
        print(line, file=sys.stderr)
    print(f"{faults.entries} entries, {len(faults.lines)} faults")
    return 1 if faults.lines else 0


if __name__ == "__main__":
    sys.exit(main())
