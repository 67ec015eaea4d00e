"""Reminders, putting them off, and nudging whoever is waited for."""

from dialogs.engine.context import Ability, HomeSection
from dialogs.remind import actions, home, interceptor, nudges, timers

ABILITY = Ability(
    name="remind",
    actions=(
        actions.action_look_at_reminders,
        actions.action_ask_until,
        actions.action_snooze,
        nudges.action_nudge,
    ),
    timers=(
        timers.sweep,
        timers.deliver,
    ),
    home=HomeSection(home.PLACE, home.facts),
    intercept=interceptor.hears,
    slash_words={"remind": "snooze", "snooze": "snooze", "nudge": "nudge"},
)
