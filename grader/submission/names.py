"""What the names of files and folders say: student, attempt, learning platform.

Learning platforms put the student into the name of a file, browsers and file managers number
the copies. Here is the one place that knows their patterns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256

__all__ = [
    "FOREIGN_SUFFIXES",
    "GRADABLE_SUFFIXES",
    "MAIN_STEMS",
    "HandedInName",
    "is_ignored",
    "is_own",
    "module_name",
    "parse_name",
    "shown",
    "split_suffix",
    "student_ids",
]

GRADABLE_SUFFIXES = (".ipynb", ".py", ".zip")

# What students hand in by mistake. Other files beside submissions (a roster, expected.yaml) are
# somebody else's and no submission.
FOREIGN_SUFFIXES = frozenset(
    {".7z", ".gz", ".rar", ".tar", ".tgz"}
    | {".doc", ".docx", ".htm", ".html", ".json", ".odt", ".pages", ".pdf", ".rtf", ".txt"}
    | {".jl", ".m", ".mlx", ".r", ".rmd"}
)

# The names of a module that says "this is what I hand in", the most certain first.
MAIN_STEMS = ("solution", "submission", "main")

_IGNORED = frozenset({"__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini", "node_modules"})

# Browsers that do not know notebooks add the type which they guessed.
_DOUBLE_SUFFIX = re.compile(r"(?P<stem>.+)(?P<suffix>\.ipynb|\.py)\.(?:txt|json)", re.I)

_COPIES = (
    re.compile(r"(?P<stem>.+?)\s*\((?P<count>\d{1,9})\)"),  # browsers
    re.compile(r"(?P<stem>.+)-Copy(?P<count>\d{0,9})"),  # Jupyter
    re.compile(r"(?P<stem>.+) - Copy"),  # Windows
    re.compile(r"(?P<stem>.+) copy(?: (?P<count>\d{1,9}))?"),  # macOS
    re.compile(r"Copy of (?P<stem>.+)"),  # Google Drive
)

_MOODLE = re.compile(
    r"(?P<name>.+)_(?P<number>\d+)_assignsubmission_[a-z]+(?:_(?P<rest>.*))?", re.DOTALL
)
_CANVAS = re.compile(r"(?P<name>[^_]+)_(?P<late>LATE_)?(?P<number>\d+)_\d+_(?P<rest>.+)", re.DOTALL)
_BLACKBOARD = re.compile(
    r"(?P<head>.+)_attempt_(?P<stamp>\d{4}(?:-\d\d){5})(?:_(?P<rest>.+)|\.txt)?", re.DOTALL
)
_GRADESCOPE = re.compile(r"submission_\d+")

_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9@._-]{0,63}")
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|COM\d|LPT\d)(?:\..*)?", re.I)  # file names on Windows
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "AE", "đ": "d", "ı": "i"}
)


@dataclass(frozen=True)
class HandedInName:
    """A file's or folder's name, taken apart.

    Attributes:
        student: the student as the name writes it, not yet a safe identifier.
        stem: the name without suffix, platform's additions and copy counter.
        suffix: lower case with the dot; empty for a folder.
        counter: 0 for the original, otherwise the copy's number.
        stamp: time of the attempt as the platform writes it, sortable; empty if not in the name.
        late: the platform marks the file as late.
        platform: the learning platform that made the name; empty if none did.
    """

    student: str
    stem: str
    suffix: str = ""
    counter: int = 0
    stamp: str = ""
    late: bool = False
    platform: str = ""

    @property
    def original(self) -> str:
        """The file's name as the student knows it, without copy counter."""
        return self.stem + self.suffix


def is_ignored(name: str) -> bool:
    """Tell whether a file or folder of this name is never part of a submission."""
    return name.startswith((".", "~$")) or name in _IGNORED


def shown(name: str) -> str:
    """Return a name that can stand in a message: printable, valid Unicode, at most 80 long."""
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name)
    return text if len(text) <= 80 else f"{text[:60]}…{text[-19:]}"


def split_suffix(name: str) -> tuple[str, str]:
    """Split into stem and lower-case suffix; ``a.ipynb.txt`` gives ``("a", ".ipynb")``."""
    double = _DOUBLE_SUFFIX.fullmatch(name)
    if double:
        return double["stem"], double["suffix"].lower()
    stem, dot, suffix = name.rpartition(".")
    return (stem, f".{suffix.lower()}") if dot and stem else (name, "")


