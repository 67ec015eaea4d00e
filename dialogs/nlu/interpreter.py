"""Interprets a text: what was meant, how sure that is, what else it could be. Knows the intents, no
state and no user texts.

A message is interpreted in clauses. A question is also interpreted together with the statements
before it, because "who takes care of that?" asks nothing by itself. A report beside a question is a
claim, not a command.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from dialogs.nlu import model_store, training
from dialogs.nlu.clause_classifier import ClauseClassifier, examples_of
from dialogs.nlu.encoder import Encoder
from dialogs.nlu.encoding import storage
from dialogs.nlu.in_context.aside_reader import Asides
from dialogs.nlu.in_context.replies import Replies
from dialogs.nlu.language import ENGLISH, language_of
from dialogs.nlu.learning import letters_only
from dialogs.nlu.normalise import STOP, is_question, is_table, normal, sentences, turns
from dialogs.nlu.other_languages import OtherLanguages, load_other_languages
from dialogs.nlu.rules import MAY_BE, NOTHING_YET, may_report
from dialogs.nlu.types import (
    Candidate,
    ClauseResult,
    Intent,
    Interpretation,
    Kind,
    Risk,
    distinct,
    is_report,
)

# Options are offered where the likeliest is at least so likely: 95 of 100 questions of an unseen
# author have the right one answered or offered (at 0.25: 91.5).
OFFERED, POSSIBLE, FAR = 0.12, 0.03, 0.45
OPTIONS, BEFORE = 3, 2
WORD_FOR_WORD = 0.99
# So many questions are not one question with its story, and interpreting them as a whole is
# expensive.
MANY = 3
SPOKEN = (Kind.ANSWER, Kind.COMMAND, Kind.REFUSE)
ASIDE = (Kind.CHITCHAT, Kind.REPAIR)
A_PERSON = "ask_a_person"
VAGUE, PLAIN = ("help", "where_are_we"), 0.9


class Interpreter(ClauseClassifier):
    """Interprets messages. `hear` is pure: the same text and the same open question give the same
    result. `foreign` interprets other languages, once its model is loaded; `replies` reads a text
    against an open question, `asides` what is asked back at a place."""

    foreign: OtherLanguages
    replies: Replies
    asides: Asides

    def hear(self, text: str, open_question: str = "") -> Interpretation:
        """What the text means; `open_question` is `flow.slot`, whose options then count as well."""
        whole = self._exactly(text, open_question)
        if whole:
            judged = ClauseResult(whole, clause=text)
            found = self._with_claims(text, [whole[0]], whole[1:], [])
            return _by("word_for_word", found, [judged])
        if is_table(text):
            return Interpretation(text, rule="table")
        if (language := language_of(text)) != ENGLISH:
            return Interpretation(text, language=language, rule="other_language")
        parts = sentences(text)
        if len(parts) > 1:
            return self._several(text, parts, open_question)
        clause = parts[0] if parts else text
        self.look_at([clause, *_inner(parts)])
        judged = self.judge(clause, open_question)
        if judged.sure:
            found = self._with_claims(text, [judged.sure], judged.ranked[1:], parts)
            return _by("one_clause", found, [judged])
        return self._unsure(text, [judged], parts)

    def interpret_ahead(self, text: str) -> None:
        """What the turn will ask of the encoders, beside the event loop; it is remembered. The
        first text in another language waits until that is loaded, as long as whoever wrote it may
        wait for an answer."""
        if (language := self.hear(text).language) != ENGLISH:
            self.foreign.wait(language)

    def whole(self, text: str) -> ClauseResult:
        """What a whole text may mean, best first, in whatever language."""
        return self.judge(text) if language_of(text) == ENGLISH else self.foreign.judge(text)

    def _several(self, text: str, parts: list[str], open_question: str) -> Interpretation:
        """A message of several pieces: what is sure in them, unless they are one question with its
        story."""
        told_before = (told for n in range(len(parts)) for told in _told(parts, n))
        self.look_at([*parts, *told_before, *filter(may_report, _inner(parts))])
        judged = [self._in_context(parts, n, open_question) for n in range(len(parts))]
        asked = [j for part, j in zip(parts, judged, strict=True) if is_question(part)]
        found = [
            m
            for m in distinct(j.sure for j in judged if not _only_sounds_so(j.sure))
            if not _is_one_grave_word(m)
        ]
        if not asked and (sayings := [m.score for m in found if is_report(m)]):
            found = [m for m in found if m.entry.kind is not Kind.ANSWER or m.score > max(sayings)]
        if any(not j.sure and j.likely in SPOKEN for j in judged):
            found = [m for m in found if m.entry.kind is not Kind.ELSEWHERE]
        if len(found) < 2 and len(asked) < MANY:
            whole = self.judge(text, open_question)
            if (
                whole.sure
                and not is_report(whole.sure)
                and whole.sure.entry.kind not in ASIDE
                and not _outdone(whole, asked or judged)
            ):
                heard = self._with_claims(
                    text, [whole.sure, *filter(is_report, found)], whole.ranked[1:], parts
                )
                return _by("whole_message", heard, [whole, *judged])
            judged = [whole, *judged] if len(asked) < 2 else judged
        open_ = [j for j in asked if not j.sure and j.likely in SPOKEN]
        told = [
            m
            for m in found
            if m.score < 1 and not any(j.sure and j.sure.entry is m.entry for j in asked)
        ]
        if (
            not found
            or (open_ and len(told) == len(found))
            or (all(map(_is_aside, found)) and _tells(judged))
        ):
            return self._unsure(text, open_ or judged, parts, told)
        if len(found) == 1 and judged[0].sure and not asked:
            told_clearly = is_report(found[0]) and found[0].score > judged[0].sure.score
            heard = self._with_claims(
                text, [found[0] if told_clearly else judged[0].sure], judged[0].ranked[1:], parts
            )
            return _by("told_clearly" if told_clearly else "first_clause", heard, judged)
        missed = [
            part
            for part, j in zip(parts, judged[-len(parts) :], strict=True)
            if is_question(part) and not j.sure
        ]
        heard = self._with_claims(text, found, [], parts, missed)
        return _by("each_clause", heard, judged)

    def _in_context(self, parts: list[str], n: int, open_question: str) -> ClauseResult:
        """One piece; a question also with what was told before it. What cannot be undone must not
        mean something else there."""
        alone = self.judge(parts[n], open_question)
        if (
            alone.sure
            and alone.sure.score >= WORD_FOR_WORD
            and alone.sure.entry.risk is not Risk.IRREVERSIBLE
        ):
            return alone
        judged = [alone, *(self.judge(told) for told in _told(parts, n))]
        telling = judged[1:] if len(judged) > 1 and _says_little(parts[n]) else judged
        sure = [j for j in telling if j.sure and j.sure.entry.kind not in ASIDE]
        best = max(sure, key=lambda j: j.ranked[0].score, default=alone)
        if not sure or any(_disputes(j, best) for j in judged):
            return _merged(judged, parts[n])
        if best is alone:
            return alone
        first = replace(best.ranked[0], clause=parts[n])
        return ClauseResult(
            [first, *best.ranked[1:]], best.nearest, best.clause, "with_what_was_told_before"
        )

    def _with_claims(
        self,
        text: str,
        found: list[Candidate],
        others: list[Candidate],
        parts: list[str],
        missed: Iterable[str] = (),
    ) -> Interpretation:
        """Reports beside something else are claims: they are answered around, and offered for
        recording."""
        asked = [m for m in found if not is_report(m)]
        inside = self._sure_in(filter(may_report, _inner(parts))) if asked else []
        claims = (
            distinct(m for m in (*found, *inside) if is_report(m) and m.entry.name != NOTHING_YET)
            if asked
            else []
        )
        if all(m.entry.name != A_PERSON for m in asked):
            asked += [m for m in inside if m.entry.name == A_PERSON]
        if any(m.entry.kind is not Kind.REPAIR for m in asked):
            return Interpretation(
                text, tuple(asked), tuple(others[:OPTIONS]), tuple(claims[:1]), tuple(missed)
            )
        return Interpretation(text, tuple(found), tuple(others[:OPTIONS]), missed=tuple(missed))

    def _sure_in(self, clauses: Iterable[str]) -> list[Candidate]:
        clauses = list(clauses)
        self.look_at(clauses)
        return distinct(self.judge(clause).sure for clause in clauses)

    def _unsure(
        self,
        text: str,
        judged: list[ClauseResult],
        parts: list[str],
        told: Iterable[Candidate] = (),
    ) -> Interpretation:
        """Nothing is sure as a whole: a part of a sentence may be, if the whole may mean it too;
        else there are likely ones, or nothing of ours is near."""
        best = max(judged, key=lambda j: j.ranked[0].score if j.ranked else 0.0)
        if not best.ranked:
            return Interpretation(text, far=True, rule="nothing_near")
        ranked = _merged(judged, text).ranked
        may_be = {
            about
            for m in ranked
            if m.score >= MAY_BE
            for about in (m.entry.name, *m.entry.about[:1])
        }
        inner = [m for m in self._sure_in(_inner(parts)) if m.entry.kind in SPOKEN]
        claims = distinct(m for m in (*told, *inner) if is_report(m))
        for m in inner:
            if m.entry.name not in may_be and (
                m.entry.kind is Kind.ANSWER or m.entry.about[0] not in may_be
            ):
                continue
            if is_report(m) and best.likely is not Kind.ANSWER:
                heard = self._with_claims(
                    text, [m], [], parts, [part for part in parts if is_question(part)]
                )
                return _by("part_of_a_sentence", heard, judged)
            if not is_report(m) and not _is_grave(m):
                heard = self._with_claims(text, [m], [], parts)
                return _by("part_of_a_sentence", heard, judged)
        first, babble = best.ranked[0], self.spelling.is_babble(normal(text))
        likeliest = max((m.score for m in ranked if m.entry.kind in SPOKEN), default=0.0)
        if (
            first.entry.kind is Kind.ELSEWHERE
            or likeliest < OFFERED
            or (babble and best.nearest < FAR)
        ):
            far = first.entry.kind is Kind.ELSEWHERE or best.nearest < FAR
            return _by("nothing_likely", Interpretation(text, far=far, babble=babble), judged)
        likely = [
            m for m in ranked if m.entry.kind in SPOKEN and (m.score >= POSSIBLE or m is ranked[0])
        ]
        likely += [m for m in told if m.entry.kind in SPOKEN and not is_report(m)]
        offered = tuple(distinct(likely)[:OPTIONS])
        return _by(
            "not_sure", Interpretation(text, others=offered, claims=tuple(claims[:1])), judged
        )


def _by(rule: str, heard: Interpretation, judged: Iterable[ClauseResult]) -> Interpretation:
    """The same, with the step that decided and what it decided about."""
    return replace(heard, rule=rule, clauses=tuple(judged))


def _inner(parts: list[str]) -> list[str]:
    """The parts of the sentences that have some."""
    return [turn for several in map(turns, parts) if len(several) > 1 for turn in several]


def _told(parts: list[str], n: int) -> list[str]:
    """A question together with the statements before it: the last one, the last two."""
    before = [part for part in parts[:n] if not is_question(part)] if is_question(parts[n]) else []
    return [
        f"{'. '.join(before[-many:])}. {parts[n].rstrip('?')}?"
        for many in range(1, min(BEFORE, len(before)) + 1)
    ]


def _says_little(question: str) -> bool:
    """ "Do we have options?" means nothing without the story before it."""
    return len([word for word in normal(question).split() if word not in STOP]) < 2


def _outdone(whole: ClauseResult, parts: list[ClauseResult]) -> bool:
    """Is one of the questions (or statements, if there is no question) a better match alone than
    the whole text?"""
    return any(
        j.sure and j.sure.entry.kind in SPOKEN and j.sure.score > whole.ranked[0].score
        for j in parts
    )


def _is_aside(meaning: Candidate) -> bool:
    """Courtesy, a repair word, "help", "what now": the text beside it says what is meant."""
    return meaning.entry.kind in ASIDE or (meaning.entry.name in VAGUE and meaning.score < PLAIN)


def _is_grave(meaning: Candidate) -> bool:
    return meaning.entry.risk is Risk.IRREVERSIBLE


def _is_one_grave_word(meaning: Candidate) -> bool:
    """ "Undo" after something else refers to that, and does not ask about what cannot be undone."""
    return _is_grave(meaning) and len(normal(meaning.clause).split()) == 1


def _tells(judged: list[ClauseResult]) -> bool:
    """Is there a likely meaning besides courtesy?"""
    return any(not j.sure and j.likely in SPOKEN for j in judged)


def _only_sounds_so(meaning: Candidate | None) -> bool:
    """A repair word among other things counts only word for word."""
    return (
        meaning is not None and meaning.entry.kind is Kind.REPAIR and meaning.score < WORD_FOR_WORD
    )


def _disputes(other: ClauseResult, best: ClauseResult) -> bool:
    """Could the text, with the statements before it, mean something else than what cannot be
    undone?"""
    first = best.ranked[0].entry
    return (
        first.risk is Risk.IRREVERSIBLE
        and other.likely in SPOKEN
        and other.ranked[0].entry.name != first.name
    )


def _merged(judged: list[ClauseResult], clause: str) -> ClauseResult:
    """The candidates of all of them, best first; none is sure."""
    found: dict[str, Candidate] = {}
    for meaning in (m for j in judged for m in j.ranked):
        if meaning.entry.name not in found or meaning.score > found[meaning.entry.name].score:
            found[meaning.entry.name] = replace(meaning, clause=clause, sure=False)
    ranked = sorted(found.values(), key=lambda m: -m.score)
    return ClauseResult(ranked, max(j.nearest for j in judged), clause, "any_of_its_readings")


def load_interpreter(
    entries: Iterable[Intent], folder: Path, *, relearn: bool, patient: bool = False
) -> Interpreter:
    """The interpreter with the learned files of the folder. If they are stale: learns and stores
    them, or, without `relearn`, raises model_store.Stale. `patient`: a message in another language
    waits until its model is loaded. Without the encoder's weights what is missing is learned
    in any case: it takes seconds."""
    known, encoder = list(entries), training.encoder_or_none()
    key = key_of_entries(known, encoder)
    what = model_store.unpack(
        *model_store.fresh(
            folder,
            key,
            model_store.NLU if encoder else letters_only.NAME,
            lambda: model_store.pack(_learned(known, encoder, key, folder)),
            relearn=relearn or encoder is None,
        )
    )
    if what.spelled is not None:
        known = [replace(e, spelled=what.spelled[e.name]) for e in known]
    found = Interpreter(known, what, encoder)
    found.foreign = load_other_languages(known, folder, relearn=relearn, patient=patient)
    return found


def learn_letters(entries: Iterable[Intent], folder: Path) -> None:
    """The head for machines without weights is in the folder, as a wheel brings it."""
    known = list(entries)
    key = key_of_entries(known, None)
    model_store.ensure(
        folder,
        key,
        letters_only.NAME,
        lambda: model_store.pack(_learned(known, None, key, folder)),
        relearn=True,
    )


def key_of_entries(entries: Iterable[Intent], encoder: Encoder | None) -> str:
    """Changes with what the head of these entries is learned from."""
    rows = [[e.name, e.kind, e.risk, e.about, e.phrases] for e in entries]
    return model_store.key_of(rows, encoder.sha256 if encoder else "", training)


def _learned(
    known: Sequence[Intent], encoder: Encoder | None, key: str, folder: Path
) -> model_store.Model:
    """The head of these entries; with the gate that there is, where that was learned for these
    weights."""
    examples, old = examples_of(known), model_store.kept(folder)
    if encoder is None:
        new = letters_only.learn(examples, key)
    else:
        encode = training.KeptVectors(encoder, storage.place_to_write(folder))
        usable = old and old.with_weights and old.key.endswith(encoder.sha256)
        new = (
            training.refit(examples, encode, old, key)
            if old and usable
            else training.learn(examples, encode, key)
        )
        encode.keep()
    return replace(new, spelled={e.name: e.said for e in known})
