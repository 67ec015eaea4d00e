"""A person is erased: nothing that she wrote or that names her is left in any table, and those who
waited for her are told."""

import json
import re
from typing import Any

import pytest
from sqlalchemy import select

from bot.cli.audit import verify
from bot.cli.erase import erase
from domain import people
from domain.approvals import approval
from domain.privacy import erasure
from domain.privacy.erasure import Report
from domain.questions import question
from domain.storage.store import every_table
from tests.conftest import Somebody, Workspace, member
from tests.dialogs.abilities.test_agreement import ask, seen
from tests.dialogs.abilities.test_support import Desk

__all__ = ["seen"]
PRIVATE = "my private words about the aunt Agatha"
TRACES = ("U01MIRA", "Mira", "Agatha", "DU01MIRA")


def erased(workspace: Workspace, slack: str) -> Report:
    with workspace.tx() as tx:
        report = erase(tx, people.meet(tx, slack))
    workspace.send()
    assert verify(workspace.store).lines == []
    return report


def everywhere(workspace: Workspace, *tables: str) -> str:
    """Every value of every row of every table, as text."""
    with workspace.store.reading() as db:
        return "\n".join(
            json.dumps(
                [t.name, *(str(v) if isinstance(v, bytes) else v for v in row)], ensure_ascii=False
            )
            for t in every_table()
            if not tables or t.name in tables
            for row in db.execute(select(t))
        )


def lived(workspace: Workspace, mira: Somebody, grace: Somebody, sam: Somebody) -> Desk:
    """Mira talks in every way that leaves something behind; others name her."""
    desk = Desk(workspace)
    mira.says(f"blarg {PRIVATE} zzz")
    mira.says("can I roll back?")
    card = desk.asks(mira, f"may {PRIVATE} stay")
    desk.answers(sam, card, "Mira, it may stay")
    with workspace.tx() as tx:
        people.claim_global_admin(tx, people.meet(tx, "U01MIRA"), people.meet(tx, "U01MIRA"))
    grace.says("blarg Mira and <@U01MIRA> zzz")
    grace.says("where are we?")
    mira.says("I want to enroll")
    return desk


def test_nothing_of_her_is_left_in_any_table(
    workspace: Workspace, mira: Somebody, grace: Somebody, sam: Somebody
) -> None:
    lived(workspace, mira, grace, sam)
    before = everywhere(workspace)
    assert all(trace in before for trace in TRACES)
    report = erased(workspace, "U01MIRA")
    after = everywhere(workspace)
    for trace in TRACES:
        assert not re.search(rf"(?<!\w){trace}(?!\w)", after), [
            line for line in after.splitlines() if trace in line
        ]
    assert {
        "person",
        "conversation",
        "lines",
        "messages for review",
        "texts of others that named her",
    } <= report.done.keys()


def test_it_can_be_done_again_and_finds_nothing(
    workspace: Workspace, mira: Somebody, grace: Somebody, sam: Somebody
) -> None:
    lived(workspace, mira, grace, sam)
    with workspace.tx() as tx:
        id_ = people.meet(tx, "U01MIRA").id
    erased(workspace, "U01MIRA")
    before = workspace.audit()
    with workspace.tx() as tx:
        gone = people.by_id(tx, id_)
        assert gone is not None
        assert erasure.was_erased(gone)
        again = erase(tx, gone)
    assert (
        not {"person", "notes", "lines", "conversation", "texts of others that named her"}
        & again.done.keys()
    )
    assert workspace.audit() == before


def test_nothing_of_others_is_touched(
    workspace: Workspace, mira: Somebody, grace: Somebody, otto: Somebody
) -> None:
    def of_others(mira: str) -> dict[str, Any]:
        with workspace.store.reading() as db:
            return {
                t.name: [str(tuple(r)) for r in db.execute(select(t).where(t.c.person != mira))]
                for t in every_table()
                if "person" in t.c and t.name != "outbox"
            }

    mira.says("can I roll back?")
    otto.says("blarg my own words zzz")
    grace.says("I want to enroll")
    with workspace.tx() as tx:
        id_ = people.meet(tx, "U01MIRA").id
    before, states = (
        of_others(id_),
        everywhere(workspace, "lifecycle", "tenant", "partner", "workspace"),
    )
    erased(workspace, "U01MIRA")
    assert of_others(id_) == before
    assert everywhere(workspace, "lifecycle", "tenant", "partner", "workspace") == states


def test_who_writes_again_is_a_stranger(workspace: Workspace, mira: Somebody) -> None:
    mira.says("can I roll back?")
    with workspace.tx() as tx:
        id_ = people.meet(tx, "U01MIRA").id
    erased(workspace, "U01MIRA")
    mira.says("can I roll back?")
    with workspace.tx() as tx:
        assert people.meet(tx, "U01MIRA").id != id_
        assert people.meet(tx, "U01MIRA").roles == frozenset()
    erased(workspace, "U01MIRA")


