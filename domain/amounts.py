"""Amounts of money as people say them: "1.2m", "300k USD", "about a million". Pure; knows no bar
and no exchange rate.

Only US dollars are read: a figure in another currency is refused by name and never converted. What
is open stays open: "about", a range, "over a million" are an interval, and a figure that could be
two ("1.200k") is asked for again.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

MOST = 10**12
ABOUT = Decimal("0.1")  # our own reading of "about": a tenth to either side
SCALES = {
    **dict.fromkeys(("k", "thousand", "thousands", "grand", "tsd"), 10**3),
    **dict.fromkeys(("lakh", "lakhs", "lac"), 10**5),
    **dict.fromkeys(("m", "mm", "mn", "mio", "mil", "mill", "million", "millions"), 10**6),
    **dict.fromkeys(("crore", "crores"), 10**7),
    **dict.fromkeys(("b", "bn", "billion", "billions"), 10**9),
}
OTHERS = {
    "EUR": ("€", "eur", "euro", "euros"),
    "GBP": ("£", "gbp", "pound", "pounds"),
    "CHF": ("chf", "sfr", "francs", "franken"),
    "JPY": ("¥", "jpy", "yen"),
    "INR": ("₹", "inr", "rs", "rupee", "rupees"),
    "SEK": ("sek",),
    "NOK": ("nok",),
    "DKK": ("dkk",),
    "PLN": ("pln", "zł", "zloty"),
    "CZK": ("czk",),
    "AUD": ("a$", "au$", "aud"),
    "CAD": ("c$", "ca$", "cad"),
    "NZD": ("nz$", "nzd"),
    "SGD": ("s$", "sgd"),
    "HKD": ("hk$", "hkd"),
    "BRL": ("r$", "brl", "reais"),
    "ZAR": ("zar", "rand"),
    "AED": ("aed", "dirham"),
    "SAR": ("sar",),
    "CNY": ("cny", "rmb", "yuan"),
    "MXN": ("mxn", "pesos"),
    "TRY": ("₺", "lira"),
    "KRW": ("₩", "krw"),
    "ILS": ("₪", "ils"),
    "HUF": ("huf",),
    "RON": ("ron",),
    "TWD": ("twd", "nt$"),
    "THB": ("thb", "baht"),
}
_ONES = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen""".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
WORDS = {**{w: n for n, w in enumerate(_ONES)}, **{w: (n + 2) * 10 for n, w in enumerate(_TENS)}}


class NotAnAmount(Exception):
    """No one amount of dollars is said. `why`: none, currency, negative, several, ambiguous, unit,
    vague, too_large, backwards; `what`: the currency, or the figure that can be read in two
    ways."""

    def __init__(self, why: str, what: str = "") -> None:
        super().__init__(f"{why} {what}".strip())
        self.why, self.what = why, what


@dataclass(frozen=True)
class Amount:
    """Whole US dollars, at least `low` and at most `high` (None: open). `about`: the person did not
    say it exactly."""

    low: int
    high: int | None
    about: bool = False

    def is_at_least(self, bar: int) -> bool | None:
        """Does it reach the bar? None when it may or may not."""
        if self.low >= bar:
            return True
        return False if self.high is not None and self.high < bar else None


