"""A new assignment from the template: complete, and graded as it is.

The template's files are those of ``template/plain``, and with a metric those of
``template/metric`` as well; where both have a file, the second continues the first. ``@ID@``,
``@TITLE@``, ``@QUOTED@`` (the title in quotes) and ``@POINTS@`` stand for what the author chose, in
names and in texts.

The template's metric was calibrated as any other, and its record comes along. Only its digests are
computed anew, because the id stands in the reference solution, in a cell that no grading runs.
"""

from __future__ import annotations

import json
import keyword
import shutil
import tempfile
from pathlib import Path

from grader.calibration.digests import digests
from grader.catalog import load_assignment
from grader.errors import UsageError

__all__ = ["new_assignment"]

_TEMPLATE = Path(__file__).parent / "template"
_SUFFIX = ".template"
_HOMES = {"assignment": "assignments", "reference": "reference"}


def new_assignment(root: Path, id: str, title: str, *, metric: bool) -> list[Path]:  # noqa: A002
    """Write ``assignments/ID`` and ``reference/ID`` below a course's folder.

    Args:
        root: the course's folder; it need not be there yet.
        id: the assignment's id.
        title: its title; made from the id if empty.
        metric: also a metric, with the solutions that its thresholds were calibrated on.

    Returns:
        The files, sorted.

    Raises:
        UsageError: the id is none, there is such an assignment, or nothing can be written here.
    """
    if not id.isidentifier() or keyword.iskeyword(id) or not id.isascii():
        raise UsageError(
            f'"{id}" cannot be an assignment\'s id: students hand in modules of that name',
            remedy="Use letters, digits and underscores, such as linear_model.",
        )
    places = {home: root / folder / id for home, folder in _HOMES.items()}
    for place in places.values():
        if place.exists() or place.is_symlink():
            raise UsageError(
                "this is there already, and nothing is overwritten",
                where=str(place),
                remedy="Choose another id, or move it away.",
            )
    words = {
        "@ID@": id,
        "@TITLE@": " ".join(title.split()) or id.replace("_", " ").capitalize(),
        "@POINTS@": "14" if metric else "10",
    }
    words["@QUOTED@"] = json.dumps(words["@TITLE@"], ensure_ascii=False)
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=root) as staged:
            for name, text in _texts(words, metric=metric).items():
                home, _, rest = name.partition("/")
                path = Path(staged) / home / id / rest
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8", newline="\n")
            if metric:
                _renew_digests(Path(staged), id)
            for home, place in places.items():
                place.parent.mkdir(exist_ok=True)
                shutil.move(Path(staged) / home / id, place)
    except OSError as error:
        raise UsageError(
            f"the assignment cannot be written: {error.strerror}",
            where=str(root),
            remedy="Name a folder that may be written to by --course.",
        ) from error
    return sorted(path for place in places.values() for path in place.rglob("*") if path.is_file())


def _renew_digests(folder: Path, id: str) -> None:  # noqa: A002
    """Let the record of the calibration say which reference solution it stands beside."""
    reference = folder / "reference" / id
    assignment = load_assignment(folder / "assignment" / id, reference=reference)
    record = reference / "calibration.json"
    text = record.read_text(encoding="utf-8")
    known = json.loads(text)["digests"]
    for name, digest in digests(assignment).items():
        text = text.replace(known[name], digest)
    record.write_text(text, encoding="utf-8", newline="\n")


def _texts(words: dict[str, str], *, metric: bool) -> dict[str, str]:
    """Return the files' texts by their paths, which begin with ``assignment`` or ``reference``."""
    texts: dict[str, str] = {}
    for part in ("plain", "metric") if metric else ("plain",):
        folder = _TEMPLATE / part
        for path in sorted(folder.rglob(f"*{_SUFFIX}")):
            name = path.relative_to(folder).as_posix().removesuffix(_SUFFIX)
            text = path.read_text(encoding="utf-8")
            for word, meaning in words.items():
                name, text = name.replace(word, meaning), text.replace(word, meaning)
            texts[name] = texts.get(name, "") + text
    return texts
