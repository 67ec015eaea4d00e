"""Choosing a provider as a conversation: what is entered stands side by side, nobody is ranked,
each step goes through the table."""

import re
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from bot.cli import seed, seed_catalogue
from domain import people
from domain.machine import stands
from domain.providers import comparison, providers
from domain.providers.partnership import MACHINE, Event
from domain.storage import audit
from tests.bot import limits
from tests.conftest import DESCRIPTION, Somebody, Workspace
from tests.dialogs.abilities.test_standing import TWO_PARTNERS

GUID = "22222222-3333-4444-8555-666666666666"
CATALOGUE = f"""
[[catalogue]]
name = "Tailspin Traders"
training = "webinars every week"
tenant = "{GUID}"
[[catalogue]]
name = "Adventure Distribution"
credit = "45 days"
"""


def entered(mira: Somebody, name: str, region: str = "same") -> None:
    mira.clicks("add_provider.start.now") if "add_provider.start.now" in shown(mira) else mira.says(
        "enter a provider"
    )
    mira.hears("provider/ask_provider_named")
    mira.says(name).hears("provider/ask_provider_tenant")
    mira.clicks("add_provider.provider_tenant.unknown").hears("provider/ask_same_region")
    mira.clicks(f"add_provider.same_region.{region}").hears("provider/ask_criterion")
    mira.clicks("provider_notes.criterion.done").hears("provider/comparison")


def shown(who: Somebody) -> dict[str, str]:
    messages = who.workspace.messages_to(who.name)
    return messages[-1].buttons if messages else {}


def table_of(who: Somebody) -> list[list[str]]:
    (block,) = [b for b in who.last.rendered.blocks if b["type"] == "table"]
    return [[cell["text"] for cell in row] for row in block["rows"]]


def state_of(workspace: Workspace, name: str) -> str:
    with workspace.tx() as tx:
        row = providers.called(tx, people.meet(tx, "U01MIRA").partner, name)
        return stands(tx, MACHINE, row.id).state if row else ""


def test_without_any_provider_the_criteria_are_explained(mira: Somebody) -> None:
    mira.says("help me choose a provider").hears("provider/what_counts")
    assert {
        "F-PROVIDER-TRAINING",
        "F-PROVIDER-MARKETING",
        "F-PROVIDER-CREDIT",
        "F-PROVIDER-DOES",
        "X-REGION",
        "G-REGION-LIST",
        "G-PRICE",
    } <= set(mira.last.rendered.facts)


def test_entering_one_asks_one_thing_at_a_time(mira: Somebody, workspace: Workspace) -> None:
    mira.says("help me choose a provider").clicks("add_provider.start.now").hears(
        "provider/ask_provider_named"
    )
    mira.says("Fabrikam Distribution").hears("provider/ask_provider_tenant")
    mira.says(GUID).hears("provider/ask_same_region")
    assert "(DE)" in mira.words
    mira.says("yes, same region").hears("provider/ask_criterion")
    mira.says("training").hears("provider/ask_criterion_note")
    mira.says("Two days on site, free of charge").hears("provider/ask_criterion")
    assert "Noted so far: region, training" in mira.words
    mira.says("credit").hears("provider/ask_criterion_note")
    mira.says("60 days, limit 200k EUR").hears("provider/ask_criterion")
    mira.says("done").hears("provider/comparison")
    row = table_of(mira)[1]
    assert row == [
        "Fabrikam Distribution",
        "considered",
        "yes, as said",
        "Two days on site, free of charge",
        "–",
        "60 days, limit 200k EUR",
        "–",
        "–",
    ]
    assert "Two days" not in str(audit_of(workspace))


def audit_of(workspace: Workspace) -> list[Any]:
    from sqlalchemy import select

    from domain.storage.store import table
    from domain.tables import Audit

    with workspace.store.reading() as db:
        return [tuple(row) for row in db.execute(select(table(Audit)))]


def test_a_tenant_id_that_staff_says_is_not_a_confirmed_one(
    mira: Somebody, workspace: Workspace
) -> None:
    mira.says("enter a provider").says("Fabrikam").says(GUID).hears("provider/ask_same_region")
    mira.clicks("add_provider.same_region.same")
    with workspace.tx() as tx:
        partner = people.meet(tx, "U01MIRA").partner
        row = providers.called(tx, partner, "Fabrikam")
        assert row.guid == ""
        assert comparison.notes(tx, partner)[row.id]["tenant"].text == GUID


