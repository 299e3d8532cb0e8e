"""One table of values that cross the wire: what arrives, and of which type."""

from __future__ import annotations

import datetime
import enum
import math
import socket
from collections import OrderedDict, defaultdict, namedtuple
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.wire import Channel, Decoder, Encoder, Frame, Reference, WireError


class Opaque(NamedTuple):
    """Stands for a handle: a value that stays where it is."""

    number: int
    type: str
    is_callable: bool


class Colour(enum.IntEnum):
    RED = 3


class Level(enum.StrEnum):
    HIGH = "high"


class Text(str):
    __slots__ = ()


class Sly(np.ndarray):
    """An array that would decide comparisons, if it arrived as what it is."""

    def __eq__(self, other: object) -> Any:
        return True

    __hash__ = None  # type: ignore[assignment]


Point = namedtuple("Point", "x y")


def over_a_socket(frame: Frame) -> Frame:
    ours, theirs = socket.socketpair()
    sender, receiver = Channel(ours), Channel(theirs)
    try:
        sender.send(frame.header, frame.buffers)
        return receiver.receive()
    finally:
        sender.close()
        receiver.close()


def round_trip(value: object) -> Any:
    """Encode as a worker does, cross a socket, decode as the grader does."""
    numbers: dict[int, int] = {}
    encoder = Encoder(remember=lambda part: numbers.setdefault(id(part), len(numbers)))
    frame = over_a_socket(Frame({"value": encoder.encode(value)}, encoder.buffers))
    return Decoder(frame.buffers, handle=Opaque).decode(frame.header["value"])


def assert_same(actual: object, expected: object) -> None:
    """Equal values of equal types, all the way down; NaN equals NaN, and 0.0 is not -0.0."""
    assert type(actual) is type(expected)
    match expected:
        case np.ndarray():
            assert isinstance(actual, np.ndarray)
            assert actual.dtype == expected.dtype
            assert actual.shape == expected.shape
            if expected.dtype == object:
                for ours, theirs in zip(actual.flat, expected.flat, strict=True):
                    assert_same(ours, theirs)
            else:
                assert actual.tobytes() == np.ascontiguousarray(expected).tobytes()
        case np.generic():
            assert isinstance(actual, np.generic)
            assert actual.dtype == expected.dtype
            assert actual.tobytes() == expected.tobytes()
        case dict():
            assert isinstance(actual, dict)
            assert_same(list(actual.items()), list(expected.items()))
        case list() | tuple():
            assert isinstance(actual, (list, tuple))
            assert len(actual) == len(expected)
            for ours, theirs in zip(actual, expected, strict=True):
                assert_same(ours, theirs)
        case float():
            assert isinstance(actual, float)
            assert math.isnan(actual) == math.isnan(expected)
            if not math.isnan(expected):
                assert actual == expected
                assert math.copysign(1, actual) == math.copysign(1, expected)
        case _:
            assert actual == expected


ITSELF = object()
FORTRAN = np.asfortranarray(np.arange(6.0).reshape(2, 3))

