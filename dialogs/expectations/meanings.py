"""What a message means by itself, seen beside the question that waits: does it say something else,
does it report what must not be passed over?"""

from dialogs.engine.context import Turn
from dialogs.engine.flow_format import Flow
from dialogs.expectations.expectation import Expectation
from dialogs.nlu.types import Candidate, Interpretation, Kind, is_report
from domain.tenant.enrollment import State as B

# From this share on a meaning is believed; a report of what cannot be undone is from here on.
PLAIN, SURELY, LIKELY = 0.85, 0.9, 0.5
# So much of an option's replies have to mean what a report word for word means.
PLAUSIBLE = 0.05
ACCEPTED, NOT_THAT, HELP = "report_accepted", "not_that", "help"


def is_word_for_word(meaning: Candidate) -> bool:
    return is_report(meaning) and meaning.score >= 1


def is_exact(meaning: Candidate) -> bool:
    """Is it a command, or "not what I asked", word for word? It means that wherever it is said."""
    kind, name = meaning.entry.kind, meaning.entry.name
    own = (kind is Kind.COMMAND and not is_report(meaning)) or name == NOT_THAT
    return own and meaning.score >= 1


def is_help(meaning: Candidate) -> bool:
    """Does it ask what to do, in other words than "help"? ("what do I click") That is about what
    waits."""
    return meaning.entry.name == HELP and meaning.score < 1


def is_final(meaning: Candidate) -> bool:
    """Is it likely the report of what cannot be undone? That is never passed over."""
    return meaning.entry.name == ACCEPTED and meaning.score >= LIKELY


def is_surely_reported(meaning: Candidate) -> bool:
    return is_report(meaning) and meaning.score >= PLAIN


def is_answered(heard: Interpretation) -> bool:
    """Is it a question that we surely have an answer to?"""
    return any(m.entry.kind is Kind.ANSWER and m.score >= SURELY for m in heard.meanings)


def fits(turn: Turn, question: str, option: str, reports: list[str]) -> bool:
    """Do people say this option in the words of one of these reports?"""
    plausible = turn.understanding.replies.plausible
    return any(plausible(question, option, report) >= PLAUSIBLE for report in reports)


def reports_elsewhere(turn: Turn, flow: Flow, heard: Interpretation) -> bool:
    """Is it surely a report that belongs to another flow?"""
    reports = [m for m in heard.meanings if is_report(m)]
    return any(turn.assistant.intents.get(m.entry.name) is not flow for m in reports)


def means_something_else(turn: Turn, expected: Expectation, heard: Interpretation) -> bool:
    """Is the message a question or a command of its own, surely? For a card also a report of
    something else."""
    return any(_is_of_its_own(turn, expected, m) for m in heard.meanings)


def _is_of_its_own(turn: Turn, expected: Expectation, meaning: Candidate) -> bool:
    if meaning.entry.kind in (Kind.OPTION, Kind.REPAIR, Kind.CHITCHAT, Kind.ELSEWHERE):
        return False
    if is_help(meaning):
        return False
    flow = turn.assistant.intents.get(meaning.entry.name)
    if is_report(meaning):
        is_words = turn.assistant.flows[expected.flow].slots[expected.slot].type == "words"
        elsewhere = flow is not None and flow.id != expected.flow
        return bool(expected.about) and elsewhere and not is_words and _is_news(turn, meaning)
    return True


def _is_news(turn: Turn, report: Candidate) -> bool:
    """Can it still happen? "Button pressed" is not about an agreement that is accepted already."""
    return report.entry.name != ACCEPTED or turn.case()["enrollment"] != B.ACCEPTED
