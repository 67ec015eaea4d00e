"""From the notice to the first joint customer in headless Chromium, as Mira, Grace and Otto;
screens in .ci-output/story/."""

import pytest

from tests.bot.browser.test_browser import WHY_NOT, Page, demo_url, page

pytestmark = [pytest.mark.browser, pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)]
__all__ = ["demo_url", "page"]
FABRIKAM = (
    "https://partner.microsoft.com/dashboard/v2/invitation?id=22222222-3333-4444-8555-666666666666"
)
CUSTOMER_LINK = (
    "https://admin.microsoft.com/Adminportal/Home?invType=IndirectResellerRelationship&partnerId=11111111-2222-4333-8444-555555555555"
    "&msppId=1234567&indirectCSPId=22222222-3333-4444-8555-666666666666&DAP=false#/BillingAccounts/partner-invitation"
)


def standing(page: Page) -> None:
    page.acts_as("Mira")
    page.says("we got a letter that we are below the revenue")
    page.hears("A notice takes nothing away yet", "the-notice")
    page.clicks("Check where we stand")
    page.hears("Step 1: the month that counts")
    page.clicks("March")
    page.hears("You chose: March")
    page.says("about a million")
    page.hears("which side of it you're on", "about-a-million")
    page.clicks("Below")
    for step, answer in (
        ("Step 3", "No, all of it is direct"),
        ("Step 4", "Yes"),
        ("Step 5", "No"),
        ("Step 6", "I don't know"),
    ):
        page.hears(step)
        page.clicks(answer)
    page.hears("Step 7")
    page.clicks("I don't know")
    page.hears("Step 8")
    page.clicks("Yes")
    page.hears("you would fail", "the-verdict")


def enrollment(page: Page) -> None:
    page.clicks("Start the enrollment")
    page.hears("Step 1: the partner profile")
    page.clicks("Yes, both are current")
    page.hears("Step 2: the tenant")
    page.clicks("Tenant 11111111…5555")
    page.hears("Step 3: direct bill")
    page.clicks("Restricted")
    page.hears("Step 4: what you give up")
    page.clicks("Not yet")
    page.hears("saved your place and what you told me")
    page.says("where are we?")
    page.hears("Weigh with your leadership", "not-decided-yet")
    page.clicks("Go on with the enrollment")
    page.hears("We go on where we were", "where-we-were")
    page.clicks("We have weighed it")
    page.hears("Step 5: who does it")
    page.clicks("Grace")
    page.hears("Grace does this in Partner Center")
    page.says("last Friday")
    page.hears("Has Microsoft answered yet?")
    page.clicks("Approved")
    page.hears("Is the agreement there?")
    page.clicks("Yes, we see it")
    page.hears("Shall I ask?")
    page.clicks("Ask for the go-ahead")
    page.hears("confirms the request first")


def agreement(page: Page) -> None:
    page.acts_as("Grace")
    page.hears("Mira wants the agreement")
    page.clicks("Yes, ask the second person")
    page.hears("Otto decides now", "grace-asked-otto")
    page.acts_as("Otto")
    page.hears("Go-ahead to accept")
    page.clicks("Ask a question")
    page.hears("What would you like to know?")
    page.says("Did legal look at it?")
    page.hears("can answer", "otto-asks-first")
    page.acts_as("Grace")
    page.hears("Otto asks before deciding")
    page.clicks("Answer")
    page.hears("Write your answer")
    page.says("Yes, last week")
    page.hears("passing it on to Otto")
    page.acts_as("Otto")
    page.clicks("Approve")
    page.hears("You approved it", "otto-approved")
    page.acts_as("Grace")
    page.hears("gave the go-ahead")
    page.clicks("I accepted it")
    page.hears("with the go-ahead of a second person", "grace-accepted")
    page.acts_as("Mira")
    page.hears("is accepted, reported by Grace", "mira-hears-of-it")


def provider(page: Page) -> None:
    page.clicks("Choose a provider")
    page.hears("How to compare providers")
    page.clicks("Add a provider")
    page.hears("Which provider do you want to add?")
    page.says("Fabrikam Distribution")
    page.hears("Do you know the tenant of Fabrikam Distribution?")
    page.clicks("We don't know it")
    page.hears("in the same CSP region as you")
    page.clicks("Yes, it says so")
    page.hears("what do you want to note?")
    page.clicks("Support")
    page.hears("in which hours and languages")
    page.says("24/7 in German and English")
    page.hears("Noted so far: region, support")
    page.clicks("Done, compare")
    page.hears("Support: 24/7 in German and English", "side-by-side")
    page.says("we have chosen Fabrikam")
    page.hears("Have you agreed on terms with Fabrikam Distribution?")
    page.clicks("Yes, agreed")
    page.hears("Waiting on: Fabrikam Distribution", "chosen")


def invitation(page: Page) -> None:
    page.says(f"the mail from the provider came: {CUSTOMER_LINK}")
    page.hears("not a provider's invitation to you", "the-classic-mistake")
    page.says(f"here is the invitation from Fabrikam: {FABRIKAM}")
    page.hears("sending it to Grace")
    page.acts_as("Grace")
    page.hears("What accepting means", "grace-has-the-invitation")
    page.clicks("I accepted it")
    page.hears("show in your list of indirect providers in Partner Center?")
    page.clicks("Yes, it is there")
    page.hears("The partnership is recorded")
    page.acts_as("Mira")
    page.hears("is in the list of indirect providers", "mira-hears-that-it-is-listed")


def customer(page: Page) -> None:
    page.clicks("Invite a customer")
    page.hears("Which customer?")
    page.says("Northwind Traders, northwind.onmicrosoft.com")
    page.hears("Northwind Traders is not on your list yet")
    page.clicks("No, a new customer")
    page.hears("Joint invitation for Northwind Traders", "the-joint-invitation")
    page.says("the invitation was sent yesterday")
    page.hears("What does Partner Center show")
    page.clicks("Both have it")
    page.hears("How was it accepted so far?")
    page.clicks("The customer itself")
    page.hears("Has the provider ordered?")
    page.clicks("It has ordered")
    page.hears("Northwind Traders buys through Fabrikam Distribution", "the-first-joint-customer")
    page.says("where are we?")
    page.hears("Customers: 1 on the list, 1 through the provider already", "where-we-are")
    page.page.locator("button.sidebar-item", has_text="Changeover").click()
    page.page.locator(".home").get_by_text("Your customers").first.wait_for()
    page.shoot("home")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_from_the_notice_to_the_first_joint_customer(page: Page) -> None:
    page.folder = page.folder / "story"
    for chapter in (standing, enrollment, agreement, provider, invitation, customer):
        chapter(page)
