"""The agreement that cannot be undone: a second person's go-ahead, and what was accepted."""

from dialogs.agreement import (
    actions,
    approver_away,
    deciding,
    home,
    interceptor,
    not_me,
    timers,
    waits,
)
from dialogs.engine.context import Ability, Happening, HomeSection

ABILITY = Ability(
    name="agreement",
    actions=(
        actions.action_look_at_agreement,
        actions.action_say_where_agreement_stands,
        actions.action_ask_second,
        actions.action_ask_confirm,
        actions.action_ask_second_person,
        actions.action_confirm_request,
        actions.action_look_at_acceptance,
        actions.validate_accepted_on,
        actions.action_record_acceptance,
        deciding.action_decide,
        deciding.action_look_at_card,
        deciding.action_look_before_asking,
        deciding.action_form_decide,
        deciding.action_show_waiting,
        deciding.action_put_question,
        deciding.action_look_before_answering,
        deciding.action_ask_counter_answer,
        deciding.action_answer_question,
        deciding.validate_decline_reason,
        deciding.validate_counter_question,
        deciding.validate_counter_answer,
        deciding.action_ask_decision,
        not_me.action_not_me,
        not_me.action_ask_other_admin,
        not_me.validate_other_admin,
        not_me.action_name_other_admin,
        approver_away.action_say_approver_away,
    ),
    timers=(timers.expires,),
    home=HomeSection(home.PLACE, home.facts),
    intercept=interceptor.hears,
    waits=waits.waits,
    on={
        Happening.PEOPLE_CHANGED: timers.people_changed,
        Happening.PERSON_ERASED: timers.person_erased,
    },
)
