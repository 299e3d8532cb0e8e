"""What a grade depends on, as digests: where they agree, nothing is graded again.

The level of isolation and the processor are left out. Verdicts are the same at every level, which
the contract tests hold; and on another machine a class shall go on where it stopped. Both are in
the grade's ``environment``.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Mapping, Sequence

from grader.catalog import starter_checks
from grader.errors import SubmissionError
from grader.model import Assignment, Notice
from grader.pipeline import Rules
from grader.sandbox.readable import site_folders
from grader.seeds import course_seed
from grader.submission import Attempt
from grader.submission.contents import is_folder, list_folder, load, read_file
from grader.version import __version__

__all__ = ["digest_of_conditions", "digest_of_contents", "fingerprint"]

# What tests, cells and figures use, whether an assignment allows it or not.
_ALWAYS = ("numpy", "scipy", "scikit-learn", "pytest", "ipython", "matplotlib")


def digest_of_conditions(assignment: Assignment, rules: Rules) -> str:
    """Return a SHA-256 over what is the same for all submissions of a round.

    The secret takes part through the seed, an HMAC from which it cannot be computed.

    Raises:
        SpecError: the assignment's starter is not a notebook.
    """
    return _digest(
        assignment.digest,
        course_seed(rules.secret, assignment.digest, rules.round),
        rules.engine.value,
        str(rules.hidden),
        str(rules.backwards),
        json.dumps(rules.only),
        json.dumps(starter_checks(assignment)),
        json.dumps(_versions(assignment.allowed_imports), sort_keys=True),
    )


def digest_of_contents(attempt: Attempt) -> str:
    """Return a SHA-256 over the names and bytes of what was handed in, and what cannot be read."""
    digest = hashlib.sha256()
    try:
        files, remarks = _contents(attempt)
    except SubmissionError as error:
        files, remarks = {}, [str(error)]
    for name in sorted(files):
        for part in (name.encode("utf-8", "surrogatepass"), files[name]):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    digest.update(_digest(*remarks).encode())
    return digest.hexdigest()


def fingerprint(
    attempt: Attempt, notices: Sequence[Notice], *, contents: str, conditions: str
) -> str:
    """Return a SHA-256 over everything that the grade of an attempt depends on.

    Args:
        attempt: whose names and number are part of its grade.
        notices: what is to be said beside what reading the attempt says.
        contents: what :func:`digest_of_contents` returned for it.
        conditions: what :func:`digest_of_conditions` returned for its round.
    """
    notices = (*attempt.notices, *notices)
    return _digest(
        conditions,
        contents,
        attempt.student,
        attempt.path.name,
        str(attempt.attempt),
        *(part for one in notices for part in (one.code, one.message, one.where)),
    )


def _contents(attempt: Attempt) -> tuple[Mapping[str, bytes], list[str]]:
    parts, remarks = attempt.parts, []
    if not parts and not is_folder(attempt.path):
        parts = {attempt.path.name: attempt.path}
    if not parts:
        parts, left_out = list_folder(attempt.path)
        remarks += [one.message for one in left_out]
    if len(parts) == 1:
        return {name: read_file(path) for name, path in parts.items()}, remarks
    contents = load(parts)
    return contents.files, [*remarks, *(one.message for one in contents.notices)]


def _versions(allowed: Sequence[str]) -> dict[str, Sequence[str]]:
    """Return the versions of everything that takes part, by what it is called."""
    versions: dict[str, Sequence[str]] = {
        "grader": [__version__],
        "python": [platform.python_version()],
        "platform": [f"{platform.system()} {platform.machine()}"],
    }
    if not allowed:  # a submission may import whatever there is
        folders = site_folders()
        found = {path.name for folder in folders for path in folder.glob("*.dist-info")}
        return {**versions, "installed": sorted(found)}
    for name in {*_ALWAYS, *allowed}:
        versions[name] = _versions_of(name)
    return versions


def _versions_of(name: str) -> list[str]:
    """Return the version of a distribution of this name, or of those that provide this module."""
    try:
        return [importlib.metadata.version(name)]
    except importlib.metadata.PackageNotFoundError:
        # Which distribution has a module of another name takes a tenth of a second to find out.
        providers = importlib.metadata.packages_distributions().get(name, ())
        return sorted(f"{one} {importlib.metadata.version(one)}" for one in set(providers))


def _digest(*texts: str) -> str:
    digest = hashlib.sha256()
    for text in texts:
        encoded = text.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()
