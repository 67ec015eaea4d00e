"""Lists as people have them: every row gets a result, by its line; nothing in them comes alive."""

import pytest

from domain.customers import customer_list
from domain.customers.customer_list import (
    MOST_ROWS,
    Row,
    Wrong,
    is_plainly_a_list,
    parse,
    sought,
)
from domain.customers.delimited import BadList, decode

GUID = "aaaaaaaa-bbbb-4ccc-8ddd-{:012x}"


def results(text: str) -> dict[int, str]:
    """line -> the row's name, or why it is wrong"""
    parsed = parse(text)
    return {r.line: r.name for r in parsed.rows} | {w.line: f"!{w.why}" for w in parsed.wrong}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"]
)
def test_every_delimiter_in_every_encoding(delimiter: str, encoding: str) -> None:
    lines = [
        ("Company name", "Tenant ID"),
        ("Müller & Söhne GmbH", GUID.format(1)),
        ("Ölfrachten AG", GUID.format(2)),
    ]
    parsed = parse(decode("\r\n".join(delimiter.join(line) for line in lines).encode(encoding)))
    assert [(r.line, r.name, r.guid) for r in parsed.rows] == [(n, *lines[n - 1]) for n in (2, 3)]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"PK\x03\x04rest", "spreadsheet"),
        (b"\xd0\xcf\x11\xe0rest", "spreadsheet"),
        (b"%PDF-1.7", "not_text"),
        (b"\x00\x01\x02\x03name", "encoding"),
        ("Müller\nSöhne\nÄrzte\n".encode() + b"\xff\xfc", "encoding"),
        (b"a" * 4_000_001, "too_big"),
        (b"\xff\xfe\x00", "encoding"),
    ],
)
def test_what_is_no_text_is_refused_by_name(raw: bytes, why: str) -> None:
    with pytest.raises(BadList) as refused:
        decode(raw)
    assert refused.value.why == why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (" \n;;\n", "empty"),
        ("name,domain\n", "empty"),
        ("Tenant ID;Domain\nx;y", "no_name"),
        ('name\n"' + "x" * 200_000, "broken"),
    ],
)
def test_what_cannot_be_taken_as_a_whole(text: str, why: str) -> None:
    with pytest.raises(BadList) as refused:
        parse(text)
    assert refused.value.why == why


def test_ten_thousand_rows_are_read_and_one_more_is_refused_whole() -> None:
    lines = ["name;tenant"] + [f"Customer {n};{GUID.format(n)}" for n in range(MOST_ROWS)]
    assert len(parse("\n".join(lines)).rows) == MOST_ROWS
    with pytest.raises(BadList) as refused:
        parse("\n".join([*lines, "One more;"]))
    assert (refused.value.why, refused.value.what) == ("too_many", "10001")


def test_bad_rows_are_named_by_the_line_on_which_they_begin() -> None:
    text = (
        'Name,Tenant,Kind\nGood,,\n,x,\n\n"Two\nlines",,\nBad id,1234567,\nBad too,not-a-domain,\nOdd,,maybe\n'
        + "x" * 200
        + ",,\nLast,,new\n"
    )
    assert results(text) == {
        2: "Good",
        3: "!no_name",
        5: "!broken",
        7: "!partner_id",
        8: "!bad_tenant",
        9: "!bad_kind",
        10: "!long_name",
        11: "Last",
    }
    assert parse(text).empty == 1


def test_a_formula_is_no_customers_name() -> None:
    text = 'name\n=HYPERLINK("http://x";1)\n@SUM(A1)\n+49 Consulting\n-1+2\n@Home GmbH\nPlain\n'
    assert results(text) == {
        2: "!formula",
        3: "!formula",
        4: "+49 Consulting",
        5: "!formula",
        6: "@Home GmbH",
        7: "Plain",
    }
    assert results("name,tenant\nX,=cmd|' /C calc'!A0\n") == {2: "!bad_tenant"}


ROWS = (
    "Northwind Traders,northwind.onmicrosoft.com",
    "Fabrikam Foods,fabrikamfoods.onmicrosoft.com",
)


@pytest.mark.parametrize(
    "above",
    [
        "here's our customers:",
        "Here are all our customers",
        "hi, this is the list you asked for:",
        "Hello Changeover,",
        "please add these",
        "can you import them?",
        "these are the ones we sell to directly, I think:",
        "customers:",
        "attached: the export from Partner Center",
    ],
)
@pytest.mark.parametrize("head", ["name,tenant\n", ""])
def test_a_sentence_above_a_list_is_no_row(above: str, head: str) -> None:
    text = f"{above}\n{head}" + "\n".join(ROWS)
    first = 3 if head else 2
    assert results(text) == {first: "Northwind Traders", first + 1: "Fabrikam Foods"}
    assert parse(text).empty == 0
    assert is_plainly_a_list(text)


