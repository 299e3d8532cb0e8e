"""What a check leaves as it was: random numbers, figures, and what is displayed."""

from __future__ import annotations

import contextlib
import random
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import bit_generator

__all__ = ["kept_states"]


@contextlib.contextmanager
def kept_states() -> Iterator[None]:
    """Let everything random, and every figure, go on after the block where it was before.

    What code shows inside the block, figures too, is not shown.
    """
    with contextlib.ExitStack() as stack:
        for restore in (_plain_random(), _torch_random(), _tensorflow_random(), _keras_random()):
            stack.callback(restore)
        stack.enter_context(_own_figures())
        stack.enter_context(_silent_displays())
        yield


def _plain_random() -> Callable[[], None]:
    """Remember Python's and numpy's generators, and numpy's source of entropy."""
    python, legacy = random.getstate(), np.random.get_state()
    entropy = bit_generator.randbits  # type: ignore[attr-defined]

    def restore() -> None:
        random.setstate(python)
        np.random.set_state(legacy)
        bit_generator.randbits = entropy  # type: ignore[attr-defined]

    return restore


def _torch_random() -> Callable[[], None]:
    """Remember the generators of torch: the processor's, and those of devices in use."""
    torch = sys.modules.get("torch")
    if torch is None:
        return _nothing
    processor = torch.get_rng_state()
    devices = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None

    def restore() -> None:
        torch.set_rng_state(processor)
        if devices is not None:
            torch.cuda.set_rng_state_all(devices)

    return restore


def _tensorflow_random() -> Callable[[], None]:
    """Remember TensorFlow's global generator, and the seeds of its operations."""
    tensorflow = sys.modules.get("tensorflow")
    eager = sys.modules.get("tensorflow.python.eager.context")
    if tensorflow is None or eager is None:
        return _nothing
    generator = tensorflow.random.get_global_generator()
    state = generator.state.numpy()
    context = eager.context()
    seed, operations = context._seed, getattr(context, "_rng", None)
    drawn = operations and operations.getstate()

    def restore() -> None:
        tensorflow.random.set_global_generator(generator)
        generator.state.assign(state)
        context._seed = seed
        if operations is not None:
            context._rng = operations
            operations.setstate(drawn)

    return restore


def _keras_random() -> Callable[[], None]:
    """Remember the seed of Keras and the generator that it made from it, if it has made one."""
    module = sys.modules.get("keras.src.backend.common.global_state")
    if module is None:
        return _nothing
    tracker: Any = module.GLOBAL_STATE_TRACKER
    names = ("global_random_seed", "global_seed_generator")
    kept = {name: getattr(tracker, name, None) for name in names}
    generator = kept["global_seed_generator"]
    state = None if generator is None else np.array(generator.state.numpy())

    def restore() -> None:
        for name, value in kept.items():
            setattr(tracker, name, value)
        if generator is not None:
            generator.state.assign(state)

    return restore


def _nothing() -> None:
    """Restore what was not loaded."""


@contextlib.contextmanager
def _own_figures() -> Iterator[None]:
    """Hide the open figures, keep matplotlib's settings, and close what is opened inside.

    A figure that stayed open would be shown below the cell.
    """
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    with contextlib.ExitStack() as stack:
        if "matplotlib" in sys.modules:
            stack.enter_context(sys.modules["matplotlib"].rc_context())
        if helpers is not None:
            hidden, helpers.Gcf.figs = helpers.Gcf.figs, OrderedDict()
            stack.callback(setattr, helpers.Gcf, "figs", hidden)
        try:
            yield
        finally:
            if (pyplot := sys.modules.get("matplotlib.pyplot")) is not None:
                pyplot.close("all")


@contextlib.contextmanager
def _silent_displays() -> Iterator[None]:
    """Drop what is displayed, where IPython would show it."""
    capture = sys.modules.get("IPython.utils.capture")
    if capture is None:
        yield
        return
    with capture.capture_output(stdout=False, stderr=False, display=True):
        yield
