"""`changeover check-link` as scripts run it."""

import io
import json
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.cli import check_link
from bot.cli.ask import Asker
from domain.links.link_policy import POLICY
from tests.domain.test_links import CUSTOMER, INVITE, OWN, PAGE, SAMPLE, P

POLICY_FILE = Path("tests/data/links-policy.json")


def test_lines_are_judged_in_order_and_a_bad_one_does_not_stop_the_rest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = [
        json.dumps({"id": 1, "form": "url", "input": PAGE}),
        "{",
        '{"id":3,"form":"fax","input":"x"}',
        '{"id":"4","form":"url"}',
        json.dumps(SAMPLE[0]),
    ]
    assert check_link.check("-", P, True, io.StringIO("\n".join(lines))) == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == {"id": 1, "verdict": "accept", "kind": "page", "reason": "", "relay": PAGE}
    assert [r["id"] for r in rows] == [1, None, 3, "4", SAMPLE[0]["id"]]
    assert all("error" in rows[n] for n in (1, 2, 3))
    assert set(rows[4]) == {"id", "verdict", "kind", "reason", "relay"}


def test_a_text_is_read_as_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    for text in (INVITE, f"<{INVITE}|here>", f"please open {INVITE}."):
        assert main(["check-link", "--json", "--policy", str(POLICY_FILE), text]) == 0
        assert json.loads(capsys.readouterr().out)["relay"] == INVITE
    assert main(["check-link", "--policy", str(POLICY_FILE), "https://evil.com"]) == 0
    assert capsys.readouterr().out == "reject (unknown): host\n"


def test_a_policy_that_is_wrong_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p.json").write_text('{"hosts": {}}')
    assert main(["check-link", "--policy", str(tmp_path / "p.json"), "x"]) == 1
    assert "p.json: unknown key 'hosts'" in capsys.readouterr().err
    assert main(["check-link", "--policy", str(tmp_path / "none.json"), "x"]) == 1


def test_the_workspace_names_whose_links_are_expected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    assert check_link.policy_of_workspace(url) == POLICY
    assert list(tmp_path.iterdir()) == []
    for name, value in {
        "DATABASE_URL": url,
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": "x" * 32,
    }.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "w.toml").write_text(f'team = "T01"\npartner = "Contoso"\ntenant = "{OWN}"\n')
    assert main(["seed", str(tmp_path / "w.toml")]) == 0
    assert check_link.policy_of_workspace(url).expected == {OWN}


def test_ask_takes_a_link_as_the_conversation_does(asker: Asker) -> None:
    replies = {
        text: (reply["decision"], reply["answer"] or reply["command"])
        for text in (
            INVITE,
            f"is this link safe? {INVITE}",
            CUSTOMER,
            "https://partner.microsoft.com.evil.example/invitation",
            f"who has to click this link? {INVITE}",
        )
        for reply in [asker.reply(text)]
    }
    assert list(replies.values()) == [
        ("command", "relay_invitation"),
        ("refuse", "relay_invitation"),
        ("command", "relay_invitation"),
        ("command", "relay_invitation"),
        ("answer", "who_clicks_the_invitation"),
    ]
