"""Insight: what was asked is counted without its text, for support only, of one workspace only, in
a bounded number of queries."""

import csv
import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, select

from bot.rendering.render import Templates
from bot.reports.chart import png
from bot.reports.figures import named
from bot.reports.html import html_of
from bot.reports.spreadsheet import csv_of, dead
from domain import people
from domain.reporting import figures
from domain.storage.store import Store, Tx, table
from domain.tables import Partner, Turned
from tests.conftest import NOON, Somebody, Workspace

TODAY = date(2026, 11, 24)
WEEK = (TODAY - timedelta(days=6), TODAY)


def counted(workspace: Workspace) -> list[tuple[str, str]]:
    rows = table(Turned)
    with workspace.store.reading() as db:
        return [(r.decision, r.entry) for r in db.execute(select(rows).order_by(rows.c.id))]


def found(workspace: Workspace) -> dict[str, Any]:
    with workspace.tx() as tx:
        return figures(tx, *WEEK)


def test_what_was_asked_is_counted_and_never_its_text(mira: Somebody, workspace: Workspace) -> None:
    mira.says("can I roll back?").says("blorf gnarl wibble 4711")
    assert counted(workspace) == [("answer", "can_i_roll_back"), ("clarify", "")]
    rows = table(Turned)
    with workspace.store.reading() as db:
        kept = [tuple(r) for r in db.execute(select(rows))]
    assert "4711" not in str(kept)
    assert found(workspace)["topics"] == [{"entry": "can_i_roll_back", "count": 1}]


def test_two_questions_in_one_message_are_two_and_a_press_on_a_step_is_none(
    mira: Somebody, workspace: Workspace
) -> None:
    mira.says("can I roll back? how long does approval take?")
    mira.says("I want to enroll").clicks("enroll.profile.current")
    assert found(workspace)["total"] == 2
    assert [d for d, _ in counted(workspace)] == ["answer", "answer", "command"]


def test_a_message_that_comes_twice_is_counted_once(mira: Somebody, workspace: Workspace) -> None:
    mira.says("can I roll back?", key="same").says("can I roll back?", key="same")
    assert len(counted(workspace)) == 1


def test_support_gets_figures_picture_and_table_others_get_none(
    mira: Somebody, sam: Somebody, workspace: Workspace
) -> None:
    mira.says("can I roll back?")
    mira.says("show me the report").hears("report/not_for_you")
    sam.says("show me the report", channel="C9", thread="1.0").hears("report/figures")
    assert "Asked most" in sam.words
    rows = [m for m in workspace.sent if m.to == "#C9"]
    assert rows == [], "never in front of others"


def test_nothing_of_one_workspace_in_anothers_report(mira: Somebody, workspace: Workspace) -> None:
    mira.says("can I roll back?").says("we submitted it today")
    with workspace.store.turn("T02", NOON) as tx:
        empty = figures(tx, *WEEK)
    assert (empty["total"], empty["partners"], empty["longest"], empty["own"]) == (0, 0, [], {})


def test_the_digest_comes_on_monday_at_nine_once_to_each_of_support(
    mira: Somebody, sam: Somebody, workspace: Workspace
) -> None:
    mira.says("can I roll back?")
    workspace.later(days=5, hours=19, minutes=59)
    assert workspace.now.strftime("%A %H:%M") == "Monday 07:59"
    assert not [m for m in workspace.messages_to("Sam") if "report/figures" in m.templates]
    workspace.later(minutes=2)
    workspace.send()
    assert len([m for m in workspace.messages_to("Sam") if "report/figures" in m.templates]) == 1
    assert not [m for m in workspace.messages_to("Mira") if "report/figures" in m.templates]
    workspace.later(days=7)
    assert len([m for m in workspace.messages_to("Sam") if "report/figures" in m.templates]) == 1, (
        "a week without questions says nothing"
    )


def test_who_mutes_the_digest_gets_none_and_the_others_do(
    mira: Somebody, sam: Somebody, workspace: Workspace
) -> None:
    with workspace.tx() as tx:
        people.change(tx, people.meet(tx, "U02GRACE"), roles=["support"])
    mira.says("can I roll back?")
    workspace.later(days=7)
    sam.clicks("digest.weekly.mute").hears("report/digest_chosen")
    assert "digest_chosen" in workspace.audit()
    mira.says("can I roll back?")
    before = len(workspace.sent)
    workspace.later(days=7)
    assert [m.to for m in workspace.sent[before:] if "report/figures" in m.templates] == ["Grace"]
    sam.says("report").hears("report/figures").clicks("digest.weekly.send").hears(
        "report/digest_chosen"
    )
    mira.says("can I roll back?")
    before = len(workspace.sent)
    workspace.later(days=7)
    assert {m.to for m in workspace.sent[before:] if "report/figures" in m.templates} == {
        "Grace",
        "Sam",
    }
    mira.clicks("digest.weekly.mute", offer=sam.offer("digest.weekly.mute"))
    assert mira.last.templates == ["repair/not_yours"]


