"""Two workspaces install the app: each is spoken to with its own token, which nobody can read in
the database."""

import http.client
import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web

from bot.oauth.vault import Unreadable, Vault
from bot.settings import BadSetting, read
from tests.bot.recording import PATIENCE, RecordingSlack, Requests, direct, event_body, refuse
from tests.bot.running import Running, until

pytestmark = pytest.mark.slow

OLD, NEW = (
    "b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2w=",
    "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=",
)
ENV = {
    "SLACK_CLIENT_ID": "11.22",
    "SLACK_CLIENT_SECRET": "client-secret",
    "CHANGEOVER_SECRET_KEY": OLD,
    "SLACK_BOT_TOKEN": "",
}
COMPLETE = ENV | {"SLACK_SIGNING_SECRET": "s", "DATABASE_URL": "sqlite://"}


class Store:
    """What Slack's side of an installation gives: a token per workspace, another one at each
    refresh."""

    def __init__(self, slack: RecordingSlack) -> None:
        self.slack, self.given, self.more = slack, 0, {}
        slack.answers["oauth.v2.access"] = self.access

    def access(self, args: dict[str, Any]) -> dict[str, Any]:
        self.given += 1
        team = str(args.get("code") or args.get("refresh_token")).rpartition("-")[2]
        return {
            "app_id": "A01",
            "access_token": f"xoxb-{team}-{self.given}",
            "token_type": "bot",
            "scope": "chat:write",
            "bot_user_id": f"UBOT{team}",
            "team": {"id": team, "name": f"Team {team}"},
            "enterprise": None,
            "authed_user": {"id": f"UADMIN{team}"},
            "is_enterprise_install": False,
        } | self.more


class Browser:
    """One browser with its cookies."""

    def __init__(self, bot: Running) -> None:
        self.port, self.cookie = bot.port, ""

    def get(self, path: str) -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", path, headers={"Cookie": self.cookie} if self.cookie else {})
        answer = connection.getresponse()
        found = (
            answer.status,
            {k.lower(): v for k, v in answer.getheaders()},
            answer.read().decode(),
        )
        connection.close()
        return found

    def begins(self) -> str:
        """The state with which Slack would send her back."""
        status, headers, _ = self.get("/slack/install")
        assert status == 302
        self.cookie = headers["set-cookie"].partition(";")[0]
        return parse_qs(urlsplit(headers["location"]).query)["state"][0]

    def installs(self, team: str) -> tuple[int, str]:
        state = self.begins()
        status, _, page = self.get(f"/slack/oauth_redirect?code=code-{team}&state={state}")
        return status, page


@pytest.fixture
def assistant(slack: RecordingSlack, tmp_path: Path) -> Iterator[Running]:
    """The bot with OAuth; nobody has installed it."""
    slack.store = Store(slack)
    bot = Running(tmp_path, slack.url, **ENV)
    bot.start()
    yield bot
    bot.stop()


class From(Requests):
    """What Slack sends about one workspace."""

    def __init__(self, bot: Running, team: str) -> None:
        super().__init__(bot.url)
        self.team = team

    def event(self, event: dict[str, Any], event_id: str = "", **more: Any) -> tuple[int, bytes]:
        who = {
            "team_id": self.team,
            "authorizations": [
                {"team_id": self.team, "user_id": f"UBOT{self.team}", "is_bot": True}
            ],
        }
        return self.send(
            event_body(event, event_id or f"Ev{self.team}{next(self._n)}", **(who | more)),
            "application/json",
        )


