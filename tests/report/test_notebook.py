from __future__ import annotations

import pytest

from grader.model import CellKind, CellRun, CellStatus, Transcript
from grader.report.notebook import MAX_OUTPUTS, CellView, OutputView, cell_views


def view(**fields) -> CellView:
    (cell,) = cell_views(Transcript(runs=(CellRun(kind=CellKind.CODE, source="", **fields),)))
    return cell


def output(record: dict) -> OutputView:
    (shown,) = view(outputs=(record,)).outputs
    return shown


def display(**data) -> OutputView:
    names = {name.replace("_", "/"): value for name, value in data.items()}
    return output({"output_type": "display_data", "data": names})


def test_code_cells_are_numbered_among_themselves(transcript: Transcript):
    cells = cell_views(transcript)
    assert [cell.number for cell in cells] == [0, 1, 2, 3, 0, 4, 5, 6, 7]
    assert [cell.number for cell in cells if cell.stopped] == [3, 6]
    assert cells[3].reason == "NameError: name 'plot_line' is not defined"
    assert cells[8].label == "not run"


def test_html_is_never_shown_but_its_plain_text_is():
    shown = display(text_html="<b>x</b>", text_plain="<x>")
    assert (shown.kind, shown.html) == ("result", "&lt;x&gt;")
    alone = display(text_html="<script>")
    assert (alone.kind, alone.html) == ("note", "")
    assert "text/html" in alone.note


def test_text_may_come_as_a_list_of_lines():
    assert display(text_plain=["a\n", "b"]).html == "a\nb"


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"output_type": ["x"]},
        {"output_type": "unknown<script>"},
        {"output_type": "display_data", "data": 5},
        {"output_type": "display_data", "data": {"image/png": 7}},
        {"output_type": "display_data", "data": {"image/svg+xml": None}},
        {"output_type": "execute_result", "data": {7: 8}},
        {"output_type": "error", "traceback": "no list"},
        {"output_type": "error", "ename": 3, "traceback": [None, 4]},
        {"output_type": "stream", "text": ["a", 5], "name": {}},
    ],
)
def test_malformed_outputs_are_shown_somehow(record: dict):
    shown = output(record)
    assert shown.html or shown.note


def test_empty_streams_leave_no_trace():
    assert view(outputs=({"output_type": "stream", "name": "stdout", "text": ""},)).outputs == ()


def test_long_outputs_are_folded_and_errors_are_not():
    text = "line\n" * 100
    assert output({"output_type": "stream", "text": text}).folded
    assert not output({"output_type": "error", "traceback": text.split("\n")}).folded
    assert not output({"output_type": "stream", "text": "line"}).folded


def test_many_outputs_are_cut_with_a_note():
    records = ({"output_type": "stream", "text": "x"},) * (MAX_OUTPUTS + 9)
    outputs = view(outputs=records).outputs
    assert len(outputs) == MAX_OUTPUTS + 1
    assert outputs[-1].note == "9 more outputs are not shown"


def test_the_message_of_a_cell_is_not_said_twice():
    error = {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["trace"]}
    assert view(status=CellStatus.ERROR, message="E: v", outputs=(error,)).message == ""
    assert (
        view(status=CellStatus.TIMEOUT, message="too long", outputs=(error,)).message == "too long"
    )


def test_a_page_holds_a_million_characters_of_cells():
    runs = (CellRun(kind=CellKind.MARKDOWN, source="word " * 6_000),) * 50
    cells = cell_views(Transcript(runs=runs))
    assert len(cells) == 34
    assert cells[-1].html == "<p>(17 more cells are not shown)</p>"
    assert [cell.kind for cell in cells[:7]] == [CellKind.MARKDOWN] * 6 + [CellKind.RAW]
