"""Whom an identifier means: students as rosters, gradebooks and file names write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

__all__ = ["Directory"]

T = TypeVar("T")

# What a learning platform puts into the name of a file, and what is made of it where the name
# has letters without a Latin form: the number, and a fingerprint, which seldom lacks a letter.
_PLATFORM = re.compile(r"(?P<name>.+)_(?P<number>\d+)")
_FINGERPRINTED = re.compile(r"(?:.*_)?(?P<number>\d+)-(?=\d*[a-f])[0-9a-f]{6}")


class Directory(Generic[T]):
    """Finds a person by an identifier or a name.

    They are compared by letters and digits, accents and case aside. What means two persons means
    neither.

    Args:
        people: each with the identifiers, which come first, and the names that mean it.
    """

    def __init__(self, people: Iterable[tuple[T, Iterable[str], Iterable[str]]]) -> None:
        self._exact: dict[str, set[int]] = {}
        self._identifiers: dict[str, set[int]] = {}
        self._names: dict[str, set[int]] = {}
        self._people: list[T] = []
        for number, (person, identifiers, names) in enumerate(people):
            self._people.append(person)
            for text in filter(None, identifiers):
                self._exact.setdefault(text, set()).add(number)
                self._identifiers.setdefault(_key(text), set()).add(number)
            for text in filter(None, names):
                self._names.setdefault(_key(text), set()).add(number)

    def find(self, text: str) -> T | None:
        """Return the person that ``text`` means, or None.

        An identifier that a learning platform made (``Anna_Muller_12345``) is known by its number
        or its name.
        """
        for found in self._candidates(text):
            if len(found) == 1:
                return self._people[next(iter(found))]
        return None

    def _candidates(self, text: str) -> Iterator[set[int]]:
        """Yield whom the spellings of an identifier mean, the most certain first."""
        yield self._exact.get(text, set())
        spellings = [text]
        if platform := _PLATFORM.fullmatch(text):
            spellings += [platform["number"], platform["name"]]
        elif marked := _FINGERPRINTED.fullmatch(text):
            spellings += [marked["number"]]
        for key in filter(None, map(_key, spellings)):
            yield self._identifiers.get(key) or self._names.get(key, set())


def _key(text: str) -> str:
    """Return letters and digits only, without accents and case."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in decomposed if char.isalnum())
