"""What the assistant can do."""

from dialogs.engine.context import Ability
from dialogs.help import actions

ABILITY = Ability(
    name="help",
    actions=(actions.action_show_help,),
    intercept=actions.hears,
    slash_words={"": "help", "help": "help"},
)
