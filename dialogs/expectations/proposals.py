"""What is said to "shall I record it?": yes, no, another day, a doubt. Has no user texts."""

from dialogs.engine.context import Turn
from dialogs.engine.flow_runner import ask_again
from dialogs.expectations import offered_reports
from dialogs.nlu.dates import the_day_said
from dialogs.nlu.in_context.reply_classifier import Act
from dialogs.nlu.normalise import is_question, normal, supposes
from dialogs.nlu.types import Interpretation, Kind
from domain.conversation import Proposal

WORDS = {"affirm": Act.YES, "deny": Act.NO}
WORDLESS = (Kind.REPAIR, Kind.CHITCHAT)
# What a correction of a report is heard as.
CORRECTS = ("start_correct_report", "start_undo")
LIVES, SURE = 600_000, 0.7  # ms; the share of a plain yes or no


def answered(turn: Turn, text: str, heard: Interpretation) -> bool:
    """A plain yes or no to "shall I record it?"; right below it also another day, or a doubt about
    what it says."""
    proposal = turn.conversation.proposal
    if proposal is None:
        return False
    if turn.tx.at - proposal.at > LIVES or (proposal.passed and turn.open):
        turn.note(proposal=None)
        return False
    act = _said_to_proposal(turn, text, heard)
    if not proposal.passed and _on_another_day(turn, proposal, text, heard):
        pass
    elif act is Act.UNSURE and not proposal.passed:
        offered_reports.change(turn, proposal.report, proposal.said)
        return True
    elif act is Act.YES and not proposal.final and not proposal.passed:
        offered_reports.accept(turn, proposal)
    elif act is Act.YES:
        if proposal.final:
            turn.say("repair/press_please")
        if not offered_reports.offer_again(turn, proposal):
            return False
    elif act is Act.NO:
        turn.note(proposal=None)
        turn.decide("command")
        turn.say("repair/not_recorded")
    else:
        offered_reports.pass_by(turn)
        return False
    ask_again(turn)
    return True


def _said_to_proposal(turn: Turn, text: str, heard: Interpretation) -> Act:
    """YES, NO or UNSURE, where the message surely is one of them and nothing else."""
    word = heard.meanings[0].entry.name if heard.meanings else ""
    if word in WORDS:
        return WORDS[word]
    act, share = turn.understanding.replies.read(text, "", "", "").act
    if share < SURE or act not in (Act.YES, Act.DONE, Act.NO, Act.UNSURE):
        return Act.CONTENT
    if act is Act.UNSURE and (heard.meanings or is_question(text)):
        return Act.CONTENT
    return Act.YES if act is Act.DONE else act


def _on_another_day(turn: Turn, proposal: Proposal, text: str, heard: Interpretation) -> bool:
    """ "No, on Wednesday", below "shall I record it?": offered once more, as of that day."""
    own = [m.entry.name for m in heard.meanings if m.entry.kind not in WORDLESS]
    if is_question(text) or supposes(normal(text)) or set(own) - {*CORRECTS, proposal.report}:
        return False
    day = the_day_said(text, turn.today)
    return day is not None and offered_reports.on_another_day(turn, proposal, day)
