"""Phrases files in Rasa's nlu format: which words mean which intent. Knows no message."""

from pathlib import Path

from dialogs.yaml_file import Located, load


def phrases_of(file: Located) -> dict[str, tuple[str, ...]]:
    """intent -> phrases, from Rasa's nlu format. Raises BadFile."""
    found: dict[str, tuple[str, ...]] = {}
    for row in file.get("nlu", ()):
        if not isinstance(row, Located) or "intent" not in row:
            raise file.bad("each row under `nlu:` has an intent and examples")
        row.only("intent", "examples")
        lines = [line.strip() for line in str(row.get("examples", "")).splitlines() if line.strip()]
        if not lines or any(not line.startswith("- ") for line in lines):
            raise row.bad(f"the examples of {row['intent']!r} are lines that begin with '- '")
        found[row["intent"]] = tuple(line[2:].strip() for line in lines)
    return found


def load_phrases(path: Path) -> dict[str, tuple[str, ...]]:
    """The intents of one phrases file. Raises BadFile."""
    file = load(path)
    file.only("nlu", "version")
    return phrases_of(file)
