"""Alembic's door into the database: online only, with the engine that the caller hands over.

On PostgreSQL one process migrates at a time. It waits for the others as long as they take, and for
a table that a worker uses two seconds, because all turns wait behind it meanwhile.
"""

from alembic import context
from sqlalchemy import text
from sqlmodel import SQLModel

from domain import tables  # noqa: F401 - the metadata is complete only with it

MIGRATING = 0x6368616E6765  # a number of our own ("change") among the server's advisory locks
engine = context.config.attributes["engine"]
with engine.connect() as connection:
    if engine.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": MIGRATING})
        connection.execute(text("SET LOCAL lock_timeout = '2s'"))
    context.configure(connection=connection, target_metadata=SQLModel.metadata)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
