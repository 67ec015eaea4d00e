"""What became of an invitation, told in words: of which provider, by whom, and through the
invitation's own table. Thin."""

from dialogs.engine.context import Outcome, Slots, Turn
from dialogs.invitation import relay
from dialogs.invitation.outcomes import OUTCOMES, SEEN, note_outcome, note_seen
from domain.people import Role
from domain.providers import invitation, providers
from domain.providers.partnership import MACHINE, State

S = State
INTENTS = {
    "report_invite_accepted": "accepted",
    "report_invite_not_ours": "not_ours",
    "report_invite_dead": "link_dead",
    "report_provider_listed": "in_list",
    "report_provider_missing": "not_in_list",
}
# Where a partnership may stand for the outcome to be told of it; of several it is asked which.
FITS: dict[str, tuple[State, ...]] = {
    "accepted": (S.VALIDATED, S.WAITING, S.RECEIVED, S.LINK_DEAD),
    "not_ours": (S.VALIDATED, S.WAITING, S.RECEIVED),
    "link_dead": (S.VALIDATED, S.WAITING),
    "in_list": (S.ACCEPTED, S.UNCONFIRMED, S.VALIDATED, S.WAITING, S.CHOSEN, S.LINK_DEAD),
    "not_in_list": (S.ACCEPTED, S.UNCONFIRMED),
}
MOST = 8


def meant(turn: Turn, outcome: str) -> list[providers.Provider]:
    """The providers of whom it may be told: the one whose name was said, else those whose
    invitation stands so that it fits."""
    states = providers.states(turn.tx, turn.person.partner)
    known = providers.of_partner(turn.tx, turn.person.partner)
    fits = [p for p in known if states.get(p.id, S.CONSIDERED) in FITS[outcome]]
    named = providers.named_in(known, turn.text) if turn.intent or not turn.pressed else []
    return named[:1] if len(named) == 1 and (named[0] in fits or outcome == "in_list") else fits


def action_look_for_outcome(turn: Turn, slots: Slots) -> Outcome:
    """What is told, and of which provider."""
    outcome = slots["told_outcome"] or INTENTS.get(turn.intent)
    if not outcome:  # a forged press: no button of ours starts this without an outcome
        return Outcome().fill(told_stage="nothing")
    found = meant(turn, outcome)
    stage = "nothing" if not found and outcome != "in_list" else "something"
    chosen = found[0].id if len(found) == 1 else None
    return Outcome().fill(told_outcome=outcome, told_stage=stage, told_of=chosen)


def action_ask_told_of(turn: Turn, slots: Slots) -> Outcome:
    """The providers that may be meant; another one is written."""
    result = Outcome()
    outcome = str(slots["told_outcome"])
    found = meant(turn, outcome)[:MOST]
    result.show({"options": [{"value": p.id, "label": p.name} for p in found], "outcome": outcome})
    return result


def validate_told_of(turn: Turn, slots: Slots) -> Outcome:
    """A provider that is known; one that shows in the list may be new to us."""
    result = Outcome()
    said, partner = str(slots["told_of"]).strip(), turn.person.partner
    if providers.get(turn.tx, partner, said):
        return result
    if row := providers.called(turn.tx, partner, said):
        return result.fill(told_of=row.id)
    if (
        slots["told_outcome"] == "in_list"
        and providers.key_of(said)
        and len(said) <= 80
        and "://" not in said
    ):
        return result.fill(told_of=providers.note(turn.tx, partner, said))
    result.say("invitation/which_provider")
    return result.fill(told_of=None)


def action_weigh_outcome(turn: Turn, slots: Slots) -> Outcome:
    """The Global admin's own word is recorded at once; anybody else's is repeated to her first."""
    return Outcome().fill(outcome_sure="sure" if turn.person.has(Role.GLOBAL_ADMIN) else None)


def action_ask_outcome_sure(turn: Turn, slots: Slots) -> Outcome:
    """What would be recorded, of whom."""
    result = Outcome()
    row = providers.get(turn.tx, turn.person.partner, str(slots["told_of"]))
    told = {"outcome": slots["told_outcome"], "provider": row.name if row else ""}
    result.show(told)
    return result


def action_note_told_outcome(turn: Turn, slots: Slots) -> Outcome:
    """Through the table, as the buttons do it."""
    result = Outcome()
    provider, outcome = str(slots["told_of"]), str(slots["told_outcome"])
    latest = invitation.latest_of(turn.tx, provider)
    row = latest if latest is not None and latest.partner == turn.person.partner else None
    if outcome in SEEN:
        note_seen(turn, result, provider, row, outcome)
        return result
    if row is None:
        relay.move(turn.tx, provider, OUTCOMES[outcome], turn.person, turn.person.partner)
        known = providers.get(turn.tx, turn.person.partner, provider)
        turn.about["wrong_about"] = f"{MACHINE.name}:{provider}"
        said = {
            "outcome": outcome,
            "provider": known.name if known else "",
            "by": "",
            "mine": False,
            "case": turn.case(),
        }
        result.say("invitation/noted", said)
        return result
    note_outcome(turn, result, row, outcome)
    return result.fill(invitation=row.id)
