"""What a worker has of this project in place of the whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from grader.sandbox.payload import write_payload

NOTEBOOK = """
import IPython.core.interactiveshell as interactive
shell = interactive.InteractiveShell.instance()
cell = '''
import grader
assert not hasattr(grader, "__version__")
result = grader.check("toy", "f", course="somewhere")
assert result and result.passed and not result.problem
assert [*result] == [] and len(result) == result.score == result.max_score == 0
assert [v.title for v in result.verdicts] == []
{last}
'''
assert shell.run_cell(cell.replace("{last}", "grader.check(); None")).success
shell.run_cell("print(repr(grader.check()), end='')")
assert shell.run_cell("display(grader.check())").success
"""


def test_a_check_in_a_handed_in_notebook_is_silent_and_fails_nothing(tmp_path: Path) -> None:
    write_payload(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", NOTEBOOK],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "IPYTHONDIR": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
