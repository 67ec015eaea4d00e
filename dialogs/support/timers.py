"""A question's service level: brought to mind before it is due, escalated when it is, each once;
and an asker who says nothing is asked once whether it is solved. A timer that has become pointless
says nothing. No words."""

from datetime import timedelta
from typing import Any

from dialogs.engine import notifications
from dialogs.support import cards, relay
from domain import people
from domain.people import CLOCK
from domain.questions import question, terms
from domain.questions.question import Event, Question, State
from domain.storage import outbox
from domain.storage.store import Tx, moment, ms

ASK_AFTER, CLOSE_AFTER = timedelta(days=2), timedelta(days=7)


def start(tx: Tx, row: Question) -> Question:
    """An answer is due from now on; returns the question as it is now."""
    agreed = terms.of(tx)
    due = terms.due(tx, agreed, row.partner)
    question.change(tx, row.id, due_at=ms(due))
    about = {"due": ms(due)}
    if agreed.nudge_hours:
        at = terms.due(tx, agreed, row.partner, agreed.answer_hours - agreed.nudge_hours)
        outbox.set_timer(tx, "support.nudge", row.id, at, about)
    outbox.set_timer(tx, "support.late", row.id, due, about)
    return question.known(tx, row.id)


def nudge(tx: Tx, id_: str, about: dict[str, Any]) -> None:
    """Soon due and not answered: whoever claimed it hears it, else the channel."""
    row = question.get(tx, id_)
    if row is None or not _waits(row, about):
        return
    key = f"question:{id_}:nudge:{row.due_at}"
    more = relay.data(tx, row, **cards.when(tx, row))
    claimer = people.by_id(tx, row.claimed_by)
    if claimer and claimer.live:
        outbox.tell(
            tx, outbox.to_person(claimer.id), [("support/nudge", more)], key=key, decision="command"
        )
    else:
        outbox.tell(
            tx,
            outbox.to_channel(cards.channel_of(tx, row)),
            [("support/nudge", more | {"whose": ""})],
            key=key,
            decision="command",
        )


def late(tx: Tx, id_: str, about: dict[str, Any]) -> None:
    """Due now and not answered: the named group or people hear it, the asker too, the card shows
    it."""
    row = question.get(tx, id_)
    if row is None or not _waits(row, about):
        return
    key, named = f"question:{id_}:late:{row.due_at}", terms.of(tx).escalate_to
    group = named if terms.GROUP.fullmatch(named) else ""
    relay.to_card(tx, row, "support/late", key=key, group=group, **cards.when(tx, row))
    for person in [] if group else terms.people_of(tx, named):
        more = relay.data(tx, row, group="", **cards.when(tx, row))
        outbox.tell(
            tx,
            outbox.to_person(person.id),
            [("support/late", more)],
            key=f"{key}:{person.id}",
            decision="command",
        )
    relay.to_asker(tx, row, "support/late_asker", key=f"{key}:asker", **cards.when(tx, row))
    cards.update(tx, id_)


def answered(tx: Tx, row: Question) -> None:
    """An answer is out: the asker is asked once how it went, and after a week of silence it is
    closed."""
    about = {"moved": row.moved_at}
    outbox.set_timer(tx, "support.silent", row.id, moment(row.moved_at) + ASK_AFTER, about)
    outbox.set_timer(tx, "support.over", row.id, moment(row.moved_at) + CLOSE_AFTER, about)


def silent(tx: Tx, id_: str, about: dict[str, Any]) -> None:
    """Nobody said a word since the last answer: is it solved?"""
    row = question.get(tx, id_)
    if row is not None and row.state == State.ANSWERED and row.moved_at == about["moved"]:
        relay.to_asker(tx, row, "support/is_it_solved", key=f"question:{id_}:silent:{row.moved_at}")


def over(tx: Tx, id_: str, about: dict[str, Any]) -> None:
    """Still no word: it is closed; she can open it again."""
    row = question.get(tx, id_)
    if row is None or row.state != State.ANSWERED or row.moved_at != about["moved"]:
        return
    row = question.move(tx, row, Event.CLOSED, CLOCK)
    relay.to_asker(
        tx, row, "support/closed", key=f"question:{id_}:over:{row.moved_at}", who="", silent=True
    )
    cards.update(tx, id_)


def undelivered(tx: Tx, key: str, about: dict[str, Any]) -> None:
    """Slack did not take a message to the asker: whoever answered is told, in the thread of the
    card."""
    row = question.get(tx, key.split(":")[1])
    if row is not None:
        relay.to_card(
            tx,
            row,
            "support/told",
            key=f"question:{row.id}:undelivered:{key}",
            why="undelivered",
            who="",
            most=0,
        )


def not_put(tx: Tx, key: str, about: dict[str, Any]) -> None:
    """The card could not be put up (no such channel, the bot is not in it, it is shared with
    another workspace): nobody saw the question, so it ends here, and the asker and the admins hear
    why."""
    row = question.get(tx, key.split(":")[1])
    if row is None or row.state not in question.LIVE:
        return
    row = question.move(tx, row, Event.CLOSED, CLOCK)
    relay.to_asker(tx, row, "support/not_put", key=f"question:{row.id}:not_put")
    notifications.to_admins(
        tx, "support/not_put_admins", relay.data(tx, row), key=f"question:{row.id}:not_put:admins"
    )


def person_erased(tx: Tx, person: str, about: dict[str, Any]) -> None:
    """What she asked is closed, what she had is open again; each card shows it, and none shows her
    words any more."""
    for row in question.asked_by(tx, person):
        if row.state in (*question.LIVE, State.DUPLICATE):
            row = question.move(tx, row, Event.CLOSED, CLOCK)
            relay.to_card(
                tx,
                row,
                "support/told",
                key=f"question:{row.id}:asker_erased",
                why="asker_erased",
                who="",
                most=0,
            )
        cards.update(tx, row.id)
    for row in question.claimed_by(tx, person):
        if row.state == State.ANSWERED:
            question.change(tx, row.id, claimed_by="")
        else:
            row = question.move(tx, row, Event.UNCLAIMED, CLOCK)
            relay.to_card(
                tx,
                row,
                "support/told",
                key=f"question:{row.id}:had:{person}",
                why="supporter_erased",
                who="",
                most=0,
            )
        cards.update(tx, row.id)


def _waits(row: Question, about: dict[str, Any]) -> bool:
    return row.state in question.TO_DO and row.due_at == about["due"]
