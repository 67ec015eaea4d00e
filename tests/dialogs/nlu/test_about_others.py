"""What happened to others, or may happen, is never recorded about us.

Seen: "our reseller friends say they are restricted now, does that hit us too?" recorded our own
direct bill as restricted.
"""

import pytest

from dialogs.nlu.about_others import is_about_others

OTHERS = (
    "our reseller friends say they are restricted now, does that hit us too?",
    "our reseller friends say they are restricted now",
    "a customer of ours was suspended",
    "another partner got approved in two days",
    "if we get restricted, can we still sell?",
    "what happens if we are rejected",
    "a friend of mine lost his direct bill status last week",
    "some partners were revoked in october",
    "we heard that another reseller was kicked out",
    "other resellers have been suspended already",
    "one of our customers accepted the agreement yesterday",
    "our competitor got rejected twice",
    "suppose we accepted the agreement, could we go back",
    "let's say we were approved, what comes next?",
    "people on reddit say they were restricted without a notice",
    "my old company was suspended last year",
    "somebody I know got removed from the program",
    "if microsoft rejects us we have a problem",
    "once we are approved we accept",
    "we are afraid we get suspended",
    "our sister company has accepted already",
    "most partners we know have been restricted",
    "a colleague from another company says they submitted theirs in june",
    "should we be restricted, what then?",
    "what if Grace accepted it by mistake?",
    "in case we get revoked, who moves our customers?",
    "our customers got a notice from microsoft",
    "a partner of ours left the program",
    "when we are restricted, can customers still buy?",
    "hypothetically, if we had accepted on Monday, when would the API stop?",
    "I know a reseller who was rejected because of the address",
    "they told me a different msp was approved within a day",
    "would we be suspended if we miss the date",
    "we might be rejected",
    "the other resellers were approved faster than us",
    "our neighbours at Litware are a reseller and they got suspended",
    "two of our clients signed the agreement",
    "we will submit tomorrow",
    "our parent company was approved in may, we are next",
    "clients have accepted the mca",
    "before we accepted, could we still go back",
    "another CSP told us they had to reapply",
)
OURS = (
    "we were approved yesterday",
    "Grace accepted the agreement this morning",
    "we are restricted since monday",
    "microsoft rejected us",
    "we got the approval mail, what if we wait?",
    "we submitted it on friday",
    "our enrollment was approved, and a friend says we should accept fast",
    "they rejected our application",
    "I accepted it",
    "we were suspended last week and our customers are angry",
    "another partner told us to hurry, so we accepted the agreement today",
    "the agreement was accepted",
    "approved!",
    "rejected again",
    "our direct bill was revoked yesterday",
    "we told our customers that we were approved",
    "microsoft is kicking us out, we got a notice on monday",
    "the board approved it, we submitted today",
    "Otto declined",
    "we have been restricted like other partners",
    "our tenant is restricted",
    "our agreement is visible now",
    "microsoft approved us yesterday",
    "we lost direct bill last week, can our customers stay?",
    "hello",
    "thanks",
    "what is an indirect reseller",
    "can we roll back?",
    "the invitation was accepted",
    "we withdrew the enrollment today",
    "my application got declined, what now?",
    "we received a restriction notice",
    "good news: approved since monday, when do we accept?",
    "we accepted on monday. if that was wrong, what can we do?",
    "our company got suspended",
    "I submitted the appeal yesterday",
    "we enrolled our tenant on tuesday",
    "it shows Restricted on our page, so we were restricted",
    "they suspended us although other partners got a warning",
    "we accepted, they did not",
    "all done, accepted",
    "after a customer asked, we submitted the enrollment yesterday",
)


@pytest.mark.parametrize("text", OTHERS)
def test_what_others_are_or_what_may_be_is_not_about_us(text: str) -> None:
    assert is_about_others(text)


@pytest.mark.parametrize("text", OURS)
def test_what_happened_to_us_is_about_us(text: str) -> None:
    assert not is_about_others(text)
