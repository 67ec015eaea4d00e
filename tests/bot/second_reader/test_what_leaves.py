"""What a second reader may see: no name, no address, no id, and never an answer about what cannot
be undone."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dialogs.engine.context import Assistant, Turn
from dialogs.inputs import Message, Origin
from dialogs.nlu.types import Candidate, ClauseResult, Intent, Interpretation, Kind, Risk
from dialogs.second_reader import asking
from dialogs.second_reader.masking import masked
from dialogs.second_reader.question import MOST_CHOICES, HeldBack, Question
from domain import people
from domain.providers import providers
from tests.bot.second_reader.house import SecondHouse, asked_about
from tests.bot.second_reader.stand_in import StandIn
from tests.conftest import TENANT, Somebody
from tests.dialogs.abilities.test_customer import put

CUSTOMERS = ("Tailspin Toys GmbH", "Direct Foods", "Mark", "Nordwind")
PROVIDERS = ("Fabrikam Distribution", "Will Supply")
# What is said -> what must not be seen of it. Names are on record, or nobody's.
SECRETS: dict[str, tuple[str, ...]] = {
    "who pays {}": (),
    "Tailspin Toys": ("tailspin", "toys"),
    "tailspin": ("tailspin",),
    "tailspn toys": ("tailsp",),
    "Direct Foods": ("direct foods", "foods"),
    "Nordwind AG": ("nordwind",),
    "Mark": ("mark",),
    "customer Blue Yonder Airlines": ("yonder", "airlines"),
    "Adventure Works Ltd": ("adventure",),
    "Lindqvist Bau": ("lindqvist", "bau"),
    "lindqvist": ("lindqvist",),
    "Müller & Söhne": ("müller", "söhne", "muller"),
    "株式会社": ("株式会社",),
    "Fabrikam Distribution": ("fabrikam",),
    "fabrikam": ("fabrikam",),
    "Will Supply": ("supply",),
    "Contoso": ("contoso",),
    "Grace": ("grace",),
    "grace and otto": ("grace", "otto"),
    "Priya Okafor": ("priya", "okafor"),
    "Peter": ("peter",),
    "peter novak": ("peter", "novak"),
    "<@U02GRACE>": ("u02grace",),
    "<@U99X|sandra>": ("u99x", "sandra"),
    "#deal-wingtip": ("wingtip",),
    "@sandra": ("sandra",),
    "anna.berg+csp@tailspin-toys.example": ("anna", "berg", "tailspin", "example"),
    "https://partner.microsoft.com/x?id=abc#Hansen": ("http", "abc", "hansen", "?id"),
    "www.tailspin.com/anna": ("tailspin", "anna"),
    "tailspin.onmicrosoft.com": ("tailspin", "onmicrosoft"),
    "hansen-bau.de/kontakt": ("hansen", "kontakt"),
    TENANT: ("1111", "8444"),
    TENANT.replace("-", "").upper(): ("1111", "8444"),
    "partner id 1234567": ("1234567",),
    "MPN 6 123 456": ("123", "456"),
    "+49 (151) 234-56789": ("151", "234", "56789"),
    "DE89 3704 0044 0532 0130 00": ("3704", "0532"),
    "order A1-99812-X7": ("99812", "a1"),
    "case 2411180050001234": ("2411180050001234",),
    "SUB00012345": ("sub00012345", "12345"),
    "12.000,50 euro": ("12.000", "000"),
    "S3cr3tPa55word": ("s3cr3tpa55word",),
}
ASKED = "who pays {} for the rest of the licenses after that, and when does the provider tell us?"


@pytest.fixture
def named(second: SecondHouse) -> SecondHouse:
    """Customers and providers are on record."""
    for name in CUSTOMERS:
        put(second, name)
    with second.tx() as tx:
        for name in PROVIDERS:
            providers.note(tx, people.meet(tx, "U01MIRA").partner, name)
    return second


@pytest.fixture
def turn(named: SecondHouse) -> Any:
    with named.tx() as tx:
        yield Turn(named.assistant, tx, people.meet(tx, "U01MIRA"), Origin("D1"), "key")


@pytest.mark.parametrize("shouts", [False, True])
@pytest.mark.parametrize(("said", "secrets"), SECRETS.items(), ids=SECRETS)
def test_no_name_and_no_id_leaves(
    turn: Turn, said: str, secrets: tuple[str, ...], shouts: bool
) -> None:
    everyday = turn.assistant.everyday
    assert everyday
    text = ASKED.format(said)
    seen = masked(turn, text.upper() if shouts else text, everyday)
    assert seen
    for secret in secrets:
        assert secret not in seen.lower()
    assert "the rest of the licenses after that" in seen


def test_every_word_that_leaves_is_everyday(
    assistant: Assistant, questions: dict[str, Question], turn: Turn
) -> None:
    everyday = turn.assistant.everyday
    assert everyday
    assert 2_000 < len(everyday.words) < 6_000
    known = asked_about(assistant, _lines("untouched.jsonl", "untouched_2.jsonl", "in_scope.jsonl"))
    for question in (known | questions).values():
        for word in question.text.replace("?", "").replace(".", "").split():
            assert everyday.has(word), word


# People are called by these, and they are words as well.
ALSO_WORDS = {"bill", "jan", "mark", "max", "will"}
PEOPLE = """ahmed ali amit andrea andrew anna anthony barbara ben bill brian carlos charles christian
claire daniel david dmitri donna edward elena emily emma eric fatima frank george giulia grace hannah
hans heike heinz helen henry ines ivan jack jan jason jens john jose julia karen karl kenji kevin klaus
lars laura lena linda luca luis maria mark markus martin mary max mia michael miguel monika nina nora
olga omar otto pablo paolo patricia paul peter petra pierre piotr priya raj richard rob ryan sabine sam
sandra sara scott sofia stefan steven sven thomas tim tom torsten ute uwe victoria will yuki""".split()


def test_our_phrases_make_no_name_an_everyday_word(turn: Turn) -> None:
    """A name that comes with new phrases belongs into NAMES (dialogs/second_reader/everyday.py)."""
    everyday = turn.assistant.everyday
    assert everyday
    assert {name for name in PEOPLE if everyday.has(name)} <= ALSO_WORDS


@pytest.mark.parametrize(
    "text",
    [
        "Priya Okafor, Lindqvist and Wingtip?",
        "xqzt flurb gnarl",
        "who " + "really " * 80 + "pays?",
        "",
        "???",
    ],
)
def test_what_says_too_little_or_too_much_does_not_leave(turn: Turn, text: str) -> None:
    assert turn.assistant.everyday
    assert masked(turn, text, turn.assistant.everyday) == ""


def test_a_name_that_the_message_has_is_not_in_the_request(
    named: SecondHouse, stand_in: StandIn, texts: list[str]
) -> None:
    """The whole way: whatever is held back of these, nothing in any request names anybody."""
    mira, otto = named.people["Mira"], named.people["Otto"]
    for n, text in enumerate(texts):
        who = (mira, otto)[n % 2]
        who.says(f"{text}, Grace? I mean Tailspin Toys (anna@tailspin.com, 1234567)")
        who.says("cancel")
    assert stand_in.requests, "none of them was held back"
    for _, _, body in stand_in.requests:
        sent = json.dumps(body).lower()
        for secret in ("grace", "tailspin", "anna", "1234567", "contoso", "mira", "u01", "t01"):
            assert secret not in sent


def _lines(*names: str) -> list[str]:
    lines = (line for n in names for line in Path("tests/data", n).read_text("utf-8").splitlines())
    return [json.loads(line)["text"] for line in lines][::3]


def test_no_choice_is_irreversible_or_records_anything(assistant: Assistant) -> None:
    """Of a thousand messages of all kinds."""
    asked = asked_about(
        assistant, _lines("untouched.jsonl", "untouched_2.jsonl", "in_scope.jsonl", "other.jsonl")
    )
    assert asked
    for question in asked.values():
        assert 0 < len(question.choices) <= MOST_CHOICES
        for choice in question.choices:
            assert assistant.answers[choice.name].risk is not Risk.IRREVERSIBLE
            assert choice.phrases


# --- with candidates of our own making


def entry(assistant: Assistant, kind: Kind, *, grave: bool = False, report: bool = False) -> Intent:
    return next(
        e
        for e in assistant.understanding.entries.values()
        if e.kind is kind
        and (e.risk is Risk.IRREVERSIBLE) is grave
        and e.name.startswith("report_") is report
        and (kind is not Kind.ANSWER or e.name in assistant.answers)
    )


def held(turn: Turn, text: str, *ranked: tuple[Intent, float], **more: Any) -> Question | None:
    """What is asked about a message with these candidates; None: nothing is."""
    found = [Candidate(e, score, text) for e, score in ranked]
    heard = Interpretation(text, clauses=(ClauseResult(found, 0.6, text),))
    try:
        said = Message(("key",), "U01MIRA", text, Origin("D1"), may_ask=True)
        assert asking.picked(turn, replace(said, **more), heard) is None
    except HeldBack as back:
        return back.question
    return None


def test_where_something_else_is_likely_it_is_not_asked(turn: Turn, assistant: Assistant) -> None:
    """The right one would not be among the choices."""
    fits, text = entry(assistant, Kind.ANSWER), "who pays for that then?"
    question = held(turn, text, (fits, 0.3))
    assert question
    assert [c.name for c in question.choices] == [fits.name]
    for other in (
        entry(assistant, Kind.ANSWER, grave=True),
        entry(assistant, Kind.REFUSE),
        entry(assistant, Kind.COMMAND, report=True),
        Intent("own_answer", Kind.ANSWER, ()),
    ):
        assert held(turn, text, (other, 0.2), (fits, 0.1)) is None
        assert held(turn, text, (fits, 0.4), (other, 0.3)) is None
        question = held(turn, text, (fits, 0.3), (other, 0.1))
        assert question
        assert [c.name for c in question.choices] == [fits.name]
        assert held(turn, text, (other, 0.2)) is None


def test_a_command_is_left_to_its_button_unless_it_is_asked_about(
    turn: Turn, assistant: Assistant
) -> None:
    fits, command = entry(assistant, Kind.ANSWER), entry(assistant, Kind.COMMAND)
    assert held(turn, "who pays for that then?", (command, 0.3), (fits, 0.2))
    assert held(turn, "pay for that then", (command, 0.3), (fits, 0.2)) is None


def test_a_pick_that_was_not_among_the_choices_counts_for_nothing(
    second: SecondHouse, mira: Somebody, questions: dict[str, Question]
) -> None:
    """The choices are looked at again by the turn: a reading is not believed."""
    text, question = next(iter(questions.items()))
    for name in ("can_i_roll_back", "start_enroll", "no_such_answer", ""):
        reading = asking_reading(question, name)
        message = Message((second.key(),), mira.slack, text, Origin("D1"), second=reading)
        second.take(message, mira)
        assert not any(name.startswith("answers/") for name in mira.last.templates)


def asking_reading(question: Question, chose: str) -> Any:
    from dialogs.second_reader.question import Outcome, Reading

    return Reading(question, Outcome.PICKED, chose)


def test_the_order_says_nothing_and_is_the_same_for_the_same_text(
    turn: Turn, assistant: Assistant
) -> None:
    fits = [
        e
        for e in assistant.understanding.entries.values()
        if e.name in assistant.answers and e.risk is Risk.HARMLESS
    ][:12]
    ranked = [(e, 0.2 - n / 100) for n, e in enumerate(fits)]
    asked = [held(turn, f"who pays for {what} then?", *ranked) for what in ("that", "this", "it")]
    orders = {tuple(c.name for c in q.choices) for q in asked if q}
    assert len(orders) > 1
    assert {frozenset(order) for order in orders} == {frozenset(e.name for e in fits[:8])}
    assert held(turn, "who pays for it then?", *ranked) == asked[-1]
