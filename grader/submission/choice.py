"""Which of several files is the submission."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from grader.errors import SubmissionError
from grader.model import Assignment, CellKind, Notice
from grader.submission.names import MAIN_STEMS, is_own, parse_name, shown, split_suffix
from grader.submission.notebook import parse_notebook
from grader.submission.text import decode

__all__ = ["Candidate", "candidates", "choose", "defined_names"]

_SECONDARY = re.compile(r"tests?|docs?|old|backup|setup|conftest|test_.*|.*_test", re.I)
_DEFINITION = re.compile(r"^(?:async +def|def|class) +(\w+)", re.M)


@dataclass(frozen=True)
class Candidate:
    """A notebook, module or package that may be the submission.

    Attributes:
        kind: what it is.
        path: of the notebook or module, or of the package's ``__init__.py``.
    """

    kind: Literal["notebook", "package", "module"]
    path: str

    @property
    def parts(self) -> tuple[str, ...]:
        """The path's components; a package's end with its folder."""
        parts = PurePosixPath(self.path).parts
        return parts[:-1] if self.kind == "package" else parts

    @property
    def stem(self) -> str:
        """The name without suffix and copy counter; empty for the top folder as a package."""
        if self.kind == "package":
            return self.parts[-1] if self.parts else ""
        return parse_name(self.parts[-1], assignment="").stem

    @property
    def is_secondary(self) -> bool:
        """True for what stands beside a submission by its name: tests, old copies, set-up."""
        return any(_SECONDARY.fullmatch(split_suffix(part)[0]) for part in self.parts)

    @property
    def counter(self) -> int:
        """The copy's number, 0 for an original."""
        return parse_name(self.parts[-1], assignment="").counter if self.parts else 0


def candidates(files: Iterable[str]) -> tuple[Candidate, ...]:
    """Return what could be the submission: notebooks, packages, and modules of no package."""
    names = sorted(files)
    packages = {
        str(PurePosixPath(n).parent) for n in names if PurePosixPath(n).name == "__init__.py"
    }
    found = []
    for name in names:
        path = PurePosixPath(name)
        suffix = split_suffix(path.name)[1]
        folder = str(path.parent)
        if suffix == ".ipynb":
            found.append(Candidate("notebook", name))
        elif path.name == "__init__.py":
            # The top folder is its own parent.
            if folder == "." or str(path.parent.parent) not in packages:
                found.append(Candidate("package", name))
        elif suffix == ".py" and folder not in packages:
            found.append(Candidate("module", name))
    return tuple(found)


def choose(
    found: tuple[Candidate, ...],
    files: Mapping[str, bytes],
    *,
    assignment: Assignment,
    notices: list[Notice],
) -> Candidate:
    """Choose the submission among at least one candidate.

    The assignment's own name decides; then a notebook comes before modules, a module named
    ``solution``, ``submission`` or ``main`` before others, and what defines more of the
    interface before what defines less, and the later copy before the earlier. A notice says
    which was taken and why.
    """
    # Files are only looked into where their names leave a choice.
    pool = [item for item in found if not item.is_secondary] or list(found)
    own = [item for item in pool if not item.stem or is_own(item.stem, assignment.id)]
    pool = own or pool
    wanted = {entry.name for entry in assignment.interface}
    undecided = len(pool) > 1 and not own
    defined = {item: len(wanted & _defined_by(item, files)) if undecided else 0 for item in pool}

    def rank(item: Candidate) -> tuple[object, ...]:
        stem = item.stem.casefold()
        return (
            not defined[item],
            ("notebook", "package", "module").index(item.kind),
            MAIN_STEMS.index(stem) if stem in MAIN_STEMS else len(MAIN_STEMS),
            -defined[item],
            len(item.parts),
            -item.counter,
            item.path,
        )

    best = min(pool, key=rank)
    if own:
        reason = "it has the assignment's name"
    elif not undecided:
        reason = "the others are tests, old copies or set-up files by their names"
    elif best.kind == "module" and best.stem.casefold() in MAIN_STEMS:
        reason = "its name says that it is the submission"
    else:
        reason = f"it defines {defined[best]} of the {len(wanted)} names of the interface"
    # A notebook's helper modules are what one expects beside it: no choice was made.
    rivals = [item for item in found if item != best]
    if best.kind == "notebook":
        rivals = [item for item in rivals if item.kind == "notebook"]
    if rivals:
        listed = ", ".join(shown(item.path) for item in rivals[:5])
        more = f" and {len(rivals) - 5} more" if len(rivals) > 5 else ""
        message = f"{shown(best.path)} was graded: {reason}. Not graded: {listed}{more}."
        notices.append(Notice(code="chosen", message=message, where=shown(best.path)))
    return best


def _defined_by(item: Candidate, files: Mapping[str, bytes]) -> set[str]:
    """Return the names that a candidate defines at its top level; none if it cannot be read."""
    unused: list[Notice] = []
    data = files[item.path]
    if item.kind != "notebook":
        return defined_names(decode(data, where=item.path, notices=unused))
    try:
        cells = parse_notebook(data, name=item.path, checks={}, notices=unused)
    except SubmissionError:
        return set()  # said in full if this one is chosen
    sources = (cell.source for cell in cells if cell.kind is CellKind.CODE)
    return set[str]().union(*map(defined_names, sources))


def defined_names(source: str) -> set[str]:
    """Return the names that code defines, imports or assigns at its top level."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of invalid escapes: said when the code is run
            body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # Magics, or code that does not compile: its own lines still tell what it means to define.
        return set(_DEFINITION.findall(source))
    names: set[str] = set()
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.add(node.name)
            case ast.ImportFrom():
                names.update(alias.asname or alias.name for alias in node.names)
            case ast.Assign():
                names.update(target.id for target in node.targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
            case _:
                pass
    return names
