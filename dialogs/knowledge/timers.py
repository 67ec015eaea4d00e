"""An answer's last day is over: it counts no more, and its author hears it. Words nothing."""

from typing import Any

from dialogs.engine import notifications
from domain import people
from domain.knowledge import own_answers
from domain.storage.store import Tx


def expires(tx: Tx, subject: str, about: dict[str, Any]) -> None:
    """`subject`: the answer's id."""
    today = tx.now.date()
    row = own_answers.get(tx, subject)
    if row is None or not own_answers.expire(tx, subject, today=today):
        return
    if author := people.by_id(tx, row.author):
        data = {
            "today": today.isoformat(),
            "partner": "",
            "headline": row.title,
            "until": row.expires_on,
        }
        notifications.say(
            tx,
            author,
            "knowledge/expired",
            data,
            key=f"answer:{subject}:over:author",
            about={"from_answer": subject},
        )
