"""A SQLite file in a container has to be on a volume: with the container everything would go, and
with the audit log's key also what a backup proves."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

# Set by the Dockerfile, and by nothing else.
IN_IMAGE = "CHANGEOVER_IN_IMAGE"
WHY = (
    "DATABASE_URL is the SQLite file {path}, and that is not on a volume: it would be lost with "
    "the container, and the key of the audit log too. Mount a volume at {folder}, or set "
    "DATABASE_URL to postgresql+psycopg://..."
)
NO_KEY = (
    "CHANGEOVER_SECRET_KEY is not set: a key that is kept in a container would be lost with it, "
    "and the audit log could not be verified; `changeover key` makes one"
)


def fault(
    database_url: str, env: Mapping[str, str], is_mount: Callable[[Path], bool] | None = None
) -> str:
    """What is wrong with the place of this database; "" where it will last."""
    if not env.get(IN_IMAGE):
        return ""
    path = file_of(database_url)
    if path is None:
        in_memory = database_url.startswith("sqlite")
        return "" if in_memory or env.get("CHANGEOVER_SECRET_KEY") else NO_KEY
    folder = path.absolute().parent
    root, seen = Path(folder.anchor), is_mount or os.path.ismount
    on_a_volume = any(seen(place) for place in (folder, *folder.parents) if place != root)
    return "" if on_a_volume else WHY.format(path=path, folder=folder)


def file_of(database_url: str) -> Path | None:
    """The SQLite file; None for a database in memory or PostgreSQL."""
    if not database_url.startswith("sqlite:///") or database_url == "sqlite:///:memory:":
        return None
    return Path(urlsplit(database_url).path[1:])
