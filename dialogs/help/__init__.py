"""What the assistant can do."""

from dialogs.engine.context import Ability

ABILITY = Ability(
    name="help",
    slash_words={"": "help", "help": "help"},
)
