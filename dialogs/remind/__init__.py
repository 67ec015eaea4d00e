"""Reminders, and putting them off."""

from dialogs.engine.context import Ability, HomeSection
from dialogs.remind import actions, home, timers

ABILITY = Ability(
    name="remind",
    actions=(
        actions.action_look_at_reminders,
        actions.action_ask_until,
        actions.action_snooze,
    ),
    timers=(
        timers.sweep,
        timers.deliver,
    ),
    home=HomeSection(home.PLACE, home.facts),
    slash_words={"remind": "snooze", "snooze": "snooze"},
)
