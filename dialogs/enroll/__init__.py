"""The enrollment, from the partner profile to the agreement on the screen."""

from dialogs.engine.context import Ability, Happening
from dialogs.enroll import actions, questions, timers

ABILITY = Ability(
    name="enroll",
    actions=(
        actions.action_look_at_enrollment,
        actions.action_note_readiness,
        actions.action_leave_tenant_rule,
        actions.action_note_decision,
        actions.action_name_admin,
        actions.action_submit_enrollment,
        actions.action_note_outcome,
        actions.action_note_appeal,
        actions.action_note_agreement,
        questions.action_ask_tenant,
        questions.validate_tenant,
        questions.action_ask_admin,
        questions.validate_admin,
        questions.action_ask_submitted_on,
        questions.validate_submitted_on,
    ),
    timers=(timers.overdue,),
    on={Happening.DAY_CHANGED: timers.day_changed},
    slash_words={"enroll": "start_enroll"},
    shortcuts={"start_enrollment": "start_enroll"},
)
