"""Where a tenant stands, all machines together, as plain values for words: the facts of a
conversation about a case.

Posture (4.C) is derived from standing and enrollment here; so is who must act next and by when.
Knows no words.
"""

from dataclasses import asdict, dataclass, field, replace
from datetime import date

from domain import people
from domain.approvals import approval, away
from domain.calendar import Calendar, calendar
from domain.json_values import Values
from domain.machine import effective, stands, states_of
from domain.people import Partner, Person, Role, Tenant
from domain.providers import providers
from domain.providers.partnership import State as D
from domain.storage import audit
from domain.storage.store import Tx
from domain.tenant import enrollment, standing
from domain.tenant.enrollment import State as B
from domain.tenant.standing import State as A

DIRECT, RESTRICTED, OVER = (
    (A.NOT_REPORTED, A.ACTIVE, A.AT_RISK, A.LEAVING),
    (A.RESTRICTED, A.SUSPENDED),
    (A.REVOKED, A.ENDED),
)
POSTURES = {
    **{(a, False): "DirectOnly" for a in DIRECT},
    **{(a, True): "Dual" for a in DIRECT},
    **{(a, False): "DirectRestricted" for a in RESTRICTED},
    **{(a, True): "DualRestricted" for a in RESTRICTED},
    **{(a, False): "OutOfCSP" for a in OVER},
    **{(a, True): "ResellerOnly" for a in OVER},
}
STAGES = {
    B.NOT_STARTED: "direct",
    B.READY: "direct",
    B.BLOCKED: "direct",
    B.WITHDRAWN: "direct",
    B.SUBMITTED: "submitted",
    B.PENDING: "submitted",
    B.OVERDUE: "submitted",
    B.DECLINED: "declined",
    B.APPROVED: "approved",
    B.OFFERED: "approved",
    B.MISSING: "approved",
    B.ACCEPTED: "accepted",
}
STAGE_STATES = {
    "direct": (A.NOT_REPORTED, B.NOT_STARTED),
    "submitted": (A.NOT_REPORTED, B.PENDING),
    "approved": (A.NOT_REPORTED, B.APPROVED),
    "accepted": (A.RESTRICTED, B.ACCEPTED),
    "listed": (A.RESTRICTED, B.ACCEPTED),
}
# Who has to act, per state of the enrollment: a role or Microsoft; the step itself has its words in
# templates/status/.
MUST_ACT = {
    B.NOT_STARTED: "staff",
    B.READY: "global_admin",
    B.BLOCKED: "global_admin",
    B.SUBMITTED: "staff",
    B.PENDING: "microsoft",
    B.OVERDUE: "staff",
    B.APPROVED: "global_admin",
    B.OFFERED: "global_admin",
    B.MISSING: "global_admin",
    B.DECLINED: "staff",
    B.WITHDRAWN: "staff",
    B.ACCEPTED: "staff",
}
CHOSEN, TO_BE_SEEN = (D.CHOSEN, D.RECEIVED), (D.ACCEPTED, D.UNCONFIRMED)
FURTHER = (
    B.WITHDRAWN,
    B.NOT_STARTED,
    B.READY,
    B.BLOCKED,
    B.DECLINED,
    B.SUBMITTED,
    B.PENDING,
    B.OVERDUE,
    B.APPROVED,
    B.MISSING,
    B.OFFERED,
    B.ACCEPTED,
)


@dataclass(frozen=True)
class Case:
    """Plain JSON values: states by name, days as ISO text, "" where there is none.

    `deciders`: who may decide on the request that waits; of them `deciders_here` are asked,
    `deciders_away` (name, until) are away. `stuck`: it waits for a decision and everybody who may
    decide is away. `yours_to_accept`: the go-ahead was given to the person who looks.
    """

    partner: str = ""
    tenant: str = ""
    tenant_short: str = ""
    standing: str = A.NOT_REPORTED
    enrollment: str = B.NOT_STARTED
    posture: str = "DirectOnly"
    stage: str = "direct"
    has_way_back: bool = True
    direct_bill_has_way_back: bool = True
    must_act: str = "staff"
    since: str = ""
    reported_by: str = ""
    submitted_on: str = ""
    accepted_on: str = ""
    last_day_in_time: str = ""
    business_day: int = 0
    admin: str = ""
    go_ahead: str = ""
    approval: str = ""
    approvers: int = 0
    decided: bool = False
    deciders: list[str] = field(default_factory=list)
    deciders_here: list[str] = field(default_factory=list)
    deciders_away: list[dict[str, str]] = field(default_factory=list)
    stuck: bool = False
    yours_to_accept: bool = False
    providers: list[str] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)
    to_be_seen: list[str] = field(default_factory=list)
    invitations_waiting: int = 0
    invitations_sent: int = 0
    history: list[dict[str, str]] = field(default_factory=list)

    def values(self) -> Values:
        return asdict(self)


def posture(a: str, b: str) -> str:
    """4.C: what a standing and an enrollment are together."""
    return POSTURES[A(a), b == B.ACCEPTED]


def calendar_of(tx: Tx, partner: str) -> Calendar:
    """The partner's own calendar; UTC without holidays where nobody told us."""
    row = people.partner_of(tx, partner)
    return calendar(row.country, row.subdivision, row.timezone) if row else calendar("", "", "UTC")


