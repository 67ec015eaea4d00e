"""People send what Excel saves. Each kind of file gives the same rows, and none can take the bot
with it."""

import datetime
import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import xlwt
from aiohttp import web

from bot.inbound import sheet_reader, spreadsheets
from bot.inbound.spreadsheets import text_of
from domain.customers.customer_list import parse
from domain.customers.delimited import BadList
from tests.bot.recording import RecordingSlack, Requests, direct
from tests.bot.running import Running, until

GUID = "aaaaaaaa-bbbb-4ccc-8ddd-{:012x}"
Rows = list[list[Any]]
HEAD = ["Company name", "Tenant ID", "Kind"]
TABLE: Rows = [
    HEAD,
    ["Müller & Söhne GmbH", GUID.format(1), "direct"],
    [],
    ["42", GUID.format(2), "new"],
]


def xlsx(**sheets: Rows) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name.startswith("hidden") else "visible"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(**sheets: Rows) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for n, row in enumerate(rows):
            for m, cell in enumerate(row):
                sheet.write(n, m, cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods(**sheets: Rows) -> bytes:
    def cell(said: object) -> str:
        text = str(said).replace("&", "&amp;")
        return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'

    tables = "".join(
        f'<table:table table:name="{name}">'
        + "".join(
            f"<table:table-row>{''.join(map(cell, row)) or '<table:table-cell/>'}</table:table-row>"
            for row in rows
        )
        + "</table:table>"
        for name, rows in sheets.items()
    )
    return opened(tables)


def opened(tables: str) -> bytes:
    kinds = ("office", "table", "text")
    names = " ".join(f'xmlns:{k}="urn:oasis:names:tc:opendocument:xmlns:{k}:1.0"' for k in kinds)
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(
            "mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED
        )
        manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
        file.writestr("META-INF/manifest.xml", f'<manifest xmlns="{manifest}"/>')
        file.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {names}>{body}</office:document-content>',
        )
    return out.getvalue()


@pytest.mark.parametrize("kind", [xlsx, xls, ods], ids=["xlsx", "xls", "ods"])
def test_every_kind_of_spreadsheet_gives_the_same_rows_by_their_numbers(
    kind: Callable[..., bytes],
) -> None:
    parsed = parse(text_of(kind(Customers=TABLE)))
    assert [(r.line, r.name, r.guid, r.kind) for r in parsed.rows] == [
        (2, "Müller & Söhne GmbH", GUID.format(1), "direct"),
        (4, "42", GUID.format(2), "new"),
    ]
    assert not parsed.wrong and parsed.empty == 1


def test_cells_read_as_a_person_reads_them() -> None:
    day = datetime.date(2026, 11, 24)
    rows: Rows = [["Name", "Since"], [4711, day], [" two\nlines ", True], ['"quoted", Inc.', 0.5]]
    assert text_of(xlsx(One=rows)).splitlines() == [
        "Name,Since",
        "4711,2026-11-24",
        "two lines,True",
        '"""quoted"", Inc.",0.5',
    ]


def test_the_sheet_that_names_its_columns_is_the_list_and_hidden_ones_are_not_read() -> None:
    other: Rows = [["Read me"], ["Exported for Grace"]]
    found = text_of(xlsx(Notes=other, Customers=TABLE, hidden=TABLE))
    assert [r.line for r in parse(found).rows] == [2, 4]
    plain = text_of(xlsx(Empty=[], Only=[["Fabrikam"], ["Tailspin Toys"]]))
    assert [r.name for r in parse(plain).rows] == ["Fabrikam", "Tailspin Toys"]


def test_customers_on_several_sheets_are_not_half_taken() -> None:
    with pytest.raises(BadList) as refused:
        text_of(xlsx(North=TABLE, South=TABLE))
    assert (refused.value.why, refused.value.what) == ("sheets", "North, South")


def test_lines_above_the_table_of_an_export_are_no_customers() -> None:
    above: Rows = [["Customers of Northlight"], ["Exported", "24 Nov 2026"], []]
    parsed = parse(text_of(xlsx(Export=[*above, *TABLE])))
    assert [(r.line, r.name) for r in parsed.rows] == [(5, "Müller & Söhne GmbH"), (7, "42")]


