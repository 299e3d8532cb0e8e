"""A student's text as plain text that can harm no terminal, spreadsheet or XML reader."""

from __future__ import annotations

import re

__all__ = ["plain"]

# Control characters but tab and newline (they could move the cursor or change the window), the
# characters that reorder text, and lone surrogates, which no terminal can be sent.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_COLOUR = re.compile(r"\x1b\[[0-9;:]*m")


def plain(text: str) -> str:
    """Return a student's text as it may be printed: without colours, control signs visible.

    Every character that is left may stand in XML 1.0.
    """
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", _COLOUR.sub("", text))
