"""What has to hold of a step of a played conversation: the alternatives of a labelled case
(`right`, `never`, `never_filled`), and `expect` of the repo's own conversations."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

Result = Mapping[str, Any]


def like(value: object, pattern: object) -> bool:
    """`*` matches anything; small and capital letters are alike."""
    return fnmatchcase(str(value).lower(), _without_classes(str(pattern).lower()))


def _without_classes(pattern: str) -> str:
    """Only `*` is special."""
    return pattern.replace("[", "[[]").replace("?", "[?]")


def _any(values: Iterable[object], patterns: Iterable[object]) -> bool:
    wanted = list(patterns)
    return any(like(value, pattern) for value in values for pattern in wanted)


def _reply(result: Result, key: str) -> list[str]:
    return list((result["reply"] or {}).get(key, ()))


def _is_event(entry: Mapping[str, str], pattern: str) -> bool:
    return like(entry["event"], pattern) or like(f"{entry['machine']}.{entry['event']}", pattern)


def _offered(result: Result, events: Iterable[str]) -> bool:
    """The output names events alone."""
    return _any(result["asked_to_confirm"], (event.rpartition(".")[2] for event in events))


def _recorded(result: Result, events: Iterable[str]) -> bool:
    wanted = list(events)
    return any(_is_event(entry, event) for entry in result["recorded"] for event in wanted)


def _counted(result: Result, counts: Mapping[str, int]) -> bool:
    return all(
        sum(_is_event(entry, event) for entry in result["recorded"]) == many
        for event, many in counts.items()
    )


def _filled(result: Result, wanted: Mapping[str, object]) -> bool:
    return all(
        any(like(slot, name) and like(value, pattern) for slot, value in result["filled"].items())
        for name, pattern in wanted.items()
    )


def _amounts(result: Result, wanted: Mapping[str, list[int | None]]) -> bool:
    found = {
        slot: [value["low"], value["high"]]
        for slot, value in result["filled"].items()
        if isinstance(value, dict)
    }
    return all(found.get(slot) == bounds for slot, bounds in wanted.items())


def _besides(result: Result, wanted: bool) -> bool:
    beside = [
        name
        for name in _reply(result, "templates")
        if not _any([name], ["*/ask_*", "repair/*", "help/*"])
    ]
    return bool(beside) is wanted


def _says(result: Result, words: Iterable[str]) -> bool:
    text = str((result["reply"] or {}).get("text", "")).lower()
    return any(word.lower() in text for word in words)


def _told(result: Result, names: Iterable[str]) -> bool:
    return _any((told["to"] for told in result["told"]), names)


HOLDS: dict[str, Callable[[Result, Any], bool]] = {
    "filled": _filled,
    "filled_none": lambda result, slots: not _any(result["filled"], slots),
    "filled_amount": _amounts,
    "asked_to_confirm": _offered,
    "asked_to_confirm_none": lambda result, events: not _offered(result, events),
    "recorded_any": _recorded,
    "recorded_none": lambda result, events: not _recorded(result, events),
    "recorded_count": _counted,
    "told_any": _told,
    "told_none": lambda result, names: not _told(result, names),
    "waits_for": lambda result, name: (
        result["waits_for"] is None if name is None else like(result["waits_for"] or "", name)
    ),
    "decision": lambda result, name: (result["reply"] or {}).get("decision") == name,
    "facts_any": lambda result, facts: _any(_reply(result, "facts"), facts),
    "templates_any": lambda result, names: _any(_reply(result, "templates"), names),
    "templates_none": lambda result, names: not _any(_reply(result, "templates"), names),
    "buttons_any": lambda result, names: _any(_reply(result, "buttons"), names),
    "buttons_none": lambda result, names: not _any(_reply(result, "buttons"), names),
    "text_any": _says,
    "text_none": lambda result, words: not _says(result, words),
    "besides_question": _besides,
}


def missed(result: Result, expected: Mapping[str, Any]) -> list[str]:
    """The keys of an alternative that do not hold. Raises KeyError for an unknown one."""
    return [key for key, wanted in expected.items() if not HOLDS[key](result, wanted)]


def is_right(case: Mapping[str, Any], result: Result) -> bool:
    """One of the alternatives holds with all of its keys, and nothing harmful was done."""
    return not harm(case, result) and any(not missed(result, right) for right in case["right"])


def harm(case: Mapping[str, Any], result: Result) -> list[str]:
    """What the last step recorded or filled that it must not."""
    events = [
        f"recorded {entry['machine']}.{entry['event']}"
        for entry in result["recorded"]
        if any(_is_event(entry, event) for event in case.get("never", ()))
    ]
    slots = [
        f"filled {slot} = {value}"
        for name, values in case.get("never_filled", {}).items()
        for slot, value in result["filled"].items()
        if like(slot, name) and any(like(value, one) for one in values)
    ]
    return events + slots


def by_context(cases: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """How many cases each context has, in the order in which they come."""
    return Counter(str(case.get("context", "")) for case in cases)
