"""Whatever a worker sends is a value or a WireError, quickly and in little memory."""

from __future__ import annotations

import time
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.wire import Decoder, WireError, describe

EIGHT = np.zeros(8, np.uint8)


def chain(depth: int, kind: str) -> Any:
    tree: Any = 1
    for _ in range(depth):
        tree = {"k": kind, "v": tree if kind == "plain" else [tree]}
    return tree


def array(dtype: Any = "<f8", shape: Any = (1,), buffer: Any = 0, kind: str = "array") -> Any:
    return {"k": kind, "d": dtype, "s": list(shape) if isinstance(shape, tuple) else shape} | (
        {} if buffer is ... else {"b": buffer}
    )


HOSTILE: dict[str, Any] = {
    "a list as such": [1, 2],
    "no kind": {"v": [1]},
    "an unknown kind": {"k": "pickle", "v": "gASVAAAA"},
    "a kind that is a number": {"k": 5},
    "a kind that is a list": {"k": ["list"], "v": []},
    "a kind of 10 MB": {"k": "x" * 10_000_000},
    "no parts": {"k": "list"},
    "parts that are text": {"k": "list", "v": "abc"},
    "parts that are an object": {"k": "tuple", "v": {"0": 1}},
    "parts that are a number": {"k": "set", "v": 7},
    "pairs that are a number": {"k": "dict", "v": 7},
    "pairs of one": {"k": "dict", "v": [[1]]},
    "pairs of three": {"k": "dict", "v": [[1, 2, 3]]},
    "pairs that are numbers": {"k": "dict", "v": [1, 2]},
    "pairs that are None": {"k": "dict", "v": None},
    "a key twice": {"k": "dict", "v": [["a", 1], ["a", 2]]},
    "a key twice in two types": {"k": "dict", "v": [[1, 1], [True, 2]]},
    "an entry twice": {"k": "set", "v": [0, -0.0]},
    "a frozen entry twice": {"k": "frozenset", "v": ["a", "a"]},
    "a list as key": {"k": "dict", "v": [[{"k": "list", "v": []}, 1]]},
    "an array as key": {"k": "dict", "v": [[array(), 1]]},
    "a list in a set": {"k": "set", "v": [{"k": "list", "v": []}]},
    "a list in a tuple in a set": {"k": "set", "v": [{"k": "tuple", "v": [chain(1, "list")]}]},
    "too few entries": array(shape=(2,)),
    "too many entries": array(shape=(), buffer=3),
    "entries of nothing": array(shape=(0,)),
    "a huge shape": array(shape=(10**18, 10**18)),
    "a huge shape of nothing": array(shape=(0, 10**30), buffer=1),
    "a shape of 1000 axes": array(shape=(1,) * 1000),
    "a shape of 33 axes": array(shape=(1,) * 33),
    "a negative shape": array(shape=(-1,)),
    "two negative shapes": array(shape=(-1, -1)),
    "a shape of text": array(shape=("1",)),
    "a shape of floats": array(shape=(1.0,)),
    "a shape of bools": array(shape=(True,)),
    "a shape that is text": array(shape="1"),
    "a shape that is a number": array(shape=1),
    "a shape that is None": array(shape=None),
    "no shape": {"k": "array", "d": "<f8", "b": 0},
    "no buffer": array(buffer=...),
    "a buffer that is not there": array(buffer=7),
    "a buffer before the first": array(buffer=-1),
    "a buffer by text": array(buffer="0"),
    "a buffer by bool": array(buffer=True),
    "a buffer by float": array(buffer=0.0),
    "a buffer of a wrong size": array("<f4", (3,), 2),
    "objects": array("O"),
    "objects in disguise": array("|O8"),
    "raw memory": array("V8"),
    "a record": array("i4,i4"),
    "a record with objects": array("O,f8"),
    "a subarray": array("(2,)f4"),
    "a dtype that numpy warns about": array("a8", (1,)),
    "a dtype by name": array("float64"),
    "a dtype of many digits": array("U" + "9" * 30),
    "a dtype of 4 GB": array("U999999999"),
    "a dtype of no size": array("U0", (0,), 1),
    "a dtype that is a list": array(["<f8"]),
    "a dtype that is None": array(None),
    "a dtype that is 10 MB": array("f" * 10_000_000),
    "a long double": array("<f16", (1,), 3),
    "a date of an unknown unit": array("<M8[xx]"),
    "a date of a huge unit": array("<M8[999999999Y]"),
    "a date of no steps": array("<M8[0s]"),
    "a boolean 7": array("|b1", (3,), 2),
    "a character that does not exist": array("<U1", (1,), 4),
    "a character that does not exist, the other way": array(">U1", (1,), 4),
    "a scalar of two": {"k": "scalar", "d": "<f4", "x": "00" * 8},
    "a scalar of none": {"k": "scalar", "d": "<f4", "x": ""},
    "a scalar of half": {"k": "scalar", "d": "<f8", "x": "00" * 4},
    "a scalar that is not hexadecimal": {"k": "scalar", "d": "<f8", "x": "zz" * 8},
    "a scalar that is a number": {"k": "scalar", "d": "<f8", "x": 1.0},
    "a scalar boolean 2": {"k": "scalar", "d": "|b1", "x": "02"},
    "a scalar object": {"k": "scalar", "d": "|O8", "x": "00" * 8},
    "an object array of another size": {"k": "objects", "s": [2], "v": [1]},
    "an object array of a huge size": {"k": "objects", "s": [10**18, 10**18], "v": []},
    "an object array of negative size": {"k": "objects", "s": [-1], "v": []},
    "an object array of nothing huge": {"k": "objects", "s": [0, 10**30], "v": []},
    "an integer in decimal": {"k": "integer", "v": "12_g"},
    "an integer that is one": {"k": "integer", "v": 12},
    "an integer of a million digits": {"k": "integer", "v": "0x" + "f" * 1_000_000},
    "a complex of one": {"k": "complex", "v": [1]},
    "a complex of text": {"k": "complex", "v": ["x", "y"]},
    "a complex of lists": {"k": "complex", "v": [[], []]},
    "a complex of a number": {"k": "complex", "v": 1},
    "a complex of a huge integer": {"k": "complex", "v": [10**400, 0]},
    "bytes of nowhere": {"k": "bytes", "b": 99},
    "a range of floats": {"k": "range", "v": [0, 1.5, 1]},
    "a range of no steps": {"k": "range", "v": [0, 1, 0]},
    "a range of two": {"k": "range", "v": [0, 1]},
    "an object where there are none": {"k": "handle", "r": 1, "type": "Model"},
    "a reference where there are none": {"k": "ref", "r": 1},
    "an endless list": chain(5000, "list"),
    "an endless tuple": chain(500, "tuple"),
    "an endless set": chain(500, "frozenset"),
    "an endless plain": chain(5000, "plain"),
    "an endless array": {"k": "objects", "s": [1], "v": [chain(100, "list")]},
}
BUFFERS = (
    EIGHT,
    np.empty(0, np.uint8),
    np.frombuffer(b"\x00\x07\x01", np.uint8),
    np.zeros(16, np.uint8),
    np.full(4, 255, np.uint8),
)


