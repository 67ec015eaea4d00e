"""A field of an administrator's form, checked; what is wrong with it is said beside it. Knows no
form."""

from collections.abc import Callable
from functools import wraps

from dialogs.engine.context import Action, Outcome, Slots, Turn
from domain.calendar import NoCalendar, calendar
from domain.identifiers import WrongIdentifier

# The fields in which an identifier is asked for, and which one.
IDENTIFIERS = {"setup_tenants": "tenant_id", "setup_partner_id": "partner_id"}
Check = Callable[[Turn, str, Slots], str]


class Wrong(Exception):
    """`why`: a stable word for setup/wrong_field; `what`: the part of the field that it is
    about."""

    def __init__(self, why: str, what: str = "") -> None:
        super().__init__(why)
        self.why, self.what = why, what


def checked(check: Check) -> Action:
    """An action `validate_<slot>` out of a function of that name, which returns the value as it is
    kept. What it raises (Wrong, WrongIdentifier) is said in the words of setup/wrong_field and
    setup/wrong_identifier, and the field is empty."""
    slot = check.__name__.removeprefix("validate_")

    @wraps(check)
    def action(turn: Turn, slots: Slots) -> Outcome:
        result = Outcome()
        if not turn.person.slack_admin:
            # refused as a whole by the flow; a field would only tell what is set up here
            return result
        try:
            return result.fill([(slot, check(turn, str(slots[slot]), slots))])
        except WrongIdentifier as wrong:
            said = {
                "wanted": IDENTIFIERS[slot],
                "why": wrong.why,
                "looks_like": str(wrong.looks_like),
            }
            result.say("setup/wrong_identifier", said)
        except Wrong as wrong:
            result.say("setup/wrong_field", {"why": wrong.why, "what": wrong.what})
        return result.fill([(slot, None)])

    return action


def place(field: str, country: str, subdivision: str, zone: str) -> str:
    """The country, where our calendar knows the place; else raises Wrong(field)."""
    try:
        calendar(country, subdivision, zone)
    except NoCalendar as wrong:
        raise Wrong(field) from wrong
    return country
