"""Whether something that students get says what only the course may know; pure.

**Secret** are the hidden tests, what was taken out of the reference solution, its variants, and
known mistakes. **Public** are the starter, the interface, and the titles and hints of all tests
and metrics, which students see in any case.

A text is read as its words, numbers and signs. Layout, rulers, comment signs and quotes do not
count, so that code is found again in a notebook, in a sentence, or wrapped otherwise. Import
statements are passed over. What is secret is cut into windows of 20 such tokens, that is one or two
lines, less those windows that are public as well. A file leaks if it contains

- one of these windows,
- a whole solution region of 8 to 19 tokens,
- or the name of a hidden test.

Tests of one author share helpers and idioms, with one another and with what the grader offers to
tests. So there only the bodies of hidden test functions are sought, in windows of 40 tokens. What
stands outside of test functions, and in the starter too, is taken for data that both are given. So
read, nothing is reported in the course that comes with the grader; windows of 15 tokens would
report innocent lines.

What is said in other words, computed, or packed into a binary file is not found.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

__all__ = ["Leak", "Secrets", "find_leaks"]

_WINDOW = 20
_SHORT = 8
_AMONG_TESTS = 40
_TOKEN = re.compile(r"[^\W\d]\w*|\d[\w.]*|[^\w\s#\"'`\\]")
_RULER = re.compile(r"([^\w\s])\1{3,}")
_FOR_TESTS = ("tests/public/", "grader/checks/")


class Leak(NamedTuple):
    """Something secret in a file that students get.

    Attributes:
        where: the file, with its line or cell.
        source: the file that it is known from.
        text: its tokens.
    """

    where: str
    source: str
    text: str


class _Token(NamedTuple):
    text: str
    line: int


class Secrets:
    """What must not be found.

    Args:
        public: texts that students see in any case.
    """

    def __init__(self, public: Iterable[str]) -> None:
        self._public: set[tuple[str, ...]] = set()
        self._public_names: set[str] = set()
        for text in public:
            tokens = _tokens(text)
            self._public |= {window for _, window in _windows(tokens, _WINDOW)}
            self._public_names |= {token.text for token in tokens}
        self.windows: dict[tuple[str, ...], str] = {}
        self.whole: dict[tuple[str, ...], str] = {}
        self.bodies: dict[tuple[str, ...], str] = {}
        self.names: dict[str, str] = {}

    def add(self, text: str, source: str, *, also: Sequence[str] = ()) -> None:
        """Keep a text secret.

        Args:
            text: Python or anything else.
            source: the file that it comes from.
            also: texts that are public as far as this one is concerned.
        """
        known = self._public.union(*({w for _, w in _windows(_tokens(t), _WINDOW)} for t in also))
        for _, window in _windows(_tokens(_without_imports(text)), _WINDOW):
            if window not in known:
                self.windows.setdefault(window, source)

    def add_region(self, text: str, source: str, *, also: Sequence[str] = ()) -> None:
        """Keep a part of the reference solution secret, however short; see :meth:`add`."""
        text = _without_markers(text)
        self.add(text, source, also=also)
        tokens = tuple(token.text for token in _tokens(text))
        if _SHORT <= len(tokens) < _WINDOW:
            self.whole.setdefault(tokens, source)

    def add_test(self, text: str, source: str, *, also: Sequence[str] = ()) -> None:
        """Keep a module of hidden tests secret, with the names of its tests.

        The bodies of its test functions are secret even where ``also`` says the same.
        """
        bodies: list[str] = []
        for node in _test_functions(text):
            if node.name not in self._public_names:
                self.names.setdefault(node.name, source)
            bodies.append("\n".join(ast.get_source_segment(text, part) or "" for part in node.body))
        self.add(text, source, also=also)
        for body in bodies:
            self.add(body, source)
            for _, window in _windows(_tokens(body), _AMONG_TESTS):
                self.bodies.setdefault(window, source)


def find_leaks(files: Mapping[str, bytes], secrets: Secrets) -> list[Leak]:
    """Return what is secret in files, each place once.

    Args:
        files: contents by path; of equal ones the first is searched, and files that hold no text
            are passed over.
        secrets: what to look for.
    """
    found: list[Leak] = []
    searched: set[bytes] = set()
    for path, data in files.items():
        if data in searched:
            continue
        searched.add(data)
        tests = any(folder in path for folder in _FOR_TESTS)
        for place, text in _texts(path, data):
            tokens = _tokens(text)
            hits = [*_named(tokens, secrets), *_hits(tokens, secrets, among_tests=tests)]
            for first, last, source in _merged(hits):
                where = place or f"{path}:{tokens[first].line}"
                shown = " ".join(token.text for token in tokens[first:last])
                found.append(Leak(where, source, shown))
    return found


def _hits(
    tokens: Sequence[_Token], secrets: Secrets, *, among_tests: bool
) -> Iterator[tuple[int, int, str]]:
    """Yield the first token, the one after the last, and the source of what is secret."""
    for first, window in _windows(tokens, _WINDOW):
        source = secrets.windows.get(window)
        if source is not None and not (among_tests and "/hidden/" in source):
            yield first, first + _WINDOW, source
    if among_tests:
        for first, window in _windows(tokens, _AMONG_TESTS):
            if source := secrets.bodies.get(window):
                yield first, first + _AMONG_TESTS, source
    for length in sorted({len(part) for part in secrets.whole}):
        for first, window in _windows(tokens, length):
            if source := secrets.whole.get(window):
                yield first, first + length, source


def _named(tokens: Sequence[_Token], secrets: Secrets) -> Iterator[tuple[int, int, str]]:
    """Yield where hidden tests are named."""
    for first, token in enumerate(tokens):
        if source := secrets.names.get(token.text):
            yield first, first + 1, source


def _merged(hits: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Join hits that overlap."""
    joined: list[tuple[int, int, str]] = []
    for first, last, source in sorted(hits):
        if joined and first <= joined[-1][1]:
            before = joined[-1]
            joined[-1] = (before[0], max(before[1], last), before[2])
        else:
            joined.append((first, last, source))
    return joined