@pytest.mark.parametrize("name", HOSTILE)
def test_refused(name: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(WireError) as caught:
            Decoder(BUFFERS).decode(HOSTILE[name])
        assert len(str(caught.value)) < 1000
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "handle",
    [
        {"k": "handle", "r": "1", "type": "Model"},
        {"k": "handle", "r": True, "type": "Model"},
        {"k": "handle", "r": 1},
        {"k": "handle", "r": 1, "type": ["Model"]},
        {"k": "handle", "type": "Model"},
        {"k": "ref", "r": "1"},
        {"k": "ref"},
    ],
)
def test_malformed_handles_are_refused_where_handles_are_allowed(handle: Any) -> None:
    decoder = Decoder(handle=lambda *parts: parts, resolve=lambda number: number)
    with pytest.raises(WireError):
        decoder.decode(handle)


def test_a_long_type_name_is_cut() -> None:
    names = Decoder(handle=lambda number, name, is_callable: name)
    assert names.decode({"k": "handle", "r": 1, "type": "x" * 10_000}) == "x" * 200


def test_a_value_that_was_refused_does_not_spoil_the_next_one() -> None:
    decoder = Decoder(BUFFERS)
    with pytest.raises(WireError):
        decoder.decode(chain(5000, "list"))
    assert decoder.decode(chain(60, "list")) is not None


