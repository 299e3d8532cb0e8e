"""Bytes to text: byte order marks, encodings, line ends and characters that no text has."""

from __future__ import annotations

import codecs
import io
import re
import tokenize

from grader.errors import SubmissionError
from grader.model import Notice
from grader.submission.names import shown

__all__ = ["decode", "decode_module", "is_module_text", "repair_source"]

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CODING = re.compile(r"\A(?:[ \t\f]*(?:#[^\r\n]*)?\r?\n)?[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
# Encodings of text in everyday use. Others (punycode, unicode_escape, hex, ...) are slow to decode
# or no text encodings at all; nobody writes programs in them.
_EVERYDAY = re.compile(
    r"ascii|utf-8(?:-sig)?|iso8859-\d+|cp\d+|mac-\w+|koi8-\w|gb\w+|big5\w*|shift_jis\w*|euc_\w+"
)


def decode(data: bytes, *, where: str, notices: list[Notice]) -> str:
    """Decode text that should be UTF-8; add a notice to ``notices`` where it is not plain UTF-8."""
    if data.startswith(codecs.BOM_UTF8):
        data = data.removeprefix(codecs.BOM_UTF8)
        notices.append(
            Notice(
                code="bom",
                message="The file begins with a byte order mark; it was skipped.",
                where=where,
            )
        )
    if data.startswith(_UTF16):
        encoding, text = "UTF-16", data.decode("utf-16", "replace")
    else:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            encoding, text = _western(data)
    message = f"The file is not UTF-8; it was read as {encoding}. Save it as UTF-8."
    notices.append(Notice(code="encoding", message=message, where=where))
    return text


def _western(data: bytes) -> tuple[str, str]:
    """Decode by the code page of Western Windows, or by Latin-1, which takes every byte."""
    try:
        return "Windows-1252", data.decode("cp1252")
    except UnicodeDecodeError:
        return "Latin-1", data.decode("latin-1")


def is_module_text(data: bytes) -> bool:
    """Tell whether bytes can be a module's text at all: text holds no NUL, but in UTF-16."""
    return b"\0" not in data or data.startswith(_UTF16)


def decode_module(data: bytes, *, where: str, notices: list[Notice]) -> tuple[str, bytes]:
    """Decode a module as Python would, honouring a coding line (PEP 263).

    Returns:
        The text with plain line ends, and bytes that Python can import: ``data`` itself where it
        can, otherwise UTF-8 with a coding line corrected in place.

    Raises:
        SubmissionError: the bytes are no text.
    """
    if not is_module_text(data):
        raise SubmissionError(
            f"{where} is not a Python file: it holds binary data.",
            remedy="Open the file that you meant to hand in, check it, and hand it in again.",
        )
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        everyday = _EVERYDAY.fullmatch(codecs.lookup(encoding).name)
        text = data.decode(encoding) if everyday else None
    except (SyntaxError, LookupError, UnicodeError):
        text = None  # repaired below
    if text is None:
        text = decode(data, where=where, notices=notices)
        if coding := _CODING.match(text):
            label = shown(coding[1])
            message = f"The coding line names {label}, which the file was not read as."
            notices.append(Notice(code="encoding", message=message, where=where))
            text = f"{text[: coding.start(1)]}utf-8{text[coding.end(1) :]}"
        data = text.encode("utf-8")
    elif encoding == "utf-8-sig":
        message = "The file begins with a byte order mark; it was skipped."
        notices.append(Notice(code="bom", message=message, where=where))
    return repair_source(text, where=where, notices=notices), data


def repair_source(text: str, *, where: str, notices: list[Notice]) -> str:
    r"""Return source with ``\n`` line ends and no half surrogate pairs; add notices."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        message = "Line ends of another system were replaced by plain ones."
        _add_once(notices, Notice(code="line-endings", message=message, where=where))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        # JSON can spell half a surrogate pair; pairs are joined, halves replaced.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        message = "Characters that are no valid Unicode were replaced."
        _add_once(notices, Notice(code="unicode", message=message, where=where))
    return text


def _add_once(notices: list[Notice], notice: Notice) -> None:
    """Add a notice unless the same was said before: sources come cell by cell."""
    if notice not in notices:
        notices.append(notice)