_GROUPED = (
    r"\d{1,3}(?:(?:,\d{3})+|(?:\.\d{3})+|(?:'\d{3})+|(?: "
    r"\d{3})+|(?:,\d{2})+,\d{3})(?:[.,]\d{1,2})?(?![\d.,']*\d)"
)
_NUMBER = rf"(?:{_GROUPED}|\d+e\d{{1,2}}(?!\d)|\d+(?:[.,]\d+)*|[.,]\d+)"
_SCALE = "|".join(sorted(map(re.escape, SCALES), key=len, reverse=True))
_FIGURE = re.compile(
    rf"(?P<sign>[-(]\s?)?(?P<number>{_NUMBER})\s?(?:(?P<scale>{_SCALE})(?![a-z]))?\.?(?P<plus>\+)?"
)
_NOT_MONEY = re.compile(
    r"\b(?:in|for|since|during|year|until|of|and)\s(?:fy|cy)?\s?'?(?:19|20)\d\d\b(?![.,]\d)|\b[fc]y\s?'?\d{2,4}\b"
    r"|\b\d+\s?(?:%|percent|months?|years?|days?|weeks?|locations?|tenants?|customers?|seats?|quarters?)(?![a-z])|\bq[1-4]\b|\d+(?:[.,]\d+)?\s?%"
    r"|\b(?:twelve|six|three) months?\b"
)
_VAGUE = re.compile(
    r"\b(?:few|several|couple|dozens?|hundreds|plenty|lots)\b|(?<!\d "
    r")(?<!\d)\b(?:thousands|millions|billions)\b"
)
_AT_LEAST = re.compile(
    r"\b(?:over|more than|above|at least|exceed(?:s|ed|ing)?|north of|upwards? of|minimum)\b|[>≥]"
)
_BELOW = re.compile(
    r"\b(?:under|less than|below|not quite|at most|up to|no more than|maximum|short of|south "
    r"of)\b|[<≤]"
)
_NEARLY = re.compile(
    r"\b(?:almost|nearly|close to|just (?:under|below|short of)|a (?:bit|little) "
    r"(?:under|below|less than))\b"
)
_ABOUT = re.compile(
    r"\b(?:about|around|roughly|approx\w*|circa|ca|some|ballpark|estimated?|more or less|or "
    r"so|give or take|ish)\b|[~≈]|ish\b"
)
_BETWEEN = re.compile(r"\bbetween\b(?P<a>.+?)\band\b(?P<b>.+)|\bfrom\b(?P<c>.+?)\bto\b(?P<d>.+)")
_MINUS = re.compile(r"\b(?:minus|negative|loss of)\b")


def amount_said(text: str) -> Amount:
    """The one amount of US dollars that a text names; a figure without a currency is taken as
    dollars. Raises NotAnAmount."""
    said = _plain(text)
    _refuse_other_money(said)
    figures = _figures(said)
    if not figures:
        raise NotAnAmount("vague" if _VAGUE.search(said) else "none")
    if _MINUS.search(said) or any(negative for _, negative, _ in figures):
        raise NotAnAmount("negative")
    if len(figures) > 2 or (len(figures) == 2 and not _is_range(said)):
        raise NotAnAmount("several")
    values = [round(value) for value, _, _ in figures]
    if max(values) > MOST:
        raise NotAnAmount("too_large")
    about = bool(_ABOUT.search(said))
    if len(values) == 2:
        if values[0] > values[1]:
            raise NotAnAmount("backwards")
        return Amount(values[0], values[1], about)
    return _bounded(said, values[0], about, plus=figures[0][2])


def _bounded(said: str, value: int, about: bool, *, plus: bool) -> Amount:
    room = int(value * ABOUT)
    if _NEARLY.search(said):
        return Amount(value - room, max(value - 1, 0), True)
    if plus or _AT_LEAST.search(said):
        return Amount(value, None, about)
    if _BELOW.search(said):
        return Amount(
            0,
            value
            if re.search(r"at most|up to|no more than|maximum|≤", said)
            else max(value - 1, 0),
            about,
        )
    return Amount(value - room, value + room, True) if about else Amount(value, value)


def _plain(text: str) -> str:
    said = (
        unicodedata.normalize("NFKC", text[:500])
        .lower()
        .translate({ord(c): "-" for c in "−–—"} | {ord("’"): "'"})
    )
    said = re.sub(r"\s+", " ", said)
    return _in_digits(_NOT_MONEY.sub(" ", said))


def _refuse_other_money(said: str) -> None:
    """Never converted: the bar is in US dollars, and no rate is ours to choose."""
    for currency, names in OTHERS.items():
        for name in names:
            # letters of a currency stand alone or touch a figure: "300keur" is one, "during" holds
            # none
            edge = r"(?<![a-z])" if name.isalpha() else r"(?<![a-z$])" if name[0].isalpha() else ""
            joined = rf"|(?<=\d){re.escape(name)}(?![a-z])|(?<=\d[km]){re.escape(name)}(?![a-z])"
            if re.search(
                rf"{edge}{re.escape(name)}(?![a-z])" + (joined if name.isalpha() else ""), said
            ):
                raise NotAnAmount("currency", currency)


