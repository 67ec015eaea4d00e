"""Which language is a text in, of those that we can apologise in? By the share of everyday words; Japanese by its letters."""

import re

ENGLISH = "en"
OTHER = "other"
# Everyday words that the other languages of the list, and English, do not have or have much less often.
_WORDS = {
    "en": """the is are and of to we our can how what when where who why does do i it you for with not this that have has be my was
    hi hello thanks please yes ok after before there any still get got need know about if they their from will would should""",
    "de": """der die das und ist nicht wir ich sie ein eine einen mit für auf zu zum zur wie was wann wo warum wer können kann
    unser unsere haben hat wird werden auch noch oder aber bei nach von dem den im es sind muss müssen gibt danke hallo bitte
    zurück guten geht dauert habe uns unseren kunden vertrag""",
    "es": """el la los las y es nosotros yo un una con para por cómo como qué que cuándo cuando dónde quién puedo podemos nuestro
    nuestra tenemos hay está están ser del al si pero gracias hola favor volver después necesito hacer buenos días se puede puedes
    hasta cliente clientes acuerdo contrato de tarda""",
    "fr": """le la les et est pas nous je un une avec pour sur comment que quoi quand où qui pourquoi peut pouvons pouvez notre nos
    avons avez il elle du des au aux ce cette mais si merci bonjour plaît être revenir après faut combien dois salut de temps l d
    qu ça marche en client clients contrat accord""",
    "pt": """os e é não nós eu um uma com para por como que quando onde quem podemos posso nosso nossa temos há está estão da na ao
    mas se obrigado olá favor voltar depois preciso fazer são bom dia você isso quanto de pode cliente clientes acordo contrato
    fornecedor tempo demora""",
}
_OF = {language: frozenset(words.split()) for language, words in _WORDS.items()}
_KANA = re.compile(r"[\u3040-\u30ff]")
_FAR = re.compile(r"[\u0400-\u04ff\u0590-\u06ff\u0900-\u0dff\u0e00-\u0e7f\u4e00-\u9fff\uac00-\ud7af\u0370-\u03ff]")


def language_of(text: str) -> str:
    """ "en", "de", "es", "fr", "pt", "ja", or "other" for letters that none of these has. English in doubt."""
    if _KANA.search(text):
        return "ja"
    if len(_FAR.findall(text)) > len(text) / 3:
        return OTHER
    words = re.findall(r"[^\W\d_]+", re.sub(r"https?://\S+|<[^>]*>", " ", text.lower()))
    hits = {language: sum(w in known for w in words) for language, known in _OF.items()}
    best = max(hits, key=lambda language: (hits[language], language == ENGLISH))
    clear = hits[best] > hits[ENGLISH] + (1 if len(words) > 3 else 0) and hits[best] * 5 >= len(words)
    return best if clear else ENGLISH
