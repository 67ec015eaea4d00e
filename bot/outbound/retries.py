"""What happens to a row that Slack did not take: later, never, or another place. No row is lost;
failed rows are kept for people to see.

An error affects only its own row. The row is tried again after a while; if it is not Slack's
trouble, it fails after TRIES tries. Then its recipient is told, if possible, and the log has an
ERROR line.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.oauth.clients import Clients, NotInstalled
from bot.outbound.error_codes import CONTENT, NOT_LET_IN, RATE_LIMITED, TROUBLE, is_for_good
from bot.outbound.surfaces import Settled
from bot.outbound.web_api import (
    LOOK_UPS,
    POST,
    UPLOAD,
    NoAnswer,
    code_of,
    method_of,
    retry_after,
    status_of,
)
from domain.storage import outbox
from domain.storage.addresses import Address
from domain.storage.outbox import Out, Row
from domain.storage.store import Busy, Store, Tx

log = logging.getLogger("changeover.outbox")
BACKOFF = (1, 2, 5, 15, 60, 300)
TRIES = 6
NO_TOKEN = timedelta(seconds=60)
UNDELIVERED = "repair/undelivered"


class RetryPolicy:
    """Each method returns the outcome to write. `failed`: how many rows failed."""

    def __init__(self, store: Store, clients: Clients, now: Callable[[], datetime]) -> None:
        self.store, self.clients, self.now = store, clients, now
        self.failed = 0

    def went_wrong(self, row: Row, error: Exception) -> Settled:
        """For an error while sending a row."""
        if isinstance(error, SlackApiError):
            return self._refused(row, error)
        if isinstance(error, NoAnswer):
            return self._again(
                row,
                error.why,
                doubt=not error.unsent if error.method in (POST, UPLOAD) else row.doubt,
            )
        if isinstance(error, NotInstalled):
            return self._no_token(row, "not installed", doubt=row.doubt)
        if isinstance(
            error, Busy
        ):  # raised before anything is sent; what is written after it is tried again by itself
            return self._again(row, "the database is busy", doubt=row.doubt)
        if isinstance(error, OSError):
            return self._again(row, type(error).__name__, doubt=True)
        return self._broke(row, error)

    def never(self, row: Row, error: Exception) -> Settled:
        """For a row that could not be rendered, by our own mistake."""
        log.error(
            "row %s (%s) cannot be sent", row.id, row.parts and row.parts[0][0], exc_info=error
        )
        return self._end(row, f"{type(error).__name__}: {error}", tell=True)

    def not_there(self, row: Row) -> Settled:
        log.warning("row %s is not for %s: others may read there", row.id, row.address.channel)
        return self._instead(row, "others may read there")

    def in_private(self, row: Row) -> Settled:
        """For a row that goes to the person's direct messages; a line in the channel says so."""

        def settle(db: Any) -> None:
            outbox.move(db, row, Address(person=row.address.private_to, by=row.address.by))
            if row.kind == Out.MESSAGE:
                tx = Tx(db, row.team, self.now(), self.store.key)
                to = row.address
                there = Address(channel=to.channel, thread=to.thread, under=to.under)
                said = [("repair/in_private", {"today": row.parts[0][1]["today"], "offer": ""})]
                outbox.tell(
                    tx, there, said, key=f"{row.key}:there", decision=row.decision or "command"
                )

        return settle

    def _refused(self, row: Row, error: SlackApiError) -> Settled:
        """If Slack refused the post itself, the row was not sent; if an earlier call failed, it is
        still unknown."""
        code, status, method = code_of(error), status_of(error), method_of(error)
        limited = status == 429 or code in RATE_LIMITED
        if limited or code in NOT_LET_IN:
            doubt = row.doubt and method not in (POST, UPLOAD)
            if not limited:
                return self._no_token(row, code, doubt=doubt)
            wait = timedelta(seconds=retry_after(error, self.now().timestamp()))
            return self._put_off(row, wait, "ratelimited", doubt=doubt)
        why, doubt = code or f"status {status}", row.doubt or method in (POST, UPLOAD)
        if (
            status >= 500
            or code in TROUBLE
            or method in LOOK_UPS
            or (status not in (200, 413) and not code)
        ):
            return self._again(row, why, doubt=doubt)
        asks_who = (
            row.kind == Out.WHO
        )  # until Slack has said who somebody is, they get public answers only
        if not asks_who and (is_for_good(code) or status == 413 or row.attempts >= TRIES):
            log.error("row %s to %s failed for good: %s", row.id, row.lane, why)
            return self._end(row, why, tell=code in CONTENT or status == 413)
        return self._again(row, why, doubt=doubt)

    def _broke(self, row: Row, error: Exception) -> Settled:
        """An unexpected error, ours or in an answer of Slack's."""
        why = type(error).__name__
        if row.attempts >= TRIES:
            log.error("row %s to %s failed for good", row.id, row.lane, exc_info=error)
            return self._end(row, f"{why}: {error}", tell=True)
        log.error("row %s to %s broke", row.id, row.lane, exc_info=error)
        return self._again(row, why, doubt=True)

    def _no_token(self, row: Row, why: str, *, doubt: bool) -> Settled:
        """The workspace does not accept our token (any more): the row waits until it does."""
        log.warning("row %s waits: %s", row.id, why)
        self.clients.forget(row.team)
        return self._put_off(row, NO_TOKEN, why, doubt=doubt)

    def _again(self, row: Row, why: str, *, doubt: bool) -> Settled:
        wait = BACKOFF[min(row.attempts, len(BACKOFF)) - 1]
        log.warning("row %s waits %s s: %s", row.id, wait, why)
        due = self.now() + timedelta(seconds=wait)
        return lambda db: outbox.later(db, row, due, why, unsent=not doubt)

    def _put_off(self, row: Row, wait: timedelta, why: str, *, doubt: bool) -> Settled:
        due = self.now() + wait
        return lambda db: outbox.later(db, row, due, why, certain=not doubt)

    def _end(self, row: Row, why: str, *, tell: bool) -> Settled:
        """The row fails. `tell`: it was refused for its content, so another message to the same
        place may be accepted."""
        self.failed += 1
        return self._instead(row, why, self._told_at(row, same_place=tell))

    def _told_at(self, row: Row, *, same_place: bool) -> Address | None:
        """Where the person for whom it was is told that it did not come; None where that is
        impossible, or others see to it."""
        to = row.address
        if row.kind not in (Out.MESSAGE, Out.FILES) or to.if_failed or to.instead:
            return None
        person = to.person or to.by
        if not person or row.parts[0][0] == UNDELIVERED:
            return None
        if same_place:
            return Address(to.person, to.channel, to.thread, to.under, by=to.by)
        return None if to.person else outbox.to_person(person)

    def _instead(self, row: Row, why: str, told_at: Address | None = None) -> Settled:
        """It does not go there; who wanted it there, if anybody, hears so."""

        def settle(db: Any) -> None:
            outbox.failed(db, row, why)
            tx = Tx(db, row.team, self.now(), self.store.key)
            if instead := row.address.instead:
                said = [(row.address.say, row.parts[0][1])]
                outbox.tell(
                    tx,
                    outbox.to_person(instead),
                    said,
                    key=f"{row.key}:instead",
                    decision="command",
                )
            elif told_at:
                said = [(UNDELIVERED, {"today": tx.now.date().isoformat(), "offer": ""})]
                outbox.tell(tx, told_at, said, key=f"{row.key}:undelivered", decision="command")

        return settle
