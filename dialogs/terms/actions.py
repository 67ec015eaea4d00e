"""The terms of support and of keeping texts: the form, what is wrong in a field, and saving it. Thin: domain/questions/terms.py rules."""

from dialogs.engine import notifications
from dialogs.engine.context import Outcome, Slots, Turn
from dialogs.setup.fields import Field, Wrong, place
from domain import people, setup
from domain.privacy import retention
from domain.questions import terms
from domain.questions.terms import Terms

FIELDS = ("answer_hours", "nudge_hours", "opens", "closes", "country", "zone", "people", "group", "days")


def action_look_at_terms(turn: Turn, slots: Slots) -> Outcome:
    """Does Slack say that this person administers the workspace? The door has asked again just now."""
    turn.private = True
    if not turn.person.slack_admin:
        return Outcome().fill(terms_stage="not_admin")
    if people.workspace(turn.tx) is None:
        return Outcome().fill(terms_stage="no_workspace")
    return Outcome().fill(terms_stage="filled" if slots.get("terms_answer_hours") else "open")


def action_form_terms(turn: Turn, slots: Slots) -> Outcome:
    """What holds now. Names in a workspace description become the people they mean."""
    result = Outcome()
    agreed = terms.of(turn.tx)
    group = agreed.escalate_to if terms.GROUP.fullmatch(agreed.escalate_to) else ""
    named = [] if group else terms.people_of(turn.tx, agreed.escalate_to)
    values = {
        "answer_hours": str(agreed.answer_hours), "nudge_hours": str(agreed.nudge_hours), "opens": agreed.opens,
        "closes": agreed.closes, "country": agreed.country, "zone": agreed.timezone, "group": group,
        "people": " ".join(p.slack for p in named), "days": str(retention.days(turn.tx)),
    }  # fmt: skip
    result.show({"form": values})
    return result


def action_save_terms(turn: Turn, slots: Slots) -> Outcome:
    """All of it at once, in the log, and told to the admins' channel."""
    result = Outcome()
    said = {name: str(slots.get(f"terms_{name}") or "") for name in FIELDS}
    agreed = Terms(
        int(said["answer_hours"]), int(said["nudge_hours"]), said["opens"], said["closes"], said["country"], said["zone"],
        said["group"] or ",".join(said["people"].split()),
    )  # fmt: skip
    for slack in said["people"].split():
        people.meet(turn.tx, slack)
    changed = setup.agree(turn.tx, turn.person, agreed, int(said["days"]))
    result.say("terms/saved", {"changed": changed})
    if changed:
        more = turn.data(of="", changed=changed, by=turn.person.name)
        notifications.to_admins(turn.tx, "setup/changed", more, key=f"setup:{turn.key}")
    return result


class Number(Field):
    """A whole number between two bounds."""

    least, most = 1, terms.MOST_HOURS

    def check(self, turn: Turn, said: str, tracker: Tracker) -> str:
        said = said.strip()
        if not said.isascii() or not said.isdigit() or not self.least <= int(said[:9]) <= self.most:
            raise Wrong("number", f"{self.least} to {self.most}")
        return str(int(said))


class ValidateAnswerHours(Number):
    slot = "terms_answer_hours"


class ValidateNudgeHours(Number):
    slot, least = "terms_nudge_hours", 0

    def check(self, turn: Turn, said: str, tracker: Tracker) -> str:
        said, within = super().check(turn, said, tracker), str(tracker.get_slot("terms_answer_hours") or "")
        if within.isdigit() and int(said) >= int(within):
            raise Wrong("nudge", within)
        return said


class ValidateDays(Number):
    slot, most = "terms_days", retention.MOST_DAYS


class ValidateOpens(Field):
    slot = "terms_opens"

    def check(self, turn: Turn, said: str, tracker: Tracker) -> str:
        said = said.strip().rjust(5, "0")
        if not terms.is_time(said):
            raise Wrong("time")
        return said


class ValidateCloses(ValidateOpens):
    slot = "terms_closes"

    def check(self, turn: Turn, said: str, tracker: Tracker) -> str:
        said = super().check(turn, said, tracker)
        if (opens := str(tracker.get_slot("terms_opens") or "")) and terms.is_time(opens) and said <= opens:
            raise Wrong("closes", opens)
        return said


class ValidateTermsCountry(Field):
    slot = "terms_country"

    def check(self, turn: Turn, said: str, tracker: Tracker) -> str:
        return place("country", said.strip().upper(), "", "UTC")


class ValidateTermsZone(Field):
    slot = "terms_zone"

    def check(self, turn: Turn, said: str, tracker: Tracker) -> str:
        place("zone", "", "", said.strip())
        return said.strip()


class ValidateTermsPeople(Field):
    slot = "terms_people"

    def check(self, turn: Turn, said: str, tracker: Tracker) -> str:
        for slack in said.split():
            person = people.by_id(turn.tx, people.seen(turn.tx, slack))
            if person and (person.kind not in people.MAY_BE_MEMBER or not person.live):
                raise Wrong("not_member", person.name)
        return said


class ValidateGroup(Field):
    slot = "terms_group"

    def check(self, turn: Turn, said: str, tracker: Tracker) -> str:
        if not terms.GROUP.fullmatch(said.strip()):
            raise Wrong("group")
        if tracker.get_slot("terms_people"):
            raise Wrong("group_or_people")
        return said.strip()
