"""Rules that override the scores. Knows kinds, risks and cue words; learns nothing."""

import re
from collections.abc import Mapping
from dataclasses import replace

from dialogs.nlu.normalise import is_negated, is_question, normal, supposes, timeless
from dialogs.nlu.types import REPORT, Candidate, Intent, Kind, Risk, is_report

AT_ALL, MAY_BE = 0.08, 0.15
SMALL_TALK = 8
CORRECTION = "start_correct_report"
# Intents that may contain a denial: a correction, because its phrases do; "that is not our
# provider", because it is one.
DENIES = {
    "report_pending": "",
    "report_invite_not_ours": "",
    "report_agreement_missing": "",
    "report_provider_missing": "",
    "report_invite_dead": "",
    "report_provider_removed": "",
    "report_rejected": r"\b(?:verif\w+|pass(?:ed)?|accept(?:ed)?)\b",
    "report_customer_left": r"\b(?:any ?more|longer)\b",
    "report_customer_consent_back": r"\b(?:any ?more|longer|back|second thoughts)\b",
    "start_correct_report": r"\b(?:wrong\w*|mistake\w*|false|after all|correct\w*|incorrect|undo|tak\w+ back|revoke|"
    r"sorry|scratch|strike|ignore|oops|actually|my bad|hold on|wait|"
    r"misreport\w*|misread|mixed|error|too early|not true|reported|my report)\b",
}
# A denied report is news too: of something that has not happened, or not yet.
NOTHING_YET = "report_nothing_yet"
# News that is not recorded at once may deny something, or announce it.
NEWS = (NOTHING_YET, "report_enroll_news", "report_news_of_customer", "report_transfer_news")
DENIED = {
    "report_submitted": NOTHING_YET,
    "report_accepted": NOTHING_YET,
    "report_invite_accepted": NOTHING_YET,
    "report_approved": "report_pending",
    "report_agreement_seen": "report_agreement_missing",
    "report_provider_listed": "report_provider_missing",
    "report_transfer_accepted": "report_transfer_news",
    "report_transfer_done": "report_transfer_news",
    "report_customer_agreed": "report_news_of_customer",
    "report_customer_invited": "report_news_of_customer",
    "report_customer_accepted": "report_news_of_customer",
    "report_customer_signed": "report_news_of_customer",
}
# A request that must be refused often looks like a question about the same thing: with one of these
# words, a refusal that is at all likely goes first.
REFUSED_BY = {
    "act_for_us": r"\b(?:for (?:me|us)|(?:on|in) (?:\w+ ){0,2}(?:behalf|name)|yourself|instead of (?:me|us)|you do"
    r"|my login)\b",
    "skip_second_person": r"\b(?:second|approvers?|four eyes|both (?:roles|approvals)|without approval|counts? (?:my|for))\b",
    "call_it_safe": r"\b(?:safe|phishing|scam|genuine|legit\w*|trust\w*|malware|virus|fake|secure|malicious|harmless|fraud"
    r"|clean|risky?)\b",
    "record_falsely": r"\b(?:although|though|even if|backdat\w*|back-dat\w*|dat(?:e|ed|ing) back|pretend|as if|earlier|"
    r"looks? better|anyway|fake|invent|nobody|regardless|not care|never find|not true|not real|in reality|in truth)\b",
    "keep_secrets": r"\b(?:passwords?|pw|pwd|codes?|tokens?|credentials?|secrets?|logins?|keys?|pin)\b",
    "legal_advice": r"\b(?:legal(?:ly)?|laws?|lawful|lawyers?|liable|liability|sue[ds]?|court|lawsuit|attorneys?|gdpr|breach)\b",
}

# Words that say that what should be recorded is not true.
FALSELY, _FALSE = (
    "record_falsely",
    re.compile(r"\b(?:back-?dat\w+|falsif\w+|tamper\w*|mak(?:e|ing) (?:it|them) up|make up)\b"),
)