def test_a_namesake_keeps_her_name(workspace: Workspace, mira: Somebody, sam: Somebody) -> None:
    with workspace.tx() as tx:
        other = people.meet(tx, "U09OTHER", name="Mira")
    sam.says("blarg Mira zzz")
    mira.says("can I roll back?")
    erased(workspace, "U01MIRA")
    with workspace.tx() as tx:
        assert people.names(tx, [other.id]) == {other.id: "Mira"}
    assert "blarg Mira zzz" in everywhere(workspace, "unheard")


def test_another_workspace_is_not_touched(workspace: Workspace, mira: Somebody) -> None:
    mira.says("can I roll back?")
    with workspace.store.turn("T02", workspace.now) as tx:
        there = member(tx, "U01MIRA", name="Mira")
    erased(workspace, "U01MIRA")
    with workspace.store.turn("T02", workspace.now) as tx:
        assert people.by_id(tx, there.id) == there


def test_her_question_is_closed_and_its_card_holds_none_of_her_words(
    workspace: Workspace, mira: Somebody, grace: Somebody, sam: Somebody
) -> None:
    desk = lived(workspace, mira, grace, sam)
    card = desk.cards()[-1]
    assert "Agatha" in desk.now(card).words
    erased(workspace, "U01MIRA")
    now = desk.now(card)
    assert "Agatha" not in now.words
    assert "Mira" not in now.words
    assert "*Closed*" in now.words
    told = workspace.messages_to("#C01SUPPORT")[-2:]
    assert ["support/told"] in [m.templates for m in told]


def test_what_a_supporter_had_is_open_again(
    workspace: Workspace, mira: Somebody, sam: Somebody
) -> None:
    desk = Desk(workspace)
    card = desk.asks(mira)
    desk.clicks(sam, card, "claim")
    erased(workspace, "U04SAM")
    with workspace.tx() as tx:
        (row,) = question.asked_by(tx, people.meet(tx, "U01MIRA").id)
        assert (row.state, row.claimed_by) == ("Open", "")
    assert "card.deed.claim" in desk.now(card).buttons


def test_what_only_she_asked_for_ends_and_who_waits_hears_it(
    seen: None, workspace: Workspace, mira: Somebody, grace: Somebody, otto: Somebody
) -> None:
    mira.says("we need the go ahead").clicks("agreement.second.ask").hears("agreement/needs_admin")
    erased(workspace, "U01MIRA")
    assert grace.last.templates == ["notices/request_closed"]
    with workspace.tx() as tx:
        assert approval.to_confirm(tx, people.meet(tx, "U02GRACE")) == []
    grace.clicks("agreement.confirm.confirmed")
    assert otto.heard == []


def test_the_request_of_an_erased_admin_is_closed_for_its_approver(
    seen: None, workspace: Workspace, grace: Somebody, otto: Somebody
) -> None:
    ask(grace)
    offer = otto.offer("decide.decision.approve")
    erased(workspace, "U02GRACE")
    otto.clicks("decide.decision.approve", offer=offer)
    tenant = workspace.case().tenant
    with workspace.tx() as tx:
        assert approval.go_ahead(tx, tenant) is None


def test_a_go_ahead_of_an_erased_approver_stands_no_more(
    seen: None, workspace: Workspace, grace: Somebody, otto: Somebody, mira: Somebody
) -> None:
    mira.says("we need the go ahead").clicks("agreement.second.ask").hears("agreement/needs_admin")
    grace.clicks("agreement.confirm.confirmed")
    otto.clicks("decide.decision.approve").hears("agreement/decided")
    erased(workspace, "U03OTTO")
    assert "notices/request_restarted" in [
        t for m in workspace.messages_to("Mira") for t in m.templates
    ]
    tenant = workspace.case().tenant
    with workspace.tx() as tx:
        assert approval.go_ahead(tx, tenant) is None


def test_a_name_counts_as_a_whole_alone(
    workspace: Workspace, mira: Somebody, grace: Somebody
) -> None:
    with workspace.tx() as tx:
        people.change(tx, people.meet(tx, "U01MIRA"), name="Mira of the Lake")
    grace.says("blarg Mira of the Lake, not Miranda, not Mira zzz")
    erased(workspace, "U01MIRA")
    assert "blarg (erased), not Miranda, not Mira zzz" in everywhere(workspace, "unheard")


@pytest.mark.parametrize("text", ["yes", "no", "ok"])
def test_short_words_of_hers_blank_nothing_of_others(
    workspace: Workspace, mira: Somebody, grace: Somebody, text: str
) -> None:
    mira.says(text)
    grace.says(f"blarg {text} zzz")
    erased(workspace, "U01MIRA")
    assert f"blarg {text} zzz" in everywhere(workspace, "unheard")
