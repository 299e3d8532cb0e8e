"""Paths to attempts: whose work lies where, and in which order it was handed in.

A folder is either one student's or a whole class's. It is one student's if it is a package, holds
the assignment's own notebook or module, or a single notebook that uses everything gradable beside
it; it is a class's if a learning platform named what it holds, and otherwise. Links are never
followed: a link leads to an attempt that says so when it is read.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from grader.errors import SubmissionError, UsageError
from grader.model import Notice
from grader.submission.attempt import Attempt
from grader.submission.contents import MEGABYTE, is_folder, list_folder, read_file
from grader.submission.names import (
    FOREIGN_SUFFIXES,
    GRADABLE_SUFFIXES,
    MAIN_STEMS,
    HandedInName,
    is_ignored,
    is_own,
    parse_name,
    shown,
    split_suffix,
    student_ids,
)

__all__ = ["discover", "single"]

_NAMED = 5


@dataclass(frozen=True)
class _Find:
    """Something that may be an attempt; ``name`` tells whose."""

    name: HandedInName
    path: Path
    parts: Mapping[str, Path]
    gradable: bool = True
    notices: tuple[Notice, ...] = ()

    @property
    def order(self) -> tuple[str, int, int, str]:
        try:
            modified = self.path.lstat().st_mtime_ns
        except OSError:
            modified = 0  # gone or out of reach: said when it is read
        return (self.name.stamp, self.name.counter, modified, self.path.name)


def discover(
    paths: Sequence[Path], *, assignment: str, are_classes: bool = False
) -> tuple[Attempt, ...]:
    """Find all attempts in files, zips, students' folders and classes' folders.

    A file that is given by itself comes without its neighbours; give the folder to have them
    along.

    Args:
        paths: what to grade.
        assignment: its identifier, by which its own notebook and module are known.
        are_classes: every folder that is given is a class's, whatever it holds.

    Returns:
        The attempts by student, each student's in the order of ``Attempt.order``.

    Raises:
        UsageError: a path does not exist.
    """
    finds: dict[tuple[Path, tuple[str, ...]], _Find] = {}
    for path in paths:
        if not os.path.lexists(path):
            raise UsageError(
                f"{path} does not exist.",
                remedy="Give the file or folder of a submission, or the folder of a class.",
            )
        for find in _finds(path, assignment, is_class=are_classes):
            finds.setdefault((find.path.absolute(), tuple(find.parts)), find)
    by_student: defaultdict[str, list[_Find]] = defaultdict(list)
    for find in finds.values():
        by_student[find.name.student].append(find)
    identifiers = student_ids(by_student)
    return tuple(
        attempt
        for student in sorted(by_student, key=identifiers.__getitem__)
        for attempt in _attempts(identifiers[student], by_student[student])
    )


def single(path: Path, *, assignment: str) -> Attempt:
    """Find the one attempt that a path holds.

    Args:
        path: a file, a zip, or one student's folder.
        assignment: its identifier, as for :func:`discover`.

    Raises:
        UsageError: the path does not exist, or does not hold exactly one attempt.
    """
    attempts = discover([path], assignment=assignment)
    if len(attempts) != 1:
        names = ", ".join(shown(attempt.path.name) for attempt in attempts[:_NAMED])
        more = ", …" if len(attempts) > _NAMED else ""
        raise UsageError(
            f"this takes one submission; here is {names or 'none'}{more}",
            where=str(path),
            remedy="Name one notebook, module or zip. To grade many, use `grader grade`.",
        )
    return attempts[0]


def _attempts(student: str, finds: list[_Find]) -> Iterator[Attempt]:
    """Number one student's attempts; what cannot be graded counts only if nothing else is there."""
    gradable = [find for find in finds if find.gradable] or finds
    notices: list[Notice] = []
    if aside := sorted(shown(find.path.name) for find in finds if find not in gradable):
        message = f"Not graded, because it is no notebook or module: {', '.join(aside[:5])}."
        notices.append(Notice(code="set-aside", message=message))
    name = finds[0].name.student
    if name != student:
        message = f"The name “{shown(name)}” is written as {student}, which is safe everywhere."
        notices.append(Notice(code="student-name", message=message))
    for number, find in enumerate(sorted(gradable, key=lambda find: find.order), start=1):
        yield Attempt(
            student=student,
            path=find.path,
            order=find.order,
            attempt=number,
            notices=(*notices, *find.notices),
            parts=find.parts,
        )


