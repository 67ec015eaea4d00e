"""What is written on a link: does it name a host to which the link does not lead? Opens nothing,
looks up nothing."""

import re
from ipaddress import AddressValueError, IPv6Address

from ada_url import URL

from domain.links.link_tricks import INVISIBLE, as_read

LABEL_AT_MOST = 300
_BY_NAME = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}")
# Whatever follows a scheme or two slashes is a host for a browser, with or without a dot.
_AFTER_SLASHES = re.compile(r"(?:\b(?:https?|wss?|ftps?|file):/*|//+)([^\s/?#\"'<>|(),;]+)")
_WITHOUT_A_DOT = re.compile(r"(?<![\w.-])(localhost|[a-z][\w-]*(?=:\d{1,5}/))(?![\w.-])")
# Four numbers, or any hexadecimal one. Fewer decimal numbers are a date or a version, unless
# nothing else is written.
_BY_NUMBER = re.compile(
    r"(?<![\w.])(?:\d+(?:\.\d+){3}|(?:\w+\.){0,3}0x[0-9a-f]*(?:\.\w+){0,3})(?![\w]|\.\w)"
)
_BY_NUMBER_ALONE = re.compile(r"[0-9a-fx]+(?:\.[0-9a-fx]+){0,3}\.?(?:[:/?#]\S*)?")
_SMALLEST_ALONE = 1 << 24
_BY_NUMBER_6 = re.compile(r"[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*")


def wrong_label(label: str, host: str) -> str:
    """Why this must not be written on a link that leads to `host`: label_too_long, label, or ""
    when it may be."""
    if len(label) > LABEL_AT_MOST:
        return "label_too_long"
    if INVISIBLE.search(re.sub(r"[\t\r\n]", " ", label)):
        return "label"
    return "label" if hosts_named(label) - {host} else ""


def hosts_named(label: str) -> set[str]:
    """The hosts that a label names, by name or by number, in lower case."""
    said = as_read(label).replace("\\", "/").lower()
    found = set(_BY_NAME.findall(said)) | {_host(m) for m in _AFTER_SLASHES.findall(said)}
    found |= set(_WITHOUT_A_DOT.findall(said)) | set(_BY_NUMBER.findall(said)) | _six(said)
    if alone := _number_alone(said.strip()):
        found.add(alone)
    return found


def _host(authority: str) -> str:
    """Host of an authority: without who and without the port."""
    place = authority.rpartition("@")[2]
    return re.sub(r":\d*$", "", place).rstrip(".:!")


def _six(said: str) -> set[str]:
    """What can be read as IPv6; hours and "::" alone cannot."""
    found = set()
    for token in _BY_NUMBER_6.findall(said):
        try:
            IPv6Address(token.strip("."))
        except AddressValueError:
            continue
        if re.search(r"[0-9a-f]", token):
            found.add(token)
    return found


def _number_alone(said: str) -> str:
    """A label that is nothing but a number, as a browser's address bar would read it."""
    if not _BY_NUMBER_ALONE.fullmatch(said):
        return ""
    number = re.split(r"[:/?#]", said)[0]
    if number.isdigit() and int(number[:20]) < _SMALLEST_ALONE:
        return ""
    try:
        read = URL(f"http://{said}").hostname
    except ValueError:
        return ""
    return read if re.fullmatch(r"\d+(?:\.\d+){3}", read) else ""
