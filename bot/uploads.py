"""Files on their way to Slack: the report's picture and table, drawn when they are sent. One upload per row, looked
for before it is tried again (files carry no metadata, so the row's mark is in their names).
"""

import asyncio
import hashlib
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.chart import png
from bot.insight import named
from bot.render import Words
from bot.sheet import csv_of
from domain.outbox import Row

LOOKED_AT = 50


class Uploads:
    """Uploads by files.getUploadURLExternal and files.completeUploadExternal (slack_sdk's files_upload_v2)."""

    def __init__(self, words: Words, client: AsyncWebClient) -> None:
        self.words, self.client = words, client

    async def send(self, row: Row, channel: str) -> str:
        """Returns the mark under which they stand there. Raises SlackApiError, OSError, TimeoutError."""
        data = row.parts[0][1]
        found, mark = data["figures"], hashlib.sha256(f"{row.team}:{row.key}".encode()).hexdigest()[:10]
        if row.attempts > 1 and await self._is_there(channel, mark):
            return mark
        name = named(self.words, found, data["today"])
        stem = f"changeover-{found['since']}-{found['until']}-{mark}"
        picture = await asyncio.to_thread(png, found, name)
        uploads: list[dict[str, Any]] = [
            {"filename": f"{stem}.png", "content": picture, "title": name.label["picture"], "alt_txt": name.label["alt"]},
            {"filename": f"{stem}.csv", "content": csv_of(found, name).encode(), "title": name.label["table"]},
        ]
        at = {"thread_ts": row.address["thread"]} if row.address.get("thread") else {}
        await self.client.files_upload_v2(channel=channel, initial_comment=name.label["comment"], file_uploads=uploads, **at)
        return mark

    async def _is_there(self, channel: str, mark: str) -> bool:
        try:
            found = await self.client.conversations_history(channel=channel, limit=LOOKED_AT)
        except SlackApiError as error:
            if error.response.status_code == 429:
                raise
            return False
        names = [str(f.get("name", "")) for m in found.get("messages") or () for f in m.get("files") or ()]
        return any(mark in name for name in names)
