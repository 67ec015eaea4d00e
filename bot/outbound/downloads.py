"""Downloads a mail or a list that was uploaded to Slack. The bot's token is sent only to Slack's
own file host or the configured server."""

import asyncio
import logging
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbound import spreadsheets
from bot.inbound.raw_email import MOST_BYTES, NoMail, read
from dialogs.inputs import Mail
from domain.customers.delimited import MOST_BYTES as LIST_BYTES
from domain.customers.delimited import BadList

log = logging.getLogger("changeover.files")
SLACKS = ("files.slack.com", "slack-files.com")
SECONDS, CHUNK = 15, 65_536
FOR_GOOD = (401, 403, 404, 410)


def is_slacks(url: str, api_url: str) -> bool:
    """Is this Slack's file host (or the configured Slack-compatible server)?"""
    try:
        asked, ours = urlsplit(url), urlsplit(api_url)
        if asked.username or asked.password or "\\" in url:
            return False
        own = (asked.scheme, asked.hostname, asked.port) == (ours.scheme, ours.hostname, ours.port)
        return own or (
            asked.scheme == "https" and asked.hostname in SLACKS and asked.port in (None, 443)
        )
    except ValueError:
        return False


async def mail_at(client: AsyncWebClient, url: str, *, last_try: bool) -> Mail:
    """The mail at a file's address; if it cannot be downloaded or read, a Mail that says why.
    Raises OSError or TimeoutError, to be tried again, unless this is the last try."""
    if client.session is None or not is_slacks(url, client.base_url):
        return Mail(wrong="not_fetched")
    try:
        raw = await _get(client.session, url, str(client.token))
        return await asyncio.to_thread(
            read, raw
        )  # seconds for a large one; turns do not wait for it
    except NoMail as error:
        return Mail(wrong=error.why)
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        log.warning("a file could not be got: %s", type(error).__name__)
        gone = isinstance(error, aiohttp.ClientResponseError) and error.status in FOR_GOOD
        if gone or last_try:
            return Mail(wrong="not_fetched")
        raise OSError("a file could not be got") from error


async def list_at(client: AsyncWebClient, url: str, *, last_try: bool) -> tuple[str, str, str]:
    """(text, why not, by how much) of a list at a file's address. Raises OSError, to be tried
    again, unless it is the last try."""
    if client.session is None or not is_slacks(url, client.base_url):
        return "", "not_fetched", ""
    try:
        raw = await _get(client.session, url, str(client.token), LIST_BYTES)
        return await asyncio.to_thread(spreadsheets.text_of, raw), "", ""
    except BadList as bad:
        return "", bad.why, bad.what
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        log.warning("a file could not be got: %s", type(error).__name__)
        gone = isinstance(error, aiohttp.ClientResponseError) and error.status in FOR_GOOD
        if gone or last_try:
            return "", "not_fetched", ""
        raise OSError("a file could not be got") from error


async def _get(
    session: aiohttp.ClientSession, url: str, token: str, most: int = MOST_BYTES
) -> bytes:
    """The file's bytes, at most slightly more than the limit. Redirects are not followed: they
    would send the token elsewhere."""
    headers = {"Authorization": f"Bearer {token}"}
    async with session.get(
        url,
        headers=headers,
        allow_redirects=False,
        timeout=aiohttp.ClientTimeout(total=SECONDS),
        auto_decompress=False,
    ) as answer:
        answer.raise_for_status()
        if answer.status != 200:
            raise aiohttp.ClientResponseError(answer.request_info, (), status=404)
        found = bytearray()
        async for chunk in answer.content.iter_chunked(CHUNK):
            found += chunk
            if len(found) > most:
                break
        return bytes(found)
