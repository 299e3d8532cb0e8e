"""The codec: Python values to JSON trees and buffers, and back.

``None``, booleans, numbers and strings are themselves in JSON; everything else is an object with
a ``k`` (kind). The kinds keep apart what tests must be able to tell apart: tuple and list, an
``int`` key and a string key, a 0-d array and a numpy scalar and a Python float, ``None`` and NaN.

A worker numbers every container, array and object that it sends (``r``), so that the grader can
hand back the very same object later; see :class:`Encoder` and :class:`Reference`.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.wire.frames import Buffer, WireError

__all__ = ["Decoder", "Encoder", "Reference", "Tree", "describe"]

Tree = Any  # JSON: None, bool, int, float, str, or a dict with a kind

_MAX_DEPTH = 64
_MAX_NODES = 1_000_000
_ARRAY_KINDS = frozenset("biufcUSMm")
_PLAIN = frozenset((bool, float, str, type(None)))
_SAFE_INTEGER = 1 << 63
_REPR_LENGTH = 200


class Reference:
    """A value that lives in the worker, named by its number there."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number


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
        self.buffers: list[Any] = []
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
        self._nodes += 1
        if self._nodes > _MAX_NODES:
            raise WireError(f"a value has more than {_MAX_NODES} parts")
        kind = type(value)
        if value is None or kind is bool or kind is str or kind is float:
            return value
        if kind is int:
            return _integer(value)  # type: ignore[arg-type]
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
            "type": str(getattr(type(value), "__name__", "object"))[:_REPR_LENGTH],
            "callable": callable(value),
        }

    def _composite(self, value: object) -> dict[str, Any] | None:
        """Return the tree of a value that can be sent as such, or None for an opaque one."""
        if isinstance(value, (list, tuple, set, frozenset)):
            return {"k": _container_kind(value), "v": self._inside(value, list(value))}
        if isinstance(value, dict):
            flat = self._inside(value, [part for pair in value.items() for part in pair])
            return {"k": "dict", "v": [flat[i : i + 2] for i in range(0, len(flat), 2)]}
        if isinstance(value, np.generic):
            return self._scalar(value)
        array = _as_array(value)
        if array is not None:
            return self._array(array)
        if isinstance(value, (bool, int, float, str)):  # an instance of a subclass
            return {"k": "plain", "v": _plain(value)}
        if isinstance(value, complex):
            return {"k": "complex", "v": [value.real, value.imag]}
        if isinstance(value, (bytes, bytearray)):
            return {"k": "bytes", "b": self._buffer(bytes(value))}
        if isinstance(value, range):
            return {"k": "range", "v": [value.start, value.stop, value.step]}
        return None

    def _inside(self, container: object, parts: list[object]) -> list[Tree]:
        if id(container) in self._open or len(self._open) >= _MAX_DEPTH:
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
        return {"k": "scalar", "d": array.dtype.str, "b": self._buffer(array.tobytes())}

    def _array(self, array: np.ndarray[Any, Any]) -> dict[str, Any] | None:
        if array.dtype.kind == "O":
            parts = self._inside(array, list(array.ravel()))
            return {"k": "objects", "s": list(array.shape), "v": parts}
        portable = _portable(array)
        if portable is None:
            return None
        flat = np.ascontiguousarray(portable).reshape(-1).view(np.uint8)
        return {
            "k": "array",
            "d": portable.dtype.str,
            "s": list(portable.shape),
            "b": self._buffer(flat if flat.size else b""),
        }

    def _buffer(self, data: Any) -> int:
        self.buffers.append(data)
        return len(self.buffers) - 1


