"""The partner's customers: lists, where they are."""

from dialogs.customers import actions, home
from dialogs.engine.context import Ability, HomeSection

ABILITY = Ability(
    name="customers",
    actions=(
        actions.action_show_customers,
        actions.action_find_customers,
        actions.validate_list_text,
        actions.action_take_list,
        actions.action_show_list,
    ),
    home=HomeSection(home.PLACE, home.facts),
    slash_words={"customers": "where_are_customers"},
)
