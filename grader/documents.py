"""YAML files whose errors name the line: found, expected, and what was probably meant.

A document is read once into plain values and the line of each; its problems are collected and
reported together, so that an author mends a file in one go.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import NoneType
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from grader.errors import SpecError

__all__ = ["Document", "Location", "Problems", "did_you_mean", "found"]

Location = tuple[str | int, ...]
"""Keys and list positions from the top of a document down to a value."""

Shape = TypeVar("Shape", bound=BaseModel)

# The C loader is the same safe loader, ten times as fast; not every build of PyYAML has it.
_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_SAFE):  # type: ignore[misc]  # the base is chosen when the module is imported
    """A safe loader that leaves dates as text, so that an error can quote what was written."""

    yaml_implicit_resolvers = {  # noqa: RUF012  # PyYAML's own class attribute
        first: [rule for rule in rules if rule[0] != "tag:yaml.org,2002:timestamp"]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``', did you mean "x"?'`` for the nearest known word, or an empty string."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f', did you mean "{near[0]}"?' if near else ""


def found(value: object) -> str:
    """Return how a message names a value that was found in a document."""
    match value:
        case None:
            return "nothing"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case str():
            text = json.dumps(value, ensure_ascii=False)
            return text if len(text) <= 80 else f'{text[:76]}..."'
        case bool():
            return str(value).lower()
        case _:
            return repr(value)


class Problems:
    """What is wrong with one document, in the order of its lines; one problem per place."""

    def __init__(self, name: str) -> None:
        """Start without a problem; ``name`` is the file as messages call it."""
        self.name = name
        self._messages: dict[tuple[int, str], str] = {}

    def add(self, line: int, place: str, message: str) -> None:
        """Note a problem, unless one is known for this very place."""
        self._messages.setdefault((line, place), message)

    def check(self) -> None:
        """Raise one SpecError that lists every problem; do nothing when there is none."""
        if not self._messages:
            return
        lines = [
            (f"{self.name}:{line}", f"{place}: {message}" if place else message)
            for (line, place), message in sorted(self._messages.items())
        ]
        first, *rest = lines
        text = "\n".join([first[1], *(f"{where}: {message}" for where, message in rest)])
        raise SpecError(text, where=first[0])


@dataclass(frozen=True)
class Document:
    """One YAML file that holds a mapping.

    Attributes:
        value: the mapping as plain values; dates stay text.
        lines: the line on which the key or list item of each location stands, from 1.
        problems: collects what is wrong with this file.
    """

    value: dict[str, Any]
    lines: Mapping[Location, int]
    problems: Problems

    @classmethod
    def read(cls, path: Path, *, name: str) -> Document:
        """Read a file; ``name`` is what messages call it.

        Raises:
            SpecError: the file is missing, not UTF-8, not YAML, or holds no mapping.
        """
        try:
            text = path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            raise SpecError("the file is missing", where=name) from None
        except (OSError, UnicodeDecodeError) as error:
            raise SpecError(f"cannot be read as UTF-8 text: {error}", where=name) from None
        problems = Problems(name)
        try:
            loader = _Loader(text)
            node = loader.get_single_node()
            # Before construction, which merges `<<` into the nodes it is used in.
            lines = {} if node is None else dict(_lines(node, (), problems, ()))
            value = None if node is None else loader.construct_document(node)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = f"{name}:{mark.line + 1}" if mark else name
            what = ", ".join(part for part in (error.context, error.problem) if part)
            raise SpecError(
                f"this is not YAML: {what}",
                where=line,
                remedy="Check the indentation; put text that contains one of : # { [ in quotes.",
            ) from None
        except (yaml.YAMLError, ValueError) as error:
            raise SpecError(f"this is not YAML: {error}", where=name) from None
        if not isinstance(value, dict):
            raise SpecError(
                f"expected fields such as `title: ...`, found {found(value)}", where=name
            )
        return cls(value, lines, problems)

    def at(self, location: Location) -> Any:
        """Return the value at a location; None where there is none."""
        value: Any = self.value
        for part in location:
            if isinstance(value, dict):
                value = value.get(part)
            elif isinstance(value, list) and isinstance(part, int) and part < len(value):
                value = value[part]
            else:
                return None
        return value

    def problem(self, location: Location, message: str) -> None:
        """Note a problem of the value at a location."""
        self.problems.add(self._line(location), _place(location), message)

    def shaped(
        self, shape: type[Shape], fields: Mapping[str, Any], *, derived: Collection[str] = ()
    ) -> Shape | None:
        """Return ``fields`` as a record; None, with the problems noted, if they are not one.

        Args:
            shape: the record's type.
            fields: this document's fields, perhaps with more added. Where the document has a
                mapping from name to fields and the record a tuple of records, the tuple's order
                is the mapping's.
            derived: names of the record's fields that are computed and that no author writes.
        """
        for name in self.value.keys() & set(derived):
            self.problem((name,), "this field is computed; remove it")
        try:
            return shape.model_validate(fields)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                location = self._located(detail["loc"])
                self.problem(location, self._message(shape, detail, location, derived))
            return None

    def _located(self, location: Location) -> Location:
        """Turn positions in a tuple that came from a mapping back into the mapping's keys."""
        here: list[str | int] = []
        for part in location:
            value = self.at(tuple(here))
            if isinstance(value, dict) and isinstance(part, int) and part not in value:
                here.append(list(value)[part])
            elif part != "[key]":  # pydantic's word for "the key itself"
                here.append(part)
        return tuple(here)

    def _line(self, location: Location) -> int:
        """Return the line of a location, or of the nearest thing around it that has one."""
        while location and location not in self.lines:
            location = location[:-1]
        return self.lines.get(location, 1)

    def _message(
        self,
        shape: type[BaseModel],
        detail: ErrorDetails,
        location: Location,
        derived: Collection[str],
    ) -> str:
        """Return what one of pydantic's errors means to the author of the file."""
        owner, field = _owner(shape, detail["loc"])
        if detail["type"] == "missing":
            return "this field is required and missing"
        if detail["type"] == "extra_forbidden":
            known = sorted(owner.model_fields.keys() - set(derived)) if owner else []
            guess = did_you_mean(str(location[-1]), known)
            return f"unknown field{guess or '; known fields: ' + ', '.join(known)}"
        expected = _expected(detail, field)
        if expected is None:
            return f"{detail['msg']}, found {found(self.at(location))}"
        return f"expected {expected}, found {found(self.at(location))}"


