"""The weekly figures for support."""

from dialogs.engine.context import Ability
from dialogs.report import actions, timers

ABILITY = Ability(
    name="report",
    actions=(
        actions.action_show_report,
        actions.action_choose_digest,
    ),
    timers=(timers.digest,),
    slash_words={"report": "show_report"},
)
