"""Random numbers and figures go on, after a check, as if there had been none."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from numpy.random import bit_generator

from grader.notebook.states import kept_states
from grader.worker.seeding import seed_all

mpl.use("agg")


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(bit_generator, "randbits", bit_generator.randbits)
    yield
    plt.close("all")


def plain() -> list[float]:
    return [random.random(), float(np.random.rand())]


def of_torch() -> list[float]:
    torch = pytest.importorskip("torch")
    return [float(number) for number in torch.rand(2)]


def of_tensorflow() -> list[float]:
    tensorflow = pytest.importorskip("tensorflow")
    generator = tensorflow.random.get_global_generator()
    return [float(generator.normal([])), float(tensorflow.random.normal([]))]


def of_keras() -> list[float]:
    keras = pytest.importorskip("keras")
    return [float(keras.random.normal([])), float(keras.random.normal([]))]


def begin(value: int) -> None:
    """Seed everything, as a student would; seed_all leaves TensorFlow's generator alone."""
    seed_all(value)
    if (tensorflow := sys.modules.get("tensorflow")) is not None:
        tensorflow.random.set_global_generator(tensorflow.random.Generator.from_seed(value))


@pytest.mark.parametrize("draw", [plain, of_torch, of_tensorflow, of_keras])
@pytest.mark.parametrize("before", [0, 1])
def test_random_numbers_go_on(draw: Callable[[], list[float]], before: int) -> None:
    draw()  # the library is loaded
    begin(1)
    expected = [draw() for _ in range(before + 1)][-1]
    begin(1)
    for _ in range(before):
        draw()
    with kept_states():
        begin(2)
        other = draw()
    assert draw() == expected != other


def test_what_is_unseeded_stays_so() -> None:
    with kept_states():
        seed_all(1)
        first = np.random.default_rng().random()
    with kept_states():
        seed_all(1)
        again = np.random.default_rng().random()
    assert first == again
    assert np.random.default_rng().random() != np.random.default_rng().random()


def test_open_figures_and_settings_stay() -> None:
    own = plt.figure(3)
    size = mpl.rcParams["font.size"]
    with kept_states():
        assert plt.get_fignums() == []
        plt.plot([1, 2])
        plt.close("all")
        plt.figure(3)
        mpl.rcParams["font.size"] = 99
    assert plt.get_fignums() == [3]
    assert plt.gcf() is own
    assert mpl.rcParams["font.size"] == size


def test_states_come_back_after_an_exception() -> None:
    random.seed(1)
    expected = random.Random(1).random()

    def interrupted() -> None:
        with kept_states():
            random.seed(2)
            plt.figure()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert random.random() == expected
    assert plt.get_fignums() == []
