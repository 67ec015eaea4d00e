"""Reasons to ask once more before an answer in words is taken: it denies, it hedges, it speaks of
what will be, or of others. Pure; knows no flow."""

import re
from enum import StrEnum

from dialogs.nlu.about_others import is_about_others
from dialogs.nlu.normalise import is_negated, normal


class Doubt(StrEnum):
    """NONE: the text says it plainly."""

    NONE = ""
    OTHERS = "others"
    UNSURE = "unsure"
    ASKS = "asks"
    HEDGES = "hedges"
    BUT = "but"
    DENIES = "denies"
    TO_COME = "to_come"


_UNSURE = re.compile(
    r"\b(?:unsure|not (?:quite |really |too |so )?(?:sure|certain)|no idea|either \w+ or"
    r"|(?:can ?not|cannot) (?:say|tell)|(?:do|does) not know|let (?:me|us) \w+"
    r"|(?:have|need|must|got) to (?:ask|check|look|read|think)|must (?:ask|check|look|read|think)"
    r"|ask (?:grace|otto|him|her|them|our|my|the)"
    r"|(?:read|check|ask|think|look|see|talk)(?: \w+){0,4} first$"
    r"|not (?:that|as far as) (?:i|we) (?:know|can see|am aware|are aware|could see)"
    r"|not to (?:my|our) knowledge|not (?:yet )?(?:decided|settled|clear|known)"
    r"|undecided|yes and no|hard to say|depends)\b"
)
_HEDGES = re.compile(
    r"\b(?:maybe|perhaps|probably|possibly|presumably|might|could be|hopefully|as far as|afaik"
    r"|i (?:think|believe|guess|suppose|assume|hope)|half|partly|almost|nearly|more or less)\b"
)
# Beside what other sentences say of others: somebody elsewhere, told of.
_ELSEWHERE = re.compile(
    r"(?<!for )(?<!to )(?<!by )(?<!with )\b"
    r"(?:next door|across the street|down the (?:road|street)|in our building"
    r"|the other (?:\w+ )?(?:reseller|partner|firm|company|shop|provider|business)"
    r"|(?:another|some other) (?:\w+ )?(?:reseller|partner|firm|company|shop|business)"
    r"|(?:guys|people|folks|colleagues|lads|chaps|ladies|mates|friends|team) "
    r"(?:from|at|of|over at)(?! (?:microsoft|ms|support|our|the))"
    r"|(?:a|an|my|our) (?:\w+ )?(?:friend|competitor|peer|neighbou?r)(?:s|'s)?)\b"
)
_DAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_TO_COME = re.compile(
    r"\b(?:will|shall|going to|gonna|about to|(?:plan(?:s|ning)?|wants?|intends?) to"
    rf"|tomorrow|later|soon|tonight|next (?:week|month|year|{_DAYS})|this (?:afternoon|evening)"
    rf"|after (?:lunch|the|my|our|work|that)|by (?:{_DAYS}|the end))\b"
)
_BUT = re.compile(r"\b(?:but|except|however|though|only that|apart from|although)\b")
_RULES = {
    Doubt.UNSURE: _UNSURE,
    Doubt.HEDGES: _HEDGES,
    Doubt.BUT: _BUT,
    Doubt.TO_COME: _TO_COME,
}


def speaks_of_another(text: str) -> bool:
    """Is it about a company or a person elsewhere?"""
    return bool(_ELSEWHERE.search(normal(text)))


def doubt(text: str, phrase: str, *, not_yet: bool = False) -> Doubt:
    """The reason not to take for granted what was heard in this text. `phrase`: the learned reply
    that it resembles most; what that one says too is no reason. `not_yet`: people say it by
    denying something, or by what will be."""
    said, like = normal(text), normal(phrase)
    if is_about_others(text) or speaks_of_another(text):
        return Doubt.OTHERS
    for reason, rule in _RULES.items():
        if not_yet and reason is Doubt.TO_COME:
            continue
        if rule.search(said) and not rule.search(like):
            return reason
    denies = is_negated(said) and not is_negated(like) and not not_yet
    return Doubt.DENIES if denies else Doubt.NONE
