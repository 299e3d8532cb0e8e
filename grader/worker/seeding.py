"""Seeds for every source of random numbers that a submission commonly uses."""

from __future__ import annotations

import random
import sys
from types import ModuleType

import numpy as np
from numpy.random import bit_generator

__all__ = ["seed_all"]


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
        _seed_torch(torch, seed)
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


def _seed_torch(torch: ModuleType, seed: int) -> None:
    accelerator = getattr(torch, "accelerator", None)  # since torch 2.6
    if accelerator is None or accelerator.is_available():
        torch.manual_seed(seed)
    else:
        # For each kind of device that is not there manual_seed() would note who called, source
        # lines and all, lest one appear; that takes longer than a small test.
        torch.default_generator.manual_seed(seed)
