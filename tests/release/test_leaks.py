"""What is secret is found wherever it is planted, and nothing else is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.catalog import find_course
from grader.errors import SpecError
from grader.release import make_bundle, make_starter, refuse_leaks
from grader.release.confidential import secrets_of
from grader.release.leaks import Leak, Secrets, find_leaks

BODY = """\
    y = np.arange(200) % 2
    X = rng.normal(size=(200, 3)) + 1.5 * y[:, None] - 0.75
    w = submission.train(X, y, seed=0)
    assert_shape(w, (4,), name="train(X, y, seed)")
"""
REGION = """\
    for _ in range(300):
        dz = (predict_proba(w, X) - y) / len(y)
        w -= 0.5 * np.append(X.T @ dz, dz.sum())
"""


def _plant(path: Path, text: str) -> None:
    path.write_text(f"{path.read_text(encoding='utf-8')}\n# PLANTED\n{text}", encoding="utf-8")


def _leaks(root: Path) -> list[Leak]:
    assignment = find_course(root).assignment("toy")
    starter = make_starter(assignment)
    bundle = make_bundle(assignment, starter, root)
    return find_leaks(bundle.files, secrets_of(assignment, starter))


def test_an_innocent_assignment_has_no_leak(root):
    assert _leaks(root) == []


# --- every secret, planted in the handout -------------------------------------------------------

SECRETS = {
    "a hidden test": (BODY, "assignments/toy/tests/hidden/test_toy.py"),
    "the name of a hidden test": (
        "See test_train_lowers_the_loss.",
        "assignments/toy/tests/hidden/test_toy.py",
    ),
    "the solution": (REGION, "reference/toy/solution.py"),
    "the solution in one sentence": (
        "Let w = np.random.default_rng(seed).normal(scale=0.01, size=X.shape[1] + 1), "
        "and then go down.",
        "reference/toy/solution.py",
    ),
    "a short solution": ("It is sigmoid(X @ w[:-1] + w[-1]).", ""),
    "a note to instructors": (
        "Cells with this tag are not handed out. A common\nmistake: the sign of the gradient.",
        "reference/toy/solution.py",
    ),
    "a variant": (
        "share = np.mean(y)\nreturn np.append(np.zeros(X.shape[1]), np.log(share / (1 - share)))",
        "reference/toy/variants/baseline/most_frequent_class.py",
    ),
    "a known mistake": (
        "Return the probability of class 0, where that of class 1 is asked for: "
        "return 1.0 - sigmoid(X @ w[:-1] + w[-1])",
        "assignments/toy/mistakes/other_class.py",
    ),
}


@pytest.mark.parametrize("what", [name for name, (_, source) in SECRETS.items() if source])
def test_every_kind_of_secret_is_found(root, what):
    text, source = SECRETS[what]
    handout = root / "assignments" / "toy" / "README.md"
    line = handout.read_text().count("\n") + 3
    _plant(handout, text)
    [leak] = _leaks(root)
    assert leak.source == source
    assert leak.where == f"assignments/toy/README.md:{line}"


def test_a_short_solution_is_found_as_a_whole_only(root):
    handout = root / "assignments" / "toy" / "README.md"
    _plant(handout, "Use sigmoid and the product X @ w.")
    assert _leaks(root) == []
    _plant(handout, "return sigmoid(X @ w[:-1] + w[-1])")
    [leak] = _leaks(root)
    assert leak.source == "reference/toy/solution.py"


# --- every way to students ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "written", "where"),
    [
        ("README.md", BODY, "README.md:18"),
        (
            "assignment.yaml",
            "".join(f"# {line}\n" for line in BODY.splitlines()),
            "assignment.yaml",
        ),
        ("tests/public/helper.py", "def helper(rng):\n" + BODY, "tests/public/helper.py:4"),
        ("tests/public/expected.csv", BODY, "tests/public/expected.csv:3"),
        ("data/rows.csv", "# " + " ".join(BODY.split()), "data/rows.csv:6"),
        ("DATA.md", BODY.replace('"', "'"), "DATA.md:4"),
        ("thresholds.json", "", "thresholds.json"),
        ("LICENSE", BODY, "LICENSE:3"),
        ("figure.svg", f"<!-- {BODY} -->", "figure.svg:3"),
    ],
)
def test_every_file_of_the_assignment_is_searched(root, file, written, where):
    path = root / "assignments" / "toy" / file
    path.touch()
    if file == "thresholds.json":
        thresholds = json.loads(path.read_text())
        thresholds["accuracy"]["method"] = BODY
        path.write_text(json.dumps(thresholds))
    else:
        _plant(path, written)
    if file == "figure.svg":
        _plant(path.with_name("README.md"), "![a figure](figure.svg)")
    leaks = _leaks(root)
    assert [leak.source for leak in leaks] == ["assignments/toy/tests/hidden/test_toy.py"]
    assert leaks[0].where.startswith(f"assignments/toy/{where}")


@pytest.mark.parametrize(
    "cell",
    [
        "# %%\ndef trial(submission, rng):\n" + BODY,
        "# %% [markdown]\n" + "".join(f"# {line}\n" for line in BODY.splitlines()),
        '# %% tags=["notebook"]\ndef trial(submission, rng):\n' + BODY,
    ],
)
def test_every_cell_of_the_starter_is_searched(root, cell):
    solution = root / "reference" / "toy" / "solution.py"
    solution.write_text(f"{solution.read_text()}\n{cell}")
    leaks = _leaks(root)
    assert {leak.source for leak in leaks} == {"assignments/toy/tests/hidden/test_toy.py"}
    [notebook] = [leak for leak in leaks if ".ipynb" in leak.where]
    assert notebook.where == "assignments/toy/starter/toy.ipynb, cell 8"


@pytest.mark.parametrize("place", ["source", "output", "attachment", "metadata", "notebook"])
def test_every_part_of_a_notebook_is_searched(root, place):
    text = BODY.splitlines(keepends=True)
    cell = {"cell_type": "code", "source": [], "outputs": [], "metadata": {}}
    notebook = {"cells": [{"cell_type": "markdown", "source": "x"}, cell], "metadata": {}}
    match place:
        case "source":
            cell["source"] = text
        case "output":
            cell["outputs"] = [{"output_type": "stream", "text": text}]
        case "attachment":
            cell["attachments"] = {"".join(text): {}}
        case "metadata":
            cell["metadata"] = {"tags": ["".join(text)]}
        case _:
            notebook["metadata"] = {"title": "".join(text)}
    assignment = find_course(root).assignment("toy")
    secrets = secrets_of(assignment, make_starter(assignment))
    [leak] = find_leaks({"a.ipynb": json.dumps(notebook).encode()}, secrets)
    assert leak.where == ("a.ipynb:1" if place == "notebook" else "a.ipynb, cell 2").removesuffix(
        ":1"
    )


# --- the rule -----------------------------------------------------------------------------------


def _secret(text: str, *public: str) -> Secrets:
    secrets = Secrets(public)
    secrets.add(text, "secret.py")
    return secrets


def test_layout_quotes_and_comment_signs_do_not_count():
    words = [f"word{number}" for number in range(20)]
    secrets = _secret(" ".join(f'"{word}"' for word in words))
    wrapped = "\n".join(f"#   '{word}'" for word in words)
    assert len(find_leaks({"a.md": wrapped.encode()}, secrets)) == 1
    assert find_leaks({"a.md": " ".join(words[:19]).encode()}, secrets) == []


def test_what_is_public_as_well_is_no_secret():
    text = " ".join(f"word{number}" for number in range(30))
    assert find_leaks({"a.md": text.encode()}, _secret(text, text)) == []


def test_imports_are_no_secret():
    text = "from a import (\n    b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u\n)\n"
    assert find_leaks({"a.py": text.encode()}, _secret(text)) == []


def test_public_tests_may_share_helpers_with_hidden_ones():
    helper = "def helper(a):\n    return " + " + ".join(f"a[{n}]" for n in range(20)) + "\n"
    test = "def test_a():\n    assert [" + ", ".join(f"a{n}" for n in range(30)) + "]\n"
    secrets = Secrets(())
    secrets.add_test(helper + test, "tests/hidden/test_a.py")
    assert find_leaks({"tests/public/test_b.py": helper.encode()}, secrets) == []
    assert len(find_leaks({"README.md": helper.encode()}, secrets)) == 1
    copied = test.replace("test_a", "test_b").encode()
    assert len(find_leaks({"tests/public/test_b.py": copied}, secrets)) == 1


def test_files_without_text_are_passed_over_and_odd_encodings_are_not():
    text = " ".join(f"word{number}" for number in range(20))
    files = {"a.npy": b"\0" + text.encode(), "b.txt": b"\xe9 " + text.encode()}
    assert [leak.where for leak in find_leaks(files, _secret(text))] == ["b.txt:1"]


def test_the_refusal_names_file_line_and_source(root):
    _plant(root / "assignments" / "toy" / "README.md", REGION)
    assignment = find_course(root).assignment("toy")
    starter = make_starter(assignment)
    with pytest.raises(SpecError) as caught:
        refuse_leaks(assignment, starter, make_bundle(assignment, starter, root))
    assert (
        "assignments/toy/README.md:18 says what reference/toy/solution.py says: for _ in range"
        in caught.value.message
    )
    assert "not in a hidden test" in caught.value.remedy
