"""A workspace whose turns may ask a second reader, and messages that are held back."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace

from bot.cli.stages import Stages
from bot.rendering.render import Templates
from bot.second_reader import wire
from bot.second_reader.endpoint import Endpoint
from bot.second_reader.reader import SecondReader
from bot.worker_pool import WorkerPool
from dialogs.engine.context import Assistant
from dialogs.engine.turn import TurnResult
from dialogs.inputs import Inbound
from dialogs.nlu.workspace_model import WorkspaceModels
from dialogs.second_reader.everyday import Everyday
from dialogs.second_reader.question import HeldBack, Outcome, Question
from domain.storage.store import Store
from tests.conftest import NOON, TEAM, Somebody, Workspace, member

VAGUE = (
    "who pays whom then",
    "how does money flow after that",
    "who gets the bill at the end",
    "what does the customer pay after that",
    "do they see our prices after that",
    "how is the new partner paid",
    "is our old price still good",
    "does our discount stay the same",
    "what if our guy never opens the link thing",
    "who pays whom for the seats then",
    "is there a way to keep some of the old stuff running after",
    "do customers have to sign anything again",
    "can the customer refuse somehow",
    "what happens with the price list",
    "which of us two calls microsoft",
)


def with_second_reader(assistant: Assistant) -> Assistant:
    """The same, as `serve` has it where an address is set."""
    everyday = Everyday.of(assistant.understanding.entries.values())
    return replace(assistant, everyday=everyday, known=WorkspaceModels(assistant.understanding))


def asked_about(assistant: Assistant, texts: Iterable[str]) -> dict[str, Question]:
    """Of these texts, as first messages, those that a second reader is asked about."""
    stages, found = Stages(with_second_reader(assistant), NOON.date()), {}
    for text in texts:
        try:
            stages.take(text, "direct")
        except HeldBack as held:
            found[text] = held.question
    stages.close()
    return found


class SecondHouse(Workspace):
    """Turns run as in `serve`: on an event loop, the second reader between two runs."""

    def __init__(
        self,
        assistant: Assistant,
        words: Templates,
        store: Store,
        endpoint: Endpoint | None,
        seconds: float = wire.SECONDS,
        **more: object,
    ) -> None:
        has = endpoint is not None
        known = with_second_reader(assistant) if has else assistant
        super().__init__(known, words, store, **more)  # type: ignore[arg-type]
        self.seconds = seconds
        if endpoint is not None:
            self.runner.second_reader = self.reader(endpoint)

    def reader(self, endpoint: Endpoint) -> SecondReader:
        return SecondReader(
            endpoint,
            self.store,
            WorkerPool(0),
            lambda: self.now,
            lambda name: self.words.title(f"answers/{name}"),
        )

    @property
    def second(self) -> SecondReader:
        assert self.runner.second_reader is not None
        return self.runner.second_reader

    @property
    def outcomes(self) -> dict[str, int]:
        return {name: n for name, n in self.second.outcomes.items() if n}

    def reads(self, question: Question) -> Outcome:
        """What becomes of a question, outside any turn."""

        async def read() -> Outcome:
            async with wire.connection(self.seconds) as self.second.session:
                return (await self.second.read(TEAM, question)).outcome

        return asyncio.run(read())

    def take(self, heard: Inbound, person: Somebody) -> TurnResult:
        (done,) = self.take_all((heard, person))
        return done

    def take_all(self, *inputs: tuple[Inbound, Somebody]) -> list[TurnResult]:
        """Several at the same moment."""
        before = len(self.sent)
        for heard, _ in inputs:
            if not (heard.outsider or self.slack_is_silent):
                with self.tx() as tx:
                    member(tx, heard.slack)
        done = asyncio.run(self._hear([heard for heard, _ in inputs]))
        assert self.runner.errors == 0, "the turn broke; the log says why"
        self.send()
        for somebody in self.people.values():
            new = [m for m in self.sent[before:] if not m.is_live_card]
            somebody.heard = [m for m in new if m.to == somebody.name]
        return done

    async def _hear(self, inputs: list[Inbound]) -> list[TurnResult]:
        reader = self.runner.second_reader
        if reader is None:
            return list(await asyncio.gather(*(self.runner.hear(TEAM, i) for i in inputs)))
        async with wire.connection(self.seconds) as reader.session:
            return list(await asyncio.gather(*(self.runner.hear(TEAM, i) for i in inputs)))
