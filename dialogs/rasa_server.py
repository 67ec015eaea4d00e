"""The actions behind rasa-sdk's own HTTP server, for a Rasa that runs on this machine. Loopback
alone; decides nothing by itself.

rasa-sdk's server authenticates nobody, inflates what it is sent and echoes requests in its errors
(docs/security.md A1), so what comes with an Origin, with another Host, compressed or too large is
refused, and errors say nothing of the request.
"""

import logging
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any

import orjson
from pydantic import StringConstraints, TypeAdapter
from rasa_sdk import Action, Tracker
from rasa_sdk.endpoint import create_app
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import ActionExecutor, ActionExecutorRunResult, CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException
from sanic import Sanic
from sanic.exceptions import SanicException, ServerError
from sanic.request import Request
from sanic.response import HTTPResponse, json
from sqlalchemy import select
from typing_extensions import TypedDict

from dialogs.engine import app_home
from dialogs.engine.context import Action as Function
from dialogs.engine.context import Assistant, Slots, Turn
from dialogs.inputs import Origin
from domain import people
from domain.conversation import Conversation
from domain.machine import Doubtful, NotAllowed, NotPossible
from domain.people import Person
from domain.storage.store import Store, Tx, moment, new_id, table
from domain.tables import Person as PersonRow
from domain.unusable import Unusable

log = logging.getLogger("changeover.actions")
HOST, PORT = "127.0.0.1", 5055
MOST_BYTES, MOST_DEPTH = 262_144, 32
OUR_NAME = re.compile(r"(?:127\.0\.0\.1|localhost)(?::[0-9]{1,5})?")
Call = dict[str, Any]


class Intent(TypedDict, total=False):
    name: str | None


class Message(TypedDict, total=False):
    text: str | None
    intent: Intent
    entities: list[Any] | None


class TrackerShape(TypedDict, total=False):
    """The fields that we or rasa-sdk read (rasa_sdk/interfaces.py, Tracker.from_dict); where it
    asks a field of a field, null is refused too."""

    sender_id: str | None
    slots: dict[str, Any] | None
    latest_message: Message
    events: list[dict[str, Any]] | None
    paused: bool | None
    followup_action: str | None
    active_loop: dict[str, Any] | None
    active_form: dict[str, Any] | None
    latest_action_name: str | None
    stack: list[dict[str, Any]] | None


class CallShape(TypedDict, total=False):
    """The body of a call; rasa-sdk repeats its version in a warning, so that is a version and no
    text."""

    next_action: str | None
    sender_id: str | None
    tracker: TrackerShape
    domain: dict[str, Any] | None
    version: (
        Annotated[str, StringConstraints(pattern=r"^[0-9]{1,4}(\.[0-9a-z]{1,12}){1,4}$")] | None
    )


_CALL = TypeAdapter(CallShape)


class Unserved(Unusable):
    """The server cannot start. The message says why."""


class RasaAction(Action):  # type: ignore[misc]
    """One of our actions as rasa-sdk wants it: an outcome becomes events and responses. The only
    place that does so."""

    def __init__(self, function: Function) -> None:
        self.function = function

    def name(self) -> str:
        return self.function.__name__

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Call
    ) -> list[Call]:
        outcome = self.function(domain["turn"], Slots(tracker.slots))
        for template, data in outcome.messages:
            dispatcher.utter_message(response=template, json_message=data)
        if outcome.data:
            dispatcher.utter_message(json_message=outcome.data)
        return [SlotSet(slot, value) for slot, value in outcome.slots.items()]


