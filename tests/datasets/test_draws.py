from __future__ import annotations

import numpy as np
import pytest

from grader.datasets import draw, load
from grader.errors import SpecError, UsageError

SIZES = {"train": 30, "valid": 20, "test": 50}


@pytest.mark.parametrize(("name", "columns"), [("wine", 11), ("housing", 8), ("digits", 64)])
def test_without_files_and_network_there_are_rows(cache, name, columns):
    drawn = draw(name, **SIZES, seed=5)
    assert [len(y) for y in drawn[1::2]] == [30, 20, 50]
    assert drawn.X_test.shape == (50, columns)
    assert len(np.unique(np.concatenate(drawn[::2]), axis=0)) == 100  # no row is in two parts


@pytest.mark.parametrize("name", ["wine", "digits"])
def test_a_draw_is_made_once_and_cannot_be_changed(cache, name):
    drawn = draw(name, **SIZES, seed=5)
    assert draw(name, **SIZES, seed=5) is drawn
    assert not any(array.flags.writeable for array in drawn)
    assert draw(name, **SIZES, seed=6).X_test.tolist() != drawn.X_test.tolist()


def test_published_rows_are_never_drawn_for_wine(published):
    drawn = draw("wine", train=899, valid=300, test=10_000, seed=5)
    known = {tuple(row) for row in load("wine").features}
    assert not any(tuple(row) in known for row in drawn.X_test)


def test_mnist_is_not_downloaded_for_grading(cache):
    with pytest.raises(UsageError, match="of the data set mnist is not on this machine"):
        draw("mnist", **SIZES, seed=5)


def test_mnist_is_drawn_from_its_files(published):
    drawn = draw("mnist", **SIZES, seed=5)
    assert drawn.X_train.shape == (30, 784)
    assert drawn.X_train.max() == 1
    assert set(np.concatenate(drawn[1::2])) == set(range(10))
    assert not any(array.flags.writeable for array in drawn)


def test_more_rows_than_there_are_cannot_be_drawn(cache):
    with pytest.raises(SpecError, match="2000 rows were asked for, but there are 1797"):
        draw("digits", train=1000, valid=500, test=500, seed=0)
    with pytest.raises(SpecError, match="is impossible"):
        draw("wine", train=0, valid=0, test=0, seed=0)
    with pytest.raises(UsageError, match="there is no data set 'iris'"):
        draw("iris", **SIZES, seed=0)
