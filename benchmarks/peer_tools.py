"""Three graders: how each is installed, given a class and told to grade it, and what it found."""

from __future__ import annotations

import csv
import json
import os
import shlex
import subprocess
import sys
import sysconfig
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from peer_courses import Copy, nbgrader_source, otter_master, write_course, write_notebook
from peer_tasks import Task

ROOT = Path(__file__).resolve().parents[1]
CONSTRAINTS = ROOT / "constraints.txt"
FRAMEWORKS = ("numpy", "matplotlib", "keras", "tensorflow-cpu")
_SHARED = "frameworks-of-the-grader.pth"
_NBGRADER_CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "benchmark"
c.Execute.timeout = 600
"""


class Tool(ABC):
    """One way to grade a class.

    Attributes:
        name: what it is called in the tables.
    """

    name: str

    @abstractmethod
    def prepare(self, task: Task, copies: Sequence[Copy], folder: Path) -> None:
        """Author the assignment and hand in the class, in an empty folder; this is not timed.

        Raises:
            RuntimeError: a command of the tool failed.
        """

    @abstractmethod
    def command(self, task: Task) -> str:
        """Return the shell command that grades the class, up to its last report.

        It runs in the prepared folder and in :meth:`environment`.
        """

    @abstractmethod
    def scores(self, task: Task, folder: Path) -> dict[str, float]:
        """Read the points of every student from the reports that the command wrote."""

    @abstractmethod
    def environment(self) -> dict[str, str]:
        """Return the environment variables that its commands have."""


# --- this grader ----------------------------------------------------------------------------


class Grader(Tool):
    """This grader, as it is installed."""

    name = "grader"

    def prepare(self, task: Task, copies: Sequence[Copy], folder: Path) -> None:
        write_course(task, folder)
        for copy in copies:
            write_notebook(copy.notebook, folder / "class" / f"{copy.student}.ipynb")

    def command(self, task: Task) -> str:
        # Where submissions cannot be isolated, ours may be trusted; elsewhere that changes nothing.
        return f"grader grade {task.name} class --course . -o graded --trust"

    def scores(self, task: Task, folder: Path) -> dict[str, float]:
        rows = _rows(folder / "graded" / "grades.csv")
        return {row["student"]: float(row["score"]) for row in rows}

    def environment(self) -> dict[str, str]:
        return _variables(Path(sys.executable).parent)


# --- the other two --------------------------------------------------------------------------


class _Installed(Tool):
    """A tool in an environment of its own.

    Args:
        programs: the environment's folder of programs.
    """

    def __init__(self, programs: Path) -> None:
        self._programs = programs

    def environment(self) -> dict[str, str]:
        # An empty PYTHONPATH: nothing of ours comes before their own packages.
        return {**_variables(self._programs), "PYTHONPATH": ""}

    def _author(self, folder: Path, *command: str) -> None:
        _run([str(self._programs / command[0]), *command[1:]], folder, self.environment())


class Nbgrader(_Installed):
    """nbgrader: grades into a gradebook, then writes a page per student and a table."""

    name = "nbgrader"

    def prepare(self, task: Task, copies: Sequence[Copy], folder: Path) -> None:
        source = folder / "source" / task.name / f"{task.name}.ipynb"
        write_notebook(nbgrader_source(task), source)
        (folder / "nbgrader_config.py").write_text(_NBGRADER_CONFIG, encoding="utf-8")
        self._author(folder, "nbgrader", "generate_assignment", task.name)
        for copy in copies:
            path = folder / "submitted" / copy.student / task.name / f"{task.name}.ipynb"
            write_notebook(copy.notebook, path)

    def command(self, task: Task) -> str:
        return (
            f"nbgrader autograde {task.name} && nbgrader generate_feedback {task.name} "
            "&& nbgrader export --to grades.csv"
        )

    def scores(self, task: Task, folder: Path) -> dict[str, float]:
        return {row["student_id"]: float(row["score"]) for row in _rows(folder / "grades.csv")}


class Otter(_Installed):
    """otter-grader on the command line, one process per notebook.

    Args:
        programs: see :class:`_Installed`.
        at_a_time: how many of them run side by side.
    """

    def __init__(self, programs: Path, at_a_time: int) -> None:
        super().__init__(programs)
        self._at_a_time = at_a_time
        self.name = f"otter, {at_a_time} at a time"

    def prepare(self, task: Task, copies: Sequence[Copy], folder: Path) -> None:
        write_notebook(otter_master(task), folder / f"{task.name}.ipynb")
        self._author(folder, "otter", "assign", "--no-run-tests", f"{task.name}.ipynb", "dist")
        (made,) = (folder / "dist" / "autograder").glob("*.zip")
        made.rename(folder / "autograder.zip")
        for copy in copies:
            write_notebook(copy.notebook, folder / "class" / copy.student / f"{task.name}.ipynb")
            (folder / "graded" / copy.student).mkdir(parents=True)

    def command(self, task: Task) -> str:
        return (
            f"ls class | xargs -P {self._at_a_time} -I STUDENT otter run -a autograder.zip "
            f"-o graded/STUDENT class/STUDENT/{task.name}.ipynb"
        )

    def scores(self, task: Task, folder: Path) -> dict[str, float]:
        return {
            path.parent.name: sum(
                float(test.get("score", 0)) for test in json.loads(path.read_text())["tests"]
            )
            for path in (folder / "graded").glob("*/results.json")
        }


# --- installing -----------------------------------------------------------------------------


class Package(NamedTuple):
    """What is installed into an environment of its own.

    Attributes:
        name: as the package index knows it.
        version: the one that is measured.
        unlike_ours: what it needs in another version than we do.
    """

    name: str
    version: str
    unlike_ours: tuple[str, ...] = ()


NBGRADER = Package("nbgrader", "0.9.6")
OTTER = Package("otter-grader", "7.0.0", unlike_ours=("wrapt==1.17.3",))


def make_tools(environments: Path, *, own_frameworks: bool) -> list[Tool]:
    """Install the other graders, and return all that are compared; this grader comes first.

    Args:
        environments: the folder that holds, or gets, an environment for each.
        own_frameworks: install numpy, TensorFlow and so on there as well; else ours are used.

    Raises:
        RuntimeError: an environment could not be made.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    nbgrader, otter = (
        _install(package, environments, own_frameworks) for package in (NBGRADER, OTTER)
    )
    several = dict.fromkeys((1, cores or 1))
    return [Grader(), Nbgrader(nbgrader), *(Otter(otter, at_a_time) for at_a_time in several)]


