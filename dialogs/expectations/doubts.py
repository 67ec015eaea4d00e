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
    HEDGES = "hedges"
    BUT = "but"
    DENIES = "denies"
    TO_COME = "to_come"


_HEDGES = re.compile(
    r"\b(?:maybe|perhaps|probably|possibly|presumably|unsure"
    r"|not (?:quite |really |too |so )?(?:sure|certain)"
    r"|i (?:think|believe|guess|suppose|assume|hope)|as far as|afaik|might|could be"
    r"|(?:can ?not|cannot) (?:say|tell)|(?:do|does) not know|no idea|either \w+ or"
    r"|let me (?:ask|check|look|see)|(?:have|need) to (?:ask|check|look)"
    r"|ask (?:grace|otto|him|her|them|our|my|the)|yes and no"
    r"|hard to say|hopefully|depends|half|partly|almost|nearly|more or less)\b"
)
_DAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_TO_COME = re.compile(
    r"\b(?:will|shall|going to|gonna|about to|(?:plan(?:s|ning)?|wants?|intends?) to"
    rf"|tomorrow|later|soon|tonight|next (?:week|month|year|{_DAYS})|this (?:afternoon|evening)"
    rf"|after (?:lunch|the|my|our|work|that)|by (?:{_DAYS}|the end))\b"
)
_BUT = re.compile(r"\b(?:but|except|however|though|only that|apart from|although)\b")


def doubt(text: str, phrase: str) -> Doubt:
    """The reason not to take for granted what was heard in this text. `phrase`: the learned reply
    that it resembles most; what that one says too is no reason."""
    said, like = normal(text), normal(phrase)
    if is_about_others(text):
        return Doubt.OTHERS
    for reason, rule in ((Doubt.HEDGES, _HEDGES), (Doubt.BUT, _BUT), (Doubt.TO_COME, _TO_COME)):
        if rule.search(said) and not rule.search(like):
            return reason
    return Doubt.DENIES if is_negated(said) != is_negated(like) else Doubt.NONE
