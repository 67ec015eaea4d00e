"""From when until when, as people say it of an absence: until Friday, 3-7 December, next week, back
on Monday. Knows no clock: `today` is an argument."""

import re
from datetime import date, timedelta

from dialogs.nlu.dates import COUNT, ISO, MONTHS, WEEKDAYS, day_ahead, day_said

Span = tuple[date | None, date]

_MONTH_NAMES = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_NUMBER = r"(\d{1,2})(?:st|nd|rd|th|\.)?"
_TO = r"\s*(?:-|–|—|\bto\b|\buntil\b|\btill?\b|\bthru\b|\bthrough\b|\band\b)\s*(?:the )?"
_BETWEEN_DAYS = re.compile(rf"\b{_NUMBER}{_TO}{_NUMBER} (?:of )?({_MONTH_NAMES})(?:,? (\d{{4}}))?")
_MONTH_THEN_DAYS = re.compile(rf"\b({_MONTH_NAMES}) {_NUMBER}{_TO}{_NUMBER}(?!\d| ?[a-z])")
_NUMBERS_APART = re.compile(r"(?<![\d.])(\d{1,2})\.?\s*[-–—]\s*(\d{1,2})\.(\d{1,2})\b")
_UNTIL = re.compile(r"\b(?:until|till?|through|thru|up to|to)\b|\s[-–—]+\s|[–—]|(?<=\.)-")
_UNTIL_WORDS = ("until", "til", "till", "through", "thru", "up to")
_BACK_ON = re.compile(
    r"\b(?:back|returning|return|available again|here again)\b"
    r"(?: (?:in|at|to) (?:the )?(?:office|work|desk))?(?: again)?(?: (?:on|by|from|in|at))?\s+"
)
_FOR = re.compile(
    r"\b(?:for|the next|next) (?:the next |about |another )?"
    r"(\d{1,3}|a|one|two|three|four|five|six) (day|week|month)s?\b"
)
_IN = re.compile(r"\bin (\d{1,3}|a|one|two|three|four|five|six) (day|week|month)s?\b")
_PERIOD = re.compile(
    r"\b(this|next|end of (?:the|this|next)|rest of (?:the|this)|all|the whole|the entire)\s+"
    r"(week(?:end)?|month)\b"
)
_END_OF = re.compile(rf"^end of (?:the )?(?:({_MONTH_NAMES})|year\b)")
_WHOLE_MONTH = re.compile(
    rf"\b(?:in|all of|the whole of|during|whole) ({_MONTH_NAMES})(?![a-z]|\.? ?\d)"
)
_ONLY_MONTH = re.compile(rf"^({_MONTH_NAMES})(?![a-z]|\.? ?\d)")
_ORDINAL = re.compile(r"\b(?:the )?(\d{1,2})(?:st|nd|rd|th)\b")
_DAY_OF_NEXT_WEEK = re.compile(
    r"\b(mon|tue|wed|thu|fri|sat|sun)[a-z]* (?:of )?next week\b|\bnext week,? (?:on )?"
    r"(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b"
)
_ASIDE = re.compile(r"[;!?\n]|,(?! ?\d{4}\b)|\.(?=\s|$)")
_OVER = re.compile(r"\b(?:yesterday|last)\b")
_HAS_WEEKDAY = re.compile(r"\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b")


def range_said(text: str, today: date) -> Span | None:
    """From when until when, both days included, as people say it of an absence: "from tomorrow
    until december 12", "3-7 December", "next week", "until Friday", "for two weeks", "back on
    Monday" (until the day before). The first is None where no start was said or it is over; a day
    alone is a span of one day. None where no day is named.

    Days are the coming ones. A week ends on its Sunday: whoever is away "next week" is not back on
    Saturday.
    """
    said = re.sub(r"\s+", " ", text.lower().replace("’", "'")).strip()
    try:
        found = next((span for read in _SPANS if (span := read(said, today))), None)
    except (ValueError, OverflowError):
        return None
    if found is None:
        return None
    start, end = found
    if start is not None and end < start:
        end = _after_start(said, start, end)
    return (start if start and start >= today else None), end


