"""Machine D and the providers: every way on from what went wrong, and reality recorded from
wherever we stood."""

import pytest

from domain.machine import advance
from domain.people import CLOCK
from domain.providers import providers
from domain.providers.partnership import MACHINE, Event, State
from domain.storage.store import Tx
from tests.domain.test_machines import MIRA, TODAY


@pytest.mark.parametrize("state", [State.REJECTED, State.LINK_DEAD, State.UNCONFIRMED])
def test_a_new_link_leads_on_from_what_went_wrong(state: State) -> None:
    assert MACHINE.move(state, Event.NEW_LINK).to == State.RECEIVED


@pytest.mark.parametrize("state", [s for s in State if s not in (State.CONSIDERED, State.LISTED)])
def test_everything_but_a_partnership_that_stands_can_be_given_up(state: State) -> None:
    assert MACHINE.move(state, Event.GIVEN_UP).to == State.CONSIDERED


def test_a_provider_in_the_list_is_recorded_whatever_we_thought() -> None:
    assert all(MACHINE.move(s, Event.SEEN_IN_LIST).to == State.LISTED for s in State)


def test_no_invitation_waits_for_ever_because_the_agreement_came() -> None:
    assert MACHINE.move(State.WAITING, Event.AGREEMENT_IN_FORCE).to == State.VALIDATED
    assert "global_admin" in MACHINE.move(State.WAITING, Event.AGREEMENT_IN_FORCE).tells


def test_two_spellings_are_one_provider_and_an_id_is_confirmed_once(tx: Tx) -> None:
    id_ = providers.note(tx, "contoso", "Fabrikam  Distribution")
    assert providers.note(tx, "contoso", "fabrikam-distribution") == id_
    assert providers.note(tx, "other", "Fabrikam Distribution") != id_
    assert providers.confirm(tx, "contoso", "Fabrikam Distribution", "g1") == id_
    assert providers.confirm(tx, "contoso", "Fabrikam (new name)", "g1") == id_
    assert [(p.name, p.guid) for p in providers.of_partner(tx, "contoso")] == [
        ("Fabrikam (new name)", "g1")
    ]
    with pytest.raises(ValueError, match="letter"):
        providers.note(tx, "contoso", " - ")


def test_who_is_listed_is_one_question(tx: Tx) -> None:
    a, b = providers.note(tx, "contoso", "A"), providers.note(tx, "contoso", "B")
    advance(tx, MACHINE, a, Event.SEEN_IN_LIST, MIRA, day=TODAY, today=TODAY, partner="contoso")
    assert [p.id for p in providers.in_state(tx, "contoso")] == [a]
    assert [p.id for p in providers.in_state(tx, "contoso", [State.CONSIDERED])] == [b]
    assert CLOCK.id not in providers.states(tx, "contoso")
