"""What the server that grading processes are forked from does once, for all of them.

It imports everything, compiles the pages' templates, collects the assignment's tests, imports the
reference solution (or the framework that it uses) and renders the key points of its written
questions. Where any of that fails, nothing is said here: the first grading process meets the same
problem, and reports it.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import sys
from collections.abc import Iterator
from multiprocessing import forkserver
from pathlib import Path

import grader.batch.process  # noqa: F401 - imported for the processes that are forked later
from grader.catalog import load_assignment
from grader.checks.runner import keep_collected
from grader.errors import GraderError
from grader.model import Assignment
from grader.pipeline import Rules, load_reference
from grader.report import compile_templates
from grader.report.prose import prose
from grader.sandbox.libraries import expected_frameworks
from grader.worker.confinement.privileges import die_with_parent
from grader.worker.memory import settle_memory, uncollected
from grader.worker.streams import silence

__all__ = ["start_warm_server"]

_ORDERS = "GRADER_WARM"
# The server must have one thread when it forks, and so must every grading process: then the same
# sums are made in the same order.
_ONE_THREAD = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "TF_NUM_INTRAOP_THREADS",
        "TF_NUM_INTEROP_THREADS",
    ),
    "1",
)
_NO_GPU = {"CUDA_VISIBLE_DEVICES": ""}  # as for submissions


def start_warm_server(assignment: Assignment, rules: Rules) -> None:
    """Start the fork server, unless it runs, and let it prepare for this assignment."""
    reference = None if assignment.reference is None else str(assignment.reference)
    orders = {
        "folder": str(assignment.folder),
        "reference": reference,
        "hidden": rules.hidden,
        "main": getattr(sys.modules["__main__"], "__file__", None),
    }
    with _environment({_ORDERS: json.dumps(orders), **_ONE_THREAD, **_NO_GPU}):
        forkserver.set_forkserver_preload([__name__])
        # Ctrl-C is our business: the server ignores it as soon as it can, and until then it waits.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            forkserver.ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _prepare() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    if sys.platform == "linux":
        die_with_parent()  # otherwise it would see only after the imports that nobody is left
    orders = json.loads(os.environ.pop(_ORDERS))
    # Grading processes need nothing of the script that the command was started with. Without
    # this, multiprocessing would run it in each of them, with all that it imports.
    sys.modules["__main__"].__file__ = orders["main"]
    reference = None if orders["reference"] is None else Path(orders["reference"])
    with contextlib.suppress(GraderError):
        assignment = load_assignment(Path(orders["folder"]), reference=reference)
        keep_collected(assignment, hidden=orders["hidden"])
        if reference is not None:
            _prepare_reference(assignment, reference)
        if assignment.written is not None:
            prose(assignment.written.key_points)  # which keeps what it made of a text
    compile_templates()
    settle_memory()


def _prepare_reference(assignment: Assignment, reference: Path) -> None:
    """Import the reference solution; of one that uses a framework, only the framework.

    A framework that has computed something has threads, which a fork would lack and wait for.
    """
    frameworks = expected_frameworks(reference / "solution.py")
    if not frameworks:
        load_reference(assignment)
    with silence(), uncollected():
        for name in frameworks:
            importlib.import_module(name)


if _ORDERS in os.environ:
    _prepare()