class Served(ActionExecutor):  # type: ignore[misc]
    """rasa-sdk's executor for calls from outside: each runs in a transaction of its own, which
    stands when it went well.

    `sender_id` is Slack's id of the person, `TEAM:SLACK_ID` where several workspaces know it, or
    ours. For a stranger the action runs and nothing of it is kept.
    """

    def __init__(self, assistant: Assistant, store: Store, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.assistant, self.store, self.now = assistant, store, now
        for function in assistant.actions.values():
            self.register_action(RasaAction(function))

    def update_and_return_domain(self, payload: Call, action_name: str) -> Call:
        """The domain of this very call: the base class keeps one of an earlier call, which mixes
        threads."""
        return dict(payload["domain"])

    async def run(self, action_call: Call, *_: Any, **__: Any) -> ActionExecutorRunResult | None:
        """rasa-sdk's call in, its events and responses out. A refusal of the domain is an
        ActionExecutionRejection; whatever else goes wrong is a ServerError without its text."""
        try:
            return await self._run(action_call)
        except (ActionExecutionRejection, ActionNotFoundException):
            raise
        except Exception as error:
            log.error("an action failed: %s", type(error).__name__, exc_info=error)
            raise ServerError from None

    async def _run(self, action_call: Call) -> ActionExecutorRunResult | None:
        name, tracker = str(action_call.get("next_action") or ""), action_call.get("tracker") or {}
        if name and name not in self.actions:
            raise ActionNotFoundException(name)
        team, who = self._sender(
            str(action_call.get("sender_id") or tracker.get("sender_id") or "")
        )
        keeps = bool(who)
        try:
            with self._turn(team, keeps) as tx:
                turn = _turn(
                    self.assistant,
                    tx,
                    (who and people.by_id(tx, who)) or Person(new_id(), team, ""),
                    tracker,
                )
                result = await super().run(_call(name, turn, tracker)) if name else None
                app_home.show_anew(tx)
        except (NotPossible, NotAllowed, Doubtful) as refusal:
            raise ActionExecutionRejection(name, str(refusal)) from refusal
        if result is not None:
            result.responses += [
                {"response": template, "custom": data} for template, data in turn.parts
            ]
        return result

    @contextmanager
    def _turn(self, team: str, keeps: bool) -> Iterator[Tx]:
        with self.store.turn(team, self.now()) as tx:
            yield tx
            if not keeps:
                tx.db.rollback()

    def _sender(self, said: str) -> tuple[str, str]:
        """(workspace, our id of the person); the id is "" for a stranger."""
        team, _, slack = said.rpartition(":")
        rows = table(PersonRow)
        here = (rows.c.slack == slack) | (rows.c.id == slack)
        with self.store.reading() as db:
            found = db.execute(
                select(rows.c.team, rows.c.id).where(here, *([rows.c.team == team] if team else ()))
            ).all()
            teams = db.execute(select(rows.c.team).distinct().limit(2)).scalars().all()
            if len(found) == 1:
                person = people.by_id(Tx(db, found[0].team, moment(0), self.store.key), found[0].id)
                return str(found[0].team), found[0].id if person and person.live else ""
        return team or (teams[0] if len(teams) == 1 else ""), ""


def app_for(assistant: Assistant, store: Store, now: Callable[[], datetime]) -> Any:
    """rasa-sdk's application with our executor behind it."""
    app = create_app(Served(assistant, store, now), cors_origins="")
    app.config.REQUEST_MAX_SIZE = MOST_BYTES
    app.config.REQUEST_TIMEOUT = app.config.RESPONSE_TIMEOUT = 10
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.exception(SanicException)(_refuse)
    logging.getLogger("rasa_sdk").setLevel(
        logging.CRITICAL
    )  # its errors repeat the request; ours do not
    app.on_request(_let_in, priority=99)
    app.on_response(_say_nothing_of_it)
    return app


def serve(
    assistant: Assistant,
    store: Store,
    now: Callable[[], datetime],
    port: int,
    ready: Callable[[str], None],
) -> None:
    """Until SIGINT or SIGTERM. `ready` is told the address. Raises Unserved where the port is
    taken."""
    door = socket.socket()
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((HOST, port))
    except OSError as error:
        raise Unserved(
            f"port {port} on {HOST} cannot be used ({error.strerror}); name another one with --port"
        ) from error
    app = app_for(assistant, store, now)
    app.prepare(sock=door, single_process=True, motd=False, access_log=False)

    async def tell(*_: Any) -> None:
        ready(f"http://{HOST}:{door.getsockname()[1]}")

    app.register_listener(tell, "after_server_start")
    Sanic.serve_single(primary=app)


async def _let_in(request: Request) -> HTTPResponse | None:
    """No page of a browser, no name that was bent to this address, nothing compressed, no call of
    another shape."""
    hosts = request.headers.getall("host", [])
    if request.headers.get("origin") or len(hosts) != 1 or not OUR_NAME.fullmatch(hosts[0]):
        return json({"error": "refused"}, status=403)
    if request.headers.get("content-encoding") or request.headers.get("transfer-encoding"):
        return json({"error": "refused"}, status=415)
    if int(request.headers.get("content-length") or 0) > MOST_BYTES:
        return json({"error": "refused"}, status=413)
    if request.method == "POST" and not _is_call(request.body):
        return json({"error": "Invalid body request"}, status=400)
    return None


def _is_call(body: bytes) -> bool:
    """Has it the shape of a call, in text that a database keeps? (orjson refuses lone
    surrogates.)"""
    try:
        call = orjson.loads(body)
        _CALL.validate_python(call, strict=True)
    except ValueError:  # ValidationError and orjson's JSONDecodeError are both
        return False
    return b"\\u0000" not in body and not _is_deep(call)


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MOST_DEPTH):
        inside = [
            v.values() if isinstance(v, dict) else v for v in level if isinstance(v, dict | list)
        ]
        level = [one for some in inside for one in some]
    return bool(level)


async def _refuse(request: Request, refusal: SanicException) -> HTTPResponse:
    """What Sanic refuses (a wrong method, a path that is none) says so in its status, and nothing
    of the request."""
    return json({"error": "refused"}, status=refusal.status_code)


async def _say_nothing_of_it(request: Request, response: HTTPResponse) -> None:
    if response is not None and response.status >= 500:
        response.body = b'{"error":"the action failed; nothing of it was kept"}'


def _turn(assistant: Assistant, tx: Tx, person: Person, tracker: Call) -> Turn:
    said = tracker.get("latest_message") or {}
    slots = dict(tracker.get("slots") or {})
    where, key = Origin(person.dm), f"action:{new_id()}"
    intent = str((said.get("intent") or {}).get("name") or "")
    return Turn(
        assistant,
        tx,
        person,
        where,
        key,
        Conversation(slots=slots),
        text=str(said.get("text") or ""),
        intent=intent,
    )


def _call(name: str, turn: Turn, tracker: Call) -> Call:
    """What the built-in flow runner passes to an action, with the tracker as it came."""
    empty: Call = {"events": [], "paused": False, "active_loop": {}, "latest_action_name": None}
    said = {"text": turn.text, "intent": {"name": turn.intent}, "entities": []}
    whole = (
        empty
        | tracker
        | {"sender_id": turn.person.id, "slots": dict(turn.slots), "latest_message": said}
    )
    return {
        "next_action": name,
        "sender_id": turn.person.id,
        "tracker": whole,
        "domain": {"turn": turn},
    }
