"""What became of an invitation, as people say it: accepted, not ours, dead, and seen in the list or
not. Thin."""

from dialogs.engine import notifications
from dialogs.engine.context import Outcome, Slots, Turn
from dialogs.invitation import relay
from dialogs.invitation.company_shown import company_shown
from domain.machine import NotAllowed
from domain.people import Role
from domain.providers import invitation, providers
from domain.providers.invitation import Invitation
from domain.providers.partnership import MACHINE, Event
from domain.storage.rows import existing

SEEN = {"in_list": Event.SEEN_IN_LIST, "not_in_list": Event.NOT_IN_LIST}
OUTCOMES = {"accepted": Event.ACCEPTED, "not_ours": Event.NOT_OURS, "link_dead": Event.LINK_DEAD}


def action_look_at_invitation(turn: Turn, slots: Slots) -> Outcome:
    """Is the invitation that the button spoke of still open?"""
    row = _row(turn, slots)
    if row is None:
        return Outcome().fill(invite_known="none")
    return Outcome().fill(invite_known="closed" if row.state == invitation.CLOSED else "open")


def action_note_invite_outcome(turn: Turn, slots: Slots) -> Outcome:
    """Recorded as reported; who brought it hears of it; the link is not kept."""
    result = Outcome()
    note_outcome(turn, result, existing(_row(turn, slots)), str(slots["invite_outcome"]))
    return result


def note_outcome(turn: Turn, result: Outcome, row: Invitation, outcome: str) -> None:
    """The invitation is over, and how: through its table, to whoever brought it, onto the admin's
    message."""
    relay.move(turn.tx, row.provider, OUTCOMES[outcome], turn.person, row.partner)
    relay.finish(turn.tx, row, outcome)
    relay.tell_bringer(turn.tx, row, "invitation/became", turn.person, outcome=outcome)
    told = False
    if outcome == "not_ours":
        own = turn.partner.name if turn.partner else ""
        said = turn.text if turn.intent or not turn.pressed else ""
        shown = company_shown(said, relay.expected_of(turn.tx, row), own).name
        told = relay.warn_support(turn.tx, row, turn.person, shown)
    mine = turn.person.has(Role.GLOBAL_ADMIN)
    noted = relay.card(turn.tx, row) | {
        "outcome": outcome,
        "link": "",
        "case": turn.case(),
        "mine": mine,
        "support_told": told,
    }
    turn.about["wrong_about"] = f"{MACHINE.name}:{row.provider}"
    result.say("invitation/noted", noted)


def action_ask_invite_outcome(turn: Turn, slots: Slots) -> Outcome:
    """Whoever was warned just now finds *Not ours* first."""
    warned = any(name == "invitation/do_not_accept" for name, _ in turn.parts)
    return Outcome().show({"warned": warned})


def action_show_again(turn: Turn, slots: Slots) -> Outcome:
    """The link once more, in this very answer, to nobody but a Global admin (F-INVITE-GA)."""
    result = Outcome()
    row = existing(_row(turn, slots))
    if not turn.person.has(Role.GLOBAL_ADMIN):
        raise NotAllowed("role")
    if row.sent_to != turn.person.id:
        relay.send_again(turn.tx, row, turn.person)
        row = existing(_row(turn, slots))
    turn.private = True
    turn.about["invitation"] = row.id
    result.say("invitation/for_admin", relay.card(turn.tx, row) | {"state": "open"})
    return result


def action_ask_listed(turn: Turn, slots: Slots) -> Outcome:
    result = Outcome()
    row = _row(turn, slots)
    result.show({"provider": relay.card(turn.tx, row)["provider"] if row else ""})
    return result


def action_note_listed(turn: Turn, slots: Slots) -> Outcome:
    """Seen in the list: the partnership stands. Not seen: what to check, and a person."""
    result = Outcome()
    row, said = _row(turn, slots), slots["listed"]
    if row is None:
        result.say("invitation/closed_before")
        return result
    note_seen(turn, result, row.provider, row, str(said))
    return result


def note_seen(
    turn: Turn, result: Outcome, provider: str, row: Invitation | None, said: str
) -> None:
    """Seen in the list or not: whoever brought the invitation (`row`, None where there was none)
    and the admins hear of it."""
    known = providers.get(turn.tx, turn.person.partner, provider)
    card = (
        relay.card(turn.tx, row) if row else {"in_channel": False, "today": turn.today.isoformat()}
    )
    data = card | {
        "provider": known.name if known else "",
        "listed": said,
        "link": "",
        "case": turn.case(),
    }
    turn.about |= {"wrong_about": f"{MACHINE.name}:{provider}"} | (
        {"invitation": row.id} if row else {}
    )
    if said in SEEN:
        relay.move(turn.tx, provider, SEEN[said], turn.person, turn.person.partner)
        if row and row.state != invitation.CLOSED and said == "in_list":
            relay.finish(turn.tx, row, "accepted")
        by_mail = row is not None and row.brought_by == invitation.MAIL.id
        if row and not (
            by_mail and said == "in_list"
        ):  # then the milestone says it in the same channel
            relay.tell_bringer(turn.tx, row, "invitation/became", turn.person, outcome=said)
    if said == "in_list":
        hear_of_it = {turn.person.id} | ({row.brought_by} if row else set())
        more, stamp = (
            data | {"by": turn.person.name, "partner": turn.partner.name if turn.partner else ""},
            row.id if row else f"{provider}:{turn.key}",
        )
        notifications.milestone(
            turn.tx,
            "notices/provider_listed",
            more,
            f"listed:{stamp}",
            turn.person.partner,
            but=hear_of_it,
        )
    result.say("invitation/listed", data | {"case": turn.case()})


def _row(turn: Turn, slots: Slots) -> Invitation | None:
    """The invitation that is spoken of, if it is the person's own partner's."""
    row = invitation.get(turn.tx, str(slots["invitation"] or ""))
    return row if row is not None and row.partner == turn.person.partner else None