@pytest.mark.parametrize("order", list(permutations(["Zava", "Adventure", "Fabrikam"])))
def test_nobody_is_ranked_whatever_the_order_or_the_notes(
    mira: Somebody, order: tuple[str, ...]
) -> None:
    for name in order:
        entered(mira, name)
    mira.says("compare providers").hears("provider/comparison")
    assert [row[0] for row in table_of(mira)[1:]] == ["Adventure", "Fabrikam", "Zava"]


def test_no_word_of_ours_praises_a_provider() -> None:
    for path in Path("templates/provider").glob("*.j2"):
        assert not re.search(
            r"\b(?:best|better|recommend\w*|top|winner|score|cheapest|rating)\b",
            path.read_text("utf-8").replace("I don't recommend providers", ""),
            re.I,
        ), path


def test_which_is_cheapest_goes_to_a_person(mira: Somebody) -> None:
    mira.says("which distributor is the cheapest?").hears("answers/best_provider")
    assert "G-PRICE" in mira.last.rendered.facts
    assert "support.start.now" in mira.last.buttons


@pytest.mark.parametrize(
    ("said", "part"),
    [
        (GUID, "looks like a tenant id"),
        ("1234567", "looks like a Partner ID"),
        ("fabrikam.onmicrosoft.com", "looks like a default domain"),
        ("a" * 90, "too long"),
    ],
)
def test_what_is_no_name_is_asked_for_again(
    mira: Somebody, workspace: Workspace, said: str, part: str
) -> None:
    mira.says("enter a provider").says(said).hears(
        "provider/no_name", "provider/ask_provider_named"
    )
    assert part in mira.words
    with workspace.tx() as tx:
        assert providers.of_partner(tx, people.meet(tx, "U01MIRA").partner) == []


@pytest.mark.parametrize(
    ("said", "template", "part"),
    [
        ("1234567", "repair/wrong_identifier", "looks like a Partner ID"),
        (GUID[:-1], "repair/wrong_identifier", "wrong length"),
        ("fabrikam.com", "repair/wrong_identifier", "your own domain"),
        ("11111111-2222-4333-8444-555555555555", "provider/own_tenant", "your own tenant"),
        ("fabrikam.onmicrosft.com", "repair/wrong_identifier", "almost a default domain"),
    ],
)
def test_a_swapped_or_broken_id_says_which_it_looks_like(
    mira: Somebody, said: str, template: str, part: str
) -> None:
    mira.says("enter a provider").says("Fabrikam").hears("provider/ask_provider_tenant")
    mira.says(said).hears(template, "provider/ask_provider_tenant")
    assert part in mira.words
    mira.says("fabrikam.onmicrosoft.com").hears("provider/ask_same_region")


def test_chosen_is_recorded_told_and_what_comes_next_is_said(
    mira: Somebody, workspace: Workspace
) -> None:
    entered(mira, "Fabrikam")
    mira.says("we chose Fabrikam").hears("provider/ask_terms")
    mira.clicks("choose_one.terms.agreed").hears("provider/chosen")
    for part in (
        "e-mails you an invitation link",
        "no one else may follow it",
        "admin rights in your own tenant",
        "waits until the agreement",
    ):
        assert part in mira.words
    assert state_of(workspace, "Fabrikam") == "Chosen"
    assert sorted(m.to for m in workspace.sent if m.templates == ["notices/provider_changed"]) == [
        "#C02ADMINS",
        "Grace",
    ]
    by_place = {
        m.to: m.words for m in workspace.sent if m.templates == ["notices/provider_changed"]
    }
    assert "I bring it to you" in by_place["Grace"]
    assert "I bring it to the Global admin" in by_place["#C02ADMINS"]


def test_a_provider_nobody_entered_can_be_the_chosen_one(
    mira: Somebody, workspace: Workspace
) -> None:
    mira.says("we have chosen a provider").hears("provider/ask_which_provider")
    mira.says("Northwind Supply").hears("provider/ask_same_region")
    mira.clicks("choose_one.same_region.same").hears("provider/ask_terms")
    mira.clicks("choose_one.terms.not_yet").hears("provider/terms_first")
    assert state_of(workspace, "Northwind Supply") == "Considered"


