"""Names in what people say: a known company is found by any part that means it, a new one only
where the sentence has a place for it, and a sentence is never a name."""

import pytest

from domain.naming.mentions import mentions
from domain.naming.names_said import (
    companies_compared,
    company_said,
    is_no_name,
    name_in_answer,
    subject_of,
)

KNOWN = (
    "Northwind Traders",
    "Fabrikam Foods",
    "Contoso Retail",
    "Direct Foods",
    "Blue Yonder Airlines",
    "City Power & Light",
    "Fabrikam Cloud",
    "TD SYNNEX",
    "A. Datum Corporation",
)


def named(text: str) -> list[str]:
    return [KNOWN[m.name] for m in mentions(KNOWN, text, ("contoso",))]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("invite Northwind", ["Northwind Traders"]),
        ("northwind said yes to the move today", ["Northwind Traders"]),
        ("NORTHWIND TRADERS agreed", ["Northwind Traders"]),
        ("did Northwind's boss agree", ["Northwind Traders"]),
        ("nortwind agreed", ["Northwind Traders"]),
        ("northiwnd agreed", ["Northwind Traders"]),
        ("Fabrikam Foods is next", ["Fabrikam Foods"]),
        ("fabrikam is next", ["Fabrikam Foods", "Fabrikam Cloud"]),
        ("fabrikam foods and northwind agreed", ["Fabrikam Foods", "Northwind Traders"]),
        ("we called Blue yesterday", ["Blue Yonder Airlines"]),
        ("yonder airlines signed", ["Blue Yonder Airlines"]),
        ("city power & light said no", ["City Power & Light"]),
        ("we take synnex", ["TD SYNNEX"]),
        ("datum wants to move", ["A. Datum Corporation"]),
    ],
)
def test_a_known_company_is_found_by_any_part_that_means_it(text: str, names: list[str]) -> None:
    assert sorted(named(text)) == sorted(names)


@pytest.mark.parametrize(
    "text",
    [
        "our direct customers agreed",
        "the food was good",
        "we accepted the agreement",
        "Contoso accepted the agreement",  # the partner's own name
        "Direct bill ends soon",  # a capital at the beginning of a sentence says nothing
        "WE ARE A DIRECT PARTNER",
        "the city is far and the power is off",
        "north wind",
        "the data is gone",
    ],
)
def test_everyday_words_name_no_company(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("add ingram micro as a provider", "ingram micro"),
        ("we picked ingram", "ingram"),
        ("we take TD Synnex instead", "TD Synnex"),
        ("we changed our mind, we take TD Synnex", "TD Synnex"),
        ("can you please invite Wide World Importers", "Wide World Importers"),
        ("we've decided for Pax8 as our distributor", "Pax8"),
        ("our choice is Crayon", "Crayon"),
        ("TD Synnex it is", "TD Synnex"),
        ("sorry I meant Fabrikam Foods", "Fabrikam Foods"),
        ("no, Fabrikam Foods", "Fabrikam Foods"),
        ("remove Contoso Retail", "Contoso Retail"),
        ("invite customer Adatum Corp to ingram", "Adatum Corp"),
        ("I want to add First Bank", "First Bank"),
        ("we went with ALSO", "ALSO"),
        ("the provider is called Northlight", "Northlight"),
    ],
)
def test_a_command_or_a_decision_says_the_name(text: str, name: str) -> None:
    assert company_said(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "invite a customer",
        "invite them",
        "add another one",
        "add 40 customers",
        "we picked a provider",
        "we take the extension",
        "we go with the joint invitation",
        "they want to verify our company",
        "we want to move the subscriptions",
        "compare prices and support",
        "we have decided",
        "show our customers",
        "it is there",
        "that's all",
        "it's empty",
        "we accepted the agreement today",
        "how do we find a provider",
    ],
)
def test_a_sentence_without_a_name_says_none(text: str) -> None:
    assert company_said(text) == ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Acme agreed last week", "Acme"),
        ("today Litware has signed", "Litware"),
        ("First Up Consultants said no", "First Up Consultants"),
        ("adatum didn't agree", "adatum"),
        ("our customer Wingtip Toys left", "Wingtip Toys"),
    ],
)
def test_who_agreed_is_the_subject(text: str, name: str) -> None:
    start, end = subject_of(text)
    assert text[start:end] == name


@pytest.mark.parametrize(
    "text",
    [
        "yep, board signed off this morning",
        "everybody agreed on monday",
        "our CEO accepted this",
        "management approved it yesterday",
        "we signed with Ingram Micro",
        "she gave the go-ahead",
        "Microsoft approved us",
        "has Acme agreed",
        "did it",
    ],
)
def test_our_own_people_and_microsoft_are_no_company_of_that_kind(text: str) -> None:
    assert subject_of(text) == (0, 0)


def test_two_are_compared() -> None:
    assert companies_compared("lets compare ingram micro and TD Synnex") == [
        "ingram micro",
        "TD Synnex",
    ]
    assert companies_compared("compare Arrow, Westcon and Infinigate") == [
        "Arrow",
        "Westcon",
        "Infinigate",
    ]
    for said in ("compare prices and support", "compare providers", "lets compare the two"):
        assert companies_compared(said) == []


@pytest.mark.parametrize(
    "text",
    [
        "how do I invite a customer",
        "what happens to our azure customers?",
        "northwind said yes to the move today",
        "we were approved today",
        "we dont have one yet",
        "not sure yet",
        "the one we talked about yesterday",
        "all of them",
        "later",
        "nothing yet",
        "I have no idea",
        "our biggest customer in berlin",
        "they want to verify our company",
        "why do you need that",
    ],
)
def test_a_report_or_a_question_is_never_a_name(text: str) -> None:
    assert is_no_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "Northwind",
        "northwind traders",
        "Best For You Organics Company",
        "The Phone Company",
        "the phone company",
        "Select Foods",
        "Open Systems AG",
        "blue yonder airlines",
        "city power & light",
        "School of Fine Art",
        "a. datum corporation",
        "1&1 Telecom",
        "3M",
    ],
)
def test_a_name_stays_a_name_whatever_its_words_are(text: str) -> None:
    assert not is_no_name(text)
    assert name_in_answer(text) == text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("it's ingram micro", "ingram micro"),
        ("I think it was Adatum", "Adatum"),
        ("the customer is Litware Inc", "Litware Inc"),
        ("add Select Foods", "Select Foods"),
        ("Northwind Traders please", "Northwind Traders"),
        ("we want Open Systems AG", "Open Systems AG"),
    ],
)
def test_of_an_answer_in_a_sentence_the_name_is_taken(text: str, name: str) -> None:
    assert name_in_answer(text) == name
