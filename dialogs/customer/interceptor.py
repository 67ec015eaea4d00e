"""Looks at a message before it means anything else: "sorry, I meant Fabrikam Foods" while another
customer is at hand, and a name with its tenant that is written without a question. Words
nothing."""

import re

from dialogs.customer.questions import name_told, one_row
from dialogs.engine.acting import begin
from dialogs.engine.context import Turn
from dialogs.engine.flow_runner import ask_again
from dialogs.nlu.normalise import is_question
from dialogs.nlu.types import Interpretation
from domain.customers import customer_names
from domain.naming.names_said import company_meant
from domain.providers import providers

FLOW, SLOT = "customer", "customer"
# The flows that are about one customer, and the slot that says which.
ABOUT_ONE = {FLOW: SLOT, "customer_change": "changed_customer", "transfer": "transfer_customer"}
_WITH_TENANT = re.compile(r"[,;]")


def hears(turn: Turn, heard: Interpretation) -> bool:
    """True: the message was taken."""
    if not turn.person.partner or is_question(heard.text) or FLOW not in turn.assistant.flows:
        return False
    return _means_another(turn, heard) or _names_one_with_its_tenant(turn, heard)


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
