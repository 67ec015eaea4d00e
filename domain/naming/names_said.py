"""The name of a company that nobody named before, where the frame of the sentence makes it plain:
"add ingram micro as a provider", "we take TD Synnex instead", "Acme agreed last week". Pure.

A frame gives a place for a name; what stands there is one only if it is not made of words that
people say every day. A question or a report is never a name.
"""

import re

from domain.naming.ordinary_words import ORDINARY

MOST_WORDS, LONGEST = 6, 80
_LEAD = (
    r"(?:(?:ok(?:ay)?|so|well|please|pls|plz|hi|hey|hello|sorry|no|nope|wait|actually|yes|yep"
    r"|and|but"
    r"|then|now|also|oops|today|finally|good news|update|fyi|i (?:think|guess|believe)|probably"
    r"|maybe|tbh|btw|fyi|imho|imo|afaik|idk|lol|omg|honestly|frankly)\b[\s,.:;!–-]*)*"
)
# Small words that no company is called by.
_PRONOUNS = frozenset("i we they he she you it us them me".split())
_WISH = (
    r"(?:(?:can|could|would|will) you (?:please )?|(?:i|we)(?:['’]d|['’]ll)? ?"
    r"(?:would|want|need|have|like|love|plan|decided|going|will)?(?: like)?(?: to)? "
    r"|let['’]?s |let us |please |now |just |time to |ready to )*"
)
_VERB = (
    r"(?P<verb>invite|add|enter|note|register|include|onboard|bring|put|take|pick|choose|select"
    r"|use|show"
    r"|find|open|remove|delete|drop|move|transfer|shortlist|compare|consider|start with|go with"
    r"|begin with|continue with|go on with|proceed with|extend|migrate|connect|set up)"
)
_DECIDED = (
    r"(?:we|i|they|our (?:boss|management|ceo|team|leadership))(?:['’](?:ve|re|ll|d))? "
    r"(?:have |are |will |would |had |now |finally |just |all |both |rather |has |is )*"
    r"(?:picked|pick|chose|choose|chosen|choosing|take|took|taken|taking|selected|select|want"
    r"|prefer"
    r"|go(?:ing)? (?:with|for)|went (?:with|for)|decided (?:for|on|to (?:take|use|go with))"
    r"|settled (?:for|on)|agreed (?:on|with)|signed (?:(?:a|the) (?:contract|deal"
    r"|agreement) )?(?:up )?with|partner with|work with|using"
    r"|use)(?! to\b)"
)
_MEANT = (
    r"(?:(?:i|we) (?:mean|meant)"
    r"|(?:it|that|this|the (?:name|provider|distributor|customer|company))"
    r"(?:['’]s| is| was| should be| must be)(?: called| named)?|make it|rather|instead|called|named"
    r"|our (?:choice|provider|distributor|disti|new provider)"
    r"(?: is| was| will be| shall be| fell on|['’]s))"
)
_KIND = (
    r"(?:(?:the|our|a|an|my|new|another|one|as|with|for)\s+)*"
    r"(?:(?:new )?(?:customer|client|provider|distributor|disti|company|tenant|wholesaler"
    r"|candidate)s?\s*:?\s+(?:called |named |is )?)?"
)
_NAME = r"(?P<name>[\w&][\w&.'’+/-]*(?: (?:& )?[\w&(][\w&.'’+/)-]*){0,5}?)"
_END = (
    r"(?=\s*(?:[,;!?]|\.(?:\s|$)|$|\s(?:as|to|for|from|into|onto|on|in|with|please|pls|instead|now"
    r"|today|tomorrow|tonight|yesterday|too|next|first|also|over|again|because|since|if|when|who"
    r"|which|that|so|but|then|this|last|at|by|via|per|is|was|are|not|rather|through|under|off"
    r"|together|already|and (?:not|then|we|i|they|please)|–|-|:\s|\()\b))"
)
_DID = (
    r"(?:(?:has|have|had|just|already|also|finally|now|did|does|do|is|are|was|were|today|yesterday)"
    r" |(?:n[o']t|does ?n['o]t|has ?n['o]t|did ?n['o]t|never) )*"
    r"(?:agree[sd]?|consent(?:s|ed)?|said|says|accept(?:s|ed)?|signed|signs|approved|confirmed|gave"
    r"|give|gives|declined?|refuse[sd]?|joined|cancel(?:l?ed)?|left|leaves|wants|want|in favou?r"
    r"|fine with|ok(?:ay)? with|on board|happy with)\b"
)
_FRAMES = tuple(
    re.compile(rf"{_LEAD}{frame}", re.IGNORECASE)
    for frame in (
        rf"{_WISH}{_VERB}\s+{_KIND}{_NAME}{_END}",
        rf"{_DECIDED}\s+{_KIND}{_NAME}{_END}",
        rf"{_MEANT}:?\s+{_KIND}{_NAME}{_END}",
        r"(?:(?:i|we)(?:['’]ve| have)? )?(?:just |now |finally )*(?:got|have|received|obtained)"
        r" (?:a |an |the |their )?(?:\w+ )?(?:consent|ok(?:ay)?|approval|go|go-ahead|yes"
        r"|green light"
        rf"|confirmation|signature) (?:from|of|by)\s+{_KIND}{_NAME}{_END}",
        rf"(?:sorry|no|nope|actually|wait|rather|oops)[\s,.:!–-]+{_KIND}{_NAME}$",
        rf"{_NAME} (?:it is|is (?:our|the) (?:new |chosen )?"
        r"(?:provider|distributor|disti|one|choice))\b",
    )
)
_CORRECTS = re.compile(
    r"(?:(?:no|nope|oh|ah|hm+|uh|um|err|ok(?:ay)?|not [\w ]{2,40}?(?=,)|sorry|wait|actually|oops"
    r"|correction|rather|not (?:that|this) one)[\s,.:!–-]+)*"
    r"(?:(?:i|we) (?:meant|mean|was thinking of|wanted)|(?:it|that)(?:['’]s| is| was| should be)"
    r"|make (?:it|that)|rather|instead|(?<=[\s,.:!–-]))(?:\s+|(?<=[\s,.:!–-]))"
    rf"{_KIND}{_NAME}(?:[\s,]+(?:not|instead of|rather than)\b.*|[\s,]+(?:please|instead|of course)"
    r")*[\s.!]*$",
    re.IGNORECASE,
)
# Who only wants or uses something has not chosen a provider: "we use Salesforce".
_CHOSEN = re.compile(
    rf"{_LEAD}(?!.*\b(?:want|prefer|work with|us(?:e|ing)|agreed)\b){_DECIDED}\s+"
    rf"{_KIND}{_NAME}{_END}",
    re.IGNORECASE,
)
_SUBJECT = re.compile(rf"{_LEAD}{_KIND}{_NAME}\s+{_DID}", re.IGNORECASE)
_COMPARED = re.compile(
    rf"{_LEAD}{_WISH}(?:compare|consider|look at|evaluate|decide between|choose between|add|enter"
    rf"|shortlist)\s+{_KIND}(?P<all>.+)",
    re.IGNORECASE,
)
_SIDE_BY_SIDE = re.compile(
    rf"{_LEAD}{_WISH}(?:put|show|set|see)\s+{_KIND}(?P<all>.+?)\s+"
    r"(?:side by side|next to each other|against each other|beside each other)$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\s*(?:,|;|\band\b|&(?=\s)|\bwith\b|\bvs\.?|\bversus\b|\bor\b|\bto\b)\s*", re.I
)
_ASKS = re.compile(
    r"\s*(?:who|whom|whose|what|when|where|why|how|which|can|could|do|does|did|is|are|was|were|has"
    r"|have|should|shall|may|must|will|would)\b",
    re.IGNORECASE,
)
# "I want to ...", "they said ...", "we were ...": what follows a person and a verb is no name.
_TELLS = re.compile(
    r"\b(?:i|we|they|he|she|you|it|it['’]s|that['’]s|everybody|everyone|nobody|somebody|someone)\s+"
    r"(?:\w+['’]?\w*\s+)?\w+|\b(?:\w+n['’]t|don['’]t|not yet)\b",
    re.IGNORECASE,
)
# Words that no company's name begins with, and that make a sentence of a row of everyday words.
FUNCTION = frozenset(
    """
    to of not that if how it its it's them they us me we i you he she him her his their our my your
    this these those there here what who some any all more up out off on in at by with from about
    as is are was were am be been do does did don't dont have has had can cannot can't will would
    should yes no yet still maybe later soon now then both neither none nothing anything something
    someone everyone everybody nobody anybody again over sure done wait sorry wrong one ones thing
    things stuff""".split()
)
_VERBS = re.compile(rf"{_LEAD}{_WISH}{_VERB}\b", re.IGNORECASE)
_ENTERS = re.compile(r"(?:add|invite|enter|register|note|include|choose)\b", re.IGNORECASE)
_COURTESY = re.compile(r"(?:[\s,]+(?:please|pls|plz|thanks|thank you|instead|then))+[.!]*$", re.I)
_PARTS = re.compile(r"[,.;:!]+\s+|\s+(?:but|and|because|so)\s+", re.IGNORECASE)
_BEFORE = re.compile(
    r"^(?:(?:the|our|a|an|my|new|customer|client|provider|distributor|disti|company|called"
    r"|named)\s+)+",
    re.IGNORECASE,
)


