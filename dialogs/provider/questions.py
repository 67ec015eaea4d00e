"""The questions about providers: what they offer, and which answers hold."""

import re
from datetime import date

from dialogs.engine.context import Filled, Outcome, Slots, Turn
from dialogs.nlu.dates import day_said
from domain import people
from domain.customers import customer_names
from domain.identifiers import Kind, WrongIdentifier, look_at, tenant
from domain.naming import names_said
from domain.providers import catalogue, comparison, providers
from domain.providers.comparison import UNKNOWN
from domain.providers.providers import Provider

SHOWN, LONGEST_NAME, MOST_COMPARED = 12, 80, 4
CHOSEN = "provider_chosen"
REMOVED = "report_provider_removed"
ENDS = ("end_with_provider", REMOVED)
_OVER = re.compile(r"\b(?:removed|ended|terminated|over|gone|dropped|kicked)\b", re.I)


def known(turn: Turn) -> list[Provider]:
    """The partner's providers, in the order of their names."""
    return sorted(
        providers.of_partner(turn.tx, turn.person.partner), key=lambda row: row.name.casefold()
    )


def named_in(turn: Turn, text: str) -> Provider | None:
    """The provider whose name stands in a text; None for none and for more than one."""
    found = providers.named_in(known(turn), text)
    return found[0] if len(found) == 1 else None


def new_name(turn: Turn) -> str:
    """The name that a message says and that is no customer's on the list; "" where it says none."""
    name = names_said.company_said(turn.text)
    known_customer = name and customer_names.in_text(turn.tx, turn.person.partner, name)
    return "" if known_customer else name


def names_compared(turn: Turn) -> list[str]:
    """The providers of "compare Ingram Micro and TD Synnex" that are not entered yet; none where
    one of them is a customer or a colleague."""
    partner = turn.person.partner
    names = names_said.companies_compared(turn.text)[:MOST_COMPARED]
    if any(customer_names.in_text(turn.tx, partner, n) for n in names) or any(
        people.by_name(turn.tx, n, partner) for n in names
    ):
        return []
    return [n for n in names if named_in(turn, n) is None and not name_is_wrong(n)]


def chosen(row: Provider) -> Filled:
    """The slots that name the provider at hand; its name is for words."""
    return [("which_provider", row.id), ("provider_named", row.name)]


def action_hear_provider(turn: Turn, slots: Slots) -> Outcome:
    """ "We chose Fabrikam": which one is in the words already; the only one is not asked for."""
    if slots["which_provider"]:
        return Outcome()
    row = named_in(turn, turn.text)
    events: Filled = []
    if row is None and turn.intent == CHOSEN and (new := new_name(turn)):
        events = [("which_provider", new)]
    # What is recorded by a press carries its name and its day, not its verb.
    if turn.intent == REMOVED or (turn.intent in ENDS and _OVER.search(turn.text)):
        day = day_said(turn.text, turn.today)
        events += [("ended", "removed"), *([("ended_on", day.isoformat())] if day else [])]
    return Outcome().fill([*(chosen(row) if row else []), *events])


def action_hear_provider_name(turn: Turn, slots: Slots) -> Outcome:
    """What the catalogue knows by name, else what the command itself names."""
    if slots["provider_named"]:
        return Outcome()
    said = providers.key_of(turn.text)
    found = [e.name for e in catalogue.entries(turn.tx) if e.key in said]
    name = found[0] if len(found) == 1 else "" if found else new_name(turn)
    return Outcome().fill([("provider_named", name)] if name else [])


def action_ask_provider_named(turn: Turn, slots: Slots) -> Outcome:
    """Those of the catalogue that are not entered yet, by name."""
    result = Outcome()
    taken = {row.key for row in known(turn)}
    free = [e for e in catalogue.entries(turn.tx) if e.key not in taken]
    options = [{"value": e.key[:100], "label": e.name} for e in free[:SHOWN]]
    result.show({"options": options, "more": max(0, len(free) - SHOWN)})
    return result


def validate_provider_named(turn: Turn, slots: Slots) -> Outcome:
    """A name, not an id or a link; one of the catalogue by its button."""
    result = Outcome()
    said = names_said.name_in_answer(str(slots["provider_named"]))
    if entry := catalogue.called(turn.tx, said):
        return result.fill(provider_named=entry.name)
    wrong = name_is_wrong(said)
    if not wrong:
        return result.fill(provider_named=said)
    result.say("provider/no_name", {"why": wrong})
    return result.fill(provider_named=None)


