"""Setup, shortcuts, prompts, App Home and cards over HTTP: signed requests into `changeover serve`,
a small Slack behind it."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from bot.inbound.commands import ASK, RELAY
from dialogs.assistant import ABILITIES
from tests.bot.recording import APP, BOT, SECRET, TEAM, RecordingSlack, Requests, form, refuse
from tests.bot.running import Running, until
from tests.conftest import TENANT

FORM = "application/x-www-form-urlencoded"
_n = itertools.count(1)


def payload(requests: Requests, kind: str, user: str, **more: Any) -> tuple[int, bytes]:
    who = {
        "id": user,
        "team_id": TEAM,
        "name": user.lower(),
        "is_admin": True,
        "is_owner": True,
    }  # it may say what it likes
    body = {"type": kind, "team": {"id": TEAM}, "user": who, "api_app_id": APP}
    return requests.send(form(body | {"trigger_id": f"1.{next(_n)}"} | more), FORM)


def command(
    requests: Requests, user: str, text: str, channel: str = "C09TEAM"
) -> tuple[int, bytes]:
    from urllib.parse import urlencode

    body = {
        "command": "/changeover",
        "text": text,
        "team_id": TEAM,
        "user_id": user,
        "user_name": user,
        "channel_id": channel,
        "channel_name": "team",
        "trigger_id": f"2.{next(_n)}",
        "api_app_id": APP,
    }
    return requests.send(urlencode(body).encode(), FORM)


def hand_in(
    requests: Requests, user: str, view: dict[str, Any], **values: str
) -> tuple[int, bytes]:
    """The modal as it was opened, with what its inputs held at first, changed in some."""
    state = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element, id_ = block["element"], block["block_id"]
        said = values.get(
            id_,
            element.get("initial_value")
            or element.get("initial_conversation")
            or " ".join(element.get("initial_users", [])),
        )
        key = {
            "multi_users_select": "selected_users",
            "conversations_select": "selected_conversation",
        }.get(element["type"], "value")
        state[id_] = {
            element["action_id"]: {
                "type": element["type"],
                key: said.split() if key == "selected_users" else said or None,
            }
        }
    sent = {
        "id": f"V{next(_n)}",
        "hash": "h",
        "callback_id": view["callback_id"],
        "private_metadata": view["private_metadata"],
    }
    return payload(
        requests, "view_submission", user, view=sent | {"type": "modal", "state": {"values": state}}
    )


def test_setup_asks_slack_at_the_click_and_never_believes_the_payload(
    bot: Running, slack: RecordingSlack
) -> None:
    requests = Requests(bot.url)
    slack.users["U01MIRA"] = {"is_admin": True, "tz": "Europe/Berlin"}
    requests.says("U01MIRA", "setup")
    (offer,) = until(lambda: slack.posted("setup/ask_setup_button"))
    requests.clicks("U01MIRA", offer, "setup.form.n1")
    (opened,) = until(lambda: slack.of("views.open"))
    view = opened["view"] if isinstance(opened["view"], dict) else json.loads(opened["view"])
    status, body = hand_in(requests, "U01MIRA", view, setup_tenants="12345", setup_zone="Mars/Base")
    assert status == 200
    assert set(json.loads(body)["errors"]) == {"setup_tenants", "setup_zone"}
    slack.users["U01MIRA"] = {"is_admin": False}
    assert hand_in(requests, "U01MIRA", view, setup_approvers="U01MIRA")[0] == 200
    until(lambda: slack.posted("setup/who_can"))
    slack.users["U01MIRA"] = {"is_owner": True}
    assert (
        hand_in(requests, "U01MIRA", view, setup_approvers="U01MIRA U03OTTO", setup_tenants=TENANT)[
            0
        ]
        == 200
    )
    (saved,) = until(lambda: slack.posted("setup/saved"))
    assert "approvers" in saved["text"]
    slack.plan["users.info"] = [refuse(500)]
    payload(
        requests,
        "block_actions",
        "U03OTTO",
        channel={"id": "DU03OTTO"},
        message={"ts": "1.1"},
        actions=[
            {
                "type": "button",
                "action_id": "setup.start.now",
                "value": "x",
                "action_ts": "9.9",
                "block_id": "b",
            }
        ],
    )
    assert bot.command("audit", "verify").returncode == 0
    assert len(slack.of("views.open")) == 1


@pytest.mark.slow
def test_the_reason_of_a_decline_is_asked_in_a_form_and_in_the_chat_where_none_opens(
    bot: Running, slack: RecordingSlack
) -> None:
    requests = Requests(bot.url)
    requests.says("U01MIRA", "our GA signed today")
    offered = until(lambda: slack.posted("repair/record"))[0]
    requests.clicks("U01MIRA", offered, "claim.report_accepted.now")
    card = until(lambda: [m for m in slack.posted("agreement/card") if m["channel"] == "DU03OTTO"])[
        0
    ]
    slack.plan["views.open"] = [refuse(error="expired_trigger_id")]
    requests.clicks("U03OTTO", card, "decide.form.decline")
    (asked,) = until(lambda: slack.posted("agreement/ask_decline_reason"))
    assert [e["text"]["text"] for e in asked["blocks"][-1]["elements"]] == [
        "Decline without a reason",
        "Leave it open",
    ]
    requests.clicks("U03OTTO", asked, "decide.decline_reason.cancel")
    until(lambda: slack.posted("agreement/left_open"))
    requests.clicks("U03OTTO", card, "decide.form.decline")
    opened = until(lambda: slack.of("views.open")[1:])[0]
    view = opened["view"] if isinstance(opened["view"], dict) else json.loads(opened["view"])
    assert json.loads(hand_in(requests, "U03OTTO", view, decline_reason="x" * 1_500)[1])[
        "errors"
    ].keys() == {"decline_reason"}
    assert hand_in(requests, "U03OTTO", view, decline_reason="Nobody signed")[0] == 200
    (told,) = until(lambda: slack.posted("notices/not_known"))
    assert "Nobody signed" in json.dumps(told["blocks"])


@pytest.mark.slow
def test_global_shortcuts_and_one_that_nobody_knows(bot: Running, slack: RecordingSlack) -> None:
    requests = Requests(bot.url)
    assert (
        payload(requests, "shortcut", "U01MIRA", callback_id="start_enrollment", action_ts="1.0")[0]
        == 200
    )
    until(lambda: slack.posted("enroll/ask_profile"))
    assert (
        payload(requests, "shortcut", "U02GRACE", callback_id="made_in_2019", action_ts="2.0")[0]
        == 200
    )
    until(lambda: slack.posted("help/what_i_do"))
    assert (
        payload(requests, "shortcut", "U03OTTO", callback_id="ask_changeover", action_ts="3.0")[0]
        == 200
    )
    (opened,) = until(lambda: slack.of("views.open"))
    view = opened["view"] if isinstance(opened["view"], dict) else json.loads(opened["view"])
    text = next(b["block_id"] for b in view["blocks"] if b["type"] == "input")
    assert hand_in(requests, "U03OTTO", view, **{text: "can I roll back?"})[0] == 200
    (answer,) = until(lambda: slack.posted("answers/can_i_roll_back"))
    assert answer["channel"] == "DU03OTTO"
    message = {"ts": "5.5", "text": "lunch?", "user": "U01MIRA"}
    told = payload(
        requests,
        "message_action",
        "U04SAM",
        callback_id="gone",
        message=message,
        channel={"id": "C1"},
        message_ts="5.5",
    )
    assert told[0] == 200
    until(lambda: [m for m in slack.posted("help/what_i_do") if m["channel"] == "DU04SAM"])


@pytest.mark.slow
def test_prompts_without_a_thread_and_quiet_where_slack_has_none(
    bot: Running, slack: RecordingSlack
) -> None:
    requests = Requests(bot.url)
    slack.plan["assistant.threads.setSuggestedPrompts"] = [
        lambda _: None,
        refuse(error="unknown_method"),
    ]
    for n in range(2):
        requests.event(
            {
                "type": "app_home_opened",
                "user": "U01MIRA",
                "tab": "messages",
                "channel": "DU01MIRA",
            },
            f"EvP{n}",
        )
        until(lambda n=n: len(slack.of("assistant.threads.setSuggestedPrompts")) == n + 1)
    asked = slack.of("assistant.threads.setSuggestedPrompts")[0]
    prompts = (
        asked["prompts"] if isinstance(asked["prompts"], list) else json.loads(asked["prompts"])
    )
    assert 1 <= len(prompts) <= 4
    assert "thread_ts" not in asked
    assert all(p["title"] and p["message"] for p in prompts)
    requests.says("U01MIRA", "thanks")
    until(lambda: slack.posted("repair/thanks"))
    assert len(slack.posted("help/what_i_do")) == 1
    assert "Traceback" not in bot.log()


def test_home_is_published_and_again_after_a_change(bot: Running, slack: RecordingSlack) -> None:
    requests = Requests(bot.url)
    requests.event({"type": "app_home_opened", "user": "U01MIRA", "tab": "home"}, "EvH")
    until(lambda: slack.of("views.publish"))
    requests.says("U01MIRA", "we submitted it today")
    shown = until(lambda: slack.posted("repair/record"))[0]
    requests.clicks("U01MIRA", shown, "claim.report_submitted.now")
    until(lambda: len(slack.of("views.publish")) >= 2)
    assert "Submitted" in str(slack.of("views.publish")[-1])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("channel", "user"),
    [
        ({"is_ext_shared": True, "members": ["U01MIRA", BOT]}, {}),
        ({"is_pending_ext_shared": True, "members": ["U01MIRA", BOT]}, {}),
        ({"members": ["U01MIRA", "U77GUEST", BOT]}, {"is_restricted": True}),
        ({"members": ["U01MIRA", "U77GUEST", BOT]}, {"is_ultra_restricted": True}),
        ({"members": ["U01MIRA", "U77GUEST", BOT]}, {"team_id": "T99OTHER"}),
        ({"members": ["U01MIRA", "U77GUEST", BOT]}, {"is_stranger": True}),
        ({"members": [f"U{n:04d}" for n in range(200)]}, {}),
        ({"members": []}, {}),
    ],
)
def test_a_partners_state_is_shown_in_no_channel_where_others_read(
    bot: Running, slack: RecordingSlack, channel: dict[str, Any], user: dict[str, Any]
) -> None:
    slack.channels["C09TEAM"], slack.users["U77GUEST"] = channel, user
    requests = Requests(bot.url)
    assert command(requests, "U01MIRA", "share")[0] == 200
    until(lambda: slack.posted("status/not_here"))
    assert not slack.posted("status/card")
    assert all(m["channel"].startswith("D") for m in slack.posted())


@pytest.mark.slow
def test_a_status_card_among_ourselves(bot: Running, slack: RecordingSlack) -> None:
    slack.channels["C09TEAM"] = {"members": ["U01MIRA", "U88NEW", BOT]}
    requests = Requests(bot.url)
    assert command(requests, "U01MIRA", "share")[0] == 200
    (card,) = until(lambda: slack.posted("status/card"))
    assert card["channel"] == "C09TEAM"
    assert not [b for b in card["blocks"] if b["type"] == "actions"]
    slack.plan["conversations.info"] = [refuse(error="missing_scope")]
    command(requests, "U01MIRA", "share")
    until(lambda: slack.posted("status/not_here"))
    assert len(slack.posted("status/card")) == 1


@pytest.mark.slow
def test_a_flood_is_slowed_down_and_nothing_is_lost(slack: RecordingSlack, tmp_path: Path) -> None:
    bot = Running(tmp_path, slack.url, RATE_USER="120", RATE_TEAM="0")
    bot.seed()
    bot.start()
    requests = Requests(bot.url)
    for n in range(124):
        assert requests.says("U01MIRA", "thanks", event_id=f"EvF{n}")[0] == 200
    until(lambda: len(slack.posted("repair/thanks")) == 124)
    assert "slowed" not in bot.log()
    bot.stop()


def test_the_manifests_are_whole() -> None:
    declared = {callback for ability in ABILITIES for callback in ability.shortcuts}
    on_messages = {callback for ability in ABILITIES for callback in ability.message_shortcuts}
    words = {word for ability in ABILITIES for word in ability.slash_words}
    plain, wide = (
        json.loads(Path(f"bot/{name}.json").read_text("utf-8"))
        for name in ("manifest", "manifest-distributed")
    )
    assert (
        plain["settings"]["socket_mode_enabled"],
        plain["settings"]["token_rotation_enabled"],
    ) == (True, False)
    assert (wide["settings"]["org_deploy_enabled"], wide["settings"]["token_rotation_enabled"]) == (
        True,
        True,
    )
    for manifest in (plain, wide):
        events = manifest["settings"]["event_subscriptions"]["bot_events"]
        assert {
            "app_home_opened",
            "app_mention",
            "message.im",
            "message.channels",
            "message.groups",
            "user_change",
            "file_shared",
        } <= set(events)
        assert {
            "channels:read",
            "groups:read",
            "users:read",
            "chat:write",
            "commands",
            "files:read",
        } <= set(manifest["oauth_config"]["scopes"]["bot"])
        shortcuts = manifest["features"]["shortcuts"]
        menus = {
            kind: {s["callback_id"] for s in shortcuts if s["type"] == kind}
            for kind in ("global", "message")
        }
        assert menus["global"] == declared | {ASK}
        assert menus["message"] == on_messages | {RELAY}
        assert all(len(s["name"]) <= 24 and len(s["description"]) <= 150 for s in shortcuts)
        assert len(manifest["features"]["agent_view"]["agent_description"]) <= 300
        hint = manifest["features"]["slash_commands"][0]["usage_hint"]
        assert {w for w in hint.split(" | ") if " " not in w} <= words
    assert SECRET