class Decoder:
    """Reads one message's values, rebuilding arrays as plain ndarrays.

    Args:
        buffers: the message's buffers; the arrays share their memory.
        writable: whether the arrays can be changed in place.
        handle: called with (number, type name, callable?) for an opaque object.
        resolve: called with the number of a value that lives on this side.
        received: called with (value, number) for every numbered value that was rebuilt.
    """

    def __init__(
        self,
        buffers: Sequence[Buffer | memoryview | bytes] = (),
        *,
        writable: bool = False,
        handle: Callable[[int, str, bool], object] | None = None,
        resolve: Callable[[int], object] | None = None,
        received: Callable[[object, int], None] | None = None,
    ) -> None:
        self._buffers = buffers
        self._writable = writable
        self._handle = handle
        self._resolve = resolve
        self._received = received
        self._depth = 0

    def decode(self, tree: Tree) -> Any:
        """Return the value of ``tree``.

        Raises:
            WireError: the tree is malformed, claims a shape that its buffer does not have, or
                has a dtype that is not on the list.
        """
        if tree is None or isinstance(tree, (bool, int, float, str)):
            return tree
        if not isinstance(tree, dict):
            raise WireError("a value is neither plain nor of a known kind")
        self._depth += 1
        if self._depth > _MAX_DEPTH + 2:
            raise WireError("a value nests too deeply")
        try:
            value = self._composite(tree)
        except WireError:
            raise
        except (KeyError, TypeError, ValueError, OverflowError, MemoryError) as error:
            raise WireError(f"a malformed value of kind {tree.get('k')!r}: {error}") from error
        finally:
            self._depth -= 1
        if self._received is not None and type(tree.get("r")) is int:
            self._received(value, tree["r"])
        return value

    def _composite(self, tree: dict[str, Any]) -> Any:
        match tree["k"]:
            case "list":
                return self._parts(tree)
            case "tuple":
                return tuple(self._parts(tree))
            case "set":
                return set(self._parts(tree))
            case "frozenset":
                return frozenset(self._parts(tree))
            case "dict":
                return {self.decode(key): self.decode(value) for key, value in tree["v"]}
            case "array":
                return self._array(tree)
            case "objects":
                return self._objects(tree)
            case "scalar":
                return self._flat(tree)[0]
            case "plain":
                return self.decode(tree["v"])
            case "integer":
                return int(_hexadecimal(tree["v"]), 16)
            case "complex":
                real, imaginary = tree["v"]
                return complex(float(real), float(imaginary))
            case "bytes":
                return bytes(self._bytes(tree))
            case "range":
                start, stop, step = tree["v"]
                return range(start, stop, step)
            case "handle":
                return self._opaque(tree)
            case "ref":
                return self._resolved(tree)
            case kind:
                raise WireError(f"an unknown kind of value: {kind!r}")

    def _parts(self, tree: dict[str, Any]) -> list[Any]:
        parts = tree["v"]
        if not isinstance(parts, list):
            raise WireError("a container has no list of parts")
        return [self.decode(part) for part in parts]

    def _bytes(self, tree: dict[str, Any]) -> Buffer | memoryview | bytes:
        index = tree["b"]
        if type(index) is not int or not 0 <= index < len(self._buffers):
            raise WireError("a value names a buffer that the message does not have")
        return self._buffers[index]

    def _flat(self, tree: dict[str, Any]) -> np.ndarray[Any, Any]:
        name = tree["d"]
        if not isinstance(name, str) or len(name) > 24:
            raise WireError("a dtype is not a short string")
        dtype = np.dtype(name)
        if dtype.kind not in _ARRAY_KINDS or dtype.hasobject:
            raise WireError(f"arrays of dtype {name!r} are not allowed")
        data = self._bytes(tree)
        if dtype.itemsize == 0:
            raise WireError("an array of empty strings has no size")
        return np.frombuffer(data, dtype)

    def _array(self, tree: dict[str, Any]) -> np.ndarray[Any, Any]:
        shape = _shape(tree["s"])
        flat = self._flat(tree)
        if math.prod(shape) != flat.size:
            raise WireError(f"an array claims shape {shape} and has {flat.size} entries")
        array = flat.reshape(shape)
        array.setflags(write=self._writable)
        return array

    def _objects(self, tree: dict[str, Any]) -> np.ndarray[Any, Any]:
        parts = self._parts(tree)
        shape = _shape(tree["s"])
        if math.prod(shape) != len(parts):
            raise WireError(f"an array claims shape {shape} and has {len(parts)} entries")
        array = np.empty(len(parts), object)
        for index, part in enumerate(parts):
            array[index] = part
        array = array.reshape(shape)
        array.setflags(write=self._writable)
        return array

    def _opaque(self, tree: dict[str, Any]) -> object:
        number, name = tree["r"], tree.get("type")
        if self._handle is None or type(number) is not int or not isinstance(name, str):
            raise WireError("an object where only plain values are allowed")
        return self._handle(number, name[:_REPR_LENGTH], tree.get("callable") is True)

    def _resolved(self, tree: dict[str, Any]) -> object:
        if self._resolve is None or type(tree["r"]) is not int:
            raise WireError("a reference where only plain values are allowed")
        return self._resolve(tree["r"])


