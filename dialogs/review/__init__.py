"""Support looks at what was not understood."""

from dialogs.engine.context import Ability
from dialogs.review import actions, thresholds, timers

ABILITY = Ability(
    name="review",
    actions=(
        actions.action_next_unheard,
        actions.action_ask_settle,
        actions.validate_meant,
        actions.validate_topic_title,
        actions.action_settle,
    ),
    timers=(
        timers.nightly,
        timers.unreviewed,
        thresholds.monthly,
    ),
    slash_words={"review": "review_misunderstood"},
)
