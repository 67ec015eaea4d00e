"""The card of a question in the support channel, always as the question stands now; and what its
asker is shown of it. No words."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dialogs.engine import conversation_store
from domain import people
from domain.questions import question, terms, thread_log
from domain.questions.question import Question
from domain.storage import outbox
from domain.storage.addresses import Address
from domain.storage.store import Tx, moment, new_id
from domain.tenant import case

LIVES = timedelta(days=366)
PIECE = 2_900  # Slack's limit of a section is 3,000
MOST_PIECES = 3


def put(tx: Tx, row: Question, channel: str) -> None:
    """The card, once."""
    parts = [("support/card", facts(tx, row))]
    address = Address(channel=channel, unshared=True, if_failed="support.not_put")
    outbox.tell(tx, address, parts, key=question.card_key(row.id), decision="handover")


def update(tx: Tx, id_: str) -> None:
    """The card as the question stands now."""
    row, key = question.known(tx, id_), question.card_key(id_)
    address = Address(channel=channel_of(tx, row), updates=key)
    parts = [("support/card", facts(tx, row))]
    outbox.tell(
        tx, address, parts, key=f"{key}:{new_id()}", decision="handover", kind=outbox.Out.UPDATE
    )


def channel_of(tx: Tx, row: Question) -> str:
    """The channel where the card stands: where it went, else where it is going to."""
    return str(row.about.get("card_channel", ""))


def facts(tx: Tx, row: Question) -> dict[str, Any]:
    """What the card says. `text` of a wording is "" for none; `before` is the conversation before
    the question."""
    asker = people.by_id(tx, row.asker)
    other = question.get(tx, row.duplicate_of) if row.duplicate_of else None
    names = people.names(tx, [row.claimed_by, *([other.asker] if other else [])])
    said = thread_log.of(tx, row.id, thread_log.Kind.QUESTION)
    answers = thread_log.of(tx, row.id, thread_log.Kind.ANSWER)
    shown, rest = cut(line.text for line in said)
    return {
        "today": question.today(tx, row.partner).isoformat(),
        "name": "",
        "partner": "",
        "slots": {},
        "question": row.id,
        "offer": row.about.get("offer", ""),
        "copy": False,
        "case": (case.look(tx, asker) if asker else case.Case()).values(),
        "asker": asker.name if asker else "",
        "gone": asker is None or not asker.live,
        "wordings": [{"text": text} for text in shown],
        "more": len(rest),
        "why": row.why,
        "answer": row.answer,
        "rests_on": row.about.get("rests_on", []),
        "near": row.about.get("near", []),
        "before": row.about.get("before", []),
        "state": row.state,
        "late": row.state in question.TO_DO and row.due_at < tx.at,
        "whose": names.get(row.claimed_by, ""),
        "answered": len(answers),
        "other": names.get(other.asker, "") if other else "",
        "other_said": first_words(tx, other.id) if other else "",
        **when(tx, row),
    }


def pieces(text: str) -> list[str]:
    """A text in pieces that fit a section each, cut between words where there is a blank."""
    found = []
    while len(text) > PIECE:
        at = text.rfind(" ", PIECE // 2, PIECE)
        at = at if at > 0 else PIECE
        found.append(text[:at])
        text = text[at:].lstrip(" ")
    return [*found, text]


def cut(texts: Iterable[str]) -> tuple[list[str], list[str]]:
    """The pieces of a question that the card shows, and those that stand in its thread."""
    found = [piece for text in texts for piece in pieces(text)]
    return found[:MOST_PIECES], found[MOST_PIECES:]


def when(tx: Tx, row: Question) -> dict[str, Any]:
    """By when an answer is due, as the clock shows it where support sits: ISO day, hours and
    minutes, and whose clock that is."""
    cal = terms.calendar_for(tx, terms.of(tx), row.partner)
    due: datetime = moment(row.due_at).astimezone(ZoneInfo(cal.timezone))
    return {"due_day": due.date().isoformat(), "due_time": f"{due:%H:%M}", "due_zone": cal.timezone}


def first_words(tx: Tx, id_: str, most: int = 120) -> str:
    """The beginning of a question, to recognise it by; "" when its asker has taken it away."""
    text = thread_log.first_wordings(tx, [id_]).get(id_, "")
    return text if len(text) <= most else text[: most - 1] + "…"


def offer(tx: Tx, id_: str) -> str:
    """The buttons of a question's card: for whoever may, as long as the card is likely to be looked
    at."""
    return conversation_store.offer_to(tx, "", "menu", {"question": id_}, LIVES)


def askers(tx: Tx, row: Question) -> str:
    """The buttons under an answer: the asker's alone."""
    return conversation_store.offer_to(tx, row.asker, "menu", {"question": row.id}, LIVES)
