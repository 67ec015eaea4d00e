"""for_each tries every value and fails where one does."""

import pytest

from tests.loops import for_each

TRIED: list[tuple[int, str]] = []


@for_each("number, word", [(1, "one"), (2, "two")])
def test_every_value_is_tried_with_the_fixtures(
    number: int, word: str, tmp_path_factory: object
) -> None:
    assert tmp_path_factory
    TRIED.append((number, word))


def test_all_of_them_were() -> None:
    TRIED.clear()
    test_every_value_is_tried_with_the_fixtures(tmp_path_factory=1)
    assert TRIED == [(1, "one"), (2, "two")]


def test_one_that_fails_is_named_and_the_others_are_tried() -> None:
    seen = []

    @for_each("number", [1, 2, 3, 4])
    def odd(number: int) -> None:
        seen.append(number)
        assert number % 2

    with pytest.raises(AssertionError) as failed:
        odd()
    assert failed.value.__notes__ == ["2 of 4 failed: 2, 4"]
    assert seen == [1, 2, 3, 4]