def tokens(slack: RecordingSlack, method: str, since: int = 0) -> list[tuple[str, str]]:
    """(token, channel) of each call."""
    return [
        (token, str(args.get("channel") or args.get("user") or ""))
        for token, name, args in slack.said[since:]
        if name == method
    ]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"SLACK_CLIENT_SECRET": ""}, "^SLACK_CLIENT_SECRET"),
        ({"SLACK_CLIENT_ID": ""}, "^SLACK_CLIENT_ID"),
        ({"CHANGEOVER_SECRET_KEY": ""}, "^CHANGEOVER_SECRET_KEY"),
        ({"SLACK_SIGNING_SECRET": ""}, "^SLACK_SIGNING_SECRET"),
        ({"CHANGEOVER_SECRET_KEY": f"{OLD},short"}, "^CHANGEOVER_SECRET_KEY"),
    ],
)
def test_half_a_setting_stops_the_start_and_is_named(change: dict[str, str], named: str) -> None:
    assert read(COMPLETE).oauth
    with pytest.raises(BadSetting, match=named):
        read(COMPLETE | change)


def test_settings_do_not_show_what_is_secret() -> None:
    shown = repr(
        read(COMPLETE | {"SLACK_BOT_TOKEN": "xoxb-secret", "SLACK_APP_TOKEN": "xapp-secret"})
    )
    assert not [s for s in ("xoxb-secret", "xapp-secret", "client-secret", OLD) if s in shown]


def test_without_a_client_id_there_is_nothing_to_install(bot: Running) -> None:
    assert Browser(bot).get("/slack/install")[0] == 404
    assert Browser(bot).get("/slack/oauth_redirect?code=x&state=y")[0] == 404


def test_two_workspaces_and_nothing_crosses(slack: RecordingSlack, assistant: Running) -> None:
    one, two = From(assistant, "T01"), From(assistant, "T02")
    for team in ("T01", "T02"):
        status, page = Browser(assistant).installs(team)
        assert status == 200
        assert f"installed in Team {team}" in page
    for n in range(3):
        assert one.says("U1", "help")[0] == 200
        assert two.says("U2", "can I roll back?")[0] == 200
        until(lambda n=n: len(slack.posted()) >= 2 * n + 2)
    assert {t for t, c in tokens(slack, "chat.postMessage") if c == "DU1"} == {"xoxb-T01-1"}
    assert {t for t, c in tokens(slack, "chat.postMessage") if c == "DU2"} == {"xoxb-T02-2"}
    assert {
        (t, u) for t, u in tokens(slack, "users.info") if u.startswith("U") and u[1] != "A"
    } == {
        ("xoxb-T01-1", "U1"),
        ("xoxb-T02-2", "U2"),
    }
    assert len(tokens(slack, "auth.test")) == 2  # one at each installation, none for an event
    for path in assistant.folder.iterdir():
        held = path.read_bytes()
        assert not [s for s in (b"xoxb-T0", b"client-secret", b"code-T0") if s in held], path.name


def test_a_new_workspace_gets_one_sentence_and_its_admin_the_button(
    slack: RecordingSlack, assistant: Running
) -> None:
    slack.users["UADMINT01"] = {"is_admin": True}
    Browser(assistant).installs("T01")
    until(lambda: slack.posted("setup/welcome"))
    (welcome,) = slack.posted("setup/welcome")
    assert welcome["channel"] == "DUADMINT01"
    assert "setup.form.new" in json.dumps(welcome["blocks"])
    From(assistant, "T01").says("U1", "can I roll back?")
    until(lambda: slack.posted("setup/not_yet"))
    assert slack.posted("setup/not_yet")[0]["channel"] == "DU1"


def test_a_state_counts_once_and_in_its_own_browser(
    slack: RecordingSlack, assistant: Running
) -> None:
    mine, hers = Browser(assistant), Browser(assistant)
    state = mine.begins()
    hers.begins()
    back = f"/slack/oauth_redirect?code=code-T01&state={state}"
    assert hers.get(back)[0] == 400
    assert Browser(assistant).get(back)[0] == 400
    assert mine.get(back)[0] == 200
    again = mine.get(back)
    assert again[0] == 401
    assert "does not count any more" in again[2]
    for nonsense in (
        "state=x",
        "code=code-T01",
        f"code=code-T01&state={state}x",
        "error=access_denied",
        "error=<script>",
        "a=" + "b" * 5000,
    ):
        status, _, page = mine.get(f"/slack/oauth_redirect?{nonsense}")
        assert status in (200, 400, 401, 414)
        assert "<script>" not in page
        assert "installed in" not in page
    assert slack.store.given == 1