def describe(tree: Tree) -> str:
    """Say in a few words what ``tree`` is, without its values: ``float array of shape (4,)``."""
    if not isinstance(tree, dict):
        return "None" if tree is None else type(tree).__name__
    match tree.get("k"):
        case "array":
            names = {"b": "bool", "i": "int", "u": "int", "f": "float", "c": "complex"}
            kind = names.get(str(tree.get("d"))[1:2], "string")
            return f"{kind} array of shape {tuple(tree.get('s', ()))}"
        case "objects":
            return f"object array of shape {tuple(tree.get('s', ()))}"
        case "handle":
            return f"{tree.get('type')} object"
        case "scalar":
            return {"f": "float", "i": "int", "b": "bool"}.get(str(tree.get("d"))[1:2], "number")
        case "list" | "tuple" | "set" | "dict":
            return f"{tree['k']} of {len(tree.get('v', ()))}"
        case "plain":
            return describe(tree.get("v"))
        case kind:
            return str(kind)


def _integer(value: int) -> Tree:
    """Large integers as hexadecimal: decimal parsing is quadratic and refused by Python."""
    if -_SAFE_INTEGER <= value < _SAFE_INTEGER:
        return value
    return {"k": "integer", "v": hex(value)}


def _hexadecimal(text: object) -> str:
    if not isinstance(text, str) or len(text) > 100_000:
        raise WireError("an integer has too many digits")
    return text


def _plain(value: bool | int | float | str) -> Tree:
    """Strip a subclass: an IntEnum is sent as its number, a numpy string as a string."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return _integer(int.__index__(value))
    return float.__float__(value)


def _container_kind(value: object) -> str:
    for kind in (list, tuple, set, frozenset):
        if isinstance(value, kind):
            return kind.__name__
    raise AssertionError(type(value))


def _shape(claimed: object) -> tuple[int, ...]:
    if not isinstance(claimed, list) or len(claimed) > 32:
        raise WireError("an array's shape is not a short list")
    if any(type(size) is not int or size < 0 for size in claimed):
        raise WireError("an array's shape has a size that is not a whole number")
    return tuple(claimed)


def _as_array(value: object) -> np.ndarray[Any, Any] | None:
    """Return arrays, tensors and frames as a plain ndarray, anything else as None.

    The frameworks are looked up, never imported: if the value is a tensor, its framework is
    loaded already.
    """
    if isinstance(value, np.ndarray):
        return np.asarray(value)
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        tensor = value.detach().cpu().resolve_conj().resolve_neg()
        if tensor.dtype == torch.bfloat16:
            tensor = tensor.float()
        return np.asarray(tensor.to_dense().numpy() if tensor.layout != torch.strided else tensor)
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is not None and isinstance(value, (tensorflow.Tensor, tensorflow.Variable)):
        numpy = getattr(value, "numpy", None)  # symbolic tensors have none
        return None if numpy is None else np.asarray(numpy())
    keras = sys.modules.get("keras")
    if keras is not None and isinstance(value, keras.Variable):
        return np.asarray(value)
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(value, (pandas.DataFrame, pandas.Series, pandas.Index)):
        return np.asarray(value.to_numpy())
    return None


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
        return array.astype(np.str_)
    if kind not in _ARRAY_KINDS:
        return None
    # An empty string dtype (U0) has no bytes to rebuild a shape from.
    return array.astype(f"{kind}1") if kind in "US" and itemsize == 0 else array
