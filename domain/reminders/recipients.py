"""Who is meant by the names in the table of reminders, as they are now."""

from dataclasses import dataclass

from domain import machines, people
from domain.people import CLOCK, Role
from domain.storage import audit
from domain.storage.store import Tx

ROLES = {"global_admin": Role.GLOBAL_ADMIN, "approvers": Role.APPROVER, "support": Role.SUPPORT}
CHANNELS = {"admins": "admins_channel", "support_channel": "support_channel"}


@dataclass(frozen=True)
class Waiting:
    """A subject that is in a state of a machine, and the entry of the log that brought it there."""

    machine: str
    subject: str
    state: str
    seq: int
    at: int
    actor: str


class Recipients:
    """Who is meant, looked up once per sweep: ids of live people, or `#` and a channel."""

    def __init__(self, tx: Tx, partner: str) -> None:
        self.tx, self.partner = tx, partner
        self._roles: dict[str, list[str]] = {}
        self._live: dict[str, bool] = {}

    def of(self, names: tuple[str, ...], row: Waiting) -> list[str]:
        return list(dict.fromkeys(found for name in names for found in self._named(name, row)))

    def _named(self, name: str, row: Waiting) -> list[str]:
        if name in ROLES or name in CHANNELS:
            if name not in self._roles:
                self._roles[name] = self._role(name)
            return self._roles[name]
        if name == "reporter":
            return self._if_live([row.actor if row.actor != CLOCK.id else self._last_reporter(row)])
        return self._if_live(
            machines.describe(self.tx, row.machine, row.subject).get("people", {}).get(name, [])
        )

    def _role(self, name: str) -> list[str]:
        if name in ROLES:
            return [p.id for p in people.with_role(self.tx, ROLES[name], self.partner)]
        channel = getattr(people.workspace(self.tx), CHANNELS[name], "")
        return [f"#{channel}"] if channel else []

    def _last_reporter(self, row: Waiting) -> str:
        log = audit.entries(self.tx, f"{row.machine}:{row.subject}")
        return next((e.actor for e in reversed(log) if e.actor != CLOCK.id), "")

    def _if_live(self, ids: list[str]) -> list[str]:
        for id_ in ids:
            if id_ not in self._live:
                person = people.by_id(self.tx, id_)
                self._live[id_] = bool(person and person.has(Role.STAFF))
        return [id_ for id_ in ids if self._live[id_]]
