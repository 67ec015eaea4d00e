"""A message as a second reader may see it: no name, no address, no id, and no word that is not
everyday. Has no user texts."""

import re
import unicodedata

from dialogs.engine.context import Turn
from dialogs.engine.name_masking import without_names
from dialogs.nlu.normalise import STOP, is_question, sentences
from dialogs.second_reader.everyday import Everyday
from domain import identifiers, people
from domain.naming.mentions import MOST_WORDS, mentions

COLLEAGUE, COMPANY, SOMEONE, SOMETHING = "a colleague", "our company", "someone", "something"
_STANDS_FOR = frozenset(
    "colleague company someone something customer provider link address id domain number".split()
)
_MENTION = re.compile(r"<[@#!][^>]*>|(?<!\w)[@#][\w-]+")
_WORD = re.compile(r"[^\W_]+")
# A capital inside a sentence, where it is not asked for.
_NAME = re.compile(r"(?<=[^\s.!?:]\s)[A-ZÀ-ÖØ-Þ][^\W\d_]*[^\W\d_A-Z][^\W_]*")
_TWICE = re.compile(rf"\b({SOMETHING}|{SOMEONE})(?: (?:{SOMETHING}|{SOMEONE}))+\b")


def masked(turn: Turn, text: str, everyday: Everyday) -> str:
    """The message in normalised words, each of them everyday or a word that stands for what was
    taken out; "" where too little is left to be read, or where it is too long to be looked
    through."""
    text = unicodedata.normalize("NFKC", text)
    if len(_WORD.findall(text)) > MOST_WORDS:
        return ""
    text = text.lower() if text.isupper() else text  # its capitals point to no name
    text = _MENTION.sub(f" {SOMEONE} ", identifiers.without_identifiers(text))
    known = [person.name for person in people.everybody(turn.tx) if person.name]
    text = _replaced(text, known, COLLEAGUE)
    text = _replaced(text, [turn.partner.name] if turn.partner else [], COMPANY)
    text = without_names(turn, text)
    text = _NAME.sub(lambda m: m[0] if m[0].lower() in everyday.capitals else SOMEONE, text)
    return _everyday(turn, text, everyday)


def _replaced(text: str, names: list[str], instead: str) -> str:
    for found in reversed(mentions(names, text) if names else []):
        text = text[: found.start] + instead + text[found.end :]
    return text


def _everyday(turn: Turn, text: str, everyday: Everyday) -> str:
    said, kept, left_out = [], 0, 0
    for part in sentences(text):
        words = turn.assistant.understanding.spelled(part).split()
        shown = [w if w in _STANDS_FOR or everyday.has(w) else SOMETHING for w in words]
        left_out += sum(w in (SOMETHING, SOMEONE) for w in shown)
        kept += sum(w not in STOP and w not in _STANDS_FOR for w in shown)
        said.append(_TWICE.sub(r"\1", " ".join(shown)) + ("?" if is_question(part) else "."))
    return " ".join(said) if kept > left_out else ""
