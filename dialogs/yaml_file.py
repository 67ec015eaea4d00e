"""YAML with its lines: every value is text, so that `no` stays a word, and every mapping knows
where it stands."""

from pathlib import Path
from typing import Any

import yaml

from domain.unusable import Unusable

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class BadFile(Unusable):
    """A data file that cannot be used. The message begins with file and line."""

    def __init__(self, path: Path, line: int, why: str) -> None:
        super().__init__(f"{'/'.join(path.parts[-3:])}:{line}: {why}")


class Located(dict[str, Any]):
    """A mapping that knows its file and line."""

    path: Path
    line: int

    def bad(self, why: str) -> BadFile:
        return BadFile(self.path, self.line, why)

    def only(self, *allowed: str) -> None:
        """Raises BadFile for a property that is not among the allowed ones."""
        for key in self:
            if key not in allowed:
                raise self.bad(f"unknown property {key!r}; allowed are {', '.join(allowed)}")


def load(path: Path) -> Located:
    """The mapping in a YAML file. Raises BadFile with file and line when it is none."""
    try:
        node = yaml.compose(path.read_text("utf-8"), Loader=_Loader)
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(path, 1, f"cannot be read: {error}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise BadFile(
            path, mark.line + 1 if mark else 1, str(getattr(error, "problem", error))
        ) from error
    if not isinstance(node, yaml.MappingNode):
        raise BadFile(path, 1, "must be a mapping")
    value = _value(node, path)
    assert isinstance(value, Located)
    return value


def _value(node: yaml.Node, path: Path) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, path) for item in node.value]
    if not isinstance(node, yaml.MappingNode):
        return str(node.value)
    here = Located()
    here.path, here.line = path, node.start_mark.line + 1
    for key, item in node.value:
        if key.value in here:
            raise BadFile(path, key.start_mark.line + 1, f"{key.value!r} stands here twice")
        here[key.value] = _value(item, path)
    return here
