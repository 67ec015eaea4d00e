"""Messages with a link, a mail or a list. A question beside a link is answered first, then the link
is handled; what else is said beside it says what the link is and reports nothing. Opens no link;
has no user texts."""

import re
from dataclasses import asdict

from dialogs.engine import members
from dialogs.engine.acting import act_on, begin
from dialogs.engine.context import Turn
from dialogs.engine.flow_runner import ask_again
from dialogs.engine.message_links import INTENT, Passed, passed_on
from dialogs.engine.name_masking import hear
from dialogs.inputs import EmailForwarded, FileShared, ListUploaded, Mail, Message
from dialogs.nlu.language import ENGLISH
from dialogs.nlu.normalise import is_question, is_table, normal
from dialogs.nlu.types import (
    ATTACHED,
    Candidate,
    Decided,
    Interpretation,
    Kind,
)
from domain.customers.customer_list import is_plainly_a_list, names_columns
from domain.customers.list_prose import without_prose
from domain.links.links import Kind as LinkKind
from domain.providers import invitation
from domain.storage import outbox
from domain.storage.addresses import FileAddress

# Questions of support's whose answer is a page, or has one in it.
TAKES_LINKS = ("official_page", "rests_on", "answer_text")
ASKED = (Kind.ANSWER, Kind.REFUSE)
CAPTION = 4
POINTS_TO = re.compile(r"\b(?:(?:this|the|that) (?:link|url|address|one)|this|it)\b", re.IGNORECASE)
LIST_INTENT, LIST_SLOT = "add_customers", "list_text"
# Slack makes a link of a domain that somebody typed; a domain without a path is not a link.
BARE = re.compile(r"<https?://([A-Za-z0-9.-]+\.[A-Za-z]{2,})/?\|\1>")


def listen(turn: Turn, said: Message) -> bool:
    """Handle a message that contains a link or a list. False if there is none, or if it does not
    matter for what was said."""
    if said.intent or not turn.person.partner:
        return False
    if _is_list(turn, said.text):
        handed_in(turn, ListUploaded(said.keys, said.slack, said.text, said.where))
        return True
    raw = BARE.sub(r"\1", said.raw)
    if ":/" not in (raw or said.text) or INTENT not in turn.assistant.intents:
        return False
    passed = passed_on(said.text, raw, invitation.policy_of(turn.tx, turn.person.partner))
    if passed is None or _is_a_reason(turn, passed):
        return False
    heard = _heard_beside(turn, passed.rest)
    meant = heard.meanings
    if not passed.matters and any(
        m.entry.kind is Kind.COMMAND and m.entry.name != INTENT for m in meant
    ):
        return False
    for meaning in meant:
        if meaning.entry.kind in ASKED and not _is_caption(meaning):
            act_on(turn, meaning)
    bring(turn, passed)
    return True


def fetch(turn: Turn, inbound: FileShared) -> None:
    """A mail or list was uploaded to Slack: it is downloaded after the commit, by the outbox, and
    then handled in a turn of its own."""
    turn.decide("command")
    if not members.is_member(turn):
        return members.refuse(turn)
    where = inbound.where
    address = FileAddress(
        turn.person.id,
        inbound.slack,
        inbound.url,
        where.channel,
        where.thread,
        direct=where.direct,
        is_list=inbound.is_list,
    )
    outbox.tell(turn.tx, address, [], key=f"fetch:{inbound.file}:{turn.key}", kind=outbox.Out.FETCH)
    return turn.say("customers/list_looking" if inbound.is_list else "invitation/mail_looking")


def came(turn: Turn, inbound: EmailForwarded | ListUploaded) -> None:
    """A downloaded mail or list has arrived."""
    if isinstance(inbound, EmailForwarded):
        mail(turn, inbound.mail)
    else:
        handed_in(turn, inbound)


def handed_in(turn: Turn, inbound: ListUploaded) -> None:
    """Handle an uploaded list as if it had been pasted, or say why it could not be read."""
    flow = turn.assistant.intents.get(LIST_INTENT)
    if flow is None or not turn.person.partner:
        return turn.say("setup/which_partner")
    turn.decide("command")
    turn.note(missed=0)
    if inbound.wrong:
        turn.say("customers/bad_list", why=inbound.wrong, what=inbound.what)
    _acts_on(turn, LIST_INTENT, inbound.text)
    begin(turn, flow, **({} if inbound.wrong else {"list_text": inbound.text}))
    return ask_again(turn)


def _is_list(turn: Turn, text: str) -> bool:
    """Rows below a line that names columns, or whatever is pasted where a list is asked for, up to
    the maximum length."""
    here = turn.open
    if here and here.slot == LIST_SLOT:
        return "\n" in text.strip()
    free = here is not None and turn.assistant.flows[here.flow].slots[here.slot].type == "text"
    return (
        not free
        and LIST_INTENT in turn.assistant.intents
        and (is_plainly_a_list(text) or (is_table(without_prose(text)[0]) and names_columns(text)))
    )


def mail(turn: Turn, mail: Mail) -> None:
    """Handle a forwarded mail: what it claims, or the link in it."""
    intent = turn.assistant.intents.get(INTENT)
    if mail.wrong or intent is None or not turn.person.partner:
        turn.decide("clarify")
        turn.say(
            "invitation/mail_unread" if turn.person.partner else "setup/which_partner",
            why=mail.wrong,
        )
        return
    turn.decide("command")
    turn.note(missed=0)
    turn.intent, turn.text = INTENT, mail.subject
    _acts_on(turn, INTENT, mail.subject)
    begin(turn, intent, mail=asdict(mail))
    ask_again(turn)


def _heard_beside(turn: Turn, rest: str) -> Interpretation:
    """What is surely meant by the words beside a link; "this" and "it" stand for it."""
    for said in dict.fromkeys((rest, POINTS_TO.sub("the invitation link", rest))):
        heard = hear(turn, said, "") if said else None
        if heard and heard.language == ENGLISH and heard.meanings:
            return heard
    return Interpretation(rest)


def bring(turn: Turn, passed: Passed) -> None:
    """Start the flow that handles links, with this link."""
    turn.decide("command")
    turn.note(missed=0)
    turn.intent, turn.text = INTENT, passed.rest
    _acts_on(turn, INTENT, passed.rest)
    begin(turn, turn.assistant.intents[INTENT], link=passed.slot())
    ask_again(turn)


def _acts_on(turn: Turn, intent: str, said: str) -> None:
    """What came with the message says what to do, and no words do."""
    entry = turn.assistant.understanding.entries[intent]
    turn.trace.acted.append(Candidate(entry, 1.0, said, True, Decided(ATTACHED)))


def _is_caption(meaning: Candidate) -> bool:
    """ "The provider's invitation: ..." only labels the link and asks nothing."""
    short = len(normal(meaning.clause).split()) <= CAPTION
    return (
        meaning.entry.kind is Kind.ANSWER
        and short
        and meaning.score < 1
        and not is_question(meaning.clause)
    )


def _is_a_reason(turn: Turn, passed: Passed) -> bool:
    """Is the link part of an answer in the person's own words, and without importance?"""
    here = turn.open
    if here and here.slot in TAKES_LINKS:
        return True
    free = here is not None and turn.assistant.flows[here.flow].slots[here.slot].type in (
        "text",
        "words",
    )
    return free and not passed.matters and passed.judged.kind is not LinkKind.PAGE
