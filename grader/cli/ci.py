"""``grader ci``: grades what a pull request changes, and tells it where pull requests are read."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer
from rich.text import Text

from grader.cli.options import CourseOption, EngineOption, IsolationOption
from grader.cli.terminal import console, errors_to, plain
from grader.cli.trust import course_secret, safe_level
from grader.errors import GraderError, UsageError
from grader.model import Engine, Level
from grader.points import number

if TYPE_CHECKING:
    from grader.catalog import Course
    from grader.ci import (
        Annotation,
        Changes,
        Comparison,
        Graded,
        Repository,
        Result,
        Terms,
        Told,
    )

__all__ = ["ci"]

_INTERRUPTED = 130  # as shells say it
_UNLIMITED = 1 << 26  # bytes of a summary that nobody limits


class _Wanted(NamedTuple):
    """What is asked for on the command line."""

    paths: Sequence[str]
    assignment: str
    submissions: str
    everything: bool
    course: Path | None
    hidden: bool
    pass_score: str
    output: Path | None
    engine: Engine
    isolation: Level | None
    trust: bool


def ci(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH",
            help="With --assignment: the submissions, as paths from the top of the repository.",
            show_default=False,
        ),
    ] = None,
    assignment: Annotated[
        str,
        typer.Option(
            "--assignment",
            metavar="ID",
            help="What PATHs are submissions for. Without it, submissions/ID/STUDENT tells.",
            show_default=False,
        ),
    ] = "",
    submissions: Annotated[
        str, typer.Option(metavar="DIR", help="The folder of the repository that holds ID/STUDENT.")
    ] = "submissions",
    base: Annotated[
        str,
        typer.Option(
            metavar="COMMIT",
            help="Grade what changed since this commit; the event tells, if not given.",
            show_default=False,
        ),
    ] = "",
    head: Annotated[
        str,
        typer.Option(
            metavar="COMMIT",
            help="Grade what this commit holds; the event tells, if not given.",
            show_default=False,
        ),
    ] = "",
    everything: Annotated[
        bool, typer.Option("--all", help="Grade every submission, changed or not.")
    ] = False,
    course: CourseOption = None,
    hidden: Annotated[
        bool,
        typer.Option(
            "--hidden/--public",
            help="Run the hidden tests too: for a job that pull requests cannot change.",
        ),
    ] = False,
    pass_score: Annotated[
        str,
        typer.Option(
            metavar="SCORE",
            help="What every submission must reach: a share of the points that the tests give, or "
            "points, such as 7.5.",
        ),
    ] = "100%",
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="DIR",
            help="Write a report: pages, summary.md, junit.xml, code-quality.json.",
            show_default=False,
        ),
    ] = None,
    engine: EngineOption = Engine.SHELL,
    isolation: IsolationOption = None,
    trust: Annotated[
        bool,
        typer.Option(
            "--trust",
            help="With --hidden: whoever wrote what is graded may run anything here.",
        ),
    ] = False,
) -> None:
    """Grade the submissions that a pull request or a push changes, with the public tests.

    Commits are read from git as data; nothing of them is run but in the sandbox. Whatever is
    printed or written is what a student may see.

    Leaves with 0 if every submission that changed reached the pass score, 1 if one did not, 2 if
    something is wrong with the command or the course, 130 if it was interrupted.
    """
    from grader.ci import command, commands_stopped, within_limits

    wanted = _Wanted(
        paths=paths or (),
        assignment=assignment,
        submissions=submissions,
        everything=everything,
        course=course,
        hidden=hidden,
        pass_score=pass_score,
        output=output,
        engine=engine,
        isolation=isolation,
        trust=trust,
    )
    on_github = os.environ.get("GITHUB_ACTIONS") == "true"
    with commands_stopped(sys.stdout, active=on_github):
        try:
            status, annotations = _graded(wanted, base, head)
        except GraderError as error:  # told in here: it may quote what a student wrote
            errors_to(sys.stderr, error)
            status, annotations = 2, [_failure(error)]
        sys.stderr.flush()
    if on_github:
        for one in within_limits(annotations):
            typer.echo(command(one))
    raise typer.Exit(status)


def _graded(wanted: _Wanted, base: str, head: str) -> tuple[int, list[Annotation]]:
    """Grade, print and write; return the status to leave with, and what belongs beside lines."""
    from grader.catalog import find_course
    from grader.ci import (
        PassScore,
        Repository,
        Terms,
        compare,
        grade_targets,
        remarks,
        require_own_tests,
    )
    from grader.pipeline import Rules

    pass_score = PassScore.parse(wanted.pass_score)
    repository = Repository(Path.cwd())
    comparison = compare(repository, _told(base, head), everything=wanted.everything)
    course = find_course(wanted.course)
    if wanted.hidden and not wanted.trust:
        require_own_tests(course, comparison)
    secret = course_secret() if wanted.hidden else ""
    terms = Terms(
        Rules(engine=wanted.engine, secret=secret, hidden=wanted.hidden),
        # Where nothing is secret, submissions need not be isolated.
        safe_level(wanted.isolation, trust=wanted.trust or not wanted.hidden),
        pass_score,
    )
    changes = _changes(repository, comparison, course, wanted)
    with tempfile.TemporaryDirectory(prefix="grader-ci-") as folder:
        graded = grade_targets(repository, changes.targets, course, terms, Path(folder))
        annotations = remarks(graded.results, changes.astray)
        _print(graded.results, changes)
        _write(graded, changes, annotations, _closing(comparison, terms), wanted.output)
    if not graded.is_whole:
        console(stderr=True).print("Interrupted: what was graded until then is told above.")
        return _INTERRUPTED, annotations
    if _is_enough(graded, changes):
        return 0, annotations
    console(stderr=True).print(f"Not every submission reached {pass_score}.")
    return 1, annotations


def _is_enough(graded: Graded, changes: Changes) -> bool:
    enough = all(result.is_enough for result in graded.results)
    return graded.is_whole and enough and not changes.astray


def _told(base: str, head: str) -> Told:
    """Return which commits to compare: options count more than the event."""
    from grader.ci import Told, read_event

    if base and head:
        return Told("--head and --base", head, (base,), is_proposal=True)
    told = read_event(os.environ)
    if base:
        told = told._replace(source="--base", bases=(base,), or_everything=False, is_proposal=True)
    return told._replace(source="--head", head=head) if head else told


def _changes(
    repository: Repository, comparison: Comparison, course: Course, wanted: _Wanted
) -> Changes:
    from grader.ci import find_changes, named_changes

    if bool(wanted.paths) != bool(wanted.assignment):
        raise UsageError(
            "--assignment says what PATHs are submissions for, so one needs the other",
            remedy="Name both, as in `grader ci --assignment ID homework.ipynb`, or neither.",
        )
    if wanted.paths:
        return named_changes(repository, comparison, wanted.paths, wanted.assignment)
    return find_changes(repository, comparison, wanted.submissions, course.ids)


def _print(results: Sequence[Result], changes: Changes) -> None:
    """Print each submission with the tests that lost points."""
    from grader.export.wording import about, tests_of, told

    output = console()
    for result in results:
        grade = result.grade
        score = f"{number(grade.score)} of {number(grade.max_score)} points"
        style = "bold green" if result.is_enough else "bold"
        where = f"{plain(result.work.path)}  {grade.assignment_title}, {grade.student}: "
        output.print(Text.assemble((where, "bold"), (score, style)), soft_wrap=True)
        if text := about(grade):
            output.print(Text(indent(text, "  "), "yellow"), soft_wrap=True)
        for verdict in () if grade.problem else tests_of(grade):
            points = f"{number(verdict.points)}/{number(verdict.max_points)}"
            full = verdict.points == verdict.max_points
            output.print(
                Text(f"  {points:>7}  {plain(verdict.title)}", "green" if full else ""),
                soft_wrap=True,
            )
            if not full and (text := told(verdict)):
                output.print(Text(indent(text, " " * 11)), soft_wrap=True)
        output.print()
    for path, text in _remarks(changes).items():
        output.print(f"{plain(path)} {text}", style="yellow", soft_wrap=True)
    if not results:
        output.print("No submission changed, so nothing was graded.")


def _write(
    graded: Graded,
    changes: Changes,
    annotations: Sequence[Annotation],
    closing: str,
    output: Path | None,
) -> None:
    """Write the report, the summary, and what later steps are told."""
    from grader.ci import (
        append_outputs,
        append_summary,
        summary,
        summary_room,
        together,
        write_report,
    )
    from grader.export import classroom

    results = graded.results
    told = _remarks(changes)
    if output is not None:
        write_report(
            output,
            results,
            summary=summary(results, remarks=told, closing=closing, room=_UNLIMITED),
            remarks=annotations,
            pages=graded.pages,
        )
    if file := os.environ.get("GITHUB_STEP_SUMMARY"):
        room = summary_room(Path(file))
        append_summary(Path(file), summary(results, remarks=told, closing=closing, room=room))
    if file := os.environ.get("GITHUB_OUTPUT"):
        whole = together(results)
        append_outputs(
            Path(file),
            {
                "score": number(whole.score, digits=4),
                "max-score": number(whole.max_score, digits=4),
                "graded": str(len(results)),
                "passed": "true" if _is_enough(graded, changes) else "false",
                "result": classroom.write(whole),
                "report": str(output.resolve()) if output is not None else "",
            },
        )


def _remarks(changes: Changes) -> dict[str, str]:
    """Return what there is to say of paths that are no graded submissions."""
    astray = "is not graded: it lies where no assignment's submissions are looked for."
    return {
        **dict.fromkeys(changes.removed, "was removed, so it is not graded."),
        **dict.fromkeys(changes.astray, astray),
    }


def _closing(comparison: Comparison, terms: Terms) -> str:
    tests = "public and hidden tests" if terms.rules.hidden else "public tests"
    since = f", what changed since {comparison.base[:12]}" if comparison.base else ""
    return (
        f"Graded with the {tests}, isolated at level {terms.level}: {comparison.head[:12]}{since}."
    )


def _failure(error: GraderError) -> Annotation:
    from grader.ci import Annotation, Kind

    return Annotation(Kind.ERROR, "Nothing could be graded", str(error))
