"""Hands in a notebook whose very file is poison: cells, ids, metadata, attachments, outputs."""

from __future__ import annotations

import json

from base import HONEST_HALF
from poisons import MARKDOWN, POISONS, SVG

ABOUT = "source, comments, cell ids, metadata and stored outputs that would run script in a page"


def cell(kind: str, source: str, **fields: object) -> dict[str, object]:
    """Return one cell as a notebook's file has it."""
    return {"cell_type": kind, "metadata": {}, "source": source, **fields}


def code(source: str, **fields: object) -> dict[str, object]:
    """Return a code cell, whose stored outputs are poison too."""
    stored = [{"output_type": "display_data", "data": {"text/html": source}, "metadata": {}}]
    return cell("code", source, outputs=stored, execution_count=1, **fields)


CELLS_OF_THE_FILE = [
    code(HONEST_HALF),
    *[cell("markdown", text) for text in (*POISONS, *MARKDOWN)],
    *[cell("raw", text) for text in POISONS],
    *[code(f"# {text!r}", id=text, metadata={text: text, "tags": [text]}) for text in POISONS],
    *[code(f'"""{text}"""\nx = 1') for text in POISONS[:11]],
    cell(
        "markdown",
        "![a](attachment:x.svg) ![b](attachment:x.png)",
        attachments={"x.svg": {"image/svg+xml": SVG}, "x.png": {"image/png": POISONS[2]}},
    ),
    cell(POISONS[0], POISONS[0]),
]
NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {
        "kernelspec": {"name": POISONS[0], "display_name": POISONS[1], "language": "python"},
        "language_info": {"name": "python", "codemirror_mode": POISONS[0]},
        "title": POISONS[0],
        "authors": [{"name": POISONS[0]}],
    },
    "cells": CELLS_OF_THE_FILE,
}

HANDED_IN = {
    "toolkit <img src=x onerror=window.__pwned=1>.ipynb": json.dumps(NOTEBOOK).encode(),
}
