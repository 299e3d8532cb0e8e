from __future__ import annotations

import json

import pytest

from grader.ci import Comparison, Told, compare, read_event
from grader.errors import UsageError

from .conftest import BASE, HEAD, PAYLOADS, Git

DEFAULT = "refs/remotes/origin/main"


def told(payload, name: str, event: str, **fields) -> Told:
    path = payload(name, **fields)
    return read_event(
        {"GITHUB_EVENT_PATH": str(path), "GITHUB_EVENT_NAME": event, "GITHUB_SHA": "7" * 40}
    )


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("pull_request.opened", "pull_request"),
        ("pull_request.opened", "pull_request_target"),
        ("pull_request.synchronize", "pull_request"),
        ("merge_group.checks_requested", "merge_group"),
    ],
)
def test_a_proposal_is_compared_with_what_it_is_made_to(payload, name, event):
    assert told(payload, name, event) == Told(f"the event {event}", HEAD, (BASE,), is_proposal=True)


def test_a_run_that_follows_another_is_compared_with_the_default_branch(payload):
    found = told(payload, "workflow_run.completed", "workflow_run")
    assert found == Told("the event workflow_run", HEAD, ("7" * 40,), is_proposal=True)


@pytest.mark.parametrize(
    ("ref", "before", "bases"),
    [
        ("refs/heads/main", BASE, (BASE,)),
        ("refs/heads/main", "0" * 40, ()),
        ("refs/heads/work", BASE, (BASE, DEFAULT)),
        ("refs/heads/work", "0" * 40, (DEFAULT,)),
    ],
)
def test_a_push_is_compared_with_what_was_there(payload, ref, before, bases):
    found = told(payload, "push", "push", base=before, ref=ref)
    assert found == Told("the event push", HEAD, bases, or_everything=True)


def test_events_that_change_nothing_name_the_commit_alone(tmp_path):
    path = tmp_path / "event.json"
    path.write_text('{"inputs": null, "ref": "refs/heads/main"}')
    environment = {"GITHUB_EVENT_PATH": str(path), "GITHUB_EVENT_NAME": "workflow_dispatch"}
    assert read_event({**environment, "GITHUB_SHA": HEAD}).head == HEAD


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"pull_request": {"head": {}, "base": {}}}', '"x"']
    + [
        json.dumps({"pull_request": {"head": {"sha": sha}, "base": {"sha": BASE}}})
        for sha in ("--upload-pack=x", "main", None, 7, HEAD + "\n", HEAD.upper())
    ],
)
def test_a_payload_that_names_no_commits_is_refused(tmp_path, text):
    path = tmp_path / "event.json"
    path.write_text(text)
    with pytest.raises(UsageError, match="payload tells no commits") as caught:
        read_event({"GITHUB_EVENT_PATH": str(path), "GITHUB_EVENT_NAME": "pull_request"})
    assert "--base and --head" in caught.value.remedy
    with pytest.raises(UsageError, match="payload tells no commits"):
        read_event({"GITHUB_EVENT_PATH": str(tmp_path / "none")})


def test_of_a_payload_only_names_of_commits_are_taken():
    """The texts that the payloads of these tests hold are those that a script would run."""
    for path in PAYLOADS.glob("*.json"):
        environment = {"GITHUB_EVENT_PATH": str(path), "GITHUB_EVENT_NAME": "x", "GITHUB_SHA": HEAD}
        found = read_event(environment)
        assert {found.head, *found.bases} <= {HEAD, BASE}
        assert "$" not in repr(found)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        (
            {"CI_MERGE_REQUEST_DIFF_BASE_SHA": BASE, "CI_COMMIT_SHA": HEAD},
            Told("the merge request", HEAD, (BASE,), is_proposal=True),
        ),
        (
            {
                "CI_MERGE_REQUEST_DIFF_BASE_SHA": BASE,
                "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": HEAD,
                "CI_COMMIT_SHA": "7" * 40,
            },
            Told("the merge request", HEAD, (BASE,), is_proposal=True),
        ),
        (
            {
                "CI_COMMIT_SHA": HEAD,
                "CI_COMMIT_BEFORE_SHA": "0" * 40,
                "CI_COMMIT_BRANCH": "work",
                "CI_DEFAULT_BRANCH": "main",
            },
            Told("the pipeline", HEAD, (DEFAULT,), or_everything=True),
        ),
    ],
)
def test_gitlab_tells_it_by_variables(variables, expected):
    assert read_event({"GITLAB_CI": "true", **variables}) == expected


