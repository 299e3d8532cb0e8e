"""What a student's notebook can rely on, with every engine at every level of isolation."""

from __future__ import annotations

import base64
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from grader.errors import StudentError
from grader.model import CellStatus, Engine
from grader.wire import Reference

if TYPE_CHECKING:
    from conftest import MakeHost, Running

CELLS = {
    "magic": "%timeit -n1 -r1 pass\n%time x = 1",
    "time": "%%time\ny = 2\nprint('timed', y)",
    "await": "import asyncio\nawait asyncio.sleep(0.01)\nprint('awaited')",
    "figure": ("%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"),
    "figure unasked": "plt.figure()\nplt.plot([2, 1]);",
    "result": "import numpy as np\nnp.arange(3)",
    "no result": "np.arange(3);",
    "html": "from IPython.display import HTML, display, clear_output\nHTML('<b>bold</b>')",
    "display": "h = display({'text/plain': 'before'}, raw=True, display_id='d')",
    "update": "h.update({'text/plain': 'after'}, raw=True)",
    "cleared": "print('gone')\nclear_output()\nprint('stays')",
    "cleared when more comes": "print('gone')\nclear_output(wait=True)\nprint('replaced')",
    "error": "print('first')\ndef broken():\n    return 1 / 0\n\nbroken()",
    "next": "print('still here')",
    "syntax": "a = 1\nb = = 2",
    "input": "name = input('Your name? ')",
    "exit": "exit()",
    "quit": "quit()",
    "system exit": "import sys\nsys.exit(3)",
    "after": "print('after all exits')",
    "order": (
        "import sys\nprint('out 1')\nprint('err 1', file=sys.stderr)\nprint('out 2')\n"
        "print('err 2', file=sys.stderr)"
    ),
    "progress": "for i in range(50):\n    print(f'\\r{i}%', end='')\nprint()\nprint('done')",
    "flood": "for _ in range(30):\n    print('x' * 9999)",
    "after flood": "print('a new allowance')",
    "huge message": "raise ValueError('long ' * 5_000_000)",
    "long display": "display({'text/plain': 'x' * 300_000}, raw=True)\nprint('and on')",
    "half a pair": "print('a\\ud800b')",
    "os write": "import os\nos.write(1, b'raw bytes\\n')\nprint(flush=True)",
    "empty": "",
    "comment": "# nothing to do",
    "help": "print?",
    "unknown magic": "%nonsense",
    "private": "import os; print(sorted(os.environ)); print(os.getcwd(), os.listdir())",
    "threads": "print(os.environ['OMP_NUM_THREADS'], os.environ['OPENBLAS_NUM_THREADS'])",
    "turns": (
        "if hasattr(os, 'sched_setaffinity'):\n"
        "    print(os.sched_getscheduler(0) == os.SCHED_BATCH, *sorted(os.sched_getaffinity(0)))"
    ),
    "dunder": "print(__name__)",
    "grader": "import grader\ngrader.check('q1')\ngrader.check(1, a=2)",
    "grader inside": "import grader.catalog",
    "grader from": "from grader.sandbox import Host",
    "file": "print(open('data/rows.csv').read())\nimport own_module\nprint(own_module.VALUE)",
    "functions": """import numpy as np

class Model:
    scale = 2
    def __init__(self, weights):
        self.weights = weights
    def predict(self, x, *, shift=0):
        return self.scale * (x @ self.weights) + shift
    def __len__(self):
        return len(self.weights)
    def __getitem__(self, index):
        return self.weights[index]

models = []

def make(weights):
    models.append(Model(weights))
    return models[-1]

def last():
    return models[-1]

def is_last(model):
    return model is models[-1]

def divide(a, b):
    '''Return a over b.'''
    return a / b

def deeper(a):
    return divide(a, 0)

def noisy():
    print('x' * 100)
    return 1

def forward(x):
    return x * 2, {'x': x, 'inputs': [x]}

def same(cache, x):
    return cache['x'] is x and cache['inputs'][0] is x

def add_one(rows):
    rows += 1
    rows2.append(rows)

rows2 = []

def leave():
    import sys
    sys.exit('bye')

class Custom(ValueError):
    def __str__(self):
        raise RuntimeError

def custom():
    raise Custom

async def later():
    return 1

def too_large():
    return ['long text'] * 3_000_000

def unfit():
    raise ValueError('a\\ud800' + 'long ' * 5_000_000)
""",
}
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
NUMBER = {name: index for index, name in enumerate(CELLS, 1)}


