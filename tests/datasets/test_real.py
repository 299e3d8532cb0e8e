from __future__ import annotations

import gzip
import struct
from dataclasses import replace

import numpy as np
import pytest

from grader.datasets import DATASETS, available, load
from grader.datasets.published import PUBLISHED
from grader.errors import UsageError


def idx(array: np.ndarray) -> bytes:
    header = struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return gzip.compress(header + array.astype(np.uint8).tobytes(), 1)


@pytest.fixture
def publish(serve, monkeypatch):
    """Return a function that publishes other bytes as the files of a data set."""

    def put(name: str, *contents: bytes) -> None:
        one = PUBLISHED[name]
        files = []
        for file, data in zip(one.files, contents, strict=True):
            plain = gzip.decompress(data) if file.form == "gzip" else data
            files.append(serve(file.name, plain, data, form=file.form))
        monkeypatch.setitem(PUBLISHED, name, replace(one, files=tuple(files)))

    return put


def test_only_digits_are_there_without_files(cache):
    assert {name for name in DATASETS if available(name)} == {"digits"}


def test_digits_are_bundled(cache):
    digits = load("digits")
    assert digits.features.shape == (1797, 64)
    assert (digits.features.min(), digits.features.max()) == (0, 1)
    assert digits.features.dtype == np.float64
    assert np.bincount(digits.target).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert digits.target.dtype == np.int64
    assert digits.columns[9] == "pixel_1_1"
    assert (digits.name, digits.twin) == ("digits", False)


@pytest.mark.parametrize("function", [load, available])
def test_an_unknown_name_is_told(cache, function):
    with pytest.raises(UsageError, match="there is no data set 'iris'") as caught:
        function("iris")
    assert caught.value.remedy == "There are wine, housing, mnist, digits."


def test_loading_downloads_what_is_not_there(cache, publish, server):
    publish("wine", b'"fixed acidity";"pH";"quality"\n7.4;3.51;5\n7;3;6\n8;3.5;8\n')
    with pytest.raises(UsageError, match="is not on this machine") as caught:
        load("wine", download=False)
    assert "`grader data fetch wine`" in caught.value.remedy
    assert server.asked == []
    assert not available("wine")
    wine = load("wine")
    assert wine.columns == ("fixed acidity", "pH")
    assert wine.features.tolist() == [[7.4, 3.51], [7, 3], [8, 3.5]]
    assert wine.target.tolist() == [0, 1, 1]
    assert available("wine")
    assert load("wine", download=False).target.tolist() == [0, 1, 1]
    assert server.asked == ["/winequality-red.csv"]


def test_housing_has_ratios_per_household(cache, publish):
    publish(
        "housing",
        b"-122.23,37.88,41.0,880.0,129.0,322.0,126.0,8.3252,452600.0\n"
        b"-120.00,36.00,10.0,100.0,20.0,30.0,10.0,2.0000,100000.0\n",
    )
    housing = load("housing")
    assert housing.features[1].tolist() == [2, 10, 10, 2, 30, 3, 36, -120]
    assert housing.target.tolist() == [4.526, 1.0]
    assert len(housing.columns) == 8


def test_mnist_is_training_then_test_images(cache, publish):
    pixels = np.arange(5 * 784).reshape(5, 28, 28) % 256
    labels = np.array([5, 0, 4, 1, 9])
    publish("mnist", *(idx(part) for part in (pixels[:3], labels[:3], pixels[3:], labels[3:])))
    mnist = load("mnist")
    np.testing.assert_array_equal(mnist.features * 255, pixels.reshape(5, 784))
    assert mnist.target.tolist() == labels.tolist()


def test_a_damaged_file_is_not_loaded(given):
    (given / "winequality-red.csv").write_bytes(b"fixed acidity")
    assert available("wine")
    with pytest.raises(UsageError, match=r"this is not winequality-red\.csv as published"):
        load("wine")


def test_the_published_tables_are_read_right(published):
    wine = load("wine")
    assert wine.features.shape == (1599, 11)
    assert wine.features[0].tolist() == [7.4, 0.7, 0, 1.9, 0.076, 11, 34, 0.9978, 3.51, 0.56, 9.4]
    assert (wine.target.sum(), (wine.target == 0).sum()) == (855, 744)
    housing = load("housing")
    first = [8.3252, 41, 6.984127, 1.02381, 322, 2.555556, 37.88, -122.23]
    np.testing.assert_allclose(housing.features[0], first, rtol=1e-6)
    assert housing.target[0] == 4.526
    assert housing.target.mean() == pytest.approx(2.068558, abs=1e-6)
    assert (housing.target >= 5.0).sum() == 992
