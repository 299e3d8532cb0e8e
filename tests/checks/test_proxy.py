"""What `submission` is to a test: plain values, remembered objects, and the interface's names."""

from __future__ import annotations

import copy
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from grader.checks.proxy import Handle, MissingNameError, SubmissionProxy, label
from grader.errors import SpecError, StudentError, WorkerCrashed
from grader.model import Assignment, InterfaceEntry, Member
from grader.sandbox import LocalHost
from grader.wire import Frame

SOURCE = """
import numpy as np

STATE = {"W": np.zeros(2), "layers": [{"A": np.ones((2, 2))}, (1, [2, 3])], "tags": {"a"}}
LAST = []
JAGGED = np.empty(2, object)
JAGGED[:] = [[1], [2, 3]]

def state(): return STATE
def jagged(): return JAGGED
def give(x): return x
def last(): return LAST[-1]
def same(x): LAST.append(x); return x is STATE
def parts(x): return [x["W"] is STATE["W"], x["layers"] is STATE["layers"],
                      x["layers"][0] is STATE["layers"][0],
                      x["layers"][0]["A"] is STATE["layers"][0]["A"]]
def inner(x): return x is STATE["layers"][0]["A"]
def is_jagged(x): return x is JAGGED
def total(x, /, *more, scale=1): return scale * (sum(x) + sum(more))
def append(x): x.append(0); return len(x)
def trained(): return MODEL
def secret(): return Unlisted()
def function(): return lambda x: x + 1
def other(): return Model(3)
def fail(x): raise KeyError(x)

class Unlisted:
    anything = 5
    def __call__(self, x): return x + 1
    def __getitem__(self, i):
        if i >= 3: raise IndexError(i)
        return i * 10
    def __len__(self): return 3

class Model:
    def __init__(self, n=2, scale=1.0):
        self.weights = np.zeros(n); self.scale = scale; self.private = 1
    def fit(self, X, y): self.weights = self.weights + np.sum(X); return self
    def predict(self, X): return np.asarray(X) * self.scale
    def __call__(self, X): return X
    def __len__(self): return 2
    def __getitem__(self, i): return i
    @property
    def broken(self): raise RuntimeError("no weights yet")

MODEL = Model()
"""


@pytest.fixture
def namespace() -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "student"}
    exec(compile(textwrap.dedent(SOURCE), "/submission/student.py", "exec"), names)
    return names


@pytest.fixture
def assignment(tmp_path: Any, namespace: dict[str, Any]) -> Assignment:
    members = (
        Member(name="fit", signature="(X, y)"),
        Member(name="predict", signature="(X)"),
        Member(name="weights"),
        Member(name="scale"),
        Member(name="broken"),
        Member(name="absent"),
    )
    functions = tuple(
        InterfaceEntry(name=name, signature="(x)")
        for name, value in namespace.items()
        if callable(value) and name.islower()
    )
    return Assignment(
        id="toy",
        title="Toy",
        points=10,
        interface=(
            *functions,
            InterfaceEntry(name="absence", signature="(x)"),
            InterfaceEntry(name="stat", signature="(x)"),
            InterfaceEntry(name="Model", kind="class", signature="(n=2)", members=members),
        ),
        folder=tmp_path,
        digest="0" * 64,
    )


@pytest.fixture
def submission(assignment: Assignment, namespace: dict[str, Any]) -> SubmissionProxy:
    proxy = SubmissionProxy(LocalHost(namespace), assignment)
    proxy.begin(0)
    return proxy


# --- values --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value", [None, 3, 2.5, "text", True, (1, [2]), {"a": (1,), 2: None}, {1, 2}, b"x", 1 + 2j]
)
def test_plain_values_arrive_and_return_as_they_are(submission: Any, value: object) -> None:
    answer = submission.give(value)
    assert answer == value
    assert type(answer) is type(value)


def test_keyword_arguments_are_passed_by_name(submission: Any) -> None:
    assert submission.total([1, 2], 3, scale=2) == 12