def test_without_a_payload_the_branch_is_enough():
    found = read_event({"GITHUB_BASE_REF": "main", "GITHUB_SHA": HEAD})
    assert found == Told("GITHUB_BASE_REF", HEAD, (DEFAULT,), is_proposal=True)


def test_what_others_have_merged_meanwhile_does_not_count(git):
    """Neither before nor after the branch has merged it, too."""
    start = git.commit({"a": "1"})
    git("checkout", "-q", "-b", "work")
    git.commit({"mine": "1"})
    git("checkout", "-q", "main")
    base = git.commit({"theirs": "1"})
    git("checkout", "-q", "work")
    head = git("rev-parse", "HEAD")
    repository = git.repository
    assert compare(repository, Told("x", "work", ("main",))) == Comparison(head, start, False)
    git("merge", "-q", "--no-edit", "main")
    merged = git("rev-parse", "HEAD")
    found = compare(repository, Told("x", "HEAD", ("main",), is_proposal=True))
    assert found == Comparison(merged, base, True)
    assert repository.changed(base, merged) == {"mine"}


def test_histories_without_a_common_commit_are_compared_directly(git):
    base = git.commit({"a": "1", "b": "1"})
    git("checkout", "-q", "--orphan", "new")
    head = git.commit({"b": "2"})
    assert compare(git.repository, Told("x", head, (base,))) == Comparison(head, base, False)


def test_a_first_push_and_a_new_branch(git):
    first = git.commit({"a": "1"})
    pushed = Told("x", "HEAD", (), or_everything=True)
    assert compare(git.repository, pushed) == Comparison(first, None, False)
    git("update-ref", DEFAULT, first)
    head = git.commit({"b": "1"})
    for bases in ((DEFAULT,), ("1" * 40, DEFAULT)):  # new, or with a history that was rewritten
        branch = Told("x", head, bases, or_everything=True)
        assert compare(git.repository, branch) == Comparison(head, first, False)


def test_everything_needs_no_base(git):
    head = git.commit({"a": "1"})
    assert compare(git.repository, Told("x", "HEAD"), everything=True) == Comparison(
        head, None, False
    )
    with pytest.raises(UsageError, match="does not tell what it is to be compared with") as caught:
        compare(git.repository, Told("the current commit", "HEAD"))
    assert "--base" in caught.value.remedy


def test_a_commit_that_is_not_here(git):
    git.commit({"a": "1"})
    for told_ in (Told("the event", HEAD, ("main",)), Told("the event", "main", (BASE,))):
        with pytest.raises(UsageError, match="has no commit") as caught:
            compare(git.repository, told_)
        assert "git fetch" in caught.value.remedy


def test_a_shallow_clone_says_what_to_set(git, tmp_path):
    base = git.commit({"a": "1"})
    git.commit({"b": "1"})
    head = git.commit({"c": "1"})
    git("checkout", "-q", "-b", "other", base)
    other = git.commit({"d": "1"})
    clone = Git(tmp_path / "clone")
    url = f"file://{git.root}"
    clone("fetch", "-q", "--depth", "1", url, "main", "other")
    clone("update-ref", "refs/heads/main", head)
    for told_ in (
        Told("x", head, (base,)),
        Told("x", base, (head,)),
        Told("x", head, (base,), or_everything=True),
        Told("x", head, (other,)),  # both are here, and where they part is not
    ):
        with pytest.raises(UsageError, match="this clone is shallow and lacks") as caught:
            compare(clone.repository, told_)
        assert "fetch-depth: 0" in caught.value.remedy
        assert "GIT_DEPTH" in caught.value.remedy
