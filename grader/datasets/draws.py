"""The rows that an assignment is graded on."""

from __future__ import annotations

from functools import lru_cache

from grader.datasets.real import images, load, mnist_pixels
from grader.datasets.table import Split, parts, split
from grader.datasets.twins import TWINS, twin

__all__ = ["draw"]


@lru_cache(maxsize=8)
def draw(name: str, *, train: int, valid: int, test: int, seed: int) -> Split:
    """Return the rows of one round of grading.

    Wine and housing are twins, drawn with a target of this seed's own, since everybody has the
    published rows. Digits and MNIST are the published images, shuffled. Nothing is downloaded.
    The answer is kept, and its arrays cannot be written to.

    Args:
        name: ``"wine"``, ``"housing"``, ``"digits"`` or ``"mnist"``.
        train: number of training rows.
        valid: number of validation rows.
        test: number of test rows.
        seed: decides the rows; 0 or more. Let it have 128 secret bits or more: whoever can try all
            seeds can compute the test rows from the training rows.

    Raises:
        SpecError: the numbers of rows are impossible.
        UsageError: there is no such data set, or MNIST is not on this machine.
    """
    sizes = {"train": train, "valid": valid, "test": test}
    if name in TWINS:
        rows = max(1, train + valid + test)
        return split(twin(name, rows, seed), **sizes, seed=seed)
    if name != "mnist":
        return split(load(name, download=False), **sizes, seed=seed)
    pixels, labels = mnist_pixels(download=False)
    chosen = parts(len(labels), **sizes, seed=seed)
    tables = [images(name, pixels[rows], labels[rows], 255) for rows in chosen]
    for table in tables:
        table.features.setflags(write=False)
        table.target.setflags(write=False)
    return Split(*(array for table in tables for array in (table.features, table.target)))
