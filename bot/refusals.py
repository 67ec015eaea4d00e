"""What becomes of a row that Slack did not take: later, never, or another place. No row is lost; what ended is kept for people."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.clients import NOT_LET_IN, Clients
from bot.surfaces import Settled
from domain import outbox
from domain.outbox import Out, Row
from domain.store import Store, Tx

log = logging.getLogger("changeover.outbox")
BACKOFF = (1, 2, 5, 15, 60, 300)
NO_TOKEN = timedelta(seconds=60)
ONCE = frozenset({Out.FILES, Out.HOME, Out.PROMPTS, Out.FETCH})
FOR_GOOD = frozenset(
    [
        "channel_not_found", "not_in_channel", "is_archived", "user_not_found", "users_not_found", "msg_too_long",
        "invalid_blocks", "no_text",
        "restricted_action", "cant_dm_bot", "user_disabled", "messages_tab_disabled", "message_not_found", "cant_update_message",
        "invalid_arguments", "not_enabled", "view_too_large", "unknown_method", "method_not_supported_for_channel_type",
    ]
)  # fmt: skip


class Refusals:
    """Each returns what is to be written. `failed`: how many rows ended."""

    def __init__(self, store: Store, clients: Clients, now: Callable[[], datetime]) -> None:
        self.store, self.clients, self.now = store, clients, now
        self.failed = 0

    def refused(self, row: Row, error: SlackApiError) -> Settled:
        why = str(error.response.get("error") or error.response.status_code)
        if error.response.status_code == 429 or why == "ratelimited":
            wait = int(error.response.headers.get("Retry-After") or 1)
            return self._later(row, timedelta(seconds=wait), "ratelimited")
        if why in NOT_LET_IN:
            return self.no_token(row, why)
        if (why in FOR_GOOD and row.kind != Out.WHO) or (row.kind in ONCE and error.response.status_code == 200):
            log.error("row %s to %s failed for good: %s", row.id, row.lane, why)
            self.failed += 1
            return self._instead(row, why)
        return self.again(row, why)

    def no_token(self, row: Row, why: str = "not installed") -> Settled:
        """The workspace does not let us in (any more): it waits for the token to come back."""
        log.warning("row %s waits: %s", row.id, why)
        self.clients.forget(row.team)
        return self._later(row, NO_TOKEN, why)

    def again(self, row: Row, why: str) -> Settled:
        wait = BACKOFF[min(row.attempts, len(BACKOFF)) - 1]
        log.warning("row %s waits %s s: %s", row.id, wait, why)
        due = self.now() + timedelta(seconds=wait)
        return lambda db: outbox.later(db, row, due, why)

    def never(self, row: Row, error: Exception) -> Settled:
        """It cannot be said, by our own mistake."""
        log.error("row %s (%s) cannot be sent: %s", row.id, row.parts and row.parts[0][0], type(error).__name__)
        self.failed += 1
        why = f"{type(error).__name__}: {error}"
        return lambda db: outbox.failed(db, row, why)

    def not_there(self, row: Row) -> Settled:
        log.warning("row %s is not for %s: others may read there", row.id, row.address["channel"])
        return self._instead(row, "others may read there")

    def in_private(self, row: Row) -> Settled:
        """It goes to the person's direct messages; a line in the channel says so."""

        def settle(db: Any) -> None:
            outbox.move(db, row, outbox.to_person(row.address["private_to"]) | {"by": row.address.get("by", "")})
            if row.kind == Out.MESSAGE:
                tx = Tx(db, row.team, self.now(), self.store.key)
                there: dict[str, Any] = {k: row.address[k] for k in ("channel", "thread", "under") if k in row.address}
                said = [("repair/in_private", {"today": row.parts[0][1]["today"], "offer": ""})]
                outbox.tell(tx, there, said, key=f"{row.key}:there", decision=row.decision or "command")

        return settle

    def _later(self, row: Row, wait: timedelta, why: str) -> Settled:
        due = self.now() + wait
        return lambda db: outbox.later(db, row, due, why, certain=True)

    def _instead(self, row: Row, why: str) -> Settled:
        """It does not go there; who wanted it there, if anybody, hears so."""

        def settle(db: Any) -> None:
            outbox.failed(db, row, why)
            if instead := row.address.get("instead"):
                tx = Tx(db, row.team, self.now(), self.store.key)
                said = [(row.address["say"], row.parts[0][1])]
                outbox.tell(tx, outbox.to_person(instead), said, key=f"{row.key}:instead", decision="command")

        return settle
