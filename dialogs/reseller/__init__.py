"""The tenant's standing as a reseller, after the move."""

from dialogs.engine.context import Ability
from dialogs.reseller import actions, timers

ABILITY = Ability(
    name="reseller",
    actions=(
        actions.action_look_at_reseller,
        actions.action_ask_onboarded,
        actions.validate_onboarded,
        actions.action_show_outlook,
        actions.action_show_reseller,
        actions.action_look_at_happening,
        actions.action_note_happening,
    ),
    timers=(timers.anniversary,),
)
