from __future__ import annotations

import numpy as np
import pytest

from grader.datasets import Table, as_csv, split
from grader.errors import SpecError


@pytest.fixture
def table() -> Table:
    rows = np.arange(20.0)
    features = np.column_stack([rows, rows / 8])
    return Table("t", features, rows.astype(np.int64), ("a", "b c"), "y", twin=False)


def test_parts_are_disjoint_and_rows_stay_together(table):
    parts = split(table, train=9, valid=5, test=6, seed=0)
    targets = np.concatenate([parts.y_train, parts.y_valid, parts.y_test])
    assert sorted(targets.tolist()) == list(range(20))
    for X, y in zip(parts[::2], parts[1::2], strict=True):
        assert X.shape == (len(y), 2)
        np.testing.assert_array_equal(X[:, 0], y)
    assert (parts.X_train.dtype, parts.y_train.dtype) == (np.float64, np.int64)


def test_the_seed_decides(table):
    one, same, other = (split(table, train=9, valid=5, test=6, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one.y_test, same.y_test)
    assert one.y_test.tolist() != other.y_test.tolist()


def test_a_split_cannot_be_written_to_and_the_table_can(table):
    parts = split(table, train=9, valid=5, test=6, seed=0)
    for array in parts:
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    table.features[0] = 7


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((10, 5, 6), r"10 \+ 5 \+ 6 = 21 rows were asked for, but there are 20"),
        ((-1, 5, 6), "a split of -1 training, 5 validation and 6 test rows is impossible"),
        ((0, 0, 0), "is impossible"),
    ],
)
def test_impossible_sizes_are_refused(table, sizes, message):
    train, valid, test = sizes
    with pytest.raises(SpecError, match=message):
        split(table, train=train, valid=valid, test=test, seed=0)


@pytest.mark.parametrize("seed", [-1, 0.5])
def test_a_seed_is_a_whole_number_of_0_or_more(table, seed):
    with pytest.raises(SpecError, match="a seed is a whole number of 0 or more"):
        split(table, train=1, valid=1, test=1, seed=seed)


def test_csv_has_a_header_and_the_shortest_numbers(table):
    lines = as_csv(table).split("\n")
    assert lines[:3] == ["a,b c,y", "0,0,0", "1,0.125,1"]
    assert lines[-1] == ""
    assert len(lines) == 22


def test_csv_keeps_quantities_exactly(table):
    third = table._replace(target=table.features[:, 0] / 3)
    rows = np.loadtxt(as_csv(third).splitlines()[1:], delimiter=",")
    np.testing.assert_array_equal(rows[:, :2], table.features)
    np.testing.assert_array_equal(rows[:, 2], third.target)
