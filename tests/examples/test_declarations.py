"""How declared scores are compared, and that no sample class is forgotten."""

from __future__ import annotations

from pathlib import Path

from .classes import ROOT, within


def test_every_sample_class_is_tested() -> None:
    classes = {path.name for path in (ROOT / "examples" / "class").iterdir() if path.is_dir()}
    assert {name for name in classes if Path(__file__).with_name(f"test_{name}.py").exists()} == (
        classes
    )


def test_an_interval_holds_its_ends_and_a_number_only_itself() -> None:
    assert within({"a": 5, "b": 2.5}, {"a": 5, "b": [2, 3]})
    assert within({"b": 2}, {"b": [2, 3]})
    assert not within({"b": 1.99}, {"b": [2, 3]})
    assert not within({"a": 4.9999}, {"a": 5})
    assert not within({"a": None}, {"a": [0, 1]})
    assert not within({"a": 1}, {})
    # A test that is not listed on one side lost nothing there.
    assert within({}, {"a": [0, 1]}, otherwise=0)
    assert not within({}, {"a": [1, 2]}, otherwise=0)
    assert not within({"a": 1}, {}, otherwise=0)
