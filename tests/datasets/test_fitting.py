from __future__ import annotations

import numpy as np
import pytest

from grader.datasets import TWINS, load
from grader.datasets.fitting import RECIPES, fitted
from grader.datasets.twins import fit_of, latent


@pytest.mark.parametrize("name", TWINS)
def test_the_twins_are_what_the_published_tables_give(published, name):
    table, kept = load(name), fit_of(name)
    found = fitted(table, RECIPES[name])
    assert tuple(found["columns"]) == kept.columns
    for key in ("scores", "quantiles", "root"):
        np.testing.assert_allclose(found[key], getattr(kept, key), rtol=2e-5, atol=2e-6)
    # A subspace and a network have many bases and parameters; what they do is compared.
    assert np.linalg.norm(kept.readable.T @ found["readable"], -2) == pytest.approx(1, abs=1e-3)
    v = np.random.default_rng(0).standard_normal((2000, len(kept.columns)))
    again = kept.__class__(
        **{
            key: value if key in ("target", "centre") else np.asarray(value)
            for key, value in found.items()
        }
    )
    ours, theirs = (latent(fit, v @ fit.directions) for fit in (kept, again))
    assert np.corrcoef(ours, theirs)[0, 1] > 0.999
    for key, value in kept.target.items():
        if key != "kind":
            np.testing.assert_allclose(found["target"][key], value, rtol=0.01, atol=0.01)
