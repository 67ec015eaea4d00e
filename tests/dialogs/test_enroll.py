"""From the first question to the agreement on the screen."""

from tests.conftest import Somebody, Workspace


def test_enrolling_asks_one_thing_at_a_time(mira: Somebody) -> None:
    mira.says("I want to enroll").hears("enroll/ask_profile")
    mira.clicks("enroll.profile.current").hears("enroll/ask_tenant")
    mira.clicks("enroll.tenant.this").hears("enroll/ask_standing")
    mira.clicks("enroll.standing.restricted").hears("enroll/ask_weighed")
    mira.clicks("enroll.weighed.weighed").hears("enroll/ask_admin")
    mira.says("Grace").hears("enroll/ask_submitted_on")
    mira.clicks("enroll.submitted_on.today").hears("enroll/submitted", "enroll/ask_outcome")
    mira.clicks("enroll.outcome.pending").hears("enroll/waiting")
