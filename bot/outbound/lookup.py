"""Is a row that may have been sent already in its channel? Reads the channel page by page, and
continues there at the next try.

An app outside Slack's Marketplace gets 15 messages a page and one page a minute.
Only a look-up that was read to its end says no; whatever stops it before leaves the doubt as it
was, and the row waits and looks again.

If a look-up is impossible for good (`missing_scope`, a channel that we may not read), the row is
sent again, with a warning in the log: a message that is there twice does less harm than one that
never comes and delays all that follow.
"""

import logging
from collections.abc import Callable
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.outbound.error_codes import is_for_good
from bot.outbound.web_api import NoAnswer, code_of, is_passing
from domain.storage.outbox import Row

log = logging.getLogger("changeover.outbox")
PAGE, PAGES = 100, 10
MARGIN_MS = 600_000  # by so much our clock and Slack's may differ
TRIES = 6
Message = dict[str, Any]


class LookUp:
    """Stores, for each row that is not finished, where to continue."""

    def __init__(self) -> None:
        self._rest: dict[int, dict[str, str]] = {}

    async def find(
        self,
        client: AsyncWebClient,
        row: Row,
        channel: str,
        thread: str,
        known: Callable[[Message], str],
    ) -> str:
        """What `known` returns for the first message that it recognizes, "" if it recognizes none
        (or they can never be read). Raises SlackApiError and NoAnswer; then it is still unknown."""
        where: dict[str, Any] = {"channel": channel} | ({"ts": thread} if thread else {})
        where |= {
            "include_all_metadata": True,
            "oldest": f"{(row.since - MARGIN_MS) / 1000:.6f}",
            "limit": PAGE,
        }
        ask = client.conversations_replies if thread else client.conversations_history
        for _ in range(PAGES):
            before = self._rest.pop(row.id, {})
            try:
                page = (await ask(**(where | before))).data
            except SlackApiError as error:
                if _is_impossible(row, error):
                    log.warning(
                        "row %s may be there twice: the channel cannot be read (%s)",
                        row.id,
                        code_of(error),
                    )
                    return ""
                if code_of(error) != "invalid_cursor":
                    self._keep(row, before)
                raise
            except NoAnswer:
                self._keep(row, before)
                raise
            assert isinstance(page, dict)
            messages = [m for m in page["messages"] if isinstance(m, dict)]
            if found := next(filter(None, map(known, messages)), ""):
                return found
            rest = _rest_of(page, messages, thread)
            if not rest:
                return ""
            if rest == before:  # it goes no further
                break
            self._keep(row, rest)
        raise NoAnswer(
            "conversations.replies" if thread else "conversations.history",
            "not read to the end yet",
        )

    def _keep(self, row: Row, rest: dict[str, str]) -> None:
        if rest:
            self._rest[row.id] = rest


def _rest_of(page: Message, messages: list[Message], thread: str) -> dict[str, str]:
    """How to ask for the next page; None after the last one. History comes newest first, a thread
    oldest first."""
    more = page.get("response_metadata")
    cursor = more.get("next_cursor") if isinstance(more, dict) else None
    if cursor:
        return {"cursor": str(cursor)}
    if not page.get("has_more"):
        return {}
    stamps = sorted((str(m.get("ts") or "0") for m in messages), key=_seconds) or ["0"]
    return {"oldest": stamps[-1]} if thread else {"latest": stamps[0]}


def _seconds(ts: str) -> float:
    try:
        return float(ts)
    except ValueError:
        return 0.0


def _is_impossible(row: Row, error: SlackApiError) -> bool:
    """Refused for good, or refused repeatedly with an unknown error."""
    return not is_passing(error) and (is_for_good(code_of(error)) or row.attempts > TRIES)
