"""What an assignment's specification must satisfy beyond the types of its fields; pure.

Signatures are Python signatures, examples are expressions that use what they are an example of,
dates have a time zone. The fields' types are those of :mod:`grader.model`.
"""

from __future__ import annotations

import ast
import keyword
import math
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from grader.documents import Location, did_you_mean, found

__all__ = ["faults"]


def faults(spec: dict[str, Any]) -> Iterator[tuple[Location, str]]:
    """Yield where and how a specification is wrong.

    Args:
        spec: the plain values of an ``assignment.yaml``, of any shape: what has the wrong type is
            passed over here, because the types report it.
    """
    limits = _mapping(spec.get("limits"))
    numbers: dict[Location, Any] = {("limits", name): limit for name, limit in limits.items()}
    numbers["points",] = spec.get("points")
    for location, number in numbers.items():
        # The types would take true for 1; an infinite limit is none.
        if isinstance(number, bool) or (isinstance(number, float) and not math.isfinite(number)):
            yield location, f"expected a finite number, found {found(number)}"
        elif location == ("points",) and number == 0:
            yield location, "expected a positive number, found 0"
    for position, package in enumerate(_list(spec.get("allowed_imports"))):
        if isinstance(package, str) and not package.isidentifier():
            yield (
                ("allowed_imports", position),
                f"expected the name that `import` uses, such as sklearn, found {found(package)}",
            )
    for position, name in enumerate(_list(spec.get("files"))):
        if isinstance(name, str) and not _may_be_given(name):
            yield (
                ("files", position),
                "expected a path inside the assignment's folder that students are given, such as "
                f"data/train.csv, found {found(name)}",
            )
    yield from _date_faults(_mapping(spec.get("dates")))
    yield from _metric_faults(spec.get("metrics"))
    interface = spec.get("interface")
    if interface is not None and not isinstance(interface, dict):
        yield ("interface",), f"expected a mapping from name to fields, found {found(interface)}"
    for name, fields in _mapping(interface).items():
        if fields is None or isinstance(fields, dict):
            yield from _entry_faults(name, _mapping(fields), ("interface", name))


def _may_be_given(name: str) -> bool:
    """Tell whether a file may lie in a submission's working folder: no tests, nothing outside."""
    path = PurePosixPath(name)
    return (
        bool(path.parts)
        and not path.is_absolute()
        and ".." not in path.parts
        and (path.parts[0] != "tests")
    )


def _date_faults(dates: dict[Any, Any]) -> Iterator[tuple[Location, str]]:
    """Yield dates without a time zone, and a release after the due date."""
    moments: dict[str, datetime] = {}
    for name in ("release", "due"):
        if dates.get(name) is None:
            continue
        try:
            moment = datetime.fromisoformat(str(dates[name]))
        except ValueError:
            moment = datetime.min
        if moment.tzinfo is None:
            expected = "a date and time with its time zone, such as 2027-01-15T23:59:00Z"
            yield ("dates", name), f"expected {expected}, found {found(dates[name])}"
        else:
            moments[name] = moment
    if len(moments) == 2 and moments["release"] > moments["due"]:
        yield ("dates", "due"), f"lies before the release, {dates['release']}"


def _metric_faults(metrics: Any) -> Iterator[tuple[Location, str]]:
    """Yield metrics without a proper name, that are worth nothing, or that set their thresholds."""
    if metrics is not None and not isinstance(metrics, dict):
        yield ("metrics",), f"expected a mapping from name to fields, found {found(metrics)}"
    for name, fields in _mapping(metrics).items():
        here = ("metrics", name)
        if not isinstance(name, str) or not name.isidentifier():
            yield here, f"expected a name such as log_loss, found {found(name)}"
        given = _mapping(fields)
        if "name" in given:
            yield (*here, "name"), "the name is written in front of the colon; remove this field"
        for field in ("threshold", "zero", "full"):
            if field in given:
                yield (*here, field), "thresholds are not set here: `grader calibrate` finds them"
        if given.get("points") == 0:
            yield (*here, "points"), "expected a positive number, found 0"


def _entry_faults(
    name: Any, fields: dict[Any, Any], here: Location
) -> Iterator[tuple[Location, str]]:
    """Yield the faults of one function or class of the interface."""
    is_class = fields.get("kind") == "class"
    yield from _member_faults(name, fields, here)
    if not is_class and "signature" not in fields:
        yield here, "a function needs a `signature`; a class needs `kind: class`"
    members = fields.get("members")
    if members is not None and not isinstance(members, dict):
        yield (*here, "members"), f"expected a mapping from name to fields, found {found(members)}"
    elif members and not is_class:
        yield (*here, "members"), "only a class has members; write `kind: class`"
    for member, inner in _mapping(members).items():
        yield from _member_faults(member, _mapping(inner), (*here, "members", member))
    example = _mapping(fields.get("example"))
    for part in ("call", "answer"):
        text = example.get(part)
        if not isinstance(text, str):
            continue  # the types report it
        try:
            tree = ast.parse(text.strip(), mode="eval")
        except (SyntaxError, ValueError) as error:
            yield (*here, "example", part), f"not a Python expression: {_reason(error)}"
            continue
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        if part == "call" and name not in names:
            yield (*here, "example", part), f"does not use {name}, found {found(text)}"


def _member_faults(
    name: Any, fields: dict[Any, Any], here: Location
) -> Iterator[tuple[Location, str]]:
    """Yield the faults of a name, of its signature and of its documented parameters."""
    if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
        yield here, f"expected a Python name, found {found(name)}"
    if "name" in fields:
        yield (*here, "name"), "the name is written in front of the colon; remove this field"
    parameters = _mapping(fields.get("parameters"))
    signature = fields.get("signature")
    if signature is None:
        if parameters:
            yield (*here, "parameters"), "there is no `signature` that has parameters"
        return
    if not isinstance(signature, str):
        return  # the types report it
    try:
        known = _parameters(signature)
    except (SyntaxError, ValueError) as error:
        # In a flow mapping, {signature: (X, y)}, YAML ends the value at the comma.
        quote = (
            "; inside { } put it in quotes" if signature.count("(") > signature.count(")") else ""
        )
        message = f"expected a signature such as (X, y=None), found {found(signature)}"
        yield (*here, "signature"), f"{message}: {_reason(error)}{quote}"
        return
    for parameter in parameters:
        if str(parameter).lstrip("*") not in known:
            guess = did_you_mean(str(parameter), known) or f"; {signature} has none of that name"
            yield (*here, "parameters", parameter), f"unknown parameter{guess}"


def _parameters(signature: str) -> list[str]:
    """Return a signature's parameter names; SyntaxError or ValueError if it is none."""
    tree = ast.parse(f"def f{signature}: ...")
    match tree.body:
        case [ast.FunctionDef(args=args, body=[ast.Expr(ast.Constant(value))])] if value is ...:
            compile(tree, "<signature>", "exec")  # refuses a parameter named twice; runs nothing
        case _:
            raise ValueError("it holds more than a signature")
    plain = [*args.posonlyargs, *args.args, *args.kwonlyargs]
    return [arg.arg for arg in (*plain, args.vararg, args.kwarg) if arg is not None]


def _reason(error: SyntaxError | ValueError) -> str:
    """Return what the parser says, without the made-up file and line."""
    return error.msg if isinstance(error, SyntaxError) else str(error)


def _mapping(value: Any) -> dict[Any, Any]:
    """Return a mapping as it is and anything else as an empty one, which the types report."""
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    """Return a list as it is and anything else as an empty one, which the types report."""
    return value if isinstance(value, list) else []
