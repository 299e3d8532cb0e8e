"""Student text on its way into a page: nothing invisible, nothing endless, terminal colours kept.

Escaping for HTML is left to the templates (autoescape) and to :func:`terminal` and :func:`excerpt`,
the only functions here that return markup.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from markupsafe import Markup, escape

__all__ = ["Clip", "clip", "excerpt", "overwritten", "terminal", "visible"]

# Control characters but tab and newline, separators that break lines unseen, the characters that
# reorder text (UAX #9), zero-width and tag characters, and lone surrogates, which cannot be
# written as UTF-8. Joiners and direction marks stay: names and emoji need them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_ESCAPE = re.compile(
    r"\x1b\[([0-?]*)[ -/]*([@-~])"  # CSI: colours end in "m"
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?"  # OSC and other strings: window titles, links
    r"|\x1b[ -/]*[0-~]?"
)


def visible(text: str) -> str:
    """Replace characters that cannot be seen by signs that can.

    C0 controls become their pictures (``␀``), all others their code point (``⟨U+202E⟩``).
    """
    return _INVISIBLE.sub(_sign, text) if _INVISIBLE.search(text) else text


def _sign(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟨U+{code:04X}⟩"


class Clip(NamedTuple):
    """A text cut in the middle: ``note`` says how much is missing, empty when nothing is."""

    head: str
    tail: str
    note: str


def clip(text: str, *, characters: int = 20_000, lines: int = 400) -> Clip:
    """Keep the first two thirds and the last third of what fits; the end has the error."""
    rows = text.split("\n")
    if len(rows) > lines:
        first = lines * 2 // 3
        last = lines - first
        text = "\n".join(rows[:first] + rows[-last:])
        if len(text) <= characters:
            note = f"{len(rows) - lines:,} lines left out"
            return Clip("\n".join(rows[:first]), "\n".join(rows[-last:]), note)
    if len(text) <= characters:
        return Clip(text, "", "")
    first = characters * 2 // 3
    last = characters - first
    total = sum(map(len, rows)) + len(rows) - 1
    return Clip(text[:first], text[-last:], f"{total - characters:,} characters left out")


def overwritten(text: str) -> str:
    """Drop what a carriage return overwrites, as a progress bar does in a terminal."""
    if "\r" not in text:
        return text
    rows = text.replace("\r\n", "\n").split("\n")
    return "\n".join(row.rstrip("\r").rpartition("\r")[2] for row in rows)


def excerpt(text: str) -> Markup:
    """Return what a terminal would show of a text, cut in the middle when it is very long."""
    cut = clip(overwritten(text.rstrip("\n")))
    if not cut.note:
        return terminal(cut.head)
    note = Markup('\n<span class="note">[… {} …]</span>\n').format(cut.note)
    return terminal(cut.head) + note + terminal(cut.tail)


def terminal(text: str) -> Markup:
    """Return escaped text in which ANSI colours are spans and other sequences are gone.

    Classes are ``fg0`` to ``fg7`` (the eight terminal colours) and ``b`` for bold.
    """
    parts: list[str] = []
    colour, bold, end = "", False, 0
    for match in _ESCAPE.finditer(text):
        _append(parts, text[end : match.start()], colour, bold)
        end = match.end()
        if match[2] == "m":
            colour, bold = _style(match[1], colour, bold)
    _append(parts, text[end:], colour, bold)
    return Markup("".join(parts))


def _append(parts: list[str], text: str, colour: str, bold: bool) -> None:
    if not text:
        return
    safe = str(escape(visible(text)))
    names = f"{colour} b" if colour and bold else colour or ("b" if bold else "")
    parts.append(f'<span class="{names}">{safe}</span>' if names else safe)


def _style(parameters: str, colour: str, bold: bool) -> tuple[str, bool]:
    """Apply one SGR sequence (ECMA-48, 8.3.117) to the current colour and weight."""
    codes = [
        int(code) if code.isdecimal() and len(code) < 4 else 0 for code in parameters.split(";")
    ]
    position = 0
    while position < len(codes):
        code = codes[position]
        if code == 0:
            colour, bold = "", False
        elif code in (1, 22):
            bold = code == 1
        elif code == 39:
            colour = ""
        elif 30 <= code <= 37 or 90 <= code <= 97:
            colour = f"fg{code % 10}"
        elif code in (38, 48) and position + 1 < len(codes):
            palette = codes[position + 1] == 5
            if code == 38 and palette and position + 2 < len(codes):
                colour = f"fg{_nearest(codes[position + 2])}"
            position += 2 if palette else 4
        position += 1
    return colour, bold


def _nearest(index: int) -> int:
    """Map one of 256 terminal colours to the nearest of the first eight."""
    if index < 16:
        return index % 8
    if index >= 232:
        return 7 if index >= 244 else 0
    red, rest = divmod(index - 16, 36)
    green, blue = divmod(rest, 6)
    return (red >= 2) + 2 * (green >= 2) + 4 * (blue >= 2)