# value, and what arrives where that is not the value itself
VALUES: dict[str, tuple[Any, Any]] = {
    "None": (None, ITSELF),
    "True": (True, ITSELF),
    "zero is not False": (0, ITSELF),
    "minus zero": (-0.0, ITSELF),
    "NaN": (math.nan, ITSELF),
    "infinities": ([math.inf, -math.inf], ITSELF),
    "a float that needs 17 digits": (0.1 + 0.2, ITSELF),
    "smallest subnormal": (5e-324, ITSELF),
    "64 bits": ([2**63 - 1, -(2**63)], ITSELF),
    "65 bits": ([2**63, -(2**63) - 1], ITSELF),
    "factorial of 1000": (math.factorial(1000), ITSELF),
    "an integer of 40000 digits": (-(10**40_000), ITSELF),
    "an integer of half a million digits": (1 << 2_000_000, Opaque(0, "int", False)),
    "complex": (1.5 - 2j, ITSELF),
    "complex with NaN": ([complex(0.0, math.inf)], ITSELF),
    "empty string": ("", ITSELF),
    "emoji, quotes, NUL": ('🙂 "\\ud800" \x00 \n ß', ITSELF),
    "half a surrogate pair": ("a\ud800b", "a\ufffd\ufffd\ufffdb"),
    "str subclass": (Text("abc"), "abc"),
    "StrEnum": (Level.HIGH, "high"),
    "IntEnum": (Colour.RED, 3),
    "bytes": (b"\x00\xff", ITSELF),
    "no bytes": (b"", ITSELF),
    "bytearray": (bytearray(b"ab"), b"ab"),
    "range": (range(10, 0, -3), ITSELF),
    "list and tuple": ([(1, 2), [1, 2], ()], ITSELF),
    "namedtuple": (Point(1, 2.0), (1, 2.0)),
    "set": ({1, "a", (2, 3)}, ITSELF),
    "frozenset": (frozenset({1, 2}), ITSELF),
    "set of NaN": ([len({math.nan, float("nan")})], ITSELF),
    "set of sets": ({frozenset({1}), frozenset()}, ITSELF),
    "dict order": ({"b": 1, "a": 2}, ITSELF),
    "keys that JSON does not have": (
        {1: "int", "1": "str", 1.5: "float", None: "none", (0, 1): "tuple"},
        ITSELF,
    ),
    "bool key": ({True: 1, 2: 2}, ITSELF),
    "numpy key": ({np.int64(4): "a"}, ITSELF),
    "enum key": ({Colour.RED: 1}, {3: 1}),
    "OrderedDict": (OrderedDict(a=1), {"a": 1}),
    "defaultdict": (defaultdict(list, {"a": [1]}), {"a": [1]}),
    "the words of the protocol": ({"k": "ref", "r": 1, "sizes": [5]}, ITSELF),
    "nested": ({"W": [np.eye(2), {"b": (np.zeros(3), None)}]}, ITSELF),
    "numpy float64 is no float": (np.float64(-0.0), ITSELF),
    "numpy float32": (np.float32(0.1), ITSELF),
    "numpy int8": (np.int8(-1), ITSELF),
    "numpy bool": (np.True_, ITSELF),
    "numpy complex": (np.complex64(1 + 2j), ITSELF),
    "numpy string": (np.str_("añ"), ITSELF),
    "numpy bytes": (np.bytes_(b"ab"), ITSELF),
    "numpy longdouble": (np.longdouble(0.5), np.float64(0.5)),
    "numpy datetime": (np.datetime64("2020-02-29", "D"), ITSELF),
    "numpy timedelta": (np.timedelta64(7, "ms"), ITSELF),
    "numpy NaT": (np.datetime64("NaT"), ITSELF),
    "0-d array": (np.array(3.0), ITSELF),
    "no entries": (np.empty((0,)), ITSELF),
    "no rows": (np.empty((0, 3), np.int32), ITSELF),
    "no columns": (np.empty((3, 0)), ITSELF),
    "no rows of strings": (np.empty((0, 2), "U3"), ITSELF),
    "empty strings": (np.array(["", ""]), np.array(["", ""], "U1")),
    "strings": (np.array([["a", "long"], ["ü🙂", ""]]), ITSELF),
    "byte strings": (np.array([b"a", b"bcd"]), ITSELF),
    "big-endian strings": (np.array(["a", "bc"], ">U2"), ITSELF),
    "new strings": (np.array(["a", "bcd"], np.dtypes.StringDType()), np.array(["a", "bcd"])),
    "bool array": (np.array([[True], [False]]), ITSELF),
    "float16": (np.array([1.5, np.nan], np.float16), ITSELF),
    "longdouble": (np.array([0.5, 2.0], np.longdouble), np.array([0.5, 2.0])),
    "clongdouble": (np.array([0.5j], np.clongdouble), np.array([0.5j])),
    "uint64": (np.array([2**64 - 1], np.uint64), ITSELF),
    "datetimes": (np.array(["2020-01-01", "NaT"], "M8[s]"), ITSELF),
    "big-endian": (np.array([1.0, 2.0], ">f8"), ITSELF),
    "Fortran order": (FORTRAN, ITSELF),
    "a view with a step": (FORTRAN[::-1, ::2], ITSELF),
    "broadcast": (np.broadcast_to(np.float32(1), (2, 2)), np.ones((2, 2), np.float32)),
    "ndarray subclass": (np.arange(2).view(Sly), np.arange(2)),
    "masked array": (np.ma.masked_array([1, 2], [True, False]), np.array([1, 2])),
    "object array": (np.array([[1, "a"], [None, (2,)]], object), ITSELF),
    "ragged": (np.array([np.zeros(2), np.zeros(3)], object), ITSELF),
    "0-d object": (np.array(None), ITSELF),
    "nothing of objects": (np.empty((0, 2), object), ITSELF),
    "structured array": (np.zeros(2, "i4,f8"), Opaque(0, "ndarray", False)),
    "structured scalar": (np.zeros(2, "i4,f8")[0], Opaque(0, "void", False)),
    "datetime": (datetime.date(2020, 1, 1), Opaque(0, "date", False)),
    "an object": ([object()], [Opaque(0, "object", False)]),
    "a function": (abs, Opaque(0, "builtin_function_or_method", True)),
    "a generator": ((i for i in ()), Opaque(0, "generator", False)),
    "a class": (Colour, Opaque(0, "EnumType", True)),
}


