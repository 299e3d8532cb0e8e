"""Pictures that a notebook made, as ``data:`` addresses that a page may show."""

from __future__ import annotations

import base64
import binascii
import re
import struct
from typing import NamedTuple

__all__ = ["MAX_BYTES", "MAX_PIXELS", "Image", "ImageRefused", "raster", "vector"]

MAX_BYTES = 4 * 2**20
MAX_PIXELS = 40_000_000  # a small file can unpack to gigabytes in the reader's browser

_PNG = re.compile(rb"\x89PNG\r\n\x1a\n.{4}IHDR(.{4})(.{4})", re.DOTALL)


class Image(NamedTuple):
    """A picture: its ``data:`` address and its size in pixels (0 when unknown)."""

    address: str
    width: int = 0
    height: int = 0


class ImageRefused(ValueError):
    """The data is not the picture it claims to be, or too large to show."""


def raster(kind: str, encoded: str) -> Image:
    """Return a PNG or JPEG picture.

    Args:
        kind: ``"image/png"`` or ``"image/jpeg"``.
        encoded: base64, as in a notebook; white space is allowed.

    Raises:
        ImageRefused: not base64, not of that kind, over 4 MiB or over 40 million pixels.
    """
    if len(encoded) > MAX_BYTES * 3 // 2:
        raise ImageRefused("a picture of more than 4 MiB is not shown")
    try:
        data = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ImageRefused("a picture with broken data is not shown") from error
    size = _png_size(data) if kind == "image/png" else _jpeg_size(data)
    if size is None:
        raise ImageRefused(f"a picture that is not {kind[6:].upper()}, as it says, is not shown")
    width, height = size
    if len(data) > MAX_BYTES:
        raise ImageRefused("a picture of more than 4 MiB is not shown")
    if width * height > MAX_PIXELS:
        raise ImageRefused(f"a picture of {width:,} x {height:,} pixels is not shown")
    return Image(_address(kind, data), width, height)


def vector(source: str) -> Image:
    """Return an SVG picture, which runs no script inside ``<img>`` and loads nothing.

    Raises:
        ImageRefused: over 4 MiB, or not SVG.
    """
    data = source.encode("utf-8", "replace")
    if len(data) > MAX_BYTES:
        raise ImageRefused("a picture of more than 4 MiB is not shown")
    if "<svg" not in source:
        raise ImageRefused("a picture that is not SVG, as it says, is not shown")
    return Image(_address("image/svg+xml", data))


def _address(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"


def _png_size(data: bytes) -> tuple[int, int] | None:
    match = _PNG.match(data)
    return (int.from_bytes(match[1], "big"), int.from_bytes(match[2], "big")) if match else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Width and height from the frame header (ITU T.81, B.2.2)."""
    if not data.startswith(b"\xff\xd8"):
        return None
    position = 2
    while position + 9 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[position + 5 : position + 9])
            return width, height
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
    return None