def _windows(tokens: Sequence[_Token], length: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield all runs of so many tokens, with the number of their first."""
    texts = [token.text for token in tokens]
    for first in range(len(texts) - length + 1):
        yield first, tuple(texts[first : first + length])


def _tokens(text: str) -> list[_Token]:
    """Return words, numbers and signs, with their lines from 1."""
    return [
        _Token(match[0], number)
        for number, line in enumerate(text.splitlines(), start=1)
        for match in _TOKEN.finditer(_RULER.sub(" ", line))
    ]


def _test_functions(text: str) -> Iterator[ast.FunctionDef]:
    """Yield the test functions of a module; none if it is not Python."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            yield node


def _without_imports(text: str) -> str:
    """Leave out the import statements of a Python module; other text stays as it is."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return text
    lines = text.split("\n")
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for number in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[number] = ""
    return "\n".join(lines)


def _without_markers(text: str) -> str:
    """Leave out the first and the last line of a region, its markers."""
    lines = text.split("\n")
    return "\n".join(line for line in lines if not re.match(r"\s*#+\s*(BEGIN|END)\b", line, re.I))


def _texts(path: str, data: bytes) -> Iterator[tuple[str, str]]:
    """Yield the texts in a file, with the place of each where it is not a line of the file."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    if "\0" in text:
        return
    if path.endswith((".ipynb", ".json")):
        try:
            document = json.loads(text)
        except ValueError:
            document = None
        if isinstance(document, dict) and isinstance(document.get("cells"), list):
            for number, cell in enumerate(document.pop("cells"), start=1):
                yield f"{path}, cell {number}", "\n".join(_strings(cell))
        if document is not None:
            yield path, "\n".join(_strings(document))
            return
    yield "", text


def _strings(value: Any) -> Iterator[str]:
    """Yield all texts of a JSON document, keys included; the lines of a cell as one text."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _strings(inner)
    elif isinstance(value, list):
        if value and all(isinstance(part, str) for part in value):
            yield "".join(value)
        else:
            for part in value:
                yield from _strings(part)
    elif value is not None:
        yield str(value)
