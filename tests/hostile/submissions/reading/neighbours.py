"""Looks for the work of others, and leaves a letter for the next."""

from __future__ import annotations

from base import DONE, HONEST_HALF, HUNT, completed

ABOUT = "reads other submissions' folders and leaves files for later ones"

CHECK = completed

CELLS = [
    HONEST_HALF,
    HUNT,
    f'''
import pathlib

places = ["/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run", "/run/lock", "/box", "@NURSERY@",
          "@NURSERY@/home", "@NURSERY@/boxes", "/home", os.path.expanduser("~"), "/usr/tmp", "."]
for place in places:
    for number in range(int("@GRADER@") - 3, int("@GRADER@") + 3):
        for count in range(1, 20):
            box = f"{{place}}/{{number}}-{{count}}"
            if os.path.isdir(box) and os.path.realpath(box) != os.getcwd():
                try:
                    succeed("neighbour", os.listdir(box))
                except OSError:
                    pass
    try:
        succeed("a neighbour's", pathlib.Path(place, "letter.txt").read_text())
    except OSError as error:
        print(error)
for place in places:
    try:
        pathlib.Path(place, "letter.txt").write_text("found by whoever comes next")
    except OSError as error:
        print(error)
print("{DONE}")
''',
]
