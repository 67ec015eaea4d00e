"""Who hears of milestones."""

from dialogs.engine.context import Ability
from dialogs.milestones import actions

ABILITY = Ability(
    name="milestones",
    actions=(
        actions.action_mute,
        actions.action_follow,
        actions.action_unmute,
        actions.action_mute_channel,
        actions.action_unmute_channel,
    ),
)
