"""The code of the release before: as it was before the newest migration was added."""

import shutil
import subprocess
from pathlib import Path

from bot import schema

ROOT = Path(__file__).resolve().parents[3]
ROOMS = ("bot", "dialogs", "domain", "templates")


class NoHistory(Exception):
    """The message says why the release before is not to be had here."""


def before(folder: Path) -> Path:
    """The root of the older code, made in `folder`. Raises NoHistory."""
    (newest,) = (ROOT / "domain/migrations/versions").glob(f"{schema.newest()}_*.py")
    name = newest.relative_to(ROOT).as_posix()
    added = _git("log", "--diff-filter=A", "--format=%H", "-1", "--", name).strip()
    commit = f"{added}^" if added else "HEAD"
    if subprocess.run(["git", "cat-file", "-e", commit], cwd=ROOT, capture_output=True).returncode:
        raise NoHistory(f"the repository has no commit before {name}: a shallow clone")
    root = folder / "before"
    root.mkdir()
    packed = subprocess.run(
        ["git", "archive", commit, *ROOMS], cwd=ROOT, capture_output=True, check=True
    ).stdout
    subprocess.run(["tar", "-x", "-C", str(root)], input=packed, check=True)
    for made in _git("ls-files", "-o", "-i", "--exclude-standard", "dialogs").split():
        if "__pycache__" not in made:  # what is learned here once, and not committed
            (root / made).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / made, root / made)
    return root


def _git(*args: str) -> str:
    return subprocess.run(
        ["git", *args], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
