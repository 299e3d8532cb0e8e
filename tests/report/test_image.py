from __future__ import annotations

import base64

import pytest

from grader.report.image import MAX_BYTES, ImageRefused, raster, vector


def png(width: int, height: int) -> bytes:
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + size + b"\x08\x02\0\0\0" + b"\0" * 4


JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08\x00\x10\x00\x20\x01\x01\x11\x00"


def encoded(data: bytes) -> str:
    return base64.encodebytes(data).decode()  # with line breaks, as notebooks have them


def test_pictures_become_data_addresses_with_their_size():
    image = raster("image/png", encoded(png(640, 480)))
    assert (image.width, image.height) == (640, 480)
    assert image.address == "data:image/png;base64," + base64.b64encode(png(640, 480)).decode()
    assert raster("image/jpeg", encoded(JPEG))[1:] == (32, 16)
    assert vector("<svg/>").address == "data:image/svg+xml;base64," + encoded(b"<svg/>").strip()


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        ("image/png", '"><script>', "broken data"),
        ("image/png", "é", "broken data"),
        ("image/png", encoded(b"<svg onload=alert(1)>"), "not PNG"),
        ("image/png", encoded(JPEG), "not PNG"),
        ("image/jpeg", encoded(png(1, 1)), "not JPEG"),
        ("image/jpeg", encoded(b"\xff\xd8\xff"), "not JPEG"),
        ("image/png", encoded(png(100_000, 100_000)), "100,000 x 100,000 pixels"),
        ("image/png", encoded(png(1, 1) + b"\0" * MAX_BYTES), "4 MiB"),
        ("image/png", "A" * (2 * MAX_BYTES), "4 MiB"),
    ],
)
def test_what_is_not_the_picture_it_says_is_refused(kind: str, text: str, reason: str):
    with pytest.raises(ImageRefused, match=reason):
        raster(kind, text)


@pytest.mark.parametrize(
    ("text", "reason"), [("<html>", "not SVG"), ("<svg>" * MAX_BYTES, "4 MiB")]
)
def test_a_vector_picture_must_be_one_and_small(text: str, reason: str):
    with pytest.raises(ImageRefused, match=reason):
        vector(text)
