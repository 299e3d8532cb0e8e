"""A transcript as the page shows it: cells with safe markup, outputs reduced to what may appear.

Outputs are nbformat 4 dictionaries from an untrusted process: any field may be missing or of any
type, and none of it reaches the page but as escaped text or as a ``data:`` picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from markupsafe import Markup

from grader.model import CellKind, CellRun, CellStatus, Transcript
from grader.report.code import highlight
from grader.report.image import Image, ImageRefused, raster, vector
from grader.report.prose import prose
from grader.report.text import clip, excerpt, terminal

__all__ = ["CellView", "OutputView", "cell_views"]

MAX_OUTPUTS = 50  # of one cell
MAX_SOURCE = 40_000  # characters of one cell
MAX_PAGE = 1_000_000  # characters of all cells, without outputs
MAX_PROSE = 200_000  # characters of Markdown; contrived text takes the parser quadratic time
FOLD_LINES = 24  # longer outputs are folded

_LABELS = {
    CellStatus.ERROR: "stopped with an error",
    CellStatus.TIMEOUT: "ran out of time",
    CellStatus.CRASHED: "ended the process",
    CellStatus.NOT_RUN: "not run",
}
_MARKS = {
    CellStatus.ERROR: "failed",
    CellStatus.TIMEOUT: "timeout",
    CellStatus.CRASHED: "crashed",
    CellStatus.NOT_RUN: "skipped",
}


_NOTHING = Markup()


@dataclass(frozen=True, slots=True)
class OutputView:
    """One output: text (``html``), a picture, or a ``note`` about what is not shown."""

    kind: Literal["stdout", "stderr", "result", "error", "image", "note"]
    html: Markup = _NOTHING
    lines: int = 0
    image: Image | None = None
    note: str = ""

    @property
    def folded(self) -> bool:
        """True when the output is so long that it is shown on demand."""
        return self.kind != "error" and self.lines > FOLD_LINES


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell: ``number`` is its position among the code cells, from 1; of other cells 0.

    Error messages of a run count the same way ("code cell 3, line 2"). ``label`` says
    what went wrong and ``mark`` is the status mark's name; both are empty for a cell that ran.
    ``reason`` is one line about the error, for the list at the top of the page.
    """

    number: int
    kind: CellKind
    html: Markup
    outputs: tuple[OutputView, ...] = ()
    label: str = ""
    mark: str = ""
    reason: str = ""
    message: str = ""

    @property
    def stopped(self) -> bool:
        """True for a cell that was run and did not end well."""
        return self.mark not in ("", "skipped")


def cell_views(transcript: Transcript) -> tuple[CellView, ...]:
    """Return the cells of the transcript in order; what a page cannot hold is left out with a note.

    Markdown beyond ``MAX_PROSE`` characters is shown as typed.
    """
    views: list[CellView] = []
    number = characters = formatted = 0
    for place, run in enumerate(transcript.runs):
        characters += len(run.source)
        if characters > MAX_PAGE and views:
            left_out = f"({len(transcript.runs) - place:,} more cells are not shown)"
            views.append(CellView(0, CellKind.RAW, Markup("<p>{}</p>").format(left_out)))
            break
        if run.kind is CellKind.CODE:
            number += 1
            views.append(_code_cell(number, run))
            continue
        formatted += len(run.source) if run.kind is CellKind.MARKDOWN else 0
        views.append(_text_cell(run, plain=formatted > MAX_PROSE))
    return tuple(views)


def _text_cell(run: CellRun, *, plain: bool) -> CellView:
    if run.kind is CellKind.MARKDOWN and not plain:
        return CellView(0, run.kind, prose(run.source))
    return CellView(0, CellKind.RAW, Markup("<pre>{}</pre>").format(terminal(_source(run))))


def _source(run: CellRun) -> str:
    cut = clip(run.source, characters=MAX_SOURCE, lines=2_000)
    return f"{cut.head}\n# ({cut.note})\n{cut.tail}" if cut.note else cut.head


def _code_cell(number: int, run: CellRun) -> CellView:
    views = [view for output in run.outputs[:MAX_OUTPUTS] for view in _output(output)]
    if len(run.outputs) > MAX_OUTPUTS:
        left_out = len(run.outputs) - MAX_OUTPUTS
        views.append(OutputView("note", note=f"{left_out:,} more outputs are not shown"))
    shown_error = any(view.kind == "error" for view in views)
    return CellView(
        number,
        run.kind,
        highlight(_source(run)),
        outputs=tuple(views),
        label=_LABELS.get(run.status, ""),
        mark=_MARKS.get(run.status, ""),
        reason=_reason(run),
        message="" if shown_error and run.status is CellStatus.ERROR else run.message,
    )


def _reason(run: CellRun) -> str:
    """The error in one line, cut to 160 characters."""
    line = run.message
    for output in run.outputs:
        if _text(output.get("output_type")) == "error":
            line = ": ".join(
                filter(None, (_text(output.get("ename")), _text(output.get("evalue"))))
            )
    line = next(iter(line.strip().splitlines()), "")
    return line if len(line) <= 160 else f"{line[:159]}…"


def _output(output: Mapping[str, Any]) -> Iterator[OutputView]:
    match output.get("output_type"):
        case "stream":
            name: Literal["stdout", "stderr"] = (
                "stderr" if output.get("name") == "stderr" else "stdout"
            )
            if text := _text(output.get("text")):
                yield _text_view(name, text)
        case "error":
            rows = output.get("traceback")
            trace = "\n".join(map(_text, islice(rows, 1_000))) if isinstance(rows, list) else ""
            summary = f"{_text(output.get('ename'))}: {_text(output.get('evalue'))}"
            yield _text_view("error", trace if trace.strip() else summary)
        case "execute_result" | "display_data":
            data = output.get("data")
            yield _display(data if isinstance(data, dict) else {})
        case other:
            yield OutputView("note", note=f"an output of unknown type {_text(other)!r}"[:80])


def _display(data: Mapping[str, Any]) -> OutputView:
    """The richest safe form: a picture or plain text; Markdown as typed, HTML never."""
    plain = _text(data.get("text/plain"))
    try:
        for kind in ("image/png", "image/jpeg"):
            if kind in data:
                return OutputView("image", image=raster(kind, _text(data[kind])))
        if "image/svg+xml" in data:
            return OutputView("image", image=vector(_text(data["image/svg+xml"])))
    except ImageRefused as refusal:
        return OutputView("note", note=str(refusal))
    if "text/markdown" in data:
        return _text_view("result", _text(data["text/markdown"]))
    if plain:
        return _text_view("result", plain)
    kinds = ", ".join(sorted(_text(kind)[:60] for kind in islice(data, 5))) or "nothing"
    return OutputView("note", note=f"a display without a text form ({kinds}) is not shown")


def _text_view(kind: Literal["stdout", "stderr", "result", "error"], text: str) -> OutputView:
    html = excerpt(text)
    return OutputView(kind, html=html, lines=html.count("\n") + 1)


def _text(value: object) -> str:
    """A string of nbformat: text, or a list of lines; anything else is no text."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return ""
