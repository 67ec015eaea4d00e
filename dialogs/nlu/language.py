"""Which language is a text in, of those that we can apologise in? By the share of everyday words;
Japanese by its letters."""

import re

ENGLISH = "en"
OTHER = "other"
SHORT = 3
# Everyday words that the other languages of the list, and English, do not have or have much less
# often.
_WORDS = {
    "en": """the is are and of to we our can how what when where who why does do i it you for with not this that have has be my was
    hi hello thanks please yes ok after before there any still get got need know about if they their from will would should""",
    "de": """der die das und ist nicht wir ich sie ein eine einen mit für auf zu zum zur wie was wann wo warum wer können kann
    unser unsere haben hat wird werden auch noch oder aber bei nach von dem den im es sind muss müssen gibt danke hallo bitte
    zurück guten geht dauert habe uns unseren kunden vertrag
    hab ob du mein meine beim ins vom dürfen selbst kein keine wieder schon heute gestern wenn dass als welche welcher""",
    "es": """el la los las y es nosotros yo un una con para por cómo como qué que cuándo cuando dónde quién puedo podemos nuestro
    nuestra tenemos hay está están ser del al si pero gracias hola favor volver después necesito hacer buenos días se puede puedes
    hasta cliente clientes acuerdo contrato de tarda
    nos mi desde ya va muy suele cuánto cuántos cuál eso ese esta este lo han sin más mañana ahora elegir también""",
    "fr": """le la les et est pas nous je un une avec pour sur comment que quoi quand où qui pourquoi peut pouvons pouvez notre nos
    avons avez il elle du des au aux ce cette mais si merci bonjour plaît être revenir après faut combien dois salut de temps l d
    qu ça marche en client clients contrat accord
    vous mon ma mes ne depuis quel quelle quels va nouveau sont été dans par moi chez cela ces""",
    "pt": """os e é não nós eu um uma com para por como que quando onde quem podemos posso nosso nossa temos há está estão da na ao
    mas se obrigado olá favor voltar depois preciso fazer bom dia você isso quanto de pode cliente clientes acordo contrato
    fornecedor tempo demora
    esse essa este esta ou nos usar dá pra já do meu minha meus fica sem só gente vamos onde quero falar alguém em ao à ontem
    amanhã hoje pelo pela mais foi qual quem também agora ainda fazemos conta o""",
}
_OF = {language: frozenset(words.split()) for language, words in _WORDS.items()}
# Endings and letters that only one of them has count together as one word of it; never in a short
# text, which may be a name.
_OWN = {
    "de": re.compile(r"[äöß]|(?:ung|lich|keit)(?:en)?$"),
    "es": re.compile(r"ñ|ci[oó]n(?:es)?$"),
    "fr": re.compile(r"[èùœ]|ê(?!n)|oires?$"),
    "pt": re.compile(r"ã|õ|ç(?:o|os|ar|amos)$|nh[ao]s?$"),
}
_KANA = re.compile(r"[\u3040-\u30ff]")
_FAR = re.compile(
    r"[\u0400-\u04ff\u0590-\u06ff\u0900-\u0dff\u0e00-\u0e7f\u4e00-\u9fff\uac00-\ud7af\u0370-\u03ff]"
)


def language_of(text: str) -> str:
    """ "en", "de", "es", "fr", "pt", "ja", or "other" for letters that none of these has. English
    in doubt."""
    if _KANA.search(text):
        return "ja"
    if len(_FAR.findall(text)) > len(text) / 3:
        return OTHER
    words = re.findall(r"[^\W_]+", re.sub(r"https?://\S+|<[^>]*>", " ", text.lower()))
    long = len(words) > SHORT
    hits = {
        language: sum(w in known for w in words) + (long and _looks(language, words))
        for language, known in _OF.items()
    }
    best = max(hits, key=lambda language: (hits[language], language == ENGLISH))
    clear = hits[best] > hits[ENGLISH] + (1 if long else 0) and hits[best] * 5 >= len(words)
    return best if clear else ENGLISH


def _looks(language: str, words: list[str]) -> bool:
    return language in _OWN and any(_OWN[language].search(word) for word in words)
