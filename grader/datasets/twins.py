"""Twins: tables generated from a seed that look like published ones.

Everybody can download wine quality and California housing, so rows that decide points must not
come from there. A twin has the columns of the published table, about its marginal distributions
and rank correlations, and a target that is as hard to predict. :mod:`grader.datasets.fitting`
fitted the numbers once; they lie in ``fitted/NAME.json``.

How rows are made, for a table of d columns:

1. v is standard normal in d dimensions, and u = root v has the copula's correlation: a Gaussian
   copula (Nelsen 2006, An Introduction to Copulas, section 2.5).
2. Column j is the fitted quantile function of the published column at u_j, rounded as it is there.
3. The target sees r < d coordinates e = D' v along orthonormal directions D, through
   h(e) = b · e + sum_k c_k tanh(w_k · e + t_k), plus noise.

Another seed draws other rows and other directions. Since e is standard normal whatever D is, the
distribution of h(e), the share of each class and the best accuracy that anybody can reach are the
same for all seeds, while the effect of every column on the target is drawn anew. The first
direction, which carries nearly all of the linear effect, is orthogonal to the published table's
and to that of the example seed: what was learnt from those rows is worth nothing here. All
directions are taken from the subspace of v that the standardised columns tell most about: what
hides in small differences of columns that nearly agree, or in the bulk of a column with a long
tail, would be harder to learn for some seeds than for others.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from grader.datasets.streams import stream, whole_seed
from grader.datasets.table import Table
from grader.errors import SpecError

__all__ = ["EXAMPLE_SEED", "TWINS", "TwinFit", "fit_of", "twin"]

EXAMPLE_SEED = 1
"""The seed of the rows that are handed out; no other seed has anything in common with it."""

TwinName = Literal["wine", "housing"]
TWINS: tuple[str, ...] = get_args(TwinName)

Array = NDArray[np.float64]


@dataclass(frozen=True)
class TwinFit:
    """What was fitted to a published table; see the module's docstring for the symbols.

    Attributes:
        columns: names of the d features.
        decimals: (d,) to which each is rounded.
        target_name: name of the target.
        scores: (g,) standard normal scores at which quantiles were taken.
        quantiles: (d, g) the features' quantiles there.
        root: (d, d) symmetric root of the copula's correlation.
        readable: (d, k) orthonormal basis of the subspace that drawn directions lie in.
        directions: (d, r) those of the published table, orthonormal.
        linear: (r,) b.
        outer: (m,) c.
        inner: (r, m) w.
        offsets: (m,) t.
        centre: what is taken from h before it is used.
        target: how a target is made of h: ``{"kind": "classes", "scale", "intercept"}`` or
            ``{"kind": "quantity", "noise", "decimals", "levels", "values", "cap"}``.
    """

    columns: tuple[str, ...]
    decimals: tuple[int, ...]
    target_name: str
    scores: Array
    quantiles: Array
    root: Array
    readable: Array
    directions: Array
    linear: Array
    outer: Array
    inner: Array
    offsets: Array
    centre: float
    target: dict[str, Any]


@cache
def fit_of(name: str) -> TwinFit:
    """Return what was fitted to the published table ``name``.

    Raises:
        SpecError: there is no twin of that name.
    """
    if name not in TWINS:
        raise SpecError(
            f"there is no twin of {name!r}", remedy=f"There are twins of {' and '.join(TWINS)}."
        )
    text = (files("grader.datasets") / "fitted" / f"{name}.json").read_text(encoding="utf-8")
    found = json.loads(text)
    arrays = "scores quantiles root readable directions linear outer inner offsets".split()
    return TwinFit(
        columns=tuple(found["columns"]),
        decimals=tuple(found["decimals"]),
        target_name=found["target_name"],
        centre=found["centre"],
        target=found["target"],
        **{key: np.array(found[key]) for key in arrays},
    )


def twin(name: str, rows: int, seed: int, *, published_target: bool = False) -> Table:
    """Generate a table like the published one called ``name``.

    The first rows do not depend on how many there are.

    Args:
        name: ``"wine"`` or ``"housing"``.
        rows: how many rows, 1 or more.
        seed: decides the rows and what the target depends on; see
            :func:`grader.datasets.streams.stream`.
        published_target: let the target depend on the columns as it does in the published table,
            to compare both. Never to be graded with: everybody has that table.

    Raises:
        SpecError: there is no such twin, or ``rows`` or ``seed`` is out of range.
    """
    fit = fit_of(name)
    seed = whole_seed(seed)
    if rows < 1:
        raise SpecError(f"a twin has 1 row or more, found {rows}")
    normal = stream(seed, name, "rows").standard_normal((rows, len(fit.columns)))
    directions = fit.directions if published_target else drawn_directions(name, seed)
    return Table(
        name=name,
        features=features_at(normal @ fit.root, fit.scores, fit.quantiles, fit.decimals),
        target=_target(fit, normal @ directions, stream(seed, name, "noise")),
        columns=fit.columns,
        target_name=fit.target_name,
        twin=True,
    )


def drawn_directions(name: str, seed: int) -> Array:
    """Return the (d, r) orthonormal directions that the target of ``seed`` depends on."""
    fit = fit_of(name)
    avoided = [fit.directions[:, 0]]
    if seed != EXAMPLE_SEED:
        avoided.append(drawn_directions(name, EXAMPLE_SEED)[:, 0])
    within = fit.readable.T @ np.column_stack(avoided)
    count, r = len(within), fit.directions.shape[1]
    rng = stream(seed, name, "directions")
    first = rng.standard_normal(count)
    basis = np.linalg.qr(within)[0]
    first -= basis @ (basis.T @ first)
    others = rng.standard_normal((count, r - 1))
    chosen, triangle = np.linalg.qr(np.column_stack([first, others]))
    # The signs of a basis are the library's choice; with those of the triangle they are not.
    return np.asarray(fit.readable @ (chosen * np.sign(np.diag(triangle))))


def latent(fit: TwinFit, e: Array) -> Array:
    """Return h at the rows of ``e``, (n, r), centred: (n,)."""
    bent = np.tanh(e @ fit.inner + fit.offsets)
    return np.asarray(e @ fit.linear + bent @ fit.outer - fit.centre)


def features_at(u: Array, scores: Array, quantiles: Array, decimals: Sequence[int]) -> Array:
    """Return the (n, d) features of normal scores ``u``, (n, d).

    Args:
        u: one column for each feature.
        scores: (g,) normal scores, increasing.
        quantiles: (d, g) each feature's quantiles there; beyond the ends they go on as they end.
        decimals: (d,) to which features are rounded.
    """
    columns = zip(u.T, quantiles, decimals, strict=True)
    return np.column_stack(
        [np.round(np.interp(one, scores, known), places) for one, known, places in columns]
    )


def _target(fit: TwinFit, e: Array, rng: np.random.Generator) -> NDArray[Any]:
    """Return the (n,) targets for coordinates ``e``, (n, r)."""
    h, how = latent(fit, e), fit.target
    if how["kind"] == "classes":
        p = 1 / (1 + np.exp(-(how["scale"] * h + how["intercept"])))
        return np.asarray(rng.random(len(h)) < p, np.int64)
    level = h + how["noise"] * rng.standard_normal(len(h))
    values = np.round(np.interp(level, how["levels"], how["values"]), how["decimals"])
    capped = values >= round(how["cap"], how["decimals"])
    return np.asarray(np.where(capped, how["cap"], values))