@pytest.mark.parametrize("kind", ["set", "dict"])
def test_colliding_hashes_are_refused_before_they_cost_hours(kind: str) -> None:
    step = 2**61 - 1  # Python's hash of an integer is its remainder by this prime
    keys = [n * step for n in range(1, 100_000)]
    tree = {"k": kind, "v": keys if kind == "set" else [[key, 0] for key in keys]}
    began = time.process_time()
    with pytest.raises(WireError, match="too many entries of the same hash"):
        Decoder().decode(tree)
    assert time.process_time() - began < 60


def test_powers_of_two_are_keys_like_others() -> None:
    tree = {"k": "set", "v": [float(2**n) for n in range(1000)]}
    assert len(Decoder().decode(tree)) == 1000


def test_boundless_ranges_stay_ranges() -> None:
    assert Decoder().decode({"k": "range", "v": [0, 10**30, 1]}) == range(10**30)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["<f8", "|b1", "<U1", "O", "00", "0x1f"]),
    lambda parts: (
        st.lists(parts, max_size=4)
        | st.dictionaries(st.sampled_from("kvsdbrx") | st.text(max_size=3), parts, max_size=5)
    ),
    max_leaves=20,
)
KINDS = st.sampled_from(
    "list tuple set frozenset dict array objects scalar plain integer complex bytes range handle "
    "ref".split()
)
NEARLY = st.recursive(
    JSON,
    lambda parts: st.fixed_dictionaries(
        {"k": KINDS},
        optional={
            "v": st.lists(parts, max_size=4) | st.lists(st.lists(parts, min_size=2, max_size=2)),
            "s": st.lists(st.integers(-1, 4), max_size=3),
            "d": st.sampled_from(["<f8", "|b1", "<U1", "<M8[s]", "|u1", "O", "V8"]),
            "b": st.integers(-1, 5),
            "x": st.binary(max_size=8).map(bytes.hex),
            "r": st.integers(),
            "type": st.text(max_size=3),
        },
    ),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(JSON | NEARLY)
def test_any_tree_is_a_value_or_refused(tree: Any) -> None:
    decoder = Decoder(
        BUFFERS,
        handle=lambda *parts: parts,
        resolve=lambda number: number,
        received=lambda value, number: None,
    )
    try:
        value = decoder.decode(tree)
    except WireError:
        return
    assert isinstance(repr(value), str)  # numpy can show it: no undefined bytes
    assert not isinstance(value, np.ndarray) or type(value) is np.ndarray


@settings(max_examples=100, deadline=None)
@given(JSON | NEARLY)
def test_any_tree_can_be_described_in_a_few_words(tree: Any) -> None:
    assert len(describe(tree)) < 300


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_trees_can_be_described(name: str) -> None:
    assert len(describe(HOSTILE[name])) < 300


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (None, "None"),
        (1.5, "float"),
        ({"k": "array", "d": "<i8", "s": [2, 3], "b": 0}, "int array of shape (2, 3)"),
        ({"k": "array", "d": "<U3", "s": [2], "b": 0}, "string array of shape (2,)"),
        ({"k": "objects", "s": [1], "v": [1]}, "object array of shape (1,)"),
        ({"k": "handle", "r": 1, "type": "Model"}, "Model object"),
        ({"k": "scalar", "d": "<f4", "x": ""}, "float"),
        ({"k": "tuple", "v": [1, 2]}, "tuple of 2"),
        ({"k": "dict", "v": [["a", 1]]}, "dict of 1"),
        ({"k": "plain", "v": "a"}, "str"),
        ({"k": "bytes", "b": 0}, "bytes"),
    ],
)
def test_descriptions(tree: Any, text: str) -> None:
    assert describe(tree) == text
