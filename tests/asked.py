"""What SQLite is asked while something runs: every statement, the prepared ones included. A
statement for many rows counts per row."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

QUERIES = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@contextmanager
def asked(db: Connection) -> Iterator[list[str]]:
    """The statements of this connection, in order."""
    said: list[str] = []
    driver = db.connection.driver_connection
    assert driver is not None
    driver.set_trace_callback(
        lambda sql: said.append(sql) if sql.lstrip().startswith(QUERIES) else None
    )
    try:
        yield said
    finally:
        driver.set_trace_callback(None)
