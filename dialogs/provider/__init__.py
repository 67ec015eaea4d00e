"""Comparing and choosing an indirect provider."""

from dialogs.engine.context import Ability
from dialogs.provider import actions, interceptor, questions

ABILITY = Ability(
    name="provider",
    actions=(
        actions.action_look_at_our_providers,
        actions.action_show_criteria,
        actions.action_show_comparison,
        actions.action_enter_provider,
        actions.action_note_provider,
        actions.action_note_criterion,
        actions.action_look_at_region,
        actions.action_shortlist,
        actions.action_refuse_region,
        actions.action_choose_provider,
        actions.action_end_provider,
        actions.action_give_up,
        questions.action_hear_provider,
        questions.action_hear_provider_name,
        questions.action_ask_provider_named,
        questions.validate_provider_named,
        questions.action_ask_which_provider,
        questions.validate_which_provider,
        questions.validate_provider_tenant,
        questions.action_ask_same_region,
        questions.action_ask_criterion,
        questions.validate_ended_on,
        questions.validate_form_name,
        questions.validate_form_tenant,
    ),
    intercept=interceptor.hears,
    command_name="choose_provider",
)
