"""One customer's way to a provider, step by step."""

from dialogs.customer import actions, interceptor, questions
from dialogs.engine.context import Ability

ABILITY = Ability(
    name="customer",
    actions=(
        actions.action_look_for_customer,
        actions.action_name_customer,
        actions.action_look_at_customer,
        actions.action_note_customer_step,
        actions.action_show_customer,
        actions.action_draft_consent,
        actions.action_draft_invitation,
        questions.action_ask_customer,
        questions.validate_customer,
        questions.action_look_at_providers,
        questions.action_ask_customer_provider,
        questions.validate_customer_provider,
    ),
    intercept=interceptor.hears,
    command_name="invite_customer",
    slash_words={"invite": "invite_customer"},
)