def _finds(path: Path, assignment: str, *, is_class: bool) -> list[_Find]:
    """Look at one path that was given."""
    if not is_folder(path):
        name = parse_name(path.name, assignment=assignment)
        if not name.platform and _is_main(name, assignment):
            # The file tells what it is; whose it is, its folder tells.
            name = replace(name, student=path.absolute().parent.name or name.student)
        return [_Find(name, path, {name.original: path}, notices=_late(name))]
    if is_class or _is_class(path, assignment):
        return _class_finds(path, assignment)
    resolved = path.resolve()
    own = parse_name(resolved.name, assignment=assignment, folder=True)
    if is_own(own.stem, assignment):
        own = replace(own, student=resolved.parent.name or own.student)
    return _folder_finds(path, own, assignment)


def _is_main(name: HandedInName, assignment: str) -> bool:
    """Tell whether a file is called after its content, not after its author."""
    return is_own(name.stem, assignment) or name.stem.casefold() in MAIN_STEMS


def _visible(folder: Path) -> list[Path]:
    """Return what a folder holds, in the order of names; nothing if it cannot be read."""
    try:
        return sorted(path for path in folder.iterdir() if not is_ignored(path.name))
    except OSError:
        return []  # said when the folder is read as a student's


def _is_gradable(path: Path) -> bool:
    return split_suffix(path.name)[1] in GRADABLE_SUFFIXES


def _is_class(folder: Path, assignment: str) -> bool:
    """Decide whether a folder holds a class or one student's work."""
    entries = _visible(folder)
    folders = [entry for entry in entries if is_folder(entry)]
    files = [entry for entry in entries if entry not in set(folders)]
    if any(entry.name == "__init__.py" for entry in files):
        return False
    names = {path: parse_name(path.name, assignment=assignment) for path in files}
    if any(name.platform for name in names.values()) or any(
        parse_name(entry.name, assignment=assignment, folder=True).platform for entry in folders
    ):
        return True
    loose = [
        path for path in files if _is_gradable(path) and names[path].stem.casefold() != "readme"
    ]
    holders = [entry for entry in folders if any(map(_is_gradable, _visible(entry)))]
    if any(_is_main(names[path], assignment) for path in loose):
        # Beside two or more students' folders it is the course's own copy.
        return sum(_holds_main(entry, assignment) for entry in holders) >= 2
    if not loose:
        wrapper = [entry.name == "src" or is_own(entry.name, assignment) for entry in holders]
        return len(folders) > 1 or not all(wrapper)
    return not _uses_its_neighbours(loose, folders)


def _holds_main(folder: Path, assignment: str) -> bool:
    names = (parse_name(p.name, assignment=assignment) for p in _visible(folder) if _is_gradable(p))
    return any(_is_main(name, assignment) for name in names)


def _uses_its_neighbours(loose: list[Path], folders: list[Path]) -> bool:
    """Tell whether a folder holds one notebook and only modules and data that it mentions."""
    notebooks = [path for path in loose if path.suffix == ".ipynb"]
    others = [path for path in loose if path.suffix != ".ipynb"]
    data = [
        path
        for path in _visible(loose[0].parent)
        if path not in {*loose, *folders} and path.suffix.lower() not in FOREIGN_SUFFIXES
    ]
    if len(notebooks) != 1:
        return False
    try:
        text = read_file(notebooks[0], limit=10 * MEGABYTE)
    except SubmissionError:
        return False  # said when the notebook is read

    def mentions(path: Path) -> bool:
        name = os.fsencode(path.name)
        if path.suffix == ".py":
            module = re.escape(os.fsencode(path.stem))
            return bool(re.search(rb"(?:import|from) +" + module + rb"\b", text))
        return name in text

    needed = [*others, *(folder for folder in folders if any(map(_is_gradable, _visible(folder))))]
    if needed:
        return all(mentions(path) for path in needed)
    return any(mentions(path) for path in data)


