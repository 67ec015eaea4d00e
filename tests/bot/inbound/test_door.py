"""Turns that arrive together share a commit, and nothing else."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from bot.inbound.turns import TurnRunner
from bot.worker_pool import WorkerPool
from dialogs.engine.context import Assistant
from dialogs.engine.turn import TurnResult
from dialogs.inputs import ButtonPress, FormSubmission, Inbound, Message, Origin
from domain.storage import outbox
from domain.storage.store import Busy, Store
from tests.conftest import TEAM, Workspace


def said(n: int, text: str, slack: str = "U01MIRA") -> Message:
    return Message((f"e{n}",), slack, text, Origin(f"D{slack}"))


def together(workspace: Workspace, *heard: Inbound) -> list[TurnResult | BaseException]:
    async def go() -> list[TurnResult | BaseException]:
        return await asyncio.gather(
            *(workspace.runner.hear(TEAM, h) for h in heard), return_exceptions=True
        )

    return asyncio.run(go())


def test_turns_that_come_together_are_all_taken_each_once(workspace: Workspace) -> None:
    done = together(
        workspace,
        said(1, "thanks"),
        said(2, "help", "U02GRACE"),
        said(1, "thanks"),
        said(3, "where are we?", "U03OTTO"),
    )
    assert [d.new for d in done if isinstance(d, TurnResult)] == [True, True, False, True]
    workspace.send()
    assert sorted(m.templates[0] for m in workspace.sent) == [
        "help/what_i_do",
        "repair/thanks",
        "status/where_we_are",
    ]


def test_one_that_breaks_does_not_take_the_others_with_it(workspace: Workspace) -> None:
    broken = ButtonPress(("e2",), "U02GRACE", "enroll.start.now", None, Origin("D"))  # type: ignore[arg-type]
    done = together(
        workspace,
        said(1, "thanks"),
        broken,
        FormSubmission(("e3",), "U03OTTO", "enroll", {"tenant": "nowhere"}, Origin("")),
    )
    assert all(isinstance(d, TurnResult) for d in done)
    assert isinstance(done[2], TurnResult)
    assert "tenant" in done[2].wrong
    workspace.send()
    assert "repair/thanks" in [m.templates[0] for m in workspace.sent]


def test_more_than_one_commit_takes_are_taken_in_several(workspace: Workspace) -> None:
    done = together(workspace, *(said(n, "thanks") for n in range(80)))
    assert sum(isinstance(d, TurnResult) and d.new for d in done) == 80


def test_what_comes_a_round_of_the_loop_later_still_shares_the_commit(workspace: Workspace) -> None:
    commits = 0

    def count() -> None:
        nonlocal commits
        commits += 1

    event.listen(workspace.store.engine, "commit", lambda _: count())

    async def late(n: int) -> TurnResult:
        for _ in range(n):
            await asyncio.sleep(0)
        return await workspace.runner.hear(TEAM, said(n, "thanks", f"U1{n}"))

    async def go() -> list[TurnResult]:
        return await asyncio.gather(*map(late, range(6)))

    assert all(d.new for d in asyncio.run(go()))
    assert commits == 1


def test_a_locked_database_answers_nobody_and_does_nothing(
    assistant: Assistant, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot import schema
    from tests.conftest import KEY

    monkeypatch.setattr("domain.storage.store.BUSY_MS", 50)
    store, other = (Store(f"sqlite:///{tmp_path}/b.db", KEY) for _ in range(2))
    schema.upgrade(store)
    runner = TurnRunner(assistant, store, WorkerPool(0), lambda: datetime.now(UTC))

    async def go() -> list[TurnResult | BaseException]:
        return await asyncio.gather(
            *(runner.hear(TEAM, said(n, "thanks")) for n in range(3)), return_exceptions=True
        )

    with other.writing():
        assert all(isinstance(d, Busy) for d in asyncio.run(go()))
    with store.reading() as db:
        assert outbox.next_due(db) is None
    assert all(isinstance(d, TurnResult) and d.new for d in asyncio.run(go()))
    store.close()
    other.close()
