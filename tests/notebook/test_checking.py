"""``grader.check()`` where students call it: in a real kernel, in IPython, in a program."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
SOLUTION = (ROOT / "reference" / "perceptron" / "solution.py").read_text("utf-8")
WRONG = "def xor_network(X):\n    return missing_helper(X)"
PLOT = """
import matplotlib.pyplot as plt
def is_separable(X, y, epochs=1000):
    plt.rcParams["figure.dpi"] = 50
    plt.plot([1, 2]); plt.show(); print("noise"); display("more")
    plt.figure(); plt.close("all"); plt.figure()
"""
CELLS = {
    "begin": "import random, sys, numpy as np, grader\nrandom.seed(1); np.random.seed(2)",
    "draw": "expected = random.random(), np.random.rand()\nrandom.seed(1); np.random.seed(2)",
    "nothing yet": "grader.check()",
    "define": SOLUTION.partition("if __name__")[0],
    "all": "grader.check('perceptron')",
    "randomness": "print((random.random(), np.random.rand()) == expected)",
    "inside": "if True:\n    grader.check('perceptron')",
    "in code": "r = grader.check('perceptron', 'fit')\n"
    "print(bool(r), r.score, len(r), [v.id for v in r])",
    "twice": "r = grader.check('perceptron', 'Perceptron'); r",
    "again": "r",
    "wrong": WRONG,
    "place": "grader.check('perceptron', 'xor_network')",
    "parts": "grader.check()",
    "redefined": "def is_separable(X, y, epochs=1000): return True",
    "changed": "grader.check()",
    "plots": PLOT + "before = plt.rcParams['figure.dpi']",
    "own figure": "plt.figure(7); grader.check('perceptron', 'is_separable')\n"
    "print(plt.get_fignums(), plt.rcParams['figure.dpi'] == before)\nplt.close('all')",
    "unknown assignment": "grader.check('perceptrn')",
    "unknown part": "grader.check('perceptron', 'ftt')",
    "elsewhere": "import os; os.chdir('/'); grader.check('perceptron')",
    "named course": f"r = grader.check('perceptron', 'fit', course={str(ROOT)!r})",
    "modules": "print([name for name in sys.modules if 'test_perceptron' in name])",
}  # fmt: skip


class Outputs:
    """What the cells of one notebook showed."""

    def __init__(self, notebook: nbformat.NotebookNode) -> None:
        self._cells = dict(zip(CELLS, notebook.cells, strict=True))

    def printed(self, name: str) -> str:
        return "".join(out.get("text", out.get("evalue", "")) for out in self._cells[name].outputs)

    def shown(self, name: str, kind: str = "text/plain") -> list[str]:
        return [out.data[kind] for out in self._cells[name].outputs if kind in out.get("data", {})]

    def only(self, name: str) -> str:
        (text,) = self.shown(name)
        return text


@pytest.fixture(scope="module")
def outputs() -> Outputs:
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS.values()]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = NotebookClient(notebook, kernel_name="python3", allow_errors=True, timeout=120)
    client.resources = {"metadata": {"path": str(ROOT)}}
    client.execute()
    return Outputs(notebook)


def test_work_so_far_is_told_test_by_test(outputs: Outputs) -> None:
    lines = outputs.only("all").splitlines()
    assert lines[0] == "The perceptron: 26 of 30 points in the public tests"
    assert lines[1].startswith("✓     5/5  With the weights")
    assert any("'xor_network' is not defined" in line for line in lines)
    assert any("Try this: Train one Perceptron on OR" in line for line in lines)


def test_a_page_is_shown_as_well(outputs: Outputs) -> None:
    (page,) = outputs.shown("all", "text/html")
    assert "26 of 30 points" in page


def test_random_numbers_go_on_where_they_were(outputs: Outputs) -> None:
    assert outputs.printed("randomness").strip() == "True"


def test_it_is_shown_once_wherever_the_call_stands(outputs: Outputs) -> None:
    assert outputs.shown("inside") == outputs.shown("all")
    assert len(outputs.shown("twice")) == len(outputs.shown("in code")) == 1
    assert outputs.shown("again") == outputs.shown("twice")


def test_the_result_can_be_used_in_code(outputs: Outputs) -> None:
    ids = "test_and_from_the_handout", "test_default_perceptron_learns_and_and_or"
    printed = outputs.printed("in code")
    assert printed.startswith("True 17 3 ['")
    assert all(name in printed for name in ids)


def test_an_exception_is_one_line_with_its_cell(outputs: Outputs) -> None:
    text = " ".join(outputs.only("place").split())
    assert "In [11], line 2: NameError: name 'missing_helper' is not defined" in text
    assert "Traceback" not in text


def test_the_parts_are_listed_with_their_state(outputs: Outputs) -> None:
    assert outputs.only("nothing yet").startswith("Assignments of this course: backprop, ")
    lines = outputs.only("parts").splitlines()
    assert lines[0] == "The perceptron: 30 points in the public tests"
    assert [" ".join(line.split()) for line in lines[1:4]] == [
        "✓ Perceptron passing 4 tests, 22 points",
        "✓ is_separable passing 1 test, 4 points",
        "✗ xor_network failing 0 of 1 test passed, 0 of 4 points",
    ]
    assert "○ is_separable  changed" in outputs.only("changed")


def test_figures_and_displays_of_the_tests_are_not_shown(outputs: Outputs) -> None:
    assert "True for AND" in outputs.only("own figure")
    assert outputs.printed("own figure").strip() == "[7] True"


def test_an_unknown_name_is_told_in_one_sentence(outputs: Outputs) -> None:
    assert 'did you mean "perceptron"' in outputs.only("unknown assignment").replace("\n", " ")
    told = outputs.only("unknown part").replace("\n", " ")
    assert 'perceptron has no part called "ftt", did you mean "fit"?' in told
    assert "Its parts are: Perceptron, is_separable, xor_network." in told


def test_outside_of_a_course_the_remedy_is_told(outputs: Outputs) -> None:
    told = outputs.only("elsewhere").replace("\n", " ")
    assert "The check could not be run." in told
    assert "name it by course= or GRADER_COURSE" in told
    assert outputs.shown("named course") == outputs.shown("in code")


def test_no_test_module_is_left_behind(outputs: Outputs) -> None:
    assert outputs.printed("modules").strip() == "[]"


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., str]:
    """Run Python with a text on its standard input, or a file, and return what it prints."""

    def run(*arguments: str, text: str = "") -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            input=text,
            cwd=ROOT,
            env={**os.environ, "IPYTHONDIR": str(tmp_path), "COLUMNS": "80"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
        )
        return done.stdout

    return run


TYPED = """\
import grader
def xor_network(X): return missing_helper(X)

