"""How long it takes until a submission is gone that does not want to be.

    python benchmarks/kill.py [NAME ...]

Runs the attacks of tests/sandbox/isolation/attacks.py, or those whose names contain one of these,
at every level of isolation that this machine offers, and kills `grader grade` in the middle of a
class. README.md says what the columns mean.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import pytest
from rich.console import Console

SANDBOX = Path(__file__).resolve().parents[1] / "tests" / "sandbox"
FILES = ("test_ends_well.py", "test_killed.py")


def main() -> None:
    """Run the attacks as tests, whose summary is the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these attacks")
    names = parser.parse_args().names
    Console().print(f"load before: {os.getloadavg()[0] / (os.cpu_count() or 1):.2f} for each core")
    chosen = ["-k", " or ".join(names)] if names else []
    sys.exit(pytest.main(["-q", *chosen, *(str(SANDBOX / name) for name in FILES)]))


if __name__ == "__main__":
    main()