def look(tx: Tx, person: Person, tenant: str = "") -> Case:
    """The case of a person's partner: of the tenant named, else of the one that has come furthest,
    else the first."""
    partner, tenants = people.partner_of(tx, person.partner), people.tenants_of(tx, person.partner)
    if partner is None or not tenants:
        return Case(partner=partner.name if partner else "")
    chosen = next((t for t in tenants if t.id == tenant), None) or _furthest(tx, tenants)
    here = of_tenant(tx, partner, chosen)
    if here.approval != approval.State.APPROVED or not person.has(Role.GLOBAL_ADMIN):
        return here
    given = approval.go_ahead(tx, chosen.id)
    return replace(here, yours_to_accept=bool(given and given.requester == person.id))


def of_tenant(tx: Tx, partner: Partner, tenant: Tenant) -> Case:
    """The case of one tenant of one partner."""
    a, b = stands(tx, standing.MACHINE, tenant.id), stands(tx, enrollment.MACHINE, tenant.id)
    log = (
        effective(audit.entries(tx, f"{enrollment.MACHINE.name}:{tenant.id}")) if b.seq > 0 else []
    )
    names = people.names(tx, (e.actor for e in log))
    submitted, accepted = _day(log, enrollment.Event.SUBMITTED), _accepted(log)
    cal = calendar(partner.country, partner.subdivision, partner.timezone)
    waits, waiting = (
        approval.live_and_state(tx, approval.Kind.ACCEPT_AGREEMENT, tenant.id)
        if b.state in (B.APPROVED, B.OFFERED)
        else (None, "")
    )
    admins, approvers = people.with_roles(tx, partner.id, Role.GLOBAL_ADMIN, Role.APPROVER)
    decided = any(e.action == enrollment.Event.DECIDED for e in log)
    may = [p for p in approvers if waits and p.id not in (waits.requester, waits.starter)]
    gone = away.now(tx, cal.today(tx.now)) if may else {}
    asked = {p.id for p in approval.asked_now(tx, waits, cal.today(tx.now))} if waits else set()
    sent = date.fromisoformat(submitted) if submitted else None
    partnerships = providers.states(tx, partner.id)
    named = (
        providers.of_partner(tx, partner.id)
        if {D.LISTED, *CHOSEN, *TO_BE_SEEN} & set(partnerships.values())
        else []
    )
    listed = [p for p in named if partnerships.get(p.id) == D.LISTED]
    return Case(
        partner=partner.name,
        tenant=tenant.id,
        tenant_short=short(tenant.guid),
        standing=a.state,
        enrollment=b.state,
        posture=posture(a.state, b.state),
        stage=_stage(b.state, bool(listed)),
        has_way_back=enrollment.has_way_back(b.state),
        direct_bill_has_way_back=standing.has_way_back(a.state),
        must_act="staff" if b.state == B.READY and not decided else MUST_ACT[B(b.state)],
        decided=decided,
        since=b.day.isoformat() if b.day else "",
        reported_by=names.get(log[-1].actor, "") if log else "",
        submitted_on=submitted,
        accepted_on=accepted[0],
        go_ahead=accepted[1],
        last_day_in_time=cal.last_day_in_time(sent).isoformat() if sent else "",
        business_day=cal.passed(sent, cal.today(tx.now)) if sent else 0,
        admin=_admin(admins, waits),
        approval=waiting,
        approvers=len(approvers),
        deciders=[p.name for p in may],
        deciders_here=[p.name for p in may if p.id in asked and p.id not in gone],
        deciders_away=[{"name": p.name, "until": gone[p.id].until} for p in may if p.id in gone],
        stuck=waiting == approval.State.OPEN and all(p.id in gone for p in may),
        providers=[p.name for p in listed],
        chosen=[p.name for p in named if partnerships.get(p.id) in CHOSEN],
        to_be_seen=[p.name for p in named if partnerships.get(p.id) in TO_BE_SEEN],
        invitations_waiting=list(partnerships.values()).count(D.WAITING),
        invitations_sent=list(partnerships.values()).count(D.VALIDATED),
        history=[_line(e, names) for e in log if not e.details.get("implied")],
    )


def _admin(admins: list[Person], waits: approval.Approval | None) -> str:
    """The name of the Global admin; not of one who said that a waiting request is not theirs, where
    there is another."""
    aside = waits.about.get("not_me", ()) if waits else ()
    named = [p.name for p in admins if p.id not in aside] or [p.name for p in admins]
    return named[0] if named else ""


def _stage(enrolled: str, listed: bool) -> str:
    return "listed" if listed and enrolled == B.ACCEPTED else STAGES[B(enrolled)]


def short(guid: str) -> str:
    """Enough of a tenant id to recognise it: 11111111…5555."""
    return f"{guid[:8]}…{guid[-4:]}" if guid else ""


def _furthest(tx: Tx, tenants: list[Tenant]) -> Tenant:
    if len(tenants) == 1:
        return tenants[0]
    at = states_of(tx, enrollment.MACHINE, [t.id for t in tenants])
    return max(tenants, key=lambda t: (FURTHER.index(B(at[t.id])), -t.position))


def _line(entry: audit.Entry, names: dict[str, str]) -> dict[str, str]:
    return {
        "event": entry.action,
        "day": str(entry.details["day"]),
        "by": names.get(entry.actor, ""),
    }


def _day(log: list[audit.Entry], event: str) -> str:
    return next((str(e.details["day"]) for e in reversed(log) if e.action == event), "")


def _accepted(log: list[audit.Entry]) -> tuple[str, str]:
    """The day of acceptance and whether a go-ahead had been given: ("", "") before it."""
    done = next((e for e in log if e.details["to"] == B.ACCEPTED), None)
    return (
        (str(done.details["day"]), str(done.details.get("go_ahead", "none"))) if done else ("", "")
    )
