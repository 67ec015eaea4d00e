"""The live card of an enrollment: how far it is and for whom it waits, and a picture of where to
click."""

from dialogs.engine.context import Ability, Happening
from dialogs.plan import actions, card

ABILITY = Ability(
    name="plan",
    actions=(actions.action_show_where,),
    timers=(card.refresh,),
    on={
        Happening.TURN_ENDED: card.turn_ended,
        Happening.TIMER_RAN: card.timer_ran,
        Happening.PERSON_ERASED: card.person_erased,
    },
)
