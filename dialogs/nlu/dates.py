"""Days as people say them: today, last Thursday, 19.11., Nov 19. Knows no clock: `today` is an
argument."""

import re
from datetime import date, timedelta

from dateutil import parser

# Where 11/12 is the twelfth of November.
MONTH_FIRST = ("US", "PH", "BZ", "FM", "PW")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
MONTHS_A_YEAR = len(MONTHS)
_NAMED = re.compile(r"\b(?:(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\b")
_NUMBERED = re.compile(
    r"^\D*(?:(0?[1-9]|1[0-2])[./-](?:19|20)\d\d|(?:19|20)\d\d[./-](0?[1-9]|1[0-2])(?:[./-]\d\d?)?|(0?[1-9]|1[0-2]))\W*$"
)
_PARTS = re.compile(r",\s+|;|\s+(?:but|and|or|though|although)\s+", re.I)
_WEEKDAY_BEFORE = re.compile(  # "Friday, 20 November" is one day
    r"\b((?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?),\s+(?=(?:the )?\d|[a-z]{3,9}\.? \d)", re.I
)
_DENIED = re.compile(r"\bnot\b|n['\u2019]t\b", re.I)
_BACK = {
    "today": 0,
    "just now": 0,
    "now": 0,
    "this morning": 0,
    "this afternoon": 0,
    "yesterday": 1,
    "yday": 1,
    "last night": 1,
}
_BEFORE_YESTERDAY = re.compile(r"\b(?:the )?day before yesterday\b")
_COUNTS = "a|one|two|three|four|five|six|seven|eight|nine|ten"
_AGO = re.compile(rf"\b(\d{{1,3}}|{_COUNTS}) (day|week|fortnight)s? (?:ago|back|earlier)\b")
_TODAY = re.compile(
    rf"\b(?:\d{{1,2}}|an|{_COUNTS}|some|few) (?:minute|min|hour|hr)s? ago\b|\ba moment ago\b"
)
COUNT = {word: n for n, word in enumerate(_COUNTS.split("|")[1:], 1)} | {"a": 1}
_DAYS_OF = {"day": 1, "week": 7, "fortnight": 14}
_BEFORE_LAST = re.compile(r"\b(?:before last|last but one)\b")
_LAST_WEEK, _THIS_WEEK = re.compile(r"\blast week(?!end)"), re.compile(r"\bthis week(?!end)")
ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_DOTTED = re.compile(r"\b(\d{1,2})[./](\d{1,2})[./]?(\d{4}|\d{2})?(?!\d)")
_MONTH = re.compile(
    r"\b(?:\d{1,2}(?:st|nd|rd|th)?(?: of)? "
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? (?:the )?"
    r"\d{1,2}(?:st|nd|rd|th)?)\b(?:,? \d{4})?"
)

_ORDINALS = {
    word: n
    for n, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
        "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth".split(),
        1,
    )
}
_ORDINALS |= {"twentieth": 20, "thirtieth": 30, "thirty-first": 31}
_ORDINALS |= {f"twenty-{word}": 20 + n for word, n in list(_ORDINALS.items())[:9]}
_ORDINAL = rf"(\d{{1,2}}(?:st|nd|rd|th)|{'|'.join(sorted(_ORDINALS, key=len, reverse=True))})"
# "On the 20th", "the twenty-sixth of this month", or nothing else; not "the second person".
_DAY_OF_MONTH = re.compile(
    rf"\b(?:on|since|dated|from|of) the {_ORDINAL}"
    r"(?=$|[.,;!]| (?:of (?:this|last|the) month|we|i|it|she|he|they|and|at|by|already|in the)\b)"
    rf"|\bthe {_ORDINAL} of (?:this|last|the) month\b"
    rf"|^(?:(?:it |that |this )?(?:was |is ))?the {_ORDINAL}[.!]?$"
    r"|^(\d{1,2}(?:st|nd|rd|th))[.!]?$"
)

_WITH_WEEKDAY = re.compile(rf"\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? (?:the )?{_ORDINAL}\b")
_AT_END = re.compile(
    r",?\s+(?:on |since |last |this |late )*(?:today|yesterday|just now|now|this morning|this "
    r"afternoon|last night"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:\d{1,3}|a|one|two|three|four|five|six) "
    r"(?:day|week)s? ago"
    r"|\d{1,2}(?:st|nd|rd|th)?(?: of)? [a-z]{3,9}\.?(?: \d{4})?|[a-z]{3,9} "
    r"\d{1,2}(?:st|nd|rd|th)?(?:,? \d{4})?|\d{4}-\d\d-\d\d)$",
    re.I,
)


