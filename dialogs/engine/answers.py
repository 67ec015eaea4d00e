"""An answer is given: the house's, or the workspace's own; not while what it rests on is under
review. What people thought of it.

Knows no phrase and no words.
"""

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
    """Is there an answer of this name, of the house or of the workspace?"""
    return name in turn.assistant.answers or name in turn.own.answers


def answer(turn: Turn, name: str) -> None:
    """One of the answers, by where the asker's tenant stands. In front of strangers it is given in
    a direct message.

    What rests on a fact that support has suspended is not answered: a person is offered.
    """
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
    """A partner's state is never shown where guests or other workspaces read along."""
    if turn.where.shared and not turn.private:
        turn.private = True
        turn.parts.append(("repair/in_private", turn.data()))


def asked(turn: Turn, answered: str) -> str:
    """What she had asked when she got that answer: kept with the buttons of the message, and of the
    last one in the conversation; "" where it is not known any more."""
    offer = offer_of(turn.tx, turn.message) if turn.message else None
    if offer is not None and offer.person == turn.person.id and HEARD in offer.about:
        return str(offer.about[HEARD])
    return turn.conversation.heard if answered == turn.conversation.last_answer else ""


def thought(turn: Turn, name: str, verdict: str, message: str) -> bool:
    """What the person thought of an answer, kept without text; False when she said so before.
    `message`: what tells one message with it from another."""
    return knows(turn, name) and review.thought(turn.tx, name, verdict, turn.person, message)


def note(turn: Turn, heard: Interpretation | str, why: str, answered: str = "") -> None:
    """Keep what was not understood for support to look at; a button that is pressed then tells what
    was meant."""
    if isinstance(heard, str):
        text, guesses = heard, [answered] if answered else []
    else:
        text, guesses = (
            heard.text,
            [m.entry.name for m in heard.others if m.entry.kind in (Kind.ANSWER, Kind.COMMAND)],
        )
    turn.about[NOTED] = review.note(turn.tx, text, turn.person, why, guesses)
    look_tonight(turn.tx)


def look_tonight(tx: Tx) -> None:
    """Wake up in the coming night (UTC) to forget what is old; asked twice it is the same timer."""
    outbox.set_timer(tx, "review.nightly", "", tonight(tx.now))


def tonight(now: datetime) -> datetime:
    at = now.replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    return at if at > now else at + timedelta(days=1)
