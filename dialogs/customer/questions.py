"""Which customer, and through which provider: what the questions offer, and which answers hold."""

from dialogs.engine.context import Outcome, Slots, Turn
from domain.customers import customer_book, customer_list, customer_names
from domain.customers.customer_book import Customer
from domain.customers.delimited import BadList
from domain.naming import names_said
from domain.naming.mentions import is_one_edit
from domain.providers import providers


def action_ask_customer(turn: Turn, slots: Slots) -> Outcome:
    """Those whose name was said, where there is more than one."""
    result = Outcome()
    said = slots["customer_said"]
    row = one_row(said) if said else ""
    found = (
        []
        if isinstance(row, str)
        else customer_book.search(turn.tx, turn.person.partner, row.name)[:5]
    )
    options = [{"value": c.id, "label": c.name, "domain": c.domain} for c in found]
    if options and slots["customer_name"]:
        options.append({"value": "new", "label": "", "domain": ""})
    result.show({"options": options})
    return result


def validate_customer(turn: Turn, slots: Slots) -> Outcome:
    """A customer by button or by name; a name that nobody gave before is a new one."""
    result = Outcome()
    said = str(slots["customer"])
    if said == "new" and slots["customer_said"]:
        return result
    if customer_book.by_id(turn.tx, turn.person.partner, said) is not None:
        return result
    row = _row_said(turn, said)
    if isinstance(row, Customer):
        return result.fill(customer=row.id, customer_said=said, customer_name=row.name)
    if not isinstance(row, str) and row.guid:
        row = customer_book.not_customers(turn.tx, turn.person.partner).get(row.guid, row)
    if isinstance(row, str):
        result.say("customer/bad_name", {"why": row, "most": customer_list.MOST_NAME})
        return result.fill(customer=None, customer_said=None)
    found = customer_book.like(turn.tx, turn.person.partner, row)
    named = said if row == one_row(said) else row.name
    kept = [("customer_said", named), ("customer_name", row.name)]
    sure = not found or (len(found) == 1 and is_named(found[0], row))
    if not sure:
        result.say("customer/several")
        return result.fill([("customer", None), *kept])
    return result.fill([("customer", found[0].id if found else "new"), *kept])


def _row_said(turn: Turn, said: str) -> Customer | customer_list.Row | str:
    """Who is meant: the one customer on the list that a sentence names, else the row that the text
    is; else what is wrong with it."""
    row = one_row(said)
    if not isinstance(row, str) and (row.guid or row.domain):
        return row
    if names_said.is_no_name(said) or names_said.name_in_answer(said) != " ".join(said.split()):
        found = customer_names.in_text(turn.tx, turn.person.partner, said)
        if len(found) == 1:
            return found[0]
        named = names_said.name_in_answer(said)
        if names_said.is_no_name(named):
            return "sentence"
        return one_row(named)
    if not isinstance(row, str) and not customer_book.like(turn.tx, turn.person.partner, row):
        near = customer_names.in_text(turn.tx, turn.person.partner, said)
        if len(near) == 1 and is_one_edit(near[0].sought, customer_list.sought(row.name)):
            return near[0]
    return row


def name_told(text: str) -> str:
    """The customer that a message names and that is not on the list: whose command it is, who
    agreed, or the name with its tenant; "" where it names none."""
    row = one_row(text)
    if not isinstance(row, str) and (row.guid or row.domain):
        return text
    start, end = names_said.subject_of(text)
    return text[start:end] or names_said.company_said(text)


def is_named(known: Customer, row: customer_list.Row) -> bool:
    """Is this customer meant beyond doubt: the tenant is the same, or the name is?"""
    same = (row.guid and row.guid == known.guid) or (row.domain and row.domain == known.domain)
    return bool(same or customer_list.sought(row.name) == known.sought)


def one_row(said: str) -> customer_list.Row | str:
    """The one customer that a text names, as a row of a list; else what is wrong with it."""
    try:
        parsed = customer_list.parse(said)
    except BadList as bad:
        return "no_name" if bad.why == "empty" else bad.why
    if len(parsed.rows) + len(parsed.wrong) > 1:
        return "several"
    return parsed.rows[0] if parsed.rows else parsed.wrong[0].why


def action_look_at_providers(turn: Turn, slots: Slots) -> Outcome:
    """With one provider in the list there is nothing to choose; with none it stays open for now."""
    listed = providers.in_state(turn.tx, turn.person.partner)
    chosen = {0: "none", 1: listed[0].id if listed else ""}.get(len(listed))
    return Outcome().fill(customer_provider=chosen)


def action_ask_customer_provider(turn: Turn, slots: Slots) -> Outcome:
    """The providers in the partner's list."""
    result = Outcome()
    listed = providers.in_state(turn.tx, turn.person.partner)
    result.show({"options": [{"value": p.id, "label": p.name} for p in listed[:20]]})
    return result


def validate_customer_provider(turn: Turn, slots: Slots) -> Outcome:
    """One of the partner's own, by button or by name."""
    result = Outcome()
    said, partner = str(slots["customer_provider"]), turn.person.partner
    if said == "none" or providers.get(turn.tx, partner, said) is not None:
        return result
    named = providers.called(turn.tx, partner, said)
    if named is None:
        result.say("customer/which_provider")
    return result.fill(customer_provider=named.id if named else None)
