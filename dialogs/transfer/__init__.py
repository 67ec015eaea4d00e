"""Moving subscriptions to the provider."""

from dialogs.engine.context import Ability
from dialogs.transfer import actions, timers

ABILITY = Ability(
    name="transfer",
    actions=(
        actions.action_look_for_transfer,
        actions.validate_transfer_customer,
        actions.action_ask_transfer_customer,
        actions.action_look_at_transfers,
        actions.action_ask_transfer,
        actions.validate_transfer,
        actions.validate_subscriptions,
        actions.action_request_transfer,
        actions.action_look_at_transfer,
        actions.action_note_transfer_step,
        actions.action_show_transfer,
    ),
    timers=(timers.lapses,),
)
