"""Which facts count: those of the newest facts file that was imported, else those that came with
this version. A process notices an import at its next turn; a file that does not fit is left out."""

import hashlib
import logging
from datetime import date

from sqlalchemy import Connection, func, insert, select

from domain.customers.transfer import RULES
from domain.knowledge.facts import BadFacts, Facts
from domain.storage import audit
from domain.storage.prepared import Prepared
from domain.storage.store import Tx, table
from domain.tables import FactsFile

_files = table(FactsFile)
_NEWEST = Prepared(select(func.max(_files.c.number).label("number")))
IMPORTED = "facts_imported"
# Policies whose versions the code knows by name: another one needs a new version of the product.
CODED = {"P-TRANSFER": frozenset(RULES)}
_log = logging.getLogger("changeover.facts")


def current(db: Connection) -> Facts:
    """The facts in use now."""
    facts = Facts.load()
    refresh(db, facts)
    return facts


def refresh(db: Connection, facts: Facts) -> None:
    """Bring the facts that a process holds up to the newest import; nothing where they are."""
    number = _NEWEST.scalar(db, {}) or 0
    if number in (facts.number, 0):
        return
    row = db.execute(select(_files).where(_files.c.number == number)).one()
    try:
        newer = fitting(row.text, row.name, facts)
    except BadFacts as error:  # imported by another version of the product: what ran runs on
        _log.warning("the imported facts are not used: %s", error)
        facts.number = number
        return
    newer.number = number
    facts.become(newer)


def fitting(text: str, name: str, now: Facts, today: date | None = None) -> Facts:
    """The facts of a file that may take the place of those in use. Raises BadFacts: the loader's
    reasons, an older file, a fact or version that answers cite and that is gone, a version of a
    policy that needs a newer product."""
    found = Facts.parse(text, name, today)
    if found.checked_on < now.checked_on:
        raise BadFacts(
            f"{name}: is older than the facts in use: checked on {found.checked_on}, "
            f"they on {now.checked_on}"
        )
    if gone := sorted(_cited(now) - _cited(found)):
        raise BadFacts(f"{name}: {gone[0]} is missing, and answers cite it ({len(gone)} in all)")
    for id_, known in CODED.items():
        main = {f.version for f in found.versions(id_) if f.main}
        if new := sorted(main - known):
            raise BadFacts(f"{name}: {id_} {new[0]} is unknown to this version of the product")
    return found


def take(tx: Tx, text: str, name: str) -> int:
    """A checked file counts from now on, for every workspace of this database; its number."""
    number = int(_NEWEST.scalar(tx.db, {}) or 0) + 1
    row = {"number": number, "name": name, "text": text, "sha256": digest(text), "at": tx.at}
    tx.db.execute(insert(_files), row)
    return number


def note(tx: Tx, number: int, name: str, text: str, by: str) -> None:
    """The import in a workspace's audit log: which file, by its digest."""
    audit.append(tx, by, IMPORTED, f"facts:{number}", {"file": name, "sha256": digest(text)})


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _cited(facts: Facts) -> set[str]:
    return {f.cited for f in facts.rows()} | {i for i in facts.ids() if i.startswith("G-")}
