"""A supporter's answer becomes the workspace's own. Thin: the rule is
domain/knowledge/own_answers.py's, what it changes weighing.py's."""

from datetime import UTC, date, datetime, timedelta

from dialogs.engine import notifications
from dialogs.engine.answers import look_tonight
from dialogs.engine.context import Outcome, Slots, Turn
from dialogs.knowledge import cards
from dialogs.knowledge.drafting import drafted, first_end
from dialogs.records.support_reviews import only_support
from domain import people
from domain.knowledge import own_answers, phrases
from domain.knowledge.own_answers import OWN, AnswerInState, Draft, State
from domain.machine import NotPossible
from domain.questions.basis import basis_of, phrases_in
from domain.storage import notes, outbox

LISTED = 8


def action_take_over_question(turn: Turn, slots: Slots) -> Outcome:
    """Only support; what the question behind it, or the draft before it, says already is not asked
    again."""
    only_support(turn)
    look_tonight(turn.tx)
    known = drafted(turn, slots).values
    if slots[
        "risk"
    ]:  # from the form: a date that it showed and nobody touched is not sent by every server
        known |= {"expires_on": first_end(turn)}
    return Outcome().fill(
        [(slot, value) for slot, value in known.items() if value and not slots[slot]]
    )


def action_hand_in_answer(turn: Turn, slots: Slots) -> Outcome:
    """It waits for a second supporter, who sees what it would change."""
    result = Outcome()
    said = phrases_in(str(slots["answer_phrases"]))
    ends = date.fromisoformat(str(slots["expires_on"]))
    draft = Draft(
        str(slots["answer_title"]).strip(),
        str(slots["answer_text"]).strip(),
        said,
        basis_of(str(slots["rests_on"]), turn.assistant.facts),
        str(slots["risk"]),
        ends,
        str(slots["question"] or ""),
    )
    id_ = own_answers.hand_in(turn.tx, draft, turn.person, today=turn.today)
    cards.keep(turn, id_, said, drafted(turn, slots).askers)
    over = datetime.combine(ends + timedelta(days=1), datetime.min.time(), UTC)
    outbox.set_timer(turn.tx, "knowledge.expires", id_, over)
    others = cards.put_before_others(turn, id_)
    here = cards.card(turn, own_answers.known(turn.tx, id_))
    result.say("knowledge/handed_in", here | {"others": [p.name for p in others]})
    return result


def action_ask_verdict(turn: Turn, slots: Slots) -> Outcome:
    """The card, where somebody asked to see it."""
    result = Outcome()
    only_support(turn)
    row = own_answers.get(turn.tx, str(slots["answer_id"] or ""))
    if row is None:
        raise NotPossible(own_answers.MACHINE.name, State.REVOKED, own_answers.Event.APPROVED)
    result.show(cards.card(turn, row))
    return result


def action_decide_answer(turn: Turn, slots: Slots) -> Outcome:
    """The second supporter's word. One decision wins; the author hears it, every copy of the card
    shows it."""
    result = Outcome()
    id_, yes = str(slots["answer_id"] or ""), slots["verdict"] == "approve"
    row, reason = own_answers.get(turn.tx, id_), str(slots["why_not"] or "")
    if row is None:
        raise NotPossible(own_answers.MACHINE.name, State.REVOKED, own_answers.Event.APPROVED)
    kept = note(turn, reason) if reason else ""
    shown = str(slots["shown"] or "")
    try:
        row = own_answers.decide(
            turn.tx, id_, yes, turn.person, today=turn.today, shown=shown, reason=kept
        )
    except NotPossible:
        result.say("knowledge/decided_before", cards.card(turn, row))
        return result
    cards.close(turn, row, turn.person.name)
    here = cards.card(turn, row) | {"decider": turn.person.name, "reason": reason}
    if author := people.by_id(turn.tx, row.author):
        key = f"answer:{id_}:{turn.key}:author"
        notifications.say(
            turn.tx,
            author,
            "knowledge/decided",
            here | {"mine": True},
            key=key,
            about={"from_answer": id_},
        )
    result.say("knowledge/decided", here | {"mine": False})
    return result


def note(turn: Turn, text: str) -> str:
    """Keep what a person wrote beside the log, which holds only the id."""
    return notes.keep(turn.tx, turn.person, text)


def action_list_own_answers(turn: Turn, slots: Slots) -> Outcome:
    """What the workspace has of its own, the newest first, with buttons to take it back or to look
    at it."""
    result = Outcome()
    only_support(turn)
    rows = own_answers.with_state(turn.tx, State.LIVE, State.AWAITING)
    names = people.names(turn.tx, (r.author for r in rows))
    own = [
        {
            "id": r.id,
            "headline": r.title,
            "by": names.get(r.author, ""),
            "until": r.expires_on,
            "state": r.state,
            "mine": r.author == turn.person.id,
            "offer": _offer(turn, r),
        }
        for r in rows[:LISTED]
    ]
    topics = [{"id": t.id, "headline": t.title} for t in reversed(phrases.topics(turn.tx))]
    assigned = [p for p in reversed(phrases.everything(turn.tx)) if not p.entry.startswith(OWN)]
    said = {
        "own": own,
        "more": max(0, len(rows) - LISTED),
        "topics": topics[:LISTED],
        "wordings": [{"id": p.id, "text": p.text} for p in assigned[:LISTED]],
    }
    result.say("knowledge/list", said)
    return result


def _offer(turn: Turn, row: AnswerInState) -> str:
    from dialogs.engine.conversation_store import MENU_LIVES, offer_to

    if row.state != State.AWAITING or row.author == turn.person.id:
        return ""
    return offer_to(
        turn.tx,
        turn.person.id,
        "menu",
        {"answer_id": row.id, "shown": own_answers.digest(turn.tx, row)},
        MENU_LIVES,
    )


def action_revoke(turn: Turn, slots: Slots) -> Outcome:
    """An own answer, an assigned wording or a topic counts no more."""
    result = Outcome()
    only_support(turn)
    id_ = str(slots["own_thing"] or "")
    if own_answers.get(turn.tx, id_):
        row = own_answers.revoke(turn.tx, id_, turn.person, today=turn.today)
        result.say("knowledge/revoked", {"headline": row.title})
    elif phrases.take_away(turn.tx, id_, turn.person):
        result.say("knowledge/revoked", {"headline": ""})
    else:
        raise NotPossible(own_answers.MACHINE.name, State.REVOKED, own_answers.Event.REVOKED)
    return result