@pytest.mark.parametrize(
    "below",
    [
        "thanks",
        "Thanks a lot!",
        "\nBest regards",
        "that's all",
        "can you add them?",
        "these are all",
    ],
)
def test_a_sentence_below_a_list_is_no_row(below: str) -> None:
    text = "name,tenant\n" + "\n".join(ROWS) + f"\n{below}\n"
    assert results(text) == {2: "Northwind Traders", 3: "Fabrikam Foods"}


@pytest.mark.parametrize(
    "name",
    [
        "Best For You Organics Company",
        "Here Technologies",
        "All Our Foods",
        "The List Company",
        "Thanks Giving Foods",
        "We Have Bikes GmbH",
        "Hello Fresh",
        "Dear Diary, diary.onmicrosoft.com",
    ],
)
def test_a_customers_name_is_no_sentence(name: str) -> None:
    """A row stays a row wherever it stands: below the line that names the columns, and between
    others."""
    rows = results(f"name,tenant\n{name}\n{ROWS[0]}\n")
    assert rows[2] == name.partition(",")[0]


@pytest.mark.parametrize(
    "text",
    [
        "here's our customers:",
        "we were approved, and Grace accepted the agreement\nwhat happens next",
        "Contoso GmbH, contoso.onmicrosoft.com",
        "name\ncompany",
        "our customers are worried, what do we tell them\nthey ask every day, really",
    ],
)
def test_sentences_are_no_list(text: str) -> None:
    assert not is_plainly_a_list(text)


def test_duplicates_within_the_list_name_the_line_that_they_repeat() -> None:
    text = f"name,tenant\nContoso,\ncontoso,\nFabrikam,{GUID.format(1)}\nFabrikam Ltd,{GUID.format(1).upper()}\nFabrikam,{GUID.format(2)}\nFabrikam,\nContoso,{GUID.format(3)}\n"
    parsed = parse(text)
    assert [(w.line, w.why, w.what) for w in parsed.wrong] == [
        (3, "duplicate", "2"),
        (5, "duplicate", "4"),
        (7, "duplicate", "4"),
        (8, "duplicate", "2"),
    ]
    assert [r.line for r in parsed.rows] == [2, 4, 6]


def test_swapped_columns_are_understood_by_what_stands_in_them() -> None:
    (row,) = parse(
        f"name,domain,tenant id\nContoso,{GUID.format(1)},contoso.onmicrosoft.com\n"
    ).rows
    assert (row.guid, row.domain) == (GUID.format(1), "contoso.onmicrosoft.com")
    assert results(f"name,domain,tenant id\nContoso,{GUID.format(2)},{GUID.format(1)}\n") == {
        2: "!two_tenants"
    }


def test_without_a_header_the_first_cell_is_the_name() -> None:
    parsed = parse(
        "Contoso, Inc., contoso.onmicrosoft.com, new\nFabrikam\nAcme GmbH; no cells here\n"
    )
    assert parsed.rows[0] == Row(1, "Contoso, Inc.", domain="contoso.onmicrosoft.com", kind="new")
    assert [r.name for r in parsed.rows] == [
        "Contoso, Inc.",
        "Fabrikam",
        "Acme GmbH; no cells here",
    ]


def test_excels_own_first_line_and_partner_centers_names() -> None:
    parsed = parse(
        "sep=;\nMicrosoft ID;Company name;Primary domain name\n"
        + GUID.format(7)
        + ";Contoso;contoso.onmicrosoft.com\n"
    )
    assert [(r.line, r.name, r.guid) for r in parsed.rows] == [(3, "Contoso", GUID.format(7))]


def test_invisible_signs_do_not_make_another_customer() -> None:
    assert parse("name\nCon\u200btoso\nContoso\n").wrong == [Wrong(3, "duplicate", "2")]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Contoso GmbH", "contoso"),
        ("Fabrikam, Inc.", "fabrikam"),
        ("Müller GmbH & Co. KG", "müller"),
        ("AG", "ag"),
        ("Wide World Importers", "wide world importers"),
        ("A. Datum S.A.", "a datum"),
        ("Ltd.", "ltd"),
    ],
)
def test_a_name_is_looked_for_without_its_legal_form(name: str, said: str) -> None:
    assert sought(name) == said


def test_a_list_never_breaks_the_reader() -> None:
    for text in (
        '"',
        '""',
        "a\rb",
        "\t\t\t",
        "a\0b",
        "name\n\ufeff",
        '"a""b",c',
        "n,a,m,e\n" * 3,
        "=1",
        ";",
        "name;name;name\na;b;c",
    ):
        try:
            parsed = parse(text)
        except BadList:
            continue
        assert all(isinstance(r, Row) for r in parsed.rows)
        assert all(w.why for w in parsed.wrong)
    assert customer_list.clean("\u202eevil\u202c \x07") == "evil"
