"""Usage statistics: the decision and the intents of each message, never its text. Knows no
report."""

from sqlalchemy import insert

from dialogs.engine.context import Turn
from domain.storage.store import table
from domain.tables import Turned

_INSERT = insert(table(Turned))


def note(turn: Turn) -> None:
    """Write one row for each thing that was asked; one without an intent if nothing was
    understood."""
    if not turn.decision:
        return
    door = "shared" if turn.where.shared else "dm" if turn.where.direct else "channel"
    same = {
        "team": turn.tx.team,
        "partner": turn.person.partner,
        "day": turn.today.isoformat(),
        "at": turn.tx.at,
        "decision": turn.decision,
        "door": door,
    }
    turn.tx.db.execute(
        _INSERT,
        [same | {"entry": e, "confidence": round(c, 3)} for e, c in turn.counted or [("", 0.0)]],
    )
