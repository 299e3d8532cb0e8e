"""What a calibration leaves: every score, the thresholds, and what they were found with.

::

    reference/ID/calibration.json        every score, versions, digests, bounds; for instructors
    reference/ID/.calibration.jsonl      scores of a calibration that is not finished
    assignments/ID/thresholds.json       the thresholds; students may see them
"""

from __future__ import annotations

import contextlib
import json
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.calibration.digests import digests
from grader.calibration.thresholds import (
    CONFIDENCE,
    ENOUGH_RUNS,
    MISS,
    Calibrated,
    Earned,
    RunScores,
)
from grader.calibration.trainings import Measured
from grader.calibration.variants import Variant, find_variants
from grader.catalog import THRESHOLDS
from grader.errors import SpecError
from grader.model import Assignment

__all__ = ["Record", "stale"]

_INNERMOST = re.compile(r"\[[^\[\]{}]*\]")


class Record:
    """The scores of one assignment's variants, kept on disk as they come.

    Scores count as long as everything that decides them is as it was: those of an unchanged
    variant are not measured again.

    Args:
        assignment: whose metrics.
        variants: its variants.
    """

    def __init__(self, assignment: Assignment, variants: Sequence[Variant]) -> None:
        assert assignment.reference is not None
        self._assignment = assignment
        self._variants = {variant.name: variant for variant in variants}
        self._digests = digests(assignment)
        self._document = assignment.reference / "calibration.json"
        self._partial = assignment.reference / ".calibration.jsonl"
        self._runs: dict[str, dict[int, Measured]] = {name: {} for name in self._variants}

    def load(self) -> None:
        """Take over all scores that still count, of the last calibration and of one cut short."""
        known = _read(self._document)
        if known.get("digests") == self._digests:
            for name, fields in known.get("variants", {}).items():
                if name in self._variants and fields["digest"] == self._variants[name].digest:
                    for run, scores in enumerate(_runs(fields)):
                        failure = "" if scores else fields["failure"]
                        versions = fields["libraries"]
                        self._runs[name][run] = Measured(name, run, scores, failure, versions)
        with contextlib.suppress(FileNotFoundError):
            for line in self._partial.read_text(encoding="utf-8").splitlines():
                self._take_over(line)

    def clear(self) -> None:
        """Forget a calibration that was cut short."""
        self._partial.unlink(missing_ok=True)

    def add(self, measured: Measured) -> None:
        """Keep one result, at once also on disk."""
        self._runs[measured.variant][measured.run] = measured
        line = json.dumps({"of": self._key(measured.variant), **measured._asdict()})
        with self._partial.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")

    def missing(self, variant: Variant, runs: int) -> list[int]:
        """Return the numbers of those of the first ``runs`` runs that are not measured."""
        return [run for run in range(runs) if run not in self._runs[variant.name]]

    def scores(self, variant: Variant) -> RunScores:
        """Return the scores of the runs from 0 without a gap; of a failed run, an empty mapping."""
        return [measured.scores for measured in self._complete(variant)]

    def failure(self, variant: Variant) -> str:
        """Return why the first run that failed did, or nothing."""
        return next((one.failure for one in self._complete(variant) if one.failure), "")

    def write(self, found: Sequence[Calibrated], earnings: Mapping[str, Earned]) -> list[Path]:
        """Write both documents, and return their paths; the partial file goes.

        Equal scores give equal bytes.

        Args:
            found: the thresholds.
            earnings: by variant, what it earns.
        """
        written = {
            self._document: _pretty(self._content(found, earnings)),
            self._assignment.folder / THRESHOLDS: _pretty(_thresholds(found)),
        }
        for path, text in written.items():
            part = path.with_name(f".{path.name}.part")
            part.write_text(text, encoding="utf-8")
            part.replace(path)
        self.clear()
        return list(written)

    def _content(
        self, found: Sequence[Calibrated], earnings: Mapping[str, Earned]
    ) -> dict[str, Any]:
        return {
            "assignment": self._assignment.id,
            "miss": MISS,
            "confidence": CONFIDENCE,
            "python": platform.python_version(),
            "digests": self._digests,
            "metrics": {one.metric.name: _metric(one) for one in found},
            "variants": {
                name: self._variant(variant, earnings[name])
                for name, variant in self._variants.items()
            },
        }

    def _variant(self, variant: Variant, earnings: Earned) -> dict[str, Any]:
        measured = self._complete(variant)
        return {
            "about": variant.about,
            **({"reason": variant.reason} if variant.reason else {}),
            **({"failure": failure} if (failure := self.failure(variant)) else {}),
            "digest": variant.digest,
            "libraries": dict(measured[-1].libraries),
            "points": {name: round(points, 3) for name, points in earnings.points.items()},
            "by_the_first_look": round(earnings.first_look, 3),
            "scores": {
                metric.name: [list(one.scores.get(metric.name, ())) for one in measured]
                for metric in self._assignment.metrics
            },
        }

    def _complete(self, variant: Variant) -> list[Measured]:
        runs = self._runs[variant.name]
        complete: list[Measured] = []
        while len(complete) in runs:
            complete.append(runs[len(complete)])
        return complete

    def _key(self, name: str) -> str:
        return json.dumps([self._variants[name].digest, *self._digests.values()])

    def _take_over(self, line: str) -> None:
        try:
            fields = json.loads(line)
            of = fields.pop("of")
            measured = Measured(**fields)
        except (ValueError, TypeError, KeyError, AttributeError):
            return  # the last line of a run that was killed while it wrote
        if measured.variant in self._variants and of == self._key(measured.variant):
            self._runs[measured.variant][measured.run] = measured


