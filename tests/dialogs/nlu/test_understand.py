"""What a text means, and days as people say them."""

from datetime import date

import pytest

from dialogs.engine.context import Assistant
from dialogs.nlu.dates import day_said
from dialogs.nlu.normalise import is_table, nameless, normal, sentences
from dialogs.nlu.types import Kind, Risk

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Can I ROLL-BACK??", "can i roll back"),
        ("hi, can’t we  roll back pls", "cannot we roll back"),
        ("<@U00BOT> whats the status", "what is the status"),
        ("ROLLBACK possible", "roll back possible"),
        ("we don't", "we do not"),
        ("!!!", ""),
        ("enrolment", "enrollment"),
    ],
)
def test_one_spelling_of_everything(text: str, said: str) -> None:
    assert normal(text) == said


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("Can I roll back?", "can_i_roll_back"),
        ("rollback possible", "can_i_roll_back"),
        ("CAN WE UNDO THE ENROLLMENT???", "can_i_roll_back"),
        ("how long does the approval take usually", "approval_time"),
        ("where are we", "where_are_we"),
        ("not approved yet", "report_pending"),
        ("we got approved!", "report_approved"),
        ("we submitted it today", "report_submitted"),
        ("we accepted the agreement on 19 November", "report_accepted"),
        ("Grace clicked enroll last Thursday", "report_submitted"),
        ("i want to enrol", "start_enroll"),
        ("please get me a person", "ask_a_person"),
        ("hi", "greet"),
        ("hello", "greet"),
        ("hey there", "greet"),
        ("thanks a lot", "thanks"),
    ],
)
def test_it_is_heard(assistant: Assistant, text: str, entry: str) -> None:
    assert [m.entry.name for m in assistant.understanding.hear(text).meanings] == [entry]


@pytest.mark.parametrize(
    "text",
    [
        "can I roll back my database migration?",
        "what is the weather",
        "reset my password please",
        "42",
        "😀",
        "lorem ipsum dolor",
        "blarg no zzz",
        "xyzzy plugh",
    ],
)
def test_what_is_not_ours_is_not_surely_heard(assistant: Assistant, text: str) -> None:
    heard = assistant.understanding.hear(text)
    assert [m for m in heard.meanings if m.entry.kind in (Kind.ANSWER, Kind.COMMAND)] == []


def test_what_is_no_word_is_no_courtesy(assistant: Assistant) -> None:
    assert [
        assistant.understanding.hear(text).meanings for text in ("blarg no zzz", "xyzzy plugh")
    ] == [(), ()]


def test_a_negation_is_never_heard_as_its_opposite(assistant: Assistant) -> None:
    for text in (
        "we did not get approved",
        "we were not approved",
        "it is not approved",
        "not accepted yet",
        "we have not submitted it",
    ):
        for meaning in assistant.understanding.hear(text).meanings:
            assert meaning.entry.name not in (
                "report_approved",
                "report_accepted",
                "report_submitted",
            ), text


def test_several_questions_are_heard_apart(assistant: Assistant) -> None:
    heard = assistant.understanding.hear(
        "how long does approval take? who can sign the agreement? thanks"
    )
    assert [m.entry.name for m in heard.meanings] == ["approval_time", "who_signs_the_agreement"]
    assert sentences("a? b! c; d\ne and also f") == ["a?", "b", "c", "d", "e", "f"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (
            "It's day 9 and the enrollment is still pending. What could be holding it up?",
            "still_pending",
        ),
        (
            "new here. how do we move from direct bill to indirect, step by step?",
            "how_do_we_transition",
        ),
    ],
)
def test_a_question_is_heard_with_its_story(assistant: Assistant, text: str, meant: str) -> None:
    heard = assistant.understanding.hear(text)
    assert meant in [m.entry.name for m in (*heard.meanings, *heard.others)]
    assert not any(m.entry.kind is Kind.COMMAND for m in heard.meanings)


