"""Money as people write it: what is read, and what is asked for again. Nothing is ever
converted."""

import pytest

from domain.amounts import Amount, NotAnAmount, amount_said

M = 1_000_000


@pytest.mark.parametrize(
    ("said", "dollars"),
    [
        ("1.2m", 1_200_000),
        ("1.2M", 1_200_000),
        ("1,2m", 1_200_000),
        ("300k USD", 300_000),
        ("$1,200,000", 1_200_000),
        ("USD 1.2 million", 1_200_000),
        ("1.200.000", 1_200_000),
        ("1 200 000 usd", 1_200_000),
        ("1'200'000", 1_200_000),
        ("1,234,567.89", 1_234_568),
        ("1.234.567,89 USD", 1_234_568),
        ("12,34,567", 1_234_567),
        ("950000", 950_000),
        ("$300", 300),
        ("300kusd", 300_000),
        ("USD300k", 300_000),
        ("US$ 1.2mn", 1_200_000),
        ("1.2 mio. usd", 1_200_000),
        ("300 grand", 300_000),
        ("a million", M),
        ("one million dollars", M),
        ("half a million", 500_000),
        ("one point two million", 1_200_000),
        ("three hundred thousand", 300_000),
        ("one and a half million", 1_500_000),
        ("a quarter million", 250_000),
        ("0", 0),
        ("we made 800k last year", 800_000),
        ("in the last 12 months it was 1.1m", 1_100_000),
        ("1.2m in 2025", 1_200_000),
        ("FY26: 1.4m", 1_400_000),
        ("revenue for 2025 was $980,000", 980_000),
        ("1e6", M),
        ("１.２m", 1_200_000),
        ("12 lakh", 1_200_000),
        ("1.2MM USD", 1_200_000),
        ("1.25 million dollars, billed", 1_250_000),
        ("eight hundred fifty thousand", 850_000),
        ("it grew 12% to 1.3m", 1_300_000),
        ("1,200", 1_200),
        ("1.2M$", 1_200_000),
        ("2 millions", 2_000_000),
    ],
)
def test_an_amount_is_read(said: str, dollars: int) -> None:
    assert amount_said(said) == Amount(dollars, dollars)


@pytest.mark.parametrize(
    ("said", "low", "high", "about"),
    [
        ("about a million", 900_000, 1_100_000, True),
        ("~800k", 720_000, 880_000, True),
        ("1m or so", 900_000, 1_100_000, True),
        ("between 900k and 1.1m", 900_000, 1_100_000, False),
        ("900k-1.1m", 900_000, 1_100_000, False),
        ("1-1.2m", M, 1_200_000, False),
        ("900k to 1.1 million", 900_000, 1_100_000, False),
        ("0.9 – 1.1 million USD", 900_000, 1_100_000, False),
        ("over a million", M, None, False),
        ("more than 1.2m", 1_200_000, None, False),
        (">1m", M, None, False),
        ("1m+", M, None, False),
        ("less than 300k", 0, 299_999, False),
        ("under a million", 0, 999_999, False),
        ("up to 1m", 0, M, False),
        ("almost a million", 900_000, 999_999, True),
        ("just under 1m", 900_000, 999_999, True),
        ("$900k - $1.1m", 900_000, 1_100_000, False),
    ],
)
def test_what_is_open_stays_open(said: str, low: int, high: int | None, about: bool) -> None:
    assert amount_said(said) == Amount(low, high, about)


@pytest.mark.parametrize(
    ("said", "why", "what"),
    [
        ("€", "currency", "EUR"),
        ("1.200.000 €", "currency", "EUR"),
        ("€1.2m", "currency", "EUR"),
        ("300k EUR", "currency", "EUR"),
        ("300keur", "currency", "EUR"),
        ("1.2m pounds", "currency", "GBP"),
        ("£900k", "currency", "GBP"),
        ("A$1.2m", "currency", "AUD"),
        ("1.2m chf", "currency", "CHF"),
        ("CAD 900,000", "currency", "CAD"),
        ("₹ 12 lakh", "currency", "INR"),
        ("eur", "currency", "EUR"),
        ("one million euros", "currency", "EUR"),
        ("100 EUR (110 USD)", "currency", "EUR"),
        ("-300k", "negative", ""),
        ("minus 300k", "negative", ""),
        ("$-300,000", "negative", ""),
        ("-$300,000", "negative", ""),
        ("(300,000)", "negative", ""),
        ("−1.2m", "negative", ""),
        ("900k last year and 1.2m this year", "several", ""),
        ("1m, 2m, 3m", "several", ""),
        ("1.2k 300k", "several", ""),
        ("1.200k", "ambiguous", "1.200"),
        ("1,200m", "ambiguous", "1,200"),
        ("1.2.3", "ambiguous", "1.2.3"),
        ("1.2", "unit", "1.2"),
        ("300", "unit", "300"),
        ("three hundred", "unit", "300"),
        ("a few hundred thousand", "vague", ""),
        ("several million", "vague", ""),
        ("millions", "vague", ""),
        ("hundreds of thousands", "vague", ""),
        ("999999999999999", "too_large", ""),
        ("1.1m to 900k", "backwards", ""),
        ("", "none", ""),
        ("a lot", "none", ""),
        ("no idea", "none", ""),
        ("NaN", "none", ""),
        ("inf", "none", ""),
        ("$", "none", ""),
        ("30%", "none", ""),
        ("12 months", "none", ""),
    ],
)
def test_what_is_no_amount_of_dollars_says_why(said: str, why: str, what: str) -> None:
    with pytest.raises(NotAnAmount) as refused:
        amount_said(said)
    assert (refused.value.why, refused.value.what) == (why, what)


def test_a_bar_is_reached_missed_or_may_be_either() -> None:
    assert amount_said("1m").is_at_least(M) is True
    assert amount_said("999,999").is_at_least(M) is False
    assert amount_said("about a million").is_at_least(M) is None
    assert amount_said("over a million").is_at_least(M) is True
    assert amount_said("under a million").is_at_least(M) is False
    assert amount_said("more than 300k").is_at_least(M) is None


@pytest.mark.parametrize(
    "said",
    [
        "1" * 500,
        "9" * 40 + "m",
        "1." * 200,
        "$" * 400,
        "a half " * 60,
        "point point",
        "-" * 300,
        "1e99",
        "\x00",
        "½ million",
        "١٢٣",
    ],
)
def test_nonsense_is_refused_and_breaks_nothing(said: str) -> None:
    with pytest.raises(NotAnAmount):
        amount_said(said)
