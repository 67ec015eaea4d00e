"""The whole assistant: which abilities there are. Removing an ability is removing its name here,
and its folders."""

from dialogs import (
    agreement,
    away,
    customer,
    customer_change,
    customers,
    enroll,
    help,
    invitation,
    knowledge,
    milestones,
    provider,
    remind,
    report,
    reseller,
    review,
    setup,
    standing,
    status,
    support,
    suspend,
    terms,
    transfer,
    withdraw,
)
from dialogs.engine import abilities
from dialogs.engine.context import Assistant

ABILITIES = (
    agreement.ABILITY,
    away.ABILITY,
    customer.ABILITY,
    customer_change.ABILITY,
    customers.ABILITY,
    enroll.ABILITY,
    help.ABILITY,
    invitation.ABILITY,
    knowledge.ABILITY,
    milestones.ABILITY,
    provider.ABILITY,
    remind.ABILITY,
    report.ABILITY,
    reseller.ABILITY,
    review.ABILITY,
    setup.ABILITY,
    standing.ABILITY,
    status.ABILITY,
    support.ABILITY,
    suspend.ABILITY,
    terms.ABILITY,
    transfer.ABILITY,
    withdraw.ABILITY,
)


def load_assistant(*, relearn: bool = True, patient: bool = False) -> Assistant:
    """Everything, loaded and checked. See `dialogs.engine.abilities.load` for the options and
    errors."""
    return abilities.load(ABILITIES, relearn=relearn, patient=patient)
