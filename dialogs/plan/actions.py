"""Show me where: the clicks in words, and a picture of them. Knows no path (templates/kit/paths.j2)
and draws nothing (bot/reports/click_picture.py)."""

from dialogs.engine.context import Outcome, Slots, Turn
from domain.storage import outbox


def action_show_where(turn: Turn, slots: Slots) -> Outcome:
    """The words now; the picture is drawn when it is sent."""
    page = slots["page"]
    outbox.tell(
        turn.tx,
        turn.address(by=turn.person.id),
        [("plan/picture", {"today": turn.today.isoformat(), "page": page})],
        key=f"where:{turn.key}",
        decision="command",
        kind=outbox.Out.FILES,
    )
    return Outcome().say("plan/where", {"page": page})
