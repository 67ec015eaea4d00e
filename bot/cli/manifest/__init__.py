"""`changeover manifest`: what Slack is told of the app, with the addresses filled in, and the link
that creates the app from it. Knows the two files beside bot/ and no settings."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from domain.unusable import Unusable

BOT = Path(__file__).parents[2]
ONE, MANY = BOT / "manifest.json", BOT / "manifest-distributed.json"
EVENTS, REDIRECT = "/slack/events", "/slack/oauth_redirect"
# https://docs.slack.dev/app-manifests/configuring-apps-with-app-manifests, "Sharing manifests"
CREATE = "https://api.slack.com/apps?new_app=1&manifest_json="
Manifest = dict[str, Any]


class BadAddress(Unusable):
    """The address cannot be one that Slack posts to."""


def manifest(url: str = "", *, many: bool = False) -> Manifest:
    """For Socket Mode; with an address for HTTP. `many`: for workspaces that install it by OAuth.
    Raises BadAddress."""
    found: Manifest = json.loads((MANY if many else ONE).read_text("utf-8"))
    if not url:
        if many:
            raise BadAddress("--many needs --url: workspaces install the app over HTTP")
        return found
    base = _checked(url)
    for command in found["features"]["slash_commands"]:
        command["url"] = base + EVENTS
    found["settings"]["event_subscriptions"]["request_url"] = base + EVENTS
    found["settings"]["interactivity"]["request_url"] = base + EVENTS
    found["settings"]["socket_mode_enabled"] = False
    if many:
        found["oauth_config"]["redirect_urls"] = [base + REDIRECT]
    return found


def scopes(*, many: bool = False) -> frozenset[str]:
    """What the bot may do, as the manifest asks for it."""
    found: Manifest = json.loads((MANY if many else ONE).read_text("utf-8"))
    return frozenset(found["oauth_config"]["scopes"]["bot"])


def link(found: Manifest) -> str:
    """Opens Slack's page that creates an app from this manifest."""
    return CREATE + quote(json.dumps(found, separators=(",", ":"), ensure_ascii=False), safe="")


def _checked(url: str) -> str:
    """Without what the paths begin with. Raises BadAddress."""
    asked = urlsplit(url.strip().rstrip("/"))
    ok = asked.scheme == "https" and asked.hostname and not (asked.query or asked.fragment)
    if not ok or asked.username or asked.path:
        raise BadAddress(
            "--url must be where Slack reaches this machine: https://bot.example.org, without a "
            "path"
        )
    return f"https://{asked.netloc}"


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--url", default="", help="https://bot.example.org, for HTTP; without it for Socket Mode"
    )
    parser.add_argument(
        "--many", action="store_true", help="for many workspaces, each with a token of its own"
    )


def run(args: argparse.Namespace) -> int:
    """The manifest goes to the standard output alone, the link to the standard error."""
    found = manifest(args.url, many=args.many)
    print(json.dumps(found, indent=2, ensure_ascii=False))
    print(f"Open this to create the app:\n{link(found)}", file=sys.stderr)
    return 0
