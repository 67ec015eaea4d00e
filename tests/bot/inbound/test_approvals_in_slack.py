"""Over a local Slack: one approves while the other has her card open, words count for nothing, and
the report arrives as files."""

import pytest

from tests.bot.browser.test_local_slack import GRACE, MIRA, OTTO, House, assistant  # noqa: F401
from tests.bot.workspace import LocalSlack, action_in

pytestmark = [
    pytest.mark.workspace,
    pytest.mark.skipif(not LocalSlack.available(), reason=LocalSlack.why_not()),
]
SAM = "U04SAM"


def test_both_cards_show_who_approved_and_the_second_click_is_refused(assistant: House) -> None:
    slack = assistant.slack
    assistant.says(MIRA, "our GA signed today", "Nothing is recorded until you press")
    assistant.clicks(MIRA, "claim.report_accepted.now", "Recorded")
    card = assistant.hears(slack.dm(GRACE), "0", "Accepted without our go-ahead")
    late = action_in(card, "decide.form.decline")  # her tab still shows the card as it was
    assistant.says(OTTO, "looks good", "does not count as a decision")
    assistant.clicks(OTTO, "decide.decision.approve", "You approved it")
    for channel in (slack.dm(GRACE), slack.dm(OTTO), "C02ADMINS"):
        assistant.hears(channel, "0", "Approved by Otto")
    newest = slack.messages(slack.dm(GRACE))[-1]["ts"]
    assert "decide.decision.approve" not in str(slack.find(slack.dm(GRACE), card["ts"])["blocks"])
    slack.press(GRACE, slack.dm(GRACE), card["ts"], late)
    assistant.hears(slack.dm(GRACE), newest, "Otto has decided already")


def test_the_report_arrives_as_words_a_picture_and_a_table(assistant: House) -> None:
    slack = assistant.slack
    assistant.says(MIRA, "can I roll back?", "Nothing is submitted yet")
    slack.command(SAM, slack.dm(SAM), "report")
    assistant.hears(slack.dm(SAM), "0", "in figures")
    done = slack.wait_for(lambda: slack.calls("files.completeUploadExternal"), "the files")
    assert len(done) == 1
    files = slack.wait_for(
        lambda: [f for m in slack.messages(slack.dm(SAM)) for f in m.get("files") or ()],
        "the files in the conversation",
    )
    assert {f["name"].rpartition(".")[2] for f in files} == {"png", "csv"}
