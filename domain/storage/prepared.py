"""The statements that every turn pays for: Core statements of our tables, compiled once. Knows no
table by name.

On SQLite a prepared statement goes straight to the driver. Of the 1.05 ms that a turn took,
SQLAlchemy's work around each of its 18 statements was 0.7 (tests/bench); what it does for the
values (JSON, booleans) is done here by the same types. On PostgreSQL, where the way to the server
is dearer than that, it is an ordinary execution.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql import Insert
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import Select

from domain.json_values import Json
from domain.storage.store import JSON

_SQLITE = sqlite.dialect(paramstyle="qmark", **JSON)
_REQUIRED = object()
R = TypeVar("R")
Convert = Callable[[Json], Json] | None


class Prepared:
    """A statement to run often. For an insert, `columns` are those that are given; lists (`IN`)
    cannot be bound."""

    def __init__(self, statement: "Select[Any] | UpdateBase", columns: Iterable[str] = ()) -> None:
        self.statement, self._columns = statement, list(columns)

    def all(self, db: Connection, values: Mapping[str, Json]) -> list[Any]:
        """Every row, with its columns as attributes."""
        if db.dialect.name != "sqlite":
            return list(db.execute(self.statement, dict(values)))
        rows: list[Json] = self._rows(db, values)
        for at, convert in self._from_database if rows else ():
            rows = [[*row[:at], convert(row[at]), *row[at + 1 :]] for row in rows]
        return list(map(self._row._make, rows))

    def first(self, db: Connection, values: Mapping[str, Json]) -> Any:
        """The first row, None where there is none."""
        found = self.all(db, values)
        return found[0] if found else None

    def scalar(self, db: Connection, values: Mapping[str, Json]) -> Json:
        """The first column of the first row, None where there is none."""
        found = self.first(db, values)
        return found[0] if found is not None else None

    def run(self, db: Connection, values: Mapping[str, Json]) -> None:
        """For what gives no rows."""
        if db.dialect.name == "sqlite":
            db.connection.driver_connection.execute(self._sql, self._bound(values))  # type: ignore[union-attr]
        else:
            db.execute(self.statement, dict(values))

    def _rows(self, db: Connection, values: Mapping[str, Json]) -> list[tuple[Json, ...]]:
        cursor = db.connection.driver_connection.execute(self._sql, self._bound(values))  # type: ignore[union-attr]
        rows: list[tuple[Json, ...]] = cursor.fetchall()
        return rows

    def _bound(self, values: Mapping[str, Json]) -> list[Json]:
        bound = []
        for name, default, convert in self._to_database:
            value = values.get(name, default)
            if value is _REQUIRED:
                raise KeyError(name)
            bound.append(convert(value) if convert else value)
        return bound

    @cached_property
    def _compiled(self) -> SQLCompiler:
        columns = self._columns if isinstance(self.statement, Insert) else None
        compiled = self.statement.compile(dialect=_SQLITE, column_keys=columns)
        assert isinstance(compiled, SQLCompiler)
        return compiled

    @cached_property
    def _sql(self) -> str:
        return str(self._compiled)

    @cached_property
    def _to_database(self) -> list[tuple[str, Json, Convert]]:
        """For each question mark: the value's name, what it is when it is not given, and what makes
        it fit for SQLite."""
        binds = [(name, self._compiled.binds[name]) for name in self._compiled.positiontup or ()]
        return [
            (
                name,
                _REQUIRED if b.required else b.effective_value,
                b.type.dialect_impl(_SQLITE).bind_processor(_SQLITE),
            )
            for name, b in binds
        ]

    @cached_property
    def _columns_out(self) -> list[Any]:
        returning = getattr(self.statement, "_returning", ())
        return list(returning or getattr(self.statement, "selected_columns", ()))

    @cached_property
    def _from_database(self) -> list[tuple[int, Callable[[Json], Json]]]:
        """The columns that come back as something else than SQLite keeps, by their place."""
        made = [
            c.type.dialect_impl(_SQLITE).result_processor(_SQLITE, None) for c in self._columns_out
        ]
        return [(at, convert) for at, convert in enumerate(made) if convert]

    @cached_property
    def _row(self) -> Any:
        return namedtuple("Row", [c.key for c in self._columns_out], rename=True)


class PreparedRows(Prepared, Generic[R]):
    """A select whose rows are values of a dataclass, its columns in the order of the fields."""

    def __init__(self, make: Callable[..., R], statement: "Select[Any]") -> None:
        super().__init__(statement)
        self._make = make

    def all(self, db: Connection, values: Mapping[str, Json]) -> list[R]:
        return [self._make(*row) for row in super().all(db, values)]

    def first(self, db: Connection, values: Mapping[str, Json]) -> R | None:
        found = self.all(db, values)
        return found[0] if found else None