_DAYS = (
    r"(?:on |since |last |this |late |the )*(?:today|yesterday|just now|this morning|this afternoon"
    r"|last night|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|(?:\d{1,3}|a|one|two|three|four|five|six) (?:day|week)s? ago"
    r"|\d{1,2}(?:st|nd|rd|th)?(?: of)? [a-z]{3,9}\.?(?: \d{4})?"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* "
    r"\d{1,2}(?:st|nd|rd|th)?(?:,? \d{4})?"
    r"|\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]?(?:\d{4}|\d\d)?)\b"
)
_NOT_THAT_DAY = re.compile(rf"\b(?:not|and not|instead of|rather than)\s+{_DAYS}", re.I)
_ANY_DAY = re.compile(rf"\b{_DAYS}", re.I)
# Words that a corrected day may stand among; one of _SIGNALS has to be there.
_SIGNALS = frozenset(
    "no nope sorry wait actually correction oops meant wrong rather mistake".split()
)
_AMONG = _SIGNALS | frozenset(
    "it its it's was is that that's happened i we did mean make say but and not the a my bad day "
    "date hold hang on please should be been have".split()
)


def corrected_day(text: str, today: date) -> date | None:
    """The day that a text puts in place of another: "not today, yesterday", "sorry, it was Friday";
    None where it says anything else beside."""
    rest = _NOT_THAT_DAY.sub(" ", text)
    day = day_said(rest, today)
    said = re.findall(r"[\w'-]+", _ANY_DAY.sub(" ", rest).lower().replace("\u2019", "'"))
    words = set(said)
    if day is None:  # "correction: the 27th"
        telling = " ".join(word for word in said if word not in _AMONG)
        day, words = _day_of_month(f"the {telling}", today), words - set(telling.split())
    signalled = rest != text or bool(words & _SIGNALS)
    return day if signalled and words <= _AMONG else None


def kept_day(slot: str | None) -> date | None:
    """The day that a slot keeps (ISO), None where none was said."""
    return date.fromisoformat(slot) if slot else None


def day_said(text: str, today: date, *, month_first: bool = False) -> date | None:
    """The day that a text names, seen from `today`; None when it names none. A weekday is the last
    one, today included.

    A day without a year is the one nearest before today, unless it is within the coming month: then
    it was meant, and is for the caller to refuse. Numbers are read day first, ISO apart; with
    slashes month first where the writer does so, or where nothing else makes a date.
    """
    said = text.lower().strip()
    named = _weekday_in(said)
    if written := _written(said, today, month_first=month_first):
        return written if named in (None, written.weekday()) else None
    if _BEFORE_YESTERDAY.search(said):
        return today - timedelta(days=2)
    for word, back in _BACK.items():
        if re.search(rf"\b{word}\b", said):
            return today - timedelta(days=back)
    if re.search(r"\btomorrow\b", said):
        return today + timedelta(days=1)
    if ago := _AGO.search(said):
        many = COUNT.get(ago[1]) or int(ago[1])
        day = today - timedelta(days=many * _DAYS_OF[ago[2]])
        return day if named in (None, day.weekday()) else None
    if _TODAY.search(said):
        return today
    if numbered := _WITH_WEEKDAY.search(said):
        by_number = _numbered_day(numbered[1], today)
        return by_number if by_number and by_number.weekday() == named else None
    return None if named is None else _last_weekday(named, today, said)


def _weekday_in(said: str) -> int | None:
    """The first weekday that is named, Monday is 0."""
    for n, name in enumerate(WEEKDAYS):
        if re.search(rf"\b{name[:3]}(?:{name[3:]}|s|r|rs)?\b", said):
            return n
    return None


