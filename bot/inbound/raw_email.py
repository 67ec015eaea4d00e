"""One raw e-mail -> its texts, decoded. Knows RFC 822 and its limits; judges nothing, believes no
sender, keeps no attachment."""

from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parseaddr
from hashlib import sha256

from dialogs.inputs import Mail
from domain.links.link_meta import without_harmless_meta

MOST_BYTES, MOST_CHARACTERS, MOST_PARTS = 25 * 1024 * 1024, 200_000, 200
HTML = frozenset(["text/html", "application/xhtml+xml", "text/x-amp-html"])
_HEADERS = ("from", "subject", "date", "message-id", "received", "mime-version", "content-type")


class NoMail(ValueError):
    """What came is no e-mail that could be taken: `why` is empty, too_large or no_headers."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def read(raw: bytes) -> Mail:
    """The mail. Raises NoMail; a part that cannot be decoded is taken as far as it can be."""
    if len(raw) > MOST_BYTES:
        raise NoMail("too_large")
    if not raw.strip():
        raise NoMail("empty")
    try:
        message = message_from_bytes(_unboxed(raw), policy=policy.default)
    except (MessageError, ValueError, RecursionError) as error:
        raise NoMail("no_headers") from error
    assert isinstance(message, EmailMessage)
    if not any(name in message for name in _HEADERS):
        raise NoMail("no_headers")
    texts, unread = _texts(message)
    sender, address = parseaddr(_header(message, "from"))
    seen = "\n".join(
        [
            _header(message, "message-id"),
            address,
            _header(message, "date"),
            *(text for _, text in texts),
        ]
    )
    digest = sha256(seen.encode("utf-8", "replace")).hexdigest()
    return Mail(
        sender[:80], address[:120], _header(message, "subject")[:200], texts, digest, unread=unread
    )


def _unboxed(raw: bytes) -> bytes:
    """Without the line that an mbox, or some MTAs, put in front."""
    return raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw


def _texts(message: EmailMessage) -> tuple[tuple[tuple[str, str], ...], str]:
    """(form, text) of each part that people read, nested mails included, and why a part was not
    read, "" when all were.

    Attachments are left out. A part that was not read may hold another link: none of this mail may
    then count.
    """
    found: list[tuple[str, str]] = []
    unread = ""
    for n, part in enumerate(message.walk()):
        if n >= MOST_PARTS:
            return tuple(found), "text_too_long"
        if part.get_content_maintype() == "message" and _is_encoded(part):
            unread = "unreadable"
        if part.is_multipart() or part.get_content_disposition() == "attachment":
            continue
        kind = part.get_content_type()
        if kind not in HTML and part.get_content_maintype() != "text":
            continue
        text = _decoded(part)
        if len(text) > MOST_CHARACTERS:
            unread = "text_too_long"
        elif kind in HTML:
            found.append(("email_html", without_harmless_meta(text)))
        else:
            found.append(("email_text", text))
    return tuple(found), unread


def _is_encoded(part: object) -> bool:
    """A nested mail that is itself encoded, which RFC 2046 forbids and some programs show all the
    same."""
    assert isinstance(part, EmailMessage)
    return _header(part, "content-transfer-encoding").strip().lower() in (
        "base64",
        "quoted-printable",
    )


def _decoded(part: object) -> str:
    assert isinstance(part, EmailMessage)
    try:
        return str(part.get_content())
    except (LookupError, ValueError, KeyError, AssertionError):
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, "") or "")
    except (
        ValueError,
        IndexError,
        AttributeError,
        TypeError,
    ):  # headers that the standard library cannot parse
        return ""
