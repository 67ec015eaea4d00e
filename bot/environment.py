"""Settings that are not in the environment itself: the file `.env`, and secrets in files of their
own, as Docker and Kubernetes hand them over."""

from collections.abc import MutableMapping
from pathlib import Path

from domain.unusable import Unusable

DOTENV = "DOTENV"
# NAME_FILE names the file that holds NAME.
SECRETS = (
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_APP_TOKEN",
    "SLACK_CLIENT_SECRET",
    "DATABASE_URL",
    "CHANGEOVER_SECRET_KEY",
)


class BadEnvironment(Unusable):
    """A file that a setting names cannot be read. The message names the setting."""


def complete(env: MutableMapping[str, str], folder: Path) -> None:
    """Adds what `.env` in the folder says (DOTENV names another file, or none when it is empty),
    then what the files of secrets hold. What is set already stays. Raises BadEnvironment."""
    named = env.get(DOTENV)
    file = folder / (".env" if named is None else named)
    if named != "" and (file.is_file() or named):
        for name, value in _read(file, DOTENV).items():
            env.setdefault(name, value)
    for name in SECRETS:
        if path := env.get(f"{name}_FILE"):
            if env.get(name):
                raise BadEnvironment(f"{name} and {name}_FILE are both set: keep one of them")
            env[name] = _text(Path(path), f"{name}_FILE").strip()


def _read(file: Path, setting: str) -> dict[str, str]:
    from io import StringIO

    from dotenv import dotenv_values

    found = dotenv_values(stream=StringIO(_text(file, setting)), interpolate=False)
    return {name: value for name, value in found.items() if value is not None}


def _text(file: Path, setting: str) -> str:
    try:
        return file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise BadEnvironment(f"{setting}: {file} cannot be read: {why}") from error