def name_is_wrong(said: str) -> str:
    """Why this is no name of a provider: long, empty, a sentence, or the kind of identifier that it
    looks like; "" when it may be one."""
    if not providers.key_of(said):
        return "empty"
    if len(said) > LONGEST_NAME:
        return "long"
    try:
        kind = look_at(said).kind
    except WrongIdentifier as wrong:
        kind = wrong.looks_like if wrong.looks_like in (Kind.TENANT, Kind.DOMAIN) else Kind.NOTHING
    exact = kind in (Kind.TENANT, Kind.DOMAIN, Kind.LINK, Kind.EMAIL) or (
        kind is Kind.PARTNER_ID and said.isdigit()
    )
    if exact:
        return str(kind)
    return "sentence" if names_said.is_no_name(said) else ""


def action_ask_which_provider(turn: Turn, slots: Slots) -> Outcome:
    """The partner's providers; which flow asks is part of the button."""
    result = Outcome()
    rows = known(turn)
    options = [{"value": row.id, "label": row.name} for row in rows[:SHOWN]]
    flow = turn.frames[-1].flow
    result.show({"options": options, "more": max(0, len(rows) - SHOWN), "flow": flow})
    return result


def validate_which_provider(turn: Turn, slots: Slots) -> Outcome:
    """One of them, by button or by name; who was chosen may be new to us."""
    result = Outcome()
    said, partner = str(slots["which_provider"]), turn.person.partner
    row = (
        providers.get(turn.tx, partner, said)
        or providers.called(turn.tx, partner, said)
        or named_in(turn, said)
    )
    if (
        row is None
        and turn.frames
        and turn.frames[-1].flow == "choose_one"
        and not name_is_wrong(name := names_said.name_in_answer(said))
    ):
        row = providers.get(turn.tx, partner, providers.note(turn.tx, partner, name))
    if row is not None:
        return result.fill(chosen(row))
    result.say("provider/which_one")
    return result.fill(which_provider=None)


def validate_provider_tenant(turn: Turn, slots: Slots) -> Outcome:
    """A tenant id or a default domain, and not the partner's own."""
    result = Outcome()
    said = str(slots["provider_tenant"])
    if said == UNKNOWN:
        return result
    value = tenant_said(turn, said, result)
    return result.fill(provider_tenant=value)


def tenant_said(turn: Turn, said: str, result: Outcome) -> str | None:
    """The provider's tenant in canonical spelling; None with words where it is none, or the
    partner's own."""
    try:
        value = tenant(said).value
    except WrongIdentifier as wrong:
        saying = {"why": wrong.why, "looks_like": str(wrong.looks_like), "wanted": "tenant"}
        result.say("repair/wrong_identifier", saying)
        return None
    if value in {t.guid for t in people.tenants_of(turn.tx, turn.person.partner)}:
        result.say("provider/own_tenant")
        return None
    return value


def action_ask_same_region(turn: Turn, slots: Slots) -> Outcome:
    """The partner's country beside it; which providers serve it is a live list and not ours
    (G-REGION-LIST)."""
    result = Outcome()
    country = turn.partner.country if turn.partner else ""
    result.show({"country": country, "flow": turn.frames[-1].flow})
    return result


def action_ask_criterion(turn: Turn, slots: Slots) -> Outcome:
    """What is noted already about this one; `kept`: a note of which it is not clear what it is
    about."""
    result = Outcome()
    noted = comparison.notes(turn.tx, turn.person.partner).get(str(slots["which_provider"]), {})
    shown = [str(c) for c in comparison.Criterion if c in noted]
    result.show({"noted": shown, "kept": slots["criterion_note"] or ""})
    return result


def validate_ended_on(turn: Turn, slots: Slots) -> Outcome:
    """A day that has come."""
    result = Outcome()
    said = str(slots["ended_on"])
    if date.fromisoformat(said) <= turn.today:
        return result
    result.say("provider/doubtful_day", {"day": said})
    return result.fill(ended_on=None)


def validate_form_name(turn: Turn, slots: Slots) -> Outcome:
    """As the name that is said."""
    result = Outcome()
    if not (wrong := name_is_wrong(str(slots["form_name"]))):
        return result
    result.say("provider/no_name", {"why": wrong})
    return result.fill(form_name=None)


def validate_form_tenant(turn: Turn, slots: Slots) -> Outcome:
    """As the tenant that is said."""
    result = Outcome()
    return result.fill(form_tenant=tenant_said(turn, str(slots["form_tenant"]), result))
