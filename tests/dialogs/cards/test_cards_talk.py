"""What people do with a card besides deciding: nudge, put off, pass on, be away. What never happens:
a decision by any of it, a request that nobody owns, a second nudge within the hour."""

from datetime import date

import pytest

from dialogs.agreement.waits import waits as waits_for_agreement
from dialogs.engine.context import Turn
from dialogs.engine.repair import begin
from dialogs.expectations.expectation import Expectation
from dialogs.inputs import Origin
from domain import people
from domain.approvals import approval, departures
from domain.people import Role
from domain.reminders import nudging
from tests.conftest import Somebody, Workspace
from tests.dialogs.abilities.test_agreement import ask, lose, seen  # noqa: F401
from tests.dialogs.abilities.test_approvals import as_it_is_now, nora, told  # noqa: F401

pytestmark = pytest.mark.usefixtures("seen")


def starts(mira: Somebody) -> None:
    """Mira starts the request; Grace has to confirm it."""
    mira.says("we need the go ahead").clicks("agreement.second.ask").hears("agreement/needs_admin")


def turn_of(workspace: Workspace, tx: object, who: Somebody) -> Turn:
    person = people.public(people.meet(tx, who.slack))  # type: ignore[arg-type]
    return Turn(workspace.assistant, tx, person, Origin(f"D{who.slack}"), workspace.key())  # type: ignore[arg-type]


def waiting_for(workspace: Workspace, who: Somebody) -> list[Expectation]:
    with workspace.tx() as tx:
        turn = turn_of(workspace, tx, who)
        return [
            e
            for ability in workspace.assistant.abilities
            if ability.waits
            for e in ability.waits(turn)
        ]


# what waits for whom


