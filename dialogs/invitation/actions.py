"""Links that people bring: told apart, explained, passed on. Thin: the rule is
domain/links/links.py's, the way relay.py's."""

import re
from typing import Any

from dialogs.engine.context import Filled, Happening, Outcome, Slots, Turn
from dialogs.inputs import Mail
from dialogs.invitation import explain, mail, relay
from domain import people
from domain.links.links import Kind
from domain.people import Role
from domain.providers import invitation, providers
from domain.storage.rows import existing

EXPLAINED = (Kind.CUSTOMER, Kind.JOINT, Kind.GDAP)
_FROM = re.compile(
    r"^(?:(?:it|that|this)(?:'s| is)? )?(?:said to be )?(?:from |by )?(?:our |the )?(?:provider "
    r"|distributor |disti )?",
    re.IGNORECASE,
)
LONGEST_NAME = 80


def action_look_at_link(turn: Turn, slots: Slots) -> Outcome:
    """Which of the kinds is it, and was it here before?"""
    link, forwarded = slots["link"], slots["mail"]
    if forwarded:
        return Outcome().fill(_in_mail(turn, Mail(**forwarded)))
    if not link:
        return Outcome().fill(link_stage="none")
    found = [("link_stage", _stage(turn, link))]
    named = _provider_named(turn, link.get("rest", "")) if not slots["said_from"] else None
    return Outcome().fill([*found, ("said_from", named)] if named else found)


def _in_mail(turn: Turn, said: Mail) -> Filled:
    """The link in a mail, and from whom the mail says that it is; the mail itself is not kept."""
    passed, claim = mail.look(turn.tx, turn.person.partner, said), mail.claim_of(said)
    kind = passed.judged.kind if passed else Kind.UNKNOWN
    if passed is None or (claim and kind not in (Kind.CANDIDATE, *EXPLAINED)):
        return [("link_stage", "mail"), ("mail", {"claim": claim})]
    link = mail.link_slot(passed, said)
    found = [("mail", None), ("link", link), ("link_stage", _stage(turn, link))]
    if link["relay"] and link["kind"] not in EXPLAINED:
        return [*found, ("said_from", mail.provider_of(turn.tx, turn.person.partner, said))]
    return found


def action_explain_mail(turn: Turn, slots: Slots) -> Outcome:
    """A claim is never believed by its sender; a mail without a link is said to be one."""
    result = Outcome()
    if claim := slots["mail"]["claim"]:
        result.say("invitation/mail_claim", {"claim": claim, "in_channel": False})
    else:
        result.say("invitation/mail_unread", {"why": "no_link"})
    return result


def _stage(turn: Turn, link: dict[str, Any]) -> str:
    if link["reason"] == "two_links" and link["only"]:
        return "two_links"
    if link["kind"] in EXPLAINED:
        return "explained"
    if link["reason"]:
        return "refused"
    if invitation.known(turn.tx, turn.person.partner, link["relay"]):
        return "known"
    return "candidate" if link["kind"] == Kind.CANDIDATE else "page"


def _provider_named(turn: Turn, said: str) -> str | None:
    """The provider whose name stands in what was said beside the link, if it is one that we
    know."""
    found = [
        p.id for p in providers.named_in(providers.of_partner(turn.tx, turn.person.partner), said)
    ]
    return found[0] if len(found) == 1 else None


def action_explain_link(turn: Turn, slots: Slots) -> Outcome:
    """What it is instead, and what to do; what looks like a trick is put before support, as dead
    text."""
    result = Outcome()
    link = slots["link"]
    if slots["link_stage"] == "known":
        row = existing(invitation.known(turn.tx, turn.person.partner, link["relay"]))
        result.say("invitation/known", relay.card(turn.tx, row))
        return result
    seen = explain.put_before_support(turn.tx, turn.person.partner, turn.person, link, key=turn.key)
    said = explain.about(turn.tx, turn.person.partner, link) | {"support_sees_it": seen}
    result.say("invitation/explain", said)
    return result