def test_more_than_one_provider_can_be_chosen(mira: Somebody, workspace: Workspace) -> None:
    for name in ("Fabrikam", "Tailspin"):
        entered(mira, name)
        mira.says(f"we chose {name}").clicks("choose_one.terms.agreed").hears("provider/chosen")
    assert "Also on your list: Fabrikam" in mira.words
    assert "X-MULTI-PROVIDER" in mira.last.rendered.facts
    assert {state_of(workspace, n) for n in ("Fabrikam", "Tailspin")} == {"Chosen"}


def test_another_region_is_refused_before_anything_is_recorded(
    mira: Somebody, workspace: Workspace
) -> None:
    entered(mira, "Fabrikam", "other")
    mira.says("shortlist Fabrikam").hears("provider/other_region")
    mira.says("we chose Fabrikam").hears("provider/other_region")
    assert "X-REGION" in mira.last.rendered.facts
    assert state_of(workspace, "Fabrikam") == "Considered"


def test_a_region_that_nobody_knows_is_asked_again_and_warned_of(
    mira: Somebody, workspace: Workspace
) -> None:
    entered(mira, "Fabrikam", "unknown")
    mira.says("shortlist Fabrikam").hears("provider/ask_same_region")
    mira.clicks("shortlist_provider.same_region.unknown").hears("provider/shortlisted")
    assert "haven't told me yet whether it is in your CSP region" in mira.words
    assert state_of(workspace, "Fabrikam") == "Shortlisted"


def test_ending_is_explained_and_recorded_when_it_has_happened(
    mira: Somebody, workspace: Workspace
) -> None:
    entered(mira, "Fabrikam")
    mira.says("we want to end with Fabrikam").hears("provider/ask_ended")
    mira.clicks("end_provider.ended.not_yet").hears("provider/how_to_end")
    mira.says("the partnership with Fabrikam was removed yesterday").hears("provider/does_not_fit")
    with workspace.tx() as tx:
        from domain.machine import advance

        me = people.meet(tx, "U01MIRA")
        id_ = providers.called(tx, me.partner, "Fabrikam").id
        advance(
            tx,
            MACHINE,
            id_,
            Event.SEEN_IN_LIST,
            me,
            day=date(2026, 11, 20),
            today=date(2026, 11, 24),
            partner=me.partner,
        )
    mira.reports("the partnership with Fabrikam was removed yesterday").hears("provider/ended")
    assert "23 November 2026" in mira.words
    assert "withdraws the provider's admin rights" in mira.words
    assert state_of(workspace, "Fabrikam") == "Removed"


def test_one_that_stands_is_not_given_up_and_one_only_considered_leaves_the_list(
    mira: Somebody, workspace: Workspace
) -> None:
    entered(mira, "Fabrikam")
    entered(mira, "Tailspin")
    mira.says("shortlist Tailspin").hears("provider/shortlisted")
    mira.says("we decided against Tailspin").hears("provider/given_up")
    assert state_of(workspace, "Tailspin") == "Considered"
    mira.says("we decided against Fabrikam").hears("provider/taken_off")
    mira.says("compare providers").hears("provider/comparison")
    assert [row[0] for row in table_of(mira)[1:]] == ["Tailspin"]
    with workspace.tx() as tx:
        assert [
            e.action
            for e in audit.entries(
                tx,
                f"partnership:{providers.called(tx, people.meet(tx, 'U01MIRA').partner, 'Tailspin').id}",
            )
        ] == [
            "criteria_compared",
            "given_up",
        ]


def test_the_form_enters_one_and_names_the_wrong_field(
    mira: Somebody, workspace: Workspace
) -> None:
    from tests.dialogs.abilities.test_enroll import press

    mira.says("help me choose a provider")
    done = workspace.take(press(workspace, mira, "provider.form.open"), mira)
    assert done.form is not None
    view = workspace.words.view(*done.form)
    assert list(limits.broken(view["blocks"], most="view blocks")) == []
    done = mira.fills(
        "provider", form_name="Fabrikam", form_tenant="1234567", form_training="weekly"
    )
    assert list(done.wrong) == ["form_tenant"]
    assert "Partner ID" in workspace.words.sentence(*done.wrong["form_tenant"])
    mira.fills(
        "provider",
        form_name="Fabrikam",
        form_tenant=GUID,
        form_region="same",
        form_training="weekly",
    )
    mira.hears("provider/comparison")
    assert table_of(mira)[1][:4] == ["Fabrikam", "considered", "yes, as said", "weekly"]


