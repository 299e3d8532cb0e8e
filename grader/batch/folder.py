"""The folder of results: one JSON document per submission, and everything rendered from it.

::

    DIR/index.html              the class, for the instructor
    DIR/grades.csv              one row per submission
    DIR/<key>.json              the grade, complete
    DIR/<key>.ipynb             the executed notebook
    DIR/<key>.html              the instructor's page
    DIR/feedback/<key>.html     the student's page, and the grade as the student may see it (.json)
    DIR/journal.sqlite          which grades are complete, and what they were given for
    DIR/.regrade-*, .replacement  grades that may replace these, and grades that are replacing them

The key is the student's identifier, with ``+attempt-2`` behind it where every attempt is graded.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from decimal import Decimal
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from grader.errors import UsageError
from grader.export import grades_table
from grader.feedback import student_view
from grader.model import Assignment, Grade, GradeStatus, Transcript
from grader.report import OverviewEntry, render_class, render_grade, render_overview
from grader.transcript import read_transcript, transcript_json

__all__ = ["FEEDBACK", "GONE", "REPLACEMENT", "RESERVED_KEYS", "ResultsFolder", "write_overview"]

FEEDBACK = "feedback"
REPLACEMENT = ".replacement"
"""Holds grades that replace those of the folder, and are on their way there."""
GONE = "gone"
"""In that folder: names files of the replaced grades that have no successor, a line each."""
RESERVED_KEYS = frozenset({"index", "grades", FEEDBACK})
"""What no submission's results may be called, in lower case."""


