"""What changed with a customer: left, took consent back, has a new provider."""

from dialogs.customer_change import actions
from dialogs.engine.context import Ability

ABILITY = Ability(
    name="customer_change",
    actions=(
        actions.action_look_for_change,
        actions.validate_changed_customer,
        actions.action_look_at_change,
        actions.action_ask_changed,
        actions.validate_changed,
        actions.action_ask_sure_changed,
        actions.action_note_change,
    ),
)
