"""What is read of a table has the types of its columns, so that what mypy believes is true."""

import typing
from dataclasses import fields
from typing import Any

import pytest
from sqlmodel import SQLModel

import dialogs.assistant  # noqa: F401  (imports every module that reads rows)
from domain.storage.rows import KINDS


@pytest.mark.parametrize(("kind", "model"), KINDS, ids=lambda one: one.__name__)
def test_a_row_has_the_types_of_its_columns(kind: type[Any], model: type[SQLModel]) -> None:
    told, stored = typing.get_type_hints(kind), typing.get_type_hints(model)
    assert {f.name: told[f.name] for f in fields(kind)} == {
        f.name: stored[f.name] for f in fields(kind)
    }
