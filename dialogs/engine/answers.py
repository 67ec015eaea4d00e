"""Gives answers, built-in ones and the workspace's own, and keeps the feedback on them. An answer
whose facts are under review is not given. Has no phrases and no user texts."""

from datetime import datetime, timedelta

from dialogs.engine.context import Turn
from dialogs.engine.conversation_store import offer_of
from dialogs.nlu.types import Interpretation, Kind
from domain import people
from domain.knowledge import review
from domain.storage import outbox
from domain.storage.store import Tx, moment

NOTED, NIGHT = "noted", 3
HEARD, REMEMBERED = (
    "heard",
    500,
)  # in the about of an offer: what its message answers (domain/privacy/retention.py forgets it)


def knows(turn: Turn, name: str) -> bool:
    """Is there an answer of this name, built-in or the workspace's own?"""
    return name in turn.assistant.answers or name in turn.own.answers


def answer(turn: Turn, name: str) -> None:
    """Give an answer, for the stage of the person's tenant. Where outsiders can read, it is sent as
    a direct message. If it rests on a fact that support has suspended, a person is offered
    instead."""
    hide_from_strangers(turn)
    turn.note(last_answer=name)
    if turn.text:
        turn.about.setdefault(HEARD, turn.text[:REMEMBERED])
    own = turn.own.answers.get(name)
    facts = own.facts if own else turn.assistant.answers[name].facts
    if in_doubt := sorted(turn.own.suspended & set(facts)):
        turn.decide("handover")
        named = (
            {"answer": "", "headline": own.title}
            if own
            else {"answer": f"answers/{name}", "headline": ""}
        )
        turn.say("suspend/under_review", facts=in_doubt, **named)
    elif own:
        turn.decide("answer")
        names = people.names(turn.tx, (own.author, own.approver))
        turn.say(
            "knowledge/answer",
            answer=name,
            headline=own.title,
            text=own.text,
            facts=own.facts,
            source=own.source,
            by=names.get(own.author, ""),
            second=names.get(own.approver, ""),
            day=moment(own.live_at).date().isoformat(),
            until=own.expires_on,
        )
    else:
        turn.decide("handover" if turn.assistant.answers[name].hand_over else "answer")
        turn.say(f"answers/{name}", case=turn.case())


def hide_from_strangers(turn: Turn) -> None:
    """Answer privately where guests or other workspaces can read: they must not see a partner's
    state."""
    if turn.where.shared and not turn.private:
        turn.private = True
        turn.parts.append(("repair/in_private", turn.data()))


def asked(turn: Turn, answered: str) -> str:
    """The question that the person got this answer to. It is stored with the buttons of the
    message, and for the last answer in the conversation; "" if it is no longer known."""
    offer = offer_of(turn.tx, turn.message) if turn.message else None
    if offer is not None and offer.person == turn.person.id and HEARD in offer.about:
        return str(offer.about[HEARD])
    return turn.conversation.heard if answered == turn.conversation.last_answer else ""


def thought(turn: Turn, name: str, verdict: str, message: str) -> bool:
    """Record the person's opinion of an answer, without text. False if they gave it before.
    `message` distinguishes two messages that contain the same answer."""
    return knows(turn, name) and review.thought(turn.tx, name, verdict, turn.person, message)


def note(turn: Turn, interpretation: Interpretation | str, why: str, answered: str = "") -> None:
    """Store a text that was not understood, for support to review. If the person then presses a
    button, that tells what they meant."""
    if isinstance(interpretation, str):
        text, guesses = interpretation, [answered] if answered else []
    else:
        text, guesses = (
            interpretation.text,
            [
                m.entry.name
                for m in interpretation.others
                if m.entry.kind in (Kind.ANSWER, Kind.COMMAND)
            ],
        )
    turn.about[NOTED] = review.note(turn.tx, text, turn.person, why, guesses)
    look_tonight(turn.tx)


def look_tonight(tx: Tx) -> None:
    """Set a timer for the coming night (UTC) that deletes old data; setting it twice is the same
    timer."""
    outbox.set_timer(tx, "review.nightly", "", tonight(tx.now))


def tonight(now: datetime) -> datetime:
    at = now.replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    return at if at > now else at + timedelta(days=1)