@pytest.fixture(scope="module")
def tour(make_host: MakeHost) -> Running:
    """One notebook with everything in it that may be looked at afterwards."""
    os.environ["GRADER_CANARY"] = "never seen by a worker"
    try:
        return make_host(
            *CELLS.values(),
            files={"data/rows.csv": b"1,2", "own_module.py": b"VALUE = 'own'"},
            output_kb=100,
            total_seconds=200,
        )
    finally:
        del os.environ["GRADER_CANARY"]


PRINTED = {
    "time": ["timed 2", "CPU times"],
    "await": ["awaited"],
    "next": ["still here"],
    "after": ["after all exits"],
    "after flood": ["a new allowance"],
    "long display": ["and on"],
    "os write": ["raw bytes"],
    "threads": ["1 1"],
    "dunder": ["__main__"],
    "file": ["1,2", "own"],
}


@pytest.mark.parametrize("name", PRINTED)
def test_printed(tour: Running, name: str) -> None:
    assert tour.run(NUMBER[name]).status is CellStatus.OK
    for text in PRINTED[name]:
        assert text in tour.text(NUMBER[name])


FAILING = {"error", "syntax", "input", "system exit", "huge message", "unknown magic"} | {
    "grader inside",
    "grader from",
}


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_fails_only_where_it_should(tour: Running, name: str) -> None:
    run = tour.run(NUMBER[name])
    # An unknown magic is an error in a script's eyes; Jupyter only prints that it is not found.
    if name == "unknown magic":
        assert "%nonsense" in str(run.outputs)
    else:
        assert run.status is (CellStatus.ERROR if name in FAILING else CellStatus.OK)
    assert run.execution_count == NUMBER[name]


@pytest.mark.parametrize("name", ["empty", "comment", "no result", "grader"])
def test_nothing_to_see(tour: Running, name: str) -> None:
    assert tour.run(NUMBER[name]).outputs == ()


@pytest.mark.parametrize("name", ["figure", "figure unasked"])
def test_figures_are_shown_inline(tour: Running, name: str) -> None:
    (shown,) = tour.outputs(NUMBER[name], "display_data")
    assert base64.b64decode(shown["data"]["image/png"]).startswith(b"\x89PNG")


def test_results_and_displays(tour: Running) -> None:
    (result,) = tour.outputs(NUMBER["result"], "execute_result")
    assert result["data"]["text/plain"] == "array([0, 1, 2])"
    assert result["execution_count"] == NUMBER["result"]
    (html,) = tour.outputs(NUMBER["html"], "execute_result")
    assert html["data"]["text/html"] == "<b>bold</b>"


def test_a_display_is_updated_by_a_later_cell(tour: Running) -> None:
    (shown,) = tour.outputs(NUMBER["display"], "display_data")
    assert shown["data"] == {"text/plain": "after"}
    assert tour.outputs(NUMBER["update"], "display_data") == []


def test_cleared_output_is_gone(tour: Running) -> None:
    assert tour.text(NUMBER["cleared"]) == "stays\n"
    assert tour.text(NUMBER["cleared when more comes"]) == "replaced\n"


def test_a_failing_cell_keeps_its_output_and_its_traceback(tour: Running) -> None:
    run = tour.run(NUMBER["error"])
    assert (
        run.message == f"code cell {NUMBER['error']}, line 3: ZeroDivisionError: division by zero"
    )
    printed, error = run.outputs
    assert printed["text"] == "first\n"
    assert error["ename"] == "ZeroDivisionError"
    assert "return 1 / 0" in COLOURS.sub("", "".join(error["traceback"]))


