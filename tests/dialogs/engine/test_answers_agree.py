"""Messages on one subject say the same, at every stage: each test holds several of them side by
side."""

import re
from collections.abc import Callable

import pytest

from bot.cli.ask import Asker
from bot.rendering.block_kit import lines_of
from bot.rendering.render import Templates
from domain.tenant import case
from tests.bot.rendering.test_words import cases, data

Say = Callable[[str, str], str]
STAGES = [*case.STAGE_STATES]
ACCEPTED = ("accepted", "listed")
PAGE_SAYS = "Once you enroll as an indirect reseller using the new capability"
NO_RETURN = re.compile(r"(?:can't|cannot|does not) (?:return|be direct bill only)")


@pytest.fixture
def say(asker: Asker, words: Templates) -> Say:
    """All that a message shows at a stage, its small print too."""

    def shown(name: str, stage: str) -> str:
        here = asker.stages.at(stage).data
        values = here | data(name, here["case"]) | {"today": "2026-12-01"}
        blocks = words.message([(name, values)]).blocks
        return "\n".join(line for block in blocks for line in lines_of(block))

    return shown


@pytest.mark.parametrize("stage", STAGES)
def test_microsoft_has_a_transition_guide_and_we_read_its_opening(say: Say, stage: str) -> None:
    for name in ("answers/transition_guide", "answers/move_customers_in_time"):
        said = say(name, stage)
        assert "/enroll/partner-transition-guide|" in said, name
        assert "its opening" in said, name
        assert "no official plan" not in said, name


@pytest.mark.parametrize("stage", STAGES)
def test_the_partner_center_api_is_not_supported_for_resellers(say: Say, stage: str) -> None:
    """Some read calls answer, and Graph is another API: so none says that there is no access."""
    for name in ("answers/mfa_for_api", "answers/powershell_errors", "answers/do_we_lose_the_api"):
        said = say(name, stage)
        assert "supported for resellers" in said, name
        assert "no API access" not in said, name


@pytest.mark.parametrize("stage", STAGES)
def test_the_page_of_the_providers_has_one_place(say: Say, stage: str) -> None:
    for name in ("answers/find_a_provider", "answers/providers_link_missing"):
        said = say(name, stage)
        assert "Customers > Indirect providers" in said, name
        assert "distributor's guide" in said, name


@pytest.mark.parametrize("stage", STAGES)
def test_azure_support_requests_are_the_providers(say: Say, stage: str) -> None:
    assert "provider opens Azure support requests" in say("answers/azure_tickets", stage)
    for name in ("answers/azure_tickets", "answers/reseller_can_and_cannot"):
        said = say(name, stage)
        assert "Azure" in said, name
        assert "Azure support requests stay" not in said, name


@pytest.mark.parametrize("stage", STAGES)
def test_the_provider_creates_a_tenant_for_a_reseller_customer(say: Say, stage: str) -> None:
    assert "your provider creates" in say("answers/create_customer_tenant", stage)
    assert "the provider" in say("remind/customer_provider_creates_tenant", stage)
    assert "the provider" in say("customer/ask_tenant_made", stage)


@pytest.mark.parametrize("name", ["answers/approval_time", "remind/enrollment_pending_overdue"])
def test_after_five_business_days_it_is_a_ticket(words: Templates, name: str) -> None:
    overdue = next(c for c in cases() if c["enrollment"] == "PendingOverdue")
    said = words.message([(name, data(name, overdue))])
    assert "ticket" in said.text
    assert "at most" not in said.text
    assert "P-APPROVAL-DAYS@v1" in said.facts


@pytest.mark.parametrize("stage", STAGES)
def test_the_way_back_is_the_same_in_all_answers_about_it(say: Say, stage: str) -> None:
    roll_back, cancel, same_tenant = (
        say(f"answers/{name}", stage)
        for name in ("can_i_roll_back", "cancel_while_pending", "same_tenant_or_new")
    )
    for said in (roll_back, cancel, same_tenant):
        assert not (stage in ACCEPTED and "decide first" in said)
        if stage in ACCEPTED:
            assert NO_RETURN.search(said), said
        else:
            assert PAGE_SAYS in said and "our own reading" in said, said
    assert PAGE_SAYS in roll_back and PAGE_SAYS in cancel
    assert roll_back.startswith("*There is no way back on this tenant") == (stage in ACCEPTED)
    assert cancel.startswith("*It's too late") == (stage in ACCEPTED)
    if stage in ("submitted", "approved"):
        assert "isn't documented" in roll_back and "isn't documented" in cancel


@pytest.mark.parametrize("stage", STAGES)
def test_provider_is_the_older_word_and_distributor_the_present_one(say: Say, stage: str) -> None:
    for name in ("answers/new_names", "answers/provider_or_distributor"):
        said = say(name, stage)
        assert "older name" in said, name
        assert "distributor" in said, name
