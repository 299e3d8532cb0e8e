"""Which submissions a comparison of two commits touches.

The rule: what lies in ``submissions/ID`` of the repository are the submissions for the assignment
``ID``, a folder or a file for each student. A submission is graded, as a whole, if a file of it is
new, changed or removed. Where paths and an assignment are named, what lies there are the
submissions instead, found as ``grader grade`` finds them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from grader.ci.event import Comparison
from grader.ci.repository import Entry, Repository
from grader.errors import UsageError
from grader.submission import Attempt, discover
from grader.submission.names import GRADABLE_SUFFIXES, is_ignored, shown, split_suffix

__all__ = ["Changes", "Target", "find_changes", "named_changes", "place_attempts"]


class Target(NamedTuple):
    """What is to be graded for one assignment.

    Attributes:
        assignment: its id.
        paths: files and folders of the repository in which submissions are looked for.
        are_classes: each of the paths is a folder that holds a submission for each student.
        entries: the files of the head that may belong to submissions that changed.
        changed: those files that changed, and those that were removed.
    """

    assignment: str
    paths: tuple[str, ...]
    are_classes: bool
    entries: tuple[Entry, ...]
    changed: frozenset[str]


class Changes(NamedTuple):
    """What a comparison touches.

    Attributes:
        targets: what is to be graded, by assignment.
        removed: submissions that the head has no more.
        astray: notebooks, modules and archives that lie where no assignment's submissions do.
    """

    targets: tuple[Target, ...] = ()
    removed: tuple[str, ...] = ()
    astray: tuple[str, ...] = ()


def find_changes(
    repository: Repository, comparison: Comparison, folder: str, assignments: Collection[str]
) -> Changes:
    """Find the submissions that changed in ``folder/ID``, for every assignment of the course.

    Args:
        repository: where the commits are.
        comparison: which commits.
        folder: the folder of all submissions, from the top of the repository.
        assignments: the ids that the course has.
    """
    top = folder.strip("/")
    entries = repository.entries(comparison.head, [top])
    changed = _changed(repository, comparison, entries, [top])
    targets, removed = [], []
    for name in sorted(assignments):
        place = f"{top}/{name}"
        touched = {student for path in changed if (student := _student(path, place))}
        kept = tuple(entry for entry in entries if _student(entry.path, place) in touched)
        if kept:
            targets.append(Target(name, (place,), True, kept, frozenset(changed)))
        there = {_student(entry.path, place) for entry in kept}
        removed += sorted(f"{place}/{student}" for student in touched - there)
    present = {entry.path for entry in entries}
    astray = sorted(
        path
        for path in changed & present
        if _is_gradable(path) and not any(_student(path, f"{top}/{name}") for name in assignments)
    )
    return Changes(tuple(targets), tuple(removed), tuple(astray))


def named_changes(
    repository: Repository, comparison: Comparison, paths: Sequence[str], assignment: str
) -> Changes:
    """Find the submissions that changed among files and folders that were named.

    Raises:
        UsageError: the head has no such file or folder.
    """
    names = [str(PurePosixPath(path)) for path in paths]
    entries = repository.entries(comparison.head, names)
    for name in names:
        if not any(_is_within(entry.path, name) for entry in entries):
            raise UsageError(
                f"commit {comparison.head[:12]} has no such file or folder",
                where=shown(name),
                remedy="Name paths as they are from the top of the repository, and commit them.",
            )
    changed = _changed(repository, comparison, entries, names)
    if not changed:
        return Changes()
    target = Target(assignment, tuple(names), False, tuple(entries), frozenset(changed))
    return Changes((target,))


def place_attempts(
    repository: Repository, target: Target, folder: Path
) -> tuple[tuple[Attempt, ...], Path]:
    """Write the files of a target, and find the submissions that changed among them.

    Args:
        repository: where the files are.
        target: which files.
        folder: an empty folder to write to.

    Returns:
        All attempts of the students of whose attempts one changed, and the folder that stands for
        the top of the repository. It has the repository's name, which may be the only thing that
        tells whose work lies at the top.
    """
    top = folder / repository.root.name
    top.mkdir(parents=True)
    groups: dict[str, list[Entry]] = {}
    for entry in target.entries:
        place = next(path for path in target.paths if _is_within(entry.path, path))
        groups.setdefault(_student(entry.path, place) or place, []).append(entry)
    for group in groups.values():  # the caps are those of one submission
        repository.place(group, top)
    attempts = discover(
        [top / path for path in target.paths],
        assignment=target.assignment,
        are_classes=target.are_classes,
    )
    if target.are_classes:
        return attempts, top  # of the others no file was placed
    changed = [top / path for path in target.changed]
    students = {attempt.student for attempt in attempts if _is_touched(attempt, changed)}
    return tuple(attempt for attempt in attempts if attempt.student in students), top


def _changed(
    repository: Repository, comparison: Comparison, entries: Iterable[Entry], names: Sequence[str]
) -> set[str]:
    if comparison.base is None:
        return {entry.path for entry in entries}
    changed = repository.changed(comparison.base, comparison.head)
    return {path for path in changed if any(_is_within(path, name) for name in names)}


def _student(path: str, place: str) -> str:
    """Return the name below ``place`` that a path leads through; empty if it does not."""
    if not path.startswith(f"{place}/"):
        return ""
    name = path.removeprefix(f"{place}/").partition("/")[0]
    return "" if is_ignored(name) else name


def _is_within(path: str, folder: str) -> bool:
    return folder in {".", path} or path.startswith(f"{folder}/")


def _is_gradable(path: str) -> bool:
    name = PurePosixPath(path).name
    return not is_ignored(name) and split_suffix(name)[1] in GRADABLE_SUFFIXES


def _is_touched(attempt: Attempt, changed: Iterable[Path]) -> bool:
    """Tell whether a file of an attempt changed; of its folder all that lie in it are."""
    own = {*attempt.parts.values(), attempt.path}
    return any(path in own or attempt.path in path.parents for path in changed)
