"""The card of an answer that waits for a second supporter: drafted, put before the others, closed
everywhere. No words."""

from typing import Any

from dialogs.engine import notifications
from dialogs.engine.context import Turn
from dialogs.knowledge.weighing import weigh
from dialogs.nlu.normalise import normal
from dialogs.nlu.types import Intent, Kind, Risk
from dialogs.nlu.workspace_model import MODEL
from dialogs.records.support_reviews import seconds
from domain import people
from domain.knowledge import own_answers, phrases
from domain.knowledge.own_answers import OWN, OwnAnswer
from domain.knowledge.phrases import Wording
from domain.people import Person
from domain.storage import outbox, outbox_queries
from domain.storage.addresses import Address

TEMPLATE = "knowledge/card"


def wordings(turn: Turn, said: tuple[str, ...], askers: dict[str, str]) -> list[Wording]:
    """Phrases with their vectors; `askers`: whose words a phrase is, by the phrase."""
    judge = turn.assistant.understanding
    return [
        Wording(
            p, normal(p), judge.vector(judge.spelled(p)).astype("<f4").tobytes(), askers.get(p, "")
        )
        for p in said
    ]


def keep(turn: Turn, id_: str, said: tuple[str, ...], askers: dict[str, str]) -> None:
    phrases.put(turn.tx, OWN + id_, wordings(turn, said, askers), turn.person, MODEL)


def put_before_others(turn: Turn, id_: str) -> list[Person]:
    """The card, to every other supporter in a direct message; returns them."""
    row = own_answers.known(turn.tx, id_)
    others = seconds(turn.tx, row.author)
    data = card(turn, row)
    about = {"answer_id": id_, "shown": own_answers.digest(turn.tx, row)}
    for person in others:
        notifications.say(
            turn.tx, person, TEMPLATE, data, key=f"answer:{id_}:{person.id}", about=about
        )
    return others


def card(turn: Turn, row: OwnAnswer) -> dict[str, Any]:
    """Everything that a second supporter decides on; once decided, how."""
    found = phrases.of(turn.tx, OWN + row.id)
    names = people.names(turn.tx, (row.author, row.approver))
    state = own_answers.state_of(turn.tx, row.id)
    open_ = state == own_answers.State.AWAITING
    weighed = (
        weigh(turn, found, Intent(OWN + row.id, Kind.ANSWER, (), Risk(row.risk)))
        if open_ and found
        else {"takes": [], "stays": []}
    )
    return turn.data(
        headline=row.title,
        text=row.text,
        phrases=[p.text for p in found],
        facts=row.facts,
        source=row.source,
        risk=row.risk,
        until=row.expires_on,
        by=names.get(row.author, ""),
        decider=names.get(row.approver, ""),
        state=state,
        **weighed,
    ) | {"slots": {}}


def close(turn: Turn, row: OwnAnswer, decider: str) -> None:
    """Every copy of the card shows how it ended and has no buttons any more."""
    data = card(turn, row) | {"decider": decider}
    for key in outbox_queries.keys_like(turn.tx, f"answer:{row.id}:"):
        whose = key.split(":")[2:]
        if len(whose) == 1:
            address = Address(person=whose[0], updates=key)
            said = [(TEMPLATE, data | {"offer": ""})]
            outbox.tell(
                turn.tx,
                address,
                said,
                key=f"{key}:{data['state']}",
                decision="command",
                kind=outbox.Out.UPDATE,
            )
