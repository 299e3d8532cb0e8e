"""From claims of events to outputs that a notebook file can hold."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.sandbox.outputs import OutputCollector


def collected(*events: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    collector = OutputCollector()
    collector.start(1)
    for event in events:
        collector.add(event)
    return collector.outputs(1)


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"event": "stream", "name": name, "text": text}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a\rb", "b"),
        ("a\r\nb", "a\r\nb"),
        ("kept\n10%\r20%\r30%\n", "kept\n30%\n"),
        ("100%\r", ""),
        ("no return", "no return"),
    ],
)
def test_carriage_returns(written: str, shown: str) -> None:
    (output,) = collected(*(stream(letter) for letter in written))
    assert output["text"] == shown


def test_streams_alternate() -> None:
    events = [stream("a"), stream("b"), stream("c", "stderr"), stream("d")]
    assert [(o["name"], o["text"]) for o in collected(*events)] == [
        ("stdout", "ab"),
        ("stderr", "c"),
        ("stdout", "d"),
    ]


def test_what_follows_a_delayed_clearing_replaces_everything() -> None:
    clear = {"event": "clear_output", "wait": True}
    assert [o["text"] for o in collected(stream("a"), clear)] == ["a"]
    assert [o["text"] for o in collected(stream("a"), clear, stream("b"))] == ["b"]


def test_only_texts_and_json_of_a_bundle_are_kept() -> None:
    data = {"text/plain": "a", "image/png": 5, "application/json": {"a": [1]}, "text/html": None}
    (output,) = collected({"event": "display_data", "data": data})
    assert output["data"] == {"text/plain": "a", "application/json": {"a": [1]}}


def test_cells_are_kept_apart_and_displays_are_not() -> None:
    collector = OutputCollector()
    show = {"event": "display_data", "data": {"text/plain": "old"}, "display_id": "x"}
    collector.start(1)
    collector.add(show)
    collector.start(2)
    collector.add(stream("second"))
    collector.add({**show, "event": "update_display_data", "data": {"text/plain": "new"}})
    assert collector.outputs(1)[0]["data"] == {"text/plain": "new"}
    assert [output["output_type"] for output in collector.outputs(2)] == ["stream"]
    assert collector.outputs(3) == ()


CLAIMS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=4), parts),
    max_leaves=6,
)
EVENTS = st.fixed_dictionaries(
    {
        "event": st.sampled_from(
            "stream display_data execute_result update_display_data error clear_output x".split()
        )
    },
    optional={
        "name": st.sampled_from(["stdout", "stderr"]) | CLAIMS,
        "text": st.text("a\r\n") | CLAIMS,
        "data": st.dictionaries(st.sampled_from(["text/plain", "application/json"]), CLAIMS)
        | CLAIMS,
        "display_id": st.sampled_from(["x", "y"]) | CLAIMS,
        "wait": CLAIMS,
        "ename": CLAIMS,
        "evalue": CLAIMS,
        "traceback": CLAIMS,
    },
)


@settings(max_examples=60, deadline=None)
@given(st.lists(EVENTS, max_size=6))
def test_any_claims_make_a_valid_notebook(events: list[dict[str, Any]]) -> None:
    outputs = collected(*events)
    cell = nbformat.v4.new_code_cell("", outputs=[nbformat.from_dict(dict(o)) for o in outputs])
    nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))
