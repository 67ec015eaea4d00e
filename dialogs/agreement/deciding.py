"""The second person's side: decide by a press, say why not, ask first; and the asker's answer.
Thin: domain/approvals/approval.py rules."""

from dialogs.agreement.consequences import AFTER
from dialogs.engine import notifications
from dialogs.engine.context import Outcome, Slots, Turn
from dialogs.records.approval_cards import card, place_of, redraw, show_again, shown
from domain import people
from domain.approvals import approval, asked_back
from domain.approvals.approval import Approval, Kind
from domain.machine import NotPossible
from domain.people import Role
from domain.storage import notes, outbox, outbox_queries

SHORTEST = 3
NO_REASON = "none"


def action_decide(turn: Turn, slots: Slots) -> Outcome:
    """The second person's word. One decision wins; who decided is on every copy of the card. Words
    never approve."""
    result = Outcome()
    turn.lane = outbox.APPROVALS
    id_, yes = str(slots["approval"] or ""), slots["decision"] == "approve"
    row = approval.get(turn.tx, id_)
    if row is None:
        result.say("agreement/no_card")
        return result
    if yes and not turn.pressed:
        show_again(turn, [row], "agreement/words_do_not_count")
        return result
    said = str(slots["decline_reason"] or NO_REASON)
    reason = "" if yes or said == NO_REASON else notes.keep(turn.tx, turn.person, said)
    try:
        state = shown(turn, Kind(row.kind), row.subject)
        row = approval.decide(
            turn.tx, id_, yes, turn.person, today=turn.today, shown=state, reason=reason
        )
    except NotPossible:
        result.say("agreement/decided_before", card(turn.tx, row, turn.today))
        return result
    AFTER[Kind(row.kind)](turn, row, yes)
    redraw(turn.tx, row.id, turn.today)
    result.say("agreement/decided", card(turn.tx, row, turn.today))
    return result


def open_one(turn: Turn, slots: Slots, result: Outcome) -> Approval | None:
    """The request that the button was about, while it is open; None when it is not, which is said.
    Raises NotAllowed."""
    row = approval.get(turn.tx, str(slots["approval"] or ""))
    if row is None:
        result.say("agreement/no_card")
        return None
    if approval.state_of(turn.tx, row.id) != approval.State.OPEN or turn.tx.at >= row.expires_at:
        result.say("agreement/decided_before", card(turn.tx, row, turn.today))
        return None
    approval.may_decide(row, turn.person)
    return row


def _look(turn: Turn, slots: Slots, *, shows: bool) -> Outcome:
    result = Outcome()
    if (row := open_one(turn, slots, result)) is None:
        return result.fill(card_is="closed")
    if shows and slots["decision"] is None:
        show_again(turn, [row])
        return result.fill(card_is="closed")
    return result.fill(card_is="open")


def action_look_at_card(turn: Turn, slots: Slots) -> Outcome:
    """Is there still something to decide, and may she? Without a decision she is shown what it is
    about first."""
    return _look(turn, slots, shows=True)


def action_ask_decision(turn: Turn, slots: Slots) -> Outcome:
    """Who asks for what, and who else could decide."""
    row = approval.get(turn.tx, str(slots["approval"] or ""))
    if row is None:
        return Outcome()
    others = approval.approvers_for(
        turn.tx, row.partner, row.starter, row.requester, turn.person.id
    )
    names = people.names(turn.tx, (row.requester, row.starter))
    return Outcome().show(
        {
            "kind": row.kind,
            "by": names.get(row.requester, ""),
            "starter": names.get(row.starter, ""),
            "others": [p.name for p in others],
        }
    )


def action_look_before_asking(turn: Turn, slots: Slots) -> Outcome:
    """The same before a question."""
    return _look(turn, slots, shows=False)


def action_form_decide(turn: Turn, slots: Slots) -> Outcome:
    """The form in which she says why not: only while there is something to decide, and for who
    may."""
    result = Outcome()
    row = open_one(turn, slots, result)
    if row is not None:
        result.show({"form": card(turn.tx, row, turn.today)})
    return result.fill(decision="decline")


