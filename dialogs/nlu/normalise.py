"""What was typed, in one spelling: normalised, cut into clauses; a question, a denial, a
supposition?

Knows no entry.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

MAX_LENGTH = 4_000
MAX_CLAUSES = 6
# A clause is looked at from many sides, each of which wants it normalised.
REMEMBERED = 1024
MANY_LINES, ROW_WORDS = 8, 8
# The trade's jargon and Slack's short forms, in the words that the facts use.
ALIASES = {
    "db": "direct bill",
    "csp-d": "direct bill",
    "dbp": "direct bill partner",
    "t1": "direct bill",
    "ir": "indirect reseller",
    "csp-i": "indirect reseller",
    "t2": "indirect reseller",
    "t1s": "direct bill partners",
    "t2s": "indirect resellers",
    "dbs": "direct bill partners",
    "irs": "indirect resellers",
    "ingram": "provider",
    "synnex": "provider",
    "pax8": "provider",
    "crayon": "provider",
    "sherweb": "provider",
    "wholesaler": "provider",
    "csp-2t": "indirect reseller",
    "ga": "global admin",
    "gas": "global admins",
    "pc": "partner center",
    "partnercenter": "partner center",
    "partner-center": "partner center",
    "disti": "provider",
    "disty": "provider",
    "distis": "providers",
    "distributor": "provider",
    "distributors": "providers",
    "distri": "provider",
    "mpn": "partner",
    "pga": "global partner id",
    "pla": "location partner id",
    "por": "partner of record",
    "ms": "microsoft",
    "msft": "microsoft",
    "m$": "microsoft",
    "aad": "azure ad",
    "bd": "business days",
    "bds": "business days",
    "subs": "subscriptions",
    "sub": "subscription",
    "custs": "customers",
    "cust": "customer",
    "handshake": "relationship",
    "ts&cs": "terms",
    "t&c": "terms",
    "acct": "account",
    "auth": "authorization",
    "mins": "minutes",
    "hrs": "hours",
    "asap": "soon",
    "eta": "how long",
    "atm": "now",
    "rn": "now",
    "bc": "because",
    "cuz": "because",
    "w/o": "without",
    "w/": "with",
    "pls": "",
    "plz": "",
    "please": "",
    "hi": "",
    "hey": "",
    "hello": "",
    "folks": "",
    "btw": "",
    "fyi": "",
    "umm": "",
    "uh": "",
    "u": "you",
    "ur": "your",
    "r": "are",
    "y": "yes",
    "thru": "through",
    "wanna": "want to",
    "gonna": "going to",
    "idk": "i do not know",
    "dunno": "do not know",
    "gotta": "have to",
    "dont": "do not",
    "doesnt": "does not",
    "cant": "cannot",
    "wont": "will not",
    "didnt": "did not",
    "isnt": "is not",
    "arent": "are not",
    "wasnt": "was not",
    "werent": "were not",
    "havent": "have not",
    "hasnt": "has not",
    "couldnt": "could not",
    "shouldnt": "should not",
    "wouldnt": "would not",
    "whats": "what is",
    "wheres": "where is",
    "whos": "who is",
    "hows": "how is",
    "thats": "that is",
    "its": "it is",
    "im": "i am",
    "ive": "i have",
    "weve": "we have",
    "theyre": "they are",
    "enrol": "enroll",
    "enrolment": "enrollment",
    "enroled": "enrolled",
    "rollback": "roll back",
    "roll-back": "roll back",
    "e-mail": "email",
    "mails": "emails",
    "mail": "email",
    "licence": "license",
    "licences": "licenses",
    "centre": "center",
    "authorise": "authorize",
    "authorised": "authorized",
    "reenroll": "re-enroll",
    "youve": "you have",
    "youre": "you are",
    "theyve": "they have",
    "theyll": "they will",
    "itll": "it will",
    "hes": "he is",
    "shes": "she is",
    "theres": "there is",
    "heres": "here is",
    "tho": "though",
    "cos": "because",
    "coz": "because",
    "mgmt": "management",
    "ppl": "people",
    "xmas": "christmas",
    "arrow": "provider",
    "infinigate": "provider",
    "westcon": "provider",
    "bechtle": "provider",
}
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
WHEN = re.compile(
    r"\b(?:today|yesterday|tomorrow|just now|\w+ (?:days?|weeks?|hours?) "
    r"ago|(?:since|on|last|this|next) \w+day"
    r"|(?:this|last|next) (?:morning|afternoon|evening|night|week)|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|at \d{1,2}(?: \d{2})?(?: ?[ap]m)?"
    rf"|(?:on )?(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}"
    r"|(?:on )?\d{1,4}[-./]\d{1,2}(?:[-./]\d{0,4})?)\b"
)
NOT = frozenset(
    ["not", "no", "never", "cannot", "without", "nobody", "none", "nothing", "neither", "nor"]
)
LACKS = NOT | frozenset(
    "missing lacks lacking absent invisible nowhere vanished disappeared gone hidden unable fails failed".split()
)
STOP = frozenset(
    """a an the to of in on for is are be am was were been i we you it our my your us they he she them their this that these those
    do does did can could will would should have has had with and or so as at by from but if then than there here just also any
    some what which who whom where when why how me not no""".split()
)
_ASKS = re.compile(
    r"""^(?:(?:so|and|but|ok|okay|also|or|then)\ )*(?:who|whom|whose|what|when|where|why|how|which|can|could|do|does|did|is|are|was
    |were|has|have|had|will|would|should|shall|may|must|am|any|anyone|anybody)\b""",
    re.X,
)
_SUPPOSES = re.compile(
    r"""\b(?:if|once|when|whenever|until|till|unless|before|after|whether|as\ soon\ as|will|would|should|could|might|may|want|wants
    |plan|plans|going\ to|about\ to|almost|nearly|need|needs|must|how|why|can|supposed|expect|hope|hoping|wish|assume|assuming
    |suppose|pretend|imagine|say\ we|to\ be|lets|let\ us)\b""",
    re.X,
)
_ENDS = re.compile(
    r"(?<=\?)(?!\?)\s*|[!;\n👍🙏🎉👌❤]+|(?<!\b[DdSsMm][rts])(?<!\bNo)(?<!\b\d)(?<!\b\d\d)\.(?:\s+|$)"
    r"|\s+(?:and also|also,|plus|as well as)\s+|(?:^|(?<=\s))\(?[1-9]\)\s*"
)
# What only points to a link or a picture says nothing beside something else.
_POINTS = (
    "see",
    "see here",
    "here",
    "look",
    "look here",
    "see link",
    "see below",
    "see above",
    "see attached",
    "attached",
)
_ASKING = r"(?:who|what|when|where|why|how|which|can|could|do|does|is|are|will|should|may|must)"
_NEXT_QUESTION = re.compile(
    rf"(?:,\s*|\s+)(?:and|or|also|but)\s+(?=(?:(?:if|once|when)\b[^?]*\s)?{_ASKING}\b)|:\s+(?={_ASKING}\b)",
    re.I,
)
_LISTED_QUESTION = re.compile(rf",\s+(?={_ASKING}\b)", re.I)
_TURNS = re.compile(
    r"[,:]\s+|\s+(?:but|although|though|however|yet|because|so|and)\s+|\s+[-–—]+\s+", re.I
)


_TIERS = re.compile(r"\b(?:tier[ -]?([12]|one|two)|(1|2|one|two)[ -]?tier)\b")
_TIER = dict.fromkeys(("1", "one"), "direct bill") | dict.fromkeys(
    ("2", "two"), "indirect reseller"
)
_WOULD = r"(?=(?:rather|like|love|want|prefer|need|be|have)\b)"
_SHORT = (
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"\bi'm\b"), "i am"),
    (re.compile(r"'re\b"), " are"),
    (re.compile(r"'ve\b"), " have"),
    (re.compile(r"'ll\b"), " will"),
    (re.compile(rf"'d {_WOULD}"), " would "),
    (
        re.compile(r"\b(it|that|what|who|where|how|when|there|here|he|she|everything|nothing)'s\b"),
        r"\1 is",
    ),
)
# "Contoso's consent", "Grace's been through it": a name is a name.
_WHOSE = re.compile(
    r"\b(?!(?:Let|It|That|What|Who|Where|How|When|There|Here|He|She)')([A-Z][\w-]+)'s\b"
)
_CAPITAL = r"[A-ZÄÖÜÉ][\w'’-]+"
_NAME = re.compile(
    rf"(?:\b(?:(?:the|our|a) )?(?:customer|client):? )?\b({_CAPITAL})\.?(?:(?: "
    rf"(?:&|und|van|von|der|de|of))*(?: {_CAPITAL}\.?))+"
)
_OUR_SIDE = re.compile(
    r"\b(?:MPA|GA|admin|[Ee]nrol\w*|Accept and continue|Program "
    r"info|[Aa]greement|[Aa]uthori[sz]ed)\b"
)
# A distributor whose name is a word: in capitals it is the name.
_ALSO = re.compile(r"\bALSO\b(?: (?:Cloud|Holding))?")
_CHEERS = re.compile(
    r"[👍🙏🎉👌❤😊🙂]|:(?:\+1|thumbsup|pray|tada|ok_hand|heart|slightly_smiling_face):"
)


@lru_cache(REMEMBERED)
def normal(text: str) -> str:
    """Lower case, one spelling of everything, no punctuation, no courtesy unless that is all there
    is."""
    text = unicodedata.normalize("NFKC", text[:MAX_LENGTH]).replace("’", "'")
    text = re.sub(r"<@\w+>", " ", text)
    if not text.isupper():
        text = _ALSO.sub("provider", text)
    text = _WHOSE.sub(r"\1", text).lower().replace("can't", "cannot").replace("won't", "will not")
    for short, full in _SHORT:
        text = short.sub(full, text)
    text = text.replace("'", "")
    text = text.replace("ingram micro", "ingram").replace("td synnex", "synnex")
    text = _TIERS.sub(lambda tier: f" {_TIER[tier[1] or tier[2]]} ", text)
    if _CHEERS.search(text):
        text = bare if re.search(r"\w", bare := _CHEERS.sub(" ", text)) else "thanks"
    words = re.findall(r"[\w@.+$&/-]*\w", text)
    return " ".join(" ".join(ALIASES.get(w, w) for w in words).split()) or " ".join(words)


def timeless(said: str) -> str:
    """A normalised text without the days and times in it."""
    return " ".join(WHEN.sub(" ", said).split())


def sentences(text: str) -> list[str]:
    """The pieces of a message that may each mean something of their own, at most six."""
    pieces = [
        p.strip(" ,") for end in _ENDS.split(text[:MAX_LENGTH]) for p in _NEXT_QUESTION.split(end)
    ]
    pieces = [
        one
        for p in pieces
        for one in (_LISTED_QUESTION.split(p) if _ASKS.match(normal(p)) else [p])
    ]
    telling = [p for p in pieces if normal(p) and normal(p) not in _POINTS]
    return (telling or [p for p in pieces if normal(p)])[:MAX_CLAUSES]


def turns(sentence: str) -> list[str]:
    """The parts of one sentence: what is claimed before the "but", and what comes after it."""
    return [p.strip() for p in _TURNS.split(sentence) if p and normal(p)][:MAX_CLAUSES]


def nameless(clause: str, knows: Callable[[str], bool]) -> str:
    """A statement with "the customer" for what is written like a company's name and is no word of
    ours: two or more words with capitals that nobody `knows`. Where it is about our own side it may
    be a person's."""
    if is_question(clause) or _OUR_SIDE.search(clause):
        return clause
    return _NAME.sub(
        lambda name: name[0] if knows(name[1].lower().partition("'")[0]) else "the customer", clause
    )


def is_question(clause: str) -> bool:
    return clause.rstrip().endswith("?") or bool(_ASKS.match(normal(clause)))


def is_negated(said: str) -> bool:
    """Is anything denied in a normalised text?"""
    return bool(NOT & frozenset(said.split()))


def denies(said: str) -> bool:
    """Does a normalised text say that something is not so, or not there?"""
    return bool(LACKS & frozenset(said.split()))


def supposes(said: str) -> bool:
    """Does a normalised text speak of what may be, and not of what has happened?"""
    return bool(_SUPPOSES.search(said))


def is_table(text: str) -> bool:
    """Is it rows rather than sentences: a delimiter in every line, or many short lines? Such a text
    asks and reports nothing, and to run it through the encoder takes seconds."""
    lines = [line for line in text.splitlines() if line.strip()]
    if "?" in text or len(lines) < 2 or any(len(line.split()) > ROW_WORDS for line in lines):
        return False
    return len(lines) >= MANY_LINES or any(
        all(d in line for line in lines) for d in (";", "\t", ",")[: 3 if len(lines) > 2 else 2]
    )
