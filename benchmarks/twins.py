"""How close the twins are to the published tables, and how even they are over seeds.

    python benchmarks/twins.py

prints the tables of docs/datasets.md as Markdown. The published files must be there:
`grader data fetch`, or GRADER_DATA_DIR.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from scipy.stats import spearmanr
from sklearn.exceptions import ConvergenceWarning
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor

from grader.datasets import EXAMPLE_SEED, Split, Table, load, split, twin

SEEDS = range(100, 120)
SIZES = {
    "wine": {"train": 899, "valid": 300, "test": 400},
    "housing": {"train": 11_610, "valid": 3870, "test": 5160},
}
LAYERS = (30, 10, 5)
STARTS = 3  # a start whose last five units all die says nothing about the data


def marginals(name: str) -> None:
    """Print quantiles of every column, published and twin."""
    real, ours = load(name), twin(name, 100_000, SEEDS[0])
    share = (0.05, 0.25, 0.5, 0.75, 0.95)
    print("| column | | " + " | ".join(f"{p:.0%}" for p in share) + " | mean |")
    print("|---|---|" + "---:|" * (len(share) + 1))
    for label, mine, theirs in zip(
        (*real.columns, real.target_name),
        (*ours.features.T, ours.target),
        (*real.features.T, real.target),
        strict=True,
    ):
        for kind, column in (("published", theirs), ("twin", mine)):
            cells = [f"{value:.4g}" for value in (*np.quantile(column, share), column.mean())]
            print(f"| {label if kind == 'published' else ''} | {kind} | {' | '.join(cells)} |")
    print()


def correlations(name: str) -> None:
    """Print how far rank correlations are apart at most and in the mean."""
    real, ours = load(name), twin(name, 100_000, SEEDS[0], published_target=True)
    a, b = (
        spearmanr(np.column_stack([table.features, table.target])).statistic
        for table in (real, ours)
    )
    apart = np.abs(a - b)
    among = apart[:-1, :-1][np.triu_indices(len(a) - 1, 1)]
    for label, values in (("features", among), ("feature and target", apart[-1, :-1])):
        print(f"| {name} | {label} | {values.max():.3f} | {values.mean():.3f} |")


def score(drawn: Split, *, classes: bool) -> tuple[float, float]:
    """Return accuracy and log loss, or R2 and RMSE, of the start that validates best."""
    centre, spread = drawn.X_train.mean(axis=0), drawn.X_train.std(axis=0)
    train, valid, test = ((X - centre) / spread for X in drawn[::2])
    found = []
    for start in range(STARTS):
        options = {"hidden_layer_sizes": LAYERS, "random_state": start, "alpha": 0.0}
        if classes:
            model = MLPClassifier(batch_size=64, max_iter=25, **options)
            model.fit(train, drawn.y_train)
            p, q = (np.clip(model.predict_proba(X)[:, 1], 1e-7, 1 - 1e-7) for X in (valid, test))
            losses = [
                -np.mean(np.where(y == 1, np.log(prob), np.log(1 - prob)))
                for y, prob in ((drawn.y_valid, p), (drawn.y_test, q))
            ]
            found.append((losses[0], ((q > 0.5) == drawn.y_test).mean(), losses[1]))
        else:
            model = MLPRegressor(batch_size=32, max_iter=20, **options)
            model.fit(train, drawn.y_train)
            squares = [
                float(np.mean((model.predict(X) - y) ** 2))
                for X, y in ((valid, drawn.y_valid), (test, drawn.y_test))
            ]
            found.append((squares[0], 1 - squares[1] / drawn.y_test.var(), squares[1] ** 0.5))
    _, first, second = min(found)
    return float(first), float(second)


def difficulty(name: str, seeds: Sequence[int]) -> None:
    """Print what the assignment's network reaches on both."""
    classes = name == "wine"
    hidden = {**SIZES[name], "test": 10_000}
    rows = sum(hidden.values())
    tables = {
        "published": [split(load(name), **SIZES[name], seed=seed) for seed in seeds],
        "twin, published target": [
            split(twin(name, rows, seed, published_target=True), **hidden, seed=seed)
            for seed in seeds
        ],
        "twin": [split(twin(name, rows, seed), **hidden, seed=seed) for seed in seeds],
    }
    for kind, draws in tables.items():
        scores = np.array([score(drawn, classes=classes) for drawn in draws])
        mean, spread = scores.mean(axis=0), scores.std(axis=0)
        print(
            f"| {name} | {kind} | {len(seeds)} | {mean[0]:.3f} ± {spread[0]:.3f} "
            f"| {scores[:, 0].min():.3f} to {scores[:, 0].max():.3f} "
            f"| {mean[1]:.3f} ± {spread[1]:.3f} |"
        )


def looked_up(known: Table, graded: Table) -> float:
    """Return accuracy or R2 of the mean target of the 25 nearest known rows."""
    centre, spread = graded.features.mean(axis=0), graded.features.std(axis=0)
    kind = KNeighborsClassifier if graded.name == "wine" else KNeighborsRegressor
    # Rows beyond what a twin can draw are drawn to its edge: they are nobody's neighbours there.
    inside = np.clip(known.features, graded.features.min(axis=0), graded.features.max(axis=0))
    model = kind(25).fit((inside - centre) / spread, known.target)
    return float(model.score((graded.features - centre) / spread, graded.target))


def look_ups(name: str, seeds: Sequence[int]) -> None:
    """Print the skill of looking targets up in rows that somebody may have."""
    sources = {
        "the published table": lambda _: load(name),
        "the example rows": lambda _: twin(name, 4000, EXAMPLE_SEED),
        "rows of another seed": lambda seed: twin(name, 4000, seed + 1000),
        "rows of the same seed (cannot be had)": lambda seed: twin(name, 6000, seed),
    }
    for label, source in sources.items():
        skills = []
        for seed in seeds:
            known, graded = source(seed), twin(name, 6000, seed)
            if "same" in label:
                known = known._replace(features=known.features[:4000], target=known.target[:4000])
            graded = graded._replace(features=graded.features[4000:], target=graded.target[4000:])
            if len(known.target) > 4000:
                rows = np.random.default_rng(0).permutation(len(known.target))[:4000]
                known = known._replace(features=known.features[rows], target=known.target[rows])
            skills.append(looked_up(known, graded))
        print(f"| {name} | {label} | {np.mean(skills):.3f} | {max(skills):.3f} |")


def main() -> None:
    warnings.simplefilter("ignore", ConvergenceWarning)
    for name in SIZES:
        print(f"{name}\n")
        marginals(name)
    print("| table | rank correlations of | largest difference | mean |\n|---|---|---:|---:|")
    for name in SIZES:
        correlations(name)
    print("\n| table | rows | seeds | accuracy or R² | range | log loss or RMSE |")
    print("|---|---|---:|---:|---:|---:|")
    difficulty("wine", SEEDS)
    difficulty("housing", SEEDS[:5])
    print("\n| table | looked up in | mean skill | largest |\n|---|---|---:|---:|")
    for name in SIZES:
        look_ups(name, SEEDS[:8])


if __name__ == "__main__":
    main()
