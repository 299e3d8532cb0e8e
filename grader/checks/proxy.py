"""The ``submission`` that hidden tests talk to: calls over the wire, plain values back.

Arrays come back as read-only plain ndarrays and containers as plain containers. Each remembers
the remote object that it is a snapshot of; passed on unchanged, it is resolved in the worker to
that object, so a cache stays the cache it was and a tensor stays a tensor.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any, NamedTuple, NoReturn

import numpy as np

from grader.errors import SpecError, StudentError, WorkerCrashed
from grader.model import Assignment, InterfaceEntry
from grader.sandbox import Connection, student_error
from grader.wire import Decoder, Encoder, Frame, WireError, describe

__all__ = ["Call", "Handle", "MissingNameError", "Remote", "Root", "SubmissionProxy", "label"]

_CONTAINERS = (list, dict, set, tuple, frozenset, np.ndarray)


class MissingNameError(StudentError):
    """The submission does not define a name that the interface asks for."""


class Call(NamedTuple):
    """One entry of a trace: what was asked, and in a few words what came back."""

    what: str
    answer: str


class Remote:
    """A value that was placed in the worker; see :meth:`SubmissionProxy.put`."""

    def __init__(self, proxy: SubmissionProxy, number: int) -> None:
        self._proxy = proxy
        self._number = number

    @property
    def value(self) -> Any:
        """What the value is there now, read anew at each access."""
        return self._proxy._read(self._number)

    def __repr__(self) -> str:
        return f"<value {self._number} in the {self._proxy!r}>"


class Handle:
    """An object that stays in the worker, such as a model.

    Attributes, items, methods and calls are asked for remotely. Two handles are equal if they
    name the same remote object. Of an interface class only what the interface lists can be used.
    """

    __slots__ = ("_callable", "_name", "_number", "_proxy", "_type")

    _proxy: SubmissionProxy
    _number: int
    _type: str
    _callable: bool
    _name: str

    def __init__(
        self, proxy: SubmissionProxy, number: int, kind: str, is_callable: bool, name: str = ""
    ) -> None:
        set_ = object.__setattr__
        set_(self, "_proxy", proxy)
        set_(self, "_number", number)
        set_(self, "_type", kind)
        set_(self, "_callable", is_callable)
        set_(self, "_name", name or kind)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._proxy._attribute(self, name)

    def __setattr__(self, name: str, value: object) -> None:
        self._proxy._set_attribute(self, name, value)

    def __call__(self, *args: object, **kwargs: object) -> Any:
        """Call it in the worker."""
        return self._proxy._call_handle(self, args, kwargs)

    def __getitem__(self, key: object) -> Any:
        return self._proxy._item(self, key)

    def __len__(self) -> int:
        return self._proxy._length(self)

    def __iter__(self) -> Iterator[Any]:
        return (self[index] for index in range(len(self)))

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Handle)
            and other._proxy is self._proxy
            and other._number == self._number
        )

    def __hash__(self) -> int:
        return hash(self._number)

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{self!r} stays in the submission and cannot be copied")

    def __repr__(self) -> str:
        return f"<{self._type} object of the {self._proxy!r}>"


class SubmissionProxy:
    """Calls a submission's functions and classes by the names of the interface.

    Args:
        connection: where the submission is hosted.
        assignment: whose interface decides what may be used.
        name: what messages call it: ``submission`` or ``reference``.

    Raises:
        SpecError: a name of the interface is one of the proxy's own.
    """

    def __init__(
        self, connection: Connection, assignment: Assignment, name: str = "submission"
    ) -> None:
        self._connection = connection
        self._assignment = assignment
        self._name = name
        self._snapshots: dict[int, _Snapshot] = {}
        self._roots: dict[str, InterfaceEntry] = {e.name: e for e in assignment.interface}
        self._seed: int | None = None
        self.trace: list[Call] = []
        for taken in self._roots.keys() & {*vars(type(self)), *vars(self)}:
            raise SpecError(
                f"the interface of {assignment.id} cannot use the name {taken!r}",
                remedy=f"`submission.{taken}` has a meaning of its own in tests; choose another.",
            )

    def begin(self, seed: int) -> None:
        """Start a test: forget the last one's objects, seed everything.

        The other side is told with the first request: not every test makes one.
        """
        self._snapshots.clear()
        self.trace.clear()
        self._seed = seed

    @property
    def untouched(self) -> bool:
        """Whether nothing was asked since the test began."""
        return self._seed is not None

    def put(self, value: object) -> Remote:
        """Place ``value`` in the worker, to be passed by reference and read back later.

        An answer that is unchanged is there already: the result names the original.
        """
        handle = self._value({"op": "put"}, "put", value=value)
        if not isinstance(handle, Handle):
            raise WorkerCrashed("the submission's process answered with something else")
        return Remote(self, handle._number)

    def signature(self, name: str) -> str:
        """Return what the interface says of ``backward`` or ``Perceptron.fit``; ``()`` if nothing.

        Args:
            name: as :func:`label` gives it.
        """
        root, _, member = name.partition(".")
        entry = self._roots.get(root)
        declared = entry.member(member) if entry is not None and member else entry
        return (declared and declared.signature) or "()"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        entry = self._roots.get(name)
        if entry is None:
            raise SpecError(
                f"{name!r} is not in the interface of {self._assignment.id}",
                remedy="Declare it under `interface` in assignment.yaml, or do not use it in a "
                "test: students write their solutions from the interface alone.",
            )
        return Root(self, entry)

    def __repr__(self) -> str:
        return self._name

    # --- requests, for the classes of this module ---------------------------------------------

    def _call_root(self, name: str, args: tuple[object, ...], kwargs: dict[str, object]) -> Any:
        return self._value({"op": "call", "name": name}, f"{name}()", args=args, kwargs=kwargs)

    def _call_handle(
        self, handle: Handle, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> Any:
        self._check_member(handle, "__call__")
        header = {"op": "call", "target": _reference(handle)}
        return self._value(header, f"{handle._name}()", args=args, kwargs=kwargs)

    def _attribute(self, handle: Handle, name: str) -> Any:
        self._check_member(handle, name)
        header = {"op": "get", "target": _reference(handle), "attribute": name}
        value = self._value(header, f"{handle._type}.{name}")
        if isinstance(value, Handle) and value._callable:
            return Handle(self, value._number, value._type, True, f"{handle._type}.{name}")
        return value

    def _set_attribute(self, handle: Handle, name: str, value: object) -> None:
        self._check_member(handle, name)
        header = {"op": "set", "target": _reference(handle), "attribute": name}
        self._ask(header, f"{handle._type}.{name}", value=value)

    def _item(self, handle: Handle, key: object) -> Any:
        self._check_member(handle, "__getitem__")
        header = {"op": "item", "target": _reference(handle)}
        return self._value(header, f"{handle._type}[...]", key=key)

    def _length(self, handle: Handle) -> int:
        self._check_member(handle, "__len__")
        value = self._value({"op": "length", "target": _reference(handle)}, f"len({handle._type})")
        if type(value) is not int:
            raise WorkerCrashed("the submission's process answered with something else")
        return value

    def _read(self, number: int) -> Any:
        header = {"op": "read", "targets": [{"k": "ref", "r": number}]}
        value = self._value(header, "reading a value back")
        if not isinstance(value, list) or len(value) != 1:
            raise WorkerCrashed("the submission's process answered with something else")
        return value[0]

    def _check_member(self, handle: Handle, name: str) -> None:
        entry = self._roots.get(handle._type)
        if entry is not None and entry.kind == "class" and entry.member(name) is None:
            raise SpecError(
                f"{handle._type}.{name} is not in the interface of {self._assignment.id}",
                remedy="Declare it under the class's `members` in assignment.yaml, or do not use "
                "it in a test.",
            )

    # --- the wire -----------------------------------------------------------------------------

    def _value(self, header: dict[str, Any], what: str, **fields: Any) -> Any:
        tree, buffers = self._ask(header, what, **fields)
        decoder = Decoder(
            buffers,
            handle=functools.partial(Handle, self),
            received=self._received,
        )
        try:
            value = decoder.decode(tree)
        except WireError as error:
            raise WorkerCrashed(f"the submission's process sent a broken value: {error}") from None
        return value

    def _ask(
        self,
        header: dict[str, Any],
        what: str,
        *,
        args: tuple[object, ...] = (),
        kwargs: dict[str, object] | None = None,
        **fields: object,
    ) -> tuple[Any, Any]:
        seed, self._seed = self._seed, None
        if seed is not None:
            self._connection.begin(seed)
        encoder = Encoder(refer=self._refer)
        if args:
            header["args"] = [encoder.encode(argument) for argument in args]
        if kwargs:
            header["kwargs"] = {name: encoder.encode(value) for name, value in kwargs.items()}
        for name, value in fields.items():
            header[name] = encoder.encode(value)
        frame = self._connection.ask(header, encoder.buffers, what)
        if frame.header.get("ok") is not True:
            self._refuse(frame, what)
        tree = frame.header.get("value")
        self.trace.append(Call(what, describe(tree)))
        return tree, frame.buffers

    def _refuse(self, frame: Frame, what: str) -> NoReturn:
        header = frame.header
        if isinstance(header.get("error"), dict):
            error = student_error(header["error"])
            self.trace.append(Call(what, error.kind))
            raise error
        if isinstance(header.get("missing"), str):
            name = header["missing"][:80]
            match header.get("close"):
                case [str(close), *_]:
                    hint = f"; it defines {close[:80]!r}, did you mean that?"
                case _:
                    hint = ""
            raise MissingNameError("NameError", f"{name!r} is not defined by the submission{hint}")
        raise WorkerCrashed("the submission's process answered with something else")

    def _received(self, value: object, number: int) -> None:
        """Remember which remote object a value that came back is a snapshot of."""
        if isinstance(value, _CONTAINERS):
            # Holding the value keeps its id from being used again within this test.
            self._snapshots[id(value)] = _Snapshot(value, _content(value), number)

    def _refer(self, value: object) -> int | None:
        """Return the number of the remote object that ``value`` still is, if it is one."""
        if isinstance(value, (Handle, Remote)):
            if value._proxy is not self:
                raise SpecError(
                    f"a test passes {value!r} to another side than the one it lives on",
                    remedy="Objects of the reference and of the submission cannot be exchanged; "
                    "pass plain values.",
                )
            return value._number
        if isinstance(value, Root):
            raise SpecError(
                f"a test passes {value!r} itself as an argument", remedy="Call it first."
            )
        return self._unchanged(value)

    def _unchanged(self, value: object) -> int | None:
        known = self._snapshots.get(id(value))
        if known is None:
            return None
        now = _content(value)
        same = len(now) == len(known.parts) and all(
            part is before and self._same_part(part)
            for part, before in zip(now, known.parts, strict=True)
        )
        return known.number if same else None

    def _same_part(self, part: object) -> bool:
        """Tell whether a part of a snapshot is itself unchanged; plain parts cannot change."""
        return not isinstance(part, _CONTAINERS) or self._unchanged(part) is not None


class _Snapshot(NamedTuple):
    """A value that came back, the parts that it then had, and its remote number."""

    value: object
    parts: list[object]
    number: int


class Root:
    """A function or class of the interface, ready to be called."""

    def __init__(self, proxy: SubmissionProxy, entry: InterfaceEntry) -> None:
        self._proxy = proxy
        self._name = entry.name

    def __call__(self, *args: object, **kwargs: object) -> Any:
        """Call it in the worker."""
        return self._proxy._call_root(self._name, args, kwargs)

    def __repr__(self) -> str:
        return f"{self._proxy!r}.{self._name}"


def label(function: Root | Handle) -> str:
    """Return how messages call a function: ``backward``, ``Perceptron.fit``."""
    return str(object.__getattribute__(function, "_name"))


def _reference(handle: Handle) -> dict[str, Any]:
    return {"k": "ref", "r": object.__getattribute__(handle, "_number")}


def _content(value: object) -> list[object]:
    """The parts of a container; of an array, which is read-only, only objects can change."""
    if isinstance(value, np.ndarray):
        return list(value.ravel()) if value.dtype.kind == "O" else []
    if isinstance(value, dict):
        return [part for pair in value.items() for part in pair]
    assert isinstance(value, (list, set, tuple, frozenset))
    return list(value)
