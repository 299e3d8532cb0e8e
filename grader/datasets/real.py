"""Published data as tables: wine quality, California housing, MNIST and scikit-learn's digits."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.datasets.published import BUNDLED, PUBLISHED, PublishedFile
from grader.datasets.storage import content, fetch, find
from grader.datasets.table import Table
from grader.errors import UsageError

__all__ = ["DATASETS", "available", "load", "mnist_pixels"]

DATASETS = (*PUBLISHED, BUNDLED.name)

_HOUSING = (
    "MedInc", "HouseAge", "AveRooms", "AveBedrms",
    "Population", "AveOccup", "Latitude", "Longitude",
)  # fmt: skip
_GOOD = 6  # a wine of this quality, or better, is good
_IDX_BYTES = 0x08  # the element type in the header of an idx file: unsigned bytes


def available(name: str) -> bool:
    """Tell whether :func:`load` would need no network: all files of the data set are there.

    Raises:
        UsageError: there is no such data set, or ``GRADER_DATA_DIR`` names no folder.
    """
    _known(name)
    return name == BUNDLED.name or all(find(file) for file in PUBLISHED[name].files)


def load(name: str, *, download: bool = True) -> Table:
    """Return published data, all rows in the order of publication.

    - ``"wine"``: 11 features of 1599 red wines; the target ``good`` is 1 for a quality of 6 or
      more.
    - ``"housing"``: 8 features of 20640 California districts as scikit-learn gives them; the
      target is the median value of a house in units of 100 000 dollars.
    - ``"mnist"``: 784 pixels in [0, 1] of 60 000 training images, then 10 000 test images.
    - ``"digits"``: 64 pixels in [0, 1] of 1797 images, which scikit-learn brings along.

    Args:
        name: the data set.
        download: fetch files that are not there.

    Raises:
        UsageError: there is no such data set; its files are not there and cannot be (or shall not
            be) downloaded; or a file is not the published one.
    """
    _known(name)
    if name == BUNDLED.name:
        return _digits()
    if name == "mnist":
        pixels, labels = mnist_pixels(download=download)
        return images("mnist", pixels, labels, 255)
    (text,) = _contents(name, download=download)
    return _wine(text) if name == "wine" else _housing(text)


def mnist_pixels(*, download: bool = True) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return MNIST as it is stored: (70000, 784) pixels in 0..255 and (70000,) labels.

    As float64 the pixels take 440 MB; whoever wants a few rows chooses them here.

    Raises:
        UsageError: as for :func:`load`.
    """
    train, train_labels, test, test_labels = (
        _idx(raw) for raw in _contents("mnist", download=download)
    )
    pixels = np.concatenate([train, test]).reshape(-1, 28 * 28)
    return pixels, np.concatenate([train_labels, test_labels])


def images(name: str, pixels: NDArray[Any], labels: NDArray[Any], white: int) -> Table:
    """Return a table of images.

    Args:
        name: of the data set.
        pixels: (n, d) in 0..white.
        labels: (n,) class of each image.
        white: the brightest pixel, which becomes 1.
    """
    side = int(pixels.shape[1] ** 0.5)
    names = tuple(f"pixel_{row}_{column}" for row in range(side) for column in range(side))
    return Table(
        name=name,
        features=pixels / np.float64(white),
        target=labels.astype(np.int64),
        columns=names,
        target_name="digit",
        twin=False,
    )


def _known(name: str) -> None:
    if name not in DATASETS:
        raise UsageError(
            f"there is no data set {name!r}", remedy=f"There are {', '.join(DATASETS)}."
        )


def _contents(name: str, *, download: bool) -> list[bytes]:
    return [_content(name, file, download=download) for file in PUBLISHED[name].files]


def _content(name: str, file: PublishedFile, *, download: bool) -> bytes:
    path = find(file)
    if path is None and download:
        path = fetch(file)
    if path is None:
        raise UsageError(
            f"{file.name} of the data set {name} is not on this machine",
            remedy=(
                f"Run `grader data fetch {name}`, or let GRADER_DATA_DIR name a folder that has "
                "the file."
            ),
        )
    return content(path, file)


def _wine(text: bytes) -> Table:
    header, _, rows = text.decode("ascii").partition("\n")
    *columns, _ = (name.strip('"') for name in header.split(";"))
    numbers = np.loadtxt(rows.splitlines(), delimiter=";")
    return Table(
        name="wine",
        features=np.ascontiguousarray(numbers[:, :-1]),
        target=(numbers[:, -1] >= _GOOD).astype(np.int64),
        columns=tuple(columns),
        target_name="good",
        twin=False,
    )


def _housing(text: bytes) -> Table:
    numbers = np.loadtxt(text.decode("ascii").splitlines(), delimiter=",")
    longitude, latitude, age, rooms, bedrooms, population, households, income, value = numbers.T
    features = np.column_stack(
        [
            income,
            age,
            rooms / households,
            bedrooms / households,
            population,
            population / households,
            latitude,
            longitude,
        ]
    )
    return Table("housing", features, value / 100_000, _HOUSING, "MedHouseVal", twin=False)


def _idx(raw: bytes) -> NDArray[np.uint8]:
    """Return the array of an idx file: two zeros, the type, the number of sizes, the sizes."""
    assert raw[:3] == bytes([0, 0, _IDX_BYTES])  # its checksum has been compared
    shape = np.frombuffer(raw, ">u4", count=raw[3], offset=4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(shape)


def _digits() -> Table:
    from sklearn.datasets import load_digits

    found = load_digits()
    return images("digits", found.data, found.target, 16)
