"""The course notes' headline results, run again on the published data.

    python benchmarks/reproduction.py [ASSIGNMENT ...]

prints the tables of docs/reproduction.md as Markdown, all of them or those that are named. The
published files must be there: `grader data fetch`, or GRADER_DATA_DIR. Everything is computed with
the reference solutions; what the notes did otherwise is said in the tables.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before Keras is imported

from reproduced.batchnorm import batchnorm
from reproduced.housing import housing
from reproduced.optimizers import optimizers
from reproduced.wine import wine

REPRODUCTIONS: dict[str, Callable[[], None]] = {
    "wine": wine,
    "housing": housing,
    "optimizers": optimizers,
    "batchnorm": batchnorm,
}


def main() -> None:
    """Run what the command line names, or everything."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT")
    names = parser.parse_args().assignments or list(REPRODUCTIONS)
    for name in names:
        if name not in REPRODUCTIONS:
            parser.error(f"no {name!r} here; there are {', '.join(REPRODUCTIONS)}")
    for name in names:
        print(f"## {name}\n")
        REPRODUCTIONS[name]()


if __name__ == "__main__":
    main()