# A person looks up a clause of the agreement; anything else about the law is legal advice.
CLAUSE_ENTRY, LEGAL = "agreement_legal_meaning", "legal_advice"
_CLAUSE = re.compile(
    r"\b(?:clauses?|sections?|paragraphs?|articles?|annex|passages?|interpret\w*)\b"
)
# "I am not an admin, send it to one" is a request although it denies something.
_UNWANTED = re.compile(
    r"\b(?:do|does|did|would|will|should|could|can|must|us|lets|to) not\b(?! (?:know|understand|see|get|have|find)\b)"
    r"|\b(?:cannot|never)\b|^no\b"
)
# "I'm not away" announces nothing.
SAID_NOT_TO_BE = {
    "start_away": r"\bnot (?:away|out|off|sick|ill|gone|(?:on )?(?:vacation|holiday|leave))\b"
}
# What others want is not a supposition.
_OTHERS_WANT = re.compile(
    r"\b(?:they|microsoft|he|she|provider) (?:wants?|needs?|expects?|must|will)\b"
)
# How requests to do or to record something begin.
_WANTS = re.compile(
    r"(?:(?:so|ok|okay|then|and|now|next|lets|can you|could you|i want to|we want to|i would like to|we need to) )*"
    r"(?:invite|add|put|bring|onboard|connect|link|set up|register|enter|start|begin|check|run|review|compare|choose|pick|select"
    r"|take|move|send|prepare|create|get|do|go|shift|extend|hook|include)\b"
)
# What cannot be undone is about us, Microsoft's agreement and API, our customers; about somebody
# else's the same words mean nothing.
_THEIRS = r"\b(?:customer agreement|mca|(?:customers?|clients?) (?:\w+ )?(?:accepts?|signs?|sees?)|for (?:the|our) customers?|lease)\b"
OF_THE_AGREEMENT = (
    "where_is_the_agreement",
    "what_accepting_changes",
    "who_signs_the_agreement",
    "agreement_not_visible",
)
NOT_ABOUT = dict.fromkeys((*OF_THE_AGREEMENT, "approved_nothing_changed"), _THEIRS) | {
    "tell_customers_first": r"\b(?:tell|inform|notify|ask) (?:microsoft|(?:the |our )?(?:provider|staff|team|colleagues?|boss))\b",
    "do_we_lose_the_api": r"\bapi of (?!microsoft|partner center|the partner)",
    "provider_admin_rights": r"\b(?:customers? tenant|tenant of (?:the|our) customers?|customers? (?:\w+ )?removes?)\b",
    "can_i_roll_back": r"\b(?:lease|rental|transfers?|purchase)\b",
    "both_for_good": r"\bboth providers\b",
}
# "Can you write that ..." asks to record something, not for an answer.
_TO_RECORD = re.compile(
    r"(?:can|could|would|will) you (?:write|put|note|log|record|enter|mark|set)\b"
)
_RECORDS = re.compile(
    r"(?:for the record|for your (?:records?|notes?|information)|just so you (?:know|have)|heads up|update|log|note|record|mark"
    r"|put down|write down|in case you)\b"
)
# To refuse without a phrase that matches word for word, a higher score is needed than for other
# commands; for courtesy, a lower one.
PLAINLY, KINDLY, ASKED, TOLD_PLAINLY = 0.5, 0.4, 0.6, 0.7
TOLD, BESIDE = 0.3, 0.05


def decided_by(meaning: Candidate, rule: str) -> Candidate:
    """The same, with the rule that decided about it."""
    return replace(meaning, decided=replace(meaning.decided, by=rule))


def to_refuse(ranked: list[Candidate], said: str) -> Candidate | None:
    """The intent that must be refused, if one of its cue words is in the text and no other intent
    is much more likely."""
    of_agreement = ranked[0].entry.name == CLAUSE_ENTRY
    for meaning in ranked:
        if meaning.entry.name == LEGAL and of_agreement and _CLAUSE.search(said):
            continue
        falsely = meaning.entry.name == FALSELY and meaning.score >= BESIDE and _FALSE.search(said)
        cue, enough = REFUSED_BY.get(meaning.entry.name), max(AT_ALL, ranked[0].score / 2)
        enough = 0.0 if meaning.entry.name == LEGAL and of_agreement else enough
        if falsely or (cue and meaning.score >= enough and re.search(cue, said)):
            refused = replace(meaning, score=max(meaning.score, 0.9), sure=True)
            return decided_by(refused, to_refuse.__name__)
    return None


def told_instead(ranked: list[Candidate], said: str, clause: str) -> Candidate | None:
    """In a text that asks nothing, a report or a command goes before an answer that sounds like it,
    if it is at all likely."""
    first = ranked[0]
    if is_question(clause) or first.entry.kind is not Kind.ANSWER:
        return None
    wanted, recorded = _WANTS.match(said), _RECORDS.match(said)
    for meaning in ranked[1:]:
        beside = meaning.entry.name in first.entry.about
        likely = is_report(meaning) and meaning.score >= (BESIDE if beside or recorded else TOLD)
        likely = likely or bool(
            wanted and beside and meaning.entry.kind is Kind.COMMAND and meaning.score >= BESIDE
        )
        if likely and not vetoed(meaning.entry, said, clause):
            return decided_by(replace(meaning, sure=True), told_instead.__name__)
    return None