grader.check("perceptron", "xor_network")
"""


def test_a_program_prints_it_once(run: Callable[..., str], tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(f"{TYPED}\nif not grader.check('perceptron', 'fit'): print('not yet')\n")
    printed = run(str(program))
    assert printed.count("The perceptron, xor_network: 0 of 4 points") == 1
    assert "program.py, line 2: NameError: name 'missing_helper'" in printed
    assert printed.endswith("not yet\n")


def test_python_at_the_terminal_prints_it_once(run: Callable[..., str]) -> None:
    printed = run("-i", "-q", text=TYPED)
    assert printed.count("The perceptron, xor_network: 0 of 4 points") == 1
    assert "NameError: name 'missing_helper' is not defined" in printed


def test_ipython_at_the_terminal_shows_it_once(run: Callable[..., str]) -> None:
    printed = run("-m", "IPython", "--simple-prompt", "--no-banner", text=TYPED)
    assert printed.count("The perceptron, xor_network: 0 of 4 points") == 1
    assert "In [2], line 1: NameError" in printed


def test_an_interrupted_check_names_the_test(tmp_path: Path) -> None:
    program = tmp_path / "endless.py"
    program.write_text(
        "import grader\n"
        "class Perceptron:\n"
        "    def __init__(self, *_, **__):\n"
        "        print('begun', file=__import__('sys').__stderr__, flush=True)\n"
        "        while True: pass\n"
        "grader.check('perceptron')\nprint('goes on')\n"
    )
    running = subprocess.Popen(
        [sys.executable, str(program)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    assert running.stderr.readline() == "begun\n"
    running.send_signal(signal.SIGINT)
    printed, complaints = running.communicate(timeout=60)
    told = " ".join(printed.split())
    assert "You interrupted it, and it was here: With the weights [1, 1, 1.5]" in told
    assert printed.endswith("goes on\n")
    assert complaints == ""
