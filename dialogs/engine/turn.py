"""One turn: an input -> one message, in the caller's transaction. Knows no Slack call and has no
user texts.

`handle` is the only entry: Slack, the terminal, `ask`, mail and tests call it. The input's keys are
stored, its handler continues the conversation, and one message with everything that was said goes
to the outbox.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dialogs import traces
from dialogs.engine import (
    addressed,
    app_home,
    attachments,
    buttons,
    edits,
    history,
    members,
    repair,
    usage,
    visitors,
)
from dialogs.engine.context import Assistant, Happening, Part, Trace, Turn
from dialogs.engine.conversation_store import MENU_LIVES, load, offer_to, remember, save
from dialogs.inputs import (
    ButtonPress,
    EmailForwarded,
    FileShared,
    FormSubmission,
    Inbound,
    ListUploaded,
    Message,
    MessageDeleted,
    MessageEdited,
)
from dialogs.records import undoable
from domain import people, setup
from domain.conversation import Conversation
from domain.knowledge import facts_in_use
from domain.storage import outbox
from domain.storage.store import Tx

THREADS = 5
UNDECIDED = "command"


@dataclass(frozen=True)
class TurnResult:
    """What became of a turn. `new` is False for an input that was taken before, or is not for us.
    `form`: a modal to open right after the commit. `wrong`: field of a modal -> the message that
    says what is wrong with it (then nothing was changed). `decision`: what it amounted to, `parts`:
    what it said, `trace`: why."""

    new: bool = True
    form: Part | None = None
    wrong: dict[str, Part] = field(default_factory=dict)
    decision: str = ""
    parts: tuple[Part, ...] = ()
    trace: Trace = field(default_factory=Trace)


def handle(assistant: Assistant, tx: Tx, inbound: Inbound) -> TurnResult:
    """One turn in the caller's transaction. Raises WrongForm; anything else that it raises is a bug
    or a busy database."""
    follow = assistant.follower(tx, inbound)
    if (follow is None and not addressed.is_ours(tx, inbound)) or not remember(tx, inbound.keys):
        return TurnResult(new=False)
    facts_in_use.refresh(tx.db, assistant.facts)
    # turns that share a commit do not share what changed
    tx = replace(tx, changed=set(), recorded=[])
    turn, known = _begin(assistant, tx, inbound)
    known_slots, before = turn.slots, turn.conversation
    if not members.is_member(turn) and (
        visitors.about_setup(inbound) or people.workspace(tx) is not None
    ):
        visitors.hear(turn, inbound, follow)
    elif follow:
        follow(turn)
    elif _is_set_up(turn, inbound):
        HANDLERS[type(inbound)](turn, inbound)
    turn.trace.filled = _new(turn.trace.filled, known_slots)
    if turn.counted or isinstance(inbound, Message):  # a press on a flow's button asks nothing
        usage.note(turn)
    undoable.keep(turn, before)
    finish(turn)
    if isinstance(inbound, Message):
        traces.keep(turn, inbound, _reply_key(turn))
    save(tx, turn.person.id, turn.conversation, known)
    app_home.show_anew(tx, turn.person if bool(before.open) != bool(turn.open) else None)
    assistant.tell(Happening.TURN_ENDED, turn, before)
    decision = turn.decision or UNDECIDED
    return TurnResult(form=turn.form, decision=decision, parts=tuple(turn.parts), trace=turn.trace)


def _new(answers: dict[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """The answers (`flow.slot` -> value) that this turn gave. A flow also passes questions that
    were answered before."""
    return {
        name: value for name, value in answers.items() if known.get(name.partition(".")[2]) != value
    }


def _message(turn: Turn, message: Message) -> None:
    history.note(turn, message)
    if not attachments.listen(turn, message):
        repair.listen(turn, message)


def _press(turn: Turn, press: ButtonPress) -> None:
    turn.pressed = True
    buttons.choose(turn, press)


def _nothing(turn: Turn, deleted: MessageDeleted) -> None:
    """A deleted message says nothing by itself."""


HANDLERS: dict[type, Callable[[Turn, Any], None]] = {
    Message: _message,
    ButtonPress: _press,
    FormSubmission: buttons.fill_form,
    MessageEdited: edits.read,
    MessageDeleted: _nothing,
    FileShared: attachments.fetch,
    EmailForwarded: attachments.came,
    ListUploaded: attachments.came,
}


def _is_set_up(turn: Turn, inbound: Inbound) -> bool:
    """Is the workspace set up, or is this input about setting it up? Otherwise the person is told
    who can do it."""
    if (
        isinstance(inbound, MessageEdited)
        or turn.person.partner
        or people.workspace(turn.tx) is not None
        or visitors.about_setup(inbound)
    ):
        return True
    turn.say(
        "setup/not_yet",
        admin=turn.person.slack_admin and members.is_member(turn),
        admins=setup.slack_admins(turn.tx),
    )
    return False


def apologise(assistant: Assistant, tx: Tx, inbound: Inbound, reference: str) -> None:
    """The turn failed and nothing of it was done. Tell the person so, with a reference for support;
    nothing is posted where nobody was talking to the bot."""
    if remember(tx, inbound.keys) and addressed.talks_to_us(assistant, tx, inbound):
        turn, known = _begin(assistant, tx, inbound)
        turn.say("repair/internal_error", reference=reference)
        finish(turn)
        if isinstance(inbound, Message):
            traces.keep(turn, inbound, _reply_key(turn), reference)
        save(tx, turn.person.id, turn.conversation, known)


def _begin(assistant: Assistant, tx: Tx, inbound: Inbound) -> tuple[Turn, bool]:
    person = people.meet(tx, inbound.slack, name=inbound.name, outsider=inbound.outsider)
    where = inbound.where
    if where.direct and where.channel and person.dm != where.channel:
        people.change(tx, person, dm=where.channel)
    known = load(tx, person.id)
    turn = Turn(
        assistant, tx, people.public(person), where, inbound.keys[0], known or Conversation()
    )
    turn.trace.second = inbound.second if isinstance(inbound, Message) else None
    thread = f"{where.channel}:{where.thread}"
    talks = isinstance(inbound, ButtonPress) or (isinstance(inbound, Message) and inbound.addressed)
    if where.thread and not where.direct and talks and thread not in turn.conversation.threads:
        turn.note(threads=(*turn.conversation.threads, thread)[-THREADS:])
    return turn, known is not None


def finish(turn: Turn) -> None:
    """Everything that was said becomes one message, to where the person wrote."""
    if not turn.parts:
        return
    buttons.make_choices_distinct(turn)
    history.replied(turn)
    others = buttons.shows_other_buttons(turn)
    undoable.offer(turn)
    if others:
        offer = offer_to(turn.tx, turn.person.id, "menu", turn.about, MENU_LIVES)
        turn.parts = [
            (name, data if data.get("question") else data | {"offer": offer})
            for name, data in turn.parts
        ]
    to, decision = turn.address(by=turn.person.id), turn.decision or UNDECIDED
    outbox.tell(turn.tx, to, turn.parts, key=_reply_key(turn), decision=decision, lane=turn.lane)


def _reply_key(turn: Turn) -> str:
    """The key of the reply in the outbox; it leads to the trace of the turn as well."""
    return turn.reply_key or f"reply:{turn.key}"
