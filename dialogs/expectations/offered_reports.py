"""What was reported in words is recorded by a press: the bot says what it would record, about whom
and since when, and offers a button. Records nothing itself.

What a press would record is found out by trying it in a savepoint that is rolled back, so the
words, the button and the table cannot disagree.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from dialogs.engine import members
from dialogs.engine.acting import begin
from dialogs.engine.context import Trace, Turn
from dialogs.engine.conversation_store import CLAIM, MENU_LIVES, NOW, offer_to
from dialogs.expectations.doubts import speaks_of_another
from dialogs.nlu.about_others import is_about_others
from dialogs.nlu.dates import day_said
from dialogs.nlu.types import Candidate
from domain import correction, machines
from domain.approvals import approval
from domain.conversation import Proposal
from domain.customers import customer_names
from domain.machine import is_move
from domain.providers import providers
from domain.storage import audit
from domain.storage.audit import Entry
from domain.tenant.enrollment import Event

# What cannot be undone is recorded by a press alone.
IRREVERSIBLE = (Event.AGREEMENT_ACCEPTED, Event.ACCEPTANCE_REPORTED)
# What is noted on the way to something else, and weighs nothing by itself.
ON_THE_WAY = (
    Event.PROFILE_CHECKED,
    Event.REOPENED,
    Event.TENANT_RULE_APPLIES,
    Event.NEW_TENANT_CHOSEN,
)
# A report beside a question is offered only where it was heard so clearly.
PLAINLY_TOLD = 0.6
_OF_A_CUSTOMER = re.compile(
    r"\b(?:customers?|clients?|tenants?|subscriptions?|transfers?)\b", re.IGNORECASE
)


class _Tried(Exception):
    """Ends a trial: what it wrote is rolled back."""


def propose(turn: Turn, report: Candidate) -> None:
    """Somebody told us that something happened. Says what would be recorded and offers the press;
    where the report's flow has to ask something first, it asks."""
    if not members.is_member(turn):
        return members.refuse(turn)
    name, said = report.entry.name, turn.text
    others = is_about_others(said) if is_ours(name) else speaks_of_another(said)
    if others:
        turn.decide("clarify")
        return turn.say("repair/about_others")
    entries = would_record(turn, lambda trial: _report(trial, name, said))
    if not entries and not is_ours(name) and turn.open and not names_a_customer(turn, turn.text):
        turn.decide("clarify")
        return turn.say("repair/not_sure")
    if not entries:
        return _report(turn, name, turn.text)
    day = day_said(said, turn.today)
    if day and entries[-1].details.get("day") == day.isoformat():
        # "yesterday" is another day when it is pressed later
        said = " ".join([*_names(turn, name, said), day.isoformat()])
    return offer_entries(turn, name, said, entries)


def names_a_customer(turn: Turn, said: str) -> bool:
    """Does the text speak of a customer, by name or by that word?"""
    named = customer_names.in_text(turn.tx, turn.person.partner, said)
    return bool(named) or bool(_OF_A_CUSTOMER.search(said))


def is_ours(report: str) -> bool:
    """Is the report about the partner itself: not about one of its customers, and no warning that
    a page names somebody else?"""
    return not any(word in report for word in ("customer", "transfer", "not_ours"))


def offer_entries(turn: Turn, name: str, said: str, entries: list[Entry]) -> None:
    """One line with what would be recorded, and [Record it] [No] [Change]."""
    button = offer_to(turn.tx, turn.person.id, "menu", {CLAIM: said}, MENU_LIVES)
    final = any(entry.action in IRREVERSIBLE for entry in entries)
    turn.decide("command")
    turn.say(
        "repair/record",
        report=name,
        button=button,
        final=final,
        **told(turn, entries),
    )
    turn.trace.offers.append((f"{CLAIM}.{name}.{NOW}", button))
    turn.note(proposal=Proposal(name, said, turn.tx.at, final))


def accept(turn: Turn, proposal: Proposal) -> None:
    """The offered report is recorded."""
    turn.decide("command")
    turn.note(proposal=None)
    turn.pressed = False  # what is recorded was said in words, names and all
    _report(turn, proposal.report, proposal.said)


def pass_by(turn: Turn) -> None:
    """Something else was said than an answer to "shall I record it?"."""
    if turn.conversation.proposal:
        turn.note(proposal=replace(turn.conversation.proposal, passed=True))


