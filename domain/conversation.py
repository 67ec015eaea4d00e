"""What is remembered of one person's conversation, as a typed value. Pure: no database, no words.

Stored as one JSON document per person (table `conversation`). `from_row` reads every form that was
ever written; `to_row` writes the newest. What is not set is not stored.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Self

from domain.json_values import Json, Values
from domain.recorded import Entry

VERSION = 2


@dataclass(frozen=True)
class Frame:
    """A flow under way. `step`: where it is, "" at its start; `asked`: the slot it has asked for in
    any case; `kept`: slots of the flow below, put aside until this one is over."""

    flow: str
    step: str = ""
    asked: str = ""
    kept: Mapping[str, Json] = field(default_factory=dict)

    @classmethod
    def from_row(cls, row: Mapping[str, Json]) -> Self:
        return cls(
            row["flow"], row.get("step") or "", row.get("asked") or "", row.get("kept") or {}
        )

    def to_row(self) -> Values:
        return {"flow": self.flow, "step": self.step} | _set(asked=self.asked, kept=dict(self.kept))


@dataclass(frozen=True)
class OpenQuestion:
    """The question that waits for an answer: its buttons carry `offer`; `options` are their values.
    `channel` and `thread`: where it was asked."""

    offer: str
    flow: str
    slot: str
    options: tuple[str, ...] = ()
    channel: str = ""
    thread: str = ""

    @property
    def name(self) -> str:
        """`flow.slot`, as the interpreter and the phrases name it."""
        return f"{self.flow}.{self.slot}"

    @classmethod
    def from_row(cls, row: Mapping[str, Json]) -> Self:
        return cls(
            str(row["offer"]),
            row["flow"],
            row["slot"],
            tuple(row.get("options") or ()),
            row.get("channel") or "",
            row.get("thread") or "",
        )

    def to_row(self) -> Values:
        return {
            "offer": self.offer,
            "flow": self.flow,
            "slot": self.slot,
            "options": list(self.options),
            "channel": self.channel,
            "thread": self.thread,
        }


@dataclass(frozen=True)
class AnsweredQuestion:
    """The last question of ours that a message answered, and that message (`ts` in `channel`): it
    may be edited. Slack's ts is unique only within a channel; "" where an earlier version did not
    keep it."""

    ts: str
    flow: str
    slot: str
    channel: str = ""

    @classmethod
    def from_row(cls, row: Json) -> Self | None:
        """None where nothing is kept, and for the name that was once stored in this place."""
        if not isinstance(row, dict) or not row.get("ts"):
            return None
        return cls(
            str(row["ts"]),
            str(row.get("flow")),
            str(row.get("slot")),
            str(row.get("channel") or ""),
        )

    def to_row(self) -> Values:
        return {"ts": self.ts, "channel": self.channel, "flow": self.flow, "slot": self.slot}


@dataclass(frozen=True)
class Line:
    """Something the person wrote. `n` numbers the lines; `at`: ms UTC; `replied`: template
    names."""

    n: int
    text: str
    ts: str
    channel: str
    at: int
    replied: tuple[str, ...] = ()

    @classmethod
    def from_row(cls, row: Mapping[str, Json]) -> Self:
        return cls(
            row["n"],
            row["text"],
            row.get("ts") or "",
            row.get("channel") or "",
            row["at"],
            tuple(row.get("replied") or ()),
        )

    def to_row(self) -> Values:
        return {
            "n": self.n,
            "text": self.text,
            "ts": self.ts,
            "channel": self.channel,
            "at": self.at,
            "replied": list(self.replied),
        }


@dataclass(frozen=True)
class Proposal:
    """A report that was heard in words and offered for recording in the last reply. `report`: its
    intent; `said`: the text; `at`: ms UTC; `final`: it cannot be undone, so only a press records
    it; `passed`: something else was said since, so a yes brings it once more."""

    report: str
    said: str
    at: int
    final: bool = False
    passed: bool = False

    @classmethod
    def from_row(cls, row: Json) -> Self | None:
        """None where nothing is kept."""
        if not isinstance(row, dict) or not row.get("report"):
            return None
        return cls(
            str(row["report"]),
            str(row.get("said") or ""),
            row.get("at") or 0,
            bool(row.get("final")),
            bool(row.get("passed")),
        )

    def to_row(self) -> Values:
        return asdict(self)


@dataclass(frozen=True)
class Recorded:
    """What the person's last recording turn recorded, while it can be undone: `entries`, the oldest
    first (none where that turn is not undone in one go), `at` ms UTC. `undone`: it was taken back.

    `frames`, `slots`, `open`: the conversation before that turn; `asked`: the offer of the question
    that the turn asked, "" where it asked none; `fresh`: nothing was said since.
    """

    at: int
    entries: tuple[Entry, ...] = ()
    frames: tuple[Frame, ...] = ()
    slots: Mapping[str, Json] = field(default_factory=dict)
    open: OpenQuestion | None = None
    asked: str = ""
    undone: bool = False
    fresh: bool = True

    @classmethod
    def from_row(cls, row: Json) -> Self | None:
        """None where nothing is kept, or in a form that is not known."""
        if not isinstance(row, dict) or not row.get("at"):
            return None
        return cls(
            int(row["at"]),
            tuple(Entry.from_row(entry) for entry in row.get("entries") or ()),
            tuple(Frame.from_row(frame) for frame in row.get("frames") or ()),
            dict(row.get("slots") or {}),
            OpenQuestion.from_row(row["open"]) if row.get("open") else None,
            str(row.get("asked") or ""),
            bool(row.get("undone")),
            bool(row.get("fresh")),
        )

    def to_row(self) -> Values:
        return {"at": self.at} | _set(
            entries=[entry.to_row() for entry in self.entries],
            frames=[frame.to_row() for frame in self.frames],
            slots=dict(self.slots),
            open=self.open.to_row() if self.open else None,
            asked=self.asked,
            undone=self.undone,
            fresh=self.fresh,
        )


@dataclass(frozen=True)
class Conversation:
    """One person's conversation.

    `frames`: flows under way, the innermost last. `slots`: what their questions were answered.
    `open`: the question that waits. `missed`: messages in a row that were not understood.
    `threads`: where the person talks with us in channels, `channel:thread`. `offered`: the options
    last shown per slot. `left`: `flow.slot` of the last question of a dialog that ended.
    `answered`: the question that the last message answered; `last_answer`: the name of the last
    answer given. `unclear`: texts that were not understood; `heard`: what the last answer replied
    to; `heard_on`: the ISO day of the last message; `said`: the lines of the last day; `spoken`:
    how many lines there were. `proposal`: a report that the last reply offered to record.
    `recorded`: what can be undone. `digest_muted`, `queue`: choices of a supporter. `cancelled`:
    the flow that was stopped last, for "start over".
    """

    frames: tuple[Frame, ...] = ()
    slots: Mapping[str, Json] = field(default_factory=dict)
    open: OpenQuestion | None = None
    missed: int = 0
    threads: tuple[str, ...] = ()
    offered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    left: str = ""
    answered: AnsweredQuestion | None = None
    last_answer: str = ""
    unclear: tuple[str, ...] = ()
    heard: str = ""
    heard_on: str = ""
    said: tuple[Line, ...] = ()
    spoken: int = 0
    held: tuple[Mapping[str, Json], ...] = ()
    proposal: Proposal | None = None
    recorded: Recorded | None = None
    digest_muted: bool = False
    queue: str = ""
    cancelled: str = ""

    @classmethod
    def from_row(cls, row: Mapping[str, Json] | None) -> Self:
        """The conversation of a stored document; a new one where there is none.

        Before 30 November 2026 the name of the last answer and the answered question were stored
        under one key, `answered`; they are told apart by their type.
        """
        row = row or {}
        before = row.get("answered")
        answered = row.get("question_answered") or before
        name = row.get("answer_shown") or (before if isinstance(before, str) else "")
        return cls(
            frames=tuple(Frame.from_row(frame) for frame in row.get("frames") or ()),
            slots=dict(row.get("slots") or {}),
            open=OpenQuestion.from_row(row["open"]) if row.get("open") else None,
            missed=int(row.get("missed") or 0),
            threads=tuple(row.get("threads") or ()),
            offered={slot: tuple(values) for slot, values in (row.get("offered") or {}).items()},
            left=row.get("left") or "",
            answered=AnsweredQuestion.from_row(answered),
            last_answer=str(name),
            unclear=tuple(row.get("unclear") or ()),
            heard=row.get("heard") or "",
            heard_on=row.get("heard_on") or "",
            said=tuple(Line.from_row(line) for line in row.get("said") or ()),
            spoken=int(row.get("spoken") or 0),
            held=tuple(row.get("held") or ()),
            proposal=Proposal.from_row(row.get("proposal")),
            recorded=Recorded.from_row(row.get("recorded")),
            digest_muted=bool(row.get("digest_muted")),
            queue=row.get("queue") or "",
            cancelled=row.get("cancelled") or "",
        )

    def to_row(self) -> Values:
        """The document to store."""
        return {
            "version": VERSION,
            "frames": [frame.to_row() for frame in self.frames],
            "slots": dict(self.slots),
            "open": self.open.to_row() if self.open else None,
            "missed": self.missed,
            "threads": list(self.threads),
        } | _set(
            offered={slot: list(values) for slot, values in self.offered.items()},
            left=self.left,
            question_answered=self.answered.to_row() if self.answered else None,
            answer_shown=self.last_answer,
            unclear=list(self.unclear),
            heard=self.heard,
            heard_on=self.heard_on,
            said=[line.to_row() for line in self.said],
            spoken=self.spoken,
            held=[dict(message) for message in self.held],
            proposal=self.proposal.to_row() if self.proposal else None,
            recorded=self.recorded.to_row() if self.recorded else None,
            digest_muted=self.digest_muted,
            queue=self.queue,
            cancelled=self.cancelled,
        )

    def without_words(self) -> Self:
        """The same without what the person wrote: unclear texts, the last question, the lines."""
        wordless = replace(self, unclear=(), heard="", heard_on="", said=(), held=())
        return replace(wordless, proposal=None, recorded=None)

    def texts(self) -> list[str]:
        """Every text of the person that is kept here."""
        held = (str(message.get("text") or "") for message in self.held)
        offered = self.proposal.said if self.proposal else ""
        return [
            text
            for text in (
                *(line.text for line in self.said),
                *self.unclear,
                self.heard,
                *held,
                offered,
            )
            if text
        ]


def _set(**values: Json) -> Values:
    return {name: value for name, value in values.items() if value}
