"""Describing the workspace: partner, tenants, channels, people."""

from dialogs.engine.context import Ability, HomeSection
from dialogs.setup import actions, fields, home

ABILITY = Ability(
    name="setup",
    actions=(
        actions.action_look_at_setup,
        actions.action_say_who_can_set_up,
        actions.action_ask_setup_button,
        actions.action_form_setup,
        actions.action_save_setup,
        fields.validate_setup_name,
        fields.validate_setup_tenants,
        fields.validate_setup_partner_id,
        fields.validate_setup_country,
        fields.validate_setup_subdivision,
        fields.validate_setup_zone,
        fields.validate_setup_approvers,
        fields.validate_setup_supporters,
    ),
    home=HomeSection(home.PLACE, home.facts),
    slash_words={"setup": "setup"},
)
