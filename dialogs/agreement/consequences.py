"""What follows from a decision, by what was asked. Whoever asked hears it where she asked. No
words."""

from typing import Any

from dialogs.engine import notifications
from dialogs.engine.context import Turn
from dialogs.records.approval_cards import card, place_of
from dialogs.records.enrollment_reports import take_back
from domain import people
from domain.approvals import asked_back
from domain.approvals.approval import Approval, Kind
from domain.storage import outbox


def _after_go_ahead(turn: Turn, row: Approval, yes: bool) -> None:
    """The Global admin, and whoever started it, hear the decision."""
    for id_ in asked_back.askers(row):
        _tell(
            turn,
            row,
            id_,
            "notices/go_ahead" if yes else "notices/declined",
            mine=id_ == row.requester,
        )


def _after_known(turn: Turn, row: Approval, yes: bool) -> None:
    _tell(turn, row, row.starter, "notices/known" if yes else "notices/not_known")


def _after_withdrawal(turn: Turn, row: Approval, yes: bool) -> None:
    """The second person agrees that the acceptance was reported wrongly: the entry stops
    counting."""
    starter = people.by_id(turn.tx, row.starter)
    if yes and starter:
        take_back(
            turn,
            row.subject,
            int(row.about["seq"]),
            starter,
            str(row.about.get("note", "")),
            seconded_by=turn.person.id,
        )
    _tell(
        turn, row, row.starter, "notices/report_corrected" if yes else "notices/correction_declined"
    )


def _tell(turn: Turn, row: Approval, who: str, template: str, **more: Any) -> None:
    if person := people.by_id(turn.tx, who):
        said = card(turn.tx, row, turn.today)
        notifications.to_person(
            turn, person, template, row.subject, at=place_of(row, who), card=said, **more
        )


AFTER = {
    Kind.ACCEPT_AGREEMENT: _after_go_ahead,
    Kind.KNOWN_ACCEPTANCE: _after_known,
    Kind.WITHDRAW_ACCEPTANCE: _after_withdrawal,
}


def alarm_support(turn: Turn, asked: dict[str, str]) -> None:
    """Support hears of an acceptance that nobody gave a go-ahead for, and whether one had been
    asked."""
    workspace = people.workspace(turn.tx)
    if workspace and workspace.support_channel:
        data = turn.data(case=turn.case(), by=turn.person.name, offer="", about=asked)
        outbox.tell(
            turn.tx,
            outbox.to_channel(workspace.support_channel),
            [("notices/alarm", data)],
            key=f"alarm:{turn.key}",
            decision="command",
        )
