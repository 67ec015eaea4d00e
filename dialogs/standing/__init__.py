"""Direct bill: requirements, notices, restrictions."""

from dialogs.engine.context import Ability
from dialogs.standing import actions, questions, reports

ABILITY = Ability(
    name="standing",
    actions=(
        actions.action_look_for_tenants,
        actions.action_look_at_standing,
        actions.action_show_restricted,
        actions.action_ask_before,
        actions.action_take_known,
        actions.action_note_figures,
        actions.action_judge_standing,
        actions.action_show_figures,
        actions.action_look_at_figures,
        actions.action_forget_figures,
        questions.action_ask_standing_tenant,
        questions.validate_standing_tenant,
        questions.validate_anniversary,
        questions.action_ask_csp_revenue,
        questions.action_ask_direct_part,
        questions.validate_csp_revenue,
        questions.validate_direct_part,
        reports.action_look_at_standing_report,
        reports.validate_standing_day,
        reports.action_record_standing,
    ),
    command_name="check_standing",
)
