"""An answer's last day is over: it counts no more, and its author hears it. Words nothing."""

from typing import Any

from dialogs import notices
from domain import knowledge, people
from domain.store import Tx


def expires(tx: Tx, subject: str, about: dict[str, Any]) -> None:
    """`subject`: the answer's id."""
    today = tx.now.date()
    row = knowledge.get(tx, subject)
    if row is None or not knowledge.expire(tx, subject, today=today):
        return
    if author := people.by_id(tx, row.author):
        data = {"today": today.isoformat(), "partner": "", "headline": row.title, "until": row.expires_on}
        notices.say(tx, author, "knowledge/expired", data, key=f"answer:{subject}:over:author", about={"from_answer": subject})