def stale(assignment: Assignment) -> list[str]:
    """Return what has changed since the thresholds were calibrated, in words; nothing if nothing.

    Where there is no reference solution, as on a student's machine, nothing can be told.
    """
    if not assignment.metrics or assignment.reference is None:
        return []
    document = _read(assignment.reference / "calibration.json")
    if not document:
        return ["they were not calibrated: there is no calibration.json"]
    reasons = [
        f"changed since: {name}"
        for name, digest in digests(assignment).items()
        if document.get("digests", {}).get(name) != digest
    ]
    known = {name: fields["digest"] for name, fields in document.get("variants", {}).items()}
    variants = find_variants(assignment)
    for variant in variants:
        if variant.name not in known:
            reasons.append(f"new since: variant {variant.name}")
        elif known[variant.name] != variant.digest and variant.name != "solution":
            reasons.append(f"changed since: variant {variant.name}")
    gone = known.keys() - {variant.name for variant in variants}
    reasons += [f"gone since: variant {name}" for name in sorted(gone)]
    found = {name: fields["threshold"] for name, fields in document.get("metrics", {}).items()}
    if found != _read(assignment.folder / THRESHOLDS):
        reasons.append("thresholds.json is not what calibration.json found")
    if any(threshold["runs"] < ENOUGH_RUNS for threshold in found.values()):
        reasons.append(f"they are provisional: fewer than {ENOUGH_RUNS} runs")
    return reasons


def _read(path: Path) -> dict[str, Any]:
    """Return a document's content; nothing where there is no file."""
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise SpecError(
            f"this is not JSON: {error}",
            where=str(path),
            remedy="Run `grader calibrate` with --fresh, which writes it again.",
        ) from None
    return content if isinstance(content, dict) else {}


def _runs(fields: Mapping[str, Any]) -> Iterable[dict[str, tuple[float, ...]]]:
    """Turn scores by metric and run into scores by run and metric."""
    for run in zip(*fields["scores"].values(), strict=True):
        pairs = zip(fields["scores"], run, strict=True)
        yield {name: tuple(scores) for name, scores in pairs if scores}


def _thresholds(found: Sequence[Calibrated]) -> dict[str, Any]:
    return {one.metric.name: one.threshold.model_dump(mode="json") for one in found}


def _metric(found: Calibrated) -> dict[str, Any]:
    return {
        "threshold": found.threshold.model_dump(mode="json"),
        "zero_by": found.zero_by,
        "full_by": found.full_by,
        "judged": {
            one.variant: {
                "mean": _short(one.mean),
                "bound": _short(one.bound.value),
                "method": one.bound.method,
                "runs": one.bound.runs,
                "normality": _short(one.bound.normality),
                "beyond": one.misses,
                "most": _short(one.most),
                "most_by_count": _short(one.counted),
            }
            for one in found.judged
        },
    }


def _short(number: float) -> float:
    return float(f"{number:.4g}")


def _pretty(content: Mapping[str, Any]) -> str:
    """Write JSON with one line per list of numbers."""
    text = json.dumps(content, indent=1, ensure_ascii=False)
    text = _INNERMOST.sub(lambda match: re.sub(r"\s+", " ", match[0]).replace("[ ", "["), text)
    return f"{text.replace(' ]', ']')}\n"
