"""Setup: who may, the form, what is wrong in a field, and saving it. Thin: the rule is
domain/setup.py's."""

from dialogs.engine import notifications
from dialogs.engine.answers import look_tonight
from dialogs.engine.context import Outcome, Slots, Turn
from dialogs.engine.conversation_store import MENU_LIVES, offer_to
from dialogs.records import weekly_report
from domain import people, setup
from domain.people import Role

SHOWN = 8
FIELDS = (
    "name",
    "tenants",
    "partner_id",
    "country",
    "subdivision",
    "zone",
    "approvers",
    "supporters",
    "support_channel",
    "admins_channel",
)


def action_look_at_setup(turn: Turn, slots: Slots) -> Outcome:
    """Does Slack say that this person administers the workspace? The door has asked again just
    now."""
    stage = "filled" if slots["setup_name"] else "open"
    return Outcome().fill(setup_stage=stage if turn.person.slack_admin else "not_admin")


def action_say_who_can_set_up(turn: Turn, slots: Slots) -> Outcome:
    """Who can, as far as we know."""
    result = Outcome()
    result.say("setup/who_can", {"admins": setup.slack_admins(turn.tx)[:SHOWN]})
    return result


def action_ask_setup_button(turn: Turn, slots: Slots) -> Outcome:
    """The form's button; one per partner where there are several. It is asked in private, wherever
    it was said."""
    result = Outcome()
    turn.private = True
    known = setup.partners(turn.tx)
    rows = [
        {
            "name": p.name,
            "offer": offer_to(turn.tx, turn.person.id, "menu", {"partner_row": p.id}, MENU_LIVES),
        }
        for p in known[:SHOWN]
    ]
    more, own = (
        max(0, len(known) - SHOWN),
        offer_to(turn.tx, turn.person.id, "menu", {}, MENU_LIVES),
    )
    result.show({"partners": rows, "more": more, "terms": own})
    return result


def action_form_setup(turn: Turn, slots: Slots) -> Outcome:
    """What stands in the form when it opens: the partner that the button named, else the only one,
    else a new one."""
    result = Outcome()
    row, workspace = (
        people.partner_of(turn.tx, str(slots["partner_row"] or "")),
        people.workspace(turn.tx),
    )
    tenants = [t.guid for t in people.tenants_of(turn.tx, row.id) if t.guid] if row else []
    values = {
        "name": row.name if row else "",
        "tenants": "\n".join(tenants),
        "partner_id": row.partner_id if row else "",
        "country": row.country if row else "",
        "subdivision": row.subdivision if row else "",
        "zone": row.timezone if row else turn.person.timezone,
        "approvers": _slack(turn, Role.APPROVER, row.id if row else ""),
        "supporters": _slack(turn, Role.SUPPORT, ""),
        "support_channel": workspace.support_channel if workspace else "",
        "admins_channel": workspace.admins_channel if workspace else "",
    }
    result.show({"form": values})
    return result


def action_save_setup(turn: Turn, slots: Slots) -> Outcome:
    """All of it at once, in the log, and told to the admins' channel."""
    result = Outcome()
    said = {name: str(slots[f"setup_{name}"] or "") for name in FIELDS}
    plan = setup.Description(
        said["name"].strip(),
        tuple(said["tenants"].split()),
        said["partner_id"],
        said["country"],
        said["subdivision"],
        said["zone"],
        tuple(said["approvers"].split()),
        tuple(said["supporters"].split()),
        said["support_channel"],
        said["admins_channel"],
    )
    id_, changed = setup.describe(turn.tx, turn.person, str(slots["partner_row"] or ""), plan)
    weekly_report.arm(turn.tx)
    look_tonight(turn.tx)
    second = len(people.with_role(turn.tx, Role.APPROVER, id_)) > 1
    shown = {"of": plan.name, "changed": changed, "by": turn.person.name, "second": second}
    result.say("setup/saved", shown)
    if changed:
        notifications.to_admins(
            turn.tx, "setup/changed", turn.data(**shown), key=f"setup:{turn.key}"
        )
    return result.fill(partner_row=None)


def _slack(turn: Turn, role: Role, partner: str) -> str:
    return " ".join(p.slack for p in people.with_role(turn.tx, role, partner))
