"""The folder of results: one JSON document per submission, and everything rendered from it.

::

    DIR/index.html              the class, for the instructor
    DIR/grades.csv              one row per submission
    DIR/<student>.json          the grade, complete
    DIR/<student>.ipynb         the executed notebook
    DIR/<student>.html          the instructor's page
    DIR/feedback/<student>.html the student's page, and the grade as the student may see it (.json)
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from pydantic import ValidationError

from grader.errors import UsageError
from grader.feedback import student_view
from grader.model import Grade, Transcript
from grader.report import OverviewEntry, render_class, render_grade, render_overview
from grader.transcript import read_transcript, write_transcript

__all__ = ["ResultsFolder", "write_overview"]

_FEEDBACK = "feedback"
_COLUMNS = (
    "student",
    "name",
    "assignment",
    "attempt",
    "status",
    "score",
    "max_score",
    "pending",
    "submission",
    "problem",
)


class ResultsFolder:
    """Reads and writes the results of grading one assignment.

    Args:
        root: the folder; made when something is written.
        after_due: students also see the outcome of ``after_due`` tests in full.
    """

    def __init__(self, root: Path, *, after_due: bool = False) -> None:
        self.root = root
        self._after_due = after_due

    def write(self, key: str, grade: Grade, transcript: Transcript | None) -> None:
        """Write everything that belongs to one submission.

        Args:
            key: file name without ending, such as the student's id.
            grade: the grade, complete.
            transcript: the executed notebook; None where nothing was run.
        """
        (self.root / _FEEDBACK).mkdir(parents=True, exist_ok=True)
        if transcript is not None:
            write_transcript(transcript, self.root / f"{key}.ipynb")
        self._render(key, grade, transcript)
        # Last and in one step: a grade that can be read has everything else beside it.
        _write_whole(self.root / f"{key}.json", grade.model_dump_json(indent=1))

    def grades(self) -> dict[str, Grade]:
        """Return every grade of the folder by its key.

        Raises:
            UsageError: a file is not a grade document of this version.
        """
        return {path.stem: _read(path) for path in sorted(self.root.glob("*.json"))}

    def render_all(self) -> dict[str, Grade]:
        """Render every page again from the JSON documents, and the class page and table."""
        grades = self.grades()
        if not grades:
            raise UsageError(
                "this folder holds no grades",
                where=str(self.root),
                remedy="Name the folder that was given to `grader grade` with -o.",
            )
        (self.root / _FEEDBACK).mkdir(exist_ok=True)
        for key, grade in grades.items():
            notebook = self.root / f"{key}.ipynb"
            self._render(key, grade, read_transcript(notebook) if notebook.exists() else None)
        return self.render_class()

    def render_class(self) -> dict[str, Grade]:
        """Write the class page and ``grades.csv``, and return the grades that they show."""
        grades = self.grades()
        title = next((grade.assignment_title for grade in grades.values()), "Grades")
        links = {grade.student: f"{key}.html" for key, grade in grades.items()}
        page = render_class(list(grades.values()), title=title, links=links)
        _write_whole(self.root / "index.html", page)
        self._write_table(list(grades.values()))
        return grades

    def _render(self, key: str, grade: Grade, transcript: Transcript | None) -> None:
        page = render_grade(grade, transcript, audience="instructor")
        _write_whole(self.root / f"{key}.html", page)
        seen = student_view(grade, after_due=self._after_due)
        feedback = self.root / _FEEDBACK
        page = render_grade(seen, transcript, audience="student")
        _write_whole(feedback / f"{key}.html", page)
        _write_whole(feedback / f"{key}.json", seen.model_dump_json(indent=1))

    def _write_table(self, grades: Sequence[Grade]) -> None:
        tests = list(dict.fromkeys(v.id for grade in grades for v in grade.verdicts))
        path = self.root / "grades.csv"
        # With a byte-order mark: spreadsheets then read names outside ASCII as they are.
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*_COLUMNS, *tests])
            for grade in grades:
                points = {verdict.id: verdict.points for verdict in grade.verdicts}
                writer.writerow(
                    _cells([getattr(grade, column) for column in _COLUMNS])
                    + _cells([points.get(test, "") for test in tests])
                )


def write_overview(root: Path, classes: Mapping[Path, Mapping[str, Grade]]) -> Path:
    """Write the page that links the class pages of several assignments, and return its path."""
    entries = [
        OverviewEntry.of(
            grades.values(),
            title=next(iter(grades.values())).assignment_title,
            link=f"{folder.relative_to(root).as_posix()}/index.html",
        )
        for folder, grades in classes.items()
    ]
    page = root / "index.html"
    _write_whole(page, render_overview(entries))
    return page


def _read(path: Path) -> Grade:
    try:
        return Grade.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise UsageError(
            f"this is not a grade of schema version 1: {error.errors()[0]['msg']}",
            where=str(path),
            remedy="Grade again into this folder, or remove the file.",
        ) from error


def _cells(values: Sequence[object]) -> list[str]:
    """Write values for a spreadsheet; text that it would compute is kept as text."""
    texts = [f"{value:.6g}" if isinstance(value, Decimal) else str(value) for value in values]
    return [f"'{text}" if text[:1] in "=+-@\t\r" else text for text in texts]


def _write_whole(path: Path, text: str) -> None:
    """Write a file so that nobody ever sees half of it."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