def test_arrays_come_back_read_only_and_can_be_copied(submission: Any) -> None:
    given = np.arange(4.0)
    answer = submission.give(given)
    with pytest.raises(ValueError, match="read-only"):
        answer[0] = 1
    own = copy.deepcopy({"W": answer})
    own["W"][0] = 7
    assert (answer[0], np.array(answer).flags.writeable) == (0, True)


def test_the_students_changes_do_not_reach_the_tests_arguments(submission: Any) -> None:
    given = [1, 2]
    assert submission.append(given) == 3
    assert given == [1, 2]


# --- snapshots -----------------------------------------------------------------------------------


def test_a_value_passed_on_unchanged_is_the_original(submission: Any) -> None:
    assert submission.same(submission.state()) is True


def test_parts_passed_on_alone_are_the_original_parts(submission: Any) -> None:
    state = submission.state()
    assert submission.inner(state["layers"][0]["A"]) is True
    assert submission.inner(np.array(state["layers"][0]["A"])) is False


CHANGES: dict[str, tuple[Callable[[Any], None], list[bool]]] = {
    # what the test does to the state, and which of its parts are then still the originals
    "an array replaced": (lambda s: s.update(W=np.ones(2)), [False, True, True, True]),
    "an entry added": (lambda s: s.update(b=1), [True, True, True, True]),
    "an entry removed": (lambda s: s.pop("tags"), [True, True, True, True]),
    "the order changed": (lambda s: s.update(W=s.pop("W")), [True, True, True, True]),
    "a list longer": (lambda s: s["layers"].append(1), [True, False, True, True]),
    "an inner array replaced": (
        lambda s: s["layers"][0].update(A=s["layers"][0]["A"] * 2),
        [True, False, False, False],
    ),
    "an equal array in its place": (
        lambda s: s["layers"][0].update(A=np.array(s["layers"][0]["A"])),
        [True, False, False, False],
    ),
    "deep in a tuple": (lambda s: s["layers"][1][1].append(4), [True, False, True, True]),
    "a set larger": (lambda s: s["tags"].add("b"), [True, True, True, True]),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_value_is_sent_as_it_is_now(submission: Any, what: str) -> None:
    change, kept = CHANGES[what]
    state = submission.state()
    change(state)
    assert submission.same(state) is False
    received = submission.last()
    assert repr(received) == repr(state)  # the change has arrived, at any depth
    assert submission.parts(state) == kept


def test_an_array_of_objects_is_followed_into_its_objects(submission: Any) -> None:
    jagged = submission.jagged()
    assert submission.is_jagged(jagged) is True
    jagged[1].append(4)
    assert submission.is_jagged(jagged) is False
    assert submission.give(jagged)[1] == [2, 3, 4]


def test_a_value_can_be_passed_twice_and_inside_others(submission: Any) -> None:
    state = submission.state()
    outer = submission.give({"first": state, "second": [state]})
    assert submission.same(outer["first"]) is True
    assert submission.same(outer["second"][0]) is True


def test_an_array_made_of_an_answer_is_a_new_value(submission: Any) -> None:
    weights = submission.state()["W"]
    assert submission.inner(weights[:1]) is False
    assert submission.give(weights + 1).tolist() == [1.0, 1.0]


def test_a_new_test_starts_without_the_last_ones_objects(submission: Any) -> None:
    state, handle = submission.state(), submission.trained()
    submission.begin(1)
    assert submission.same(state) is False  # by value now
    with pytest.raises(StudentError, match="no object has the number"):
        submission.give(handle)


# --- put and value -------------------------------------------------------------------------------


def test_a_value_put_there_is_changed_there(submission: Any) -> None:
    placed = submission.put([1, 2])
    assert submission.append(placed) == 3
    assert placed.value == [1, 2, 0]
    assert submission.append(placed) == 4
    assert placed.value == [1, 2, 0, 0]


def test_an_answer_put_there_is_the_original_unless_it_was_changed(submission: Any) -> None:
    state = submission.state()
    assert submission.same(submission.put(state)) is True
    state["W"] = 1
    assert submission.same(submission.put(state)) is False


# --- handles -------------------------------------------------------------------------------------


def test_objects_stay_and_answer_for_themselves(submission: Any) -> None:
    model = submission.Model(3)
    assert isinstance(model, Handle)
    assert model.weights.tolist() == [0, 0, 0]
    assert model.fit(np.ones(2), None).weights.tolist() == [2, 2, 2]
    assert model.weights.tolist() == [2, 2, 2]
    model.scale = 2.0
    assert model.predict([1, 2]).tolist() == [2, 4]


def test_handles_are_equal_if_they_name_the_same_object(submission: Any) -> None:
    model = submission.Model()
    assert model.fit(1, 1) == model
    assert submission.trained() == submission.trained()
    assert submission.Model() != model
    assert model != "Model"
    assert len({model, model.fit(1, 1), submission.Model()}) == 2


def test_handles_of_two_sides_differ_and_cannot_be_exchanged(
    submission: Any, assignment: Assignment, namespace: dict[str, Any]
) -> None:
    reference = SubmissionProxy(LocalHost(namespace), assignment, "reference")
    reference.begin(0)
    theirs = reference.trained()
    assert theirs != submission.trained()
    for value in (theirs, [theirs], reference.put([1])):
        with pytest.raises(SpecError, match=r"(of|in) the reference"):
            submission.give(value)
    assert submission.same(reference.state()) is False  # a plain value is sent as such


def test_an_object_that_is_no_interface_class_offers_all_it_has(submission: Any) -> None:
    thing = submission.secret()
    assert (thing.anything, thing(1), thing[2], len(thing)) == (5, 2, 20, 3)
    assert list(thing) == [0, 10, 20]
    assert bool(thing) is True
    assert repr(thing) == "<Unlisted object of the submission>"


def test_a_function_can_be_returned_and_called(submission: Any) -> None:
    """Its type is called like a function of this interface, which says nothing about it."""
    assert submission.function()(2) == 3


def test_a_handle_passed_on_is_the_object(submission: Any) -> None:
    model = submission.trained()
    assert submission.give([model])[0] == model


def test_a_handle_cannot_be_copied(submission: Any) -> None:
    with pytest.raises(TypeError, match="stays in the submission"):
        copy.deepcopy({"model": submission.Model()})


def test_the_students_exceptions_arrive_with_their_place(submission: Any) -> None:
    with pytest.raises(StudentError) as caught:
        submission.fail("dW1")
    error = caught.value
    assert (error.kind, error.detail) == ("KeyError", "'dW1'")
    assert error.kinds == ("KeyError", "LookupError", "Exception", "BaseException")
    assert error.where.startswith("student.py, line ")
    assert "raise KeyError(x)" not in str(error)
    with pytest.raises(StudentError, match="RuntimeError: no weights yet"):
        _ = submission.Model().broken
    with pytest.raises(StudentError, match="AttributeError"):
        _ = submission.Model().absent


# --- the interface -------------------------------------------------------------------------------

OUTSIDE: dict[str, Callable[[Any], object]] = {
    "'undeclared' is not in the interface of toy": lambda s: s.undeclared,
    "Model.private is not": lambda s: s.Model().private,
    "Model.save is not": lambda s: s.Model().save(),
    "Model.extra is not": lambda s: setattr(s.Model(), "extra", 1),
    "Model._weights is not": lambda s: s.Model()._weights,
    "Model.__call__ is not": lambda s: s.Model()(1),
    "Model.__getitem__ is not": lambda s: s.Model()[0],
    "Model.__len__ is not": lambda s: len(s.Model()),
    "passes submission.state itself as an argument": lambda s: s.give(s.state),
}


@pytest.mark.parametrize("message", OUTSIDE)
def test_only_names_of_the_interface_can_be_used(submission: Any, message: str) -> None:
    with pytest.raises(SpecError, match=message) as caught:
        OUTSIDE[message](submission)
    assert caught.value.remedy


def test_names_with_an_underscore_are_never_asked_for(submission: Any) -> None:
    """Libraries look for such names on every object that they are given."""
    assert not hasattr(submission, "__array__")
    assert not hasattr(submission, "_repr_html_")
    assert not hasattr(submission.Model(), "__array__")


def test_a_missing_name_is_an_error_only_when_it_is_used(submission: Any) -> None:
    function = submission.absence
    with pytest.raises(MissingNameError) as caught:
        function(1)
    assert caught.value.detail == "'absence' is not defined by the submission"


def test_a_close_name_is_offered(submission: Any) -> None:
    with pytest.raises(MissingNameError, match="it defines 'state', did you mean that"):
        submission.stat(1)


@pytest.mark.parametrize("name", ["put", "begin", "trace", "signature"])
def test_the_proxys_own_names_are_refused_in_an_interface(
    assignment: Assignment, namespace: dict[str, Any], name: str
) -> None:
    taken = assignment.model_copy(update={"interface": (InterfaceEntry(name=name),)})
    with pytest.raises(SpecError, match=f"cannot use the name '{name}'"):
        SubmissionProxy(LocalHost(namespace), taken)


def test_functions_and_methods_know_their_names_and_signatures(submission: Any) -> None:
    fit = submission.Model().fit
    assert [label(submission.give), label(fit)] == ["give", "Model.fit"]
    assert submission.signature("give") == "(x)"
    assert submission.signature("Model.fit") == "(X, y)"
    assert submission.signature("Model.weights") == "()"
    assert submission.signature("nothing") == "()"
    assert repr(submission.give) == "submission.give"


# --- the trace -----------------------------------------------------------------------------------


def test_calls_and_answers_are_traced_without_their_values(submission: Any) -> None:
    submission.begin(0)
    model = submission.Model()
    model.predict(np.ones((2, 3)))
    with pytest.raises(StudentError):
        submission.fail(1)
    assert [tuple(call) for call in submission.trace] == [
        ("Model()", "Model object"),
        ("Model.predict", "method object"),
        ("Model.predict()", "float array of shape (2, 3)"),
        ("fail()", "KeyError"),
    ]


# --- a worker that lies --------------------------------------------------------------------------


class LyingHost:
    """Gives one prepared answer to every request."""

    def __init__(self, header: dict[str, Any]) -> None:
        self._header = header

    def begin(self, seed: int) -> None:
        """Nothing to make ready."""

    def ask(self, header: dict[str, Any], buffers: Sequence[Any], what: str) -> Frame:
        """Answer as prepared."""
        return Frame(self._header)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"ok": 1, "value": 3},
        {"ok": False},
        {"ok": False, "missing": 3},
        {"ok": False, "error": "text"},
        {"ok": True, "value": {"k": "array", "d": "<f8", "s": [10**9], "b": 0}},
        {"ok": True, "value": {"k": "array", "d": "O", "s": [1], "b": 0}},
        {"ok": True, "value": {"k": "ref", "r": 1}},
        {"ok": True, "value": {"k": "no such kind"}},
        {"ok": True, "value": {"k": "handle", "r": "1", "type": "Model"}},
        {"ok": True, "value": [1]},
    ],
)
def test_a_broken_answer_is_a_crash_of_the_submission(
    assignment: Assignment, answer: dict[str, Any]
) -> None:
    proxy: Any = SubmissionProxy(LyingHost(answer), assignment)
    with pytest.raises(WorkerCrashed):
        proxy.state()


@pytest.mark.parametrize("close", [5, [], [7], {"0": "state"}, None, "state"])
def test_a_claimed_close_name_of_a_wrong_kind_is_left_out(
    assignment: Assignment, close: object
) -> None:
    header = {"ok": False, "missing": "state", "close": close}
    proxy: Any = SubmissionProxy(LyingHost(header), assignment)
    with pytest.raises(MissingNameError) as caught:
        proxy.state()
    assert caught.value.detail == "'state' is not defined by the submission"


def test_a_broken_length_or_reading_is_a_crash_too(assignment: Assignment) -> None:
    handle = {"ok": True, "value": {"k": "handle", "r": 1, "type": "Unlisted"}}
    proxy: Any = SubmissionProxy(LyingHost(handle), assignment)
    with pytest.raises(WorkerCrashed):
        len(proxy.secret())
    with pytest.raises(WorkerCrashed):
        _ = proxy.put([1]).value
    proxy = SubmissionProxy(LyingHost({"ok": True, "value": 3}), assignment)
    with pytest.raises(WorkerCrashed):
        proxy.put([1])
