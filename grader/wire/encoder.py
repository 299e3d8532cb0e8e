"""From Python values to JSON trees and buffers; see :mod:`grader.wire.values`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.wire.frames import Buffer, WireError
from grader.wire.values import MAX_DEPTH, MAX_DIGITS, MAX_NAME, Reference, Tree

__all__ = ["Encoder"]

_MAX_NODES = 400_000
_SMALL = 1 << 14  # bytes that are copied sooner than looked at
_ARRAY_KINDS = frozenset("biufcUSMm")
_PLAIN = frozenset((bool, float, str, type(None)))
_SAFE_INTEGER = 1 << 63
_HASHABLE_KINDS = frozenset(
    ("scalar", "plain", "integer", "complex", "bytes", "range", "handle", "frozenset", "ref")
)


class _TooDeep(Exception):
    """A container nests too deeply, or contains itself: it is sent as a handle instead."""


class Encoder:
    """Writes one message's values.

    Args:
        remember: called with every container, array and opaque object; returns the number under
            which the object can be named later. Without it (the grader's side) nothing is
            numbered and an opaque object is an error.
        refer: called with every container, array and object before it is written; returns a
            number where the other side has the very same value already, else None.
    """

    def __init__(
        self,
        *,
        remember: Callable[[object], int] | None = None,
        refer: Callable[[object], int | None] | None = None,
    ) -> None:
        self.buffers: list[Buffer] = []
        self._remember = remember
        self._refer = refer
        self._open: set[int] = set()
        self._nodes = 0

    def encode(self, value: object) -> Tree:
        """Return the tree for ``value``, adding to :attr:`buffers`.

        Raises:
            WireError: the value has more parts than a message may have, or is opaque and there
                is nobody to remember it.
        """
        kind = type(value)
        if value is None or kind is bool or kind is str or kind is float:
            return value
        if kind is int and _SAFE_INTEGER > value >= -_SAFE_INTEGER:  # type: ignore[operator]
            return value
        self._nodes += 1
        if self._nodes > _MAX_NODES:
            raise WireError(f"a value has more than {_MAX_NODES} parts")
        if isinstance(value, Reference):
            return {"k": "ref", "r": value.number}
        if self._refer is not None:
            number = self._refer(value)
            if number is not None:
                return {"k": "ref", "r": number}
        mark = len(self.buffers)
        try:
            tree = self._composite(value)
        except _TooDeep:
            if self._open:
                raise
            del self.buffers[mark:]
            tree = None
        if tree is None:
            tree = self.opaque(value)
        elif self._remember is not None:
            tree["r"] = self._remember(value)
        return tree

    def opaque(self, value: object) -> dict[str, Any]:
        """Return the tree of a handle: the value's number, and nothing of its content."""
        if self._remember is None:
            raise WireError(f"a value of type {type(value).__name__} cannot be sent to the worker")
        return {
            "k": "handle",
            "r": self._remember(value),
            "type": str(getattr(type(value), "__name__", "object"))[:MAX_NAME],
            "callable": callable(value),
        }

    def _composite(self, value: object) -> dict[str, Any] | None:
        """Return the tree of a value that can be sent as such, or None for an opaque one."""
        if isinstance(value, np.ndarray):
            return self._array(np.asarray(value))
        if isinstance(value, (list, tuple, set, frozenset)):
            parts = self._inside(value, list(value))
            kind = _container_kind(value)
            return {"k": kind, "v": parts} if "set" not in kind or _hashable(parts) else None
        if isinstance(value, dict):
            flat = self._inside(value, [part for pair in value.items() for part in pair])
            if not _hashable(flat[::2]):
                return None
            return {"k": "dict", "v": [flat[i : i + 2] for i in range(0, len(flat), 2)]}
        if isinstance(value, np.generic):
            return self._scalar(value)
        array = _foreign_array(value)
        if array is not None:
            return self._array(array)
        if isinstance(value, int):  # too long for JSON, or an instance of a subclass
            return _integer(value)
        if isinstance(value, (float, str)):  # an instance of a subclass
            return {"k": "plain", "v": _plain(value)}
        if isinstance(value, complex):
            return {"k": "complex", "v": [value.real, value.imag]}
        if isinstance(value, (bytes, bytearray)):
            return {"k": "bytes", "b": self._buffer(bytes(value))}
        if isinstance(value, range):
            return {"k": "range", "v": [value.start, value.stop, value.step]}
        return None

    def _inside(self, container: object, parts: list[object]) -> list[Tree]:
        if id(container) in self._open or len(self._open) >= MAX_DEPTH:
            raise _TooDeep
        self._open.add(id(container))
        try:
            return [part if type(part) in _PLAIN else self.encode(part) for part in parts]
        finally:
            self._open.discard(id(container))

    def _scalar(self, value: np.generic) -> dict[str, Any] | None:
        array = _portable(np.asarray(value))
        if array is None:
            return None
        # In the header: a list of 10000 losses would otherwise be as many buffers.
        return {"k": "scalar", "d": array.dtype.str, "x": array.tobytes().hex()}

    def _array(self, array: np.ndarray[Any, Any]) -> dict[str, Any] | None:
        if array.dtype.kind == "O":
            parts = self._inside(array, list(array.ravel()))
            return {"k": "objects", "s": list(array.shape), "v": parts}
        portable = _portable(array)
        if portable is None:
            return None
        if portable.nbytes <= _SMALL:
            data: Buffer = portable.tobytes()
        else:  # not copied unless its parts lie apart
            data = np.ascontiguousarray(portable).reshape(-1).view(np.uint8)
        return {
            "k": "array",
            "d": portable.dtype.str,
            "s": list(portable.shape),
            "b": self._buffer(data),
        }

    def _buffer(self, data: Buffer) -> int:
        self.buffers.append(data)
        return len(self.buffers) - 1


def _integer(value: int) -> dict[str, Any] | None:
    """Large integers as hexadecimal: decimal parsing is quadratic and refused by Python."""
    number = int.__index__(value)
    if -_SAFE_INTEGER <= number < _SAFE_INTEGER:
        return {"k": "plain", "v": number}
    text = hex(number)
    return {"k": "integer", "v": text} if len(text) <= MAX_DIGITS else None


def _plain(value: float | str) -> Tree:
    """Strip a subclass: a string enumeration's member is sent as its string."""
    return str.__str__(value) if isinstance(value, str) else float.__float__(value)


def _container_kind(value: object) -> str:
    for kind in (list, tuple, set, frozenset):
        if isinstance(value, kind):
            return kind.__name__
    raise AssertionError(type(value))


def _hashable(trees: Sequence[Tree]) -> bool:
    """Tell whether what is rebuilt from ``trees`` can be in a set; an array cannot.

    PyTorch's optimisers, for one, keep their state in a dictionary whose keys are tensors.
    """
    return all(
        not isinstance(tree, dict)
        or tree["k"] in _HASHABLE_KINDS
        or (tree["k"] == "tuple" and _hashable(tree["v"]))
        for tree in trees
    )


def _foreign_array(value: Any) -> np.ndarray[Any, Any] | None:
    """Return tensors and frames as a plain ndarray, anything else as None.

    The frameworks are looked up, never imported: if the value is a tensor, its framework is
    loaded already.
    """
    if _is_of(value, "torch", "Tensor"):
        torch = sys.modules["torch"]
        tensor = value if value.layout == torch.strided else value.to_dense()
        if tensor.dtype == torch.bfloat16:
            tensor = tensor.float()
        return np.asarray(tensor.numpy(force=True))
    if _is_of(value, "tensorflow", "Tensor", "Variable"):
        numpy = getattr(value, "numpy", None)  # symbolic tensors have none
        return None if numpy is None else np.asarray(numpy())
    if _is_of(value, "keras", "Variable"):
        return np.asarray(value)
    if _is_of(value, "pandas", "DataFrame", "Series", "Index"):
        return np.asarray(value.to_numpy())
    return None


def _is_of(value: Any, library: str, *names: str) -> bool:
    """Tell whether a library is loaded and ``value`` is an instance of one of these classes.

    The module of that name can be a student's own, which has no such classes.
    """
    module = sys.modules.get(library)
    if module is None:
        return False
    for name in names:
        kind = getattr(module, name, None)
        if isinstance(kind, type) and isinstance(value, kind):
            return True
    return False


def _portable(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any] | None:
    """Return ``array`` in a dtype of the allow-list, or None where there is none."""
    kind, itemsize = array.dtype.kind, array.dtype.itemsize
    if kind == "f" and itemsize > 8:
        return array.astype(np.float64)
    if kind == "c" and itemsize > 16:
        return array.astype(np.complex128)
    if kind == "V" and array.dtype.names is None and str(array.dtype) == "bfloat16":
        return array.astype(np.float32)
    if kind == "T":  # numpy's variable-width strings
        return array.astype(object).astype(np.str_)
    if kind not in _ARRAY_KINDS:
        return None
    # An empty string dtype (U0) has no bytes to rebuild a shape from.
    return array.astype(f"{kind}1") if kind in "US" and itemsize == 0 else array