class ResultsFolder:
    """Reads and writes the results of grading one assignment.

    Args:
        root: the folder; made when something is written.
        after_due: students also see the outcome of ``after_due`` tests in full.
    """

    def __init__(self, root: Path, *, after_due: bool = False) -> None:
        self.root = root
        self._after_due = after_due

    def make(self) -> None:
        """Make the folder, unless it is there.

        Raises:
            UsageError: that is impossible.
        """
        try:
            (self.root / FEEDBACK).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"results cannot be written here: {error.strerror}",
                where=str(self.root),
                remedy="Name another folder with -o.",
            ) from error

    def make_room(
        self,
        assignment: Assignment,
        max_score: Decimal,
        *,
        keys: Collection[str],
        students: Collection[str],
        recount: bool = False,
        clean: bool = False,
    ) -> dict[str, Grade]:
        """Make the folder ready for a round of grading, and return the earlier grades in it.

        Results of submissions that are not graded now stay, so that one late submission can be
        added to a class. What this round replaces goes, as other attempts of its students do.

        Args:
            assignment: what is graded.
            max_score: the points that this round can give.
            keys: under which results will be written; earlier ones of these may be damaged.
            students: whose submissions are graded.
            recount: let no row stay of those who had handed in nothing; they are counted again.
            clean: let nothing stay.

        Raises:
            UsageError: the folder cannot be used, or holds grades that would not fit together
                with those of this round.
        """
        self.make()
        self.sweep()
        earlier = self.grades(replaced=keys)
        if not clean:
            self._require_alike(earlier.values(), assignment, max_score)
        for key, grade in list(earlier.items()):
            replaced = grade.student in students and key not in keys
            if clean or replaced or (recount and grade.status is GradeStatus.MISSING):
                self.remove(key)
                del earlier[key]
        return earlier

    def sweep(self) -> None:
        """Remove what a process left half-written because it was killed."""
        for folder in (self.root, self.root / FEEDBACK):
            for part in folder.glob(".*.part"):
                part.unlink(missing_ok=True)

    def write(self, key: str, grade: Grade, transcript: Transcript | None) -> None:
        """Write everything that belongs to one submission.

        Args:
            key: file name without ending, such as the student's id.
            grade: the grade, complete.
            transcript: the executed notebook; None where nothing was run.

        Raises:
            UsageError: the folder cannot be written to.
        """
        self.make()
        notebook = self.root / f"{key}.ipynb"
        if transcript is not None:
            _write_whole(notebook, transcript_json(transcript))
        else:
            notebook.unlink(missing_ok=True)  # of an earlier round
        self._render(key, grade, transcript)
        self._write_document(key, grade)

    def write_again(self, key: str, grade: Grade) -> None:
        """Write everything of a submission but its executed notebook, which is there or not.

        Raises:
            UsageError: the folder cannot be written to.
        """
        self.render(key, grade)
        self._write_document(key, grade)

    def render(self, key: str, grade: Grade) -> None:
        """Write the pages of a grade whose document and notebook are there.

        Raises:
            UsageError: the folder cannot be written to.
        """
        notebook = self.root / f"{key}.ipynb"
        self._render(key, grade, read_transcript(notebook) if notebook.exists() else None)

    def _write_document(self, key: str, grade: Grade) -> None:
        # Last and in one step: a grade that can be read has everything else beside it.
        _write_whole(self.root / f"{key}.json", _document(grade))

    def document(self, key: str) -> str:
        """Return a grade's document as it was written.

        Raises:
            UsageError: it cannot be read.
        """
        path = self.root / f"{key}.json"
        try:
            return path.read_text(encoding="utf-8")
        except OSError as error:
            raise UsageError(
                f"this grade cannot be read: {error.strerror}",
                where=str(path),
                remedy="See what else writes into this folder, and grade again.",
            ) from error

    def mend(self, key: str, document: str) -> None:
        """Write a grade's document again if the one that is there cannot be read."""
        path = self.root / f"{key}.json"
        try:
            _read(path)
        except UsageError:
            _write_whole(path, document)

    def paths(self, key: str) -> tuple[Path, ...]:
        """Return the files of a submission, there or not.

        They are the student's document and page, the notebook, the page, and last the document, by
        which all the rest is found.
        """
        feedback = self.root / FEEDBACK
        return (
            *(feedback / f"{key}{ending}" for ending in (".json", ".html")),
            *(self.root / f"{key}{ending}" for ending in (".ipynb", ".html", ".json")),
        )

    def grades(self, *, replaced: Collection[str] = ()) -> dict[str, Grade]:
        """Return every grade of the folder by its key, in the order of the keys.

        Args:
            replaced: keys whose documents are left out if they cannot be read.

        Raises:
            UsageError: a file is not a grade document of this version.
        """
        found = {path.stem: path for path in self.root.glob("[!.]*.json")}
        # Grades that are replacing others all count, wherever they lie by now.
        replacement = self.root / REPLACEMENT
        if (replacement / GONE).exists():
            for name in (replacement / GONE).read_text(encoding="utf-8").splitlines():
                found.pop(name.removesuffix(".json"), None)
        found |= {path.stem: path for path in replacement.glob("[!.]*.json")}
        grades = {}
        for key in sorted(found):
            try:
                grades[key] = _read(found[key])
            except UsageError:
                if key not in replaced:
                    raise
        return grades

    def render_all(self) -> dict[str, Grade]:
        """Render every page again from the JSON documents, and the class page and table.

        Raises:
            UsageError: there are no grades, or a document cannot be read.
        """
        if self.root.resolve().name == FEEDBACK:
            # Its documents are what students may see; a class page there might be handed out.
            raise UsageError(
                "this folder holds the students' pages",
                where=str(self.root),
                remedy=f"Name the folder above it, {self.root.resolve().parent}.",
            )
        grades = self.grades()
        if not grades:
            raise UsageError(
                "this folder holds no grades",
                where=str(self.root),
                remedy="Name the folder that was given to `grader grade` with -o.",
            )
        self.make()
        for key, grade in grades.items():
            self.render(key, grade)
        return self.render_class()

    def render_class(self) -> dict[str, Grade]:
        """Write the class page and ``grades.csv``, and return the grades that they show."""
        grades = self.grades()
        title = next((grade.assignment_title for grade in grades.values()), "Grades")
        links = {(grade.student, grade.attempt): f"{key}.html" for key, grade in grades.items()}
        page = render_class(list(grades.values()), title=title, links=links)
        _write_whole(self.root / "index.html", page)
        _write_whole(self.root / "grades.csv", grades_table(grades.values()))
        return grades

    def _require_alike(
        self, earlier: Collection[Grade], assignment: Assignment, max_score: Decimal
    ) -> None:
        """Refuse to mix grades that one table could not show together."""
        for grade in earlier:
            if grade.assignment != assignment.id:
                found = f'grades of "{grade.assignment}"'
            elif grade.status is not GradeStatus.MISSING and grade.max_score != max_score:
                found = (
                    f"grades out of {grade.max_score:f} points, and these are out of {max_score:f}"
                )
            else:
                continue
            raise UsageError(
                f"this folder holds {found}",
                where=str(self.root),
                remedy="Name another folder with -o, or remove its results with --clean.",
            )

    def remove(self, key: str) -> None:
        """Remove everything that belongs to a submission."""
        for path in self.paths(key):
            path.unlink(missing_ok=True)

    def _render(self, key: str, grade: Grade, transcript: Transcript | None) -> None:
        page = render_grade(grade, transcript, audience="instructor")
        _write_whole(self.root / f"{key}.html", page)
        seen = student_view(grade, after_due=self._after_due)
        page = render_grade(seen, transcript, audience="student")
        _write_whole(self.root / FEEDBACK / f"{key}.html", page)
        _write_whole(self.root / FEEDBACK / f"{key}.json", _document(seen))


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
    except (ValidationError, OSError) as error:
        told = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error.strerror
        raise UsageError(
            f"this is not a grade of schema version 1: {told}",
            where=str(path),
            remedy="Grade again into another folder, or move the file away.",
        ) from error


def _document(grade: Grade) -> str:
    try:
        return grade.model_dump_json(indent=1)
    except PydanticSerializationError:
        # It refuses the halves of surrogate pairs that a student may have printed.
        return json.dumps(grade.model_dump(mode="json"), ensure_ascii=False, indent=1)


def _write_whole(path: Path, text: str) -> None:
    """Write a file so that nobody ever sees half of it; what UTF-8 cannot hold becomes ``?``."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")  # others may render this as well
    try:
        part.write_bytes(text.encode("utf-8", "replace"))
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise UsageError(
            f"this file cannot be written: {error.strerror}",
            where=str(path),
            remedy="Make room on the disk, or name another folder.",
        ) from error
