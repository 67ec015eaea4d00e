"""Walks through the whole product at random, but towards what it has not seen: every command,
button and question.

After each turn it asks `audit verify`. Knows no flow by name; what a question of some type is
answered with stands in ANSWERS.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.cli.audit import verify
from dialogs.engine.context import Action, Outcome, Slots, Turn
from dialogs.engine.conversation_store import FORM, START, conversation_of
from dialogs.inputs import ButtonPress, FormSubmission, Inbound, Message, Origin
from domain import people
from domain.conversation import OpenQuestion
from domain.storage.store import table
from domain.tables import Audit
from tests.conftest import TEAM, Somebody, Workspace

GUID = "22222222-3333-4444-8555-66666666666{}"
LINK = (
    "https://partner.microsoft.com/dashboard/v2/invitation?id=22222222-3333-4444-8555-66666666666{}"
)
ANSWERS: dict[str, tuple[str, ...]] = {
    "day": ("today", "yesterday", "3 March 2024"),
    "amount": ("about 400k", "1.2m", "none"),
    "month": ("March", "november"),
    "identifier": (GUID.format(1), "northlight.onmicrosoft.com", "skip"),
    "text": ("because it was the wrong one", "Northwind", "Fabrikam Distribution", "none"),
    "words": ("Which tenant is meant here?", "we asked them last week"),
    "any": ("Fabrikam Distribution", "Northlight", "Grace", "other"),
}
# By slot, where words of the type would never do.
FITTING: dict[str, tuple[str, ...]] = {
    "list_text": (
        "name,tenant\nTailspin,tailspin.onmicrosoft.com\nWingtip,wingtip.onmicrosoft.com",
    ),
    "subscriptions": ("aaaaaaaa-bbbb-4ccc-8ddd-000000000001\nBusiness Premium",),
    "fact_id": ("P-ROLLBACK", "F-ROLLBACK-NONE"),
    "official_page": (
        "https://learn.microsoft.com/en-us/partner-center/account-settings/mpn-overview",
    ),
    "answer_phrases": ("do we get free coffee\nis the coffee free",),
    "rests_on": ("F-ROLLBACK-NONE", "P-ROLLBACK", "none"),
    "meant": ("can_i_roll_back", "approval_time"),
    "duplicate_of": ("other",),
}
SAID = (
    "can I roll back?",
    "is the coffee machine free of charge for partners?",
    "that's not what I asked",
    "where are we?",
    "please take this invitation <{link}> it came from Northlight",
    "never mind",
    "blorf gnarl wibble",
    "customer Northwind agreed yesterday",
    "Fabrikam Distribution is in our list",
)
DAYS = (1, 3, 8)
SEEN = 40  # messages
CHANNELS = {"Sam": ("#C01SUPPORT",), "Grace": ("#C02ADMINS",)}
GOES_ON, TIME_PASSES = 0.7, 0.02


def recorded(actions: dict[str, Action], ran: Counter[str]) -> dict[str, Action]:
    """The same actions, which count in `ran` how often they were run."""

    def counting(name: str, action: Action) -> Action:
        def run(turn: Turn, slots: Slots) -> Outcome:
            ran[name] += 1
            return action(turn, slots)

        return run

    return {name: counting(name, action) for name, action in actions.items()}


@dataclass(frozen=True)
class Move:
    """One thing that somebody can do now. `kind`: what it counts as; `goes_on`: it answers her open
    question."""

    kind: str
    heard: Inbound
    goes_on: bool = False


class Walker:
    """One workspace, its people, and what was seen so far (shared by the walks of one test)."""

    def __init__(self, workspace: Workspace, seen: Counter[str], seed: int) -> None:
        self.workspace, self.seen, self.random = workspace, seen, random.Random(seed)
        self.assistant = workspace.assistant
        self.turns: list[str] = []
        self._log = -1

    def walk(self, turns: int) -> None:
        for _ in range(turns):
            self.step()

    def step(self) -> None:
        """Mostly on with an open question, else whatever was done least often of all that can be
        done now."""
        moves = [move for who in self.workspace.people.values() for move in self._moves(who)]
        going_on = [m for m in moves if m.goes_on]
        if going_on and self.random.random() < GOES_ON:
            moves = going_on
        move = min(moves, key=lambda m: (self.seen[m.kind], self.random.random()))
        self.seen[move.kind] += 1
        self._takes(move)
        if self.random.random() < TIME_PASSES:
            self.workspace.later(days=self.random.choice(DAYS))
            self._check("time passes")

    def gives(self, who: Somebody, intent: str, most: int = 12) -> None:
        """One command, and on with its questions until none is open."""
        self._takes(self._command(who, intent))
        for _ in range(most):
            going_on = [m for m in self._moves(who) if m.goes_on]
            if not going_on:
                break
            move = min(going_on, key=lambda m: (self.seen[m.kind], self.random.random()))
            self.seen[move.kind] += 1
            self._takes(move)

    def _command(self, who: Somebody, intent: str) -> Move:
        phrase = self.assistant.understanding.entries[intent].phrases[0]
        return Move(
            f"{who.name}: command {intent}", replace(self._said(who, phrase), intent=intent)
        )

    def _moves(self, who: Somebody) -> Iterator[Move]:
        """The buttons she sees, an answer to her open question, a command, and what else people
        say."""
        with self.workspace.tx() as tx:
            person = people.seen(tx, who.slack)
            here = conversation_of(tx, person).open if person else None
        seen = [
            m
            for m in self.workspace.sent[-SEEN:]
            if m.to == who.name or m.to in CHANNELS.get(who.name, ())
        ]
        for message in seen:
            where = Origin(
                message.channel or f"D{who.slack}", direct=not message.to.startswith("#")
            )
            for action, offer in message.buttons.items():
                goes_on = here is not None and action.startswith(f"{here.name}.")
                yield Move(
                    self._kind(action),
                    ButtonPress((self.workspace.key(),), who.slack, action, offer, where),
                    goes_on,
                )
        if here and (text := self._answer(here)):
            yield Move(f"{here.name} in words", self._said(who, text), goes_on=True)
        said = self.random.choice(SAID)
        yield Move(said, self._said(who, said))
        intent = min(
            self.assistant.intents,
            key=lambda i: (self.seen[f"{who.name}: command {i}"], self.random.random()),
        )
        yield self._command(who, intent)

    def _said(self, who: Somebody, text: str) -> Message:
        raw = text.replace("{link}", LINK.format(self.random.randrange(10)))
        plain = raw.replace("<", "").replace(">", "")
        where = Origin(f"D{who.slack}")
        return Message(
            (self.workspace.key(),),
            who.slack,
            plain,
            where,
            raw=raw if raw != plain else "",
            ts=self.workspace.key(),
        )

    def _kind(self, action: str) -> str:
        """An option that is no fixed word stands for all of its question."""
        flow, slot, option = ([*action.split("."), "", ""])[:3]
        known = self.assistant.flows.get(flow)
        if known is None:
            return f"{flow}.*"
        fixed = slot in (START, FORM) or (
            slot in known.slots and option in known.slots[slot].values
        )
        return action if fixed else f"{flow}.{slot}.*"

    def _answer(self, here: OpenQuestion) -> str:
        slot = self.assistant.flows[here.flow].slots[here.slot]
        fitting = FITTING.get(slot.name, ANSWERS.get(slot.type, ()))
        return self.random.choice([*fitting, *here.options, *slot.values] or [""])

    def _takes(self, move: Move) -> None:
        heard = move.heard
        self.turns.append(f"{heard.slack}: {move.kind}")
        done = self.workspace.runner.hear_now(TEAM, heard)
        for _ in range(2):  # what is wrong is said beside the field, and it is handed in once more
            if done.form is None:
                break
            form = done.form
            view = self.workspace.words.view(*form)
            flow = str(view["callback_id"]).partition("/")[0]
            self.seen[f"form {flow}"] += 1
            values = {b["block_id"]: self._field(b) for b in view["blocks"] if b["type"] == "input"}
            done = self.workspace.runner.hear_now(
                TEAM,
                FormSubmission(
                    (self.workspace.key(),),
                    heard.slack,
                    flow,
                    values,
                    Origin(""),
                    offer=view["private_metadata"],
                ),
            )
            done = replace(done, form=form if done.wrong else None)
        self.workspace.send()
        self._check(move.kind)

    def _field(self, block: dict[str, Any]) -> str:
        """What a person can put into one input of a modal; sometimes nothing, where it may be left
        empty."""
        element, slot = block["element"], block["block_id"]
        if block.get("optional") and self.random.random() < 0.3:
            return ""
        if options := element.get("options"):
            return str(self.random.choice(options)["value"])
        if element["type"] == "datepicker":
            return (
                (self.workspace.now - timedelta(days=self.random.randrange(3))).date().isoformat()
            )
        if "user" in element["type"]:
            return self.random.choice([p.slack for p in self.workspace.people.values()])
        if "conversation" in element["type"]:
            return "C02ADMINS"
        return self.random.choice(FITTING.get(slot, ANSWERS["text"]))

    def _check(self, name: str) -> None:
        assert self.workspace.runner.errors == 0, f"broke: {self.turns[-8:]}"
        rows = table(Audit)
        with self.workspace.store.reading() as db:
            log = db.execute(select(rows.c.seq).order_by(rows.c.seq.desc()).limit(1)).scalar() or 0
        if log != self._log:  # nothing new in the log: nothing new to be wrong
            self._log = log
            found = verify(self.workspace.store).lines
            assert found == [], f"{found} after {self.turns[-8:]}"
