"""An attempt's files to a submission; bad input becomes its problem, never an error."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal

from grader.errors import SubmissionError
from grader.model import Assignment, Cell, CellKind, Notice, Submission
from grader.submission.archive import is_zip, unpack
from grader.submission.attempt import Attempt
from grader.submission.choice import Candidate, candidates, choose
from grader.submission.contents import (
    digest,
    is_folder,
    list_folder,
    load,
    portable,
    read_file,
)
from grader.submission.names import is_own, module_name, parse_name, shown, split_suffix
from grader.submission.notebook import parse_notebook
from grader.submission.text import decode_module, is_module_text

__all__ = ["read"]

# How other files begin, whatever their name says.
_FOREIGN = {
    b"%PDF": "a PDF document",
    b"\xd0\xcf\x11\xe0": "an office document",
    b"{\\rtf": "a text document (RTF)",
    b"\x1f\x8b": "a gzip archive",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"<!DOCTYPE html": "a web page (HTML)",
    b"<!doctype html": "a web page (HTML)",
    b"<html": "a web page (HTML)",
}
_EXPECTED = "Hand in the notebook (.ipynb), the module (.py), or a zip of it and its files."


@dataclass(frozen=True)
class _Work:
    """What there is to run; the fields are those of a submission."""

    path: str
    kind: Literal["notebook", "module"]
    cells: tuple[Cell, ...]
    files: dict[str, bytes] = field(default_factory=dict)
    entry: str = ""


def read(
    attempt: Attempt, *, assignment: Assignment, checks: Mapping[str, str] | None = None
) -> Submission:
    """Read and repair what was handed in, without running any of it.

    Args:
        attempt: where it lies.
        assignment: its identifier and interface decide between several files.
        checks: sources of the starter's check cells by cell id, to say which were edited.

    Returns:
        Always a submission. What cannot be graded has a ``problem`` that tells its author what
        was found and what to do; its digest is empty if nothing could be read.
    """
    notices = list(attempt.notices)
    handed_in: dict[str, bytes] = {}
    work = _Work(path=shown(attempt.path.name), kind="notebook", cells=())
    problem = ""
    try:
        handed_in = _load(attempt, notices)
        work = _work(attempt, handed_in, assignment, checks or {}, notices)
    except SubmissionError as error:
        problem = " ".join(filter(None, (error.message, error.remedy)))
    return Submission(
        student=attempt.student,
        path=work.path,
        kind=work.kind,
        cells=work.cells,
        files=work.files,
        entry=work.entry,
        attempt=attempt.attempt,
        notices=tuple(notices),
        problem=problem,
        digest=digest(handed_in) if handed_in else "",
    )


def _load(attempt: Attempt, notices: list[Notice]) -> dict[str, bytes]:
    """Read all that was handed in, by its name in the working folder."""
    parts = attempt.parts
    if not parts and not is_folder(attempt.path):
        parts = {attempt.path.name: attempt.path}
    if len(parts) == 1:
        # Nothing else is there: why it cannot be read is the submission's problem.
        return {portable(name): read_file(path) for name, path in parts.items()}
    if not parts:
        parts, left_out = list_folder(attempt.path)
        notices += left_out
    contents = load(parts)
    notices += contents.notices
    return dict(contents.files)


def _work(
    attempt: Attempt,
    handed_in: dict[str, bytes],
    assignment: Assignment,
    checks: Mapping[str, str],
    notices: list[Notice],
) -> _Work:
    """Find the notebook or module among the files, and read it."""
    files = _retyped(handed_in, notices) if len(handed_in) == 1 else handed_in
    inner = is_folder(attempt.path)
    if not candidates(files) and (archive := _archive(files, assignment)):
        files, inner = dict(unpack(files[archive]).files), True
    found = candidates(files)
    if not found:
        raise _nothing_gradable(files, notices)
    chosen = choose(found, files, assignment=assignment, notices=notices)
    name = shown(chosen.path)
    _refuse_foreign(files[chosen.path], name)
    path = f"{shown(attempt.path.name)}/{name}" if inner else shown(attempt.path.name)
    if chosen.kind == "module":
        return _read_module(files, chosen, assignment, path, notices)
    if chosen.kind == "package":
        return _read_package(files, chosen, assignment, path, notices)
    cells = parse_notebook(files[chosen.path], name=name, checks=checks, notices=notices)
    placed = _placed(files, PurePosixPath(chosen.path).parent, notices)
    del placed[PurePosixPath(chosen.path).name]
    return _Work(path=path, kind="notebook", cells=cells, files=placed)


def _retyped(files: dict[str, bytes], notices: list[Notice]) -> dict[str, bytes]:
    """Give a single file the suffix that its content asks for."""
    [(name, data)] = files.items()
    stem, suffix = split_suffix(name)
    if is_zip(data):
        actual = ".zip"
    elif data.lstrip().startswith(b"{") and b'"nbformat"' in data:
        actual = ".ipynb"
    else:
        _refuse_foreign(data, name)
        return files
    if actual == suffix:
        return files
    message = f"The file's name ends in “{suffix}”, but it is a {actual} file: read as that."
    notices.append(Notice(code="file-type", message=message, where=name))
    return {stem + actual: data}


def _archive(files: Mapping[str, bytes], assignment: Assignment) -> str:
    """Return which of the files is the zip to be unpacked; empty if that is not clear."""
    archives = [name for name, data in files.items() if is_zip(data)]
    own = [
        name
        for name in archives
        if is_own(parse_name(PurePosixPath(name).name, assignment="").stem, assignment.id)
    ]
    return next((names[0] for names in (archives, own) if len(names) == 1), "")


def _nothing_gradable(files: Mapping[str, bytes], notices: list[Notice]) -> SubmissionError:
    names = sorted(files)
    listed = ", ".join(shown(name) for name in names[:5]) + (", …" if len(names) > 5 else "")
    reasons = [notice.message for notice in notices if notice.code in {"link", "unreadable"}]
    message = f"There is no notebook or module; found: {listed or 'nothing'}."
    if any(is_zip(data) for data in files.values()):
        message += " A zip within a zip, or one of several zips, is not unpacked."
    elif any(split_suffix(name)[1] == ".zip" for name in names):
        message += " What is named .zip is not a zip, or damaged."
    return SubmissionError(" ".join([message, *reasons[:3]]), remedy=_EXPECTED)


def _refuse_foreign(data: bytes, name: str) -> None:
    start = data[:64].lstrip()
    for magic, what in _FOREIGN.items():
        if start.startswith(magic):
            raise SubmissionError(f"{name} is {what}.", remedy=_EXPECTED)


def _read_module(
    files: Mapping[str, bytes],
    chosen: Candidate,
    assignment: Assignment,
    path: str,
    notices: list[Notice],
) -> _Work:
    """Read a module under a name that can be imported and hides no library."""
    source = PurePosixPath(chosen.path)
    if not files[chosen.path].strip():
        raise SubmissionError(
            f"{shown(chosen.path)} is empty ({len(files[chosen.path])} bytes).",
            remedy="Hand in your own file: check that it was saved.",
        )
    placed = _placed(files, source.parent, notices)
    stem = split_suffix(source.name)[0]
    if not stem.isidentifier() or stem in sys.stdlib_module_names | {*assignment.allowed_imports}:
        stem = module_name(assignment.id)
        while f"{stem}.py" in placed:
            stem += "_"
        message = f"{shown(source.name)} cannot be imported by that name; it is run as {stem}.py."
        notices.append(Notice(code="module-name", message=message, where=shown(source.name)))
    placed[f"{stem}.py"] = placed.pop(source.name)
    return _imported(placed, f"{stem}.py", path, notices)


def _read_package(
    files: Mapping[str, bytes],
    chosen: Candidate,
    assignment: Assignment,
    path: str,
    notices: list[Notice],
) -> _Work:
    """Read a package; a folder that has no name of its own gets the assignment's."""
    folder = PurePosixPath(chosen.path).parent
    package = chosen.stem
    if package.isidentifier():
        placed = _placed(files, folder.parent, notices)
    else:
        package = module_name(assignment.id)
        inside = _placed(files, folder, notices)
        placed = {f"{package}/{name}": data for name, data in inside.items()}
    return _imported(placed, f"{package}/__init__.py", path, notices)