def action_show_waiting(turn: Turn, slots: Slots) -> Outcome:
    """What waits for this person's decision, each as a card with buttons."""
    result = Outcome()
    waiting = approval.open_for(turn.tx, turn.person) if turn.person.has(Role.APPROVER) else []
    if waiting:
        show_again(turn, waiting)
    else:
        result.say("agreement/nothing_waits")
    return result


def action_put_question(turn: Turn, slots: Slots) -> Outcome:
    """The question goes to whoever asked, where she asked, and stands on every copy of the card."""
    result = Outcome()
    asked = asked_back.put(
        turn.tx, str(slots["approval"]), turn.person, str(slots["counter_question"])
    )
    row = approval.known(turn.tx, asked.approval)
    data = card(turn.tx, row, turn.today) | {
        "wants": data_of(turn, asked)["wants"],
        "asker": turn.person.name,
    }
    told = []
    for id_ in asked_back.askers(row):
        if (person := people.by_id(turn.tx, id_)) and person.live:
            told.append(person.name)
            key, about = f"asked_back:{asked.id}:{id_}", {"asked_back": asked.id}
            notifications.say(
                turn.tx,
                person,
                "notices/approver_asks",
                data,
                key=key,
                about=about,
                at=place_of(row, id_),
            )
    redraw(turn.tx, row.id, turn.today)
    result.say("agreement/question_put", {"others": told})
    return result


def action_look_before_answering(turn: Turn, slots: Slots) -> Outcome:
    """Is the request that was asked about still open?"""
    asked = asked_back.get(turn.tx, str(slots["asked_back"] or ""))
    return Outcome().fill(
        card_is="open" if asked and asked_back.is_open(turn.tx, asked.approval) else "closed"
    )


def action_ask_counter_answer(turn: Turn, slots: Slots) -> Outcome:
    """The approver's question once more, above the place for the answer."""
    result = Outcome()
    asked = asked_back.known(turn.tx, str(slots["asked_back"] or ""))
    result.show(data_of(turn, asked))
    return result


def action_answer_question(turn: Turn, slots: Slots) -> Outcome:
    """The answer goes into the thread of the approver's card, and onto every copy. It decides
    nothing."""
    result = Outcome()
    text = str(slots["counter_answer"])
    try:
        asked = asked_back.answer(turn.tx, str(slots["asked_back"] or ""), turn.person, text)
    except NotPossible:
        result.say("agreement/answer_too_late")
        return result
    approver = people.by_id(turn.tx, asked.asked_by)
    if approver:
        key = f"card:{asked.approval}:{approver.id}"
        data = turn.data(**data_of(turn, asked), by=turn.person.name)
        place = outbox_queries.thread_under(turn.tx, key, approver.id)
        said = f"answered_back:{turn.key}"
        notifications.say(
            turn.tx,
            approver,
            "notices/asker_answers",
            data,
            key=said,
            about={"approval": asked.approval},
            at=place,
        )
    redraw(turn.tx, asked.approval, turn.today)
    result.say("agreement/answer_passed_on", {"asker": approver.name if approver else ""})
    return result


def _some_words(slots: Slots, slot: str) -> Outcome:
    """Some words, and not too many."""
    said = str(slots[slot]).strip()
    if SHORTEST <= len(said) <= notes.MOST:
        return Outcome()
    return (
        Outcome()
        .say("agreement/bad_text", {"most": notes.MOST, "long": len(said) > notes.MOST})
        .fill([(slot, None)])
    )


def validate_decline_reason(turn: Turn, slots: Slots) -> Outcome:
    return _some_words(slots, "decline_reason")


def validate_counter_question(turn: Turn, slots: Slots) -> Outcome:
    return _some_words(slots, "counter_question")


def validate_counter_answer(turn: Turn, slots: Slots) -> Outcome:
    return _some_words(slots, "counter_answer")


def data_of(turn: Turn, asked: asked_back.AskedBack) -> dict[str, str]:
    """A question about a request as plain values for words."""
    if asked is None:
        return {"wants": "", "asker": "", "answer": ""}
    said = notes.texts(turn.tx, (asked.question, asked.answer))
    asker = people.names(turn.tx, (asked.asked_by,)).get(asked.asked_by, "")
    return {
        "wants": said.get(asked.question, ""),
        "asker": asker,
        "answer": said.get(asked.answer, ""),
    }
