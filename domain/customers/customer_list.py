"""A list of customers as text or file -> one result per row. Pure: knows no customer that is there
already, no words.

What a cell holds is never run, and a formula is no customer's name. More than 10,000 rows are
refused whole, so that nobody has to guess which half was taken.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from domain import identifiers
from domain.customers.delimited import DELIMITERS, BadList, records_of
from domain.customers.list_intro import without_intro
from domain.customers.list_prose import without_prose
from domain.identifiers import Kind, WrongIdentifier

MOST_ROWS, MOST_NAME = 10_000, 150
# Column names as people and exports write them, in one spelling (lower case, blanks between words).
HEADERS = {
    "name": """name|customer|customer name|company|company name|account|account name|client|client name|organization|organisation
        |organization name|display name|kunde|kundenname|firma|firmenname""",
    "tenant": """tenant|tenant id|tenantid|microsoft id|customer id|customer tenant id|customer tenant|directory id|guid|id
        |customertenantid|mandant|mandanten id""",
    "domain": """domain|default domain|primary domain|domain name|primary domain name|tenant domain|onmicrosoft|onmicrosoft domain
        |domäne|domaene""",
    "kind": "kind|customer type|new or existing|art",
    "provider": "provider|indirect provider|distributor|disti|distri|provider name",
}
_COLUMN = {name.strip(): column for column, names in HEADERS.items() for name in names.split("|")}
KINDS = {
    **dict.fromkeys(
        (
            "",
            "direct",
            "existing",
            "direct customer",
            "existing customer",
            "d",
            "bestand",
            "bestehend",
        ),
        "direct",
    ),
    **dict.fromkeys(("new", "prospect", "new customer", "n", "neu"), "new"),
}
# "@Home GmbH" and "+49 Consulting" are names; what a spreadsheet would run begins with "=", or calls
# a function, or reckons.
_FORMULA = re.compile(r"=|[+\-@]\s*(?:[A-Za-z][\w.]*\s*\(|[\d.]+\s*[+\-*/^]\s*\d|\()")
_FORMS = (
    r"gmbh(?:\s*&\s*co\.?\s*kgaa|\s*&\s*co\.?\s*kg)?|ag|se|kg|ohg|ug|e\.?\s?k\.?|ltd|limited|llc|llp|inc|incorporated|corp|corporation"
    r"|co|plc|b\.?v|n\.?v|s\.?a|s\.?a\.?s|s\.?a\.?r\.?l|s\.?r\.?l|s\.?p\.?a|s\.?l|a\.?b|a\.?s|aps|oy|pty|pte|d\.?o\.?o|sp\.?\s?z\s?o\.?o"
)
_LEGAL = re.compile(rf"(?:[\s,]+(?:{_FORMS})\.?)+$")
_LEGAL_NEXT = re.compile(rf"^(?:,?\s+(?:{_FORMS})\.?(?!\w))+", re.I)


@dataclass(frozen=True)
class Row:
    """A row that can be taken. `line`: where it began (from 1)."""

    line: int
    name: str
    guid: str = ""
    domain: str = ""
    kind: str = "direct"
    provider: str = ""


@dataclass(frozen=True)
class Wrong:
    """A row that cannot be taken. `why`: no_name, long_name, formula, bad_tenant, partner_id,
    swapped, two_tenants, bad_kind, duplicate, broken; by what is known already own_tenant, providers_tenant,
    unknown_provider (domain/customers/customer_book.py). `what`: what was said there, for a
    duplicate the line that it repeats; `name`: whose row it was, as far as it can be told."""

    line: int
    why: str
    what: str = ""
    name: str = field(default="", compare=False)


@dataclass
class Parsed:
    """Every row of a list, each exactly once; `empty`: how many lines held nothing."""

    rows: list[Row] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    empty: int = 0


def parse(text: str) -> Parsed:
    """Every row of the list; sentences above and below it are no rows. Raises BadList where the
    whole cannot be taken."""
    records, empty = _records(text)
    if not records:
        raise BadList("empty")
    columns = _columns(records[0][1])
    if columns is not None:
        if "name" not in columns.values():
            raise BadList(
                "no_name", ", ".join(cell.strip() for cell in records[0][1] if cell.strip())[:200]
            )
        records = records[1:]
    if not records:
        raise BadList("empty")
    if len(records) > MOST_ROWS:
        raise BadList("too_many", str(len(records)))
    parsed, known = Parsed(empty=empty), _Seen()
    for line, cells in records:
        found = _row(line, _named(cells, columns))
        found = known.again(found) if isinstance(found, Row) else found
        (parsed.rows if isinstance(found, Row) else parsed.wrong).append(found)  # type: ignore[arg-type]
    return parsed


def names_columns(text: str) -> bool:
    """Is it a table below a line that names its columns, the customers' names among them?"""
    try:
        records, _ = _records(text)
    except BadList:
        return False
    return len(records) > 1 and "name" in (_columns(records[0][1]) or {}).values()


def is_plainly_a_list(text: str) -> bool:
    """Does its first row name several columns, or is every row a name and its tenant? Then it is a
    list of customers, wherever it is pasted."""
    try:
        records, _ = _records(text)
    except BadList:
        return False
    columns = (_columns(records[0][1]) or {}).values() if records else ()
    if len(columns) > 1:
        return len(records) > 1 and "name" in columns
    rows = [_row(line, _named(cells, None)) for line, cells in records]
    return len(rows) > 1 and all(isinstance(row, Row) and (row.guid or row.domain) for row in rows)


