"""Uploads files to Slack, made when they are sent: the report's picture and table, the result of a
list, a drawing of where to click.

One upload per row. Before a retry it is looked for: files have no metadata, so the row's mark is
part of the file name.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.oauth.clients import Clients
from bot.outbound.lookup import LookUp
from bot.rendering.outside import escaped
from bot.rendering.render import Templates
from bot.reports import click_picture, list_results
from bot.reports.chart import png
from bot.reports.figures import named
from bot.reports.spreadsheet import csv_of
from bot.worker_pool import WorkerPool
from domain.customers import customer_book
from domain.storage.outbox import Row
from domain.storage.store import Store, Tx


@dataclass(frozen=True)
class Drawn:
    """The text above the files, and the files as slack_sdk takes them."""

    comment: str
    files: list[dict[str, Any]]


class Uploads:
    """Uploads by files.getUploadURLExternal and files.completeUploadExternal (slack_sdk's
    files_upload_v2)."""

    def __init__(
        self,
        words: Templates,
        clients: Clients,
        store: Store,
        workers: WorkerPool,
        now: Callable[[], datetime],
    ) -> None:
        self.words, self.clients, self.store, self.workers, self.now = (
            words,
            clients,
            store,
            workers,
            now,
        )
        self.look_up = LookUp()
        self.check: Callable[[Row], None] = lambda row: None  # is it still ours to send?
        self.kinds: dict[str, Callable[[Row, str], Awaitable[Drawn | None]]] = {
            "report/files": self._report,
            "customers/results": self._list,
            "plan/picture": self._clicks,
        }

    async def send(self, row: Row, channel: str) -> str:
        """Returns the mark in the file names. Raises SlackApiError, NoAnswer, KeyError."""
        mark = hashlib.sha256(f"{row.team}:{row.key}".encode()).hexdigest()[:10]
        thread = row.address.thread
        client = await self.clients.of(row.team)
        if row.doubt and await self._is_there(client, row, channel, thread, mark):
            return mark
        drawn = await self.kinds[row.parts[0][0]](row, mark)
        self.check(row)
        if drawn is not None:
            at: dict[str, Any] = {"thread_ts": thread} if thread else {}
            await client.files_upload_v2(
                channel=channel,
                initial_comment=escaped(drawn.comment),
                file_uploads=drawn.files,
                **at,
            )
        return mark

    async def _report(self, row: Row, mark: str) -> Drawn:
        data = row.parts[0][1]
        found = data["figures"]
        name = named(self.words, found, data["today"])
        stem = f"changeover-{found['since']}-{found['until']}-{mark}"
        picture = await asyncio.to_thread(png, found, name)
        files: list[dict[str, Any]] = [
            {
                "filename": f"{stem}.png",
                "content": picture,
                "title": name.label["picture"],
                "alt_txt": name.label["alt"],
            },
            {
                "filename": f"{stem}.csv",
                "content": csv_of(found, name).encode(),
                "title": name.label["table"],
            },
        ]
        return Drawn(name.label["comment"], files)

    async def _clicks(self, row: Row, mark: str) -> Drawn:
        data = row.parts[0][1]
        found = click_picture.clicks(self.words, data["page"], data["today"])
        picture = await asyncio.to_thread(click_picture.png, found)
        file = {
            "filename": f"where-to-click-{mark}.png",
            "content": picture,
            "title": found.title,
            "alt_txt": found.alt,
        }
        return Drawn(found.comment, [file])

    async def _list(self, row: Row, mark: str) -> Drawn | None:
        """None if the list has been deleted: there is nothing left to tell."""
        data = row.parts[0][1]
        rows = await self.workers.run(lambda: self._rows(row, data))
        if rows is None:
            return None
        label = list_results.labels(self.words, data["today"])
        content = await asyncio.to_thread(list_results.csv_of, rows, label)
        return Drawn(
            label["comment"],
            [
                {
                    "filename": f"customers-{mark}.csv",
                    "content": content.encode(),
                    "title": label["title"],
                }
            ],
        )

    def _rows(self, row: Row, data: dict[str, Any]) -> list[list[Any]] | None:
        with self.store.reading() as db:
            kept = customer_book.list_of(
                Tx(db, row.team, self.now(), self.store.key), data["partner"], data["list_id"]
            )
        return None if kept is None else list(kept.rows)

    async def _is_there(
        self, client: AsyncWebClient, row: Row, channel: str, thread: str, mark: str
    ) -> bool:
        def known(message: dict[str, Any]) -> str:
            files = message.get("files")
            named = (
                [str(f.get("name", "")) for f in files if isinstance(f, dict)]
                if isinstance(files, list)
                else []
            )
            return mark if any(mark in name for name in named) else ""

        return bool(await self.look_up.find(client, row, channel, thread, known))