def test_a_syntax_error_names_its_line(tour: Running) -> None:
    message = tour.run(NUMBER["syntax"]).message
    assert message.startswith(f"code cell {NUMBER['syntax']}, line 2: SyntaxError: ")


def test_input_says_what_to_do_instead(tour: Running) -> None:
    assert "nobody is there to type" in tour.run(NUMBER["input"]).message


@pytest.mark.parametrize("name", ["exit", "quit"])
def test_leaving_is_ignored_visibly(tour: Running, name: str) -> None:
    assert "ignored while grading" in tour.text(NUMBER[name], "stderr")


def test_streams_keep_their_order(tour: Running) -> None:
    streams = [(out["name"], out["text"]) for out in tour.run(NUMBER["order"]).outputs]
    assert "".join(text for name, text in streams if name == "stdout") == "out 1\nout 2\n"
    assert "".join(text for name, text in streams if name == "stderr") == "err 1\nerr 2\n"


def test_a_progress_bar_leaves_its_last_state(tour: Running) -> None:
    assert tour.text(NUMBER["progress"]) == "49%\ndone\n"


def test_a_flood_is_cut_once_and_visibly(tour: Running) -> None:
    text = tour.text(NUMBER["flood"])
    assert 90_000 < len(text) < 120_000
    assert text.count("output cut here: the assignment allows 100 kB per cell") == 1


def test_a_display_over_the_allowance_is_dropped_visibly(tour: Running) -> None:
    number = NUMBER["long display"]
    assert tour.outputs(number, "display_data") == []
    assert "a display of 293 kB is left out" in tour.text(number, "stderr")


def test_an_endless_message_is_cut(tour: Running) -> None:
    run = tour.run(NUMBER["huge message"])
    assert "ValueError: long long" in run.message
    assert len(str(run.outputs)) < 120_000


def test_all_text_can_be_written(tour: Running) -> None:
    # Jupyter's kernel answers with an error of its own; what matters is that it can be stored.
    shown = tour.run(NUMBER["half a pair"]).outputs
    assert len(json.dumps(shown, ensure_ascii=False).encode()) > 20


def test_nothing_of_the_grader_is_in_the_environment(tour: Running) -> None:
    text = tour.text(NUMBER["private"])
    assert "PATH" in text
    for word in ("CANARY", "GRADER", "PYTEST", "VIRTUAL_ENV"):
        assert word not in text
    assert str(Path.cwd()) not in text


@pytest.mark.parametrize("name", ["grader inside", "grader from"])
def test_the_grader_cannot_be_imported(tour: Running, name: str) -> None:
    assert "ModuleNotFoundError: No module named 'grader." in tour.run(NUMBER[name]).message


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="Linux alone lets one choose")
def test_threads_take_turns_where_the_grader_runs(
    tour: Running, request: pytest.FixtureRequest
) -> None:
    in_turns = request.node.callspec.params["make_host"].engine is Engine.SHELL
    cores = " ".join(map(str, sorted(os.sched_getaffinity(0))))
    assert tour.text(NUMBER["turns"]) == f"{in_turns} {cores}\n"


# --- calls ----------------------------------------------------------------------------------


@pytest.fixture
def asked(tour: Running) -> Running:
    """The tour, at the start of a test."""
    tour.host.begin(7)
    return tour


def test_a_call_returns_a_value(asked: Running) -> None:
    assert asked.call("divide", 1, b=4) == 0.25
    assert asked.call("divide", np.array([1.0, 2.0]), 2).tolist() == [0.5, 1.0]
    assert asked.call("noisy") == 1


