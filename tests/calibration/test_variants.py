"""Which variants there are, and what they say of themselves."""

from __future__ import annotations

import shutil

import pytest

from grader.calibration.variants import Role, as_submission, find_variants
from grader.errors import SpecError


def test_variants_are_found_by_role(toy) -> None:
    found = find_variants(toy)
    assert [(one.name, one.role) for one in found] == [
        ("solution", Role.RIGHT),
        ("right/other", Role.RIGHT),
        ("weakest/few_epochs", Role.WEAKEST),
        ("baseline/constant", Role.BASELINE),
        ("wrong/unscaled", Role.WRONG),
    ]
    assert (found[-1].about, found[-1].reason) == ("Forgets to scale.", "")
    assert len({one.digest for one in found}) == len(found)


def test_a_reason_is_read_to_the_end_of_its_paragraph(toy) -> None:
    path = toy.reference / "variants" / "wrong" / "unscaled.py"
    path.write_text(
        '"""Forgets to scale.\n\nEarns points because: the\n    trees do not mind.\n\nMore."""\n'
    )
    assert find_variants(toy)[-1].reason == "the trees do not mind."


def test_the_reference_lies_beside_a_variant(toy) -> None:
    submission = as_submission(find_variants(toy)[1], toy)
    assert (submission.kind, submission.entry) == ("module", "toy.py")
    assert set(submission.files) == {"toy.py", "solution.py"}
    assert submission.files["solution.py"] == (toy.reference / "solution.py").read_bytes()


@pytest.mark.parametrize(
    ("name", "source", "message"),
    [
        ("wrongs/x.py", '"""X."""', 'did you mean "wrong"'),
        ("wrong/x.py", "x = 1\n", "does not say what it is"),
        ("wrong/x.py", "def (", "not a Python module"),
    ],
)
def test_variants_that_cannot_be_used_are_named(toy, name, source, message) -> None:
    path = toy.reference / "variants" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(source)
    with pytest.raises(SpecError, match=message) as caught:
        find_variants(toy)
    assert "reference/toy/variants/wrong" in caught.value.where


def test_a_baseline_is_required(toy) -> None:
    shutil.rmtree(toy.reference / "variants" / "baseline")
    with pytest.raises(SpecError, match="no trivial solution"):
        find_variants(toy)


def test_without_a_reference_there_is_nothing_to_calibrate_on(toy) -> None:
    with pytest.raises(SpecError, match="no reference solution"):
        find_variants(toy.model_copy(update={"reference": None}))
