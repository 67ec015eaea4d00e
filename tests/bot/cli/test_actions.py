"""`changeover actions`: rasa-sdk's server with the house's actions; a call is one transaction;
nobody but this machine gets in."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain import people
from domain.machine import stands
from domain.storage.store import Store
from domain.tenant import enrollment
from tests.bot.recording import PATIENCE
from tests.bot.running import Running, free_port
from tests.conftest import KEY, NOON, TEAM

pytestmark = pytest.mark.slow


class Actions:
    """The server as a child process beside a seeded database."""

    def __init__(self, folder: Path) -> None:
        self.bot = Running(folder, "http://127.0.0.1:1/api/")
        self.bot.seed()
        self.port = free_port()
        command = [sys.executable, "-m", "bot", "actions", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command,
            env=self.bot.env,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        self.said = next(line for line in self.process.stdout if line.startswith("actions on"))

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        named = {"Content-Type": "application/json"} | {
            k.replace("_", "-"): v for k, v in headers.items()
        }
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text) if text else None

    def runs(
        self, action: str, sender: str = "U01MIRA", text: str = "", **slots: Any
    ) -> tuple[int, Any]:
        tracker = {
            "sender_id": sender,
            "slots": slots,
            "latest_message": {"text": text, "intent": {"name": "enroll"}},
        }
        call = {
            "next_action": action,
            "sender_id": sender,
            "tracker": tracker,
            "domain": {},
            "version": "3.21.1",
        }
        return self.ask("POST", "/webhook", json.dumps(call).encode())

    def raw(self, request: bytes) -> bytes:
        """The first line of the answer to these very bytes."""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as connection:
            connection.sendall(request)
            return connection.recv(4_096).partition(b"\r\n")[0]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        self.logged, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode


@pytest.fixture(scope="module")
def actions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Actions]:
    actions = Actions(tmp_path_factory.mktemp("actions"))
    yield actions
    assert actions.stop() == 0


def enrollment_of(actions: Actions) -> tuple[str, str]:
    store = Store(actions.bot.env["DATABASE_URL"], KEY)
    with store.turn(TEAM, NOON) as tx:
        (tenant,) = people.tenants_of(tx, people.meet(tx, "U01MIRA").partner)
        state = stands(tx, enrollment.MACHINE, tenant.id).state
    store.close()
    return tenant.id, state


def test_it_is_healthy_and_lists_the_same_actions(actions: Actions, assistant: Any) -> None:
    assert actions.said == f"actions on http://127.0.0.1:{actions.port}\n"
    assert actions.ask("GET", "/health") == (200, {"status": "ok"})
    status, listed = actions.ask("GET", "/actions")
    assert status == 200
    assert {a["name"] for a in listed} == set(assistant.actions)


def test_an_action_gives_its_events_and_what_it_did_is_kept(actions: Actions) -> None:
    status, answer = actions.runs("action_look_at_enrollment")
    assert status == 200
    found = {e["name"]: e["value"] for e in answer["events"] if e["event"] == "slot"}
    tenant, _ = enrollment_of(actions)
    assert found == {"tenant_id": tenant, "stage": "before"}
    assert actions.runs("action_note_readiness", tenant_id=tenant, standing="restricted")[0] == 200
    assert enrollment_of(actions)[1] != "NotStarted"
    assert actions.runs("action_look_at_enrollment", sender=f"{TEAM}:U01MIRA")[1]["events"]


def test_a_stranger_leaves_nothing_behind(actions: Actions) -> None:
    before = enrollment_of(actions)
    status, answer = actions.runs("action_look_at_enrollment", sender="default")
    assert status == 200
    assert answer["events"]
    assert actions.runs("action_look_at_enrollment", sender="T99:U01MIRA")[0] == 200
    assert enrollment_of(actions) == before
    store = Store(actions.bot.env["DATABASE_URL"], KEY)
    with store.turn(TEAM, NOON) as tx:
        assert people.seen(tx, "default") == ""
    store.close()


def test_what_goes_wrong_says_nothing_of_the_request_and_keeps_nothing(actions: Actions) -> None:
    before = enrollment_of(actions)
    status, answer = actions.runs(
        "action_note_readiness", text="private words", tenant_id={"not": "an id"}, standing=17
    )
    assert status in (400, 500)
    assert "private" not in str(answer)
    assert enrollment_of(actions) == before
    assert actions.runs("action_that_nobody_wrote") == (
        404,
        {
            "error": "No registered action found for name 'action_that_nobody_wrote'.",
            "action_name": "action_that_nobody_wrote",
        },
    )


@pytest.mark.parametrize("body", [b"", b"[1]", b"null", b"{", b"1"])
def test_nonsense_is_refused(actions: Actions, body: bytes) -> None:
    assert actions.ask("POST", "/webhook", body)[0] == 400


def test_no_page_of_a_browser_gets_in_and_nothing_is_inflated(actions: Actions) -> None:
    call = json.dumps({"next_action": "action_look_at_enrollment", "tracker": {}}).encode()
    assert actions.ask("POST", "/webhook", call, Origin="https://evil.example")[0] == 403
    assert actions.ask("POST", "/webhook", call, Host="evil.example")[0] == 403
    assert (
        actions.ask(
            "OPTIONS",
            "/webhook",
            Origin="https://evil.example",
            Access_Control_Request_Method="POST",
        )[0]
        == 403
    )
    assert (
        actions.ask(
            "POST", "/webhook", zlib.compress(b" " * 1_000_000), Content_Encoding="deflate"
        )[0]
        == 415
    )
    assert actions.ask("POST", "/webhook", json.dumps({"pad": "x" * 300_000}).encode())[0] == 413


def test_it_listens_on_loopback_alone(actions: Actions) -> None:
    others = {a[4][0] for a in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {
        "127.0.0.1"
    }
    for address in others:
        with socket.socket() as probe:
            probe.settimeout(1)
            assert probe.connect_ex((address, actions.port)) != 0


def test_a_port_that_is_taken_is_named_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = Running(tmp_path, "http://127.0.0.1:1/api/").command(
            "actions", "--port", str(taken.getsockname()[1])
        )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("changeover: port ")


CANARY = "my private words xoxb-1-canary mira@contoso.example"
JSON_TYPES = (None, True, 7, 1.5, CANARY, [1], [{"a": 1}], {"a": 1}, "\ud800", "\0")
FIELDS = (
    "next_action",
    "sender_id",
    "tracker",
    "domain",
    "version",
    "tracker.sender_id",
    "tracker.slots",
    "tracker.latest_message",
    "tracker.events",
    "tracker.paused",
    "tracker.followup_action",
    "tracker.active_loop",
    "tracker.latest_action_name",
    "tracker.stack",
    "tracker.latest_message.text",
    "tracker.latest_message.intent",
    "tracker.latest_message.entities",
    "tracker.latest_message.intent.name",
)


def call_with(path: str, value: Any) -> bytes:
    call: dict[str, Any] = {
        "next_action": "action_look_at_enrollment",
        "sender_id": "U01MIRA",
        "domain": {},
        "version": "3.21.1",
        "tracker": {
            "sender_id": "U01MIRA",
            "slots": {},
            "latest_message": {"text": "", "intent": {"name": "enroll"}},
        },
    }
    *above, name = path.split(".")
    inside = call
    for step in above:
        inside = inside[step]
    inside[name] = value
    return json.dumps(call).encode()


@pytest.mark.parametrize("path", FIELDS)
def test_no_type_in_any_field_is_a_server_error(actions: Actions, path: str) -> None:
    found = {
        repr(value): actions.ask("POST", "/webhook", call_with(path, value))[0]
        for value in JSON_TYPES
    }
    assert set(found.values()) <= {200, 400, 404}, found
    assert found[repr("\ud800")] == found[repr("\0")] == 400


@pytest.mark.parametrize(
    ("path", "value"),
    [("tracker", [1]), ("tracker.slots", [1]), ("tracker.latest_message", "x"), ("domain", 1)],
)
def test_a_call_of_another_shape_is_malformed(actions: Actions, path: str, value: Any) -> None:
    assert actions.ask("POST", "/webhook", call_with(path, value)) == (
        400,
        {"error": "Invalid body request"},
    )


def test_a_call_that_is_too_deep_is_malformed(actions: Actions) -> None:
    deep = json.dumps(
        {"next_action": "action_look_at_enrollment", "tracker": {"slots": {"a": 0}}}
    ).replace("0", "[" * 500 + "]" * 500)
    assert actions.ask("POST", "/webhook", deep.encode())[0] == 400


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/webhook", 405),
        ("PUT", "/webhook", 405),
        ("DELETE", "/health", 405),
        ("POST", "/actions", 400),
        ("PATCH", "/actions", 405),
        ("GET", "/nowhere", 404),
    ],
)
def test_a_wrong_method_says_so(actions: Actions, method: str, path: str, status: int) -> None:
    assert actions.ask(method, path)[0] == status


@pytest.mark.parametrize(
    "hosts",
    [
        b"",
        b"Host: 127.0.0.1\r\nHost: evil.example\r\n",
        b"Host: localhost\r\nHost: localhost\r\n",
        b"Host: localhost:evil.example\r\n",
        b"Host: localhost.evil.example\r\n",
        b"Host: evil.example@localhost\r\n",
        b"Host: localhost:123456\r\n",
        b"Host: [::1]\r\n",
    ],
)
def test_only_one_host_that_is_this_machine_gets_in(actions: Actions, hosts: bytes) -> None:
    first = actions.raw(b"GET /actions HTTP/1.1\r\n" + hosts + b"Connection: close\r\n\r\n")
    assert first.split()[1] in (b"400", b"403"), first
    assert (
        actions.raw(
            b"GET /health HTTP/1.1\r\nHost: localhost:5055\r\nConnection: close\r\n\r\n"
        ).split()[1]
        == b"200"
    )


def test_nothing_that_people_wrote_is_logged(tmp_path: Path) -> None:
    own = Actions(tmp_path)
    slots = ("accepted_on", "tenant_id", "standing", "told_of", "reason", "link")
    for name in (
        "action_note_acceptance",
        "action_note_readiness",
        "action_take_that_one",
        "action_" + CANARY,
    ):
        own.runs(name, text=CANARY, **dict.fromkeys(slots, CANARY))
    own.runs("action_look_for_outcome", sender=CANARY, text=CANARY)
    for path in FIELDS:
        own.ask("POST", "/webhook", call_with(path, CANARY))
    own.ask("PUT", "/webhook?" + CANARY.replace(" ", "+"), CANARY.encode())
    assert own.stop() == 0
    for part in CANARY.split():
        assert part not in own.logged, own.logged