def test_an_exception_names_cell_and_line(asked: Running) -> None:
    with pytest.raises(StudentError) as caught:
        asked.call("deeper", 1)
    error = caught.value
    assert error.kinds == ("ZeroDivisionError", "ArithmeticError", "Exception", "BaseException")
    source = CELLS["functions"].splitlines()
    line = source.index("    return a / b") + 1
    assert error.where == f"code cell {NUMBER['functions']}, line {line}"
    assert "in deeper" in error.trace
    assert "grader" not in error.trace


def test_odd_exceptions_are_exceptions(asked: Running) -> None:
    with pytest.raises(StudentError) as caught:
        asked.call("leave")
    assert (caught.value.kind, caught.value.detail) == ("SystemExit", "bye")
    with pytest.raises(StudentError) as caught:
        asked.call("custom")
    assert caught.value.kinds[:2] == ("Custom", "ValueError")
    with pytest.raises(StudentError) as caught:
        asked.call("unfit")
    assert len(caught.value.detail) < 10_000
    assert caught.value.detail.encode()


def test_too_large_an_answer_is_an_error_of_that_call(asked: Running) -> None:
    with pytest.raises(StudentError, match="MB are allowed"):
        asked.call("too_large")
    assert asked.call("divide", 1, 2) == 0.5


def test_missing_names(asked: Running) -> None:
    with pytest.raises(NameError) as caught:
        asked.call("divid", 1, 2)
    assert caught.value.args == ("divid", "divide")
    with pytest.raises(NameError) as caught:
        asked.call("zzzzzz")
    assert caught.value.args == ("zzzzzz",)


def test_wrong_arguments_are_the_callers_exception(asked: Running) -> None:
    with pytest.raises(StudentError) as caught:
        asked.call("divide", 1)
    assert caught.value.kind == "TypeError"


def test_objects_stay_and_can_be_used(asked: Running) -> None:
    model = asked.call("make", np.array([1.0, 2.0]))
    assert (model.type, model.is_callable) == ("Model", False)
    assert asked.ask("get", model, attribute="scale") == 2
    predict = asked.ask("get", model, attribute="predict")
    assert predict.is_callable
    assert asked.call(predict, np.array([1.0, 1.0]), shift=1) == 7.0
    assert asked.ask("length", model) == 2
    assert asked.ask("item", model, key=1) == 2.0
    asked.ask("set", model, attribute="scale", value=10)
    assert asked.call(predict, np.array([1.0, 1.0])) == 30.0
    with pytest.raises(StudentError) as caught:
        asked.ask("get", model, attribute="nothing")
    assert caught.value.kind == "AttributeError"


def test_the_same_object_has_the_same_number(asked: Running) -> None:
    model = asked.call("make", [1])
    assert asked.call("last").number == model.number
    assert asked.call("is_last", model) is True
    asked.call("make", [1])
    assert asked.call("is_last", model) is False


def test_what_is_passed_by_reference_is_the_original(asked: Running) -> None:
    placed = asked.ask("put", value=np.ones(2))
    answer = asked.host.ask(
        {"op": "call", "name": "forward", "args": [{"k": "ref", "r": placed.number}]}, (), "forward"
    )
    _, cache = answer.header["value"]["v"]
    assert asked.call("same", Reference(cache["r"]), placed) is True
    assert asked.call("same", {"x": 1, "inputs": [1]}, placed) is False


def test_a_placed_value_can_be_read_back(asked: Running) -> None:
    placed = asked.ask("put", value=np.array([1, 2]))
    asked.call("add_one", placed)
    ((read,),) = (asked.ask("read", targets=[placed]),)
    assert read.tolist() == [2, 3]


def test_objects_are_forgotten_between_tests(asked: Running) -> None:
    placed = asked.ask("put", value=[1])
    asked.host.begin(8)
    with pytest.raises(StudentError, match="no object has the number") as caught:
        asked.ask("read", targets=[placed])
    assert caught.value.kind == "LookupError"
    assert asked.ask("put", value=[1]).number != placed.number


def test_coroutines_stay_where_they_are(asked: Running) -> None:
    assert asked.call("later").type == "coroutine"