def test_who_only_asks_leaves_nothing_behind(assistant: Running) -> None:
    def rows() -> int:
        with closing(sqlite3.connect(assistant.folder / "bot.db", isolation_level=None)) as db:
            return len(
                db.execute(
                    "SELECT key FROM inbox UNION ALL SELECT team FROM installation UNION ALL SELECT key FROM outbox"
                ).fetchall()
            )

    before = rows()
    for _ in range(20):
        Browser(assistant).begins()
    assert rows() == before


def test_pages_are_kept_by_nobody(assistant: Running) -> None:
    _, headers, _ = Browser(assistant).get("/slack/oauth_redirect?error=access_denied")
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]


def test_slack_says_no_to_the_code(slack: RecordingSlack, assistant: Running) -> None:
    slack.plan["oauth.v2.access"] = [
        lambda _: web.json_response({"ok": False, "error": "invalid_code"})
    ]
    status, page = Browser(assistant).installs("T01")
    assert status == 401
    assert "Not installed" in page
    assert "code-T01" not in assistant.log()


def test_gone_means_nothing_leaves_and_nothing_is_lost(
    slack: RecordingSlack, assistant: Running
) -> None:
    one, two = From(assistant, "T01"), From(assistant, "T02")
    for team in ("T01", "T02"):
        Browser(assistant).installs(team)
    slack.plan["chat.postMessage"] = [refuse(429, "ratelimited", **{"Retry-After": "1"})]
    two.says("U2", "help")
    until(lambda: slack.posted())
    slack.calls.clear()
    assert two.event({"type": "app_uninstalled"})[0] == 200
    until(lambda: "gone from T02" in assistant.log())
    assert (
        two.says("U3", "help")[0] == 200
    )  # still on its way when we were removed: taken by nobody
    later = time.time() + 1.2
    until(lambda: time.time() > later)
    one.says("U1", "help")
    until(lambda: [m for m in slack.posted() if m["channel"] == "DU1"])
    assert {m["channel"] for m in slack.posted()} == {"DU1"}
    with closing(sqlite3.connect(assistant.folder / "bot.db", isolation_level=None)) as db:
        assert db.execute("SELECT sealed FROM installation WHERE team = 'T02'").fetchone() == ("",)
    Browser(assistant).installs("T02")
    until(lambda: ("xoxb-T02-3", "DU2") in tokens(slack, "chat.postMessage"))
    assert "DU3" not in {m["channel"] for m in slack.posted()}


def test_a_token_that_slack_refuses_loses_no_message(
    slack: RecordingSlack, assistant: Running
) -> None:
    Browser(assistant).installs("T01")
    slack.plan["chat.postMessage"] = [refuse(200, "token_revoked")]
    From(assistant, "T01").says("U1", "help")
    until(lambda: "token_revoked" in assistant.log())
    with closing(sqlite3.connect(assistant.folder / "bot.db", isolation_level=None)) as db:
        until(
            lambda: (
                db.execute("SELECT state FROM outbox WHERE error = 'token_revoked'").fetchone()
                == ("waiting",)
            )
        )


def test_a_late_word_of_an_old_removal_removes_nothing(
    slack: RecordingSlack, assistant: Running
) -> None:
    Browser(assistant).installs("T01")
    one = From(assistant, "T01")
    assert one.event({"type": "app_uninstalled"}, event_time=1_600_000_000)[0] == 200
    assert one.event({"type": "tokens_revoked", "tokens": {"oauth": ["U7"]}})[0] == 200
    one.says("U1", "help")
    until(lambda: tokens(slack, "chat.postMessage") == [("xoxb-T01-1", "DU1")])


def test_a_workspace_that_never_installed_is_taken_by_nobody(
    slack: RecordingSlack, assistant: Running
) -> None:
    Browser(assistant).installs("T01")
    assert From(assistant, "T09").says("U9", "help")[0] == 200
    From(assistant, "T01").says("U1", "help")
    until(lambda: slack.posted())
    with closing(sqlite3.connect(assistant.folder / "bot.db", isolation_level=None)) as db:
        assert db.execute("SELECT count(*) FROM person WHERE team = 'T09'").fetchone() == (0,)