def _imported(placed: dict[str, bytes], entry: str, path: str, notices: list[Notice]) -> _Work:
    """Repair the encodings of all modules, so that Python can import them."""
    text = ""
    for name in sorted(placed):
        if name == entry:
            text, placed[name] = decode_module(placed[name], where=name, notices=notices)
        elif name.endswith(".py") and is_module_text(placed[name]):
            _, placed[name] = decode_module(placed[name], where=shown(name), notices=notices)
    cell = Cell(kind=CellKind.CODE, source=text, id="module")
    return _Work(path=path, kind="module", cells=(cell,), files=placed, entry=entry)


def _placed(
    files: Mapping[str, bytes], root: PurePosixPath, notices: list[Notice]
) -> dict[str, bytes]:
    """Return the files below ``root`` as the working folder's, and say what lies outside."""
    inside = {
        str(PurePosixPath(name).relative_to(root)): data
        for name, data in files.items()
        if PurePosixPath(name).is_relative_to(root)
    }
    if outside := sorted(name for name in files if not PurePosixPath(name).is_relative_to(root)):
        listed = ", ".join(shown(name) for name in outside[:5])
        message = f"Not in the working folder {shown(str(root))}, so left out: {listed}"
        message += f" and {len(outside) - 5} more." if len(outside) > 5 else "."
        notices.append(Notice(code="left-out", message=message, where=shown(str(root))))
    return inside
