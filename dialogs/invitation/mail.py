"""A mail that was passed on: is there an invitation in it, a claim, or something else? Words
nothing, believes no sender."""

import re
from typing import Any

from dialogs.engine import notifications
from dialogs.engine.message_links import INVITES, Passed, of_found
from dialogs.inputs import Mail
from dialogs.invitation import explain, relay
from domain import people
from domain.links.link_found import Found, together
from domain.links.link_text import FINDERS, Form
from domain.links.links import Kind
from domain.providers import invitation, providers
from domain.storage.rows import existing
from domain.storage.store import Tx

# What Microsoft's mails about the enrollment claim. Their senders and subjects are not documented
# (G-APPROVAL-MAIL, X-VERIFY-MAIL).
_ENROLLMENT = r"(?:enrol\w*|application|indirect reseller|request)"
CLAIMS = tuple(
    (name, re.compile(pattern, re.IGNORECASE | re.DOTALL))
    for name, pattern in (
        (
            "verification",
            r"verif\w*\b.{0,60}\be-?mail|e-?mail\b.{0,40}\bverif|maccount@microsoft\.com",
        ),
        (
            "rejected",
            rf"\b(?:{_ENROLLMENT}|verification)\b.{{0,80}}\b(?:rejected|declined|denied|not "
            rf"(?:been )?approved)\b",
        ),
        (
            "approved",
            rf"\b{_ENROLLMENT}\b.{{0,120}}\bapproved\b|\bapproved\b.{{0,80}}\b(?:enrol\w*|indirect reseller|csp)\b",
        ),
    )
)
_FORWARDED = re.compile(r"^\s*(?:fwd?|wg|tr|rv|i|vs)\s*:", re.IGNORECASE)
_FROM = re.compile(r"^[>\s*]*(?:From|Von|De|Da|Van)\s*:\**\s*(.{1,200})$", re.MULTILINE)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@([A-Za-z0-9.-]{1,120}\.[A-Za-z]{2,})")
READ = 4_000


def look(tx: Tx, partner: str, mail: Mail) -> Passed | None:
    """The link in a mail, judged over all its parts: two different ones are two, wherever they are.
    None without a link."""
    found = together(FINDERS[Form(form)](text) for form, text in mail.texts)
    if not found.links:
        return None
    return of_found(
        Found(found.links, mail.unread or found.reason),
        words_of(mail),
        invitation.policy_of(tx, partner),
    )


def words_of(mail: Mail) -> str:
    """Subject and beginning of the text, for what the mail says of itself."""
    text = next((text for form, text in mail.texts if form == Form.EMAIL_TEXT), "") or " ".join(
        re.sub(r"<[^<>]*>", " ", text[: 4 * READ]) for _, text in mail.texts
    )
    return f"{mail.subject}\n{text[:READ]}"


def claim_of(mail: Mail) -> str:
    """What a mail about the enrollment claims: approved, rejected, verification; "" where it is
    about something else."""
    said = f"{mail.address}\n{words_of(mail)}"
    return next((name for name, pattern in CLAIMS if pattern.search(said)), "")


def link_slot(passed: Passed, mail: Mail) -> dict[str, Any]:
    """The link as the flow takes it. A mail that speaks of an invitation makes one of a page, as a
    sender's word does."""
    said = bool(INVITES.search(words_of(mail)))
    return passed.slot() | {"said_so": said, "rest": "", "matters": passed.matters or said}


def provider_of(tx: Tx, partner: str, mail: Mail) -> str:
    """From which provider the mail says that it is: one that we know by name, else whom the sender
    line names. A claim."""
    domain, name = _sender(mail)
    known = providers.of_partner(tx, partner)
    said = providers.key_of(f"{name} {words_of(mail)}")
    label = providers.key_of(domain.split(".")[-2]) if domain.count(".") else ""
    named = [p.id for p in known if p.key in said] or [
        p.id for p in known if label and p.key.startswith(label)
    ]
    if len(named) == 1:
        return str(named[0])
    best = domain or name or mail.address
    return (
        providers.note(tx, partner, best)
        if providers.key_of(best)
        else providers.note(tx, partner, "sender")
    )


def _sender(mail: Mail) -> tuple[str, str]:
    """Domain and name on the sender line; of a forwarded mail, of the one inside it."""
    line = f"{mail.sender} {mail.address}"
    if _FORWARDED.match(mail.subject) and (inner := _FROM.search(words_of(mail))):
        line = inner[1]
    found = _ADDRESS.search(line)
    return (found[1].lower() if found else ""), re.sub(r"[<\[(].*", "", line).strip(" \"'*")


def arrived(tx: Tx, partner: str, mail: Mail) -> str:
    """What an MTA piped in, of which nobody is known to have brought it: passed on, or told to the
    admins' channel.

    Returns what became of it: sent, waits, no_admin, listed_already, accepted_already, known, page,
    explained, refused, claim or nothing.
    """
    passed = look(tx, partner, mail)
    claim = claim_of(mail)
    if passed is None or (
        claim and passed.judged.kind not in (Kind.CANDIDATE, Kind.CUSTOMER, Kind.JOINT)
    ):
        return _told_claim(tx, mail, claim, partner) if claim else "nothing"
    link = link_slot(passed, mail)
    relayed = link["relay"]
    if link["kind"] in (Kind.CUSTOMER, Kind.JOINT, Kind.GDAP) or not relayed:
        explain.put_before_support(tx, partner, invitation.MAIL, link, key=mail.digest)
        _tell(tx, partner, mail, "explained", link)
        return "explained" if link["kind"] in (Kind.CUSTOMER, Kind.JOINT, Kind.GDAP) else "refused"
    if invitation.known(tx, partner, relayed):
        return "known"
    if (
        link["kind"] == Kind.PAGE
    ):  # whoever sent the mail is not proven: a person has to say that it is an invitation
        _tell(tx, partner, mail, "page", link)
        return "page"
    provider = provider_of(tx, partner, mail)
    done = relay.pass_on(tx, partner, invitation.MAIL, relayed, provider)
    row = existing(providers.get(tx, partner, provider))
    _tell(
        tx,
        partner,
        mail,
        done.stage,
        link,
        admin=done.admin.name if done.admin else "",
        provider=row.name,
    )
    return done.stage


def _told_claim(tx: Tx, mail: Mail, claim: str, partner: str) -> str:
    data = _data(tx, partner) | {"claim": claim}
    notifications.to_admins(tx, "invitation/mail_claim", data, key=f"mail:{mail.digest}:claim")
    return "claim"


def _tell(tx: Tx, partner: str, mail: Mail, stage: str, link: dict[str, Any], **more: Any) -> None:
    about = explain.about(tx, partner, link) | {"stage": stage, "admin": "", "claim": ""} | more
    notifications.to_admins(
        tx, "invitation/mail_came", _data(tx, partner) | about, key=f"mail:{mail.digest}:{stage}"
    )


def _data(tx: Tx, partner: str) -> dict[str, Any]:
    row = people.partner_of(tx, partner)
    return {
        "today": relay.today_of(tx, partner).isoformat(),
        "partner": row.name if row else "",
        "in_channel": True,
    }
