"""What a second reader is asked, which of a few answers a message wants, and what it said. Values
alone."""

from dataclasses import dataclass
from enum import StrEnum

MOST_CHOICES = 8


class Outcome(StrEnum):
    """What became of a question. All but the first leave the turn as it would be without it."""

    PICKED = "picked"
    NONE = "none"  # none of the choices, it said
    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"  # any status but 200: an error, a redirect
    TOO_LARGE = "too_large"
    MALFORMED = "malformed"  # not JSON, or not the JSON that was asked for
    OUTSIDE = "outside"  # a number that stands for no choice
    # not asked, because:
    OVER_BUDGET = "over_budget"
    PAUSED = "paused"  # it failed several times in a row
    NOT_COUNTED = "not_counted"  # the budget could not be read


NOT_ASKED = (Outcome.OVER_BUDGET, Outcome.PAUSED, Outcome.NOT_COUNTED)


@dataclass(frozen=True)
class Choice:
    """An answer that may be picked, and the phrases of ours that are most like the message."""

    name: str
    phrases: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """`text`: the message, masked; `choices` in the order in which they are numbered."""

    text: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Reading:
    """`chose`: the name of a choice, "" for none; `ms`: how long it took; `remembered`: the same
    was asked before, so it was not asked again."""

    question: Question
    outcome: Outcome
    chose: str = ""
    ms: int = 0
    remembered: bool = False

    @property
    def was_sent(self) -> bool:
        """Did the text leave, for this message?"""
        return not self.remembered and self.outcome not in NOT_ASKED


class HeldBack(Exception):
    """The turn cannot go on without a second reader. The caller rolls back, asks it the `question`
    outside the transaction, and runs the turn again with what it said (`Message.second`)."""

    def __init__(self, question: Question) -> None:
        super().__init__("held back")
        self.question = question