@pytest.mark.parametrize("name", VALUES)
def test_what_arrives(name: str) -> None:
    value, expected = VALUES[name]
    assert_same(round_trip(value), value if expected is ITSELF else expected)


def test_a_list_that_contains_itself_stays_where_it_is() -> None:
    endless: list[Any] = [1]
    endless.append(endless)
    assert round_trip(endless) == Opaque(0, "list", False)


def test_what_nests_too_deeply_stays_where_it_is() -> None:
    shallow: Any = 2**70  # the deepest leaf takes a level of its own
    for _ in range(64):
        shallow = [shallow]
    assert_same(round_trip(shallow), shallow)
    deep = {"a": {"b": [shallow]}}
    assert isinstance(round_trip(deep), Opaque)


def test_buffers_of_what_turned_out_too_deep_are_not_sent() -> None:
    endless: list[Any] = [np.zeros(1000)]
    endless.append(endless)
    encoder = Encoder(remember=lambda part: 7)
    encoder.encode(endless)
    assert encoder.buffers == []


def test_dictionary_with_array_keys_stays_where_it_is() -> None:
    torch = pytest.importorskip("torch")
    assert isinstance(round_trip({torch.tensor(1): "state"}), Opaque)
    assert isinstance(round_trip({(0, torch.tensor(1))}), Opaque)


def test_arrays_arrive_read_only_unless_asked() -> None:
    encoder = Encoder()
    frame = over_a_socket(Frame({"value": encoder.encode(np.zeros(2))}, encoder.buffers))
    frozen = Decoder(frame.buffers).decode(frame.header["value"])
    with pytest.raises(ValueError, match="read-only"):
        frozen[0] = 1
    free = Decoder(frame.buffers, writable=True).decode(frame.header["value"])
    free[0] = 1
    assert free[0] == 1


def test_ten_thousand_numpy_losses_need_no_buffers() -> None:
    encoder = Encoder()
    tree = encoder.encode([np.float64(i) for i in range(10_000)])
    assert encoder.buffers == []
    assert Decoder().decode(tree)[-1] == 9999


def test_torch_tensors() -> None:
    torch = pytest.importorskip("torch")
    base = torch.arange(6, dtype=torch.float32).reshape(2, 3)
    table = [
        (base, base.numpy()),
        (base.clone().requires_grad_(), base.numpy()),
        (base.T[::2], base.numpy().T[::2]),
        (base.to(torch.bfloat16), base.numpy()),
        (base.to(torch.float16), base.numpy().astype(np.float16)),
        (base > 2, base.numpy() > 2),
        (torch.tensor(3), np.array(3)),
        (torch.tensor([1 + 2j]).conj(), np.array([1 - 2j], np.complex64)),
        (torch.nn.Parameter(torch.zeros(2)), np.zeros(2, np.float32)),
        (torch.eye(2).to_sparse(), np.eye(2, dtype=np.float32)),
        (torch.empty(0, 4), np.empty((0, 4), np.float32)),
    ]
    for tensor, expected in table:
        assert_same(round_trip(tensor), expected)
    assert isinstance(round_trip(torch.nn.Linear(1, 1)), Opaque)


