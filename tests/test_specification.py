"""What an assignment's specification must satisfy beyond the types of its fields."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from grader.specification import faults

GOOD = """
points: 10
allowed_imports: [numpy]
limits: {cell_seconds: 2}
dates: {release: "2027-01-01T00:00:00+01:00", due: "2027-01-15T23:59:00Z"}
interface:
  sigmoid:
    signature: (z, *layers, rate=0.5, **more) -> float
    parameters: {z: an array, "*layers": sizes, rate: a float, "**more": ignored}
    example: {call: "sigmoid(np.zeros(1))", answer: "np.array([0.5])"}
  Neuron:
    kind: class
    members:
      fit: {signature: "(X, y)", parameters: {X: rows}}
      weights: {summary: an array}
      empty:
    example: {call: "Neuron().fit([[0]], [1])", answer: "None"}
"""


def _faults(text: str) -> list[tuple[str, str]]:
    spec: dict[str, Any] = yaml.safe_load(text)
    return [(".".join(map(str, location)), message) for location, message in faults(spec)]


def test_a_good_specification_has_no_fault() -> None:
    assert _faults(GOOD) == []


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("points: 0", "points", "expected a positive number, found 0"),
        ("points: true", "points", "expected a finite number, found true"),
        ("allowed_imports: [numpy, scikit-learn]", "allowed_imports.1", 'found "scikit-learn"'),
        ("limits: {cell_seconds: true}", "limits.cell_seconds", "finite number, found true"),
        ("limits: {cell_seconds: .inf}", "limits.cell_seconds", "finite number, found inf"),
        (
            'dates: {due: "2027-01-15"}',
            "dates.due",
            'time zone, such as 2027-01-15T23:59:00Z, found "2',
        ),
        ("dates: {due: soon}", "dates.due", 'found "soon"'),
        ("dates: {due: 1800000000}", "dates.due", "found 1800000000"),
        (
            'dates: {due: "2027-01-15T23:59:00Z", release: "2027-01-16T00:00:00Z"}',
            "dates.due",
            "lies before the release",
        ),
        ("interface: [f]", "interface", "expected a mapping from name to fields, found a list"),
        ("interface: {2f: {signature: (x)}}", "interface.2f", 'a Python name, found "2f"'),
        ("interface: {class: {signature: (x)}}", "interface.class", "expected a Python name"),
        ("interface: {1: {signature: (x)}}", "interface.1", "expected a Python name, found 1"),
        ("interface: {f: {summary: x}}", "interface.f", "a function needs a `signature`"),
        ("interface: {f: }", "interface.f", "a function needs a `signature`"),
        ("interface: {f: {signature: (x), name: g}}", "interface.f.name", "remove this field"),
        (
            "interface: {f: {signature: (X, y)}}",
            "interface.f.signature",
            "such as (X, y=None), found \"(X\": '(' was never closed; inside { } put it in quotes",
        ),
        ("interface: {f: {signature: x}}", "interface.f.signature", 'found "x"'),
        (
            'interface: {f: {signature: "(x, x)"}}',
            "interface.f.signature",
            "duplicate argument 'x'",
        ),
        (
            'interface: {f: {signature: "(): ...\\ndef g()"}}',
            "interface.f.signature",
            "it holds more than a signature",
        ),
        (
            "interface: {f: {signature: (alpha), parameters: {alhpa: rate}}}",
            "interface.f.parameters.alhpa",
            'unknown parameter, did you mean "alpha"?',
        ),
        (
            "interface: {F: {kind: class, parameters: {a: b}}}",
            "interface.F.parameters",
            "there is no `signature`",
        ),
        (
            "interface: {f: {signature: (x), members: {g: }}}",
            "interface.f.members",
            "only a class has members",
        ),
        (
            "interface: {F: {kind: class, members: [g]}}",
            "interface.F.members",
            "expected a mapping from name to fields, found a list",
        ),
        (
            'interface: {F: {kind: class, members: {g: {signature: "(self"}}}}',
            "interface.F.members.g.signature",
            "expected a signature",
        ),
        (
            'interface: {f: {signature: (x), example: {call: "g(1)", answer: "2"}}}',
            "interface.f.example.call",
            'does not use f, found "g(1)"',
        ),
        (
            'interface: {f: {signature: (x), example: {call: "f(1", answer: "2"}}}',
            "interface.f.example.call",
            "not a Python expression: '(' was never closed",
        ),
        (
            'interface: {f: {signature: (x), example: {call: "f(1)", answer: "a = 2"}}}',
            "interface.f.example.answer",
            "not a Python expression: invalid syntax",
        ),
        ("metrics: [accuracy]", "metrics", "expected a mapping from name to fields, found a list"),
        (
            "metrics: {log loss: {points: 1}}",
            "metrics.log loss",
            "expected a name such as log_loss",
        ),
        ("metrics: {r2: {points: 0}}", "metrics.r2.points", "expected a positive number, found 0"),
        ("metrics: {r2: {name: r2}}", "metrics.r2.name", "in front of the colon"),
        ("metrics: {r2: {full: 0.9}}", "metrics.r2.full", "`grader calibrate` finds them"),
    ],
)
def test_each_fault_is_told_with_its_place(text: str, place: str, message: str) -> None:
    [(where, found)] = _faults(text)
    assert where == place
    assert message in found


@pytest.mark.parametrize(
    "text",
    [
        "{limits: 5, dates: soon, allowed_imports: numpy, interface: , metrics: }",
        "{metrics: {r2: 5, rmse: {points: many, runs: }}, data: wine}",
        "interface: {F: {kind: class, signature: 5, parameters: no, members: , example: f}}",
        "interface: {f: {signature: (x), example: {call: 5}}}",
    ],
)
def test_wrong_types_are_left_to_the_types(text: str) -> None:
    assert _faults(text) == []
