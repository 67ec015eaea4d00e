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
    plan,
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
from dialogs.nlu import interpreter, model_store
from dialogs.nlu.encoder import NoWeights
from dialogs.nlu.model_store import Stale
from dialogs.nlu.training import TooWeak
from domain.unusable import Unusable

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
    plan.ABILITY,
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


class NotLearned(Unusable):
    """The phrases are not learned, or cannot be. The message says what to do."""


def tune() -> None:
    """Learn encoder, gate and head anew, and write what is shipped (a developer's command; needs
    the extra `learn`). Raises NotLearned where the encoder's package is missing."""
    from dialogs.nlu.learning.tune import tune as learn

    try:
        learn(*abilities.material(ABILITIES))
    except NoWeights as error:
        raise NotLearned(str(error)) from error


def learn_letters() -> None:
    """Learn the head that a wheel brings for machines without the encoder's weights."""
    interpreter.learn_letters(abilities.material(ABILITIES)[0], model_store.LEARNED)


def load_assistant(*, relearn: bool = True, patient: bool = False) -> Assistant:
    """Everything, loaded and checked. See `dialogs.engine.abilities.load` for the options and
    errors. Raises NotLearned where what understands people is missing or stale."""
    try:
        return abilities.load(ABILITIES, relearn=relearn, patient=patient)
    except (Stale, TooWeak, NoWeights) as error:
        raise NotLearned(str(error)) from error
