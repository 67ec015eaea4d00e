"""Providers' invitation links: told apart, relayed, reported on."""

from dialogs.engine.context import Ability, Happening, HomeSection
from dialogs.invitation import (
    actions,
    home,
    interceptor,
    mail,
    news,
    outcomes,
    reported,
    waits,
)

ABILITY = Ability(
    name="invitation",
    actions=(
        actions.action_look_at_link,
        actions.action_explain_mail,
        actions.action_explain_link,
        actions.action_take_that_one,
        actions.action_ask_only_that,
        actions.action_ask_said_from,
        actions.validate_said_from,
        actions.action_pass_on,
        actions.action_ask_invite_admin,
        actions.validate_invite_admin,
        actions.action_name_invite_admin,
        outcomes.action_look_at_invitation,
        outcomes.action_ask_invite_outcome,
        outcomes.action_note_invite_outcome,
        outcomes.action_show_again,
        outcomes.action_ask_listed,
        outcomes.action_note_listed,
        reported.action_look_for_outcome,
        reported.action_ask_told_of,
        reported.validate_told_of,
        reported.action_weigh_outcome,
        reported.action_ask_outcome_sure,
        reported.action_note_told_outcome,
    ),
    home=HomeSection(home.PLACE, home.facts),
    intercept=interceptor.hears,
    waits=waits.waits,
    on={
        Happening.AGREEMENT_ACCEPTED: news.agreement_accepted,
        Happening.ADMIN_NAMED: news.admin_named,
    },
    command_name="relay_invitation",
    mail=mail.arrived,
    slash_words={"invitation": "relay_invitation"},
)
