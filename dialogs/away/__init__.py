"""An approver is away and another one covers."""

from dialogs.away import actions, home, interceptor
from dialogs.engine.context import Ability, HomeSection

ABILITY = Ability(
    name="away",
    actions=(
        actions.action_look_at_away,
        actions.action_ask_stand_in,
        actions.validate_stand_in,
        actions.action_ask_away_until,
        actions.validate_away_until,
        actions.action_go_away,
        actions.action_come_back,
    ),
    home=HomeSection(home.PLACE, home.facts),
    intercept=interceptor.hears,
)
