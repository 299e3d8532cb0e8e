"""Answers the grader's questions about a namespace: call, get, set, item, length, read.

The same class serves a submission in its worker and, looped back, trusted code in the grader's
own process; both go through the same codec.
"""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from grader.wire import Decoder, Encoder, Frame, Tree
from grader.worker.objects import ObjectTable
from grader.worker.seeding import seed_all
from grader.worker.streams import flush_streams
from grader.worker.tracebacks import report

__all__ = ["CallServer"]

_MAX_NAMES = 200


class CallServer:
    """Serves requests on a namespace.

    A request is a frame ``{"op": ..., ...}``; the first of a test has ``"begin": seed`` as well.
    The answer is ``{"ok": True, "value": tree}``, ``{"ok": False, "error": description}`` for an
    exception of the student's code, or
    ``{"ok": False, "missing": name, "close": [...]}`` for a name that is not defined.

    Args:
        namespace: the submission's global names.
    """

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self._namespace = namespace
        self._table = ObjectTable()
        self._operations: dict[str, Callable[[dict[str, Any], Decoder], object]] = {
            "call": self._call,
            "get": self._get,
            "set": self._set,
            "item": self._item,
            "length": self._length,
            "read": self._read,
        }

    def begin(self, seed: int) -> None:
        """Start a test: forget all objects, seed everything."""
        self._table.clear()
        with contextlib.suppress(BaseException):  # by what the student has made of numpy.random
            seed_all(seed)

    def answer(self, request: Frame) -> Frame:
        """Answer one request; never raises for what the student's code does."""
        header = request.header
        decoder = Decoder(request.buffers, resolve=self._table.resolve, writable=True)
        encoder = Encoder(remember=self._table.remember)
        try:
            if "begin" in header:
                self.begin(int(header["begin"]))
            if header["op"] == "put":
                value = decoder.decode(header["value"])
                return Frame({"ok": True, "value": encoder.opaque(value)})
            value = self._operations[header["op"]](header, decoder)
            return Frame({"ok": True, "value": encoder.encode(value)}, encoder.buffers)
        except _Missing as missing:
            return Frame({"ok": False, "missing": missing.name, "close": missing.close})
        except BaseException as error:  # the student's code may raise anything, SystemExit too
            return Frame({"ok": False, "error": report(error)})
        finally:
            flush_streams()

    def _target(self, header: dict[str, Any], decoder: Decoder) -> Any:
        """The object that a request is about: a global name, or one that was sent before."""
        name = header.get("name")
        if name is None:
            return decoder.decode(header["target"])
        if name not in self._namespace:
            known = [key for key in self._namespace if not key.startswith("_")][:_MAX_NAMES]
            raise _Missing(name, difflib.get_close_matches(name, known, n=1, cutoff=0.7))
        return self._namespace[name]

    def _call(self, header: dict[str, Any], decoder: Decoder) -> object:
        target = self._target(header, decoder)
        args: Sequence[Tree] = header.get("args", [])
        kwargs: dict[str, Tree] = header.get("kwargs", {})
        return target(
            *[decoder.decode(argument) for argument in args],
            **{name: decoder.decode(argument) for name, argument in kwargs.items()},
        )

    def _get(self, header: dict[str, Any], decoder: Decoder) -> object:
        target = self._target(header, decoder)
        return getattr(target, header["attribute"]) if "attribute" in header else target

    def _set(self, header: dict[str, Any], decoder: Decoder) -> object:
        setattr(self._target(header, decoder), header["attribute"], decoder.decode(header["value"]))
        return None

    def _item(self, header: dict[str, Any], decoder: Decoder) -> object:
        return self._target(header, decoder)[decoder.decode(header["key"])]

    def _length(self, header: dict[str, Any], decoder: Decoder) -> object:
        return len(self._target(header, decoder))

    def _read(self, header: dict[str, Any], decoder: Decoder) -> object:
        return [decoder.decode(target) for target in header["targets"]]


class _Missing(Exception):
    """The submission does not define a name that the interface asks for."""

    def __init__(self, name: str, close: list[str]) -> None:
        super().__init__(name)
        self.name = name
        self.close = close
