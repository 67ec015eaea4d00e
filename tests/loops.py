"""One test for many values, where a test each would cost more than it says."""

import inspect
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any


def for_each(
    names: str, values: Iterable[Any], of: Callable[[Any], Any] = repr
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Like pytest.mark.parametrize, as one test: all values are tried, and those that failed are
    named. For tests that leave nothing behind: fixtures are the same for every value."""
    kept = list(values)
    assert kept, names
    arguments = [name.strip() for name in names.split(",")]

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        @wraps(test)
        def run(**fixtures: Any) -> None:
            failed: list[tuple[Any, Exception]] = []
            for value in kept:
                given = [value] if len(arguments) == 1 else value
                try:
                    test(**dict(zip(arguments, given, strict=True)), **fixtures)
                except Exception as error:
                    failed.append((of(value), error))
            if failed:
                named = ", ".join(str(value) for value, _ in failed)
                error = failed[0][1]
                error.add_note(f"{len(failed)} of {len(kept)} failed: {named}")
                raise error

        whole = inspect.signature(test)
        others = [p for name, p in whole.parameters.items() if name not in arguments]
        run.__signature__ = whole.replace(parameters=others)  # type: ignore[attr-defined]
        return run

    return decorate
