"""Each way to mislead with a link, over its whole kind: names, labels, what is not shown, slashes,
line breaks."""

import itertools
import json
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.links.link_found import SLACK_AT_MOST
from domain.links.link_policy import POLICY
from domain.links.link_text import judge_text
from domain.links.links import judge
from tests.domain.test_links import CUSTOMER, DATA, INVITE, JOINT, PAGE, PROVIDER, P, amp
from tests.loops import for_each

KINDS = [json.loads(line) for line in (DATA / "links-kinds.jsonl").read_text("utf-8").splitlines()]
REGION = (
    "https://{}.safelinks.protection.outlook.com/?{}="
    + quote(INVITE, safe="")
    + "&data=05%7C02%7Cx&sdata=y&reserved=0"
)
ANCHOR = f'<a href="{INVITE}">Accept</a>'
NAMES = ("invType", "partnerId", "msppId", "indirectCSPId", "DAP")
FULL = JOINT.replace("#", "&DAP=false#")


@for_each("case", KINDS, of=lambda c: c["id"])
def test_the_cases_written_by_kind_agree_with_every_label(case: dict[str, str]) -> None:
    found = judge_text(case["form"], case["input"], P)
    if case.get("or_asked") and not found.accepted:
        assert found.reason
        return
    assert found.accepted == (case["label"] == "accept"), (found, case["reason"])
    assert found.relay == case.get("relay", "")


def spellings(name: str) -> set[str]:
    """Every other spelling of a name, each letter small, capital or behind a percent sign."""
    forms = [
        (
            letter.lower(),
            letter.upper(),
            f"%{ord(letter):02X}",
            f"%{ord(letter):02x}",
            f"%25{ord(letter):02X}",
        )
        for letter in name
    ]
    return {"".join(one) for one in itertools.product(*forms)} - {name}


def test_the_parameter_of_safe_links_counts_in_one_spelling() -> None:
    found = spellings("url")
    assert len(found) > 30
    assert [s for s in found if judge(REGION.format("nam02", s), P).accepted] == []
    assert judge(REGION.format("nam02", "url"), P).relay == INVITE


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(NAMES), st.data())
def test_the_parameters_of_an_invitation_count_in_one_spelling(
    name: str, data: st.DataObject
) -> None:
    def forms(letter: str) -> st.SearchStrategy[str]:
        return st.sampled_from(
            [letter.lower(), letter.upper(), f"%{ord(letter):02X}", f"%25{ord(letter):02x}"]
        )

    said = data.draw(st.tuples(*map(forms, name)).map("".join))
    found = judge(FULL.replace(f"{name}=", f"{said}="), P)
    assert found.accepted == (said == name), found


@settings(deadline=None)
@given(st.from_regex(r"[a-z]{2,6}[0-9]{2}", fullmatch=True), st.sampled_from([P, POLICY]))
def test_safe_links_of_every_region_are_unwrapped(region: str, policy: object) -> None:
    assert judge(REGION.format(region, "url"), policy).relay == INVITE  # type: ignore[arg-type]
    assert not judge(
        REGION.format(region, "url").replace(".com/", ".com.evil.example/", 1), P
    ).accepted
    assert not judge(REGION.format(f"evil.{region}", "url"), P).accepted


def numbers(parts: list[int]) -> list[str]:
    """An IPv4 address in the ways in which a browser takes one."""
    whole = int.from_bytes(bytes(parts))
    two, three = f"{parts[0]}.{whole & 0xFFFFFF}", f"{parts[0]}.{parts[1]}.{whole & 0xFFFF}"
    dotted = (".".join(f % n for n in parts) for f in ("%d", "%#x", "0%o", "%#04X"))
    return [
        *dotted,
        f"{parts[0]:#x}.{parts[1]}.0{parts[2]:o}.{parts[3]}",
        two,
        three,
        str(whole),
        hex(whole),
        f"0{whole:o}",
    ]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.integers(0, 255), min_size=4, max_size=4)
    .filter(lambda p: p[0] > 0)
    .flatmap(lambda p: st.sampled_from(numbers(p)))
    | st.ip_addresses(v=6).map(lambda ip: f"[{ip}]")
    | st.from_regex(r"[a-z][a-z0-9-]{0,8}[a-z0-9]", fullmatch=True),
    st.sampled_from(
        [
            "http://{}/",
            "https://{}",
            "//{}/x",
            "\\\\{}\\x",
            "https:\\\\{}",
            "https:/{}/",
            "HTTPS://a@{}:443/",
            "see https://{}/ for it",
            "／／{}／",
        ]
    ),
)
def test_a_label_that_names_a_host_in_any_form_is_refused(host: str, around: str) -> None:
    label = around.format(host)
    assert judge_text("slack", f"<{INVITE}|{amp(label)}>", P).reason == "label"
    assert judge_text("email_html", f'<a href="{INVITE}">{label}</a>', P).reason == "label"
    assert (
        judge_text("email_html", f'<a href="{INVITE}"><img alt="{label}"></a>', P).reason == "label"
    )


