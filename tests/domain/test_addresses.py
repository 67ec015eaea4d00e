"""Where waiting rows go is stored as JSON, and rows of every earlier version are read."""

from typing import Any

import pytest

from domain.storage.addresses import (
    AccountAddress,
    Address,
    FiguresAddress,
    FileAddress,
    TimerAddress,
)

PLACES: dict[str, tuple[Address, dict[str, Any]]] = {
    "a person": (Address(person="p1"), {"person": "p1"}),
    "a thread in a channel": (
        Address(channel="C1", thread="5.5", private_to="p1", by="p1"),
        {"channel": "C1", "thread": "5.5", "private_to": "p1", "by": "p1"},
    ),
    "under a card": (
        Address(channel="C1", under="question:q:card", updates="k"),
        {"channel": "C1", "under": "question:q:card", "updates": "k"},
    ),
    "among members": (
        Address(channel="C1", inside=True, instead="p1", say="status/not_here"),
        {"channel": "C1", "inside": "yes", "instead": "p1", "say": "status/not_here"},
    ),
    "a card": (
        Address(channel="C1", unshared=True, if_failed="support.not_put"),
        {"channel": "C1", "unshared": "yes", "if_failed": "support.not_put"},
    ),
}


@pytest.mark.parametrize("name", PLACES)
def test_an_address_is_stored_as_before_and_read_back(name: str) -> None:
    address, row = PLACES[name]
    assert address.to_row() == row
    assert Address.from_row(row) == address


def test_what_an_address_does_not_know_is_no_fault() -> None:
    row = {"person": "p1", "by": "", "thread": None, "since": 5, "of_a_later_version": "x"}
    assert Address.from_row(row) == Address(person="p1")


def test_a_reply_waits_in_the_lane_of_its_person_before_its_channel() -> None:
    assert Address(person="p1", channel="D1").recipient == "p1"
    assert Address(channel="C1").recipient == "C1"


def test_a_timer_a_file_and_figures_are_stored_as_before() -> None:
    timer = {"timer": "remind.sweep", "subject": "p1"}
    file = {"person": "p1", "slack": "U1", "url": "https://x", "channel": "D1", "thread": ""}
    figures = {"since": "2026-11-17", "until": "2026-11-24", "as": "k", "person": "p1"}
    figures |= {"day": "2026-11-24", "at": {"channel": "C1", "private_to": "p1"}}
    account = {"person": "p1", "slack": "U1"}
    assert AccountAddress.from_row(account).to_row() == account
    assert TimerAddress.from_row(timer).to_row() == timer
    for flags in ({"direct": "yes", "list": ""}, {"direct": "", "list": "yes"}):
        assert FileAddress.from_row(file | flags).to_row() == file | flags
    assert FiguresAddress.from_row(figures).to_row() == figures
    assert FiguresAddress.from_row(figures | {"at": {}}).to_row() == figures | {"at": {}}


def test_a_mail_that_waited_before_lists_could_be_shared_is_still_a_mail() -> None:
    row = {"person": "p1", "slack": "U1", "url": "https://x", "channel": "", "thread": ""}
    assert not FileAddress.from_row(row | {"direct": "yes"}).is_list
