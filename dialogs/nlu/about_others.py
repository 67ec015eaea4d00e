"""Does a text say that something happened to others, or might happen? Then nothing is recorded
about us: "our reseller friends say they are restricted now", "if we get restricted". Pure.

For reports about the partner itself. A report about one of its customers is about others too, and
is meant to be.
"""

import re

_COMPANIES = (
    r"(?:partners?|resellers?|compan(?:y|ies)|firms?|msps?|csps?|direct bill partners?|competitors?"
    r"|businesses|shops?|tenants?|organi[sz]ations?|providers?|distributors?|distis?)"
)
_FRIENDS = (
    r"(?:friends?|mates?|buddy|buddies|peers?|neighbou?rs?|competitors?|competition"
    r"|sister (?:company"
    r"|firm)|parent company|subsidiar(?:y|ies)|customers?|clients?|husband|wife|brother|former"
    r" (?:employer|company|boss)|old (?:company|employer)|previous (?:company|employer))"
)
_OTHERS = re.compile(
    rf"\b(?:(?:an)?other|others?|some(?: other)?|many|most|several|a few|certain|different|two"
    rf"|three"
    rf"|all) (?:\w+ )?{_COMPANIES}\b"
    rf"|\b(?:a|an|any|every|no) (?:\w+ )?(?:{_COMPANIES}|{_FRIENDS})\b(?! tenant)"
    rf"|\b(?:our|my|their|his|her) (?:\w+ ){{0,2}}{_FRIENDS}\b"
    rf"|\b(?:one|some|two|three|most|many|all|half|none|each) of (?:our|my|the"
    rf"|their) (?:\w+ ){{0,2}}"
    rf"(?:{_COMPANIES}|{_FRIENDS})\b|\b(?:{_FRIENDS}|{_COMPANIES}) of (?:ours|mine)\b"
    rf"|\b(?:the|these|those) (?:other|others|competition|competitors?|customers?|clients?"
    rf"|resellers)\b"
    r"|\b(?:customers|clients|partners|resellers|competitors|people|others|folks)\b"
    r"|\b(?:someone|somebody|people|a guy|a colleague|a man|a woman|a friend) (?:i know|we know"
    r"|else"
    r"|from|at|on|of)\b|\b(?:someone|somebody) else\b"
    r"|\b(?:colleagues|guys|lads|chaps|mates|team|crew) (?:from|at|of|over at)"
    r" (?!microsoft\b|ms\b|support\b|our\b|ours\b|the\b|us\b)\w+",
    re.IGNORECASE,
)
_US = re.compile(
    r"\b(?:(?:we|i)(?! (?:know|heard|hear|think|guess|believe|read|saw|met|talked|spoke"
    r"|understand)\b)"
    r"|us|me|we['’](?:ve|re|d)|i['’](?:ve|m|d)|weve"
    r"|(?:our|my)(?! (?:\w+ ){0,2}(?:friends?|mates?|customers?|clients?|competitors?|neighbou?rs?"
    r"|sister|parent|former|old|previous|peers?|resellers?\b(?! (?:enrol|application|tenant))))"
    r" (?:\w+ )?\w+)\b",
    re.IGNORECASE,
)
_THEY = re.compile(r"\b(?:they|them|he|she|it|who|theirs?|his|her)\b", re.IGNORECASE)
_HAPPENS = re.compile(
    r"\b(?:accept(?:ed|s|ing)?|agree[sd]?|approve[sd]?|authori[sz]e[sd]?|reject(?:ed|s)?"
    r"|decline[sd]?"
    r"|den(?:y|ies|ied)|refuse[sd]?|submit(?:ted|s)?|appl(?:y|ied|ies)|appeal(?:ed)?|withdr[ae]wn?"
    r"|withdrew|cancel(?:l?ed)?|restrict(?:ed|s)?|suspend(?:ed|s)?|revoke[sd]?|remove[sd]?"
    r"|terminate[sd]?|deauthori[sz]e[sd]?|block(?:ed|s)?|kick(?:ed|ing)|thrown|lost|lose[sd]?"
    r"|losing"
    r"|left|leaving|enroll?(?:ed|s)?|moved|signed|invited|verified|passed|failed|got|get|gets"
    r"|getting|receive[sd]?|became|become|visible|appeared|listed|active|notice|warning|affected"
    r"|reapply|reapplied|off the program(?:me)?)\b",
    re.IGNORECASE,
)
_TO_US = re.compile(r"\s+(?:us|me|our|my)\b", re.IGNORECASE)
_MAY_BE = re.compile(
    r"\b(?:if|whether|unless|suppos(?:e|ing)|assum(?:e|ing)|imagine|hypothetical(?:ly)?|in case"
    r"|what happens (?:if|when|once)|once|as soon as|as long as|until|till|before|should|would"
    r"|could"
    r"|might|may|will|won['’]?t|shall|['’]ll|going to|gonna|about to|plan(?:ning)? to|want to"
    r"|have to"
    r"|need to|hope(?:fully)?|afraid|worried|worry|fear|risk|let['’]?s say|in theory|theoretically"
    r"|say we|be (?:restricted|suspended|revoked|rejected|approved|removed)|when (?:we|they"
    r"|you) (?:are"
    r"|get|become|have))\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"(?:(?:so|and|but|ok(?:ay)?|also|or|then|hi|hey|hello)[\s,]+)*(?:who|whom|whose|what|when"
    r"|where"
    r"|why|how|which|can|could|do|does|did|is|are|was|were|has|have|had|will|would|should|shall|may"
    r"|must|am|any)\b",
    re.IGNORECASE,
)
_CLAUSES = re.compile(
    r"(?<=\?)\s*|[.!;:\n]+(?:\s|$)|,\s+|\s+(?:but|so|because|although|though|while|whereas|yet"
    r"|and (?=we|they|i|our|now|it|he|she|some))\s*",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"(?:and |but |so |what |what happens )*(?:if|once|when|unless|in case|as soon as|should)\b",
    re.IGNORECASE,
)


def is_about_others(text: str) -> bool:
    """True where what happened, happened to others or only may happen, and nothing is said to have
    happened to us. A text that says nothing of the kind is False."""
    elsewhere = others_before = supposed = False
    for clause in filter(None, map(str.strip, _CLAUSES.split(text))):
        others = _OTHERS.search(clause)
        asks = clause.endswith("?") or bool(_ASKS.match(clause))
        happens = list(_HAPPENS.finditer(clause))
        may_be = bool(_MAY_BE.search(clause)) or supposed
        # "If we get restricted, ..." holds for what follows in the sentence.
        supposed = bool(_CONDITION.match(clause)) or (supposed and not clause.endswith("?"))
        for event in happens:
            whose = _whose(clause, event, others_before)
            if may_be or whose == "others":
                elsewhere = True
            elif whose == "us" and not asks:
                return False
        if others and not happens and not asks:
            elsewhere = True
        others_before = others_before or bool(others)
    return elsewhere


def _whose(clause: str, event: re.Match[str], others_before: bool) -> str:
    """To whom it happened: whoever was named last before it, or to us ("they rejected us")."""
    if _TO_US.match(clause, event.end()):
        return "us"
    before = clause[: event.start()]
    at = {
        "us": max((m.start() for m in _US.finditer(before)), default=-1),
        "others": max((m.start() for m in _OTHERS.finditer(before)), default=-1),
    }
    if others_before or at["others"] >= 0:
        theirs = max((m.start() for m in _THEY.finditer(before)), default=-1)
        at["others"] = max(at["others"], theirs)
    if max(at.values()) < 0:
        return "others" if others_before else "us"
    return max(at, key=lambda who: at[who])
