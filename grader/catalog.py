"""Folder -> assignment; the only reader of ``assignment.yaml``.

A course is a folder with ``assignments/ID`` and, on the instructor's side, ``reference/ID``.
"""

from __future__ import annotations

import hashlib
import json
import keyword
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from grader.documents import Document, did_you_mean
from grader.errors import SpecError, UsageError
from grader.model import Assignment, Better, Threshold, WrittenQuestions
from grader.specification import faults
from grader.written import asked, key_points

__all__ = ["THRESHOLDS", "Course", "find_course", "load_assignment", "starter_checks"]

THRESHOLDS = "thresholds.json"
"""The file of an assignment that says what its metrics are worth; `grader calibrate` writes it."""

_SPEC = "assignment.yaml"
_ONLY_CALIBRATION = ("calibration.json", "variants")
_DERIVED = ("id", "name", "folder", "reference", "digest", "written")


@dataclass(frozen=True)
class Course:
    """The assignments of one course.

    Attributes:
        root: the folder that holds ``assignments/`` and perhaps ``reference/``.
        ids: the assignments' folder names, sorted.
    """

    root: Path
    ids: tuple[str, ...]

    def assignment(
        self,
        id: str,  # noqa: A002  # the field's name everywhere
        *,
        calibrated: bool = True,
    ) -> Assignment:
        """Read one assignment.

        Args:
            id: its folder's name.
            calibrated: refuse one whose metrics have no thresholds yet.

        Raises:
            UsageError: the course has no assignment of that name.
            SpecError: the assignment's specification is wrong.
        """
        if id not in self.ids:
            known = ", ".join(self.ids) or "none"
            raise UsageError(
                f'no assignment is called "{id}"{did_you_mean(id, self.ids)}',
                remedy=f"Known assignments: {known} (in {self.root / 'assignments'}).",
            )
        reference = self.root / "reference" / id
        return load_assignment(
            self.root / "assignments" / id,
            reference=reference if reference.is_dir() else None,
            calibrated=calibrated,
        )


def find_course(explicit: Path | None = None) -> Course:
    """Find the course: ``explicit``, then ``GRADER_COURSE``, then from the current folder upwards.

    Raises:
        UsageError: the folder that was named, or any of those searched, has no ``assignments``.
    """
    if explicit is not None:
        return _course(explicit, told_by="--course")
    if named := os.environ.get("GRADER_COURSE"):
        return _course(Path(named), told_by="GRADER_COURSE")
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "assignments").is_dir():
            return _course(folder, told_by="")
    raise UsageError(
        f"no course found: neither {here} nor a folder above it has a folder `assignments`",
        remedy="Change to the course's folder, or name it by --course or GRADER_COURSE.",
    )


def _course(root: Path, *, told_by: str) -> Course:
    """Read the names of a course's assignments."""
    assignments = root / "assignments"
    if not assignments.is_dir():
        raise UsageError(
            f"{root} is not a course: it has no folder `assignments`",
            where=told_by,
            remedy=f"Let {told_by} name the folder that contains `assignments`.",
        )
    ids = sorted(
        folder.name
        for folder in assignments.iterdir()
        if folder.is_dir() and not folder.name.startswith((".", "__"))
    )
    return Course(root=root.resolve(), ids=tuple(ids))


def load_assignment(folder: Path, *, reference: Path | None, calibrated: bool = True) -> Assignment:
    """Read and validate one assignment.

    Args:
        folder: the assignment's folder; its name is the assignment's id.
        reference: the folder of its reference solution; None on a student's machine.
        calibrated: refuse one whose metrics have no thresholds yet.

    Raises:
        SpecError: a file is missing or wrong; every problem of ``assignment.yaml`` is listed,
            each with its line.
    """
    folder = folder.resolve()
    name = f"assignments/{folder.name}" if folder.parent.name == "assignments" else str(folder)
    if not folder.name.isidentifier() or keyword.iskeyword(folder.name):
        raise SpecError(
            f'"{folder.name}" cannot be an assignment\'s id: students hand in modules of that name',
            where=name,
            remedy="Rename the folder to letters, digits and underscores, such as linear_model.",
        )
    document = Document.read(folder / _SPEC, name=f"{name}/{_SPEC}")
    for location, problem in faults(document.value):
        document.problem(location, problem)
    assignment = document.shaped(
        Assignment,
        {
            **document.value,
            "interface": _named(document.value.get("interface", {})),
            "metrics": _named(document.value.get("metrics", {})),
            "id": folder.name,
            "folder": folder,
            "reference": None if reference is None else reference.resolve(),
            "digest": _digest(folder, reference, document.value.get("files")),
            "written": _written(folder, reference),
        },
        derived=_DERIVED,
    )
    document.problems.check()
    assert assignment is not None, "what could not be read was noted as a problem"
    _require_files(assignment, name)
    return _with_thresholds(assignment, name, required=calibrated)


