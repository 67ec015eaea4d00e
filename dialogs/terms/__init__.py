"""The workspace's terms of support and of keeping texts."""

from dialogs.engine.context import Ability
from dialogs.terms import actions

ABILITY = Ability(
    name="terms",
    actions=(
        actions.action_look_at_terms,
        actions.action_form_terms,
        actions.action_save_terms,
        actions.validate_terms_answer_hours,
        actions.validate_terms_nudge_hours,
        actions.validate_terms_days,
        actions.validate_terms_opens,
        actions.validate_terms_closes,
        actions.validate_terms_country,
        actions.validate_terms_zone,
        actions.validate_terms_people,
        actions.validate_terms_group,
    ),
)
