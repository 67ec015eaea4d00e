"""The terms of support and of keeping texts: the form, what is wrong in a field, and saving it.
Thin: domain/questions/terms.py rules."""

from dialogs.engine import notifications
from dialogs.engine.context import Outcome, Slots, Turn
from dialogs.engine.form_fields import Wrong, checked, place
from domain import people, second_reader, setup
from domain.privacy import retention
from domain.questions import terms
from domain.questions.terms import Terms

FIELDS = (
    "answer_hours",
    "nudge_hours",
    "opens",
    "closes",
    "country",
    "zone",
    "people",
    "group",
    "days",
    "second_reader",
)
ON, OFF = "on", "off"


def action_look_at_terms(turn: Turn, slots: Slots) -> Outcome:
    """Does Slack say that this person administers the workspace? The door has asked again just
    now."""
    turn.private = True
    if not turn.person.slack_admin:
        return Outcome().fill(terms_stage="not_admin")
    if people.workspace(turn.tx) is None:
        return Outcome().fill(terms_stage="no_workspace")
    return Outcome().fill(terms_stage="filled" if slots["terms_answer_hours"] else "open")


def action_form_terms(turn: Turn, slots: Slots) -> Outcome:
    """What holds now. Names in a workspace description become the people they mean."""
    result = Outcome()
    agreed = terms.of(turn.tx)
    group = agreed.escalate_to if terms.GROUP.fullmatch(agreed.escalate_to) else ""
    named = [] if group else terms.people_of(turn.tx, agreed.escalate_to)
    values = {
        "answer_hours": str(agreed.answer_hours),
        "nudge_hours": str(agreed.nudge_hours),
        "opens": agreed.opens,
        "closes": agreed.closes,
        "country": agreed.country,
        "zone": agreed.timezone,
        "group": group,
        "people": " ".join(p.slack for p in named),
        "days": str(retention.days(turn.tx)),
        "second_reader": _second_reader(turn),
    }
    result.show({"form": values})
    return result


def action_save_terms(turn: Turn, slots: Slots) -> Outcome:
    """All of it at once, in the log, and told to the admins' channel."""
    result = Outcome()
    said = {name: str(slots[f"terms_{name}"] or "") for name in FIELDS}
    agreed = Terms(
        int(said["answer_hours"]),
        int(said["nudge_hours"]),
        said["opens"],
        said["closes"],
        said["country"],
        said["zone"],
        said["group"] or ",".join(said["people"].split()),
    )
    for slack in said["people"].split():
        people.meet(turn.tx, slack)
    changed = setup.agree(turn.tx, turn.person, agreed, int(said["days"]))
    second = said["second_reader"]
    if second and second_reader.switch(turn.tx, turn.person.id, on=second == ON):
        changed.append("second_reader")
    result.say("terms/saved", {"changed": changed})
    if changed:
        more = turn.data(of="", changed=changed, by=turn.person.name)
        notifications.to_admins(turn.tx, "setup/changed", more, key=f"setup:{turn.key}")
    return result


def _second_reader(turn: Turn) -> str:
    """May messages of this workspace be shown to a second reader? "" where there is none."""
    if turn.assistant.everyday is None:
        return ""
    return OFF if second_reader.is_off_here(turn.tx) else ON


def _number(said: str, least: int, most: int) -> str:
    """A whole number in the range. Raises Wrong."""
    said = said.strip()
    if not said.isascii() or not said.isdigit() or not least <= int(said[:9]) <= most:
        raise Wrong("number", f"{least} to {most}")
    return str(int(said))


@checked
def validate_terms_answer_hours(turn: Turn, said: str, slots: Slots) -> str:
    return _number(said, 1, terms.MOST_HOURS)


@checked
def validate_terms_nudge_hours(turn: Turn, said: str, slots: Slots) -> str:
    said, within = _number(said, 0, terms.MOST_HOURS), str(slots["terms_answer_hours"] or "")
    if within.isdigit() and int(said) >= int(within):
        raise Wrong("nudge", within)
    return said


@checked
def validate_terms_days(turn: Turn, said: str, slots: Slots) -> str:
    return _number(said, 1, retention.MOST_DAYS)


def _time(said: str) -> str:
    """A time of day, HH:MM. Raises Wrong."""
    said = said.strip().rjust(5, "0")
    if not terms.is_time(said):
        raise Wrong("time")
    return said


@checked
def validate_terms_opens(turn: Turn, said: str, slots: Slots) -> str:
    return _time(said)


@checked
def validate_terms_closes(turn: Turn, said: str, slots: Slots) -> str:
    said = _time(said)
    if (opens := str(slots["terms_opens"] or "")) and terms.is_time(opens) and said <= opens:
        raise Wrong("closes", opens)
    return said


@checked
def validate_terms_country(turn: Turn, said: str, slots: Slots) -> str:
    return place("country", said.strip().upper(), "", "UTC")


@checked
def validate_terms_zone(turn: Turn, said: str, slots: Slots) -> str:
    place("zone", "", "", said.strip())
    return said.strip()


@checked
def validate_terms_people(turn: Turn, said: str, slots: Slots) -> str:
    for slack in said.split():
        person = people.by_id(turn.tx, people.seen(turn.tx, slack))
        if person and (person.kind not in people.MAY_BE_MEMBER or not person.live):
            raise Wrong("not_member", person.name)
    return said


@checked
def validate_terms_group(turn: Turn, said: str, slots: Slots) -> str:
    if not terms.GROUP.fullmatch(said.strip()):
        raise Wrong("group")
    if slots["terms_people"]:
        raise Wrong("group_or_people")
    return said.strip()
