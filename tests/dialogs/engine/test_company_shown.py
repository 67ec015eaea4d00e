"""What the page of an invitation shows, as people say it: another company is heard in many wordings,
and whatever else the page may say is no other company."""

import pytest

from dialogs.invitation.company_shown import company_shown

ANOTHER = (
    "it says Fabrikam not ingram",
    "It says Fabrikam, not Ingram",
    "the page shows Fabrikam Distribution instead of Ingram Micro",
    "there's another company on the page",
    "the name is different",
    "that's not Ingram",
    "the name on the page doesn't match",
    "wrong company",
    "it is from Fabrikam",
    "it says Fabrikam",
    "I see Fabrikam there",
    "Fabrikam is written there",
    "why does it say Fabrikam?",
    "it shows a different provider",
    "this isn't from ingram, it's from Fabrikam",
    "never heard of this company",
    "the invitation is from TD Synnex",
    "partner center shows Tailspin Traders",
    "it's Fabrikam, we chose ingram",
    "page says fabrikam ltd but we expected ingram",
    "I don't recognize that name",
    "the provider is not the one we picked",
    "it asks me to authorize Fabrikam",
    "hmm it says litware",
    "not ingram, some other company",
    "the company name is wrong",
)
NOT_SAID = (
    "it says Ingram Micro",
    "it says ingram",
    "yes it is Ingram",
    "done, accepted",
    "it says access denied",
    "it says I need to sign in",
    "it is there",
    "it says Contoso",
    "the page is empty",
    "it says error 500",
    "it says Authorize indirect provider",
    "the link is dead",
    "it doesn't open",
    "where do I see the name?",
    "it shows Ingram Micro Cloud",
    "not yet",
    "I accepted it",
    "it is expired",
    "what if it says another name?",
    "is it from Ingram?",
    "it's not working",
    "I'm not the global admin",
    "it says Microsoft Partner Center",
    "it says I'm not allowed",
    "it says the link has expired",
    "it says invalid",
    "this is not for me",
    "the page says Access Denied",
)


@pytest.mark.parametrize("text", ANOTHER)
def test_another_company_is_heard(text: str) -> None:
    assert company_shown(text, "Ingram Micro", "Contoso").another


@pytest.mark.parametrize("text", NOT_SAID)
def test_what_says_nothing_of_another_company_is_none(text: str) -> None:
    assert not company_shown(text, "Ingram Micro", "Contoso").another


@pytest.mark.parametrize(
    "text", ["it says Fabrikam", "why does it say Fabrikam?", "I typed the wrong name in the form"]
)
def test_what_may_mean_something_else_is_not_plain(text: str) -> None:
    assert not company_shown(text, "Ingram Micro", "Contoso").plain


@pytest.mark.parametrize("text", ["it says Ingram Micro", "yes it shows ingram micro gmbh"])
def test_the_expected_company_is_heard(text: str) -> None:
    assert company_shown(text, "Ingram Micro", "Contoso").as_expected