def _records(text: str) -> tuple[list[tuple[int, list[str]]], int]:
    rows, intro = without_intro(text.lstrip("\ufeff"), DELIMITERS, _names_several)
    rows, above = without_prose(rows)
    records, empty = records_of(rows)
    return [(line + intro + above, cells) for line, cells in records], empty


def _names_several(cells: Sequence[str]) -> bool:
    columns = (_columns(cells) or {}).values()
    return len(columns) > 1 and "name" in columns


def _columns(cells: Sequence[str]) -> dict[int, str] | None:
    """Column number -> what it holds, when the first row names the columns; None when it is a
    customer already."""
    found: dict[int, str] = {}
    for n, cell in enumerate(cells):
        column = _COLUMN.get(re.sub(r"[\s_./\\-]+", " ", cell).strip().casefold())
        if column and column not in found.values():
            found[n] = column
    return found or None


def _named(cells: list[str], columns: dict[int, str] | None) -> dict[str, str]:
    """The cells by what they hold; without a header the first is the name, and each other is what
    it looks like."""
    if columns is not None:
        return {column: cells[n].strip() for n, column in columns.items() if n < len(cells)}
    name, *rest = [cell.strip() for cell in cells if cell.strip()]
    while rest and _LEGAL.fullmatch(" " + rest[0].casefold()):  # Contoso, Inc.
        name = f"{name}, {rest.pop(0)}"
    kind = next((c for c in rest if c.casefold() in KINDS), "")
    return {"name": name, "kind": kind} | {
        f"tenant{n}": c for n, c in enumerate(c for c in rest if c != kind)
    }


def _row(line: int, cells: dict[str, str]) -> Row | Wrong:
    name = clean(cells.get("name", ""))
    if "\n" in cells.get("name", ""):
        return Wrong(line, "broken", name[:40])
    if not name:
        return Wrong(line, "no_name")
    if len(name) > MOST_NAME:
        return Wrong(line, "long_name", name[:40], name[:40])
    if _FORMULA.match(name):
        return Wrong(line, "formula", name[:60], name[:40])
    if is_tenant(name):
        return Wrong(line, "swapped", name[:60])
    kind = KINDS.get(cells.get("kind", "").casefold())
    if kind is None:
        return Wrong(line, "bad_kind", cells["kind"][:40], name)
    ids: dict[str, str] = {}
    for column, said in cells.items():
        if said and column.startswith(("tenant", "domain")):
            try:
                found = tenant_said(said)
            except WrongIdentifier as wrong:
                why = "partner_id" if wrong.looks_like == Kind.PARTNER_ID else "bad_tenant"
                return Wrong(line, why, said[:60], name)
            if ids.setdefault(found[0], found[1]) != found[1]:
                return Wrong(line, "two_tenants", said[:60], name)
    return Row(
        line,
        name,
        ids.get("guid", ""),
        ids.get("domain", ""),
        kind,
        clean(cells.get("provider", "")),
    )


def is_tenant(name: str) -> bool:
    """Does a tenant id, or a default domain, stand where a name belongs? A company may be called
    like a domain of its own."""
    try:
        return identifiers.look_at(name).kind in (Kind.TENANT, Kind.DOMAIN)
    except WrongIdentifier:
        return False


def tenant_said(said: str) -> tuple[str, str]:
    """("guid", ...) or ("domain", ...) of what names a customer's tenant, its own domain included.
    Raises WrongIdentifier."""
    found = identifiers.look_at(said)
    if found.kind == Kind.TENANT:
        return "guid", found.value
    if found.kind in (Kind.DOMAIN, Kind.OWN_DOMAIN):
        return "domain", found.value
    raise WrongIdentifier("other_kind", found.kind)


def clean(text: str) -> str:
    """A name in one line: composed, without what cannot be seen."""
    text = unicodedata.normalize("NFC", text)
    return " ".join(
        "".join(
            " " if c.isspace() else c
            for c in text
            if c.isspace() or unicodedata.category(c)[0] != "C"
        ).split()
    )


def sought(name: str) -> str:
    """A name as it is looked for: lower case, without its legal form and marks ("Contoso GmbH" and
    "contoso" meet)."""
    bare = _LEGAL.sub("", clean(name).casefold()) or clean(name).casefold()
    return " ".join(re.findall(r"[^\W_]+", bare)) or bare


def without_legal_form(rest: str) -> str:
    """What follows a name, without the legal form that belongs to the name: " GmbH accepted" -> "
    accepted"."""
    return _LEGAL_NEXT.sub("", rest, count=1)


def key_of(name: str, guid: str, domain: str) -> str:
    """What tells two customers apart: the tenant id, else the domain, else the name."""
    return guid or domain or f"name:{clean(name).casefold()}"


class _Seen:
    """The rows before this one, by everything that they can be known by."""

    def __init__(self) -> None:
        self._marks: dict[tuple[str, str], int] = {}
        self._names: dict[tuple[str, str], int] = {}
        self._bare: set[tuple[str, str]] = set()

    def again(self, row: Row) -> Row | Wrong:
        """The row, or which line it repeats: the same tenant, or the same name where one of the two
        says no tenant."""
        provider = row.provider.casefold()
        name = (provider, row.name.casefold())
        marks = [(provider, mark) for mark in (row.guid, row.domain) if mark]
        line = next((self._marks[m] for m in marks if m in self._marks), 0)
        if not line and (not marks or name in self._bare):
            line = self._names.get(name, 0)
        if line:
            return Wrong(row.line, "duplicate", str(line), row.name)
        self._marks.update(dict.fromkeys(marks, row.line))
        self._names.setdefault(name, row.line)
        if not marks:
            self._bare.add(name)
        return row
