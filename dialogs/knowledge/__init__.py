"""A supporter's answer becomes the workspace's own."""

from dialogs.engine.context import Ability
from dialogs.knowledge import actions, drafting, picking, timers

ABILITY = Ability(
    name="knowledge",
    actions=(
        actions.action_take_over_question,
        actions.action_hand_in_answer,
        actions.action_ask_verdict,
        actions.action_decide_answer,
        actions.action_list_own_answers,
        actions.action_revoke,
        drafting.action_ask_answer_text,
        drafting.action_ask_answer_title,
        drafting.action_ask_answer_phrases,
        drafting.action_ask_rests_on,
        drafting.action_ask_expires_on,
        drafting.validate_answer_text,
        drafting.validate_answer_title,
        drafting.validate_answer_phrases,
        drafting.validate_rests_on,
        drafting.validate_expires_on,
    ),
    timers=(timers.expires,),
    slash_words={"answers": "show_own_answers"},
    message_shortcuts={"save_as_answer": picking.save_as_answer},
)
