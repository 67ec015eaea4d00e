"""A workspace in memory for each stage that a partner may be at, and real turns in it
(dialogs/engine/turn.py) of which nothing is kept."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from bot.cli.seed import PartnerPlan, PersonPlan, Plan, plant
from bot.inbound.payloads import unslack
from bot.settings import audit_key
from dialogs.engine.context import Assistant
from dialogs.engine.turn import TurnResult, handle
from dialogs.inputs import Message, Origin
from dialogs.second_reader.question import Reading
from domain import people
from domain.machine import advance
from domain.people import CLOCK, Role
from domain.providers import partnership, providers
from domain.storage.store import Store, Tx
from domain.tenant import case, enrollment, standing

IN_MEMORY, NOON = "sqlite://", time(12, tzinfo=UTC)
ASKER, ADMIN, DIRECT = "U00ASKER", "U00ADMIN", Origin("D00ASKER")
PARTNER, PROVIDER = "Contoso", "Fabrikam Distribution"


@dataclass(frozen=True)
class Stage:
    """A workspace of its own (`team`), and what its words may use: `data` of a template."""

    team: str
    data: dict[str, Any]


class Stages:
    """`take` runs one turn at a stage, as on `today`; then it is as if it had not been. Without an
    assistant there are the workspaces, and no turns."""

    def __init__(self, assistant: Assistant | None, today: date) -> None:
        self.assistant, self.now = assistant, datetime.combine(today, NOON)
        self.store = Store(IN_MEMORY, audit_key("", IN_MEMORY))
        self.store.create()
        self._known: dict[str, Stage] = {}

    def close(self) -> None:
        self.store.close()

    def at(self, stage: str) -> Stage:
        """The workspace at this stage, made when it is first asked for. Raises KeyError for an
        unknown one."""
        if stage not in self._known:
            enrolled = case.STAGE_STATES[stage]
            with self.store.turn(stage, self.now) as tx:
                plant(tx, _plan(stage))
                _report(tx, *enrolled, listed=stage == "listed")
                self._known[stage] = Stage(stage, _data(tx))
        return self._known[stage]

    def take(self, text: str, stage: str, second: Reading | None = None) -> TurnResult:
        """What became of this text, said by a member of the partner in a conversation that just
        began. Slack's mark-up of links is read as Slack's. `second`: what a second reader said of
        it. Raises ValueError without an assistant, and HeldBack where the assistant has a second
        reader that has to be asked."""
        if self.assistant is None:
            raise ValueError("a turn needs an assistant")
        raw = text if "<http" in text else ""
        said = unslack(text) if raw else text
        may_ask = second is None and self.assistant.everyday is not None
        message = Message(("ask",), ASKER, said, DIRECT, raw=raw, may_ask=may_ask, second=second)
        team = self.at(stage).team
        with self.store.writing() as db:
            done = handle(self.assistant, Tx(db, team, self.now, self.store.key), message)
            db.rollback()
        return done


def _plan(team: str) -> Plan:
    asker = PersonPlan(ASKER, "", ())
    admin = PersonPlan(ADMIN, "Grace", (Role.GLOBAL_ADMIN, Role.APPROVER, Role.SUPPORT))
    partner = PartnerPlan(PARTNER, ("",))
    return Plan(team, "C00SUPPORT", "C00ADMINS", (partner,), (asker, admin))


def _report(tx: Tx, direct_bill: str, enrolled: str, *, listed: bool) -> None:
    """Everything that leads to the stage is reported, as of today."""
    admin = people.meet(tx, ADMIN)
    (tenant,) = people.tenants_of(tx, admin.partner)
    seen = [(enrollment.MACHINE, tenant.id, enrolled), (standing.MACHINE, tenant.id, direct_bill)]
    if listed:
        provider = providers.note(tx, admin.partner, PROVIDER)
        seen.append((partnership.MACHINE, provider, partnership.State.LISTED))
    today = tx.now.date()
    for machine, subject, state in seen:
        for move in machine.way_to(state):
            by = CLOCK if move.who == {Role.CLOCK} else admin
            advance(
                tx, machine, subject, move.event, by, day=today, today=today, partner=admin.partner
            )


def _data(tx: Tx) -> dict[str, Any]:
    here = case.look(tx, people.meet(tx, ASKER)).values()
    same = {"name": "", "partner": here["partner"], "slots": {}, "offer": ""}
    return same | {"today": tx.now.date().isoformat(), "case": here}
