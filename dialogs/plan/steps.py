"""How far an enrollment is, step by step, as plain values for its card. Pure; knows no words.

Six steps are the numbered questions of dialogs/enroll/flow.yml; three follow after Enroll now. A
step is done where somebody reported it, or answered it in a conversation that is under way; what
was passed over without a report is `missing`, never done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from domain.approvals import approval
from domain.json_values import Json, Values
from domain.tenant.case import FURTHER, Case
from domain.tenant.enrollment import Event, State

NUMBERED = ("profile", "tenant", "standing", "weighed", "admin", "submitted_on")
AFTER = ("outcome", "go_ahead", "accepted")
DONE, NOW, LATER, MISSING = "done", "now", "later", "missing"
PREPARING = (State.NOT_STARTED, State.READY, State.BLOCKED)
UNDER_WAY = FURTHER.index(State.DECLINED)  # from here on it was submitted
# Who is waited for, where it is no person that we know by name.
TEAM, ADMIN, APPROVER, MICROSOFT, NOBODY = "team", "admin", "approver", "microsoft", "nobody"
# What the record says of a step.
RECORDED = {
    "profile": (Event.PROFILE_CHECKED,),
    "tenant": (Event.PROFILE_CHECKED,),
    "standing": (Event.PROFILE_CHECKED,),
    "weighed": (Event.DECIDED,),
    "submitted_on": (Event.SUBMITTED,),
    "outcome": (Event.APPROVED,),
    "accepted": (Event.AGREEMENT_ACCEPTED, Event.ACCEPTANCE_REPORTED),
}
# The answers with which a question of the conversation is done; None: any answer.
SETTLED: dict[str, tuple[str, ...] | None] = {
    "profile": ("current",),
    "tenant": None,
    "standing": None,
    "weighed": ("weighed",),
    "admin": None,
}


@dataclass(frozen=True)
class Talk:
    """The conversation in which the enrollment is under way: who leads it, what they answered so
    far (slot -> value), and the name of the Global admin that they gave."""

    name: str = ""
    slots: Mapping[str, Json] = field(default_factory=dict)
    admin: str = ""


@dataclass(frozen=True)
class Step:
    """One step. `by` and `day` (ISO): who reported or answered it, and the day that they named.
    `note`: what else is known of it."""

    name: str
    status: str
    by: str = ""
    day: str = ""
    note: str = ""

    def values(self) -> Values:
        return {
            "name": self.name,
            "status": self.status,
            "by": self.by,
            "day": self.day,
            "note": self.note,
        }


def plan_of(
    here: Case, talk: Talk, today: date, known: Sequence[Mapping[str, Json]], *, new_tenant: bool
) -> Values:
    """What the card shows. `known`: the steps as it shows them now, for the days of answers that
    are on no record."""
    days = {str(s["name"]): str(s["day"]) for s in known if s.get("note") == "answered"}
    found = [
        _step(name, here, talk, days.get(name) or today.isoformat(), new_tenant)
        for name in (*NUMBERED, *AFTER)
    ]
    at = _now(here, found)
    steps = [_with_status(step, here, at) for step in found]
    names, role = _waits_for(here, talk, at)
    number = NUMBERED.index(at) + 1 if at in NUMBERED else 0
    return {
        "state": here.enrollment,
        "at": at,
        "number": number,
        "of": len(NUMBERED),
        "waits_for": names,
        "role": role,
        "steps": [step.values() for step in steps],
    }


def _step(name: str, here: Case, talk: Talk, day: str, new_tenant: bool) -> Step:
    """The step as far as it was reported or answered; its status is DONE or LATER."""
    history = _since_it_was_reopened(here.history)
    for line in reversed(history):
        if line["event"] in RECORDED.get(name, ()) and _counts(name, here):
            note = "new_tenant" if name == "standing" and new_tenant else ""
            return Step(name, DONE, line["by"], line["day"], note)
    answer = talk.slots.get(name)
    wanted = SETTLED.get(name, ())
    if answer and (wanted is None or answer in wanted):
        return Step(name, DONE, talk.name, day, "answered")
    if name == "admin" and here.admin and _step("weighed", here, Talk(), day, False).status == DONE:
        return Step(name, LATER if talk.slots else DONE, note="" if talk.slots else "recorded")
    if name == "go_ahead" and (here.approval == approval.State.APPROVED or _was_given(here)):
        return Step(name, DONE)
    return Step(name, LATER)


def _counts(name: str, here: Case) -> bool:
    """Does the state still say what the history says? An approval before a second submission does
    not."""
    far = FURTHER.index(State(here.enrollment))
    if name == "outcome":
        return far >= FURTHER.index(State.APPROVED)
    if name == "accepted":
        return here.enrollment == State.ACCEPTED
    return name != "submitted_on" or far >= UNDER_WAY


def _was_given(here: Case) -> bool:
    return here.enrollment == State.ACCEPTED and here.go_ahead not in ("", "none")


def _now(here: Case, steps: Sequence[Step]) -> str:
    """The step that is to be done now, "" where none is."""
    state = State(here.enrollment)
    if state in PREPARING:
        if state == State.BLOCKED:
            return "standing"
        return next((s.name for s in steps if s.name in NUMBERED and s.status != DONE), "")
    if state in (State.ACCEPTED, State.WITHDRAWN):
        return ""
    if FURTHER.index(state) < FURTHER.index(State.APPROVED):
        return "outcome"
    return "accepted" if here.approval == approval.State.APPROVED else "go_ahead"


def _with_status(step: Step, here: Case, at: str) -> Step:
    order = (*NUMBERED, *AFTER)
    state = State(here.enrollment)
    if step.name == at:
        note = {State.BLOCKED: "tenant_rule", State.DECLINED: "rejected", State.OVERDUE: "overdue"}
        return Step(step.name, NOW, note=note.get(state, ""))
    if step.status == DONE:
        return step
    reached = len(order) if state == State.ACCEPTED else order.index(at) if at else 0
    passed = order.index(step.name) < reached
    return Step(step.name, MISSING if passed else LATER)


def _waits_for(here: Case, talk: Talk, at: str) -> tuple[list[str], str]:
    """Names, and the role to say where there are none."""
    state = State(here.enrollment)
    admin = [name for name in (talk.admin or here.admin,) if name]
    if not at:
        return [], NOBODY
    if at == "submitted_on":
        return admin, ADMIN
    if at == "outcome":
        late = state in (State.OVERDUE, State.DECLINED)
        return ([n for n in (talk.name,) if n], TEAM) if late else ([], MICROSOFT)
    if at in NUMBERED:
        return [n for n in (talk.name,) if n], TEAM
    if here.approval == approval.State.OPEN:
        return here.deciders_here or here.deciders, APPROVER
    return admin, ADMIN


def _since_it_was_reopened(history: Sequence[Mapping[str, str]]) -> Sequence[Mapping[str, str]]:
    again = [n for n, line in enumerate(history) if line["event"] == Event.REOPENED]
    return history[again[-1] + 1 :] if again else history
