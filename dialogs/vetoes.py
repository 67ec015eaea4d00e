"""What the numbers are not trusted with, whatever they say. Knows kinds, risks and cues; learns nothing and words nothing."""

import re
from dataclasses import replace
from functools import lru_cache

from dialogs.meaning import REPORT, Entry, Kind, Meaning, Risk, is_report
from dialogs.text import denies, is_negated, is_question, normal, supposes, timeless

AT_ALL, MAY_BE = 0.08, 0.15
OF_ITSELF, OF_ITSELF_TOLD = 0.5, 0.8
SMALL_TALK = 8
NEARLY_ALL = 0.7
# What may deny something and still be what it is: a correction by its own words, "that is not our provider" by its nature.
DENIES = {
    "report_pending": "", "report_invite_not_ours": "", "report_customer_left": r"\b(?:any ?more|longer)\b",
    "report_customer_consent_back": r"\b(?:any ?more|longer|back|second thoughts)\b",
    "start_correct_report": r"\b(?:wrong\w*|mistake\w*|false|after all|correct\w*|incorrect|undo|tak\w+ back|revoke|"
    r"sorry|misreport\w*|misread|mixed|error|too early|not true|reported|my report)\b",
}  # fmt: skip
# What is asked of us and must be refused often looks like a question about the same thing: with one of these words, a refusal
# that is at all likely goes first.
REFUSED_BY = {
    "act_for_us": r"\b(?:for (?:me|us)|(?:on|in) (?:my|our) (?:behalf|name)|yourself|instead of (?:me|us)|you do|my login)\b",
    "skip_second_person": r"\b(?:second|approvers?|four eyes|both (?:roles|approvals)|without approval|counts? (?:my|for))\b",
    "call_it_safe": r"\b(?:safe|phishing|scam|genuine|legit\w*|trust\w*|malware|virus|fake|secure|malicious|harmless|fraud)\b",
    "legal_advice": r"\b(?:legal(?:ly)?|laws?|lawful|lawyers?|liable|liability|sue[ds]?|court|lawsuit|attorneys?|gdpr|breach)\b",
}

# A clause of the agreement that is named is looked up by a person; anything else about the law is advice.
CLAUSE_ENTRY, LEGAL = "agreement_legal_meaning", "legal_advice"
_CLAUSE = re.compile(r"\b(?:clauses?|sections?|paragraphs?|articles?|annex|passages?|interpret\w*)\b")
# "I am not an admin, send it to one" is a wish all the same.
_UNWANTED = re.compile(r"\b(?:do|does|did|would|will|should|could|can|must|us|lets|to) not\b|\b(?:cannot|never)\b|^no\b")
# What others want is no supposition of ours.
_OTHERS_WANT = re.compile(r"\b(?:they|microsoft|he|she|provider) (?:wants?|needs?|expects?|must|will)\b")
# To refuse what is not said in words of its own takes more than other commands, to be kind takes less.
PLAINLY, KINDLY, ASKED = 0.6, 0.3, 0.6
TOLD, BESIDE = 0.3, 0.05


def to_refuse(ranked: list[Meaning], said: str) -> Meaning | None:
    """What has to be refused, where its own words are said and nothing is much likelier."""
    of_agreement = ranked[0].entry.name == CLAUSE_ENTRY
    for meaning in ranked:
        if meaning.entry.name == LEGAL and of_agreement and _CLAUSE.search(said):
            continue
        cue, enough = REFUSED_BY.get(meaning.entry.name), max(AT_ALL, ranked[0].score / 2)
        enough = 0.0 if meaning.entry.name == LEGAL and of_agreement else enough
        if cue and meaning.score >= enough and re.search(cue, said):
            return replace(meaning, score=max(meaning.score, 0.9), sure=True)
    return None


def told_instead(ranked: list[Meaning], said: str, clause: str) -> Meaning | None:
    """Where nothing is asked, a report goes before the answer that sounds like it, if it is at all likely."""
    first = ranked[0]
    if is_question(clause) or first.entry.kind is not Kind.ANSWER:
        return None
    for meaning in ranked[1:]:
        beside = meaning.entry.name in first.entry.about
        if is_report(meaning) and meaning.score >= (BESIDE if beside else TOLD) and not vetoed(meaning.entry, said, clause):
            return replace(meaning, sure=True)
    return None


def asked_instead(ranked: list[Meaning], clause: str) -> list[Meaning]:
    """A question that sounds like a report asks about the same thing: its answer goes first, where there is one."""
    first = ranked[0]
    if is_question(clause) and is_report(first):
        for meaning in ranked[1:]:
            if meaning.entry.kind is Kind.ANSWER and first.entry.name in meaning.entry.about:
                return [replace(meaning, score=first.score), *(m for m in ranked if m is not meaning)]
    return ranked


def too_grave(ranked: list[Meaning], clause: str) -> bool:
    """What cannot be undone is answered only where the entry itself is likely (that others would do for it is not enough), and a
    statement only where it can hardly be a report."""
    first = ranked[0]
    told = any(is_report(m) and m.score >= AT_ALL for m in ranked[1:])
    least = OF_ITSELF if is_question(clause) else OF_ITSELF_TOLD
    return first.entry.risk is Risk.IRREVERSIBLE and (first.score < least or (told and not is_question(clause)))


def contradicts(entry: Entry, said: str, clause: str) -> bool:
    """Seeing it lies near not seeing it: nothing was asked, nothing is denied, and the entry is about what is not so."""
    return entry.kind is Kind.ANSWER and not is_question(clause) and not denies(said) and _is_about_a_lack(entry)


@lru_cache(1024)
def _is_about_a_lack(entry: Entry) -> bool:
    """Do nearly all of its phrases deny something?"""
    return sum(map(denies, entry.said)) >= NEARLY_ALL * len(entry.said) > 0


def vetoed(entry: Entry, said: str, clause: str) -> bool:
    """What the numbers cannot be trusted with: a report is no question, no supposition and no denial; a command is wanted; a word
    of repair is short."""
    if entry.name.startswith(REPORT):
        return not may_report(clause, said) or (is_negated(said) and not _may_deny(entry.name, said))
    if entry.name in DENIES:
        return is_negated(said) and not _may_deny(entry.name, said)
    if entry.kind is Kind.COMMAND:
        return bool(_UNWANTED.search(said))
    return entry.kind in (Kind.REPAIR, Kind.CHITCHAT) and len(said.split()) > SMALL_TALK


def may_report(clause: str, said: str = "") -> bool:
    """May it tell of something that has happened? A question or a supposition does not. `said`: the clause, normalised."""
    return not is_question(clause) and not supposes(_OTHERS_WANT.sub("", timeless(said or normal(clause))))


def _may_deny(name: str, said: str) -> bool:
    return name in DENIES and bool(re.search(DENIES[name], said))
