"""The public tests say the same in a live notebook and in a worker, of all kinds of work.

Every sample is run cell by cell in a real kernel and checked there, and graded by its public tests
in a worker. Of classes in which models are trained, a few are tried.
"""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from grader.catalog import find_course, starter_checks
from grader.model import Assignment, CellKind, CellStatus, Grade, Status, Submission, Transcript
from grader.pipeline import Rules, grade_submission
from grader.sandbox import choose_level, connect, open_nursery
from grader.submission import discover, read

ROOT = Path(__file__).resolve().parents[2]
# None: all of them.
SAMPLES: dict[str, tuple[str, ...] | None] = {
    "perceptron": None,
    "backprop": None,
    "wine": ("probabilities-as-a-column.py", "right-saves-its-model.ipynb"),
    "housing": ("estimates-as-a-column.py", "relu-at-the-output.py"),
    "optimizers": ("one-rate-for-all.ipynb", "wrong-shapes.py"),
    "batchnorm": ("eps-outside-the-root.py", "gamma-and-beta-exchanged.py"),
}
# What a notebook survives here by what is done for it alone: nothing stops an endless loop, and
# exit() ends a kernel.
_BEGIN = """
import sys
import grader, grader.notebook
get_ipython().ask_exit = lambda: None
get_ipython().run_line_magic("xmode", "Minimal")  # a long traceback takes a second to write
grader.check = lambda *_, **__: None  # the cell at the end of the starter
sys.kept_names = {*globals()}
"""
_FRESH = """
import os as _os, sys as _sys
for _name in {{*globals()}} - _sys.kept_names:
    del globals()[_name]
import os as _os, sys as _sys
_os.chdir({folder!r})
_sys.path[:] = [path for path in _sys.path if path not in ("", ".")] + [""]
for _name in [name for name, module in _sys.modules.items()
              if {root!r} in str(getattr(module, "__file__", ""))]:
    del _sys.modules[_name]
"""
# One message to the kernel for all cells of a sample: each costs as much as a small cell.
_RUN = """
for _source in {sources!r}:
    get_ipython().run_cell(_source)
"""
_MODULE = """
import importlib as _importlib
globals().update({{name: value for name, value in vars(_importlib.import_module({name!r})).items()
                  if not name.startswith("__")}})
"""
_CHECK = """
from grader.notebook import check as _check
from json import dumps as _dumps
print("\\n" + _dumps([
    [v.id, v.title, v.status, str(v.points), str(v.max_points)]
    for v in _check({name!r}, course={course!r})]))
"""

Told = list[list[str]]


def comparable(submission: Submission, transcript: Transcript | None, grade: Grade) -> bool:
    """Tell whether a worker did nothing for this work that a live notebook does not do."""
    if submission.problem or transcript is None:
        return False
    stopped = (CellStatus.TIMEOUT, CellStatus.CRASHED, CellStatus.NOT_RUN)
    return (
        not any(run.status in stopped for run in transcript.runs)
        and not any(v.status in (Status.TIMEOUT, Status.CRASHED) for v in grade.verdicts)
        and "import" not in {notice.code for notice in grade.warnings}
    )


def shortened(submission: Submission) -> Submission:
    """Let the figures of a notebook show fewer epochs: they are not what is tested."""
    cells = [
        cell.model_copy(update={"source": cell.source.replace("1500", "15")})
        for cell in submission.cells
    ]
    return submission.model_copy(update={"cells": tuple(cells)})


def told(grade: Grade) -> Told:
    return [
        [v.id, v.title, v.status.value, str(v.points), str(v.max_points)] for v in grade.verdicts
    ]


def cells_of(submission: Submission) -> list[str]:
    if submission.kind == "module":
        name = submission.entry.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        return [_MODULE.format(name=name)]
    return [cell.source for cell in submission.cells if cell.kind is CellKind.CODE]


class Class:
    """One sample class: what workers say of each, and what a live notebook does."""

    def __init__(self, name: str, folder: Path) -> None:
        self.assignment: Assignment = find_course(ROOT).assignment(name)
        if SAMPLES[name] is None:  # nothing is trained: an endless loop is known after a second
            limits = self.assignment.limits.model_copy(update={"call_seconds": 1.0})
            self.assignment = self.assignment.model_copy(update={"limits": limits})
        self.left_out: list[str] = []
        self.graded: dict[str, Told] = {}
        self._root = folder
        self._submissions: dict[str, Submission] = {}
        chosen = SAMPLES[name]
        checks = starter_checks(self.assignment)
        sources = ROOT / "examples" / "class" / name
        with open_nursery(choose_level()) as nursery, connect(nursery) as sandbox:
            for attempt in discover([sources], assignment=name):
                entry = attempt.path.relative_to(sources).parts[0]
                if chosen is not None and entry not in chosen:
                    continue
                submission = shortened(read(attempt, assignment=self.assignment, checks=checks))
                rules = Rules(hidden=False)
                graded = grade_submission(submission, self.assignment, rules, sandbox=sandbox)
                key = f"{entry} {attempt.attempt}"
                if comparable(submission, graded.transcript, graded.grade):
                    self._submissions[key] = submission
                    self.graded[key] = told(graded.grade)
                else:
                    self.left_out.append(key)

    def live(self) -> dict[str, Told]:
        """Run all of them in one kernel, one after the other."""
        sources, ends = [_BEGIN], []
        for number, submission in enumerate(self._submissions.values()):
            folder = self._root / str(number)
            folder.mkdir()
            given = {
                name: (self.assignment.folder / name).read_bytes() for name in self.assignment.files
            }
            for name, data in {**submission.files, **given}.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(data)
            sources.append(_FRESH.format(folder=str(folder), root=str(self._root)))
            sources.append(_RUN.format(sources=cells_of(submission)))
            ends.append(len(sources))
            sources.append(_CHECK.format(name=self.assignment.id, course=str(ROOT)))
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        client = NotebookClient(
            nbformat.v4.new_notebook(cells=cells), kernel_name="python3", allow_errors=True
        )
        client.resources = {"metadata": {"path": str(self._root)}}
        client.execute()
        return {key: _printed(cells[end]) for key, end in zip(self._submissions, ends, strict=True)}


def _printed(cell: nbformat.NotebookNode) -> Told:
    text = "".join(out.get("text", "") for out in cell.outputs)
    assert text.strip(), cell.outputs
    found: Told = json.loads(text.strip().splitlines()[-1])
    return found


@pytest.fixture(scope="module", params=list(SAMPLES))
def samples(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Class:
    return Class(request.param, tmp_path_factory.mktemp(request.param))


def test_live_and_worker_verdicts_agree(samples: Class) -> None:
    assert samples.live() == samples.graded
    if SAMPLES[samples.assignment.id] is None:
        assert len(samples.graded) > 3 * len(samples.left_out)
        statuses = {one[2] for found in samples.graded.values() for one in found}
        assert statuses >= {"passed", "partial", "failed"}
    else:
        assert len(samples.graded) == len(SAMPLES[samples.assignment.id] or ())
