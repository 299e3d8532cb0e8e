"""Opens the course, the repository and the grader's folders where they really are."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "opens hidden tests, the reference and grades by their real paths"

CELLS = [
    HONEST_HALF,
    '''
import os, pathlib
for place in ("@COURSE@", "@REPOSITORY@", "@NURSERY@"):
    for folder, _, names in os.walk(place, onerror=print):
        for name in names:
            try:
                print(pathlib.Path(folder, name).read_text(errors="replace"))
            except OSError as error:
                print(error)
for name in ("assignments/toolkit/tests/hidden/test_prize.py", "reference/toolkit/solution.py",
             "grades/berta.json"):
    try:
        print(open("@COURSE@/" + name).read())
    except OSError as error:
        print(error)
''',
]
