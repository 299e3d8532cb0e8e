"""``grader data``: the published data sets on this machine, and example rows of the twins."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, DownloadColumn, TaskID, TextColumn, TransferSpeedColumn
from rich.progress import Progress as Bars
from rich.table import Table
from rich.text import Text

from grader.cli.terminal import console, errors_to
from grader.errors import UsageError

if TYPE_CHECKING:
    from grader.datasets.published import PublishedFile

__all__ = ["data"]

data = typer.Typer(
    name="data",
    help="Published data sets: what is here, get it, check it. Twins need none of this.",
    no_args_is_help=True,
)

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[NAME]...", help="wine, housing, mnist; all, if none is named."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


@data.command("list")
def list_data(as_json: AsJson = False) -> None:
    """List the data sets, where their files lie, and which have a twin."""
    from grader.datasets import TWINS
    from grader.datasets.published import BUNDLED, PUBLISHED
    from grader.datasets.storage import find

    found: list[dict[str, Any]] = []
    for one in (*PUBLISHED.values(), BUNDLED):
        paths = [find(file) for file in one.files]
        found.append(
            {
                "name": one.name,
                "title": one.title,
                "rows": one.rows,
                "columns": one.columns,
                "licence": one.licence,
                "available": all(paths),
                "files": [str(path) for path in paths if path],
                "twin": one.name in TWINS,
            }
        )
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table.grid(padding=(0, 2, 0, 0))
    for justify in ("left", "right", "right", "left"):
        table.add_column(no_wrap=True, justify=justify)
    table.add_column()
    for item in found:
        about = Text(item["title"])
        about.append(f"\n{_place(item)}; licence: {item['licence']}", "dim")
        twin = "has a twin" if item["twin"] else ""
        size = (f"{item['rows']} rows", f"{item['columns']} columns")
        table.add_row(Text(item["name"], "bold"), *size, twin, about)
    console().print(table)


def _place(item: dict[str, Any]) -> str:
    if not item["available"]:
        return f"not here: `grader data fetch {item['name']}` gets it"
    return str(Path(item["files"][0]).parent) if item["files"] else "comes with scikit-learn"


@data.command()
def fetch(names: Names = None) -> None:
    """Download published data to the cache; what is there and right is kept.

    Every file is compared with its published checksum. Leaves with 2 if one cannot be had.
    """
    from grader.datasets.storage import fetch as fetch_file

    right: list[str] = []
    wrong: list[UsageError] = []
    with _bars() as bars:
        for name, file in _files(names):
            task = bars.add_task(f"{name}: {file.name}", total=None)
            try:
                path = fetch_file(file, _Bar(bars, task))
            except UsageError as error:
                wrong.append(error)
                continue
            bars.update(task, total=file.size, completed=file.size)
            right.append(f"{name}: {path}")
    for line in right:
        console().print(line, soft_wrap=True)
    for problem in wrong:
        errors_to(sys.stderr, problem)
    raise typer.Exit(2 if wrong else 0)


@data.command()
def verify(names: Names = None, as_json: AsJson = False) -> None:
    """Compare the files that are here with the published checksums.

    Leaves with 1 if one is wrong, or if one of a data set that you named is not here.
    """
    from grader.datasets.storage import content, find

    found: list[dict[str, Any]] = []
    for name, file in _files(names):
        path = find(file)
        status, problem = "missing", ""
        if path is not None:
            try:
                content(path, file)
                status = "right"
            except UsageError as error:
                status, problem = "wrong", f"{error.message}\n{error.remedy}"
        where = "" if path is None else str(path)
        entry = {"name": name, "file": file.name, "path": where, "status": status}
        found.append({**entry, "sha256": file.sha256, "problem": problem})
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    else:
        _print_verified(found)
    bad = ("wrong", "missing") if names else ("wrong",)
    raise typer.Exit(1 if any(entry["status"] in bad for entry in found) else 0)


def _print_verified(found: Sequence[dict[str, Any]]) -> None:
    marks = {"right": ("✓", "green"), "wrong": ("✗", "red"), "missing": ("·", "dim")}
    for entry in found:
        mark, style = marks[entry["status"]]
        line = Text.assemble((mark, style), f" {entry['name']}: ", entry["path"] or entry["file"])
        line.append(" is not here" if entry["status"] == "missing" else f" is {entry['status']}")
        console().print(line, soft_wrap=True)
        for problem in entry["problem"].splitlines():
            console().print(f"    {problem}", soft_wrap=True)


@data.command()
def csv(
    name: Annotated[str, typer.Argument(metavar="NAME", help="wine or housing.")],
    rows: Annotated[int, typer.Option(min=1, metavar="N", help="How many rows.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to; else it is printed."),
    ] = None,
) -> None:
    """Write the first rows of a twin's published example, for students to work on.

    The same command always writes the same bytes. Grading draws other rows, with another target.
    """
    from grader.datasets import EXAMPLE_SEED, TWINS, as_csv, twin

    if name not in TWINS:
        raise UsageError(
            f"there is no twin of {name!r}", remedy=f"There are twins of {' and '.join(TWINS)}."
        )
    text = as_csv(twin(name, rows, EXAMPLE_SEED))
    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        output.write_bytes(text.encode())
    except OSError as error:
        raise UsageError(
            f"the file cannot be written: {error.strerror}",
            where=str(output),
            remedy="Name a file in a folder that is there and may be written to.",
        ) from error
    console(stderr=True).print(f"{rows} rows: {output}", soft_wrap=True)


def _files(names: Sequence[str] | None) -> list[tuple[str, PublishedFile]]:
    """Return the files of some data sets, or of all, each with its data set's name."""
    from grader.datasets.published import BUNDLED, PUBLISHED

    for name in names or ():
        if name == BUNDLED.name:
            raise UsageError(
                f"{name} comes with scikit-learn: it has no file of its own",
                remedy=f"Name {', '.join(PUBLISHED)}, or nothing for all of them.",
            )
        if name not in PUBLISHED:
            raise UsageError(
                f"there is no data set {name!r}",
                remedy=f"Name {', '.join(PUBLISHED)}, or nothing for all of them.",
            )
    return [(name, file) for name in names or PUBLISHED for file in PUBLISHED[name].files]


def _bars() -> Bars:
    output = console(stderr=True)
    return Bars(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        console=output,
        transient=True,
        disable=not output.is_terminal,
    )


class _Bar:
    """A download's bar, as pooch drives one."""

    def __init__(self, bars: Bars, task: TaskID) -> None:
        self._bars = bars
        self._task = task
        self.total: int | float = 0

    def update(self, step: int, /) -> None:
        """Go on by ``step`` bytes."""
        self._bars.update(self._task, advance=step, total=self.total or None)

    def reset(self) -> None:
        """Begin at 0 again."""
        self._bars.reset(self._task, total=self.total or None)

    def close(self) -> None:
        """Leave the bar as it is; the command ends it."""
