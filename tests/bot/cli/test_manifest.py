"""The manifest that is printed is the one of the repository, with the addresses of the operator."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.__main__ import main
from bot.cli.manifest import MANY, ONE, Manifest, link, manifest
from bot.oauth.install import REDIRECT

URL = "https://bot.example.org"


def addresses(found: Manifest) -> set[str]:
    text = json.dumps(found)
    return {part for part in text.split('"') if part.startswith("http")}


def test_without_an_address_it_is_for_socket_mode() -> None:
    assert manifest() == json.loads(ONE.read_text("utf-8"))
    assert manifest()["settings"]["socket_mode_enabled"] is True and not addresses(manifest())


@pytest.mark.parametrize("many", [False, True])
def test_with_an_address_slack_posts_there_and_nowhere_else(many: bool) -> None:
    found = manifest(f"{URL}/", many=many)
    assert found["settings"]["socket_mode_enabled"] is False
    expected = {f"{URL}/slack/events"} | ({URL + REDIRECT} if many else set())
    assert addresses(found) == expected
    assert found["oauth_config"]["scopes"] == json.loads(MANY.read_text())["oauth_config"]["scopes"]


@pytest.mark.parametrize(
    "url",
    [
        "http://bot.example.org",
        "bot.example.org",
        "https://",
        f"{URL}/x",
        f"{URL}?a",
        "https://u@h",
    ],
)
def test_an_address_that_slack_cannot_post_to_is_refused(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["manifest", "--url", url]) == 1
    said = capsys.readouterr()
    assert not said.out and "--url must be" in said.err and said.err.count("\n") == 1


def test_many_workspaces_need_an_address(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest", "--many"]) == 1
    assert "--many needs --url" in capsys.readouterr().err


def test_the_link_holds_the_same_manifest_that_is_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["manifest", "--url", URL]) == 0
    said = capsys.readouterr()
    printed = json.loads(said.out)
    assert printed == manifest(URL)
    address = said.err.split()[-1]
    assert address == link(printed)
    (held,) = parse_qs(urlsplit(address).query)["manifest_json"]
    assert json.loads(held) == printed
