"""One raw e-mail -> its texts, decoded. Knows RFC 822 and its limits; judges nothing, believes no sender, keeps no attachment."""

import re
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parseaddr
from hashlib import sha256

from dialogs.heard import Mail

MOST_BYTES, MOST_CHARACTERS, MOST_PARTS = 25 * 1024 * 1024, 200_000, 200
FORMS = {"text/plain": "email_text", "text/html": "email_html"}
# What every mail program writes into the head, and what shows nothing and leads nowhere. Other meta tags refuse a mail.
_HARMLESS = re.compile(
    r"""<meta\s+(?:charset\s*=|http-equiv\s*=\s*["']?content-type|name\s*=\s*["']?(?:generator|viewport|progid|originator))[^<>]*>""",
    re.IGNORECASE,
)
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
    texts = _texts(message)
    sender, address = parseaddr(_header(message, "from"))
    seen = "\n".join([_header(message, "message-id"), address, _header(message, "date"), *(text for _, text in texts)])
    return Mail(
        sender[:80], address[:120], _header(message, "subject")[:200], texts, sha256(seen.encode("utf-8", "replace")).hexdigest()
    )


def _unboxed(raw: bytes) -> bytes:
    """Without the line that an mbox, or some MTAs, put in front."""
    return raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw


def _texts(message: EmailMessage) -> tuple[tuple[str, str], ...]:
    """(form, text) of each part that people read; attachments and what is too long are left out."""
    found = []
    for n, part in enumerate(message.walk()):
        if n >= MOST_PARTS:
            break
        form = FORMS.get(part.get_content_type())
        if form is None or part.is_multipart() or (part.get_content_disposition() or "") == "attachment":
            continue
        text = _decoded(part)
        if len(text) <= MOST_CHARACTERS:
            found.append((form, _HARMLESS.sub("", text) if form == "email_html" else text))
    return tuple(found)


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
    except (ValueError, IndexError, AttributeError, TypeError):  # headers that the standard library cannot parse
        return ""
