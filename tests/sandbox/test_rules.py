"""Imports that an assignment allows, and seeds that make a run repeatable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.errors import StudentError
from grader.model import CellStatus

if TYPE_CHECKING:
    from conftest import MakeHost, Running

IMPORTS = {
    "import": "import pandas",
    "from": "from pandas import DataFrame",
    "submodule": "import pandas.io.json",
    "importlib": "import importlib\nimportlib.import_module('pandas')",
    "dunder": "__import__('pandas')",
    "exec": "exec('import pandas')",
    "in a function": "def inner():\n    import pandas\ninner()",
    "from a helper": "import helper_pandas",
    "through a callback": "list(map(__import__, ['pandas']))",
}
ALLOWED = {
    "numpy": "import numpy, numpy.linalg",
    "what an allowed one needs": "import matplotlib.pyplot as plt\nimport matplotlib",
    "standard library": "import json, xml.etree.ElementTree, multiprocessing, unittest.mock",
    "own helper": "import helper\nassert helper.VALUE == 1",
    "notebook": "import IPython.display\nfrom IPython import get_ipython",
    "writing a module": "%%writefile written.py\nVALUE = 2",
    "a module written before": "import written\nassert written.VALUE == 2",
    "no shadow": "import numpy as np\nassert np.zeros(1).sum() == 0",
}
MISSING = "import no_such_package_anywhere"
LATE = "def late():\n    import pandas\n    return 1"


@pytest.fixture(scope="module")
def ruled(make_host: MakeHost) -> Running:
    return make_host(
        *ALLOWED.values(),
        *IMPORTS.values(),
        MISSING,
        LATE,
        allowed=("numpy", "matplotlib"),
        files={
            "helper.py": b"import numpy\nVALUE = 1\n",
            "helper_pandas.py": b"import pandas\n",
            "numpy.py": b"zeros = None\n",
        },
    )


@pytest.mark.parametrize("name", ALLOWED)
def test_allowed(ruled: Running, name: str) -> None:
    run = ruled.run(list(ALLOWED).index(name) + 1)
    assert (run.message, run.status) == ("", CellStatus.OK)


@pytest.mark.parametrize("name", IMPORTS)
def test_forbidden(ruled: Running, name: str) -> None:
    pytest.importorskip("pandas")
    run = ruled.run(len(ALLOWED) + list(IMPORTS).index(name) + 1)
    assert run.status is CellStatus.ERROR
    assert "allows matplotlib, numpy and the standard library; 'pandas' is not" in run.message


def test_a_misspelt_name_is_told_the_same(ruled: Running) -> None:
    message = ruled.run(len(ALLOWED) + len(IMPORTS) + 1).message
    assert "ModuleNotFoundError: this assignment allows" in message
    assert "'no_such_package_anywhere' is not among them" in message


def test_forbidden_during_a_call_too(ruled: Running) -> None:
    pytest.importorskip("pandas")
    ruled.host.begin(1)
    with pytest.raises(StudentError, match="'pandas' is not among them") as caught:
        ruled.call("late")
    assert caught.value.kind == "ModuleNotFoundError"


def test_no_rule_allows_everything(make_shell: MakeHost) -> None:
    pytest.importorskip("pandas")
    running = make_shell(LATE, MISSING)
    assert running.call("late") == 1
    assert running.run(2).message.endswith("No module named 'no_such_package_anywhere'")


def test_a_written_module_does_not_allow_the_package_of_its_name(make_pair: MakeHost) -> None:
    running = make_pair(
        "%%writefile pandas.py\nVALUE = 3", "import pandas", "pandas.VALUE", allowed=("numpy",)
    )
    (shown,) = running.outputs(3, "execute_result")
    assert shown["data"]["text/plain"] == "3"


# --- seeds ----------------------------------------------------------------------------------

RANDOM = """import random
import numpy as np

drawn = [random.random(), np.random.rand(), np.random.default_rng().random()]

def draw():
    return [
        random.random(),
        float(np.random.rand()),
        float(np.random.default_rng().random()),
        float(np.random.default_rng().random()),
    ]

def own_seed():
    return float(np.random.default_rng(3).random())
"""


def test_a_test_draws_the_same_numbers_in_every_run(make_host: MakeHost) -> None:
    running = make_host(RANDOM)
    draws = {}
    for seed in (1, 2):
        running.host.begin(seed)
        draws[seed] = (running.call("draw"), running.call("draw"))
    assert len({number for pair in draws.values() for draw in pair for number in draw}) == 16
    own = running.call("own_seed")
    again = make_host(RANDOM)
    for seed in (2, 1):
        again.host.begin(seed)
        assert (again.call("draw"), again.call("draw")) == draws[seed]
    assert again.call("own_seed") == own


def test_cells_draw_the_same_numbers_in_every_run(make_host: MakeHost) -> None:
    first, second, other = (make_host(RANDOM, seed=seed) for seed in (5, 5, 6))
    assert first.ask("get", "drawn") == second.ask("get", "drawn")
    assert not set(first.ask("get", "drawn")) & set(other.ask("get", "drawn"))


TORCH = """import torch
def draw():
    layer = torch.nn.Linear(2, 2)
    return layer.weight.detach(), torch.rand(2)

def make():
    return torch.arange(3.0, requires_grad=True)

def is_tensor(value):
    return isinstance(value, torch.Tensor) and value.requires_grad

def threads():
    return torch.get_num_threads()
"""
TENSORFLOW = """import tensorflow as tf
def draw():
    model = tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(2)])
    return model.get_weights()[0], tf.random.uniform((2,))

def make():
    return tf.Variable([1.0, 2.0])

def is_tensor(value):
    return isinstance(value, tf.Variable)

def threads():
    return tf.config.threading.get_intra_op_parallelism_threads()
"""


@pytest.mark.parametrize(("package", "source"), [("torch", TORCH), ("tensorflow", TENSORFLOW)])
def test_frameworks(make_shell: MakeHost, package: str, source: str) -> None:
    pytest.importorskip(package)
    running = make_shell(source, cell_seconds=120, call_seconds=60)
    draws = []
    for seed in (1, 2, 1):
        running.host.begin(seed)
        weights, numbers = running.call("draw")
        draws.append([*weights.ravel().tolist(), *numbers.tolist()])
    assert draws[0] == draws[2]
    assert not set(draws[0]) & set(draws[1])
    value = running.host.ask({"op": "call", "name": "make"}, (), "make").header["value"]
    header = {"op": "call", "name": "is_tensor", "args": [{"k": "ref", "r": value["r"]}]}
    assert running.host.ask(header, (), "is_tensor").header["value"] is True
    assert running.call("threads") in (0, 1)  # 0: as the environment says
    assert running.host.versions.keys() >= {"numpy"}
