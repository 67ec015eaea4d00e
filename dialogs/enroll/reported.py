"""What is told of Microsoft's answer, against what is on record. Knows no words.

People tell things in their own order: an approval before anybody told us of the submission, a
denial of what they reported before.
"""

from typing import Any

from dialogs.engine.context import Turn
from dialogs.nlu.dates import day_said

OUTCOME = {
    "report_approved": "approved",
    "report_rejected": "rejected",
    "report_pending": "pending",
}
SEEN = {"report_agreement_seen": "seen", "report_agreement_missing": "missing"}


def against_record(turn: Turn, told: str, stage: str) -> tuple[str, dict[str, Any], str]:
    """Where to go on, the slots that are known now, and what has to be said first: "submitted" or
    "approved" is not on record and comes before it, "nothing" is there that could be answered,
    "contradicted" is the approval on record; "" where all is well."""
    if told not in OUTCOME and told not in SEEN:
        return stage, {}, ""
    # A day of the agreement is none of the approval that is recorded before it.
    day = day_said(turn.text, turn.today) if told in OUTCOME or stage == "approved" else None
    known: dict[str, Any] = (
        {"happened_on": day.isoformat()} if day and told != "report_pending" else {}
    )
    if stage == "before" and told == "report_pending":
        return stage, {}, "nothing"
    if stage == "before":
        return "ready_to_submit", known | {"told": told}, "submitted"
    if stage in ("submitted", "waiting"):
        return (
            (stage, known | {"outcome": OUTCOME[told]}, "")
            if told in OUTCOME
            else (stage, known | {"told": told}, "approved")
        )
    if stage == "approved" and told in SEEN:
        return stage, known | {"agreement_seen": SEEN[told]}, ""
    if stage == "approved" and told != "report_approved":
        return "contradicted", {}, "contradicted"
    return stage, {}, ""
