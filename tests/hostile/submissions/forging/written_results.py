"""Writes grades, tests and configuration where the grader keeps them."""

from __future__ import annotations

from base import DONE, HONEST_HALF, HUNT, completed

ABOUT = "changes the course's tests, reference and grades"

CHECK = completed

CELLS = [
    HONEST_HALF,
    HUNT,
    f'''
import pathlib

course, nursery = pathlib.Path("@COURSE@"), pathlib.Path("@NURSERY@")
for path in (
    course / "grades/mallory.json",
    course / "conftest.py",
    course / "assignments/toolkit/conftest.py",
    course / "assignments/toolkit/tests/hidden/conftest.py",
    course / "assignments/toolkit/tests/public/test_more.py",
    course / "reference/toolkit/more.py",
    nursery / "payload/grader/more.py",
    nursery / "home/more.py",
    nursery / "boxes/more.py",
    pathlib.Path("@REPOSITORY@/grader/more.py"),
    pathlib.Path("@REPOSITORY@/tests/hostile/more.py"),
):
    for attempt in (
        lambda: path.write_text("x"), lambda: path.mkdir(), lambda: path.symlink_to("/")
    ):
        try:
            attempt()
        except OSError as error:
            print(error)
        else:
            succeed("made", path)
for path in (course / "grades/berta.json", course / "assignments/toolkit/assignment.yaml"):
    try:
        path.open("a").close()
        succeed("opened", path)
    except OSError as error:
        print(error)
print("{DONE}")
''',
]
