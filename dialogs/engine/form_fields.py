"""Checks a field of an administrator's form; what is wrong is shown beside the field. Knows no
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
    """`why`: a stable word for the template setup/wrong_field; `what`: the part of the field that
    is wrong."""

    def __init__(self, why: str, what: str = "") -> None:
        super().__init__(why)
        self.why, self.what = why, what


def checked(check: Check) -> Action:
    """Make an action `validate_<slot>` of a function of that name that returns the value to store.
    When it raises Wrong or WrongIdentifier, setup/wrong_field or setup/wrong_identifier says why,
    and the slot stays empty."""
    slot = check.__name__.removeprefix("validate_")

    @wraps(check)
    def action(turn: Turn, slots: Slots) -> Outcome:
        result = Outcome()
        if not turn.person.slack_admin:
            # the flow refuses the whole form; a field would reveal what is set up here
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
    """The country, if our calendar knows the place; otherwise raises Wrong(field)."""
    try:
        calendar(country, subdivision, zone)
    except NoCalendar as wrong:
        raise Wrong(field) from wrong
    return country
