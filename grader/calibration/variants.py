"""The solutions that thresholds are calibrated on."""

from __future__ import annotations

import ast
import hashlib
import re
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from grader.calibration.digests import digest_of
from grader.documents import did_you_mean
from grader.errors import SpecError
from grader.model import Assignment, Cell, CellKind, Submission

__all__ = ["Role", "Variant", "as_submission", "find_variants"]

_REASON = re.compile(r"Earns points because:\s*(.+?)(?:\n\s*\n|\Z)", re.DOTALL)


class Role(StrEnum):
    """What a variant stands for; also the name of its folder."""

    RIGHT = "right"
    WEAKEST = "weakest"
    BASELINE = "baseline"
    WRONG = "wrong"

    @property
    def deserves_full_marks(self) -> bool:
        """True for what thresholds must not fail."""
        return self in (Role.RIGHT, Role.WEAKEST)


class Variant(NamedTuple):
    """One solution of an assignment.

    Attributes:
        name: ``solution``, or folder and file such as ``wrong/unscaled``.
        role: what it stands for.
        path: its module.
        about: the first line of its docstring.
        reason: why a wrong one earns more than half of the points; empty where nothing is said.
        digest: SHA-256 of its text.
    """

    name: str
    role: Role
    path: Path
    about: str
    reason: str
    digest: str


def find_variants(assignment: Assignment) -> tuple[Variant, ...]:
    """Return the reference solution and everything in ``reference/ID/variants``.

    Raises:
        SpecError: there is no reference or no baseline, a folder has another name than the roles,
            or a variant does not say what it is.
    """
    if assignment.reference is None:
        raise SpecError(
            "there is no reference solution to calibrate on",
            where=assignment.id,
            remedy="Thresholds are calibrated in the instructor's course, which has it.",
        )
    folder = assignment.reference / "variants"
    where = f"reference/{assignment.id}/variants"
    for part in sorted(folder.iterdir()) if folder.is_dir() else ():
        if part.is_dir() and part.name not in {*Role, "__pycache__"}:
            raise SpecError(
                f"there is no role of this name{did_you_mean(part.name, list(Role))}",
                where=f"{where}/{part.name}",
                remedy=f"The folders are: {', '.join(Role)}.",
            )
    solution = assignment.reference / "solution.py"
    found = [Variant("solution", Role.RIGHT, solution, "the reference", "", digest_of(solution))]
    for role in Role:
        for path in sorted((folder / role).glob("*.py")):
            found.append(_variant(path, role, f"{where}/{role}/{path.name}"))
    if not any(variant.role is Role.BASELINE for variant in found):
        raise SpecError(
            "there is no trivial solution, so nothing says where the points begin",
            where=f"{where}/baseline",
            remedy="Write one there that learns nothing, such as the most frequent class.",
        )
    return tuple(found)


def as_submission(variant: Variant, assignment: Assignment) -> Submission:
    """Return a variant as if it was handed in; ``solution.py`` lies beside it."""
    assert assignment.reference is not None
    entry = f"{assignment.id}.py"
    source = variant.path.read_bytes()
    files = {"solution.py": (assignment.reference / "solution.py").read_bytes(), entry: source}
    return Submission(
        student=variant.name,
        path=entry,
        kind="module",
        cells=(Cell(kind=CellKind.CODE, source=source.decode("utf-8")),),
        files=files,
        entry=entry,
        digest=hashlib.sha256(source).hexdigest(),
    )


def _variant(path: Path, role: Role, where: str) -> Variant:
    try:
        document = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    except (SyntaxError, ValueError) as error:
        raise SpecError(f"this is not a Python module: {error}", where=where) from None
    if not document:
        raise SpecError(
            "this variant does not say what it is",
            where=where,
            remedy="Begin it with a docstring; of a wrong one, it names the mistake.",
        )
    reason = _REASON.search(document)
    return Variant(
        f"{role}/{path.stem}",
        role,
        path,
        document.partition("\n")[0].strip(),
        " ".join(reason[1].split()) if reason else "",
        digest_of(path),
    )
