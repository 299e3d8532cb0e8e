"""JSON Lines: the complete grade documents, one per line.

Read by the instructor's programs; nothing is filtered. Each line fulfils docs/grade.schema.json.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from grader.model import Grade

__all__ = ["write"]


def write(grades: Iterable[Grade]) -> str:
    r"""Return one document per line; lines end with ``\n``, which no document contains."""
    # Not by pydantic, which refuses the halves of surrogate pairs that a student may have printed.
    documents = (grade.model_dump(mode="json") for grade in grades)
    return "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in documents)
