"""Looks at a message before it means anything else: "it says Fabrikam, not Ingram" and "the link is
dead" of the invitation that is out, "Grace accepted the invitation" of a colleague, "no mail yet"
of one that has not come. What would be an answer elsewhere is a report where an invitation waits.
Words nothing."""

import re

from dialogs.engine.acting import begin
from dialogs.engine.answers import answer, knows
from dialogs.engine.context import Turn
from dialogs.engine.flow_runner import ask_again
from dialogs.invitation.company_shown import company_shown
from dialogs.invitation.relay import expected_of
from dialogs.nlu.normalise import is_question
from dialogs.nlu.types import Interpretation
from domain import people
from domain.customers import customer_names
from domain.people import Role
from domain.providers import invitation, providers
from domain.providers.invitation import Invitation
from domain.providers.partnership import State

FLOW, SHORT = "invitation_report", 16
OUTCOME, SEEN = "invited", ("in_list", "listed")
NOT_HERE = "no_invitation_yet"
# What "no mail yet" sounds like, as long as nobody knows what is waited for.
SOUNDS_LIKE = (
    "report_pending",
    "report_nothing_yet",
    "report_agreement_missing",
    "report_provider_missing",
    "approval_mail",
    "still_pending",
    NOT_HERE,
)
_MISSING = re.compile(
    r"\b(?:no|not?|nothing|never|still|n[o']t|didn['’]?t|haven['’]?t|hasn['’]?t|isn['’]?t|havent|didnt"
    r"|hasnt|isnt|without|where|missing|waiting|empty)\b.*\b(?:e-?mails?|mails?|inbox|mailbox|links?|invit\w+|"
    r"spam|junk|get|got|gotten|receiv\w+|arriv\w+|come|came|here|there|anything|it|so far|yet)\b"
    r"|\b(?:e-?mail|mail|inbox|mailbox|link|invit\w+)\b.*\b(?:empty|missing|lost|not|never|yet|late)\b",
    re.IGNORECASE,
)
_OTHER_MATTER = re.compile(
    r"\b(?:agreement|enrol\w*|approv\w*|microsoft|verif\w*|customers?|transfer\w*|terms|contract"
    r"|documents?|roles?|list|restricted)\b",
    re.IGNORECASE,
)
BY_A_CUSTOMER = "report_customer_accepted"
# An answer -> what a statement that sounds like its question reports of an invitation.
TOLD = {"invitation_expired": "link_dead", "provider_not_listed": "not_in_list"}
_WHO = re.compile(
    r"\b([A-Z][\w'-]+)(?= (?:has |just |already )*(?:accept|authori[sz]|sa(?:id|ys)|follow|click))"
)


def hears(turn: Turn, heard: Interpretation) -> bool:
    """A statement about the one invitation that it can be about: its outcome is reported. True: it
    was taken."""
    if turn.person.partner and (
        _is_another_in_the_list(turn, heard)
        or _shows_another(turn, heard)
        or _has_not_come(turn, heard)
    ):
        return True
    if (
        len(heard.meanings) != 1
        or heard.claims
        or not turn.person.partner
        or is_question(heard.text)
    ):
        return False
    name = heard.meanings[0].entry.name
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


