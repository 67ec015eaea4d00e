"""Tenant ids, domains and Partner IDs: each in its form, swapped ones by name, broken ones with
what is wrong."""

import pytest

from domain.identifiers import (
    Identifier,
    Kind,
    WrongIdentifier,
    default_domain,
    look_at,
    partner_id,
    tenant,
    tenant_id,
)

GUID = "11111111-2222-4333-8444-555555555555"


@pytest.mark.parametrize(
    "said",
    [
        GUID,
        GUID.upper(),
        f"{{{GUID}}}",
        GUID.replace("-", ""),
        f"our tenant is {GUID}.",
        f"<{GUID}>",
        f"`{GUID}`",
        f" {GUID} ",
        f"tenant id: {GUID}, thanks",
        f"{GUID} (again {GUID})",
    ],
)
def test_a_tenant_id_is_read_in_every_usual_spelling(said: str) -> None:
    assert tenant_id(said) == GUID


@pytest.mark.parametrize(
    "said", ["contoso.onmicrosoft.com", "Contoso.OnMicrosoft.com", "it is contoso.onmicrosoft.com."]
)
def test_a_default_domain_is_read(said: str) -> None:
    assert default_domain(said) == "contoso.onmicrosoft.com"


@pytest.mark.parametrize(
    "said",
    [
        "1234567",
        "MPN 1234567",
        "partner id: 1234567",
        "#1234567",
        "1,234,567",
        "1 234 567",
        "our PLA is 1234567",
    ],
)
def test_a_partner_id_is_read(said: str) -> None:
    assert partner_id(said) == "1234567"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("1234567", Kind.PARTNER_ID),
        ("contoso.onmicrosoft.com", Kind.DOMAIN),
        ("contoso.com", Kind.OWN_DOMAIN),
        ("mira@contoso.onmicrosoft.com", Kind.EMAIL),
        (f"https://partner.microsoft.com/x?partnerId={GUID}", Kind.LINK),
    ],
)
def test_what_was_pasted_instead_of_a_tenant_id_is_named(said: str, kind: Kind) -> None:
    with pytest.raises(WrongIdentifier) as wrong:
        tenant_id(said)
    assert (wrong.value.why, wrong.value.looks_like) == ("other_kind", kind)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (GUID, Kind.TENANT),
        ("contoso.onmicrosoft.com", Kind.DOMAIN),
        ("contoso.com", Kind.OWN_DOMAIN),
    ],
)
def test_what_was_pasted_instead_of_a_partner_id_is_named(said: str, kind: Kind) -> None:
    with pytest.raises(WrongIdentifier) as wrong:
        partner_id(said)
    assert (wrong.value.why, wrong.value.looks_like) == ("other_kind", kind)


@pytest.mark.parametrize(
    ("said", "why", "kind"),
    [
        (GUID[:-1], "length", Kind.TENANT),
        (GUID + "5", "length", Kind.TENANT),
        ("1111-2222-4333-8444-5555", "length", Kind.TENANT),
        (GUID.replace("-", "")[:-2], "length", Kind.TENANT),
        (GUID.replace("8", "o"), "not_hex", Kind.TENANT),
        ("00000000-0000-0000-0000-000000000000", "placeholder", Kind.TENANT),
        (f"{GUID} or {GUID[:-1]}6", "several", Kind.NOTHING),
        ("1234", "length", Kind.PARTNER_ID),
        ("12345678901", "length", Kind.PARTNER_ID),
        ("0000000", "placeholder", Kind.PARTNER_ID),
        ("1234567 or 7654321", "several", Kind.NOTHING),
        ("contoso.onmicrosft.com", "misspelled", Kind.DOMAIN),
        ("contoso.onmicrosoft", "misspelled", Kind.DOMAIN),
        ("contosoonmicrosoft.com", "misspelled", Kind.DOMAIN),
        ("contoso.mail.onmicrosoft.com", "misspelled", Kind.DOMAIN),
        ("contosо.onmicrosoft.com", "not_ascii", Kind.DOMAIN),
        ("contoso", "none", Kind.NOTHING),
        ("", "none", Kind.NOTHING),
        ("no idea", "none", Kind.NOTHING),
        ("12O4567", "none", Kind.NOTHING),
        ("a.onmicrosoft.com and b.onmicrosoft.com", "several", Kind.NOTHING),
    ],
)
def test_what_is_broken_says_what_is_wrong(said: str, why: str, kind: Kind) -> None:
    with pytest.raises(WrongIdentifier) as wrong:
        look_at(said)
    assert (wrong.value.why, wrong.value.looks_like) == (why, kind)


def test_a_tenant_may_be_said_by_its_domain() -> None:
    assert tenant("contoso.onmicrosoft.com") == Identifier(Kind.DOMAIN, "contoso.onmicrosoft.com")
    assert tenant(GUID) == Identifier(Kind.TENANT, GUID)


@pytest.mark.parametrize(
    "said", ["-" * 900, "1" * 900, "a." * 400, "f-" * 400, "\x00", "é" * 900, "@" * 900]
)
def test_nonsense_is_refused_and_breaks_nothing(said: str) -> None:
    with pytest.raises(WrongIdentifier):
        look_at(said)