def test_pandas_frames() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1, 2], "b": [0.5, 1.5]})
    assert_same(round_trip(frame), np.array([[1, 0.5], [2, 1.5]]))
    assert_same(round_trip(frame["a"]), np.array([1, 2]))
    assert_same(round_trip(pandas.Index([3, 4])), np.array([3, 4]))
    mixed = pandas.DataFrame({"a": [1], "b": ["x"]})
    assert_same(round_trip(mixed), np.array([[1, "x"]], object))


def test_tensorflow_tensors() -> None:
    tensorflow = pytest.importorskip("tensorflow")
    base = np.arange(6, dtype=np.float32).reshape(2, 3)
    table = [
        (tensorflow.constant(base), base),
        (tensorflow.Variable(base), base),
        (tensorflow.constant(base, tensorflow.bfloat16), base),
        (tensorflow.constant(3), np.array(3, np.int32)),
        (tensorflow.constant(["a"]), np.array([b"a"], object)),
        (tensorflow.keras.Variable(base), base),
    ]
    for tensor, expected in table:
        assert_same(round_trip(tensor), expected)
    assert isinstance(round_trip(tensorflow.ragged.constant([[1], [2, 3]])), Opaque)


def test_the_grader_sends_only_plain_values_and_references() -> None:
    with pytest.raises(WireError, match="of type object cannot be sent"):
        Encoder().encode([object()])
    assert Encoder().encode([Reference(5)])["v"] == [{"k": "ref", "r": 5}]
    known = [1]
    encoder = Encoder(refer=lambda part: 9 if part is known else None)
    assert encoder.encode((known, [1]))["v"][0] == {"k": "ref", "r": 9}
    assert Decoder(resolve=lambda number: ("object", number)).decode({"k": "ref", "r": 9}) == (
        "object",
        9,
    )


def test_every_container_is_numbered_and_reported() -> None:
    inner = np.zeros(2)
    outer = [inner, {"a": inner}]
    numbers: dict[int, int] = {}
    encoder = Encoder(remember=lambda part: numbers.setdefault(id(part), len(numbers) + 1))
    received: list[tuple[object, int]] = []
    tree = encoder.encode(outer)
    decoder = Decoder(
        [np.frombuffer(b, np.uint8) for b in encoder.buffers],
        received=lambda value, number: received.append((value, number)),
    )
    value = decoder.decode(tree)
    assert [number for _, number in received] == [numbers[id(inner)]] * 2 + [
        numbers[id(outer[1])],
        numbers[id(outer)],
    ]
    assert received[-1][0] is value


def test_a_value_of_too_many_parts_is_refused_by_its_sender() -> None:
    with pytest.raises(WireError, match="more than 400000 parts"):
        Encoder().encode([[] for _ in range(400_001)])


PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers(allow_nan=False)
    | st.text(st.characters(exclude_categories=("Cs",)))
    | st.binary()
)
ARRAYS = hnp.arrays(
    hnp.integer_dtypes()
    | hnp.unsigned_integer_dtypes()
    | hnp.floating_dtypes(sizes=(16, 32, 64))
    | hnp.boolean_dtypes()
    | hnp.complex_number_dtypes(sizes=(64, 128))
    | hnp.datetime64_dtypes()
    | hnp.unicode_string_dtypes(min_len=1, max_len=5),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)
KEYS = st.integers() | st.text(st.characters(exclude_categories=("Cs",))) | st.none()
TREES = st.recursive(
    PLAIN | ARRAYS,
    lambda parts: (
        st.lists(parts, max_size=4)
        | st.lists(parts, max_size=4).map(tuple)
        | st.dictionaries(KEYS | st.tuples(KEYS, KEYS), parts, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(TREES)
def test_any_plain_value_arrives_as_it_is(value: object) -> None:
    assert_same(round_trip(value), value)
