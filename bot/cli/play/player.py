"""Plays one conversation, step by step, in a workspace of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from bot.cli.play.consequences import Consequences
from bot.cli.play.demo_workspace import BOT, direct
from bot.cli.play.script import LAST, Edit, Press, Say, Script, Step, Wait, later
from bot.cli.play.workspace import NO_FORM, Button, House, Letter, Workspace, only_in_a_form
from bot.inbound.payloads import Body, heard_in
from dialogs.engine.turn import TurnResult
from dialogs.inputs import ButtonPress, Inbound, Origin

STARTS = time(10)
# Each step is so much later than the one before, so that one of them is the newest.
TICK = timedelta(milliseconds=1)


class CannotPlay(Exception):
    """A step that cannot be played; the message says which and why."""


@dataclass
class Played:
    """What one step came to. `who`, `line`: who did what, for people to read; `reply`, `told`:
    what left, to the person who acted or to others; `turns`: none for a wait; `sentence`: what is
    said instead of a modal; `result`: the step as a line of JSON has it."""

    who: str
    line: str
    reply: list[Letter] = field(default_factory=list)
    told: list[Letter] = field(default_factory=list)
    turns: list[TurnResult] = field(default_factory=list)
    sentence: str = ""
    result: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Written:
    """A message that a person wrote in a step, so that it can be edited."""

    channel: str
    thread: str
    ts: str
    text: str


class Player:
    """The people of the demo say, press, edit and wait. The clock stands at 10:00 and moves by
    waiting alone."""

    def __init__(self, house: House, played: Script) -> None:
        self.house, self.script = house, played
        self.now = datetime.combine(played.today, STARTS, house.zone)
        self.workspace = Workspace(house, lambda: self.now)
        self.look = Consequences(self.workspace)
        self.written: dict[int, Written] = {}
        self.number = 0

    def close(self) -> None:
        self.workspace.close()

    def play(self) -> Iterator[Played]:
        """The steps in order. Raises CannotPlay."""
        self.workspace.deliver()
        for number, step in enumerate(self.script.steps, 1):
            self.number, self.now = number, self.now + TICK
            try:
                yield self._step(step)
            except Exception as error:
                why = str(error) if isinstance(error, CannotPlay) else named(error)
                raise CannotPlay(f"step {number}: {why}") from error

    def _step(self, step: Step) -> Played:
        before = self.look.last_entry()
        if isinstance(step, Wait):
            played = Played("", f"({step.said} later)", told=self._wait(step))
            return self._with_result(played, before, "")
        slack = self.house.people[step.who]
        name = self.workspace.names[slack]
        heard, line = self._heard(step, slack)
        question = self.look.open_question(slack)
        turns = self.workspace.take(heard) if heard else []
        played = Played(name, line, turns=turns)
        for letter in self.workspace.deliver():
            mine = heard and not letter.is_update and _reads(letter, slack, heard.where)
            (played.reply if mine else played.told).append(letter)
        played.sentence = next(filter(None, map(self.workspace.instead_of_a_form, turns)), "")
        return self._with_result(played, before, question, step, heard)

    # --- what a step puts in
    def _heard(self, step: Say | Press | Edit, slack: str) -> tuple[Inbound | None, str]:
        if isinstance(step, Press):
            letter, button = self._button(step, slack)
            where = Origin(letter.channel, letter.thread)
            if not letter.owner:
                where = Origin(letter.channel, letter.thread or letter.ts, direct=False)
            key = (f"play:{self.number}",)
            press = ButtonPress(key, slack, button.action, button.offer, where, label=button.label)
            return press, f"[{button.label}]"
        if isinstance(step, Edit):
            return self._edited(step, slack), f"(edits {step.step}) {step.text}"
        return self._said(step, slack), f"{step.place} {step.text}".strip()

    def _said(self, step: Say, slack: str) -> Inbound | None:
        channel = self.house.places[step.place] if step.place else direct(slack)
        thread = self._thread(step, channel) if step.thread else ""
        ts = self.workspace.stamp()
        mentions = bool(step.place) and not thread
        text = f"<@{BOT}> {step.text}" if mentions else step.text
        self.written[self.number] = Written(channel, thread, ts, text)
        event = {"type": "app_mention" if mentions else "message", "text": text, "ts": ts}
        return self._event(slack, channel, thread, event)

    def _edited(self, step: Edit, slack: str) -> Inbound | None:
        said = self.written[step.step]
        mention = f"<@{BOT}> " if said.text.startswith(f"<@{BOT}>") else ""
        where = {"user": slack, "ts": said.ts} | ({"thread_ts": said.thread} if said.thread else {})
        event = {
            "type": "message",
            "subtype": "message_changed",
            "message": where | {"text": mention + step.text},
            "previous_message": where | {"text": said.text},
        }
        self.written[step.step] = Written(said.channel, said.thread, said.ts, mention + step.text)
        return self._event(slack, said.channel, "", event)

    def _event(self, slack: str, channel: str, thread: str, event: Body) -> Inbound | None:
        """What Slack would send, read as the real bot reads it."""
        place: Body = {"channel": channel, "user": slack}
        if channel == direct(slack):
            place["channel_type"] = "im"
        if thread:
            place["thread_ts"] = thread
        body = {
            "event_id": f"Ev{self.number}",
            "team_id": self.workspace.team,
            "authorizations": [{"team_id": self.workspace.team, "user_id": BOT, "is_bot": True}],
            "event": place | event,
        }
        return heard_in(body, BOT)

    def _thread(self, step: Say, channel: str) -> str:
        """The thread of the newest question card, or of the newest message, in this place."""
        for letter in reversed(self.workspace.standing.values()):
            is_card = letter.key.startswith("question:") and letter.key.endswith(":card")
            if letter.channel == channel and (is_card or step.thread == LAST):
                return letter.thread or letter.ts
        what = "message of the bot" if step.thread == LAST else "question card"
        raise CannotPlay(f"there is no {what} in {step.place or 'the direct messages'}")

    def _button(self, step: Press, slack: str) -> tuple[Letter, Button]:
        """The newest message with such a button that this person sees, and the button."""
        for letter in reversed(self.workspace.standing.values()):
            if letter.owner not in ("", slack):
                continue
            found = [b for b in letter.buttons if _is_meant(step, b)]
            if step.nth:
                found = found[step.nth - 1 : step.nth] if found else []
            if found:
                return letter, found[0]
        more = f" with {step.label!r} in its label" if step.label else ""
        more = f", not {step.nth} of them" if step.nth else more
        raise CannotPlay(f"{step.who} sees no button {step.button}{more}")

    def _wait(self, wait: Wait) -> list[Letter]:
        """Time passes; what becomes due leaves at its moment, in order."""
        until, left = later(self.now, wait), self.workspace.deliver()
        while (due := self.workspace.next_due(self.now)) is not None and due <= until:
            self.now = due.astimezone(self.house.zone)
            left += self.workspace.deliver()
        self.now = until
        return left

    # --- what comes out
    def _with_result(
        self,
        played: Played,
        before: int,
        question: str,
        step: Say | Press | Edit | None = None,
        heard: Inbound | None = None,
    ) -> Played:
        recorded = self.look.recorded_since(before)
        slack = self.house.people[step.who] if step else ""
        waits_for = self.look.waits_for(slack) if step else None
        offered: list[str] = []
        if heard:
            is_new = not isinstance(step, Press) and not recorded and waits_for != question
            offered = self.look.asked_to_confirm(
                slack, heard.where, played.turns, played.reply, is_new
            )
        played.result = {
            "reply": self._reply(played),
            "filled": self.look.filled(slack, played.turns),
            "asked_to_confirm": offered,
            "recorded": recorded,
            "told": [_told(letter) for letter in played.told],
            "waits_for": waits_for,
        }
        return played

    def _reply(self, played: Played) -> dict[str, Any] | None:
        templates = [name for letter in played.reply for name in letter.templates]
        lines = [line for letter in played.reply for line in letter.lines]
        if not played.reply:
            if not any(map(only_in_a_form, played.turns)):
                return None
            templates, lines = [NO_FORM], [played.sentence]
        facts = [
            fact.partition("@")[0] for letter in played.reply for fact in letter.rendered.facts
        ]
        return {
            "templates": templates,
            "decision": next((d.decision for d in reversed(played.turns) if d.decision), "command"),
            "facts": list(dict.fromkeys(facts)),
            "text": "\n".join(lines),
            "buttons": [button.action for letter in played.reply for button in letter.buttons],
        }


def named(error: Exception) -> str:
    """What went wrong, with its kind."""
    return f"{type(error).__name__}: {error}".strip(": ")


def _reads(letter: Letter, slack: str, where: Origin) -> bool:
    """Does the person who acted there read it as the answer?"""
    return letter.owner == slack or (
        not letter.owner and (letter.channel, letter.thread) == (where.channel, where.thread)
    )


def _is_meant(step: Press, button: Button) -> bool:
    if not (step.label or step.nth):
        return button.action == step.button
    named = button.action == step.button or button.action.startswith(f"{step.button}.")
    return named and step.label.lower() in button.label.lower()


def _told(letter: Letter) -> dict[str, Any]:
    to = letter.to.lower() if letter.owner else letter.to
    found: dict[str, Any] = {"to": to, "templates": list(letter.templates)}
    return found | ({"update": True} if letter.is_update else {})
