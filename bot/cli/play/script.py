"""A line of `changeover play` as typed steps. What cannot be played is refused before anything is
played."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

TODAY = date(2026, 11, 30)
MAX_LINE, MAX_STEPS, LONGEST_WAIT = 100_000, 200, timedelta(days=3_660)
CARD, LAST = "card", "last"
# Which keys a step may have, by the key that says what it does.
KEYS: dict[str, tuple[str, ...]] = {
    "say": ("as", "say", "in", "thread"),
    "press": ("as", "press", "label", "nth"),
    "edit": ("as", "edit"),
    "wait": ("wait",),
}
# Read by the repo's own tests (tests/context.py); it changes nothing in what is played.
EXPECT = "expect"
_NUMBER = r"(?:(\d+(?:[.,]\d+)?)%s)?"
_DURATION = re.compile(
    "P"
    + "".join(_NUMBER % unit for unit in "WD")
    + "(?:T"
    + "".join(_NUMBER % unit for unit in "HMS")
    + ")?"
)


class BadLine(ValueError):
    """A line that cannot be played; the message says why."""


@dataclass(frozen=True)
class Say:
    """A message. `place`: a channel, "" for the direct messages; `thread`: CARD, LAST or ""."""

    who: str
    text: str
    place: str = ""
    thread: str = ""


@dataclass(frozen=True)
class Press:
    """A button: `<flow>.<slot>.<option>`, or `<flow>.<slot>` with a part of its label or its number
    in the message (from 1)."""

    who: str
    button: str
    label: str = ""
    nth: int = 0


@dataclass(frozen=True)
class Edit:
    """The message of an earlier step, counted from 1, reads otherwise now."""

    who: str
    step: int
    text: str


@dataclass(frozen=True)
class Wait:
    """Whole days go by the calendar, the rest by the clock."""

    said: str
    days: float
    more: timedelta


Step = Say | Press | Edit | Wait


@dataclass(frozen=True)
class Script:
    """One conversation to play."""

    id: str | int
    today: date
    steps: tuple[Step, ...]


def id_of(row: Any) -> str | int | None:
    """The id of a line, None where it has none."""
    found = row.get("id") if isinstance(row, dict) else None
    return found if isinstance(found, str | int) and not isinstance(found, bool) else None


def decoded(line: bytes) -> Any:
    """The JSON of a line. Raises BadLine."""
    try:
        text = line.decode("utf-8")
        if len(text.rstrip("\r\n")) > MAX_LINE:
            raise BadLine(f"longer than {MAX_LINE} characters")
        row = json.loads(text)
        json.dumps(row, ensure_ascii=False).encode()  # half a character is no text
    except (ValueError, RecursionError) as error:
        raise BadLine(str(error)) from error
    return row


def script_of(row: Any, people: Mapping[str, str], places: Mapping[str, str]) -> Script:
    """The conversation of a decoded line. `people`, `places`: who and what is there, by name.
    Raises BadLine."""
    if not isinstance(row, dict):
        raise BadLine("not an object")
    if (id_ := id_of(row)) is None:
        raise BadLine("needs an id, a text or a whole number")
    steps = row.get("steps")
    if not isinstance(steps, list) or not steps or len(steps) > MAX_STEPS:
        raise BadLine(f"needs steps, 1 to {MAX_STEPS}")
    found: list[Step] = []
    for number, step in enumerate(steps, 1):
        try:
            found.append(_step(step, people, places, found))
        except BadLine as wrong:
            raise BadLine(f"step {number}: {wrong}") from wrong
    return Script(id_, _day(row.get("today", TODAY.isoformat())), tuple(found))


def _day(said: Any) -> date:
    try:
        if not isinstance(said, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", said):
            raise ValueError("no ISO day")
        return date.fromisoformat(said)
    except ValueError as error:
        raise BadLine(f"today is a day like {TODAY}, not {said!r}") from error


def _step(
    step: Any, people: Mapping[str, str], places: Mapping[str, str], before: list[Step]
) -> Step:
    if not isinstance(step, dict):
        raise BadLine("not an object")
    kinds = [kind for kind in KEYS if kind in step]
    if len(kinds) != 1:
        raise BadLine(f"needs one of {', '.join(KEYS)}")
    for key in step:
        if key not in (*KEYS[kinds[0]], EXPECT):
            raise BadLine(f"unknown key {key!r}")
    if kinds == ["wait"]:
        return _wait(_text(step, "wait"))
    who = _text(step, "as")
    if who not in people:
        raise BadLine(f"there is nobody called {who!r}, but {', '.join(people)}")
    if kinds == ["say"]:
        return _say(step, who, places)
    return _press(step, who) if kinds == ["press"] else _edit(step["edit"], who, before)


def _say(step: dict[str, Any], who: str, places: Mapping[str, str]) -> Say:
    place, thread = _text(step, "in", ""), _text(step, "thread", "")
    if place and place not in places:
        raise BadLine(f"there is no channel {place!r}, but {', '.join(places)}")
    if thread not in ("", CARD, LAST) or (thread == CARD and not place):
        raise BadLine(f"thread is {LAST!r}, or {CARD!r} beside 'in', not {thread!r}")
    return Say(who, _text(step, "say"), place, thread)


def _press(step: dict[str, Any], who: str) -> Press:
    nth = step.get("nth", 0)
    if "nth" in step and (type(nth) is not int or nth < 1):
        raise BadLine(f"nth is a whole number from 1, not {nth!r}")
    if "nth" in step and "label" in step:
        raise BadLine("either label or nth, not both")
    return Press(who, _text(step, "press"), _text(step, "label", ""), nth)


def _edit(edit: Any, who: str, before: list[Step]) -> Edit:
    if not isinstance(edit, dict) or set(edit) != {"step", "say"}:
        raise BadLine("edit is an object of step and say")
    number = edit["step"]
    if type(number) is not int or not 1 <= number <= len(before):
        raise BadLine(f"there is no step {number!r} before it")
    said = before[number - 1]
    if not isinstance(said, Say) or said.who != who:
        raise BadLine(f"step {number} is no message of {who}")
    return Edit(who, number, _text(edit, "say"))


def _text(step: dict[str, Any], key: str, default: str | None = None) -> str:
    value = step.get(key, default)
    if not isinstance(value, str):
        raise BadLine(f"{key} is a text" if key in step else f"needs {key!r}")
    return value


def _wait(said: str) -> Wait:
    found = _DURATION.fullmatch(said)
    if not found or not any(found.groups()):
        raise BadLine(f"wait is a time like P2D or PT4H, not {said!r}")
    weeks, days, hours, minutes, seconds = (
        float((part or "0").replace(",", ".")) for part in found.groups()
    )
    try:
        more = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        if timedelta(days=7 * weeks + days) + more > LONGEST_WAIT:
            raise OverflowError
    except OverflowError as error:
        raise BadLine(f"wait is at most {LONGEST_WAIT.days} days, not {said!r}") from error
    return Wait(said, 7 * weeks + days, more)


def later(now: datetime, wait: Wait) -> datetime:
    """The moment after the wait. `now`: in the zone whose days count."""
    whole = int(wait.days)
    rest = timedelta(days=wait.days - whole) + wait.more
    return ((now + timedelta(days=whole)).astimezone(UTC) + rest).astimezone(now.tzinfo)
