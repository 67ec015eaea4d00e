"""Every transition table, in one tuple; and what the tables with reminders say of their
subjects."""

from collections.abc import Callable

from domain.approvals import approval
from domain.customers import customer, transfer
from domain.json_values import Values
from domain.knowledge import fact_check, own_answers, suspension
from domain.machine import Machine
from domain.providers import invitation, partnership
from domain.questions import question
from domain.storage.store import Tx
from domain.tenant import enrollment, reseller, standing

MACHINES: tuple[Machine, ...] = (
    standing.MACHINE,
    enrollment.MACHINE,
    approval.MACHINE,
    partnership.MACHINE,
    customer.MACHINE,
    transfer.MACHINE,
    reseller.MACHINE,
    question.MACHINE,
    own_answers.MACHINE,
    suspension.MACHINE,
    fact_check.MACHINE,
)
BY_NAME = {machine.name: machine for machine in MACHINES}
_DESCRIBE: dict[str, Callable[[Tx, str], Values]] = {
    approval.MACHINE.name: approval.describe,
    customer.MACHINE.name: customer.describe,
    transfer.MACHINE.name: transfer.describe,
    partnership.MACHINE.name: invitation.describe,
    enrollment.MACHINE.name: enrollment.describe,
    reseller.MACHINE.name: reseller.describe,
    standing.MACHINE.name: standing.describe,
}


def describe(tx: Tx, machine: str, subject: str) -> Values:
    """What is known of a subject: tenant, label, about (slots of the buttons), people. {} where
    nothing is."""
    say = _DESCRIBE.get(machine)
    return dict(say(tx, subject)) if say else {}
