"""The published data sets: their files, where they are published, and their checksums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["BUNDLED", "PUBLISHED", "Published", "PublishedFile"]


@dataclass(frozen=True)
class PublishedFile:
    """One file of a data set, as it lies in a folder.

    Attributes:
        name: its name there.
        url: where it is published.
        sha256: checksum of its content, in hexadecimal digits: of a ``.gz`` after unpacking, as
            mirrors pack differently; of a text with its line ends as single line feeds.
        size: bytes of that content.
        form: ``"text"``, or ``"gzip"`` for a file that is kept packed.
        member: its path inside the tar archive that ``url`` leads to; empty where that is the file
            itself.
    """

    name: str
    url: str
    sha256: str
    size: int
    form: Literal["text", "gzip"] = "text"
    member: str = ""


@dataclass(frozen=True)
class Published:
    """A data set.

    Attributes:
        name: what commands and specifications call it.
        title: one line about it.
        rows: number of rows.
        columns: number of features.
        licence: what its publisher says about using it.
        files: what it consists of; none for what scikit-learn brings along.
    """

    name: str
    title: str
    rows: int
    columns: int
    licence: str
    files: tuple[PublishedFile, ...]


# A copy kept by the PyTorch project; the first publisher's server no longer answers everybody.
_MNIST = "https://ossci-datasets.s3.amazonaws.com/mnist/"

# The MD5 of each unpacked MNIST file, as published, are in tests/datasets/test_published.py.
PUBLISHED = {
    one.name: one
    for one in (
        Published(
            name="wine",
            title="Red wine quality (Cortez et al. 2009); good means quality >= 6",
            rows=1599,
            columns=11,
            licence="CC BY 4.0",
            files=(
                PublishedFile(
                    name="winequality-red.csv",
                    url="https://archive.ics.uci.edu/ml/machine-learning-databases/wine-quality/winequality-red.csv",
                    sha256="4a402cf041b025d4566d954c3b9ba8635a3a8a01e039005d97d6a710278cf05e",
                    size=84199,
                ),
            ),
        ),
        Published(
            name="housing",
            title="California housing (Pace and Barry 1997), columns as in scikit-learn",
            rows=20640,
            columns=8,
            licence="none stated; figures of the 1990 census",
            files=(
                PublishedFile(
                    name="cal_housing.data",
                    url="https://ndownloader.figshare.com/files/5976036",
                    sha256="a2b44dcc7e1c9091b43c4f458b25cbd1f7e8068d08edd26bc4703108d3fa6214",
                    size=2071484,
                    member="CaliforniaHousing/cal_housing.data",
                ),
            ),
        ),
        Published(
            name="mnist",
            title="MNIST (LeCun et al. 1998): 60000 training images, then 10000 test images",
            rows=70000,
            columns=784,
            licence="CC BY-SA 3.0",
            files=(
                PublishedFile(
                    name="train-images-idx3-ubyte.gz",
                    url=f"{_MNIST}train-images-idx3-ubyte.gz",
                    sha256="ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                    size=47040016,
                    form="gzip",
                ),
                PublishedFile(
                    name="train-labels-idx1-ubyte.gz",
                    url=f"{_MNIST}train-labels-idx1-ubyte.gz",
                    sha256="65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
                    size=60008,
                    form="gzip",
                ),
                PublishedFile(
                    name="t10k-images-idx3-ubyte.gz",
                    url=f"{_MNIST}t10k-images-idx3-ubyte.gz",
                    sha256="0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                    size=7840016,
                    form="gzip",
                ),
                PublishedFile(
                    name="t10k-labels-idx1-ubyte.gz",
                    url=f"{_MNIST}t10k-labels-idx1-ubyte.gz",
                    sha256="ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
                    size=10008,
                    form="gzip",
                ),
            ),
        ),
    )
}

BUNDLED = Published(
    name="digits",
    title="Handwritten digits of 8 x 8 pixels (Alpaydin and Kaynak 1998)",
    rows=1797,
    columns=64,
    licence="CC BY 4.0",
    files=(),
)
