"""Looks at a message before it means anything else: "sorry, I meant Fabrikam Foods" and "Fabrikam
said yes" while another customer is at hand, "remove Northwind", and a name with its tenant that is
written without a question. Words nothing."""

import re

from dialogs.customer.questions import name_told, one_row
from dialogs.engine.acting import begin
from dialogs.engine.context import Turn
from dialogs.engine.flow_runner import ask_again
from dialogs.nlu.normalise import is_question
from dialogs.nlu.types import Interpretation
from domain import people
from domain.customers import customer_names
from domain.naming import names_said
from domain.naming.mentions import mentions
from domain.naming.names_said import company_meant
from domain.providers import providers

FLOW, SLOT = "customer", "customer"
# In these words people answer a question in words of their own.
OWN_WORDS = ("text", "words")
# The flows that are about one customer, and the slot that says which.
ABOUT_ONE = {FLOW: SLOT, "customer_change": "changed_customer", "transfer": "transfer_customer"}
CHANGE = "customer_change"
_WITH_TENANT = re.compile(r"[,;]")
_REMOVES = re.compile(
    r"(?:(?:please|can you|could you|i want to|we want to|we need to|let['’]?s)\s+)*"
    r"(?:remove|delete|drop|take)\b(?!.*\b(?:provider|distributor|disti)\b)",
    re.IGNORECASE,
)


def hears(turn: Turn, heard: Interpretation) -> bool:
    """True: the message was taken."""
    if not turn.person.partner or is_question(heard.text) or FLOW not in turn.assistant.flows:
        return False
    return (
        _means_another(turn, heard)
        or _removes_one(turn, heard)
        or _speaks_of_another(turn, heard)
        or _names_one_with_its_tenant(turn, heard)
    )


def _means_another(turn: Turn, heard: Interpretation) -> bool:
    """The flow at hand is about one customer, and another one was meant."""
    here = turn.open
    if here is None or here.flow not in ABOUT_ONE or not turn.slots.get(ABOUT_ONE[here.flow]):
        return False
    name = company_meant(heard.text)
    found = customer_names.in_text(turn.tx, turn.person.partner, name) if name else []
    if not name or (not found and (here.flow != FLOW or _is_a_provider(turn, name))):
        return False
    if len(found) == 1 and found[0].id == turn.slots.get(ABOUT_ONE[here.flow]):
        return False
    meant = found[0].id if len(found) == 1 else name
    _begin(turn, here.flow, meant)
    return True


def _speaks_of_another(turn: Turn, heard: Interpretation) -> bool:
    """ "Fabrikam said yes" while Northwind's consent is asked for answers nothing about Northwind:
    Fabrikam is asked about instead."""
    here = turn.open
    if here is None or here.flow != FLOW or not turn.slots.get(SLOT):
        return False
    if turn.assistant.flows[here.flow].slots[here.slot].type in OWN_WORDS:
        return False
    found = customer_names.in_text(turn.tx, turn.person.partner, heard.text)
    at_hand = {turn.slots.get(SLOT)}
    if any(row.id in at_hand for row in found):
        return False
    start, end = names_said.subject_of(heard.text)
    new = heard.text[start:end]
    if len(found) == 1:
        meant = found[0].id
    elif new and not found and not _is_known_otherwise(turn, new):
        meant = new
    else:
        return False
    _begin(turn, FLOW, meant)
    return True


def _is_known_otherwise(turn: Turn, name: str) -> bool:
    """The customer that is being entered just now, a colleague, a provider, or the partner."""
    at_hand = str(turn.slots.get("customer_name") or "")
    ours = turn.partner.name if turn.partner else ""
    return bool(
        mentions([n for n in (at_hand, ours) if n], name)
        or people.by_name(turn.tx, name, turn.person.partner)
        or _is_a_provider(turn, name)
    )


def _removes_one(turn: Turn, heard: Interpretation) -> bool:
    """ "Remove Contoso Retail": what has changed with it is asked, and nothing is recorded yet."""
    if CHANGE not in turn.assistant.flows or not _REMOVES.match(heard.text.strip()):
        return False
    found = customer_names.in_text(turn.tx, turn.person.partner, heard.text)
    if len(found) != 1 or (turn.open and turn.open.flow in ABOUT_ONE.keys() - {FLOW}):
        return False
    _begin(turn, CHANGE, found[0].id)
    return True


def _names_one_with_its_tenant(turn: Turn, heard: Interpretation) -> bool:
    """ "Northwind Traders, northwind.onmicrosoft.com", with nothing asked: that customer."""
    if turn.open or not _WITH_TENANT.search(heard.text) or "\n" in heard.text.strip():
        return False
    row = one_row(heard.text)
    if isinstance(row, str) or not (row.guid or row.domain) or name_told(row.name):
        return False
    if _is_a_provider(turn, row.name) or len(row.name.split()) > 6:
        return False
    _begin(turn, FLOW, heard.text.strip())
    return True


def _is_a_provider(turn: Turn, name: str) -> bool:
    return bool(providers.named_in(providers.of_partner(turn.tx, turn.person.partner), name))


def _begin(turn: Turn, flow: str, customer: str) -> None:
    turn.decide("command")
    turn.note(missed=0)
    turn.intent = ""
    begin(turn, turn.assistant.flows[flow], **{ABOUT_ONE[flow]: customer})
    ask_again(turn)
