"""ARCHITECTURE.md names the parts that exist, and all of them."""

from __future__ import annotations

import re

import pytest

from grader.model import Status
from grader.wire import Frame
from grader.worker.calls import CallServer
from grader.worker.server import WorkerServer


@pytest.fixture(scope="module")
def text(page) -> str:
    return page("ARCHITECTURE.md").path.read_text(encoding="utf-8")


def _section(text: str, heading: str) -> str:
    assert f"\n## {heading}\n" in text
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def test_every_module_and_package_has_its_row(text, root):
    linked = set(re.findall(r"\]\(grader/(\w+)(?:\.py|/__init__\.py)\)", text))
    exist = {path.stem for path in (root / "grader").glob("*.py") if not path.stem.startswith("__")}
    exist |= {path.parent.name for path in (root / "grader").glob("*/__init__.py")}
    assert linked == exist


def test_every_module_and_package_has_its_layer(text, root):
    layers = re.findall(r"\w+", _section(text, "Layers").split("```")[1].removeprefix("text"))
    exist = {path.stem for path in (root / "grader").glob("*.py") if not path.stem.startswith("__")}
    exist |= {path.parent.name for path in (root / "grader").glob("*/__init__.py")}
    assert sorted(layers) == sorted(exist)


def test_imports_point_down_as_the_layers_say(text, root):
    """The page and the code agree; the linter's contracts are finer."""
    lines = _section(text, "Layers").split("```")[1].removeprefix("text").strip().splitlines()
    level = {name: number for number, line in enumerate(lines) for name in re.findall(r"\w+", line)}
    upwards = []
    for path in (root / "grader").rglob("*.py"):
        part = path.relative_to(root / "grader").parts[0].removesuffix(".py")
        source = path.read_text(encoding="utf-8")
        for name in set(re.findall(r"^\s*(?:from|import) grader\.(\w+)", source, re.MULTILINE)):
            if part in level and level[name] < level[part]:
                upwards.append(f"{part} imports {name}")
    assert not upwards


def test_table_of_requests_is_what_a_worker_answers(text):
    table = _section(text, "The worker and the wire").partition("| request")[2].partition("\n\n")[0]
    told = {
        name
        for row in table.splitlines()[2:]
        for name in re.findall(r"`(\w+)`", row.split("|")[1].partition(":")[0])
    }
    preparing = {"prepare", "cell", "module"}
    assert all(callable(getattr(WorkerServer, f"_{name}")) for name in preparing)
    calls = told - preparing - {"serve"}
    assert calls == {"call", "get", "set", "item", "length", "put", "read"}
    server = CallServer({"f": lambda: 1})
    for name in calls - {"put"}:
        # An operation that did not exist would be reported as a missing key of that name.
        answer = server.answer(Frame({"op": name})).header
        assert answer.get("error", {}).get("detail") != repr(name), f"there is no request {name!r}"


def test_every_status_has_its_reason(text):
    faults = _section(text, "Whose fault")
    assert not [status for status in Status if f"`{status}`" not in faults]


def test_every_promise_names_its_tests(text):
    rows = re.findall(r"^\| (\d+) \|.*\| (.*) \|$", _section(text, "What we promise"), re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, len(rows) + 1))
    assert all("](tests/" in held for _, held in rows)