def _figures(said: str) -> list[tuple[Decimal, bool, bool]]:
    """(value, is it negative, is it "and more") of each figure; the first of a range takes over the
    scale of the second."""
    if _VAGUE.search(said):
        raise NotAnAmount("vague")
    bare, with_dollars = _without_dollars(said)
    found = [
        m
        for m in _FIGURE.finditer(bare)
        if m["sign"] or not bare[m.start() - 1 : m.start()].isalpha()
    ]
    figures = []
    for n, m in enumerate(found):
        scale = m["scale"] or (
            found[1]["scale"] if n == 0 and len(found) == 2 and _is_range(said) else None
        )
        value = _number(m["number"], bool(scale)) * (SCALES[scale] if scale else 1)
        if not scale and not with_dollars and 0 < value < 1000:
            raise NotAnAmount("unit", m["number"])
        figures.append((value, _is_negative(bare, m, n), bool(m["plus"])))
    return figures


def _is_negative(bare: str, found: "re.Match[str]", n: int) -> bool:
    if not found["sign"]:
        return False
    if found["sign"].startswith("("):
        return bare[found.end() :].lstrip().startswith(")") and not bare[: found.start()].strip()
    before = bare[: found.start()].rstrip()
    return n == 0 or not re.search(r"[\da-z]$", before)


def _without_dollars(said: str) -> tuple[str, bool]:
    pattern = (
        r"(?<![a-z])(?:us\s?\$|usd|us "
        r"dollars?|dollars?|bucks)(?![a-z])|(?<=[\dkm])(?:usd|dollars?)(?![a-z])|\$"
    )
    bare = re.sub(pattern, " ", re.sub(r"(?<![a-z])usd(?=\d)", " ", said))
    return re.sub(r"\s+", " ", bare).strip(), bare != said


def _number(said: str, scaled: bool) -> Decimal:
    """Groups of three are thousands, else the last sign is the decimal point. Raises NotAnAmount
    where it may be either."""
    if "e" in said:
        return Decimal(said)
    if re.fullmatch(_GROUPED, said):
        if scaled and re.fullmatch(r"\d{1,3}[.,]\d{3}", said):
            raise NotAnAmount("ambiguous", said)
        sign = next(c for c in said if not c.isdigit())
        whole, _, cents = _split_cents(said, sign)
        return Decimal(re.sub(r"\D", "", whole) + ("." + cents if cents else ""))
    if re.fullmatch(r"\d*[.,]\d+", said):
        return Decimal(
            said.replace(",", ".").rjust(1, "0")
            if said[0].isdigit()
            else "0" + said.replace(",", ".")
        )
    if re.fullmatch(r"\d+", said):
        return Decimal(said)
    raise NotAnAmount("ambiguous", said)


def _split_cents(said: str, grouping: str) -> tuple[str, str, str]:
    last = max(said.rfind("."), said.rfind(","))
    if last >= 0 and len(said) - last - 1 < 3 and said[last] != grouping:
        return said[:last], said[last], said[last + 1 :]
    return said, "", ""


def _is_range(said: str) -> bool:
    return bool(
        _BETWEEN.search(said) or re.search(r"\d\s?[a-z$]*\s?(?:-|to|\.\.+)\s?[a-z$]*\s?\d", said)
    )


def _in_digits(said: str) -> str:
    """Number words as digits: "one point two million" is 1.2 million, "half a million" 0.5
    million."""
    said = re.sub(r"\b(\w+) and a half (?=[a-z])", r"\1 point five ", said)
    said = re.sub(r"\b(?:a )?half (?:a |of a )?(?=million|billion|thousand)", "0.5 ", said)
    said = re.sub(r"\b(?:a )?quarter (?:a |of a )?(?=million|billion|thousand)", "0.25 ", said)
    said = re.sub(
        r"\b(?:three quarters|three-quarters) (?:of )?(?:a )?(?=million|billion)", "0.75 ", said
    )
    said = re.sub(r"\ban? (?=million|billion|thousand|hundred|lakh|crore)", "one ", said)
    number = "|".join((*WORDS, "hundred", "point"))
    return re.sub(
        rf"\b(?!point)(?:{number})(?:[ -](?:and )?(?:{number}))*\b", lambda m: _words(m[0]), said
    )


def _words(said: str) -> str:
    total, decimals, after_point = 0, "", False
    for word in re.split(r"[ -]", said):
        if word == "point":
            after_point = True
        elif after_point and word in WORDS:
            decimals += str(WORDS[word])
        elif word == "hundred":
            total = max(total, 1) * 100
        elif word in WORDS:
            total += WORDS[word]
    return f"{total}.{decimals}" if decimals else str(total)
