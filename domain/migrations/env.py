"""Alembic's door into the database: online only, with the engine that the caller hands over."""

from alembic import context
from sqlmodel import SQLModel

from domain import tables  # noqa: F401 - the metadata is complete only with it

engine = context.config.attributes["engine"]
with engine.connect() as connection:
    if engine.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    context.configure(connection=connection, target_metadata=SQLModel.metadata)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