def test_a_supporter_who_asks_for_quiet_means_the_digest(sam: Somebody) -> None:
    sam.says("mute the notices").hears("milestones/not_for_you")
    sam.clicks("digest.weekly.mute").hears("report/digest_chosen")


def test_partners_by_stage_and_how_long_they_wait(mira: Somebody, workspace: Workspace) -> None:
    mira.reports("we submitted it on 20 November")
    stages = {s["stage"]: s for s in found(workspace)["stages"]}
    assert (stages["submitted"]["count"], stages["submitted"]["longest_days"]) == (1, 4)
    assert found(workspace)["longest"] == [{"partner": "Contoso", "stage": "submitted", "days": 4}]


def many(store: Store, turns: int, partners: int = 1) -> None:
    with store.writing() as db:
        db.execute(
            insert(table(Partner)),
            [
                {
                    "id": f"p{n}",
                    "team": "T07",
                    "name": f"P{n}",
                    "partner_id": "",
                    "country": "",
                    "subdivision": "",
                    "timezone": "UTC",
                }
                for n in range(partners)
            ],
        )
        rows = [
            {
                "team": "T07",
                "partner": f"p{n % partners}",
                "day": (TODAY - timedelta(days=n % 7)).isoformat(),
                "at": n,
                "decision": ("answer", "clarify", "handover")[n % 3],
                "entry": f"entry_{n % 90}",
                "confidence": 0.9,
                "door": "dm",
            }
            for n in range(turns)
        ]
        db.execute(insert(table(Turned)), rows)


def test_the_number_of_queries_does_not_grow(store: Store) -> None:
    def queries() -> int:
        seen: list[str] = []

        def count(conn: object, cursor: object, statement: str, *more: object) -> None:
            seen.append(statement)

        event.listen(store.engine, "before_cursor_execute", count)
        with store.reading() as db:
            figures(Tx(db, "T07", NOON, store.key), *WEEK)
        event.remove(store.engine, "before_cursor_execute", count)
        return len(seen)

    many(store, 300)
    few = queries()
    with store.writing() as db:
        db.execute(table(Partner).delete())
    many(store, 20_000, 500)
    assert queries() == few <= 15


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "|cmd", "%x", "\u200b=1"]
)
def test_formulas_are_dead(cell: str) -> None:
    assert str(dead(cell)).startswith("'")
    assert dead(-5) == -5


def hostile(workspace: Workspace) -> dict[str, Any]:
    with workspace.tx() as tx:
        tx.db.execute(
            table(Partner)
            .update()
            .values(name='=HYPERLINK("http://evil"), <script>alert(1)</script>"x')
        )
    workspace.people["Mira"].reports("we submitted it on 20 November").says("can I roll back?")
    return found(workspace)


def test_the_table_is_csv_and_dead(workspace: Workspace, words: Templates) -> None:
    figures_ = hostile(workspace)
    rows = list(csv.reader(io.StringIO(csv_of(figures_, named(words, figures_, "2026-11-24")))))
    assert all(len(row) == 5 for row in rows)
    assert not [cell for row in rows for cell in row if cell[:1] in "=+@" and cell]
    assert ["topics", "Can I roll back?"] in [row[:2] for row in rows] or any(
        row[0] == "topics" for row in rows
    )


def test_the_page_stands_alone_and_every_value_is_escaped(
    workspace: Workspace, words: Templates
) -> None:
    figures_ = hostile(workspace)
    page = html_of(figures_, named(words, figures_, "2026-11-24"))
    assert "<svg" in page
    assert "<script" not in page
    assert not re.search(r"(?:src|href)=|url\(|@import", page)
    assert "&lt;script&gt;" in page


def test_the_picture_is_a_png_of_a_size_that_slack_shows(
    workspace: Workspace, words: Templates
) -> None:
    figures_ = hostile(workspace)
    drawn = png(figures_, named(words, figures_, "2026-11-24"))
    assert drawn.startswith(b"\x89PNG")
    assert 2_000 < len(drawn) < 300_000
    with workspace.store.turn("T09", NOON) as tx:
        nothing = figures(tx, *WEEK)
    assert png(nothing, named(words, nothing, "2026-11-24")).startswith(b"\x89PNG")


def test_sam_who_is_support_no_more_gets_no_digest(
    mira: Somebody, sam: Somebody, workspace: Workspace
) -> None:
    mira.says("can I roll back?")
    with workspace.tx() as tx:
        people.change(tx, people.meet(tx, "U04SAM"), roles=[])
    workspace.later(days=6)
    assert not [m for m in workspace.messages_to("Sam") if "report/figures" in m.templates]
