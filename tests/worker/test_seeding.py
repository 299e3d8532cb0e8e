"""The same numbers for the same seed, others for another one."""

from __future__ import annotations

import random

import numpy as np
import pytest
from numpy.random import bit_generator

from grader.worker.seeding import seed_all


@pytest.fixture(autouse=True)
def _kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave numpy's source of entropy as it was."""
    monkeypatch.setattr(bit_generator, "randbits", bit_generator.randbits)


def draw() -> list[float]:
    return [
        random.random(),
        float(np.random.rand()),
        float(np.random.default_rng().random()),
        float(np.random.default_rng().random()),
        float(np.random.Generator(np.random.PCG64()).random()),
        float(np.random.RandomState().rand()),
    ]


def test_reproducible_and_different() -> None:
    draws = []
    for seed in (0, 2**32 - 1, 0):
        seed_all(seed)
        draws.append(draw())
    assert draws[0] == draws[2]
    assert not set(draws[0]) & set(draws[1])
    assert len(set(draws[0])) == 6


def test_torch() -> None:
    torch = pytest.importorskip("torch")
    numbers = []
    for seed in (1, 2, 1):
        seed_all(seed)
        numbers.append(torch.rand(3).tolist())
    assert numbers[0] == numbers[2] != numbers[1]
    torch.manual_seed(1)
    assert torch.rand(3).tolist() == numbers[0]
