"""What the clause classifier knows of a text, for those that read it in its place."""

from collections.abc import Sequence

from dialogs.nlu import training
from dialogs.nlu.clause_classifier import ClauseClassifier
from dialogs.nlu.encoder import Encodes
from dialogs.nlu.encoding import storage
from dialogs.nlu.encoding.storage import LEARNED
from dialogs.nlu.in_context.reply_classifier import Text, texts_of


def text_of(classifier: ClauseClassifier, said: str, raw: str) -> Text:
    """Of one text. `said`: normalised; `raw`: as it was written."""
    unknown = [training.unknown_share(said, classifier.spelling)]
    head = classifier.learned.head
    return texts_of(head, classifier.vector(said)[None, :], [said], [raw], unknown)[0]


def learned_texts(
    classifier: ClauseClassifier, said: Sequence[str], raw: Sequence[str]
) -> list[Text]:
    """Of many texts that are learned from; their vectors are kept for the next time."""
    assert classifier.encoder is not None
    folder = storage.place_to_write(LEARNED)
    encode: Encodes = (kept := training.KeptVectors(classifier.encoder, folder))
    unknown = [training.unknown_share(text, classifier.spelling) for text in said]
    found = texts_of(classifier.learned.head, encode.vectors(said), said, raw, unknown)
    kept.keep()
    return found
