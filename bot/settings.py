"""The environment, read once. Fails before anything starts, naming the setting and what it must
look like."""

import base64
import hashlib
import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bot import durable
from bot.second_reader import endpoint
from bot.second_reader.endpoint import Endpoint
from domain.storage import private_files
from domain.storage.store import AuditKey
from domain.unusable import Unusable

SLACK_API = "https://slack.com/api/"
NAMES = (
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_APP_TOKEN",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    "SLACK_API_URL",
    "DATABASE_URL",
    "DATABASE_POOLER",
    "CHANGEOVER_SECRET_KEY",
    "RATE_USER",
    "RATE_TEAM",
    "HOST",
    "PORT",
    "SLACK_TABLES",
    *endpoint.NAMES,
    "CHANGEOVER_WEIGHTS",
    "DOTENV",
)


class BadSetting(Unusable):
    """A setting is missing or wrong. The message names it and says what to do."""


@dataclass(frozen=True)
class Settings:
    bot_token: str = field(repr=False)
    signing_secret: str = field(repr=False)
    app_token: str = field(repr=False)
    client_id: str
    client_secret: str = field(repr=False)
    keys: tuple[str, ...] = field(repr=False)
    api_url: str
    database_url: str = field(repr=False)
    audit_key: AuditKey = field(repr=False)
    rate_user: int
    rate_team: int
    host: str
    port: int
    tables: bool = True
    second_reader: Endpoint | None = None
    pooler: bool = False

    @property
    def socket_mode(self) -> bool:
        return bool(self.app_token)

    @property
    def oauth(self) -> bool:
        """Installed by OAuth, each workspace with a token of its own."""
        return bool(self.client_id)


def read(env: Mapping[str, str] = os.environ, *, serving: bool = True) -> Settings:
    """All settings; those that only `serve` needs are missing-proof for the other commands. Raises
    BadSetting."""
    value = _values(env)
    if serving:
        _check_slacks(value)
    database_url = url_of_database(env)
    if not database_url.startswith(("sqlite://", "postgresql+psycopg://")):
        raise BadSetting("DATABASE_URL must be a SQLite file or begin with postgresql+psycopg://")
    if fault := durable.fault(database_url, env):
        raise BadSetting(fault)
    return Settings(
        value["SLACK_BOT_TOKEN"],
        value["SLACK_SIGNING_SECRET"],
        value["SLACK_APP_TOKEN"],
        value["SLACK_CLIENT_ID"],
        value["SLACK_CLIENT_SECRET"],
        tuple(_split(value["CHANGEOVER_SECRET_KEY"])),
        _api_url(value["SLACK_API_URL"]),
        database_url,
        audit_key(value["CHANGEOVER_SECRET_KEY"], database_url),
        _number(value, "RATE_USER", 60),
        _number(value, "RATE_TEAM", 600),
        value["HOST"] or "127.0.0.1",
        _number(value, "PORT", 3000, most=65_535),
        value["SLACK_TABLES"] != "0",
        second_reader(env),
        value["DATABASE_POOLER"] == "1",
    )


def second_reader(env: Mapping[str, str] = os.environ) -> Endpoint | None:
    """Where the second reader is, None where there is none. Raises BadSetting."""
    try:
        return endpoint.endpoint_in(_values(env))
    except ValueError as error:
        raise BadSetting(str(error)) from error


def _values(env: Mapping[str, str]) -> dict[str, str]:
    return {name: env.get(name, "").strip() for name in NAMES}


def url_of_database(env: Mapping[str, str]) -> str:
    """As SQLAlchemy reads it, checked by nobody yet."""
    url = env.get("DATABASE_URL", "").strip() or "changeover.db"
    return url if "://" in url else f"sqlite:///{url}"


def _check_slacks(value: Mapping[str, str]) -> None:
    """What has to be there to speak with Slack: one token, or an app that workspaces install by
    OAuth."""
    one, other = bool(value["SLACK_CLIENT_ID"]), bool(value["SLACK_CLIENT_SECRET"])
    if one and not other:
        raise BadSetting(
            "SLACK_CLIENT_SECRET is not set, and SLACK_CLIENT_ID is: copy it from Basic "
            "Information of your Slack app"
        )
    if other and not one:
        raise BadSetting(
            "SLACK_CLIENT_ID is not set, and SLACK_CLIENT_SECRET is: copy it from Basic "
            "Information of your Slack app"
        )
    if one and not value["CHANGEOVER_SECRET_KEY"]:
        raise BadSetting(
            "CHANGEOVER_SECRET_KEY is not set, and SLACK_CLIENT_ID is: tokens are kept encrypted "
            "only; set a Fernet key"
        )
    if not one and not value["SLACK_BOT_TOKEN"]:
        raise BadSetting(
            "SLACK_BOT_TOKEN is not set: copy the Bot User OAuth Token of your Slack app (xoxb-...)"
        )
    if not value["SLACK_APP_TOKEN"] and not value["SLACK_SIGNING_SECRET"]:
        raise BadSetting(
            "SLACK_SIGNING_SECRET is not set: copy it from Basic Information of your Slack app"
        )


def _split(said: str) -> list[str]:
    return [part.strip() for part in said.split(",") if part.strip()]


def audit_key(said: str, database_url: str) -> AuditKey:
    """The keys that sign the audit log, derived from CHANGEOVER_SECRET_KEY (Fernet keys, newest
    first).

    Without the setting a key is made once and kept in a file beside the SQLite database (or in the
    working folder).
    """
    raw = _split(said) or [_kept_key(database_url)]
    keys = {}
    for part in raw:
        try:
            secret = base64.urlsafe_b64decode(part)
        except ValueError:
            secret = b""
        if len(secret) != 32:
            raise BadSetting(
                "CHANGEOVER_SECRET_KEY must be Fernet keys (32 bytes in urlsafe base64), "
                "comma-separated, newest first"
            )
        signing = hashlib.sha256(b"changeover audit" + secret).digest()
        keys[hashlib.sha256(signing).hexdigest()[:8]] = signing
    return AuditKey(keys)


def key_file(database_url: str) -> Path:
    """Where the key is kept without the setting: beside the database, or in the working folder."""
    at = urlsplit(database_url).path[1:] if database_url.startswith("sqlite") else "changeover.db"
    return Path(at).with_suffix(".key")


def _kept_key(database_url: str) -> str:
    if database_url in ("sqlite://", "sqlite:///:memory:"):
        return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    path = key_file(database_url)
    if path.exists():
        private_files.tighten(path)
        return path.read_text("ascii").strip()
    new = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode() + "\n")
        os.link(new, path)  # fails where another process was first: then its key is the one
        print(
            f"CHANGEOVER_SECRET_KEY is not set: made {path}, keep it with the database",
            file=sys.stderr,
        )
    except FileExistsError:
        pass
    except OSError as error:
        raise BadSetting(
            f"CHANGEOVER_SECRET_KEY is not set and {path} cannot be made: {error.strerror}"
        ) from error
    finally:
        new.unlink(missing_ok=True)
    return path.read_text("ascii").strip()


def _api_url(said: str) -> str:
    url = said or SLACK_API
    if urlsplit(url).scheme not in ("http", "https") or not url.endswith("/api/"):
        raise BadSetting("SLACK_API_URL must be an http(s) address that ends in /api/")
    return url


def _number(value: dict[str, str], name: str, default: int, most: int = 1_000_000) -> int:
    said = value[name] or str(default)
    if not said.isdigit() or int(said) > most:
        raise BadSetting(f"{name} must be a whole number up to {most}")
    return int(said)
