"""The `[[catalogue]]` of a workspace description: providers for all its partners to look at. Reads,
checks; ranks none.

[[catalogue]]
name = "Fabrikam Distribution" tenant = "22222222-3333-4444-8555-666666666666"   # optional, and not
confirmed by standing here training = "..."                                   # optional: training,
marketing, credit, support, billing
"""

from typing import Any

from domain.identifiers import WrongIdentifier, tenant_id
from domain.providers.catalogue import Entry
from domain.providers.comparison import LONGEST, TENANT, Criterion

MOST = 500
KEYS = ("name", TENANT, *(str(c) for c in Criterion if c is not Criterion.REGION))


def read(raw: Any) -> tuple[Entry, ...]:
    """The entries of the file. Raises ValueError, naming the entry, for one that cannot be
    taken."""
    if not isinstance(raw, list) or len(raw) > MOST:
        raise ValueError(f"catalogue: give each provider its [[catalogue]], {MOST} at most")
    found = [_entry(n, row) for n, row in enumerate(raw, 1)]
    if len({e.key for e in found}) != len(found):
        raise ValueError("catalogue: a provider stands there twice")
    return tuple(found)


def _entry(n: int, row: Any) -> Entry:
    if not isinstance(row, dict):
        raise ValueError(f"catalogue, entry {n}: must be a table")
    for key, value in row.items():
        if key not in KEYS:
            raise ValueError(
                f"catalogue, entry {n}: unknown key {key}; known are {', '.join(KEYS)}"
            )
        if not isinstance(value, str) or len(value) > LONGEST:
            raise ValueError(
                f"catalogue, entry {n}: {key} must be a text of {LONGEST} characters at most"
            )
    entry = Entry(
        " ".join(row.get("name", "").split()),
        {k: v.strip() for k, v in row.items() if k != "name" and v.strip()},
    )
    if not entry.key:
        raise ValueError(f"catalogue, entry {n}: its name is missing")
    try:
        return (
            Entry(entry.name, {**entry.notes, TENANT: tenant_id(entry.notes[TENANT])})
            if TENANT in entry.notes
            else entry
        )
    except WrongIdentifier as wrong:
        raise ValueError(
            f"catalogue, {entry.name}: tenant is no tenant id ({wrong.why}, {wrong.looks_like})"
        ) from wrong
