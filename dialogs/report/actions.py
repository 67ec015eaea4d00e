"""The report, on request. Thin: domain/reporting.py counts."""

from datetime import timedelta

from dialogs.engine.context import Outcome, Slots, Turn
from dialogs.records import weekly_report
from domain.people import Role
from domain.storage import audit


def action_show_report(turn: Turn, slots: Slots) -> Outcome:
    """The last seven days, today included; figures here, picture and table behind it. For support,
    and never in front of others."""
    result = Outcome()
    turn.private = True
    if not turn.person.has(Role.SUPPORT):
        result.say("report/not_for_you")
        return result
    today = weekly_report.today(turn.tx)
    since, key, at = today - timedelta(days=6), f"report:{turn.key}", turn.address()
    weekly_report.ask_for(turn.tx, since, today, key=key, person=turn.person.id, at=at)
    weekly_report.arm(turn.tx)
    return result


def action_choose_digest(turn: Turn, slots: Slots) -> Outcome:
    """Each for herself; in the log, as every choice of who hears of what."""
    result = Outcome()
    turn.private = True
    if not turn.person.has(Role.SUPPORT):
        result.say("report/not_for_you")
        return result
    muted = slots["weekly"] == "mute"
    turn.note(digest_muted=muted)
    audit.append(
        turn.tx, turn.person.id, "digest_chosen", f"person:{turn.person.id}", {"muted": muted}
    )
    weekly_report.arm(turn.tx)
    result.say("report/digest_chosen", {"muted": muted})
    return result