def _shows_another(turn: Turn, heard: Interpretation) -> bool:
    """ "It says Fabrikam, not Ingram": the invitation is not ours. Whoever only names another
    company, or asks, is warned and asked; whoever names the expected one is asked what became of
    it. Such a message never accepts an invitation."""
    if len(heard.text.split()) > 2 * SHORT or OUTCOME not in turn.assistant.flows:
        return False
    mine = turn.person.has(Role.GLOBAL_ADMIN)
    out = _out(turn)
    names = {row.id: expected_of(turn.tx, row) for row in out}
    own = turn.partner.name if turn.partner else ""
    read = [(row, company_shown(heard.text, names[row.id], own)) for row in out]
    plain = [(row, shown) for row, shown in read if shown.plain]
    vague = [(row, shown) for row, shown in read if shown.another or shown.as_expected]
    if not plain and (not mine or not vague or not _speaks_of_the_page(turn, vague[0][1].name)):
        return False
    turn.decide("command")
    turn.note(missed=0)
    named = plain or [pair for pair in vague if pair[1].as_expected] or vague
    row, shown = named[0]
    if shown.as_expected:
        begin(turn, turn.assistant.flows[OUTCOME], invitation=row.id)
    elif len(named) > 1:
        begin(turn, turn.assistant.flows[FLOW], told_outcome="not_ours")
    elif not mine:
        about = {"told_outcome": "not_ours", "told_of": row.provider}
        begin(turn, turn.assistant.flows[FLOW], **about)
    elif shown.plain:
        begin(turn, turn.assistant.flows[OUTCOME], invitation=row.id, invite_outcome="not_ours")
    else:
        turn.say("invitation/do_not_accept", provider=names[row.id], shown=shown.name)
        begin(turn, turn.assistant.flows[OUTCOME], invitation=row.id)
    ask_again(turn)
    return True


def _is_another_in_the_list(turn: Turn, heard: Interpretation) -> bool:
    """ "Yes, Fabrikam is there" says nothing of Ingram Micro, which is looked for in the list."""
    here, row = turn.open, invitation.get(turn.tx, str(turn.slots.get("invitation") or ""))
    if here is None or (here.flow, here.slot) != SEEN or row is None:
        return False
    expected, own = expected_of(turn.tx, row), turn.partner.name if turn.partner else ""
    shown = company_shown(heard.text, expected, own)
    if not shown.name or providers.named_in(
        [p for p in providers.of_partner(turn.tx, row.partner) if p.id == row.provider], heard.text
    ):
        return False
    turn.decide("clarify")
    turn.note(missed=0)
    turn.say("repair/about_another", other=shown.name, at_hand=expected)
    ask_again(turn)
    return True


def _speaks_of_the_page(turn: Turn, name: str) -> bool:
    """Can a company that is only named be the one on the page? Not where something else is asked,
    and not where it is a colleague or a customer."""
    if turn.open and turn.open.flow not in (OUTCOME, FLOW):
        return False
    partner = turn.person.partner
    return not name or not (
        people.by_name(turn.tx, name, partner) or customer_names.in_text(turn.tx, partner, name)
    )


def _has_not_come(turn: Turn, heard: Interpretation) -> bool:
    """ "No mail yet" where a provider is chosen and its invitation has not come: that is what is
    waited for, and not Microsoft's answer."""
    text = heard.text
    first = heard.meanings[0].entry.name if heard.meanings else ""
    if (
        turn.open
        or len(text.split()) > SHORT
        or (first and first not in SOUNDS_LIKE)
        or not _MISSING.search(text)
        or _OTHER_MATTER.search(text)
        or not knows(turn, NOT_HERE)
        or invitation.open_ones(turn.tx, turn.person.partner)
        or State.CHOSEN not in providers.states(turn.tx, turn.person.partner).values()
    ):
        return False
    turn.note(missed=0, heard=text)
    answer(turn, NOT_HERE)
    return True


def _out(turn: Turn) -> list[Invitation]:
    """The invitations that the Global admin has and that nobody has told the outcome of."""
    rows = invitation.open_ones(turn.tx, turn.person.partner)
    return [row for row in rows if row.state == invitation.SENT]


def _fits(turn: Turn, heard: Interpretation, outcome: str) -> bool:
    if outcome == "not_in_list":
        return State.ACCEPTED in providers.states(turn.tx, turn.person.partner).values()
    out = _out(turn)
    if outcome == "link_dead" or not out:
        return bool(out)
    who = _WHO.search(heard.text)
    colleague = bool(who and people.by_name(turn.tx, who[1], turn.person.partner))
    return colleague and not customer_names.in_text(turn.tx, turn.person.partner, heard.text)