def denied_instead(ranked: list[Candidate], said: str, clause: str) -> str:
    """The intent of the report that the text denies; "" if it denies none, or if the text may
    withdraw the report."""
    first, others = ranked[0], ranked[1:]
    takes_back = re.search(DENIES[CORRECTION], said) or any(
        m.entry.name == CORRECTION and m.score >= AT_ALL for m in others
    )
    name = DENIED.get(first.entry.name, "")
    if (
        not is_negated(said)
        or is_question(clause)
        or takes_back
        or (name not in NEWS and supposes(timeless(said)))
    ):
        return ""
    return name


# What tells whether it happened, to who asks that: "were we rejected?"
_STANDING = "restricted restricted_on_request suspended revoked active_again notice".split()
_JOURNEY = (
    "approved rejected pending submitted accepted agreement_seen agreement_missing"
    " invite_accepted provider_listed"
).split()
WHERE_IT_STANDS = {f"{REPORT}{name}": "are_we_restricted" for name in _STANDING} | {
    f"{REPORT}{name}": "where_are_we" for name in _JOURNEY
}
_DID_IT_HAPPEN = re.compile(
    r"(?:(?:so|and|ok(?:ay)?|but|hey|hi|well)[\s,]+)*(?:are|were|is|was|have|has|did|do|does)\s+"
    r"(?!you\b|i\b)\w+",
    re.I,
)


def asked_instead(
    ranked: list[Candidate], clause: str, entries: Mapping[str, Intent]
) -> list[Candidate]:
    """A question that sounds like a report asks about the same thing: where it stands, if it asks
    whether that happened; else the answer goes first, if there is one."""
    first = ranked[0]
    if is_question(clause) and is_report(first):
        stands = entries.get(WHERE_IT_STANDS.get(first.entry.name, ""))
        if stands and _DID_IT_HAPPEN.match(clause):
            others = [m for m in ranked if m.entry is not stands]
            told = replace(first, entry=stands)
            return [decided_by(told, asked_instead.__name__), *others]
        for meaning in ranked[1:]:
            if meaning.entry.kind is Kind.ANSWER and first.entry.name in meaning.entry.about:
                return [
                    decided_by(replace(meaning, score=first.score), asked_instead.__name__),
                    *(m for m in ranked if m is not meaning),
                ]
    return ranked


def too_grave(ranked: list[Candidate], said: str, clause: str) -> bool:
    """What cannot be undone is never answered if the text may report something that has
    happened."""
    first = ranked[0]
    if first.entry.name in NOT_ABOUT and re.search(NOT_ABOUT[first.entry.name], said):
        return True
    return first.entry.risk is Risk.IRREVERSIBLE and (
        _TO_RECORD.match(said) is not None or may_report(clause, said)
    )


def vetoed(entry: Intent, said: str, clause: str) -> bool:
    """Rules that the scores cannot override: a report is not a question, a supposition or a denial;
    a command expresses a wish; a repair word is short."""
    if entry.name.startswith(REPORT):
        denied = is_negated(said) and not _may_deny(entry.name, said)
        return is_question(clause) or (
            entry.name not in NEWS and (denied or not may_report(clause, said))
        )
    if entry.name in DENIES:
        return is_negated(said) and not _may_deny(entry.name, said)
    if entry.name in SAID_NOT_TO_BE:
        return bool(re.search(SAID_NOT_TO_BE[entry.name], said))
    if entry.kind is Kind.COMMAND:
        return bool(_UNWANTED.search(said))
    return entry.kind in (Kind.REPAIR, Kind.CHITCHAT) and len(said.split()) > SMALL_TALK


def may_report(clause: str, said: str = "") -> bool:
    """Could it report something that has happened? A question or a supposition does not. `said`:
    the clause, normalized."""
    return not is_question(clause) and not supposes(
        _OTHERS_WANT.sub("", timeless(said or normal(clause)))
    )


def _may_deny(name: str, said: str) -> bool:
    return name in DENIES and bool(re.search(DENIES[name], said))