def the_day_said(text: str, today: date, *, month_first: bool = False) -> date | None:
    """The one day that a text names, as `day_said` reads it; None where its parts name several:
    "dated 19 November, but we opened it this morning". A part that denies its day names none."""
    found = {
        day_said(part, today, month_first=month_first) or _day_of_month(part.lower().strip(), today)
        for part in _PARTS.split(_WEEKDAY_BEFORE.sub(r"\1 ", text))
        if not _DENIED.search(part)
    } - {None}
    if len(found) > 1:
        return None
    return found.pop() if found else day_said(text, today, month_first=month_first)


def without_day(text: str) -> str:
    """The text without the day at its end: "we sent it yesterday" -> "we sent it"; as it is where
    none stands there."""
    return _AT_END.sub("", text.strip(" .!"), count=1)


def month_said(text: str) -> str | None:
    """The one month that a text names, as its English name in small letters: "in March 2019",
    "03/2019", "2019-03", "3"."""
    said = text.lower().strip()
    named = {
        MONTHS[n]
        for m in _NAMED.finditer(said)
        for n in range(12)
        if MONTHS[n].startswith(m[0]) or (m[0] == "sept" and n == 8)
    }
    if named:
        return named.pop() if len(named) == 1 else None
    numbered = _NUMBERED.match(said)
    return MONTHS[int(next(filter(None, numbered.groups()))) - 1] if numbered else None


def _last_weekday(weekday: int, today: date, said: str) -> date:
    """The day of this name that is meant: the last one, today included, unless the words say that
    it is another one."""
    monday = today - timedelta(days=today.weekday())
    if "next" in said:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    if _LAST_WEEK.search(said):
        return monday + timedelta(days=weekday - 7)
    if _THIS_WEEK.search(said):
        return monday + timedelta(days=weekday)
    last = today - timedelta(days=(today.weekday() - weekday) % 7)
    is_last = f"last {WEEKDAYS[weekday][:3]}" in said or _BEFORE_LAST.search(said)
    if last == today and is_last:
        last -= timedelta(days=7)
    return last - timedelta(days=7) if _BEFORE_LAST.search(said) else last


def _written(said: str, today: date, *, month_first: bool) -> date | None:
    try:
        if iso := ISO.search(said):
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if dotted := _DOTTED.search(said):
            year = int(dotted[3]) if dotted[3] else None
            first, second = int(dotted[1]), int(dotted[2])
            turned = "/" in dotted[0] and (
                second > MONTHS_A_YEAR or (month_first and first <= MONTHS_A_YEAR)
            )
            if turned:
                first, second = second, first
            return _year(second, first, year + 2000 if year and year < 100 else year, today)
        if month := _MONTH.search(said):
            plain = month[0].replace(" of ", " ").replace(" the ", " ")
            found = parser.parse(plain, default=parser.parse("2000-01-01"))
            return _year(
                found.month, found.day, found.year if re.search(r"\d{4}", month[0]) else None, today
            )
    except (ValueError, OverflowError):
        return None
    return None


def _year(month: int, day: int, year: int | None, today: date) -> date:
    if year:
        return date(year, month, day)
    this = date(today.year, month, day)
    return this if this <= today + timedelta(days=31) else date(today.year - 1, month, day)


def _day_of_month(said: str, today: date) -> date | None:
    """ "On the 20th", "the twenty-sixth of this month": the last such day, today included."""
    alone = _DAY_OF_MONTH.search(said)
    if alone is None:
        return None
    ordinal = next(filter(None, alone.groups()))
    return _numbered_day(ordinal, today, last_month="last month" in said)


def _numbered_day(ordinal: str, today: date, *, last_month: bool = False) -> date | None:
    """The last day with this number, today included; None where that month has none."""
    number = _ORDINALS.get(ordinal) or int(re.sub(r"\D", "", ordinal))
    before = today.replace(day=1) - timedelta(days=1)
    try:
        if number <= today.day and not last_month:
            return today.replace(day=number)
        return before.replace(day=number)
    except ValueError:
        return None


def day_ahead(text: str, today: date) -> date | None:
    """The same for a day that is to come: "Friday" is the next one, "3 December" the one ahead;
    None where none is named."""
    said = day_said(text, today)
    if said is None or said >= today or ISO.search(text) or _AGO.search(text.lower()):
        return said
    if any(re.search(rf"\b{name[:3]}", text.lower()) for name in WEEKDAYS):
        return said + timedelta(days=7)
    try:
        return said if re.search(r"\d{4}", text) else said.replace(year=said.year + 1)
    except ValueError:
        return said