def action_take_that_one(turn: Turn, slots: Slots) -> Outcome:
    """Of several links the one into Partner Center."""
    link = slots["link"]
    link = link | {
        "relay": link["only"],
        "only": "",
        "reason": "",
        "kind": str(Kind.CANDIDATE),
        "said_so": True,
    }
    return Outcome().fill(link=link, link_stage=_stage(turn, link))


def action_ask_only_that(turn: Turn, slots: Slots) -> Outcome:
    result = Outcome()
    result.show({"shown": slots["link"]["shown"]})
    return result


def action_ask_said_from(turn: Turn, slots: Slots) -> Outcome:
    """The providers that the partner spoke of; another one is written."""
    result = Outcome()
    known = providers.of_partner(turn.tx, turn.person.partner)[:4]
    result.show({"options": [{"value": p.id, "label": p.name} for p in known]})
    return result


def validate_said_from(turn: Turn, slots: Slots) -> Outcome:
    """A provider by button or by name; the name is kept as it was said."""
    result = Outcome()
    said = str(slots["said_from"]).strip()
    if providers.get(turn.tx, turn.person.partner, said):
        return result
    name = _FROM.sub("", said, count=1).strip(" .!\"'")
    if not providers.key_of(name) or len(name) > LONGEST_NAME or "://" in name:
        result.say("invitation/which_provider")
        return result.fill(said_from=None)
    known = providers.named_in(providers.of_partner(turn.tx, turn.person.partner), name)
    short = len(known) == 1 and providers.key_of(name) in map(
        providers.key_of, providers.short_names(known[0].name)
    )
    return result.fill(
        said_from=known[0].id if short else providers.note(turn.tx, turn.person.partner, name)
    )


def action_pass_on(turn: Turn, slots: Slots) -> Outcome:
    """To the Global admin, or kept until that is possible; the asker learns who has it."""
    result = Outcome()
    provider = str(slots["said_from"])
    done = relay.pass_on(
        turn.tx, turn.person.partner, turn.person, slots["link"]["relay"], provider
    )
    if done.stage != "no_admin":
        result.say("invitation/passed_on", _told(turn, provider, done))
    return result.fill(passed_on=done.stage, invitation=done.invitation)


def _told(turn: Turn, provider: str, done: relay.Passed) -> dict[str, Any]:
    row = existing(providers.get(turn.tx, turn.person.partner, provider))
    mine = done.admin is not None and done.admin.id == turn.person.id
    return {
        "stage": done.stage,
        "provider": row.name,
        "admin": done.admin.name if done.admin else "",
        "mine": mine,
        "case": turn.case(),
    }


def action_ask_invite_admin(turn: Turn, slots: Slots) -> Outcome:
    """Nobody is recorded as Global admin: who is it?"""
    result = Outcome()
    result.show({"options": [{"value": turn.person.id, "label": turn.person.name}]})
    return result


def validate_invite_admin(turn: Turn, slots: Slots) -> Outcome:
    """A live colleague, by button, name or mention."""
    result = Outcome()
    said = str(slots["invite_admin"]).strip()
    if said == turn.person.id or re.fullmatch(
        r"(?:me|i am|it is me|that is me|myself)", said.lower()
    ):
        return result.fill(invite_admin=turn.person.id)
    found = people.by_name(
        turn.tx, said.removeprefix("<@").removesuffix(">").lstrip("@"), turn.person.partner
    )
    if len(found) == 1 and found[0].has(Role.STAFF):
        return result.fill(invite_admin=found[0].id)
    result.say("enroll/which_admin", {"found": len(found)})
    return result.fill(invite_admin=None)


def action_name_invite_admin(turn: Turn, slots: Slots) -> Outcome:
    """The claim is recorded; what waited goes to the one who was named."""
    result = Outcome()
    admin = people.by_id(turn.tx, str(slots["invite_admin"]))
    assert admin is not None, "validate_invite_admin lets only known people through"
    admin = people.claim_global_admin(turn.tx, admin, turn.person)
    turn.assistant.tell(Happening.ADMIN_NAMED, turn.tx, turn.person.partner, turn.person)
    done = relay.Passed("sent", str(slots["invitation"]), admin)
    result.say("invitation/passed_on", _told(turn, str(slots["said_from"]), done))
    return result