@given(st.ip_addresses().filter(lambda ip: int(ip) > 255))
@settings(deadline=None)
def test_a_label_that_is_an_address_is_refused(ip: object) -> None:
    assert judge_text("slack", f"<{INVITE}|{ip}>", P).reason == "label"


RAW = "title textarea xmp plaintext noscript iframe noembed noframes style script template object canvas svg math video audio select".split()
AROUND = ("{0}", "<p>{0}</p>", "<table><tr><td>{0}</td></tr></table>")


@pytest.mark.parametrize("element", RAW)
def test_a_link_in_what_a_browser_does_not_show_as_one_is_none(element: str) -> None:
    starts = (f"<{element}>", f"<{element.upper()} a=b>", f"<{element}\n>", f"<{element}/>")
    ends = (f"</{element}>", f"</{element.title()} >", f"</{element} x>", f"</{element}/>", "")
    for start, end, around in itertools.product(starts, ends, AROUND):
        found = judge_text("email_html", around.format(f"Hello {start}{ANCHOR}{end}"), P)
        assert not found.relay, (start, end, found)


HIDING = (
    "display:none",
    "visibility:hidden",
    "opacity:0",
    "font-size:0",
    "max-height:0",
    "mso-hide:all",
    "text-indent:-999px",
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(HIDING), st.data(), st.sampled_from(["div", "p", "td", "span", "a", "ul"]))
def test_a_hidden_link_is_none_however_the_style_is_written(
    style: str, data: st.DataObject, element: str
) -> None:
    name, _, value = style.partition(":")
    between = data.draw(st.tuples(*[st.sampled_from(["", " ", "/**/", "\n"])] * 3))
    first = data.draw(
        st.sampled_from([name[0], name[0].upper(), f"\\{ord(name[0]):06x}", f"&#{ord(name[0])};"])
    )
    written = f"color:red;{first}{name[1:]}{between[0]}:{between[1]}{value}{between[2]}!important"
    link = f'<{element} style="{written}"><b>{ANCHOR}</b></{element}>'
    if element == "a":
        link = ANCHOR.replace("<a ", f'<a style="{written}" ')
    assert not judge_text("email_html", f"<p>Hello</p>{link}", P).relay
    assert judge_text("email_html", f"{link}<p>{ANCHOR}</p>", P).relay == INVITE
    assert (
        judge_text(
            "email_html", f"{link.replace(INVITE, 'https://evil.example/')}<p>{ANCHOR}</p>", P
        ).reason
        == "two_links"
    )


SLASHES = "\u2044\u2215\u2571\u27cb\u29f6\u29f8\uff0f\u3033\u30ce\u4e3f\u1735\u2cc6\u2afd\U0001d23a\uff3c\u2216\u29f5\ufe68\u29f9\u27cd"


@pytest.mark.parametrize("sign", SLASHES, ids=lambda s: f"U+{ord(s):04X}")
def test_a_slash_in_disguise_does_not_lead_elsewhere(sign: str) -> None:
    once, twice = quote(sign), quote(quote(sign))
    places = ("?r={}", "#{}", "#/x?r={}", "?r=https:{}", "?r=%20{}", "?{}")
    for place, one, other in itertools.product(
        places, (sign, once, twice), (sign, once, twice, "/", "%2F")
    ):
        for target in ("evil.example", "evil", "3405803785"):
            assert not judge(PAGE + place.format(f"{one}{other}{target}"), P).accepted, (
                place,
                one,
                other,
            )
        assert not judge(PAGE + place.format(f"{one}evil.example{other}x"), P).accepted
    assert not judge(f"https://partner.microsoft.com/dashboard{once}home", P).accepted
    assert not judge(f"https://partner.microsoft.com/dashboard/a{once}home", P).accepted