def test_the_admin_is_waited_for_until_she_confirms_then_the_approver_then_she_again(
    mira: Somebody, grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    starts(mira)
    assert [e.name for e in waiting_for(workspace, grace)] == ["agreement.confirm"]
    assert waiting_for(workspace, otto) == []
    grace.clicks("agreement.confirm.confirmed")
    assert waiting_for(workspace, grace) == []
    (card,) = waiting_for(workspace, otto)
    assert (card.name, card.by_press) == ("decide.decision", True)
    otto.clicks("decide.decision.approve")
    assert waiting_for(workspace, otto) == []
    (tell,) = waiting_for(workspace, grace)
    assert (tell.name, tell.by_press) == ("accepted.accepted_on", True)
    assert waiting_for(workspace, mira) == []
    grace.clicks("accepted.accepted_on.today")
    assert waiting_for(workspace, grace) == []


def test_an_approvers_question_waits_for_who_asked_until_it_is_answered(
    grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    otto.clicks("ask_back.start.now").says("has the CFO seen the numbers?")
    (question,) = waiting_for(workspace, grace)
    assert (question.name, question.options) == ("answer_back.counter_answer", ())
    grace.clicks("answer_back.start.now").says("yes, on Monday")
    assert waiting_for(workspace, grace) == []


def test_what_waits_begins_as_the_very_question(
    mira: Somebody, grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    def shows(who: Somebody) -> list[str]:
        with workspace.tx() as tx:
            turn = turn_of(workspace, tx, who)
            (expected,) = waits_for_agreement(turn)
            begin(turn, workspace.assistant.flows[expected.flow], **expected.about)
            return [name for name, _ in turn.parts]

    starts(mira)
    assert shows(grace) == ["agreement/ask_confirm"]
    grace.clicks("agreement.confirm.confirmed")
    assert shows(otto) == ["agreement/card"]
    otto.clicks("ask_back.start.now").says("has the CFO seen the numbers?")
    with workspace.tx() as tx:
        turn = turn_of(workspace, tx, grace)
        (question,) = waits_for_agreement(turn)
        begin(turn, workspace.assistant.flows[question.flow], **question.about)
        assert turn.parts[-1][0] == "agreement/ask_counter_answer"
    otto.clicks("decide.decision.approve")
    assert shows(grace) == ["agreement/ask_accepted_on"]


# a nudge


def test_a_nudge_brings_the_card_again_and_decides_nothing(
    mira: Somebody, grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    starts(mira)
    grace.clicks("agreement.confirm.confirmed")
    mira.says("can you nudge otto").hears("remind/nudged")
    assert "I nudged Otto" in mira.words
    (again,) = [m for m in workspace.messages_to("Otto") if "remind/nudge" in m.templates]
    assert again.templates == ["remind/nudge", "agreement/card"]
    assert "decide.decision.approve" in again.buttons
    assert workspace.case().approval == "Open"
    otto.clicks("decide.decision.approve").hears("agreement/decided")


def test_there_is_no_second_nudge_within_the_hour(
    mira: Somebody, grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    grace.clicks("nudge.start.now").hears("remind/nudged")
    workspace.later(minutes=50)
    mira.says("nudge otto").hears("remind/nudged")
    assert "already got a nudge" in mira.words
    assert told(workspace, "Otto", "remind/nudge") == 1
    workspace.later(minutes=15)
    mira.says("nudge otto").hears("remind/nudged")
    assert told(workspace, "Otto", "remind/nudge") == 2


def test_the_admin_who_has_to_confirm_can_be_nudged(
    mira: Somebody, grace: Somebody, workspace: Workspace
) -> None:
    starts(mira)
    mira.clicks("nudge.start.now").hears("remind/nudged")
    assert told(workspace, "Grace", "remind/nudge") == 1
    assert workspace.case().approval == "AwaitingGlobalAdmin"
    grace.clicks("agreement.confirm.confirmed").hears("agreement/open")


def test_nobody_is_nudged_where_nothing_waits(
    mira: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    mira.says("nudge otto").hears("remind/nobody_to_nudge")
    assert workspace.messages_to("Otto") == []


def test_nobody_nudges_herself(grace: Somebody, otto: Somebody, workspace: Workspace) -> None:
    ask(grace)
    otto.says("send the card again")
    assert told(workspace, "Otto", "remind/nudge") == 0


# not me


def test_an_approver_passes_the_card_on_and_the_asker_hears_to_whom(
    grace: Somebody, otto: Somebody, nora: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    otto.clicks("not_me.start.now").hears("agreement/passed_on")
    assert told(workspace, "Nora", "notices/passed_to_you") == 1
    assert told(workspace, "Grace", "notices/passed_on") == 1
    assert all(not m.buttons for m in as_it_is_now(workspace, "Otto").values())
    assert workspace.case().approval == "Open"
    assert waiting_for(workspace, otto) == []
    nora.clicks("decide.decision.approve").hears("agreement/decided")


def test_where_there_is_no_other_approver_it_stays_with_the_one(
    mira: Somebody, grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    starts(mira)
    grace.clicks("agreement.confirm.confirmed")
    otto.says("I'm not the right person").hears("agreement/stays_with_you", "agreement/card")
    assert told(workspace, "Grace", "notices/passed_on") == 1
    assert told(workspace, "Mira", "notices/passed_on") == 1
    assert [e.name for e in waiting_for(workspace, otto)] == ["decide.decision"]
    otto.clicks("decide.decision.approve").hears("agreement/decided")


def test_who_passed_it_on_has_it_again_when_the_other_one_leaves(
    grace: Somebody, otto: Somebody, nora: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    otto.clicks("not_me.start.now").hears("agreement/passed_on")
    lose(workspace, "Nora", live=False)
    workspace.send()
    otto.clicks("decide.decision.approve").hears("agreement/decided")


def test_it_is_not_passed_round_in_circles(
    grace: Somebody, otto: Somebody, nora: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    otto.clicks("not_me.start.now").hears("agreement/passed_on")
    nora.clicks("not_me.start.now").hears("agreement/stays_with_you", "agreement/card")
    with workspace.tx() as tx:
        (row,) = departures.live_of(tx, people.meet(tx, grace.slack).partner)
        assert [p.name for p in approval.asked_now(tx, row, date(2026, 11, 24))] == ["Nora"]


def test_the_admin_hands_the_request_back_and_another_one_is_named(
    mira: Somebody, grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    starts(mira)
    grace.says("I'm not the global admin").hears("agreement/handed_back")
    assert workspace.case().approval == "AwaitingGlobalAdmin"
    assert told(workspace, "Mira", "notices/admin_not_me") == 1
    mira.clicks("other_admin.start.now").hears("agreement/ask_other_admin")
    mira.says("me")
    assert sorted(m.templates for m in mira.heard) == [
        ["agreement/other_admin_named"],
        ["notices/confirm_request"],
    ]
    mira.clicks("agreement.confirm.confirmed").hears("agreement/open")
    otto.clicks("decide.decision.approve").hears("agreement/decided")
    with workspace.tx() as tx:
        assert people.meet(tx, grace.slack).has(Role.GLOBAL_ADMIN), "a press takes no role away"


def test_handing_back_closes_the_open_question_of_it(mira: Somebody, grace: Somebody) -> None:
    starts(mira)
    grace.says("we need the go ahead").hears("agreement/ask_confirm")
    grace.clicks("not_me.start.now").hears("agreement/handed_back")


def test_not_me_means_nothing_where_nothing_waits(mira: Somebody, workspace: Workspace) -> None:
    mira.says("I'm not the right person").hears("agreement/nothing_to_pass_on")


# until tomorrow


def test_an_approver_is_reminded_of_the_card_on_the_day_that_was_said(
    grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    otto.says("remind me tomorrow").hears("remind/snoozed")
    assert "tomorrow" in otto.words and "9:00" in otto.words
    for _ in range(96):
        workspace.later(minutes=15)
    assert told(workspace, "Otto", "remind/approval_open") == 1
    assert told(workspace, "Otto", "agreement/card") == 2, "the card itself comes again"
    otto.clicks("decide.decision.approve").hears("agreement/decided")


def test_a_day_after_the_request_has_ended_says_so(grace: Somebody, otto: Somebody) -> None:
    ask(grace)
    otto.says("remind me on Monday").hears("remind/snoozed")
    assert "request ends on 27 November" in otto.words


def test_the_admin_puts_the_request_off(
    mira: Somebody, grace: Somebody, workspace: Workspace
) -> None:
    starts(mira)
    grace.clicks("snooze.until.tomorrow").hears("remind/snoozed")
    assert workspace.case().approval == "AwaitingGlobalAdmin"
    for _ in range(96):
        workspace.later(minutes=15)
    assert told(workspace, "Grace", "remind/approval_awaiting_global_admin") == 1


def test_a_day_answers_until_when(grace: Somebody, otto: Somebody) -> None:
    ask(grace)
    otto.says("snooze").hears("remind/ask_until")
    otto.says("Thursday").hears("remind/snoozed")
    assert "26 November" in otto.words


# away


def test_a_request_never_waits_in_silence_while_its_approver_is_away(
    mira: Somebody, grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    starts(mira)
    grace.clicks("agreement.confirm.confirmed")
    otto.says("I'm on vacation from tomorrow until december 4").hears("away/gone")
    assert "Nothing waits" not in otto.words
    assert "still waits for you" in otto.words
    for name in ("Mira", "Grace"):
        (notice,) = [
            m for m in workspace.messages_to(name) if "notices/approver_away" in m.templates
        ]
        assert "Otto is away until 4 December" in notice.words
        assert "no other approver" in notice.words
    assert workspace.case().stuck
    mira.says("where are we?")
    assert "Otto (away until 4 December 2026)" in mira.words
    assert "no other approver" in mira.words


def test_the_stand_in_never_decides_her_own_request(
    grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    otto.says("I am away until Friday").hears("away/gone")
    assert waiting_for(workspace, grace) == []
    grace.clicks("decide.decision.approve", offer=otto.offer("decide.decision.approve"))
    assert workspace.case().approval == "Open"


def test_another_approver_covers_and_the_asker_hears_who(
    grace: Somebody, otto: Somebody, nora: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    otto.says("I am away until Friday").says("Nora").hears("away/gone")
    (notice,) = [
        m for m in workspace.messages_to("Grace") if "notices/approver_away" in m.templates
    ]
    assert "Nora can decide instead" in notice.words
    assert not workspace.case().stuck


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("I'm on vacation from tomorrow until december 12", "2026-12-12"),
        ("away 1 Dec - 12 Dec", "2026-12-12"),
        ("I'm out next week", "2026-12-06"),
        ("I'm out 3-7 December", "2026-12-07"),
        ("I am on holiday, back on Monday", "2026-11-29"),
    ],
)
def test_an_absence_ends_on_the_last_day_that_was_said(
    otto: Somebody, workspace: Workspace, said: str, until: str
) -> None:
    otto.says(said).hears("away/gone")
    with workspace.tx() as tx:
        from domain.approvals import away

        noted = away.of(tx, people.meet(tx, otto.slack).id, date(2026, 11, 24))
        assert noted is not None
        assert noted.until == until


def test_a_wrong_end_is_corrected_by_saying_the_right_one(otto: Somebody) -> None:
    otto.says("I am away until 5 December").hears("away/gone")
    otto.says("no, until 12 december").hears("away/gone")
    assert "12 December" in otto.words
    otto.clicks("away.start.now").hears("away/ask_away_until")
    otto.says("from 7 to 9 december").hears("away/gone")
    assert "9 December" in otto.words


def test_a_colleague_says_that_the_approver_is_sick(
    mira: Somebody, grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    starts(mira)
    grace.clicks("agreement.confirm.confirmed")
    mira.says("its urgent, otto is on holiday").hears("agreement/approver_away")
    assert "no other approver" in mira.words
    with workspace.tx() as tx:
        from domain.approvals import away

        assert away.now(tx, date(2026, 11, 24)) == {}, "nobody is marked as away by others"
    mira.clicks("nudge.start.now").hears("remind/nudged")


# what the alarm says, and who may report


def test_the_alarm_says_that_a_second_person_had_been_asked(
    mira: Somebody, grace: Somebody, otto: Somebody, workspace: Workspace
) -> None:
    ask(grace)
    mira.says("the agreement was accepted").clicks("accepted.accepted_on.today")
    (card,) = [m for m in workspace.messages_to("Otto") if "had not decided yet" in m.words]
    assert "No second person had been asked" not in card.words
    (alarm,) = [m for m in workspace.messages_to("#C01SUPPORT") if "notices/alarm" in m.templates]
    assert "had not decided yet" in alarm.words
    ended = [m for m in as_it_is_now(workspace, "Otto").values() if "accepted meanwhile" in m.words]
    assert len(ended) == 1


def test_without_a_request_the_alarm_says_that_nobody_had_been_asked(
    mira: Somebody, workspace: Workspace
) -> None:
    mira.says("the agreement was accepted").clicks("accepted.accepted_on.today")
    (alarm,) = [m for m in workspace.messages_to("#C01SUPPORT") if "notices/alarm" in m.templates]
    assert "No second person had been asked" in alarm.words


def test_only_the_admin_with_the_go_ahead_is_offered_to_report_the_acceptance(
    mira: Somebody, grace: Somebody, otto: Somebody
) -> None:
    def offered(who: Somebody) -> bool:
        who.says("where are we?")
        return any(b.startswith("accepted.") for b in who.last.buttons)

    assert not offered(mira) and not offered(grace) and not offered(otto)
    ask(grace)
    assert not offered(mira) and not offered(grace) and not offered(otto)
    otto.clicks("decide.decision.approve")
    assert offered(grace)
    assert not offered(mira) and not offered(otto)
    mira.says("can we accept the agreement").hears("agreement/go_ahead")
    assert not any(b.startswith("accepted.") for b in mira.last.buttons)


def test_a_nudge_of_a_matter_is_noted_once(grace: Somebody, workspace: Workspace) -> None:
    ask(grace)
    with workspace.tx() as tx:
        asker = people.meet(tx, grace.slack)
        (matter,) = nudging.waiting(tx, asker.partner, date(2026, 11, 24))
        assert [p.name for p in nudging.nudge(tx, matter, asker)] == ["Otto"]
        assert nudging.nudge(tx, matter, asker) == []
