"""Print, as JSON, which levels this process could use, and what came of using those with workers.

Run by tests in surroundings of their own: as another user, or where system calls are refused.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from grader.model import Cell, CellKind, Level, Limits, Submission
from grader.sandbox import Host, choose_level, connect, offers, open_nursery

SOURCE = f"""
import os
import numpy as np

def answer():
    return int(np.arange(4).sum())

def fork():
    os.fork()

def read():
    return open({str(Path(__file__))!r}).read()
"""


def use(level: Level) -> dict[str, object]:
    """Run a submission; return what its functions answered, or the names of their errors."""
    submission = Submission(
        student="ada", path="a.ipynb", cells=(Cell(kind=CellKind.CODE, source=SOURCE),)
    )
    told: dict[str, object] = {}
    with open_nursery(level) as nursery, connect(nursery) as sandbox:
        host = Host(submission, limits=Limits(), allowed_imports=("numpy",), sandbox=sandbox)
        host.run()
        host.begin(1)
        for name in ("answer", "fork", "read"):
            answer = host.ask({"op": "call", "name": name}, (), name).header
            told[name] = answer["value"] if answer["ok"] else answer["error"]["kind"]
        host.close()
        folder = Path(nursery.folder)
    told["left"] = folder.exists()
    return told


def main() -> None:
    """Print the report."""
    report = {
        "user": os.getuid(),
        "best": choose_level(),
        "offers": {offer.level: [offer.available, offer.missing] for offer in offers()},
        "used": {
            offer.level: use(offer.level)
            for offer in offers()
            if offer.available and offer.level is not Level.D
        },
    }
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main()