def offer_again(turn: Turn, proposal: Proposal) -> bool:
    """The offered report once more; False where it could not be recorded any more."""
    entries = would_record(turn, lambda trial: accept(trial, proposal))
    if entries:
        offer_entries(turn, proposal.report, proposal.said, entries)
    return bool(entries)


def change(turn: Turn, report: str, said: str) -> None:
    """The report's flow asks for itself what was not understood rightly; names are kept."""
    turn.decide("command")
    turn.note(proposal=None)
    turn.intent, turn.text = "", ": ".join(_names(turn, report, said))
    begin(turn, turn.assistant.intents[report])


def on_another_day(turn: Turn, proposal: Proposal, day: date) -> bool:
    """The offered report once more, as of another day; False where that could not be recorded."""
    said = " ".join([*_names(turn, proposal.report, proposal.said), day.isoformat()])
    entries = would_record(turn, lambda trial: _report(trial, proposal.report, said))
    if not any(entry.details.get("day") == day.isoformat() for entry in entries):
        return False
    offer_entries(turn, proposal.report, said, entries)
    return True


def would_record(turn: Turn, do: Callable[[Turn], None]) -> list[Entry]:
    """The entries that this would write to the logs of machines, oldest first, without those on
    the way to something else. Nothing stays."""
    trial = replace(
        turn,
        tx=replace(turn.tx, changed=set(), known={}),
        parts=[],
        about={},
        counted=[],
        form=None,
        trace=Trace(),
    )
    before = audit.newest(turn.tx)
    found: list[Entry] = []
    try:
        with turn.tx.savepoint():
            do(trial)
            found = audit.since(turn.tx, before)
            raise _Tried
    except _Tried:
        pass
    return [
        e
        for e in found
        if e.object.partition(":")[0] in machines.BY_NAME
        and is_move(e)
        and e.action not in ON_THE_WAY
    ]


def _report(turn: Turn, name: str, said: str) -> None:
    turn.intent, turn.text = name, said
    begin(turn, turn.assistant.intents[name])


def told(turn: Turn, entries: list[Entry]) -> dict[str, str]:
    """What of these entries is told, as plain values for words: what cannot be undone, else the
    last one, which the others lead to; a request only where nothing else is written."""
    final = [e for e in entries if e.action in IRREVERSIBLE]
    reported = [e for e in entries if not e.object.startswith(f"{approval.MACHINE.name}:")]
    main = (final or reported or entries)[-1]
    machine, _, subject = main.object.partition(":")
    return {
        "machine": machine,
        "event": main.action,
        "day": str(main.details.get("day") or turn.today.isoformat()),
        "label": correction.label(turn.tx, turn.person.partner, machine, subject),
    }


def offer(turn: Turn, claims: Iterable[Candidate], text: str) -> None:
    """Reports beside a question ("we were approved, can I roll back?"): a button to record them,
    where they were heard clearly. The button stores the day and the names, because "on Friday"
    means another day when it is pressed later. `text`: the whole message; in the report's own
    clause names may be replaced already."""
    for claim in claims:
        if not members.is_member(turn):
            return members.refuse(turn)
        if claim.score < PLAINLY_TOLD or (is_ours(claim.entry.name) and is_about_others(text)):
            continue
        day, names = day_said(claim.clause, turn.today), _names(turn, claim.entry.name, text)
        said = " ".join([*names, day.isoformat()]) if day else ": ".join([*names, claim.clause])
        button = offer_to(turn.tx, turn.person.id, "menu", {CLAIM: said}, MENU_LIVES)
        told = {
            "report": claim.entry.name,
            "day": day.isoformat() if day else "",
            "who": names[0] if names else "",
        }
        turn.trace.claimed.append(claim)
        turn.trace.offers.append((f"{CLAIM}.{claim.entry.name}.{NOW}", button))
        turn.say("repair/claim", button=button, **told)
    return None


def _names(turn: Turn, report: str, text: str) -> list[str]:
    """The customer or provider that the report is about, if exactly one is named."""
    partner = turn.person.partner
    found: list[Any]
    if "customer" in report or "transfer" in report:
        found = [row.name for row in customer_names.in_text(turn.tx, partner, text)]
    elif "invite" in report or "provider" in report:
        found = [
            row.name for row in providers.named_in(providers.of_partner(turn.tx, partner), text)
        ]
    else:
        return []
    return found if len(found) == 1 else []
