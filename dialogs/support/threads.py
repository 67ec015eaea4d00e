"""Which of the things that people write to each other belong to a question: in the thread of its
card, in the asker's thread, an edit or a deletion of one of its lines. Everything else is not
looked at. No words."""

from dataclasses import dataclass

from dialogs.engine import members
from dialogs.engine.context import Turn
from dialogs.inputs import Inbound, Message, MessageDeleted, MessageEdited
from dialogs.support import asker, relay, supporter
from domain import people
from domain.people import Role
from domain.questions import question, thread_log
from domain.questions.question import Question, State
from domain.storage import outbox_queries
from domain.storage.store import Tx


@dataclass(frozen=True)
class Matter:
    """What a message belongs to: the question (a row) whose card or asker's thread it stands in, or
    beside whose card it stands (below another message about it), or whose asker's thread a
    supporter writes in; or its lines (rows)."""

    on_card: Question | None = None
    beside: Question | None = None
    asked: Question | None = None
    elsewhere: Question | None = None
    lines: tuple[thread_log.Line, ...] = ()


def belongs_to(tx: Tx, heard: Inbound) -> Matter | None:
    """Does it belong to a question? The bot, called by its name, is answered by the bot."""
    if isinstance(heard, MessageEdited | MessageDeleted):
        found = tuple(thread_log.at(tx, heard.where.channel, heard.ts))
        if found:
            return Matter(lines=found)
    if not isinstance(heard, Message | MessageEdited) or not heard.where.thread:
        return None
    if isinstance(heard, Message) and heard.mentioned:
        return None
    key = outbox_queries.key_at(tx, heard.where.channel, heard.where.thread)
    kind, _, id_ = key.partition(":")
    if kind == "question" and id_.endswith(":card"):
        row = question.get(tx, id_.removesuffix(":card"))
        return Matter(on_card=row) if row else None
    if isinstance(heard, MessageEdited):
        return None
    if kind == "question" and ":nudge:" in id_:
        return Matter(beside=question.get(tx, id_.partition(":")[0]))
    who = people.seen(tx, heard.slack)
    row = question.in_thread(tx, who, heard.where.channel, heard.where.thread, key) if who else None
    if row is not None:
        return Matter(asked=row) if _is_meant(row, heard) else None
    other = (
        question.live_in(tx, heard.where.channel, heard.where.thread)
        if who and not heard.where.direct
        else None
    )
    person = people.by_id(tx, who) if other is not None else None
    return Matter(elsewhere=other) if person and person.has(Role.SUPPORT) else None


def _is_meant(row: Question, said: Message) -> bool:
    """While the question lives what she writes there is for the people; after it only a word on how
    it ended."""
    if row.state in (*question.LIVE, State.DUPLICATE):
        return True
    return asker.may_reopen(row, said.text)


def follow(turn: Turn, heard: Inbound, matter: Matter) -> None:
    """It belongs to a question: bring it to the other side."""
    if isinstance(heard, MessageDeleted):
        for line in matter.lines:
            (supporter.take_back if line.kind == thread_log.Kind.ANSWER else asker.take_back)(
                turn, line
            )
    elif isinstance(heard, MessageEdited) and matter.lines:
        for line in matter.lines:
            text = heard.spelled or heard.text
            if line.kind == thread_log.Kind.ANSWER:
                supporter.change(turn, line, text, heard.raw)
            elif members.is_member(turn):
                asker.change(turn, line, text)
    elif matter.on_card is not None and isinstance(heard, Message | MessageEdited):
        files = heard.files if isinstance(heard, Message) else 0
        supporter.hear(
            turn,
            matter.on_card,
            heard.spelled or heard.text,
            raw=heard.raw,
            ts=heard.ts,
            files=files,
        )
    elif matter.beside is not None and isinstance(heard, Message):
        supporter.astray(turn, matter.beside, heard.text)
    elif matter.elsewhere is not None and isinstance(heard, Message):
        supporter.beside_asker(turn, matter.elsewhere, heard.text)
    elif matter.asked is not None and isinstance(heard, Message) and members.is_member(turn):
        asker.hear(turn, matter.asked, heard)


def misses(turn: Turn) -> bool:
    """Said outside the thread of her open question, and not understood: perhaps it was meant for
    the people. She is asked."""
    live = question.live_of(turn.tx, turn.person.id)
    if not live:
        return False
    turn.decide("clarify")
    turn.about["question"] = live[0].id
    turn.say("support/ask_passing", **relay.data(turn.tx, live[0]))
    return True
