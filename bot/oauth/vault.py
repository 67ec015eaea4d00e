"""What Slack entrusts to us, under lock: tokens at rest and the `state` of an installation under
way. Keys come from the setting.

The newest key locks, every older one still opens. What is locked for one workspace opens for no
other.
"""

import hashlib
import json
import secrets
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

STATE_LIVES = 600  # seconds


class Unreadable(Exception):
    """None of the keys opens it, or it belongs to another workspace."""


class Vault:
    """Fernet keys (32 bytes in urlsafe base64), newest first."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._newest, self._all = Fernet(keys[0]), MultiFernet([Fernet(key) for key in keys])

    def seal(self, team: str, values: dict[str, Any]) -> str:
        return self._newest.encrypt(json.dumps({"team": team, "values": values}).encode()).decode(
            "ascii"
        )

    def open(self, team: str, sealed: str) -> dict[str, Any]:
        """Raises Unreadable."""
        try:
            found = json.loads(self._all.decrypt(sealed.encode()))
        except (InvalidToken, ValueError) as error:
            raise Unreadable(team) from error
        if found["team"] != team:
            raise Unreadable(team)
        return dict(found["values"])

    def is_newest(self, sealed: str) -> bool:
        try:
            self._newest.decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True

    def new_state(self, now: float) -> str:
        """Nothing is stored for it: who only asks for an installation leaves nothing behind."""
        return self._newest.encrypt_at_time(b"install:" + secrets.token_bytes(16), int(now)).decode(
            "ascii"
        )

    def state_key(self, state: str, now: float) -> str:
        """The name under which a state is remembered once it was used. Raises Unreadable for a
        foreign or an old one."""
        try:
            said = self._all.decrypt_at_time(state.encode(), STATE_LIVES, int(now))
        except (InvalidToken, ValueError) as error:
            raise Unreadable("state") from error
        if not said.startswith(b"install:"):
            raise Unreadable("state")
        return "state:" + hashlib.sha256(said).hexdigest()
