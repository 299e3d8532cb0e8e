"""The worker's table of objects that the grader can name by number."""

from __future__ import annotations

__all__ = ["ObjectTable"]


class ObjectTable:
    """Numbers for objects, and the objects by number, until the table is cleared.

    The table holds what it names, so an ``id`` stays unique for as long as it matters.
    """

    def __init__(self) -> None:
        self._objects: dict[int, object] = {}
        self._numbers: dict[int, int] = {}
        self._next = 1

    def remember(self, value: object) -> int:
        """Return the number of ``value``, the same for the same object."""
        number = self._numbers.get(id(value))
        if number is None:
            number = self._next
            self._next += 1
            self._objects[number] = value
            self._numbers[id(value)] = number
        return number

    def resolve(self, number: int) -> object:
        """Return the object called ``number``.

        Raises:
            LookupError: there is none, or no longer.
        """
        try:
            return self._objects[number]
        except KeyError:
            raise LookupError(f"no object has the number {number}") from None

    def clear(self) -> None:
        """Forget all objects. Numbers are not used again."""
        self._objects.clear()
        self._numbers.clear()