def starter_checks(assignment: Assignment) -> dict[str, str]:
    """Return the starter notebook's check cells: cell id -> source; empty without a starter.

    Raises:
        SpecError: the starter is not a notebook.
    """
    path = _starter(assignment.folder)
    if not path.is_file():
        return {}
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return {
            cell["id"]: "".join(cell["source"])  # one text, or a list of lines
            for cell in cells
            if cell["metadata"].get("grader", {}).get("role") == "check"
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SpecError(
            f"this is not a notebook of nbformat 4.5 ({type(error).__name__}: {error})",
            where=str(path),
            remedy=f"Generate it again: grader release {assignment.id}",
        ) from None


def _starter(folder: Path) -> Path:
    """Return where an assignment's starter notebook is, or would be."""
    return folder / "starter" / f"{folder.name}.ipynb"


def _written(folder: Path, reference: Path | None) -> WrittenQuestions | None:
    """Return what is asked in writing, as students were given it.

    A starter that cannot be read asks nothing here; :func:`starter_checks` says what is wrong.
    """
    try:
        cells = json.loads(_starter(folder).read_text(encoding="utf-8"))["cells"]
        texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    questions = asked(texts)
    if questions is None or reference is None:
        return questions
    try:
        solution = (reference / "solution.py").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return questions  # what needs the reference says what is wrong with it
    return questions.model_copy(update={"key_points": key_points(solution)})


def _require_files(assignment: Assignment, name: str) -> None:
    """Refuse an assignment that lacks its handout, its tests or its reference's source."""
    if not (assignment.folder / "README.md").is_file():
        raise SpecError("README.md, the handout, is missing", where=name)
    for file in assignment.files:
        path = assignment.folder / file
        if not path.is_file() or path.resolve() != path:
            raise SpecError(
                f"{file}, which `files` names, is not a file of the assignment's folder",
                where=f"{name}/{_SPEC}",
                remedy="Put it there, or remove it from `files`.",
            )
    folders = (assignment.public_tests, assignment.hidden_tests)
    if not any(path for folder in folders for path in folder.glob("test_*.py")):
        raise SpecError(
            "there are no tests",
            where=name,
            remedy="Write tests/public/test_*.py or tests/hidden/test_*.py.",
        )
    if assignment.reference is not None and not (assignment.reference / "solution.py").is_file():
        raise SpecError(
            f"the reference solution is missing: {assignment.reference / 'solution.py'}",
            where=name,
        )


def _named(value: Any) -> list[Any]:
    """Turn a mapping from name to fields into the list of named records that the model holds.

    What is no mapping has no items; :func:`faults` reports it.
    """
    named: list[Any] = []
    for name, given in value.items() if isinstance(value, dict) else ():
        fields = {} if given is None else given
        if isinstance(fields, dict):
            inner = {"members": _named(fields["members"])} if "members" in fields else {}
            fields = {**fields, **inner, "name": name}
        named.append(fields)
    return named


# --- thresholds ------------------------------------------------------------------------------


def _with_thresholds(assignment: Assignment, name: str, *, required: bool) -> Assignment:
    """Return the assignment with what ``thresholds.json`` says of its metrics."""
    if not assignment.metrics:
        return assignment
    remedy = f"Run `grader calibrate {assignment.id}`, which writes it, and commit the result."
    where = f"{name}/{THRESHOLDS}"
    try:
        content = (assignment.folder / THRESHOLDS).read_bytes()
        thresholds = TypeAdapter(dict[str, Threshold]).validate_json(content)
    except FileNotFoundError:
        if required:
            raise SpecError(
                "the metrics of this assignment have no thresholds yet", where=where, remedy=remedy
            ) from None
        return assignment
    except ValidationError as error:
        raise SpecError(
            f"these are no thresholds: {error.errors()[0]['msg']}", where=where, remedy=remedy
        ) from None
    for metric in assignment.metrics:
        threshold = thresholds.get(metric.name)
        if threshold is None:
            if required:
                raise SpecError(f"it says nothing of {metric.name}", where=where, remedy=remedy)
        elif (threshold.full > threshold.zero) != (metric.better is Better.HIGHER):
            raise SpecError(
                f"{metric.name}: full, {threshold.full:g}, is not better than zero, "
                f"{threshold.zero:g}, where {metric.better} is better",
                where=where,
                remedy=remedy,
            )
    metrics = [
        metric.model_copy(update={"threshold": thresholds.get(metric.name)})
        for metric in assignment.metrics
    ]
    return assignment.model_copy(update={"metrics": tuple(metrics)})


# --- the digest ------------------------------------------------------------------------------


def _digest(folder: Path, reference: Path | None, given: Any) -> str:
    """Return a SHA-256 over everything that can change a grade, in hexadecimal.

    It covers ``assignment.yaml``, the files that it names, the thresholds, ``tests/`` and the
    reference but for what only calibration uses: relative paths and contents, in the order of the
    paths. Line ends do not count, so that a checkout on Windows gives the same; hidden files and
    ``__pycache__`` do not either.
    """
    files = {_SPEC: folder / _SPEC, **_files(folder / "tests", "tests")}
    if (folder / THRESHOLDS).is_file():
        files[THRESHOLDS] = folder / THRESHOLDS
    for name in given if isinstance(given, list) else ():
        if isinstance(name, str) and (folder / name).is_file():
            files[f"files/{name}"] = folder / name
    if reference is not None:
        files |= {
            name: path
            for name, path in _files(reference, "reference").items()
            if name.split("/")[1] not in _ONLY_CALIBRATION
        }
    digest = hashlib.sha256()
    for name in sorted(files):
        content = files[name].read_bytes()
        if b"\0" not in content:  # text, by the rule of thumb that git uses
            content = content.replace(b"\r\n", b"\n")
        for part in (name.encode(), content):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _files(folder: Path, prefix: str) -> dict[str, Path]:
    """Return a folder's files by their path with ``prefix`` in front, as on POSIX."""
    files = {}
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(p.startswith(".") or p == "__pycache__" for p in parts):
            files["/".join((prefix, *parts))] = path
    return files