def company_said(text: str) -> str:
    """The name that a command or a decision is about; "" where the sentence has none."""
    said = _one_line(text)
    for part in (said, *reversed(_PARTS.split(said))):
        for frame in _FRAMES:
            found = frame.match(part)
            if found and not _verb_is_a_name(found) and (name := company_in(found["name"])):
                return name
    return ""


def company_decided(text: str) -> str:
    """The name that people say they have chosen: "we take TD Synnex instead"; "" for any other
    sentence."""
    said = _one_line(text)
    for part in (said, *reversed(_PARTS.split(said))):
        for frame in (_CHOSEN, _FRAMES[-1]):
            if (found := frame.match(part)) and (name := company_in(found["name"])):
                return name
    return ""


def company_meant(text: str) -> str:
    """The name in "sorry, I meant Fabrikam Foods" and "no, Fabrikam Foods"; "" for any other
    sentence."""
    found = _CORRECTS.match(_one_line(text))
    return company_in(found["name"]) if found else ""


def _verb_is_a_name(found: re.Match[str]) -> bool:
    """ "We want Open Systems": a verb with a capital inside the sentence is part of the name."""
    verb = found.groupdict().get("verb") or ""
    return verb[:1].isupper() and found.start("verb") > 0


def name_in_answer(text: str) -> str:
    """The name in an answer to "which one?": of a sentence the name in it, else the text itself.
    "Select Foods" is a name, "add Select Foods" says one."""
    said = _COURTESY.sub("", _one_line(text))
    if _is_written_like_a_name(said) and not _ENTERS.match(said):
        return said
    return company_said(said) or said