def _install(package: Package, environments: Path, own_frameworks: bool) -> Path:
    """Make the package's environment, unless it is there; return the folder of its programs."""
    home = environments.resolve() / f"{package.name}-{package.version}"
    python = str(home / "bin" / "python")
    if not Path(python).exists():
        _run([sys.executable, "-m", "venv", str(home)], ROOT)
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    shared = Path(_run([python, "-c", where], ROOT).strip(), _SHARED)
    shared.unlink(missing_ok=True)  # else pip would take ours for installed
    constraints = home / "constraints.txt"
    constraints.write_text(_constraints(package), encoding="utf-8")
    wanted = [f"{package.name}=={package.version}", "ipykernel"]
    wanted += FRAMEWORKS if own_frameworks else ()
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "--constraint", str(constraints), *wanted], ROOT)
    if not own_frameworks:
        ours = dict.fromkeys(sysconfig.get_path(which) for which in ("purelib", "platlib"))
        shared.write_text("".join(f"{path}\n" for path in ours), encoding="utf-8")
    return home / "bin"


def _constraints(package: Package) -> str:
    """Return our versions but for what the package needs otherwise: all run the same Jupyter."""
    others = {pin.partition("==")[0] for pin in package.unlike_ours}
    lines = CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    same = (line for line in lines if line.partition("==")[0] not in others)
    return "\n".join([*same, *package.unlike_ours, ""])


# --- processes and files --------------------------------------------------------------------


def _variables(programs: Path) -> dict[str, str]:
    """Return the environment of a tool's commands."""
    # What TensorFlow writes when it starts is no part of any report.
    path = f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"
    return {**os.environ, "PATH": path, "TF_CPP_MIN_LOG_LEVEL": "3"}


def _run(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> str:
    """Run a command, and return what it printed.

    Raises:
        RuntimeError: it failed; holds the end of its output.
    """
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(
            f"`{shlex.join(command)}` left with {done.returncode}:\n"
            + (done.stdout + done.stderr)[-2000:]
        )
    return done.stdout


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as table:
        return list(csv.DictReader(table))