def test_an_organisation_installs_for_all_its_workspaces(
    slack: RecordingSlack, assistant: Running
) -> None:
    slack.store.more = {
        "is_enterprise_install": True,
        "team": None,
        "enterprise": {"id": "E01", "name": "Org"},
    }
    Browser(assistant).installs("E01")
    given = {"enterprise_id": "E01", "is_enterprise_install": True}
    who = [{"team_id": "T05", "user_id": "UBOTE01", "is_bot": True} | given]
    assert (
        From(assistant, "T05").says(
            "U5",
            "help",
        )[0]
        == 200
    )
    requests = From(assistant, "T05")
    assert (
        requests.event(
            direct("U5", "help", "1.5"),
            authorizations=who,
            enterprise_id="E01",
            is_enterprise_install=True,
        )[0]
        == 200
    )
    until(lambda: tokens(slack, "chat.postMessage"))
    assert tokens(slack, "chat.postMessage") == [("xoxb-E01-1", "DU5")]
    requests.event({"type": "app_uninstalled"}, enterprise_id="E01", is_enterprise_install=True)
    until(lambda: "gone from E01" in assistant.log())
    assert requests.event(direct("U5", "help", "1.6"), authorizations=who)[0] == 200
    with closing(sqlite3.connect(assistant.folder / "bot.db", isolation_level=None)) as db:
        assert db.execute("SELECT count(*) FROM installation WHERE sealed <> ''").fetchone() == (0,)


def test_keys_are_changed_without_installing_anew(
    slack: RecordingSlack, assistant: Running
) -> None:
    Browser(assistant).installs("T01")
    one = From(assistant, "T01")
    for keys in (f"{NEW},{OLD}", NEW):
        assistant.stop()
        assistant.env["CHANGEOVER_SECRET_KEY"] = keys
        assistant.start()
        sent = len(slack.posted())
        one.says("U1", "help")
        until(lambda sent=sent: len(slack.posted()) > sent)
    assert {t for t, _ in tokens(slack, "chat.postMessage")} == {"xoxb-T01-1"}


def test_a_token_that_ends_soon_is_renewed_once(slack: RecordingSlack, assistant: Running) -> None:
    slack.store.more = {"expires_in": 3_600, "refresh_token": "xoxe-T01"}
    Browser(assistant).installs("T01")
    slack.store.more = {"expires_in": 43_200, "refresh_token": "xoxe-2-T01"}
    one = From(assistant, "T01")
    for n in range(3):
        one.says("U1", "help")
        until(lambda n=n: len(slack.posted()) > n)
    assert {t for t, _ in tokens(slack, "chat.postMessage")} == {"xoxb-T01-2"}
    assert slack.store.given == 2
    assistant.stop()
    assistant.start()
    one.says("U1", "help")
    until(lambda: len(slack.posted()) > 3)
    assert tokens(slack, "chat.postMessage")[-1][0] == "xoxb-T01-2"


def test_a_vault_opens_for_its_workspace_and_its_keys_alone() -> None:
    vault = Vault([NEW, OLD])
    sealed = Vault([OLD]).seal("T01", {"bot_token": "xoxb"})
    assert vault.open("T01", sealed) == {"bot_token": "xoxb"}
    for other, team in ((vault, "T02"), (Vault([NEW]), "T01")):
        with pytest.raises(Unreadable):
            other.open(team, sealed)
    state = vault.new_state(1_000_000)
    assert vault.state_key(state, 1_000_599) == vault.state_key(state, 1_000_001)
    for late, said in (
        (1_000_601, state),
        (1_000_001, sealed),
        (1_000_001, ""),
        (1_000_001, "é"),
        (999_000, state),
    ):
        with pytest.raises(Unreadable):
            vault.state_key(said, late)
