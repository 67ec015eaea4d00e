"""Text -> what was meant, how sure, what else it could be. Knows the entries, no state and no words to say."""

from collections.abc import Iterable
from pathlib import Path

from dialogs import learn, learned
from dialogs.judging import LIKELY, Judge, examples_of
from dialogs.language import ENGLISH, language_of
from dialogs.meaning import Entry, Heard, Judgement, Kind, Meaning, is_report, once
from dialogs.text import is_question, is_table, normal, sentences, turns

POSSIBLE, FAR = 0.04, 0.45
OPTIONS = 3


class Understanding(Judge):
    """Hears messages. `hear` is pure: the same text and the same open question give the same answer."""

    def hear(self, text: str, open_question: str = "") -> Heard:
        """What the text means; `open_question` is `flow.slot`, whose options then count as well."""
        whole = self._exactly(text, open_question)
        if whole:
            return self._with_claims(text, [whole[0]], whole[1:], [])
        if is_table(text):
            return Heard(text)
        if (language := language_of(text)) != ENGLISH:
            return Heard(text, language=language)
        parts = sentences(text)
        judged = [(part, self.judge(part, open_question)) for part in parts] if len(parts) > 1 else []
        found = once(j.sure for _, j in judged)
        if len(found) < 2:
            all_of_it = self.judge(text, open_question)
            if all_of_it.sure and not (found and is_report(found[0])):
                return self._with_claims(text, [all_of_it.sure], all_of_it.ranked[1:], parts)
            if not found:
                return self._unsure(text, all_of_it, parts, judged)
        missed = [part for part, j in judged if not j.sure and is_question(part)]
        return self._with_claims(text, found, [], parts, missed)

    def _with_claims(
        self, text: str, found: list[Meaning], others: list[Meaning], parts: list[str], missed: Iterable[str] = ()
    ) -> Heard:  # fmt: skip
        """Reports beside something else are claims: they are answered around, and offered for recording."""
        inner = [self.judge(turn).sure for part in parts for turn in turns(part) if len(turns(part)) > 1]
        reports = [m for m in inner if m and is_report(m)]
        asked = [m for m in found if not is_report(m)]
        claims = once([*(m for m in found if is_report(m)), *reports]) if asked else []
        if any(m.entry.kind is not Kind.REPAIR for m in asked):
            return Heard(text, tuple(asked), tuple(others[:OPTIONS]), tuple(claims[:1]), tuple(missed))
        return Heard(text, tuple(found), tuple(others[:OPTIONS]), missed=tuple(missed))

    def _unsure(self, text: str, whole: Judgement, parts: list[str], judged: list[tuple[str, Judgement]]) -> Heard:
        """Nothing is sure as a whole: a part of a sentence may be, else there are likely ones, or nothing of ours is near."""
        inner = once(self.judge(turn).sure for part in parts for turn in turns(part) if len(turns(part)) > 1)
        if asked := [m for m in inner if m.entry.kind in (Kind.ANSWER, Kind.COMMAND, Kind.REFUSE)]:
            return self._with_claims(text, asked, [], parts)
        best = max([whole, *(j for _, j in judged)], key=lambda j: j.ranked[0].score if j.ranked else 0.0)
        if not best.ranked:
            return Heard(text, far=True)
        first = best.ranked[0]
        babble = self.spelling.is_babble(normal(text))
        if first.entry.kind is Kind.ELSEWHERE or first.score < LIKELY or (babble and best.nearest < FAR):
            far = first.entry.kind is Kind.ELSEWHERE or best.nearest < FAR
            return Heard(text, far=far, babble=babble)
        likely = [m for m in best.ranked if m is first or m.score >= POSSIBLE]
        return Heard(text, others=tuple(m for m in likely if m.entry.kind in (Kind.ANSWER, Kind.COMMAND, Kind.REFUSE))[:OPTIONS])


def understanding_of(entries: Iterable[Entry], folder: Path, *, relearn: bool) -> Understanding:
    """With what was learned and kept in the folder. Stale: learned anew and kept, or, without `relearn`, raises learned.Stale."""
    known = list(entries)
    examples = examples_of(known)
    others = list(dict.fromkeys(normal(p) for e in known if e.kind is Kind.OPTION for p in e.phrases))
    encoder = learn.encoder_or_none()
    key = learned.key_of(examples, others, encoder is not None)
    try:
        return Understanding(known, learned.load(folder, key), encoder)
    except learned.Stale:
        if not relearn:
            raise
    new = learn.learn(examples, others, encoder, learned.kept(folder))
    learned.save(folder, new)
    return Understanding(known, new, encoder)
