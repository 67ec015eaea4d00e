"""A message that a supporter picked to be saved: the question it answered, or only its words. Knows
no Slack payload."""

from dialogs.engine.conversation_store import MENU_LIVES, offer_to
from dialogs.inputs import ButtonPress, Message, Origin, PickedMessage
from domain import people
from domain.knowledge.own_answers import LONGEST_TEXT
from domain.people import Role
from domain.questions import thread_log
from domain.storage.store import Tx

FORM_BUTTON, LIST = "knowledge.form.now", "show_own_answers"


def save_as_answer(tx: Tx, picked: PickedMessage) -> ButtonPress | Message:
    """For support the form that begins with this message; others ask for the list, which says that
    it is not theirs."""
    offer = offer_about(tx, picked.slack, picked.channel, picked.ts, picked.text)
    if offer:
        return ButtonPress((picked.key,), picked.slack, FORM_BUTTON, offer, Origin(""))
    return Message((picked.key,), picked.slack, "", Origin(""), intent=LIST)


def offer_about(tx: Tx, slack: str, channel: str, ts: str, text: str) -> str:
    """The offer of a form that begins with this message; "" for everybody but support."""
    person = people.meet(tx, slack)
    if not person.has(Role.SUPPORT):
        return ""
    found = thread_log.at(tx, channel, ts)
    about = {"from_text": text[:LONGEST_TEXT]} | ({"question": found[0].question} if found else {})
    if found and found[0].kind == thread_log.Kind.QUESTION:
        del about["from_text"]
    return offer_to(tx, person.id, "menu", about, MENU_LIVES)
