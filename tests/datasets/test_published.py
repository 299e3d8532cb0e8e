from __future__ import annotations

import hashlib

from grader.datasets.published import BUNDLED, PUBLISHED
from grader.datasets.storage import content

# MD5 of the unpacked files, as the mirrors of MNIST publish them.
MNIST_MD5 = {
    "train-images-idx3-ubyte.gz": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte.gz": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte.gz": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte.gz": "27ae3e4e09519cfbb04c329615203637",
}


def test_every_file_has_a_secure_address_and_a_checksum():
    files = [file for one in PUBLISHED.values() for file in one.files]
    assert len({file.name for file in files}) == len(files) == 6
    for file in files:
        assert file.url.startswith("https://")
        assert len(bytes.fromhex(file.sha256)) == 32


def test_names_are_those_they_are_filed_under():
    assert [one.name for one in PUBLISHED.values()] == list(PUBLISHED)
    assert BUNDLED.name not in PUBLISHED


def test_the_checksums_are_those_of_the_published_files(published):
    for one in PUBLISHED.values():
        for file in one.files:
            data = content(published / file.name, file)
            assert len(data) == file.size
            if file.name in MNIST_MD5:
                assert hashlib.md5(data).hexdigest() == MNIST_MD5[file.name]
