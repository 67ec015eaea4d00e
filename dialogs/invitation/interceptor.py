"""Looks at a message before it means anything else: "the link is dead" of the invitation that is
out, "Grace accepted the invitation" of a colleague. What would be an answer elsewhere is a report
where an invitation waits. Words nothing."""

import re

from dialogs.engine import flow_runner
from dialogs.engine.acting import begin
from dialogs.engine.context import Turn
from dialogs.engine.flow_runner import ask_again
from dialogs.nlu.normalise import is_question
from dialogs.nlu.types import Interpretation
from domain import people
from domain.customers import customer_names
from domain.providers import invitation, providers
from domain.providers.partnership import State

FLOW, SHORT = "invitation_report", 16
BY_A_CUSTOMER = "report_customer_accepted"
# An answer -> what a statement that sounds like its question reports of an invitation.
TOLD = {"invitation_expired": "link_dead", "provider_not_listed": "not_in_list"}
ANSWERS = {
    ("in_list", "listed"): {
        "report_provider_listed": "in_list",
        "provider_not_listed": "not_in_list",
    },
    ("invited", "invite_outcome"): {
        "report_invite_accepted": "accepted",
        "report_invite_not_ours": "not_ours",
        "report_invite_dead": "link_dead",
        "invitation_expired": "link_dead",
    },
}
_WHO = re.compile(
    r"\b([A-Z][\w'-]+)(?= (?:has |just |already )*(?:accept|authori[sz]|sa(?:id|ys)|follow|click))"
)


def hears(turn: Turn, heard: Interpretation) -> bool:
    """A statement about the one invitation that it can be about: its outcome is reported. True: it
    was taken."""
    if (
        len(heard.meanings) != 1
        or heard.claims
        or not turn.person.partner
        or is_question(heard.text)
    ):
        return False
    name = heard.meanings[0].entry.name
    if _answers(turn, name):
        return True
    outcome = TOLD.get(name, "accepted" if name == BY_A_CUSTOMER else "")
    if (
        not outcome
        or len(heard.text.split()) > SHORT
        or FLOW not in turn.assistant.flows
        or not _fits(turn, heard, outcome)
    ):
        return False
    turn.decide("command")
    turn.note(missed=0)
    begin(turn, turn.assistant.flows[FLOW], told_outcome=outcome)
    ask_again(turn)
    return True


def _answers(turn: Turn, name: str) -> bool:
    """The question of what became of it is open: told in other words than its own, it is
    answered."""
    here = turn.open
    value = ANSWERS.get((here.flow, here.slot), {}).get(name) if here else None
    if here and value:
        turn.decide("command")
        turn.note(missed=0)
        flow_runner.fill(turn, here.slot, value)
    return value is not None


def _fits(turn: Turn, heard: Interpretation, outcome: str) -> bool:
    if outcome == "not_in_list":
        return State.ACCEPTED in providers.states(turn.tx, turn.person.partner).values()
    out = [
        row
        for row in invitation.open_ones(turn.tx, turn.person.partner)
        if row.state == invitation.SENT
    ]
    if outcome == "link_dead" or not out:
        return bool(out)
    who = _WHO.search(heard.text)
    colleague = bool(who and people.by_name(turn.tx, who[1], turn.person.partner))
    return colleague and not customer_names.in_text(turn.tx, turn.person.partner, heard.text)