def module_name(assignment: str) -> str:
    """Return the assignment's identifier as a name that can be imported."""
    name = re.sub(r"\W", "_", assignment, flags=re.ASCII)
    return name if name.isidentifier() else f"_{name}"


def is_own(stem: str, assignment: str) -> bool:
    """Tell whether a stem is the assignment's own name, whatever the spelling of ``-`` and case."""
    return module_name(stem).casefold() == module_name(assignment).casefold()


def parse_name(name: str, *, assignment: str, folder: bool = False) -> HandedInName:
    """Take a name from a class folder apart.

    Args:
        name: the last component of a path.
        assignment: its identifier, which Blackboard puts in front.
        folder: the name is a folder's, so that a dot starts no suffix.
    """
    if moodle := _MOODLE.fullmatch(name):
        rest = _numbered(moodle["rest"] or "", folder=folder)
        student = f"{moodle['name']}_{moodle['number']}"
        return replace(rest, student=student, platform="Moodle")
    if blackboard := _BLACKBOARD.fullmatch(name):
        head = blackboard["head"]
        prefix = f"{assignment}_"
        # The login stands last; it may hold "_" only where the assignment's name is known.
        known = head.startswith(prefix) and len(head) > len(prefix)
        student = head.removeprefix(prefix) if known else head.rpartition("_")[2]
        rest = _numbered(blackboard["rest"] or f"{student}.txt", folder=folder)
        return replace(
            rest, student=student or head, stamp=blackboard["stamp"], platform="Blackboard"
        )
    if not folder and (canvas := _CANVAS.fullmatch(name)):
        stem, suffix = split_suffix(canvas["rest"])
        again = re.fullmatch(r"(.+)-(\d{1,9})", stem)  # Canvas numbers what is handed in again
        rest = _numbered(f"{again[1]} ({again[2]}){suffix}" if again else canvas["rest"])
        student = f"{canvas['name']}_{canvas['number']}"
        return replace(rest, student=student, late=bool(canvas["late"]), platform="Canvas")
    plain = _numbered(name, folder=folder)
    return replace(plain, platform="Gradescope") if _GRADESCOPE.fullmatch(plain.stem) else plain


def _numbered(name: str, *, folder: bool = False) -> HandedInName:
    """Take suffix and copy counter off a name; the student is what remains."""
    stem, suffix = (name, "") if folder else split_suffix(name)
    counter = 0
    while match := next((m for copy in _COPIES if (m := copy.fullmatch(stem))), None):
        stem = match["stem"]
        counter += int(match.groupdict().get("count") or 1)
    return HandedInName(student=stem, stem=stem, suffix=suffix, counter=counter)


def student_ids(names: Iterable[str]) -> dict[str, str]:
    """Give each student's name an identifier, unique even where case is not told apart.

    An identifier matches ``[A-Za-z0-9][A-Za-z0-9@._-]{0,63}``. It depends on the other names only
    where two of them would become equal.
    """
    taken: set[str] = set()
    identifiers: dict[str, str] = {}
    proposals = sorted((_identifier(name) != name, name) for name in set(names))
    for _, name in proposals:
        identifier = _identifier(name)
        if identifier.casefold() in taken:
            identifier = f"{identifier[:57]}-{_fingerprint(name)}"
        taken.add(identifier.casefold())
        identifiers[name] = identifier
    return identifiers


def _identifier(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.translate(_LETTERS))
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    slug = re.sub(r"[^A-Za-z0-9@._-]+", "_", plain).lstrip("._-@").rstrip(".")
    # Letters without a Latin form would make different names equal: a fingerprint tells them apart.
    lost = any(char.isalnum() and not char.isascii() for char in plain)
    if lost or not _SAFE_ID.fullmatch(slug) or _RESERVED.fullmatch(slug):
        slug = f"{slug[:56].rstrip('._-') or 'student'}-{_fingerprint(name)}"
    return slug


def _fingerprint(name: str) -> str:
    composed = unicodedata.normalize("NFC", name)
    return sha256(composed.encode("utf-8", "surrogatepass")).hexdigest()[:6]
