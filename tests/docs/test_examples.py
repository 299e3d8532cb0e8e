"""examples/README.md describes the declarations of the sample classes as they are."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

CLASSES = Path(__file__).parents[2] / "examples" / "class"


def _declared(assignment: str) -> dict[str, dict[str, object]]:
    text = (CLASSES / assignment / "expected.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def test_entries_that_are_shown_are_those_of_the_class(page):
    shown = yaml.safe_load(page("examples/README.md").blocks[0].content)
    declared = _declared("backprop")
    assert len(shown) == 2
    assert shown == {name: declared.get(name) for name in shown}


def test_keys_are_all_described_and_all_used(page):
    text = page("examples/README.md").path.read_text(encoding="utf-8")
    described = set(re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE))
    used = {
        key
        for folder in CLASSES.iterdir()
        if folder.is_dir()
        for entry in _declared(folder.name).values()
        for key in entry
    }
    assert used == described
