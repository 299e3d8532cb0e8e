from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.export import Sheet

CELLS = st.text(st.sampled_from('ab,;\t"\n\r é株='), max_size=6)
TABLES = st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=5)
DIALECTS = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(",;\t"),
        "lineterminator": st.sampled_from(["\n", "\r\n", "\r"]),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    }
)
steady = settings(derandomize=True, deadline=None)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])


def written(table: list[list[str]], **dialect) -> str:
    text = io.StringIO()
    csv.writer(text, **dialect).writerows(table)
    return text.getvalue()


@steady
@given(TABLES, DIALECTS, ENCODINGS, st.booleans())
def test_what_is_not_changed_stays_byte_for_byte(table, dialect, encoding, cut):
    text = written([["h1", "h2"], *table], **dialect)
    data = (text.rstrip("\r\n") if cut else text).encode(encoding)
    assert Sheet(data, name="s.csv").encode() == data


@steady
@given(TABLES, DIALECTS)
def test_cells_are_read_as_the_csv_module_reads_them(table, dialect):
    text = written([["h1", "h2"], *table], **dialect)
    sheet = Sheet(text.encode(), name="s.csv")
    expected = csv.reader(io.StringIO(text, newline=""), delimiter=dialect["delimiter"])
    assert [sheet.header, *(row.values for row in sheet.rows)] == [row or [""] for row in expected]


@steady
@given(TABLES, DIALECTS, CELLS)
def test_a_cell_that_is_entered_is_read_again_and_nothing_else_changes(table, dialect, text):
    sheet = Sheet(written([["h1", "h2"], *table], **dialect).encode(), name="s.csv")
    before = [list(row.values) for row in sheet.rows]
    sheet.enter(sheet.rows[-1], 1, text)
    before[-1][1:2] = [text]
    assert [row.values for row in Sheet(sheet.encode(), name="s.csv").rows] == before


@pytest.mark.parametrize(
    ("row", "entered"),
    [
        (b"a,", b"a,7"),
        (b'a,""', b'a,"7"'),
        (b'"a","5.00"', b'"a","7"'),
        (b"a", b"a,7"),
        (b"a,5,x", b"a,7,x"),
    ],
)
def test_a_cell_is_quoted_as_it_was(row, entered):
    sheet = Sheet(b"h1,h2\r\n" + row + b"\r\n\r\n", name="s.csv")
    sheet.enter(sheet.rows[0], 1, "7")
    assert sheet.encode() == b"h1,h2\r\n" + entered + b"\r\n\r\n"


def test_a_separator_in_a_cell_is_quoted():
    comma, semicolon = (Sheet(f"h1{sep}h2\na{sep}".encode(), name="s.csv") for sep in ",;")
    for sheet in (comma, semicolon):
        sheet.enter(sheet.rows[0], 1, "7,5")
    assert comma.encode() == b'h1,h2\na,"7,5"'
    assert semicolon.encode() == b"h1;h2\na;7,5"


def test_bytes_that_are_not_utf_8_stay():
    data = b"h1,h2\r\nM\xfcller \x81,\r\n"
    sheet = Sheet(data, name="s.csv")
    assert sheet.rows[0].value(0) == "Müller \x81"
    sheet.enter(sheet.rows[0], 1, "7")
    assert sheet.encode() == data.replace(b",\r\n", b",7\r\n")


def test_lines_are_counted_through_quoted_line_ends():
    sheet = Sheet(b'"h\n1",h2\r\n"a\r\nb",c\n\nd,e\n', name="s.csv")
    assert [row.line for row in sheet.rows] == [3, 5, 6]


@pytest.mark.parametrize(
    ("data", "line", "found"),
    [
        (b"", 1, "no header line"),
        (b"\n\n", 1, "no header line"),
        (b'h1,h2\na,"b\n', 2, "quotes are not closed"),
        (b'h1,h2\na,"b\nc"d\n', 3, "behind a field's closing quotes"),
    ],
)
def test_what_is_no_csv_is_refused_with_the_line(data, line, found):
    with pytest.raises(UsageError, match=found) as caught:
        Sheet(data, name="s.csv")
    assert caught.value.where == f"s.csv:{line}"
    assert caught.value.remedy
