"""The student bundle: everything of an assignment that students get, in one folder.

It is a course of its own. In ``assignments/ID`` lie the notebook and the module to write in, the
handout, the data at the paths that the handout names, and what ``grader check`` needs; so the
notebook runs where it lies, and ``grader.check("ID")`` works in it. ``starter`` keeps both as they
were. Bundles of several assignments can be unpacked in the same place.
"""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from grader.catalog import THRESHOLDS, load_assignment
from grader.checks.runner import collect
from grader.errors import SpecError, UsageError
from grader.model import Assignment
from grader.release.data_note import DATA_NOTE, data_note
from grader.release.starter import Starter

__all__ = ["Bundle", "make_bundle", "refuse_occupied", "write_bundle", "write_zip"]

_SPEC = "assignment.yaml"
_HANDOUT = "README.md"
_LICENCES = ("LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "LICENCE.md", "LICENCE.txt")
_NO_LICENCE = (
    "This material is for the students of the course. It states no licence: ask your instructor\n"
    "before you pass it on or publish it.\n"
)
_LINK = re.compile(r"\]\(\s*<?([^)>#?\s]+)")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same sources shall give the same bytes


class Bundle(NamedTuple):
    """What students get.

    Attributes:
        id: the assignment.
        files: contents by path, from the bundle's root, such as ``assignments/wine/README.md``.
    """

    id: str
    files: Mapping[str, bytes]


def make_bundle(assignment: Assignment, starter: Starter, root: Path) -> Bundle:
    """Collect what students get; nothing is written.

    Only files that are named here are taken, so that what an author adds to the folder stays.

    Args:
        assignment: with its thresholds, if it has metrics.
        starter: its starter.
        root: the course's folder, whose licence applies where the assignment has none.

    Raises:
        SpecError: nothing says what a data file is, or the handout links to what students do not
            get.
    """
    folder = assignment.folder
    files = {
        place + name: content
        for name, content in starter.files.items()
        for place in ("", "starter/")
    }
    taken = [_SPEC, _HANDOUT, *assignment.files, *_linked(assignment)]
    if (folder / THRESHOLDS).is_file():
        taken.append(THRESHOLDS)
    for path in sorted(assignment.public_tests.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(
            part.startswith(".") or part == "__pycache__" for part in parts
        ):
            taken.append("/".join(parts))
    for name in taken:
        files[name] = (folder / name).read_bytes()
    if note := data_note(assignment):
        files[DATA_NOTE] = note.encode()
    for path in (place / name for place in (folder, root) for name in _LICENCES):
        if path.is_file():
            files["LICENSE"] = path.read_bytes()
            break
    else:
        files["LICENSE"] = _NO_LICENCE.encode()
    where = f"assignments/{assignment.id}"
    return Bundle(assignment.id, {f"{where}/{name}": files[name] for name in sorted(files)})


def _linked(assignment: Assignment) -> Iterator[str]:
    """Yield the files of the assignment's folder that the handout links to or shows."""
    text = (assignment.folder / _HANDOUT).read_text(encoding="utf-8-sig")
    for number, line in enumerate(text.splitlines(), start=1):
        for target in _LINK.findall(line):
            if re.match(r"[a-z][a-z+.-]*:|//", target, re.IGNORECASE):
                continue  # somewhere on the web
            path = PurePosixPath(target)
            inside = not path.is_absolute() and ".." not in path.parts
            if path.parts[:2] == ("tests", "hidden") or path.parts[:1] == ("mistakes",):
                inside = False
            if not inside or not (assignment.folder / path).is_file():
                raise SpecError(
                    f"the handout links to {target}, which students do not get",
                    where=f"assignments/{assignment.id}/{_HANDOUT}:{number}",
                    remedy="Link to a file of the assignment's folder, outside of tests/hidden "
                    "and mistakes, or to a page on the web.",
                )
            yield str(path)


# --- writing ---------------------------------------------------------------------------------


def refuse_occupied(bundle: Bundle, folder: Path, *, packed: bool, force: bool) -> None:
    """Refuse to write where something else lies.

    Args:
        bundle: what is to be written.
        folder: where to.
        packed: as ``ID.zip``.
        force: an earlier bundle may be replaced; files that are not a bundle's may never.

    Raises:
        UsageError: something is there that would be lost.
    """
    place = folder / "assignments" / bundle.id
    if packed:
        file = folder / f"{bundle.id}.zip"
        _require_folders(folder)
        if file.is_dir():
            raise UsageError("this is a folder", where=str(file), remedy="Move it away.")
        if file.exists() and not force and file.read_bytes() != _zipped(bundle):
            raise UsageError(
                "there is another file", where=str(file), remedy="--force replaces it."
            )
        return
    _require_folders(folder, place.parent, place)
    there = {
        path.relative_to(folder).as_posix(): path
        for path in place.rglob("*")
        if (path.is_file() or path.is_symlink()) and "__pycache__" not in path.parts
    }
    if foreign := sorted(there.keys() - bundle.files.keys()):
        raise UsageError(
            f"here are files that are not part of the bundle: {_listed(foreign)}",
            where=str(folder),
            remedy="Name another folder, or move them away.",
        )
    changed = [name for name, path in there.items() if path.read_bytes() != bundle.files[name]]
    if changed and not force:
        raise UsageError(
            f"here are other versions of {_listed(sorted(changed))}",
            where=str(folder),
            remedy="Name another folder; --force replaces them.",
        )


def _require_folders(*paths: Path) -> None:
    """Refuse what is there and is no folder; a link to one could lead anywhere."""
    for path in paths:
        link = path.is_symlink() and path != paths[0]
        if link or (path.exists() and not path.is_dir()):
            raise UsageError(
                "this is no folder", where=str(path), remedy="Name another, or move it away."
            )


def write_bundle(bundle: Bundle, folder: Path, check: Callable[[Assignment], None]) -> Path:
    """Write a bundle, whole or not at all, and return the assignment's folder in it.

    Args:
        bundle: what to write.
        folder: where to; what :func:`refuse_occupied` lets pass is replaced.
        check: called with the assignment as students have it, before it gets its name; what it
            raises ends this without a trace.

    Raises:
        SpecError: what students get is no assignment.
        UsageError: the folder cannot be written to.
    """
    with _staged(bundle, folder, check) as staged, _writing(folder):
        place = folder / "assignments" / bundle.id
        place.parent.mkdir(parents=True, exist_ok=True)
        former = staged.parent / "former"
        if place.exists():
            place.rename(former)
        try:
            (staged / "assignments" / bundle.id).rename(place)
        except BaseException:
            if former.exists():
                former.rename(place)
            raise
    return place


def write_zip(bundle: Bundle, folder: Path, check: Callable[[Assignment], None]) -> Path:
    """Write a bundle as ``ID.zip``, and return that file; see :func:`write_bundle`."""
    with _staged(bundle, folder, check) as staged, _writing(folder):
        packed = staged / f"{bundle.id}.zip"
        packed.write_bytes(_zipped(bundle))
        place = folder / packed.name
        packed.replace(place)
    return place


@contextlib.contextmanager
def _staged(bundle: Bundle, folder: Path, check: Callable[[Assignment], None]) -> Iterator[Path]:
    """Write the bundle into a folder beside its place, for the duration of a block."""
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    with _writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix=".release-", dir=folder))
    try:
        root = place / "bundle"
        with _writing(folder):
            for name, content in bundle.files.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        check(_as_students_have_it(bundle, root))
        yield root
    finally:
        shutil.rmtree(place, ignore_errors=True)
        for path in made:  # the deepest first; one that holds something stays
            if path.is_dir() and not any(path.iterdir()):
                path.rmdir()


@contextlib.contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Tell what the system refuses as the author's to mend."""
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"the bundle cannot be written: {error.strerror}",
            where=str(folder),
            remedy="Name a folder that may be written to.",
        ) from error


def _as_students_have_it(bundle: Bundle, root: Path) -> Assignment:
    assignment = load_assignment(root / "assignments" / bundle.id, reference=None)
    collect(assignment, hidden=False)
    return assignment


def _zipped(bundle: Bundle) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in bundle.files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def _listed(names: list[str]) -> str:
    return ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
