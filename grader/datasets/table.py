"""A data set as a table, and its parts for training, validation and testing."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from grader.datasets.streams import stream
from grader.errors import SpecError

__all__ = ["Split", "Table", "as_csv", "parts", "split"]


class Table(NamedTuple):
    """One data set.

    Attributes:
        name: what the data set is called, such as ``"wine"``.
        features: (n, d) float64.
        target: (n,) int64 for classes, (n,) float64 for a quantity.
        columns: names of the d features.
        target_name: name of the target.
        twin: whether the rows were generated; False for published data.
    """

    name: str
    features: NDArray[np.float64]
    target: NDArray[Any]
    columns: tuple[str, ...]
    target_name: str
    twin: bool


class Split(NamedTuple):
    """Disjoint rows of one table. The arrays cannot be written to."""

    X_train: NDArray[np.float64]
    y_train: NDArray[Any]
    X_valid: NDArray[np.float64]
    y_valid: NDArray[Any]
    X_test: NDArray[np.float64]
    y_test: NDArray[Any]


def parts(rows: int, *, train: int, valid: int, test: int, seed: int) -> list[NDArray[np.int64]]:
    """Choose disjoint rows at random, not stratified.

    Returns:
        Indices of the training, validation and test rows, in random order.

    Raises:
        SpecError: a part is negative, none has rows, or there are not enough rows for all.
    """
    sizes = (train, valid, test)
    wanted = sum(sizes)
    if min(sizes) < 0 or wanted == 0:
        raise SpecError(
            f"a split of {train} training, {valid} validation and {test} test rows is impossible",
            remedy="Give numbers of rows of which none is negative and one at least is positive.",
        )
    if wanted > rows:
        raise SpecError(
            f"{train} + {valid} + {test} = {wanted} rows were asked for, but there are {rows}",
            remedy="Ask for fewer rows.",
        )
    order = stream(seed, "split").permutation(rows)
    first, second = train, train + valid
    return [order[:first], order[first:second], order[second:wanted]]


def split(table: Table, *, train: int, valid: int, test: int, seed: int) -> Split:
    """Draw disjoint training, validation and test rows at random, not stratified.

    Args:
        table: where the rows come from.
        train: number of training rows.
        valid: number of validation rows.
        test: number of test rows.
        seed: decides which; 0 or more.

    Raises:
        SpecError: as :func:`parts` says.
    """
    chosen = parts(len(table.target), train=train, valid=valid, test=test, seed=seed)
    arrays = [column[rows] for rows in chosen for column in (table.features, table.target)]
    for array in arrays:
        array.setflags(write=False)  # a split is shared by all tests of a grading process
    return Split(*arrays)


def as_csv(table: Table) -> str:
    """Return a table as comma-separated values: a header, then one line per row.

    Every number is written as shortly as it can be read back exactly.
    """
    whole = table.target.dtype.kind == "i"
    lines = [",".join((*table.columns, table.target_name))]
    for features, target in zip(table.features.tolist(), table.target.tolist(), strict=True):
        last = str(target) if whole else _shortest(target)
        lines.append(",".join([*map(_shortest, features), last]))
    return "\n".join(lines) + "\n"


def _shortest(number: float) -> str:
    return repr(number).removesuffix(".0")
