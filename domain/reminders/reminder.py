"""Who is reminded of what, after how many business days, how often, and who hears of it then. One
row per waiting state.

A row and its words (templates/remind/<machine>_<state>.j2) are all that a new reminder needs.
`machine.advance` wakes the clock whenever a subject comes into a state that has a row;
domain/reminders/reminding.py looks then what is due. Knows no words.
"""

import re
from dataclasses import dataclass, replace

from sqlalchemy import bindparam, delete, select

from domain import people
from domain.calendar import Calendar, calendar
from domain.storage import outbox
from domain.storage.prepared import Prepared
from domain.storage.store import Tx, table
from domain.tables import Partner, Reminded

SWEEP = "remind.sweep"
_partners, _said = table(Partner), table(Reminded)
_FORGET = Prepared(
    delete(_said).where(
        _said.c.team == bindparam("t"),
        _said.c.machine == bindparam("m"),
        _said.c.subject == bindparam("s"),
    )
)


@dataclass(frozen=True)
class Reminder:
    """After `after` business days in this state `to` is reminded, then every `again` business days,
    `most` times in all; after that `then` hears of it once.

    Recipients: a role (global_admin, approvers, support), `reporter` (whose word brought it here),
    a channel (`admins`, `support_channel`), or what the machine's module names in its `matter(tx,
    subject)`.

    `unless`: what makes the wait pointless although the matter stands where it stood
    (domain/reminders/reminding.py, UNLESS).
    """

    machine: str
    state: str
    after: int
    to: tuple[str, ...]
    then: tuple[str, ...] = ("admins",)
    again: int = 2
    most: int = 2
    unless: str = ""

    @property
    def template(self) -> str:
        return f"remind/{self.machine}_{re.sub(r'(?<=[a-z])(?=[A-Z])', '_', self.state).lower()}"

    @property
    def rounds(self) -> int:
        """How often it is said in all."""
        return self.most + bool(self.then)


ROWS = (
    Reminder("enrollment", "Ready", 3, ("reporter",), again=5),
    Reminder("enrollment", "BlockedByTenantRule", 3, ("reporter", "global_admin"), again=5),
    Reminder("enrollment", "Submitted", 1, ("reporter",), then=("global_admin",)),
    Reminder("enrollment", "PendingReview", 3, ("reporter",), again=3, most=1),
    Reminder(
        "enrollment", "PendingOverdue", 2, ("reporter", "global_admin"), then=("support_channel",)
    ),
    Reminder("enrollment", "Declined", 2, ("reporter",), again=3),
    Reminder("enrollment", "ApprovedAwaitingAgreement", 1, ("global_admin",)),
    Reminder("enrollment", "AgreementMissing", 2, ("global_admin",), then=("support_channel",)),
    Reminder("enrollment", "AgreementOffered", 2, ("global_admin",), again=3),
    # After the agreement nothing comes by itself; where direct bill is Restricted, its days count
    # meanwhile (P-ENFORCEMENT).
    Reminder(
        "enrollment", "Accepted", 5, ("reporter", "global_admin"), again=5, unless="provider_chosen"
    ),
    # An approval lives for 72 hours: what waits longer than a business day must be said soon.
    Reminder("approval", "AwaitingGlobalAdmin", 1, ("global_admin",), again=1, most=1),
    Reminder("approval", "Open", 1, ("asked",), again=1, most=1),
    Reminder("approval", "Approved", 1, ("requester",), again=1, most=1, then=()),
    # How long an invitation lives is not documented (G-INVITE-EXPIRY): these days are ours.
    Reminder("partnership", "FormValidated", 2, ("global_admin",), then=("bringer", "admins")),
    Reminder("partnership", "AcceptedReported", 1, ("reporter",), then=("bringer",)),
    Reminder("partnership", "LinkDead", 3, ("bringer",), then=("admins",), most=1),
    Reminder("partnership", "Unconfirmed", 3, ("reporter",), then=("support_channel",)),
    # Customers come in hundreds: each is brought up twice at most, all of a person's in one
    # message.
    Reminder("customer", "ProviderCreatesTenant", 5, ("reporter",), again=5, most=1),
    Reminder("customer", "Consented", 3, ("reporter",), again=5, most=1),
    Reminder("customer", "JointInvited", 5, ("reporter",), again=5, most=1),
    Reminder("customer", "ProviderMissing", 2, ("reporter",), again=5, most=1),
    Reminder("customer", "ResellerMissing", 2, ("reporter",), again=5, most=1),
    Reminder("customer", "AwaitingMCA", 3, ("reporter",), again=5, most=1),
    Reminder("transfer", "Active", 3, ("reporter",), again=5, most=1),
    Reminder(
        "transfer", "Completing", 2, ("reporter",), again=3, most=1, then=("support_channel",)
    ),
    Reminder("transfer", "Completed", 1, ("reporter",), again=3, most=1),
    Reminder("transfer", "SourceChecked", 2, ("reporter",), again=3, most=1),
    Reminder("transfer", "TargetChecked", 2, ("reporter",), again=3, most=1),
    Reminder("transfer", "AskProvider", 3, ("reporter",), again=5, most=1),
    Reminder("transfer", "MustRebuyAtProvider", 5, ("reporter",), again=10, most=1),
    Reminder("standing", "AtRisk", 5, ("reporter", "global_admin"), again=10, most=3),
    Reminder(
        "standing",
        "Suspended",
        2,
        ("reporter", "global_admin"),
        again=5,
        most=3,
        then=("admins", "support_channel"),
    ),
    Reminder("reseller", "AtRisk", 5, ("reporter", "global_admin"), again=10, most=3),
    Reminder(
        "reseller",
        "Suspended",
        2,
        ("reporter", "global_admin"),
        again=5,
        most=3,
        then=("admins", "support_channel"),
    ),
)
BY_STATE = {(row.machine, row.state): row for row in ROWS}
REMINDS = frozenset(row.machine for row in ROWS)


def entered(tx: Tx, machine: str, partner: str, state: str) -> None:
    """A subject of this partner has come into a state: where that state waits for somebody, the
    clock looks again in time."""
    row = BY_STATE.get((machine, state))
    where = people.partner_of(tx, partner) if row else None
    if row and where:
        wake(tx, where.id, calendar(where.country, where.subdivision, where.timezone), row.after)


def left(tx: Tx, machine: str, subject: str) -> None:
    """A subject moves on: how often it was brought up where it stood counts no more."""
    if machine in REMINDS:
        _FORGET.run(tx.db, {"t": tx.team, "m": machine, "s": subject})


def wake_all_partners(tx: Tx) -> None:
    """Look at every partner on the next business morning, whatever was set before: after an
    upgrade, a restore, a long time off."""
    for row in tx.db.execute(select(_partners)):
        wake(
            replace(tx, team=row.team),
            row.id,
            calendar(row.country, row.subdivision, row.timezone),
            1,
        )


def wake(tx: Tx, partner: str, cal: Calendar, business_days: int) -> None:
    """Look what is due for this partner, that many business days from today at 09:00 there. Once
    per partner and day."""
    today = cal.today(tx.now)
    if tx.once((SWEEP, tx.team, partner, cal, today, business_days)):
        outbox.set_timer(tx, SWEEP, partner, cal.morning(cal.after(today, business_days)))