def _after_start(said: str, start: date, end: date) -> date:
    """ "From Friday until Wednesday": the end is the first such day after the start."""
    if _HAS_WEEKDAY.search(said):
        return end + timedelta(days=7 * -((end - start).days // 7))
    return end if re.search(r"\b\d{4}\b", said) else end.replace(year=end.year + 1)


def _days_of_one_month(said: str, today: date) -> Span | None:
    """ "3-7 December", "December 3 to 7", "1.-12.12."."""
    if m := _BETWEEN_DAYS.search(said):
        first, last, month = m[1], m[2], f"{m[3]} {m[4] or ''}"
    elif m := _MONTH_THEN_DAYS.search(said):
        first, last, month = m[2], m[3], m[1]
    elif m := _NUMBERS_APART.search(said):
        end = day_ahead(f"{m[2]}.{m[3]}.", today)
        return (end.replace(day=int(m[1])), end) if end else None
    else:
        return None
    end = day_ahead(f"{last} {month}".strip(), today)
    return (end.replace(day=int(first)), end) if end else None


def return_said(text: str, today: date) -> date | None:
    """The day on which somebody says to be back: "back on Monday", "I'll return in two weeks"; None
    where none is named that is to come."""
    said = re.sub(r"\s+", " ", text.lower().replace("’", "'")).strip()
    if not (m := _BACK_ON.search(said)):
        return None
    rest = _ASIDE.split(said[m.end() :])[0].removeprefix("the ")
    if week := _PERIOD.match(rest):
        back: date | None = _period(week, today)[0]
    elif (count := _IN.search(said)) and count.end() >= m.end():
        back = _later(today, count)
    else:
        back = _after_today(rest, today)
    return back if back and back > today else None


def _until_back(said: str, today: date) -> Span | None:
    """ "Back on Monday": away until the day before."""
    back = return_said(said, today)
    return (None, back - timedelta(days=1)) if back else None


def _from_until(said: str, today: date) -> Span | None:
    """ "Until Friday", "from tomorrow until december 12", "1 Dec - 12 Dec"."""
    for m in _UNTIL.finditer(said):
        rest = _ASIDE.split(said[m.end() :])[0].strip().removeprefix("the ")
        start = _one_day(said[: m.start()], today)
        if start is None and m[0] not in _UNTIL_WORDS:
            continue
        if period := _PERIOD.match(rest):
            first, last = _period(period, today)
            end = last if period[1] != "next" else first - timedelta(days=1)
        elif ends := _END_OF.match(rest):
            end = _month(ends[1] or "december", today)[1]
        elif month := _ONLY_MONTH.match(rest):
            end = _month(month[1], today)[0] - timedelta(days=1)
        elif found := _after_today(rest, today):
            end = found
        else:
            continue
        return start, end
    return None


def _for_so_long(said: str, today: date) -> Span | None:
    """ "For two weeks", "the next three days"."""
    if not (m := _FOR.search(said)):
        return None
    start = _one_day(said.replace(m[0], " "), today)
    return start, _later(start or today, m) - timedelta(days=1)


def _whole_period(said: str, today: date) -> Span | None:
    """ "Next week", "the rest of the month", "all of December"."""
    if _DAY_OF_NEXT_WEEK.search(said):
        return None
    if m := _PERIOD.search(said):
        return _period(m, today)
    return _month(m[1], today) if (m := _WHOLE_MONTH.search(said)) else None


def _single_day(said: str, today: date) -> Span | None:
    day = _one_day(said, today)
    return (day, day) if day else None


_SPANS = (
    _until_back,
    _days_of_one_month,
    _from_until,
    _for_so_long,
    _whole_period,
    _single_day,
)


def _one_day(said: str, today: date) -> date | None:
    """One coming day: "the 12th" and "Monday of next week" too."""
    if m := _DAY_OF_NEXT_WEEK.search(said):
        monday = today + timedelta(days=7 - today.weekday())
        name = m[1] or m[2]
        return monday + timedelta(days=[w[:3] for w in WEEKDAYS].index(name))
    day = day_said(said, today) if _OVER.search(said) else day_ahead(said, today)
    if day:
        return day
    if (m := _ORDINAL.search(said)) and 1 <= int(m[1]) <= 31:
        month = today.replace(day=1)
        for _ in range(12):
            try:
                if (found := month.replace(day=int(m[1]))) >= today:
                    return found
            except ValueError:
                pass
            month = _next_month(month)
    return None


def _after_today(said: str, today: date) -> date | None:
    """The same, where "until Monday" is said on a Monday: the next one is meant."""
    day = _one_day(said, today)
    named = day == today and _HAS_WEEKDAY.search(said) and not ISO.search(said)
    return today + timedelta(days=7) if named else day


def _period(m: "re.Match[str]", today: date) -> tuple[date, date]:
    """The first and the last day of "this week", "next month" and the like."""
    if m[2] == "month":
        first = today.replace(day=1)
        first = _next_month(first) if "next" in m[1] else first
        return first, _next_month(first) - timedelta(days=1)
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7 * ("next" in m[1]))
    saturday, sunday = monday + timedelta(days=5), monday + timedelta(days=6)
    return (saturday if m[2] == "weekend" else monday), sunday


def _month(name: str, today: date) -> tuple[date, date]:
    number = next(n for n, month in enumerate(MONTHS, 1) if month[:3] == name[:3])
    year = today.year + (number < today.month)
    first = date(year, number, 1)
    return first, _next_month(first) - timedelta(days=1)


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _later(start: date, m: "re.Match[str]") -> date:
    many = COUNT.get(m[1]) or int(m[1])
    return start + timedelta(days=many * {"day": 1, "week": 7, "month": 30}[m[2]])