def _class_finds(folder: Path, assignment: str) -> list[_Find]:
    """Find the students of a class: a folder each, or files that platforms named."""
    finds: list[_Find] = []
    together: defaultdict[tuple[str, str], list[tuple[HandedInName, Path]]] = defaultdict(list)
    for path in _visible(folder):
        if is_folder(path):
            name = parse_name(path.name, assignment=assignment, folder=True)
            finds += _folder_finds(path, name, assignment)
            continue
        name = parse_name(path.name, assignment=assignment)
        if name.platform in {"Moodle", "Canvas", "Blackboard"}:
            together[name.student, name.stamp].append((name, path))
        elif _may_be_handed_in(path, name):
            notices = _late(name)
            if _is_main(name, assignment):
                message = f"{shown(path.name)} does not tell whose it is; put it into a folder."
                notices = (*notices, Notice(code="no-student", message=message))
            gradable = name.suffix in GRADABLE_SUFFIXES
            finds.append(_Find(name, path, {name.original: path}, gradable, notices))
    for files in together.values():
        finds += _together(files, assignment)
    return finds


def _may_be_handed_in(path: Path, name: HandedInName) -> bool:
    if name.stem.casefold() == "readme":
        return False
    return name.suffix in GRADABLE_SUFFIXES or name.suffix in FOREIGN_SUFFIXES or path.is_symlink()


def _together(files: list[tuple[HandedInName, Path]], assignment: str) -> list[_Find]:
    """Make attempts of the files that a platform says one student handed in at once."""
    parts: dict[str, Path] = {}
    for name, path in files:
        counter = name.counter
        part = name.original if not counter else f"{name.stem} ({counter}){name.suffix}"
        while part in parts:
            counter += 1
            part = f"{name.stem} ({counter}){name.suffix}"
        parts[part] = path
    first = files[0][0]
    late = next((_late(name) for name, _ in files if name.late), ())
    versions = _versions(parts, assignment)
    if versions:
        return [
            _Find(replace(first, counter=counter), path, chosen, notices=late)
            for counter, path, chosen in versions
        ]
    gradable = [part for part in parts if split_suffix(part)[1] in GRADABLE_SUFFIXES]
    main = parts[gradable[0]] if gradable else files[0][1]
    if len(parts) == 1:
        parts = {first.original: main}
    return [_Find(first, main, parts, gradable=bool(gradable), notices=late)]


def _folder_finds(folder: Path, name: HandedInName, assignment: str) -> list[_Find]:
    """Find the attempts in one student's own folder."""
    try:
        files, left_out = list_folder(folder)
    except SubmissionError:
        return [_Find(name, folder, {})]  # said when it is read
    versions = _versions(files, assignment)
    if versions:
        return [
            _Find(replace(name, counter=counter), path, parts, notices=left_out)
            for counter, path, parts in versions
        ]
    gradable = any(split_suffix(file)[1] in GRADABLE_SUFFIXES for file in files) or not files
    return [_Find(name, folder, {}, gradable=gradable)]


def _versions(
    files: Mapping[str, Path], assignment: str
) -> list[tuple[int, Path, dict[str, Path]]]:
    """Tell several copies of the notebook or module among one student's files apart.

    Returns:
        Counter, path and files of each attempt, the attempt's own file under its name without
        counter; nothing if there is only one attempt.
    """
    groups: defaultdict[tuple[str, str], list[tuple[HandedInName, str]]] = defaultdict(list)
    has_work = any(split_suffix(file)[1] in {".ipynb", ".py"} for file in files)
    for file in files:
        name = parse_name(PurePosixPath(file).name, assignment="")
        if "/" in file or name.suffix not in GRADABLE_SUFFIXES:
            continue
        if name.suffix != ".zip" or not has_work:  # beside a notebook, a zip holds its data
            groups[name.suffix, name.stem].append((name, file))
    for suffix in GRADABLE_SUFFIXES:
        stems = [stem for kind, stem in groups if kind == suffix]
        main = [stem for stem in stems if is_own(stem, assignment)] or stems
        if len(main) == 1 and (suffix != ".py" or not any(kind == ".ipynb" for kind, _ in groups)):
            copies = groups[suffix, main[0]]
            if len(copies) > 1:
                return [
                    (name.counter, files[file], _with_only(files, file, name.original, copies))
                    for name, file in copies
                ]
    return []


def _with_only(
    files: Mapping[str, Path], file: str, original: str, copies: list[tuple[HandedInName, str]]
) -> dict[str, Path]:
    """Return one copy under its original name, and all files that are no copies of it."""
    others = {copy for _, copy in copies}
    kept = {name: path for name, path in files.items() if name not in others}
    return {**kept, original: files[file]}


def _late(name: HandedInName) -> tuple[Notice, ...]:
    if not name.late:
        return ()
    return (Notice(code="late", message=f"{name.platform} marks this submission as late."),)
