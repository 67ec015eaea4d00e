"""Rows of a table as values of a dataclass, so that mypy sees a misspelt column. Knows no table by
name.

A table is declared in domain/tables; what is read of it is a frozen dataclass whose fields are
columns of it (tests/domain/test_rows.py compares their types).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Executable, select
from sqlalchemy.sql.selectable import Select
from sqlmodel import SQLModel

from domain.storage.prepared import PreparedRows
from domain.storage.store import table

R = TypeVar("R")
KINDS: list[tuple[type[Any], type[SQLModel]]] = []


def made(make: Callable[..., R], rows: Iterable[Sequence[Any]]) -> list[R]:
    """A value of each row, whose columns are in the order of the fields."""
    return [make(*row) for row in rows]


def existing(row: R | None) -> R:
    """A row that has to be there. Raises LookupError where it is not."""
    if row is None:
        raise LookupError("no such row")
    return row


class Rows(Generic[R]):
    """Reads rows of `model` as values of `kind`. Fails at import where a field is no column."""

    def __init__(self, kind: type[R], model: type[SQLModel]) -> None:
        self.table = table(model)
        self.columns = [self.table.c[field.name] for field in fields(kind)]  # type: ignore[arg-type]
        self.make: Callable[..., R] = kind
        KINDS.append((kind, model))

    def select(self) -> "Select[Any]":
        """Every field, of all rows; add conditions to it."""
        return select(*self.columns)

    def all(self, db: Connection, statement: Executable, values: Any = None) -> list[R]:
        """The rows of a statement that began as `select()`."""
        return made(self.make, db.execute(statement, values))

    def first(self, db: Connection, statement: Executable, values: Any = None) -> R | None:
        """The first row, None where there is none."""
        row: Sequence[Any] | None = db.execute(statement, values).first()
        return self.make(*row) if row else None

    def prepared(self, statement: "Select[Any]") -> PreparedRows[R]:
        """The statement, for every turn."""
        return PreparedRows(self.make, statement)
