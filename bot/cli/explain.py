"""`changeover explain TRACE` and `changeover ask --explain`: how a message was understood, what
decided, and what was done about it."""

import argparse
import sys
from typing import Any, TextIO

from bot.cli import database
from domain.storage import traces
from domain.storage.store import Store

REPLY = "reply:"
NUMBERS = ("score", "needed", "share", "probability", "cosine")
WHOSE = {
    "shipped": " (shipped)",
    "workspace": " (learned from use in this workspace)",
    "rule": " (a rule asks for more)",
}


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("trace", help="the key of a reply, or the reference in an apology")


def run(args: argparse.Namespace) -> int:
    with database.as_it_is() as store:
        return explain(store, args.trace)


def explain(store: Store, trace: str, out: TextIO = sys.stdout) -> int:
    """`trace`: the `key` in the metadata of a reply, or the reference in an apology. 1 where
    nothing is kept of it."""
    with store.reading() as db:
        found = traces.find(db, trace) or traces.find(db, f"{REPLY}{trace}")
    for document in found:
        show(document, out)
    if not found:
        print(f"changeover: no trace {trace!r} is kept", file=sys.stderr)
    return 0 if found else 1


def show(document: dict[str, Any], out: TextIO) -> None:
    """One trace (dialogs/traces.py), for people to read."""
    print(f"message: {document['text']!r}", file=out)
    for heard in document["heard"]:
        _show_heard(heard, out)
    if second := document.get("second_reader"):
        _show_second(second, out)
    if document["question"]:
        became = "answered by it" if document["answered"] else "not answered by it"
        print(f"open question: {document['question']}, {became}", file=out)
    if document["taken_by"]:
        print(f"taken by the ability: {document['taken_by']}", file=out)
    for title in ("acted", "offered", "claimed"):
        if document[title]:
            print(f"{title}: {', '.join(map(_named, document[title]))}", file=out)
    if document.get("broke"):
        print(f"the turn broke: reference {document['broke']}", file=out)
    said = ", ".join(document["templates"]) or "-"
    print(f"decision: {document['decision'] or '-'}; said: {said}", file=out)
    if document.get("facts"):
        print(f"rests on: {', '.join(document['facts'])}", file=out)


def _show_heard(heard: dict[str, Any], out: TextIO) -> None:
    for clause in heard["clauses"]:
        rule = f" (rule {clause['rule']})" if clause["rule"] else ""
        print(f"clause {clause['clause']!r}{rule}", file=out)
        for candidate in clause["ranked"]:
            print(f"  {_line(candidate)}", file=out)
    found = {
        name: ", ".join(heard[key]) or "-"
        for name, key in (("meant", "meant"), ("could be", "could_be"), ("claims", "claims"))
    }
    more = [name for name in ("far", "babble") if heard[name]]
    more += [f"not understood: {part!r}" for part in heard["missed"]]
    parts = [f"{name}: {what}" for name, what in found.items()]
    parts += [f"language: {heard['language']}", *more]
    print(f"heard by {heard['rule']}: {'; '.join(parts)}", file=out)


def _show_second(second: dict[str, Any], out: TextIO) -> None:
    took = "remembered" if second["remembered"] else f"{second['ms']} ms"
    chose = second["chose"] or "-"
    sent = repr(second["sent"]) if second["sent"] else "nothing"
    print(f"second reader was sent: {sent}", file=out)
    print(f"  offered: {', '.join(second['offered'])}", file=out)
    print(f"  chose: {chose} ({second['outcome']}, {took})", file=out)


def _line(candidate: dict[str, Any]) -> str:
    whose = {"needed": WHOSE.get(candidate.get("needed_by", ""), "")}
    numbers = "  ".join(
        f"{n} {candidate[n]:.2f}{whose.get(n, '')}" for n in NUMBERS if n in candidate
    )
    kept = f"  held back by {', '.join(candidate['held_back'])}" if candidate["held_back"] else ""
    sure = "  SURE" if candidate["sure"] else ""
    by = f"  by {candidate['by']}" if candidate["by"] else ""
    about = f"{candidate['name']} ({candidate['kind']}, {candidate['risk']})"
    return f"{about}  {numbers}{by}{sure}{kept}"


def _named(candidate: dict[str, Any]) -> str:
    return f"{candidate['name']} (by {candidate['by'] or '-'}, {candidate['score']:.2f})"
