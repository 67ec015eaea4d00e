"""`changeover mail`: one raw e-mail on standard input, as an MTA pipes it. Piped twice, it is taken
once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.inbound.raw_email import MOST_BYTES, NoMail, read
from dialogs.assistant import ABILITIES, load_assistant
from dialogs.engine.conversation_store import remember
from dialogs.inputs import EmailForwarded, Mail, Origin
from domain.storage.store import Store, Tx, table
from domain.tables import Partner, Workspace

WORDS = {
    "empty": "nothing came on standard input; pipe one raw e-mail",
    "too_large": "the mail is larger than 25 MB",
    "no_headers": "this is no e-mail: it has none of the usual headers",
}


class BadMail(ValueError):
    """The mail cannot be taken; the message says why and what to do."""


def take(
    store: Store, source: Any, *, team: str, partner: str, slack: str, now: Callable[[], datetime]
) -> str:
    """What became of the mail, as one word. Raises BadMail."""
    try:
        mail = read(source.read(MOST_BYTES + 1))
    except NoMail as error:
        raise BadMail(WORDS[error.why]) from error
    with store.turn("", now()) as tx:
        team = _only(tx, "workspace", table(Workspace).c.team, team, "--team", None)
    if slack:
        return _as_person(store, team, slack, mail, now)
    with store.turn(team, now()) as tx:
        rows = table(Partner)
        id_ = _only(tx, "partner", rows.c.name, partner, "--partner", team)
        found = tx.db.execute(
            select(rows.c.id).where(rows.c.team == team, rows.c.name == id_)
        ).scalar()
        if not remember(tx, (f"mail:{mail.digest}",)):
            return "taken_before"
        takes = next(ability.mail for ability in ABILITIES if ability.mail)
        return takes(tx, str(found), mail)


def _as_person(store: Store, team: str, slack: str, mail: Mail, now: Callable[[], datetime]) -> str:
    """Somebody passes it on: she is answered in her direct messages."""
    from bot.inbound.turns import TurnRunner
    from bot.worker_pool import WorkerPool

    done = TurnRunner(load_assistant(), store, WorkerPool(1), now).hear_now(
        team, EmailForwarded((f"mail:{mail.digest}",), slack, mail, Origin(""))
    )
    return "answered" if done.new else "taken_before"


def _only(tx: Tx, what: str, column: Any, said: str, option: str, team: str | None) -> str:
    """The one that was named, or the only one there is."""
    query = select(column) if team is None else select(column).where(column.table.c.team == team)
    known = sorted(tx.db.execute(query).scalars())
    if said:
        if said not in known:
            raise BadMail(
                f"there is no {what} {said!r}; there are: "
                f"{', '.join(known) or 'none, run changeover seed first'}"
            )
        return said
    if len(known) != 1:
        none = f"there is no {what} yet; run changeover seed first"
        raise BadMail(
            f"there are {len(known)} {what}s; say which one with {option}" if known else none
        )
    return str(known[0])