def test_the_workspaces_catalogue_is_offered_by_name_and_taken_over_as_its_word(
    mira: Somebody, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "with.toml"
    path.write_text(DESCRIPTION + CATALOGUE, "utf-8")
    workspace.plant(path)
    workspace.plant(path)
    mira.says("help me choose a provider").hears("provider/what_counts")
    assert "list has 2 to start with" in mira.words
    mira.clicks("add_provider.start.now").hears("provider/ask_provider_named")
    assert list(mira.last.buttons) == [
        "add_provider.provider_named.adventuredistribution",
        "add_provider.provider_named.tailspintraders",
    ]
    mira.clicks("add_provider.provider_named.tailspintraders").hears("provider/ask_same_region")
    mira.clicks("add_provider.same_region.same").clicks("provider_notes.criterion.done")
    assert table_of(mira)[1][3] == "webinars every week"
    with workspace.tx() as tx:
        partner = people.meet(tx, "U01MIRA").partner
        row = providers.called(tx, partner, "Tailspin Traders")
        assert row.guid == ""
        assert comparison.notes(tx, partner)[row.id]["training"].person == comparison.CATALOGUE


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('[[catalogue]]\nname = ""', "name is missing"),
        ('[[catalogue]]\nname = "A"\nrank = "1"', "unknown key rank"),
        ('[[catalogue]]\nname = "A"\ntenant = "1234567"', "no tenant id"),
        ('[[catalogue]]\nname = "A"\n[[catalogue]]\nname = "a"', "twice"),
        ('[[catalogue]]\nname = "A"\ncredit = 30', "must be a text"),
        ('catalogue = "x"', "each provider its"),
    ],
)
def test_a_broken_catalogue_is_refused_and_named(tmp_path: Path, text: str, part: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(
        text + "\n" + DESCRIPTION if text.startswith("cat") else DESCRIPTION + text, "utf-8"
    )
    with pytest.raises(seed.BadSeed, match=part):
        seed.read(path)


def test_the_catalogue_knows_no_rank() -> None:
    assert not {
        k
        for k in seed_catalogue.KEYS
        if k in ("rank", "score", "price", "rating", "stars", "position")
    }


def test_what_one_partner_enters_is_never_shown_to_another(
    mira: Somebody, otto: Somebody, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "two.toml"
    path.write_text(TWO_PARTNERS, "utf-8")
    workspace.plant(path)
    entered(mira, "Fabrikam Secret")
    otto.says("compare providers").hears("provider/what_counts")
    otto.says("enter a provider").says("Tailspin").clicks(
        "add_provider.provider_tenant.unknown"
    ).clicks("add_provider.same_region.same")
    otto.clicks("provider_notes.criterion.done").hears("provider/comparison")
    assert len(table_of(otto)) == 2
    assert "Secret" not in "".join(str(m.rendered.blocks) for m in workspace.sent if m.to != "Mira")


def test_many_providers_with_long_notes_fit_into_one_message(
    mira: Somebody, workspace: Workspace
) -> None:
    with workspace.tx() as tx:
        me = people.meet(tx, "U01MIRA")
        for n in range(60):
            id_ = providers.note(tx, me.partner, f"Provider {n:03}")
            for c in comparison.Criterion:
                comparison.note(
                    tx,
                    me.partner,
                    id_,
                    c,
                    "long || words | <!channel> " * 40,
                    me.id,
                    date(2026, 11, 24),
                )
    mira.says("compare providers").hears("provider/comparison")
    assert list(limits.broken(mira.last.rendered.blocks, mira.last.rendered.text)) == []
    assert {len(row) for row in table_of(mira)} == {8}
    assert len(table_of(mira)) == 21
    assert "40 more didn't fit" in mira.words


def test_the_comparison_costs_few_queries(mira: Somebody, workspace: Workspace) -> None:
    from sqlalchemy import event

    with workspace.tx() as tx:
        me = people.meet(tx, "U01MIRA")
        for n in range(50):
            providers.note(tx, me.partner, f"Provider {n:03}")
        seen: list[str] = []
        event.listen(tx.db, "before_cursor_execute", lambda *a: seen.append(a[2]))
        comparison.side_by_side(tx, me.partner)
        assert len(seen) == 3
