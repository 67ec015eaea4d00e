"""One call to Slack's Web API: an answer, a refusal with a code, or no readable answer. Raises
nothing else.

slack_sdk lets through whatever aiohttp and the JSON parser raise, and its own errors may contain an
answer that is not an object.
"""

from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.outbound.error_codes import NOT_LET_IN, RATE_LIMITED, TROUBLE
from domain.storage import outbox

# What an answer must hold to be one, by method: its name, its type, and whether it may be left out.
HOLDS: dict[str, tuple[str, type, bool]] = {
    "conversations.history": ("messages", list, False),
    "conversations.replies": ("messages", list, False),
    "users.info": ("user", dict, False),
    "conversations.info": ("channel", dict, False),
    "conversations.open": ("channel", dict, True),
    "conversations.members": ("members", list, False),
    "files.getUploadURLExternal": ("upload_url", str, False),
    "files.completeUploadExternal": ("files", list, False),
}
POST, UPLOAD = "chat.postMessage", "files.completeUploadExternal"
LOOK_UPS = ("conversations.history", "conversations.replies")
MOST_SECONDS = outbox.LONGEST_WAIT.total_seconds()


class NoAnswer(OSError):
    """Slack's answer was lost or cannot be read. Whether Slack did what it was asked is unknown,
    unless `unsent`."""

    def __init__(self, method: str, why: str, *, unsent: bool = False) -> None:
        super().__init__(f"{method}: {why}")
        self.method, self.why, self.unsent = method, why, unsent


class Client(AsyncWebClient):
    """Raises SlackApiError, whose response then holds an object, or NoAnswer."""

    async def api_call(self, api_method: str, **how: Any) -> AsyncSlackResponse:
        try:
            answer = await super().api_call(api_method, **how)
        except SlackApiError as error:
            self._refused(api_method, error)
        except Exception as error:
            _no_answer(api_method, error)
        name, kind, optional = HOLDS.get(api_method, ("ok", bool, True))
        if not isinstance(answer.data, dict):
            raise NoAnswer(api_method, "the answer is no object")
        if not isinstance(answer.data.get(name), kind) and not (
            optional and name not in answer.data
        ):
            raise NoAnswer(api_method, f"the answer holds no {name}")
        return answer

    async def files_upload_v2(self, **what: Any) -> AsyncSlackResponse:
        """slack_sdk sends the files themselves beside `api_call`."""
        try:
            return await super().files_upload_v2(**what)
        except (SlackApiError, NoAnswer):
            raise
        except Exception as error:
            _no_answer(UPLOAD, error)

    def _refused(self, method: str, error: SlackApiError) -> NoReturn:
        """A refusal that names itself is passed on; so is one by status 429, whatever its body
        is."""
        answer = error.response
        data, status = (
            getattr(answer, "data", None),
            getattr(answer, "status_code", 0) or getattr(answer, "status", 0),
        )
        if isinstance(data, dict) and (
            status != 200 or (data.get("ok") is False and code_of(error))
        ):
            raise error
        if status == 429:
            read = AsyncSlackResponse(
                client=self,
                http_verb="POST",
                api_url=f"{self.base_url}{method}",
                req_args={},
                data={},
                headers=answer.headers,
                status_code=status,
            )
            raise SlackApiError("ratelimited", read) from error  # type: ignore[no-untyped-call]
        raise NoAnswer(method, f"unreadable, status {status}") from error


def careful(client: AsyncWebClient) -> Client:
    """The same client, raising only what is said above."""
    if isinstance(client, Client):
        return client
    return Client(
        token=client.token,
        base_url=client.base_url,
        timeout=client.timeout,
        ssl=client.ssl,
        proxy=client.proxy,
        session=client.session,
        retry_handlers=client.retry_handlers,
    )


def _no_answer(method: str, error: Exception) -> NoReturn:
    """If the connection was never made, nothing can have arrived. A TypeError is a mistake of
    ours."""
    if isinstance(error, TypeError):
        raise error
    if isinstance(error, SlackRequestError):
        raise NoAnswer(method, "the file was not taken") from error
    unsent = isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
    raise NoAnswer(method, type(error).__name__, unsent=unsent) from error


def method_of(error: SlackApiError | NoAnswer) -> str:
    """Which of Slack's methods it was."""
    if isinstance(error, NoAnswer):
        return error.method
    return str(getattr(error.response, "api_url", "")).rpartition("/")[2]


def code_of(error: SlackApiError) -> str:
    """Slack's error code, "" if there is none."""
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    return code if isinstance(code, str) else ""


def status_of(error: SlackApiError) -> int:
    return int(getattr(error.response, "status_code", 0) or 0)


def is_passing(error: SlackApiError) -> bool:
    """Is it Slack's trouble, a rate limit, or the token? Then it says nothing about the request."""
    code, status = code_of(error), status_of(error)
    return status == 429 or status >= 500 or not code or code in RATE_LIMITED | TROUBLE | NOT_LET_IN


def retry_after(error: SlackApiError, now: float) -> float:
    """The seconds that Slack asks us to wait, from a number or an HTTP date (`now` is seconds since
    1970), at most MOST_SECONDS. One second if it names none, or none that can be read."""
    said = str(getattr(error.response, "headers", {}).get("Retry-After") or "")
    try:
        seconds = float(said)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(said).timestamp() - now
        except (TypeError, ValueError, OverflowError):
            seconds = 1.0
    if seconds != seconds or seconds <= 0:
        seconds = 1.0
    return min(seconds, MOST_SECONDS)
