"""Which commits are to be compared: told by options, by the event, or by GitLab's variables."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from grader.ci.repository import Repository
from grader.errors import UsageError
from grader.submission.names import shown

__all__ = ["Comparison", "Told", "compare", "read_event"]

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class Told(NamedTuple):
    """What somebody said about the commits, before any of them is looked for.

    Attributes:
        source: who said it, for messages.
        head: the revision to grade.
        bases: the revisions that it is compared with: the first that exists counts.
        or_everything: where none exists everything counts as changed, as in a first push.
        is_proposal: somebody asks for the head to be taken over, so nobody has yet looked at it.
    """

    source: str
    head: str
    bases: tuple[str, ...] = ()
    or_everything: bool = False
    is_proposal: bool = False


class Comparison(NamedTuple):
    """Two commits by their full names.

    Attributes:
        head: what is graded.
        base: the commit since which changes count; None if everything counts as changed.
        is_proposal: nobody has yet looked at the head.
    """

    head: str
    base: str | None
    is_proposal: bool


def read_event(environ: Mapping[str, str]) -> Told:
    """Return what the continuous integration that runs us says.

    Args:
        environ: the environment: of GitHub Actions (or what behaves like it), of GitLab, or of
            neither, where the commit that is checked out is compared with nothing.

    Raises:
        UsageError: the event's payload cannot be read, or is of no kind that we know.
    """
    if environ.get("GITHUB_EVENT_PATH"):
        return _github(environ)
    if environ.get("GITHUB_BASE_REF") and environ.get("GITHUB_SHA"):
        base = f"refs/remotes/origin/{environ['GITHUB_BASE_REF']}"
        return Told("GITHUB_BASE_REF", environ["GITHUB_SHA"], (base,), is_proposal=True)
    if environ.get("GITLAB_CI"):
        return _gitlab(environ)
    return Told("the current commit", "HEAD")


def compare(repository: Repository, told: Told, *, everything: bool = False) -> Comparison:
    """Find the commits, and where their histories part.

    Args:
        repository: where they are.
        told: what was said about them.
        everything: what has changed is not asked, so no base is needed.

    Raises:
        UsageError: a commit is not in this clone, or nothing tells what to compare with.
    """
    head = repository.commit(told.head)
    if head is None:
        raise _not_here(told.head, repository, told)
    if everything:
        return Comparison(head, None, told.is_proposal)
    base = _base(repository, told)
    if base is None:
        return Comparison(head, None, told.is_proposal)
    parting = repository.merge_base(base, head)
    if parting is None and repository.is_shallow:
        raise _not_here(f"that {base[:12]} and {head[:12]} both come from", repository, told)
    # Histories that have nothing in common, as of a branch that began anew, are compared directly.
    return Comparison(head, parting or base, told.is_proposal)


def _base(repository: Repository, told: Told) -> str | None:
    """Return the first of the bases that exists; None where everything counts as changed."""
    for revision in told.bases:
        if base := repository.commit(revision):
            return base
        if repository.is_shallow:  # it may exist elsewhere
            raise _not_here(revision, repository, told)
    if told.or_everything:
        return None
    if told.bases:
        raise _not_here(told.bases[-1], repository, told)
    raise UsageError(
        f"{told.source} does not tell what it is to be compared with",
        remedy="Name a commit with --base, or grade everything with --all.",
    )


def _not_here(what: str, repository: Repository, told: Told) -> UsageError:
    commit = what if what.startswith("that ") else f'"{shown(what)}"'
    if repository.is_shallow:
        return UsageError(
            f"this clone is shallow and lacks the commit {commit}, named by {told.source}",
            where=str(repository.root),
            remedy="Clone with the whole history: `fetch-depth: 0` for actions/checkout, "
            '`GIT_DEPTH: "0"` on GitLab, `git fetch --unshallow` by hand.',
        )
    return UsageError(
        f"this repository has no commit {commit}, named by {told.source}",
        where=str(repository.root),
        remedy="Fetch it first, as by `git fetch origin COMMIT`.",
    )


def _payload(path: Path) -> dict[str, Any]:
    try:
        payload = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise _unread(f"it cannot be read: {error}", path) from None
    if not isinstance(payload, dict):
        raise _unread("it is no JSON object", path)
    return payload


def _unread(reason: str, path: Path) -> UsageError:
    return UsageError(
        f"the event's payload tells no commits: {reason}",
        where=f"GITHUB_EVENT_PATH={path}",
        remedy="Name the commits with --base and --head.",
    )


def _github(environ: Mapping[str, str]) -> Told:
    """Read a payload: of its many fields only those that hold names of commits and of branches."""
    path = Path(environ["GITHUB_EVENT_PATH"])
    source = f"the event {environ.get('GITHUB_EVENT_NAME', '')}".rstrip()
    payload = _payload(path)
    try:
        match payload:
            case {"pull_request": {"head": head, "base": base}}:
                return Told(source, _name(head["sha"]), (_name(base["sha"]),), is_proposal=True)
            case {"merge_group": {"head_sha": head, "base_sha": base}}:
                return Told(source, _name(head), (_name(base),), is_proposal=True)
            case {"workflow_run": {"head_sha": head}}:
                # It runs on the default branch, whatever the run was that it follows.
                here = (_name(environ["GITHUB_SHA"]),)
                return Told(source, _name(head), here, is_proposal=True)
            case {"before": before, "after": after, "ref": ref, "repository": about}:
                default = str(about["default_branch"])
                own = ref == f"refs/heads/{default}"
                return _push(source, _name(after), _name(before), "" if own else default)
    except (KeyError, TypeError, ValueError) as error:
        raise _unread(
            f"a field of {source} is missing or no name of a commit ({error})", path
        ) from None
    return Told(source, environ.get("GITHUB_SHA", "HEAD"))


def _name(value: object) -> str:
    """Return a commit's full name; nothing else that a payload says is handed to git."""
    if isinstance(value, str) and _COMMIT.fullmatch(value):
        return value
    raise ValueError(repr(value)[:60])


def _gitlab(environ: Mapping[str, str]) -> Told:
    here = environ.get("CI_COMMIT_SHA", "HEAD")
    if base := environ.get("CI_MERGE_REQUEST_DIFF_BASE_SHA"):
        # Where results of merging are tried, the commit that is checked out is GitLab's own.
        head = environ.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or here
        return Told("the merge request", head, (base,), is_proposal=True)
    default = environ.get("CI_DEFAULT_BRANCH", "")
    own = environ.get("CI_COMMIT_BRANCH", default) == default
    before = environ.get("CI_COMMIT_BEFORE_SHA", "0")
    return _push("the pipeline", here, before, "" if own else default)


def _push(source: str, after: str, before: str, default: str) -> Told:
    """A push; of a new branch, or one whose history was rewritten, what the default one lacks."""
    bases = [before] if before.strip("0") else []
    if default:
        bases.append(f"refs/remotes/origin/{default}")
    return Told(source, after, tuple(bases), or_everything=True)
