"""Stopping an enrollment; correcting a wrong report; undoing what was just recorded."""

from dialogs.engine.context import Ability
from dialogs.withdraw import actions, reports, undo

ABILITY = Ability(
    name="withdraw",
    actions=(
        actions.action_look_at_withdrawal,
        actions.validate_reason,
        actions.action_withdraw_enrollment,
        reports.action_look_at_reports,
        reports.action_ask_report,
        reports.validate_report,
        reports.action_withdraw_report,
        undo.action_undo,
        undo.action_redate,
    ),
    intercept=undo.hears,
)