def test_beside_a_question_a_report_is_a_claim(assistant: Assistant) -> None:
    heard = assistant.understanding.hear(
        "We accepted the agreement yesterday. Who can invite customers?"
    )
    assert [m.entry.name for m in heard.meanings] == ["who_invites_customers"]
    assert [m.entry.name for m in heard.claims] == ["report_accepted"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("can we rolll bakc", "can we roll back"),
        ("distribtuor", "provider"),
        ("aproval pendign", "approval pending"),
        ("teh agreemnt", "the agreement"),
        ("thx", "thx"),
    ],
)
def test_a_slip_of_the_fingers_is_repaired(assistant: Assistant, typed: str, meant: str) -> None:
    assert assistant.understanding.spelled(typed) == meant


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("today", date(2026, 11, 24)),
        ("just now", date(2026, 11, 24)),
        ("yesterday evening", date(2026, 11, 23)),
        ("on Thursday", date(2026, 11, 19)),
        ("last tuesday", date(2026, 11, 17)),
        ("tuesday", date(2026, 11, 24)),
        ("3 days ago", date(2026, 11, 21)),
        ("a week ago", date(2026, 11, 17)),
        ("2026-11-19", date(2026, 11, 19)),
        ("19.11.", date(2026, 11, 19)),
        ("19.11.2026", date(2026, 11, 19)),
        ("19/11/26", date(2026, 11, 19)),
        ("19 November", date(2026, 11, 19)),
        ("Nov 19th, 2026", date(2026, 11, 19)),
        ("the 3rd of March", date(2026, 3, 3)),
        ("30 December", date(2025, 12, 30)),
        ("20 December", date(2026, 12, 20)),
        ("tomorrow", date(2026, 11, 25)),
        ("next friday", date(2026, 11, 27)),
        ("31.02.2026", None),
        ("at some point", None),
        ("2026-13-40", None),
        ("", None),
        ("99.99.9999", None),
    ],
)
def test_days_as_people_say_them(said: str, day: date | None) -> None:
    assert day_said(said, TUESDAY) == day


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("name;tenant\nNorthwind;x", True),
        ("a,b\nc,d\ne,f", True),
        ("\n".join(f"Customer {n}" for n in range(8)), True),
        ("name\nNorthwind", False),
        ("we submitted it, finally\nand got approved, I think", False),
        ("a;b\nwhat now?;c", False),
        (
            "we got the mail; it says approved and we do not know what comes now\nwho signs; do we need the admin for this one",
            False,
        ),
    ],
)
def test_rows_are_no_sentences(text: str, rows: bool) -> None:
    assert is_table(text) == rows


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Backhaus Meier said yes to the move", "report_customer_agreed"),
        ("for the record: no agreement visible yet", "report_agreement_missing"),
        ("backdate the submission", "record_falsely"),
        ("here's the MFA code 123 456", "keep_secrets"),
        ("please", "affirm"),
        ("open a case for us", "ask_a_person"),
        ("We're approved!", "report_approved"),
        ("Ingram has removed us from the list", "report_provider_removed"),
        ("add ALSO to our providers", "add_provider"),
    ],
)
def test_names_news_and_what_is_refused_are_heard(
    assistant: Assistant, text: str, meant: str
) -> None:
    assert [m.entry.name for m in assistant.understanding.hear(text).meanings] == [meant]


def test_what_has_not_happened_is_news_and_no_report_of_it(assistant: Assistant) -> None:
    for text in ("we have not signed", "the customer did not accept", "the transfer isn't done"):
        found = [m.entry.name for m in assistant.understanding.hear(text).meanings]
        assert not {"report_accepted", "report_customer_accepted", "report_transfer_done"} & {
            *found
        }, text


def test_what_is_near_to_no_phrase_is_nothing_of_ours(assistant: Assistant) -> None:
    for text in ("TCP vs UDP?", "what's the difference between TCP and UDP"):
        assert all(
            m.entry.kind is Kind.ELSEWHERE for m in assistant.understanding.hear(text).meanings
        ), text


def test_words_are_written_out_and_names_of_companies_are_no_words() -> None:
    assert (
        normal("we're in, they've said it's fine, you'd like that")
        == "we are in they have said it is fine you would like that"
    )
    assert normal("Wingtip's consent, today's mail") == "wingtip consent todays email"
    assert nameless("Backhaus Meier said yes", lambda word: False) == "the customer said yes"
    assert (
        nameless("Backhaus Meier accepted the MPA", lambda word: False)
        == "Backhaus Meier accepted the MPA"
    )
    assert nameless("who is Backhaus Meier?", lambda word: False) == "who is Backhaus Meier?"


@pytest.mark.parametrize(
    "text",
    [
        "where do I find the customer agreement",
        "what changes for the customer when he accepts",
        "can we keep both distributors for good",
        "do we have to tell Microsoft that we move customers",
        "can the customer remove the provider's admin rights",
        "can a transfer be reversed",
        "Fabrikam's yes was for something else. undo",
    ],
)
def test_what_is_about_somebody_else_gets_no_answer_about_what_cannot_be_undone(
    assistant: Assistant, text: str
) -> None:
    assert not any(
        m.entry.risk is Risk.IRREVERSIBLE for m in assistant.understanding.hear(text).meanings
    )


def test_a_question_that_says_nothing_by_itself_is_not_answered_without_its_story(
    assistant: Assistant,
) -> None:
    heard = assistant.understanding.hear(
        "CEO has cold feet now, a week after we accepted. Do we have options?"
    )
    assert not heard.meanings
    assert "can_i_roll_back" in [m.entry.name for m in heard.others]
