"""What a person is waited for in: an open question, a card, "then tell me". Pure values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.json_values import Json


@dataclass(frozen=True)
class Expectation:
    """A question that waits for one person's answer, whether it is open in the conversation or on a
    card.

    `name`: `flow.slot`; `options`: the values that its buttons stand for; `about`: the slots that
    its flow starts with (`approval`, `tenant_id`), empty for the open question; `at`: ms UTC, since
    when it waits; `by_press`: words never answer it, they bring its buttons once more; `whose`:
    whom it concerns, for words like "nudge them"; `asks`: `flow.slot` that puts a question of this
    person to those who wait.
    """

    name: str
    options: tuple[str, ...] = ()
    about: Mapping[str, Json] = field(default_factory=dict)
    at: int = 0
    by_press: bool = False
    whose: str = ""
    asks: str = ""

    @property
    def flow(self) -> str:
        return self.name.partition(".")[0]

    @property
    def slot(self) -> str:
        return self.name.partition(".")[2]
