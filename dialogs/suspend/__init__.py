"""A built-in fact under review."""

from dialogs.engine.context import Ability
from dialogs.suspend import actions, checks

ABILITY = Ability(
    name="suspend",
    actions=(
        actions.action_may_suspend,
        actions.validate_fact_id,
        actions.validate_official_page,
        actions.action_ask_suspension,
        actions.action_list_suspended,
        actions.action_ask_suspended_fact,
        actions.action_ask_to_lift,
        actions.action_decide_suspension,
        checks.action_ask_fact_due,
        checks.validate_fact_due,
        checks.action_ask_due_verdict,
        checks.validate_new_words,
        checks.action_ask_fact_check,
        checks.action_decide_fact_check,
    ),
    slash_words={"facts": "facts_in_doubt"},
)
