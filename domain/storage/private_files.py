"""Files that only their owner may read: the database, its log, backups, the key. POSIX only; on
Windows a file inherits the permissions of its folder."""

import os
import stat
from contextlib import suppress
from pathlib import Path

OWNER_ONLY = 0o600


def make(path: Path) -> None:
    """Create the file, empty, or restrict the permissions of an existing one. Errors are left to
    whoever opens the file next: they can report them."""
    if os.name != "posix":
        return
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except FileExistsError:
        tighten(path)
    except OSError:
        return
    else:
        os.fchmod(descriptor, OWNER_ONLY)  # a umask may have taken away more
        os.close(descriptor)


def tighten(path: Path) -> None:
    """Remove everybody else's permissions from our own file. Somebody else's file stays as it
    is."""
    if os.name != "posix":
        return
    with suppress(OSError):
        found = path.stat()
        if found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) & 0o077:
            path.chmod(stat.S_IMODE(found.st_mode) & 0o700)
