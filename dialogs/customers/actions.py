"""All customers of a partner: the progress view, the search, and lists that are handed in.
Computed, never remembered."""

from dataclasses import asdict
from typing import Any

from dialogs.engine.context import Outcome, Slots, Turn
from domain.customers import customer_book
from domain.customers.customer import State
from domain.customers.customer_book import KeptList
from domain.customers.customer_list import parse
from domain.customers.delimited import BadList
from domain.providers import providers
from domain.storage import outbox
from domain.storage.rows import existing

PAGE, ROWS, NAMES, FILTERS = 8, 12, 5, 4
ALL = "all"


def action_show_customers(turn: Turn, slots: Slots) -> Outcome:
    """Counts by state, and one page of customers. `view`: a state (or all) and where the page
    begins."""
    result = Outcome()
    state, first = viewed(str(slots["view"] or ""))
    summed = customer_book.summary(turn.tx, turn.person.partner)
    many = (
        next((c["many"] for c in summed["by"] if c["state"] == state), 0)
        if state != ALL
        else summed["total"]
    )
    found = customer_book.page(
        turn.tx, turn.person.partner, state="" if state == ALL else state, first=first, most=PAGE
    )
    shown = {
        "counts": summed,
        "state": state,
        "first": first + 1,
        "last": first + len(found),
        "many": many,
        "entries": [asdict(e) for e in found],
        "filters": summed["by"][:FILTERS],
        "after": f"{state}_{first + PAGE}" if first + PAGE < many else "",
        "before": f"{state}_{max(first - PAGE, 0)}" if first else "",
    }
    result.say("customers/progress", shown)
    return result


def viewed(said: str) -> tuple[str, int]:
    """The state (or all) and the first of a page; what cannot be read is the beginning of
    everything."""
    state, _, first = said.rpartition("_")
    known = state in {str(s) for s in State}
    return (state if known else ALL), int(first) if first.isascii() and first.isdigit() and len(
        first
    ) < 8 else 0


def action_find_customers(turn: Turn, slots: Slots) -> Outcome:
    """The customers of that name, tenant id or domain."""
    result = Outcome()
    found = customer_book.search(turn.tx, turn.person.partner, str(slots["sought_name"])[:200])
    entries = customer_book.entries_of(turn.tx, turn.person.partner, found)
    shown = {"entries": [asdict(e) for e in entries[:PAGE]], "many": len(entries)}
    result.say("customers/found", shown)
    return result


def validate_list_text(turn: Turn, slots: Slots) -> Outcome:
    """A list of which at least one row can be read; the whole is refused with the reason
    otherwise."""
    result = Outcome()
    try:
        parse(str(slots["list_text"]))
    except BadList as bad:
        result.say("customers/bad_list", {"why": bad.why, "what": bad.what})
        return result.fill(list_text=None)
    return result


def action_take_list(turn: Turn, slots: Slots) -> Outcome:
    """Good rows are taken together, bad ones are named by their line; the same list again changes
    nothing."""
    result = Outcome()
    result.say("customers/taken", take(turn, str(slots["list_text"])))
    return result.fill(list_text=None)


def take(turn: Turn, text: str) -> dict[str, Any]:
    """What became of a list, as values for words. Raises BadList, and what the machine raises."""
    parsed = parse(text)
    listed = providers.in_state(turn.tx, turn.person.partner)
    provider = listed[0].id if len(listed) == 1 else ""
    taken = customer_book.take(
        turn.tx, turn.person, parsed.rows, today=turn.today, provider=provider, wrong=parsed.wrong
    )
    id_ = turn.about["list_id"] = customer_book.keep_list(turn.tx, turn.person, taken, parsed.empty)
    kept = existing(customer_book.list_of(turn.tx, turn.person.partner, id_))
    as_file = len(kept.rows) > ROWS
    if as_file:
        send_results(turn, id_)
    return page_of(kept, 0) | {"names": [r.name for r in taken.new[:NAMES]], "as_file": as_file}


def send_results(turn: Turn, list_id: str) -> None:
    """What became of every row, as a file to where the list was handed in; drawn when it is sent,
    once per list."""
    data = {"today": turn.today.isoformat(), "list_id": list_id, "partner": turn.person.partner}
    outbox.tell(
        turn.tx,
        turn.address(),
        [("customers/results", data)],
        key=f"list:{list_id}:results",
        decision="command",
        kind=outbox.Out.FILES,
    )


def page_of(kept: KeptList, first: int) -> dict[str, Any]:
    """A page of the rows of a list that were not simply taken."""
    odd = customer_book.odd_rows(kept.rows)
    rows = [
        {"line": line, "why": why, "what": what}
        for line, _, why, what, _ in odd[first : first + ROWS]
    ]
    return {
        "counts": kept.counts,
        "rows": rows,
        "after": first + ROWS if first + ROWS < len(odd) else 0,
        "odd": len(odd),
    }


def action_show_list(turn: Turn, slots: Slots) -> Outcome:
    """The next page of a list's rows."""
    result = Outcome()
    id_, page = str(slots["list_id"] or ""), str(slots["list_page"])
    kept = customer_book.list_of(turn.tx, turn.person.partner, id_)
    if kept is None or not page.isascii() or not page.isdigit():
        result.say("customers/no_list")
        return result
    turn.about["list_id"] = id_
    result.say("customers/list_rows", page_of(kept, int(page[:6])))
    return result