def _lines(
    node: yaml.Node, location: Location, problems: Problems, around: tuple[yaml.Node, ...]
) -> Iterator[tuple[Location, int]]:
    """Yield each location under a node with its line, from 1; note duplicate keys."""
    if node in around:  # an alias to something that contains it
        raise yaml.MarkedYAMLError(None, None, "a value contains itself", node.start_mark)
    if not location:
        yield (), node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            word = key.value if isinstance(key, yaml.ScalarNode) else "?"
            here = (*location, word)
            if word in seen and key.tag != "tag:yaml.org,2002:merge":
                problems.add(line, _place(here), f"written twice, first on line {seen[word]}")
            seen.setdefault(word, line)
            yield here, line
            yield from _lines(value, here, problems, (*around, node))
    elif isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            here = (*location, position)
            yield here, item.start_mark.line + 1
            yield from _lines(item, here, problems, (*around, node))


def _place(location: Location) -> str:
    """Return a location as authors read it: ``interface.fit.parameters``, ``imports[1]``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.removeprefix(".")


def _owner(
    shape: type[BaseModel], location: Location
) -> tuple[type[BaseModel] | None, FieldInfo | None]:
    """Return the record type that a location's last field belongs to, and that field."""
    owner: type[BaseModel] | None = None
    inside: type[BaseModel] | None = shape
    field: FieldInfo | None = None
    for part in location:
        if isinstance(part, int) or inside is None:
            continue  # an item of a tuple, or of a mapping of plain values
        owner = inside
        field = owner.model_fields.get(part)
        inside = None if field is None else _record(field.annotation)
    return owner, field


def _record(annotation: Any) -> type[BaseModel] | None:
    """Return the record type inside ``X``, ``X | None`` or ``tuple[X, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((record for arg in get_args(annotation) if (record := _record(arg))), None)


def _expected(detail: ErrorDetails, field: FieldInfo | None) -> str | None:
    """Return what should have stood there; None where pydantic's own words are best."""
    kind = detail["type"]
    if field is not None and (number := _number(field)):
        return number
    if kind in {"literal_error", "enum"}:
        return str(detail.get("ctx", {}).get("expected"))
    if kind.startswith("datetime"):
        return "a date and time such as 2027-01-15T23:59:00Z"
    return {
        "string_type": "text (put it in quotes)",
        "dict_type": "a mapping",
        "model_type": "a mapping of fields",
        "tuple_type": "a list",
    }.get(kind)


def _number(field: FieldInfo) -> str:
    """Return ``"a positive number"`` or the like for a number's field, else an empty string."""
    kinds = set(get_args(field.annotation) or (field.annotation,)) - {NoneType}
    noun = "whole number" if kinds == {int} else "number" if kinds & {float, Decimal} else ""
    if not noun:
        return ""
    for bound in field.metadata:
        if getattr(bound, "gt", None) == 0:
            return f"a positive {noun}"
        if (least := getattr(bound, "ge", None)) is not None:
            return f"a {noun} of at least {least}"
    return f"a {noun}"
