"""`changeover check-link`: what becomes of a link that is passed on. Opens nothing and writes
nothing."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from domain.links.link_policy import POLICY, BadPolicy, Policy, policy_of
from domain.links.link_text import Form, judge_text
from domain.storage.store import AuditKey, Store, table
from domain.tables import Provider, Tenant, Workspace

MAX_LINE = 4_000_000


def check(text: str | None, policy: Policy, as_json: bool, source: TextIO = sys.stdin) -> int:
    """One text, or JSONL from `source` for "-". Returns 1 when a line could not be read; the others
    are judged."""
    if text != "-":
        said = text if text is not None else source.read().strip("\r\n")
        row = judge_text(form_of(said), said, policy).as_row()
        print(json.dumps(row) if as_json else _spoken(row))
        return 0
    bad = False
    for number, line in enumerate(source, 1):
        if line.strip():
            row = _line(line, number, policy)
            bad = bad or "error" in row
            print(json.dumps(row), flush=True)
    return 1 if bad else 0


def form_of(text: str) -> Form:
    """How a text on the command line is to be read: one address, Slack's mark-up, or running
    text."""
    if not any(sign in text for sign in " \n\t<"):
        return Form.URL
    return Form.SLACK if "<" in text else Form.EMAIL_TEXT


def read_policy(path: Path) -> Policy:
    """The policy in a file. Raises BadPolicy, naming file and key."""
    try:
        said = json.loads(path.read_text("utf-8"))
        if not isinstance(said, dict):
            raise BadPolicy("it must hold one object")
        return policy_of(said)
    except (OSError, ValueError, RecursionError) as error:
        raise BadPolicy(f"{path}: {error}") from error


def policy_of_workspace(url: str) -> Policy:
    """The built-in policy with the ids of the one workspace in this database; without ids where
    there is none, or more than one."""
    url = url if "://" in url else f"sqlite:///{url}"
    if url.startswith("sqlite") and not Path(url.removeprefix("sqlite:///")).is_file():
        return POLICY
    store = Store(url, AuditKey({"none": b""}))
    try:
        if not store.version():
            return POLICY
        with store.reading() as db:
            if len(db.execute(select(table(Workspace).c.team).limit(2)).all()) != 1:
                return POLICY
            ids = [
                row.guid
                for name in (Tenant, Provider)
                for row in db.execute(select(table(name).c.guid))
            ]
        return POLICY.expecting(ids)
    except SQLAlchemyError as error:
        raise BadPolicy(
            f"the workspace's database cannot be read: {type(error).__name__}"
        ) from error
    finally:
        store.close()


def _line(line: str, number: int, policy: Policy) -> dict[str, Any]:
    """The judgement of one line, or {"id", "error"} that says what is wrong with it."""
    id_: Any = None
    try:
        if len(line) > MAX_LINE:
            raise ValueError(f"longer than {MAX_LINE} characters")
        row = json.loads(line)
        if not isinstance(row, dict):
            raise ValueError("not an object")
        id_ = row.get("id")
        if not isinstance(id_, str | int) or not isinstance(row.get("input"), str):
            raise ValueError("needs an id and an input")
        if row.get("form") not in tuple(Form):
            raise ValueError(f"form is one of {', '.join(Form)}")
        return {"id": id_} | judge_text(row["form"], row["input"], policy).as_row()
    except (ValueError, RecursionError) as error:
        return {"id": id_, "error": f"line {number}: {error}"}


def _spoken(row: dict[str, Any]) -> str:
    return (
        f"accept ({row['kind']}): {row['relay']}"
        if row["verdict"] == "accept"
        else f"reject ({row['kind']}): {row['reason']}"
    )


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--policy",
        type=Path,
        help="a JSON file; without it the workspace's policy, else the built-in one",
    )
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.add_argument(
        "text", nargs="?", help="a text with a link, or - for JSON lines on standard input"
    )


def run(args: argparse.Namespace) -> int:
    url = os.environ.get("DATABASE_URL") or "changeover.db"
    policy = read_policy(args.policy) if args.policy else policy_of_workspace(url)
    return check(args.text, policy, args.as_json, sys.stdin)
