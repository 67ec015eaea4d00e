"""Save as answer, by a signed request: support gets the form with the picked message in it, others
do not."""

from typing import Any

import pytest

from tests.bot.recording import TEAM, RecordingSlack, Requests, form
from tests.bot.running import Running, until

pytestmark = pytest.mark.slow

FORM = "application/x-www-form-urlencoded"
TEXT = "Fax it to +49 30 1234567."


def picked(user: str) -> dict[str, Any]:
    return {
        "type": "message_action",
        "callback_id": "save_as_answer",
        "trigger_id": f"{user}.2",
        "action_ts": "1.2",
        "team": {"id": TEAM},
        "user": {"id": user, "team_id": TEAM, "name": "x"},
        "channel": {"id": "C01SUPPORT"},
        "message_ts": "1.0",
        "message": {"type": "message", "user": "U04SAM", "ts": "1.0", "text": TEXT},
    }


def test_the_shortcut_opens_the_form_for_support_alone(bot: Running, slack: RecordingSlack) -> None:
    requests = Requests(bot.url)
    assert requests.send(form(picked("U04SAM")), FORM)[0] == 200
    (opened,) = until(lambda: slack.of("views.open"))
    assert TEXT in str(opened["view"])
    assert requests.send(form(picked("U01MIRA")), FORM)[0] == 200
    until(lambda: slack.posted("repair/not_allowed"))
    assert len(slack.of("views.open")) == 1
