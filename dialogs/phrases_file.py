"""Phrases files in Rasa's nlu format: which words mean which intent. Knows no message."""

from pathlib import Path

from dialogs.yaml_file import Located, load

AUTHOR = "author"


def phrases_of(
    file: Located, authors: dict[tuple[str, str], str] | None = None
) -> dict[str, tuple[str, ...]]:
    """intent -> phrases, from Rasa's nlu format; an intent may have several rows, by several
    authors. `authors`: gets (intent, phrase) -> whose words these are, "" for ours. Raises
    BadFile."""
    found: dict[str, tuple[str, ...]] = {}
    for row in file.get("nlu", ()):
        if not isinstance(row, Located) or "intent" not in row:
            raise file.bad("each row under `nlu:` has an intent and examples")
        row.only("intent", "examples", "metadata")
        lines = [line.strip() for line in str(row.get("examples", "")).splitlines() if line.strip()]
        if not lines or any(not line.startswith("- ") for line in lines):
            raise row.bad(f"the examples of {row['intent']!r} are lines that begin with '- '")
        said = tuple(line[2:].strip() for line in lines)
        found[row["intent"]] = found.get(row["intent"], ()) + said
        author = _author(row)
        if authors is not None:
            authors |= {(row["intent"], phrase): author for phrase in said}
    return found


def _author(row: Located) -> str:
    about = row.get("metadata", {})
    if not isinstance(about, dict) or set(about) - {AUTHOR}:
        raise row.bad(f"metadata has one name, {AUTHOR!r}: whose words the examples are")
    return str(about.get(AUTHOR, ""))


def load_phrases(
    path: Path, authors: dict[tuple[str, str], str] | None = None
) -> dict[str, tuple[str, ...]]:
    """The intents of one phrases file. Raises BadFile."""
    file = load(path)
    file.only("nlu", "version")
    return phrases_of(file, authors)