@pytest.mark.parametrize(
    "raw",
    [
        b"PK\x03\x04rest",
        b"\xd0\xcf\x11\xe0rest",
        xlsx(One=TABLE)[:-200],
        ods(One=TABLE).replace(b"content.xml", b"contemt.xml"),
        opened('<table:table table:name="x"><table:table-row>'),
    ],
    ids=["zip", "ole", "cut off", "no content", "broken xml"],
)
def test_what_cannot_be_opened_is_refused_by_name(raw: bytes) -> None:
    with pytest.raises(BadList) as refused:
        text_of(raw)
    assert refused.value.why == "spreadsheet"


def far_cell() -> bytes:
    """One cell in the last row and column that there is: as a block, 17,000 million cells."""
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "Name", "x"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repeated() -> bytes:
    cell = '<table:table-cell office:value-type="string" table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    return opened(f'<table:table table:name="x">{row}</table:table>')


@pytest.mark.parametrize("make", [far_cell, repeated])
def test_a_small_file_that_unpacks_to_everything_takes_nothing_with_it(
    make: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = make()
    assert len(raw) < 20_000
    with pytest.raises(BadList) as refused:
        text_of(raw)
    assert refused.value.why in ("spreadsheet", "too_big")


def test_a_file_that_says_it_is_larger_than_100_mb_is_not_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/worksheets/sheet1.xml", b"0" * 100_000_001)
    monkeypatch.setattr(spreadsheets, "_read", lambda _: pytest.fail("it was opened"))
    for raw in (out.getvalue(), b"PK\x03\x04" + b"0" * 4_000_000):
        with pytest.raises(BadList) as refused:
            text_of(raw)
        assert refused.value.why == "too_big"


def test_the_reader_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}

    def run(command: list[str], **said: Any) -> Any:
        seen.update(said, command=command)
        raise OSError

    monkeypatch.setattr(spreadsheets.subprocess, "run", run)
    with pytest.raises(BadList):
        text_of(xlsx(One=TABLE))
    assert set(seen["env"]) <= {"SYSTEMROOT"} and seen["command"][1] == "-I"
    assert sheet_reader.MEMORY <= 1 << 30


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_an_export_with_lines_above_in_every_encoding(encoding: str, mark: str) -> None:
    lines = [
        ["Kunden"],
        ["Exportiert am: 24.11.2026 09:00"],
        ["Partner: Contoso GmbH"],
        [],
        ["Microsoft ID", "Company name", "Primary domain name", "Relationship"],
        [GUID.format(1), "Ölfrachten AG", "oel.onmicrosoft.com", "Cloud Reseller"],
        [GUID.format(2), "Söhne & Co", "soehne.onmicrosoft.com", "Cloud Reseller"],
    ]
    text = "\r\n".join(mark.join(line) for line in lines) + "\r\n"
    parsed = parse(text_of(text.encode(encoding)))
    assert [(r.line, r.name, r.guid) for r in parsed.rows] == [
        (6, "Ölfrachten AG", GUID.format(1)),
        (7, "Söhne & Co", GUID.format(2)),
    ]
    assert not parsed.wrong


def test_2000_customers_of_a_spreadsheet_over_http(bot: Running, slack: RecordingSlack) -> None:
    rows: Rows = [[f"Customer {n}", GUID.format(n), "direct"] for n in range(2_000)]
    body = xlsx(Sheet1=[["Export"], HEAD, *rows])
    slack.plan["files.list"] = [lambda _: web.Response(body=body)]
    file = {
        "id": "F9",
        "filetype": "binary",
        "name": "Customers.XLSX",
        "url_private_download": slack.url + "files.list",
    }
    requests = Requests(bot.url)
    said = direct("U01MIRA", "", requests.ts()) | {"subtype": "file_share", "files": [file]}
    assert requests.event(said)[0] == 200
    (taken,) = until(lambda: slack.posted("customers/taken"))
    assert "2,000" in str(taken) or "2000" in str(taken)
