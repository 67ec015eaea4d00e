"""What a note about a provider is about, by its words. Pure."""

import re

# Criterion -> the words that tell it (templates/provider/ask_criterion_note.j2 asks for the same).
# The first that stands in the text counts; money that is owed goes before money that is billed.
CRITERIA = {
    "training": r"train\w*|webinars?|courses?|certif\w*|enablement|academy|workshops?|learn\w*"
    r"|onboarding|education|bootcamps?|labs?",
    "marketing": r"market\w*|campaigns?|brand\w*|leads?|co-?sell\w*|events?|mdf|promo\w*|co-?op"
    r"|newsletter|flyers?|landing pages?",
    "credit": r"credit|financ\w*|payment terms?|terms of payment|pay(?:ment)?s? (?:in|after|within)"
    r"|days net|net \d+|\d+ days(?! a| of| support)|deposit|prepay\w*|pre-pay\w*|interest|loans?"
    r"|limits?|guarantee|instal?lments?",
    "support": r"support\w*|hotlines?|help ?desk|24/7|24x7"
    r"|\d+ ?(?:am|pm)?(?:to| to |-|–)\d+(?: ?pm)?(?! days)|opening hours|office hours|hours"
    r"|response"
    r"|respond\w*|answers?|reply|replies|sla|languages?|german|english|french|spanish|polish|dutch"
    r"|italian|tickets?|phone|engineers?|technicians?|account manager|contact person|escalat\w*"
    r"|friendly|helpful|slow|reachable|weekends?",
    "billing": r"bill\w*|invoic\w*|api|portal|monthly|usage reports?|currenc\w*|pric\w*|margins?"
    r"|discounts?|costs?|fees?|cheap\w*|expensive|rebates?|markup|euros?|dollars?|€|\$|per seat",
}
_CRITERIA = {
    name: re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)
    for name, words in CRITERIA.items()
}
_THEY = re.compile(
    r"\b(?:they|their|them|they['’](?:re|ve|ll|d)|provider|distributor|disti)\b", re.IGNORECASE
)


def criterion_of(text: str) -> str:
    """The criterion whose words stand in a note, "" where none or nothing clear does: of several
    the one named first."""
    found = {name: m.start() for name, words in _CRITERIA.items() if (m := words.search(text))}
    return min(found, key=lambda name: found[name]) if found else ""


def is_about_a_provider(text: str) -> bool:
    """Does it speak of "them", and so of the provider at hand?"""
    return bool(_THEY.search(text))
