"""Where the partner is, and sharing that."""

from dialogs.engine.context import Ability, HomeSection
from dialogs.status import actions, home

ABILITY = Ability(
    name="status",
    actions=(
        actions.action_show_status,
        actions.action_share_status,
    ),
    home=HomeSection(home.PLACE, home.facts),
    slash_words={"status": "where_are_we", "share": "share_status"},
)
