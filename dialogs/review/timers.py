"""In the night (UTC) what is older than the workspace wants is forgotten; on Mondays support hears
which facts nobody has reviewed.

Words nothing.
"""

from datetime import timedelta
from typing import Any

from dialogs.engine.answers import look_tonight
from domain import people
from domain.knowledge import calibration, fact_check, facts_in_use
from domain.privacy import retention
from domain.storage import outbox
from domain.storage.store import Tx

MONDAY, MORNING = 0, timedelta(hours=5)
MOST = 20


def nightly(tx: Tx, subject: str, about: dict[str, Any]) -> None:
    """Sets itself again."""
    retention.forget_old(tx)
    if tx.now.weekday() == MONDAY:
        outbox.set_timer(tx, "review.unreviewed", "", tx.now + MORNING)
    if calibration.is_due(tx):
        outbox.set_timer(tx, "review.monthly", "", tx.now + MORNING)
    look_tonight(tx)


def unreviewed(tx: Tx, subject: str, about: dict[str, Any]) -> None:
    """One message to the support channel, if there is anything to review; one a week."""
    today, workspace = tx.now.date(), people.workspace(tx)
    confirmed = fact_check.confirmed(tx)
    due = facts_in_use.current(tx.db).due(today, confirmed)
    if not due or not workspace or not workspace.support_channel:
        return
    facts = [
        {"id": f.cited, "says": f.text, "due": f.due_on(confirmed.get(f.cited, "")).isoformat()}
        for f in due[:MOST]
    ]
    here = {"today": today.isoformat(), "name": "", "partner": "", "slots": {}, "offer": ""}
    said = [("review/unreviewed", here | {"facts": facts, "more": len(due) - len(facts)})]
    week = "{}-{}".format(*today.isocalendar()[:2])
    outbox.tell(
        tx,
        outbox.to_channel(workspace.support_channel),
        said,
        key=f"unreviewed:{week}",
        decision="command",
    )
