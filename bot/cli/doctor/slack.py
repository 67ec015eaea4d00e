"""What Slack says of token, scopes and clock. Posts nothing, and prints no token."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.cli import manifest
from bot.cli.doctor.findings import Findings, fault, note, ok
from bot.settings import Settings

TIMEOUT = 10  # seconds
# Slack refuses no clock, but we refuse requests that are five minutes old (docs/security.md).
MOST_SKEW = 60
TODO = {
    "invalid_auth": "copy the token anew from *OAuth & Permissions* of the Slack app",
    "not_authed": "copy the token anew from *OAuth & Permissions* of the Slack app",
    "account_inactive": "the app was removed from the workspace: install it again",
    "token_revoked": "the app was removed from the workspace: install it again",
    "token_expired": "rotation is on: use SLACK_CLIENT_ID, or switch rotation off",
    "missing_scope": "add connections:write to the app-level token",
    "not_allowed_token_type": "a bot token begins with xoxb-, an app-level token with xapp-",
}
OTHERWISE = "see what this means at https://docs.slack.dev"


def reached(settings: Settings, now: Callable[[], datetime]) -> Findings:
    """Every check that needs Slack; nothing else is asked where it cannot be reached."""
    client = WebClient(settings.bot_token, base_url=settings.api_url, timeout=TIMEOUT)
    try:
        answer = client.api_test() if settings.oauth else client.auth_test()
        headers, data = answer.headers, _data(answer.data)
    except SlackApiError as error:
        headers, data = error.response.headers, _data(error.response.data)
    except Exception as error:  # whatever stands between: names, proxies, certificates
        yield fault(
            "Slack",
            f"{settings.api_url} cannot be reached: {type(error).__name__}",
            "check the network, proxy and certificates; SLACK_API_URL for another server",
        )
        return
    if not data:
        yield fault(
            "Slack",
            f"{settings.api_url} gives no answer of Slack's",
            "check the proxy; SLACK_API_URL for another server",
        )
        return
    said = {name.lower(): value for name, value in headers.items()}
    yield from _clock(said, now())
    if settings.oauth:
        yield ok("Slack", "reachable; each workspace has a token of its own")
        yield note(
            "history",
            "apps outside Slack's Marketplace may read 15 messages a minute",
            "nothing to do: a message in doubt waits for it",
        )
    elif data.get("ok"):
        yield ok("token", f"Slack takes it, in {data.get('team') or 'the workspace'}")
        yield from _scopes(said)
    else:
        code = str(data.get("error"))
        yield fault("SLACK_BOT_TOKEN", f"Slack says {code}", TODO.get(code, OTHERWISE))
    if settings.app_token:
        yield from _socket(client, settings.app_token)
    yield note(
        "events",
        "which events Slack sends cannot be asked for",
        "compare *Event Subscriptions* with `changeover manifest`",
    )


def _scopes(headers: Mapping[str, str]) -> Findings:
    if "x-oauth-scopes" not in headers:
        yield note("scopes", "the server does not say which there are")
        return
    there = {scope.strip() for scope in headers["x-oauth-scopes"].split(",") if scope.strip()}
    asked = manifest.scopes()
    if missing := sorted(asked - there):
        yield fault(
            "scopes",
            f"missing: {', '.join(missing)}",
            "add them under *OAuth & Permissions* and install the app again",
        )
    else:
        yield ok("scopes", f"all {len(asked)} of the manifest are there")
    if more := sorted(there - asked):
        yield note("scopes", f"not needed: {', '.join(more)}", "they can be taken away")


def _clock(headers: Mapping[str, str], now: datetime) -> Findings:
    try:
        off = (now - parsedate_to_datetime(headers["date"])).total_seconds()
    except (KeyError, ValueError, TypeError):
        return
    if abs(off) > MOST_SKEW:
        way = "fast" if off > 0 else "slow"
        yield fault(
            "clock",
            f"this machine's is {abs(off):.0f} s {way}; requests that are older than 5 minutes are "
            "refused",
            "synchronise it (chrony, systemd-timesyncd)",
        )
    else:
        yield ok("clock", f"within {MOST_SKEW} s of Slack's")


def _socket(client: WebClient, token: str) -> Findings:
    try:
        client.apps_connections_open(app_token=token)
        yield ok("Socket Mode", "Slack opens a connection")
    except SlackApiError as error:
        code = str(_data(error.response.data).get("error"))
        todo = TODO.get(code, OTHERWISE)
        if code in ("invalid_auth", "not_authed"):
            todo = "copy the app-level token anew from *Basic Information* of the Slack app"
        yield fault("SLACK_APP_TOKEN", f"Slack says {code}", todo)
    except Exception as error:
        yield fault("Socket Mode", f"cannot be opened: {type(error).__name__}", "check the network")


def _data(data: Any) -> dict[str, Any]:
    """What Slack said; empty for a page of whatever stands between."""
    known = isinstance(data, dict) and (
        data.get("ok") is True or re.fullmatch(r"\w+", str(data.get("error")))
    )
    return data if known else {}
