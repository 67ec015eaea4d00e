"""In the night (UTC) what is older than the workspace wants is forgotten; on Mondays support hears
which facts nobody has reviewed.

Words nothing.
"""

from datetime import date, timedelta
from typing import Any

from dialogs.engine.answers import look_tonight
from domain import people
from domain.knowledge.facts import Fact, Facts
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
    look_tonight(tx)


def unreviewed(tx: Tx, subject: str, about: dict[str, Any]) -> None:
    """One message to the support channel, if there is anything to review; one a week."""
    today, workspace = tx.now.date(), people.workspace(tx)
    due = overdue(Facts.load(), today)
    if not due or not workspace or not workspace.support_channel:
        return
    facts = [{"id": f.cited, "says": f.text, "due": f.review_by.isoformat()} for f in due[:MOST]]
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


def overdue(facts: Facts, today: date) -> list[Fact]:
    """The facts and policy versions whose day of review is over, the oldest first."""
    rows = (fact for id_ in facts.ids() if not id_.startswith("G-") for fact in facts.versions(id_))
    return sorted((f for f in rows if f.review_by < today), key=lambda f: (f.review_by, f.id))
