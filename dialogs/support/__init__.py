"""Questions for people: asked, claimed, answered."""

from dialogs.engine.context import Ability, Happening, HomeSection, ThreadFollower
from dialogs.support import actions, card_actions, draft, home, queue, threads, timers

ABILITY = Ability(
    name="support",
    actions=(
        actions.action_look_at_question,
        actions.action_ask_words,
        actions.action_ask_more,
        actions.action_take_words,
        draft.action_change_draft,
        draft.action_close_draft,
        actions.action_ask_send,
        actions.action_send_question,
        actions.action_keep_question,
        card_actions.action_do_with_question,
        card_actions.action_mark_duplicate,
        card_actions.action_settle_question,
        card_actions.action_pass_reply_on,
        queue.action_show_queue,
        queue.action_narrow_queue,
    ),
    timers=(
        timers.nudge,
        timers.late,
        timers.silent,
        timers.over,
        timers.undelivered,
        timers.not_put,
    ),
    home=HomeSection(home.PLACE, home.facts),
    threads=ThreadFollower(threads.belongs_to, threads.follow, threads.misses),
    on={Happening.PERSON_ERASED: timers.person_erased},
    intercept=draft.hear,
    command_name="ask_support",
    slash_words={
        "queue": "show_queue",
        "queue mine": "show_queue",
        "queue waiting": "show_queue",
        "queue overdue": "show_queue",
        "queue open": "show_queue",
    },
)