def subject_of(text: str) -> tuple[int, int]:
    """Where in the text the name of whoever agreed, accepted or left stands; (0, 0) where the
    sentence names no one."""
    found = _SUBJECT.match(text)
    if found is None or _is_question(text) or not company_in(found["name"]):
        return 0, 0
    if re.fullmatch(r"[A-Z]?[a-z]+ly", found["name"]):  # "Verbally agreed"
        return 0, 0
    return found.span("name")


def companies_compared(text: str) -> list[str]:
    """The names in "compare X and Y", at least two of them; else none."""
    said = _one_line(text).rstrip(" .!?")
    found = _SIDE_BY_SIDE.match(said) or _COMPARED.match(said)
    if found is None:
        return []
    names = [company_in(part) for part in _BETWEEN.split(found["all"]) if part.strip()]
    return [*filter(None, names)] if len(names) > 1 and all(names) else []


def is_no_name(text: str) -> bool:
    """Is it a question or a sentence, and so nothing that a company is called by?"""
    said = _one_line(text)
    words = re.findall(r"[^\W_]+(?:['’][^\W_]+)*", said)
    if _is_question(said) or len(words) > 2 * MOST_WORDS:
        return True
    if _is_written_like_a_name(said) and not _SUBJECT.match(said):
        return False
    small = [w.casefold() for w in words if w[0].islower() or w.casefold() in FUNCTION]
    small = [w for w in small if w not in ("a", "an", "the")]
    everyday = [w for w in small if w in ORDINARY or w in FUNCTION or "'" in w or "’" in w]
    everyday += [w for w in words if w.isdigit() or w in ("a", "an", "the")]
    if _SUBJECT.match(said) or (_TELLS.search(said) and len(everyday) > 1):
        return True
    if len(everyday) == len(words):
        return len(words) == 1 or any(w in FUNCTION for w in everyday) or bool(_VERBS.match(said))
    return len(everyday) > 2 and 2 * len(everyday) > len(words)


def _is_written_like_a_name(said: str) -> bool:
    """ "Select Foods", "School of Fine Art": a capital in every word but the smallest."""
    words = re.findall(r"[^\W_]+", said)
    return all(w[0].isupper() or w[0].isdigit() or len(w) < 4 for w in words) and any(
        w[0].isupper() for w in words
    )


def company_in(said: str) -> str:
    """What stands at a name's place in a sentence, if it is one; "" otherwise."""
    name = _BEFORE.sub("", said).strip(" .,:;!?\"'“”")
    words = re.findall(r"[^\W_]+", name)
    if not words or len(words) > MOST_WORDS or len(name) > LONGEST or "://" in name:
        return ""
    if any(w in _PRONOUNS for w in words):
        return ""
    everyday = [w for w in words if w.casefold() in ORDINARY or len(w) < 2 or w.isdigit()]
    if words[0].casefold() in FUNCTION and not (words[0][0].isupper() and words[1:]):
        return ""
    if len(everyday) == len(words):
        # "First Bank" is written like a name, "first bank" is not; one such word is a name only in
        # capitals ("ALSO").
        alone = len(words) == 1 and len(name) > 3 and name.isupper()
        return name if alone or (words[1:] and all(w[0].isupper() for w in words)) else ""
    return name if not _TELLS.search(name) else ""


def _is_question(said: str) -> bool:
    return said.rstrip().endswith("?") or bool(_ASKS.match(said))


def _one_line(text: str) -> str:
    return " ".join(text.split())
