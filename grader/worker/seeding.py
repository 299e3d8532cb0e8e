"""Seeds for every source of random numbers that a submission commonly uses."""

from __future__ import annotations

import contextlib
import random
import sys
from collections.abc import Callable, Iterator

import numpy as np
from numpy.random import bit_generator

__all__ = ["kept_randomness", "seed_all"]


def seed_all(seed: int) -> None:
    """Seed Python, numpy (legacy and default), and torch and TensorFlow where they are loaded.

    ``np.random.default_rng()`` without a seed asks the operating system for entropy. Its source
    is replaced by a seeded stream, so that an unseeded generator is fresh at every call and the
    same in every run.

    Args:
        seed: 0 <= seed < 2**32.
    """
    random.seed(seed)
    np.random.seed(seed)
    entropy = random.Random(seed)
    bit_generator.randbits = entropy.getrandbits  # type: ignore[attr-defined]
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.manual_seed(seed)
    keras = sys.modules.get("keras")
    if keras is not None:
        keras.utils.set_random_seed(seed)
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is not None:
        tensorflow.random.set_seed(seed)
    if torch is not None or keras is not None or tensorflow is not None:
        # keras seeds these with a number of its own; ours come last so that no library matters
        random.seed(seed)
        np.random.seed(seed)


def _entropy() -> Callable[[int], int]:
    """Return where numpy gets the entropy of unseeded generators from."""
    source: Callable[[int], int] = bit_generator.randbits  # type: ignore[attr-defined]
    return source


@contextlib.contextmanager
def kept_randomness() -> Iterator[None]:
    """Let every source of random numbers go on, after the block, where it was before."""
    python, legacy, entropy = random.getstate(), np.random.get_state(), _entropy()
    torch, tensorflow = sys.modules.get("torch"), sys.modules.get("tensorflow")
    torch_state = torch.get_rng_state() if torch is not None else None
    generator = tensorflow.random.get_global_generator() if tensorflow is not None else None
    state = generator.state.numpy() if generator is not None else None
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(legacy)
        bit_generator.randbits = entropy  # type: ignore[attr-defined]
        if torch is not None:
            torch.set_rng_state(torch_state)
        if tensorflow is not None:
            tensorflow.random.set_global_generator(
                tensorflow.random.Generator.from_state(state, alg="philox")
            )
