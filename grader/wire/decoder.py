"""From JSON trees and buffers back to plain Python values and plain ndarrays.

Everything that is read here is a claim by a process that runs a student's code.
"""

from __future__ import annotations

import functools
import math
import re
import reprlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.wire.frames import Buffer, WireError
from grader.wire.values import MAX_DEPTH, MAX_DIGITS, MAX_NAME, Tree

__all__ = ["Decoder", "describe"]

_KINDS = {"b": "bool", "i": "int", "u": "int", "f": "float", "c": "complex"}
_DTYPE = re.compile(
    r"[<>|=]?(?:b1|[iu][1248]|f[248]|c8|c16|[US][0-9]{1,9}|[Mm]8(?:\[(?:[1-9][0-9]{0,5})?[a-zA-Zμ]{1,2}\])?)"
)
_MAX_CHARACTER = 0x10FFFF
_MAX_COLLISIONS = 1000


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
        buffers: Sequence[Buffer] = (),
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
        if self._depth > MAX_DEPTH + 2:
            raise WireError("a value nests too deeply")
        try:
            value = self._composite(tree)
        except WireError:
            raise
        except (KeyError, TypeError, ValueError, OverflowError, MemoryError) as error:
            kind = reprlib.repr(tree.get("k"))
            text = str(error)[:MAX_NAME]
            raise WireError(f"a malformed value of kind {kind}: {text}") from error
        finally:
            self._depth -= 1
        if self._received is not None and type(tree.get("r")) is int:
            self._received(value, tree["r"])
        return value

    def _composite(self, tree: dict[str, Any]) -> Any:
        match tree["k"]:
            case "array":
                return self._array(tree)
            case "list":
                return self._parts(tree)
            case "tuple":
                return tuple(self._parts(tree))
            case "set":
                return set(_distinct(self._parts(tree)))
            case "frozenset":
                return frozenset(_distinct(self._parts(tree)))
            case "dict":
                keys = _distinct([self.decode(key) for key, _ in tree["v"]])
                return {
                    key: self.decode(value) for key, (_, value) in zip(keys, tree["v"], strict=True)
                }
            case "objects":
                return self._objects(tree)
            case "scalar":
                return self._rebuilt(tree, (), bytes.fromhex(tree["x"]))[()]
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
                raise WireError(f"an unknown kind of value: {reprlib.repr(kind)}")

    def _parts(self, tree: dict[str, Any]) -> list[Any]:
        parts = tree["v"]
        if not isinstance(parts, list):
            raise WireError("a container has no list of parts")
        return [self.decode(part) for part in parts]

    def _bytes(self, tree: dict[str, Any]) -> Buffer:
        index = tree["b"]
        if type(index) is not int or not 0 <= index < len(self._buffers):
            raise WireError("a value names a buffer that the message does not have")
        return self._buffers[index]

    def _rebuilt(
        self, tree: dict[str, Any], shape: tuple[int, ...], data: Buffer
    ) -> np.ndarray[Any, Any]:
        """Return the array of this shape whose entries are ``data``, sharing its memory."""
        dtype = _dtype(tree["d"])
        if math.prod(shape) * dtype.itemsize != len(data):
            raise WireError(f"an array claims shape {shape} of {dtype} and has {len(data)} bytes")
        array: np.ndarray[Any, Any] = np.ndarray(shape, dtype, data)
        if dtype.kind in "bU":
            _check_entries(dtype, data)
        return array

    def _array(self, tree: dict[str, Any]) -> np.ndarray[Any, Any]:
        array = self._rebuilt(tree, _shape(tree["s"]), self._bytes(tree))
        if not self._writable:
            array.flags.writeable = False
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
        return self._handle(number, name[:MAX_NAME], tree.get("callable") is True)

    def _resolved(self, tree: dict[str, Any]) -> object:
        if self._resolve is None or type(tree["r"]) is not int:
            raise WireError("a reference where only plain values are allowed")
        return self._resolve(tree["r"])


def describe(tree: Tree) -> str:
    """Say in a few words what ``tree`` is, without its values: ``float array of shape (4,)``.

    The tree need not be a proper one; whatever it is, this does not raise.
    """
    if not isinstance(tree, dict):
        return "None" if tree is None else type(tree).__name__
    letter, shape, parts = str(tree.get("d"))[1:2], tree.get("s"), tree.get("v")
    match tree.get("k"):
        case "array":
            return f"{_KINDS.get(letter, 'string')} array of shape {_shape_text(shape)}"
        case "objects":
            return f"object array of shape {_shape_text(shape)}"
        case "handle":
            return f"{str(tree.get('type'))[:MAX_NAME]} object"
        case "scalar":
            return {"f": "float", "i": "int", "b": "bool"}.get(letter, "number")
        case "list" | "tuple" | "set" | "frozenset" | "dict" as kind:
            return f"{kind} of {len(parts) if isinstance(parts, list) else 0}"
        case "plain":
            return "None" if parts is None else type(parts).__name__
        case kind:
            return str(kind)[:MAX_NAME]


def _shape_text(shape: object) -> str:
    return str(tuple(shape) if isinstance(shape, list) else ())[:MAX_NAME]


@functools.lru_cache
def _dtype(name: object) -> np.dtype[Any]:
    if not isinstance(name, str) or not _DTYPE.fullmatch(name):
        raise WireError(f"arrays of dtype {reprlib.repr(name)} are not allowed")
    dtype = np.dtype(name)
    if dtype.itemsize == 0:
        raise WireError("an array of empty strings has no size")
    return dtype


def _check_entries(dtype: np.dtype[Any], data: Buffer) -> None:
    """Refuse bytes that no bool and no character has: numpy's answers about them are undefined."""
    if dtype.kind == "b" and np.frombuffer(data, np.uint8).max(initial=0) > 1:
        raise WireError("a boolean is neither 0 nor 1")
    if dtype.kind == "U":
        characters = np.frombuffer(data, np.dtype(np.uint32).newbyteorder(dtype.byteorder))
        if characters.max(initial=0) > _MAX_CHARACTER:
            raise WireError("a string has a character that does not exist")


def _shape(claimed: object) -> tuple[int, ...]:
    if not isinstance(claimed, list) or len(claimed) > 32:
        raise WireError("an array's shape is not a short list")
    for size in claimed:
        if type(size) is not int or size < 0:
            raise WireError("an array's shape has a size that is not a whole number")
    return tuple(claimed)


def _distinct(keys: list[Any]) -> list[Any]:
    """Return ``keys``, ready to be put into a set or a dictionary.

    Raises:
        WireError: one of them comes twice, or so many have the same hash (multiples of
            2**61 - 1, for example) that it would take hours.
        TypeError: one of them cannot be hashed.
    """
    if len(keys) - len(set(map(hash, keys))) > _MAX_COLLISIONS:
        raise WireError("a set or dictionary has too many entries of the same hash")
    if len(set(keys)) != len(keys):
        raise WireError("a set or dictionary has the same entry twice")
    return keys


def _hexadecimal(text: object) -> str:
    if not isinstance(text, str) or len(text) > MAX_DIGITS:
        raise WireError("an integer has too many digits")
    return text
