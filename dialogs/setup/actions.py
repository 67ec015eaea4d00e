"""Setup: who may, the form, what is wrong in a field, and saving it. Thin: the rule is domain/setup.py's."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from dialogs.engine import notifications
from dialogs.engine.answers import look_tonight
from dialogs.engine.conversation_store import MENU_LIVES, offer_to
from dialogs.engine.turn import Turn
from dialogs.report import weekly
from domain import people, setup
from domain.people import Role

Events = list[dict[str, Any]]
SHOWN = 8
FIELDS = (
    "name", "tenants", "partner_id", "country", "subdivision", "zone", "approvers", "supporters", "support_channel",
    "admins_channel",
)  # fmt: skip


class LookAtSetup(Action):  # type: ignore[misc]
    """Does Slack say that this person administers the workspace? The door has asked again just now."""

    def name(self) -> str:
        return "action_look_at_setup"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        stage = "filled" if tracker.get_slot("setup_name") else "open"
        return [SlotSet("setup_stage", stage if turn.person.slack_admin else "not_admin")]


class SayWhoCanSetUp(Action):  # type: ignore[misc]
    """Who can, as far as we know."""

    def name(self) -> str:
        return "action_say_who_can_set_up"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        dispatcher.utter_message(response="setup/who_can", json_message={"admins": setup.slack_admins(turn.tx)[:SHOWN]})
        return []


class AskSetupButton(Action):  # type: ignore[misc]
    """The form's button; one per partner where there are several. It is asked in private, wherever it was said."""

    def name(self) -> str:
        return "action_ask_setup_button"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        turn.private = True
        known = setup.partners(turn.tx)
        rows = [
            {"name": p.name, "offer": offer_to(turn.tx, turn.person.id, "menu", {"partner_row": p.id}, MENU_LIVES)}
            for p in known[:SHOWN]
        ]
        more, own = max(0, len(known) - SHOWN), offer_to(turn.tx, turn.person.id, "menu", {}, MENU_LIVES)
        dispatcher.utter_message(json_message={"partners": rows, "more": more, "terms": own})
        return []


class FormSetup(Action):  # type: ignore[misc]
    """What stands in the form when it opens: the partner that the button named, else the only one, else a new one."""

    def name(self) -> str:
        return "action_form_setup"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        row, workspace = people.partner_of(turn.tx, str(tracker.get_slot("partner_row") or "")), people.workspace(turn.tx)
        tenants = [t.guid for t in people.tenants_of(turn.tx, row.id) if t.guid] if row else []
        values = {
            "name": row.name if row else "", "tenants": "\n".join(tenants), "partner_id": row.partner_id if row else "",
            "country": row.country if row else "", "subdivision": row.subdivision if row else "",
            "zone": row.timezone if row else turn.person.timezone, "approvers": _slack(turn, Role.APPROVER, row.id if row else ""),
            "supporters": _slack(turn, Role.SUPPORT, ""), "support_channel": workspace.support_channel if workspace else "",
            "admins_channel": workspace.admins_channel if workspace else "",
        }  # fmt: skip
        dispatcher.utter_message(json_message={"form": values})
        return []


class SaveSetup(Action):  # type: ignore[misc]
    """All of it at once, in the log, and told to the admins' channel."""

    def name(self) -> str:
        return "action_save_setup"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn: Turn = domain["turn"]
        said = {name: str(tracker.get_slot(f"setup_{name}") or "") for name in FIELDS}
        plan = setup.Description(
            said["name"].strip(), tuple(said["tenants"].split()), said["partner_id"], said["country"], said["subdivision"],
            said["zone"], tuple(said["approvers"].split()), tuple(said["supporters"].split()), said["support_channel"],
            said["admins_channel"],
        )  # fmt: skip
        id_, changed = setup.describe(turn.tx, turn.person, str(tracker.get_slot("partner_row") or ""), plan)
        weekly.arm(turn.tx)
        look_tonight(turn.tx)
        second = len(people.with_role(turn.tx, Role.APPROVER, id_)) > 1
        shown = {"of": plan.name, "changed": changed, "by": turn.person.name, "second": second}
        dispatcher.utter_message(response="setup/saved", json_message=shown)
        if changed:
            notifications.to_admins(turn.tx, "setup/changed", turn.data(**shown), key=f"setup:{turn.key}")
        return [SlotSet("partner_row", None)]


def _slack(turn: Turn, role: Role, partner: str) -> str:
    return " ".join(p.slack for p in people.with_role(turn.tx, role, partner))
