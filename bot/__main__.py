"""The `changeover` command. Parses, calls, and turns what is wrong into one line and an exit
code."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.parser import parse
from bot.settings import BadSetting, Settings, read
from dialogs.assistant import load_assistant

if TYPE_CHECKING:
    from domain.storage.store import Store


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0 only on success, 1 when it could not be done, 2 for a wrong call."""
    args = parse(argv)
    if (
        args.command != "train"
    ):  # one clause is too small to share among cores; set before numpy is first imported
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
    from bot.cli.backup import BadBackup
    from bot.cli.erase import NoSuchPerson
    from bot.cli.evaluate import BadLine
    from bot.cli.mail import BadMail
    from bot.cli.report import NoReport
    from bot.cli.seed import BadSeed
    from bot.rendering.render import NoTemplate
    from dialogs.nlu.encoder import NoWeights
    from dialogs.nlu.model_store import Stale
    from dialogs.nlu.training import TooWeak
    from dialogs.yaml_file import BadFile
    from domain.calendar import NoCalendar
    from domain.knowledge.facts import BadFacts
    from domain.links.link_policy import BadPolicy
    from domain.storage.store import Busy, OldSchema

    try:
        return COMMANDS[args.command](args)
    except (
        BadSetting,
        BadFile,
        BadFacts,
        NoTemplate,
        OldSchema,
        BadSeed,
        NoCalendar,
        BadLine,
        BadBackup,
        BadMail,
        BadPolicy,
        Stale,
        TooWeak,
        NoReport,
        NoSuchPerson,
        NoWeights,
    ) as error:
        print(f"changeover: {error}", file=sys.stderr)
    except Busy as error:
        print(f"changeover: the database cannot be written: {error}", file=sys.stderr)
    return 1


def _demo(args: argparse.Namespace) -> int:
    from bot.cli import demo

    return demo.run(args.port)


def _chat(args: argparse.Namespace) -> int:
    from bot.cli import chat

    return chat.run(args.name)


def _serve(args: argparse.Namespace) -> int:
    settings = read()
    from bot import serve

    return serve.run(settings)


def _ask(args: argparse.Namespace) -> int:
    from bot.cli import ask
    from bot.inbound.turns import utc_now

    if args.explain:
        return ask.explain(args.text or sys.stdin.read().strip(), sys.stdout)
    return ask.run(args.text, args.stage, args.as_json, utc_now().date(), sys.stdin)


def _train(_: argparse.Namespace) -> int:
    from dialogs.engine.abilities import FOLDER
    from dialogs.nlu import model_store, other_languages

    assistant = load_assistant()
    for what in (
        assistant.understanding.learned,
        model_store.kept(FOLDER, name=other_languages.NAME),
    ):
        if what is not None:
            found = ", ".join(
                f"{name} {value:.3f}" for name, value in what.measured.items() if name != "examples"
            )
            print(f"{len(what.labels)} meanings from {len(what.said)} phrases; {found}")
    return 0


def _evaluate(args: argparse.Namespace) -> int:
    from bot.cli import evaluate
    from bot.inbound.turns import utc_now

    return evaluate.run(args.file, args.save, args.against, utc_now().date())


def _check_link(args: argparse.Namespace) -> int:
    from bot.cli import check_link

    url = os.environ.get("DATABASE_URL") or "changeover.db"
    policy = (
        check_link.read_policy(args.policy) if args.policy else check_link.policy_of_workspace(url)
    )
    return check_link.run(args.text, policy, args.as_json, sys.stdin)


def _mail(args: argparse.Namespace) -> int:
    from bot.cli import mail
    from bot.inbound.turns import utc_now

    with _ready(read(serving=False)) as store:
        became = mail.take(
            store,
            sys.stdin.buffer,
            team=args.team,
            partner=args.partner,
            slack=args.slack,
            now=utc_now,
        )
    print(f"mail: {became.replace('_', ' ')}")
    return 0


@contextmanager
def _store(settings: Settings) -> "Iterator[Store]":
    """The database, closed at the end."""
    from domain.storage.store import Store

    store = Store(settings.database_url, settings.audit_key)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _ready(settings: Settings) -> "Iterator[Store]":
    """The same, of this version."""
    from bot.cli import migrate

    with _store(settings) as store:
        migrate.at_start(store, settings.database_url)
        yield store


def _migrate(args: argparse.Namespace) -> int:
    from bot.cli import migrate

    with _store(read(serving=False)) as store:
        migrate.upgrade(store)
        print(f"the schema is {store.version()}")
    return 0


def _seed(args: argparse.Namespace) -> int:
    from bot.cli import seed
    from bot.inbound.turns import utc_now

    plan = seed.read(args.file)
    with _ready(read(serving=False)) as store, store.turn(plan.team, utc_now()) as tx:
        seed.plant(tx, plan)
    print(f"workspace {plan.team}: {len(plan.partners)} partner(s), {len(plan.people)} people")
    return 0


def _report(args: argparse.Namespace) -> int:
    from bot.cli import report
    from bot.inbound.turns import utc_now

    with _ready(read(serving=False)) as store:
        return report.run(store, utc_now().date(), args.team, args.days, args.html, args.csv)


def _draw(args: argparse.Namespace) -> int:
    from bot.cli.draw import diagrams

    print(diagrams())
    return 0


def _backup(args: argparse.Namespace) -> int:
    from bot.cli import backup

    with _store(read(serving=False)) as store:
        entries = backup.save(store, args.file)
    print(
        f"{args.file}: checked, {entries} audit entries; the key that signs the log is not in "
        "it, keep it elsewhere"
    )
    return 0


def _restore(args: argparse.Namespace) -> int:
    from bot.cli import backup

    with _store(read(serving=False)) as store:
        entries = backup.load(args.file, store)
    print(f"restored from {args.file}: {entries} audit entries, the chain holds")
    return 0


def _export(args: argparse.Namespace) -> int:
    from bot.cli import export_answer

    with _store(read(serving=False)) as store:
        return export_answer.run(store, args.name, args.team, Path())


def _audit(args: argparse.Namespace) -> int:
    from bot.cli.audit import verify

    with _store(read(serving=False)) as store:
        faults = verify(store)
    for line in faults.lines:
        print(line, file=sys.stderr)
    print(f"{faults.entries} entries, {len(faults.lines)} faults")
    return 1 if faults.lines else 0


def _erase(args: argparse.Namespace) -> int:
    from bot.cli import erase
    from bot.inbound.turns import utc_now

    with _ready(read(serving=False)) as store:
        return erase.run(store, args.person, args.team, args.yes, utc_now())


def _actions(args: argparse.Namespace) -> int:
    from bot import log
    from bot.inbound.turns import utc_now
    from dialogs.rasa_server import Unserved, serve

    log.discreetly()
    with _ready(read(serving=False)) as store:
        try:
            serve(
                load_assistant(relearn=False),
                store,
                utc_now,
                args.port,
                lambda url: print(f"actions on {url}", flush=True),
            )
        except Unserved as error:
            raise BadSetting(str(error)) from error
    return 0


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "demo": _demo,
    "chat": _chat,
    "serve": _serve,
    "migrate": _migrate,
    "seed": _seed,
    "draw": _draw,
    "ask": _ask,
    "train": _train,
    "evaluate": _evaluate,
    "report": _report,
    "backup": _backup,
    "restore": _restore,
    "check-link": _check_link,
    "mail": _mail,
    "export-answer": _export,
    "audit": _audit,
    "erase": _erase,
    "actions": _actions,
}

if __name__ == "__main__":
    sys.exit(main())