WRAPPED = (
    INVITE,
    JOINT,
    CUSTOMER,
    PAGE,
    REGION.format("eur03", "url"),
    f"{INVITE}9",
    f"https://partner.microsoft.com/en-us/dashboard/v2/invitation/{PROVIDER}?tab=Home&x=1#/section/one",
    "https://partner.microsoft.com/dashboard/My-Best/If/The-Home/",
    "https://partner.microsoft.com/dashboard/home.aspx",
)
BREAKS = ("\n", " \n", "\r\n", "\n  ", "\n> ")
AFTER = (
    "",
    " and sign in",
    "\n\nRegards",
    "\nRegards, Anna",
    "\nAnna Berg",
    ".",
    "\nmore text, and more",
)


@pytest.mark.parametrize(
    "link",
    [*WRAPPED[:2], *(pytest.param(link, marks=pytest.mark.slow) for link in WRAPPED[2:])],
)
def test_a_link_cut_by_a_line_break_is_relayed_whole_or_not_at_all(link: str) -> None:
    whole, shorter = judge(link, P).relay, 0
    assert whole
    for at, (n, cut) in itertools.product(range(1, len(link)), enumerate(BREAKS)):
        a, b, after = link[:at], link[at:], AFTER[(at + n) % len(AFTER)]
        marked, dead = f"see <{amp(a)}>", amp(b)
        for form, text in (
            ("email_text", f"Please accept: {a}{cut}{b}{after}"),
            ("email_text", f"Accept<{a}{cut}{b}>{after}"),
            ("slack", f"{marked}{cut.replace('>', '&gt;')}{dead}{after}"),
            ("slack", f"see {amp(a)}{cut.replace('>', '&gt;')}{dead}{after}"),
        ):
            relayed = judge_text(form, text, P).relay
            assert relayed in ("", whole), (text, relayed)
            shorter += relayed == whole
    assert shorter > len(link)  # most are joined, not refused


@pytest.mark.parametrize("width", [8, 20, 40, 60, 72, 76, 78])
@pytest.mark.parametrize("link", WRAPPED)
def test_a_link_over_many_lines_is_relayed_whole_or_not_at_all(link: str, width: int) -> None:
    lines = [link[n : n + width] for n in range(0, len(link), width)]
    for cut in BREAKS:
        assert judge_text("email_text", cut.join(lines) + "\n\nRegards", P).relay in (
            "",
            judge(link, P).relay,
        )


def test_a_flowed_invitation_at_the_usual_width_is_joined() -> None:
    for link, width in itertools.product((INVITE, JOINT, CUSTOMER), (66, 72, 76)):
        text = " \n".join(link[n : n + width] for n in range(0, len(link), width))
        assert judge_text("email_text", f"Hello,\n\n{text}\n\nRegards", P).relay == link


def test_an_id_that_is_cut_off_is_asked_about() -> None:
    for at in range(len(INVITE) - 27, len(INVITE)):
        assert judge_text("email_text", f"{INVITE[:at]}\n\nRegards", P).reason == "wrapped"


def test_a_long_text_of_broken_lines_is_read_to_its_end() -> None:
    for text in (
        "https://a/\n" + "x\n" * 90_000,
        "https://partner.microsoft.com/dashboard/a\n" * 4_000,
        f"<{PAGE}\n" * 3_000,
    ):
        for found in (
            judge_text("email_text", text, P),
            judge_text("slack", text[: SLACK_AT_MOST - 10], P),
        ):
            assert found.reason or found.relay in text.replace("<", "").split("\n")


def test_the_data_is_as_large_as_it_says() -> None:
    assert len(KINDS) >= 300
    assert str(len(KINDS)) in Path("tests/data/LICENSES.md").read_text("utf-8")
