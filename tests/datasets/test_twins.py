from __future__ import annotations

import hashlib
import time

import numpy as np
import pytest

from grader.datasets import EXAMPLE_SEED, TWINS, Table, as_csv, load, twin
from grader.datasets.twins import drawn_directions, fit_of
from grader.errors import SpecError

SEEDS = range(100, 112)


def ranks(columns: np.ndarray) -> np.ndarray:
    """Ranks in 0..1 of each column, (n, d); equal values share their mean rank."""
    from scipy.stats import rankdata

    return rankdata(columns, axis=0) / len(columns)


def correlations(table: Table) -> np.ndarray:
    """Rank correlations of all columns, the target last."""
    return np.corrcoef(ranks(np.column_stack([table.features, table.target])).T)


def looked_up(known: Table, wanted: Table, neighbours: int = 25) -> np.ndarray:
    """The mean target of the rows of ``known`` that are nearest to each row of ``wanted``."""
    centre, spread = known.features.mean(axis=0), known.features.std(axis=0)
    a, b = ((table.features - centre) / spread for table in (known, wanted))
    distance = (a**2).sum(axis=1) - 2 * b @ a.T  # up to a constant of each row of b
    nearest = np.argpartition(distance, neighbours, axis=1)[:, :neighbours]
    return known.target[nearest].mean(axis=1)


def skill(table: Table, predicted: np.ndarray) -> float:
    """Accuracy for classes, R2 for a quantity."""
    if table.name == "wine":
        return float(((predicted > 0.5) == table.target).mean())
    return 1 - float(((predicted - table.target) ** 2).mean() / table.target.var())


def learnt(table: Table, train: int, units: int) -> float:
    """The skill, on the other rows, of ridge regression on random tanh features.

    Learns as much as a small network does, in a fraction of the time.
    """
    rng = np.random.default_rng(0)
    x = table.features - table.features[:train].mean(axis=0)
    x = np.clip(x / table.features[:train].std(axis=0), -4, 4)
    weights, offsets = rng.normal(0, 0.4, (x.shape[1], units)), rng.uniform(-1.5, 1.5, units)
    seen = np.column_stack([np.ones(len(x)), x, np.tanh(x @ weights + offsets)])
    known, y = seen[:train], table.target[:train]
    fitted = np.linalg.solve(known.T @ known + np.eye(seen.shape[1]), known.T @ y)
    rest = table._replace(features=table.features[train:], target=table.target[train:])
    return skill(rest, seen[train:] @ fitted)


class TestTable:
    def test_looks_like_the_published_one(self):
        wine, housing = twin("wine", 50, 7), twin("housing", 50, 7)
        assert wine.features.shape == (50, 11)
        assert wine.columns[::10] == ("fixed acidity", "alcohol")
        assert (wine.target_name, wine.target.dtype, wine.twin) == ("good", np.int64, True)
        assert housing.features.shape == (50, 8)
        assert housing.columns[::7] == ("MedInc", "Longitude")
        assert (housing.target_name, housing.target.dtype) == ("MedHouseVal", np.float64)

    @pytest.mark.parametrize("name", TWINS)
    def test_a_seed_always_gives_the_same_rows(self, name):
        one, longer, other = twin(name, 40, 7), twin(name, 90, 7), twin(name, 40, 8)
        np.testing.assert_array_equal(one.features, longer.features[:40])
        np.testing.assert_array_equal(one.target, longer.target[:40])
        assert not (one.features == other.features).all(axis=1).any()

    # What was handed out, and calibrated thresholds, depend on these bytes.
    @pytest.mark.parametrize(
        ("name", "rows", "digest"),
        [
            ("wine", 1199, "43da0f8936afdcff7967a1acb3ef1cd00ac28994ff4bdf001931e3c11634c24f"),
            ("housing", 4000, "ba1fdf64122f60cb85fb9e1fdf59b8a17b978985c318f8917dc7cac1c2918b5d"),
        ],
    )
    def test_the_example_rows_are_the_published_ones(self, name, rows, digest):
        text = as_csv(twin(name, rows, EXAMPLE_SEED))
        assert hashlib.sha256(text.encode()).hexdigest() == digest

    def test_columns_are_rounded_as_published(self):
        wine, housing = twin("wine", 2000, 7), twin("housing", 2000, 7)
        for table in (wine, housing):
            places = fit_of(table.name).decimals
            for column, decimals in zip(table.features.T, places, strict=True):
                np.testing.assert_array_equal(column, np.round(column, decimals))
                assert (column != np.round(column, decimals - 1)).any()
        assert housing.target.max() == 5.00001
        assert 0.03 < (housing.target == 5.00001).mean() < 0.07
        below = housing.target[housing.target < 5]
        np.testing.assert_array_equal(below, np.round(below, 3))

    def test_classes_are_as_frequent_as_published_for_every_seed(self):
        shares = [twin("wine", 10_000, seed).target.mean() for seed in SEEDS]
        assert np.mean(shares) == pytest.approx(855 / 1599, abs=0.005)
        assert max(abs(share - 855 / 1599) for share in shares) < 0.02

    def test_12000_rows_take_less_than_50_ms(self):
        def seconds(seed: int) -> float:
            begin = time.process_time()
            twin("wine", 12_000, seed)
            return time.process_time() - begin

        assert min(seconds(seed) for seed in range(5)) < 0.05

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("mnist", 5, 1), "there is no twin of 'mnist'"),
            (("wine", 0, 1), "a twin has 1 row or more, found 0"),
            (("wine", 5, -1), "a seed is a whole number of 0 or more, found -1"),
        ],
    )
    def test_what_cannot_be_drawn_is_told(self, arguments, message):
        with pytest.raises(SpecError, match=message):
            twin(*arguments)


@pytest.mark.parametrize("name", TWINS)
class TestDirections:
    def test_are_orthonormal(self, name):
        for seed in (EXAMPLE_SEED, 7):
            drawn = drawn_directions(name, seed)
            assert drawn.shape == fit_of(name).directions.shape
            np.testing.assert_allclose(drawn.T @ drawn, np.eye(drawn.shape[1]), atol=1e-5)

    def test_avoid_those_whose_rows_are_known(self, name):
        published = fit_of(name).directions[:, 0]
        example = drawn_directions(name, EXAMPLE_SEED)[:, 0]
        assert abs(published @ example) < 1e-5
        for seed in SEEDS:
            first = drawn_directions(name, seed)[:, 0]
            assert max(abs(first @ published), abs(first @ example)) < 1e-5

    def test_favour_no_seed(self, name):
        firsts = np.array([drawn_directions(name, seed)[:, 0] for seed in range(100, 200)])
        assert np.linalg.norm(firsts.mean(axis=0)) < 0.25
        assert len(np.unique(firsts, axis=0)) == 100


class TestDifficulty:
    """A cheap model here; docs/datasets.md has the assignments' network."""

    def test_of_wine_is_even_over_seeds(self):
        scores = [learnt(twin("wine", 5899, seed), 899, 0) for seed in range(100, 120)]
        assert np.mean(scores) == pytest.approx(0.744, abs=0.008)
        assert np.std(scores) < 0.012

    def test_of_housing_is_even_over_seeds(self):
        scores = [learnt(twin("housing", 9000, seed), 3000, 100) for seed in range(100, 116)]
        assert np.mean(scores) == pytest.approx(0.73, abs=0.01)
        assert np.std(scores) < 0.015

    def test_of_wine_is_that_of_the_published_table(self, published):
        wine = load("wine")
        scores = []
        for seed in range(20):
            order = np.random.default_rng(seed).permutation(1599)
            shuffled = wine._replace(features=wine.features[order], target=wine.target[order])
            scores.append(learnt(shuffled, 899, 0))
        ours = [learnt(twin("wine", 5899, seed), 899, 0) for seed in range(100, 120)]
        assert np.mean(ours) == pytest.approx(np.mean(scores), abs=0.015)

    def test_of_housing_is_that_of_the_published_table(self, published):
        housing = load("housing")
        scores = []
        for seed in range(5):
            order = np.random.default_rng(seed).permutation(20640)[:7000]
            shuffled = housing._replace(
                features=housing.features[order], target=housing.target[order]
            )
            scores.append(learnt(shuffled, 4000, 200))
        ours = [learnt(twin("housing", 7000, seed), 4000, 200) for seed in SEEDS]
        assert np.mean(ours) == pytest.approx(np.mean(scores), abs=0.04)


@pytest.mark.parametrize("name", TWINS)
class TestLookUp:
    """Rows that everybody can have say nothing about the rows that are graded."""

    @pytest.mark.parametrize("source", ["published", "example"])
    def test_in_rows_that_are_known_earns_nothing(self, name, source, request):
        if source == "published":
            request.getfixturevalue("published")
            known = load(name)
            rows = np.random.default_rng(0).permutation(len(known.target))[:1500]
            known = known._replace(features=known.features[rows], target=known.target[rows])
        else:
            known = twin(name, 1500, EXAMPLE_SEED)
        for seed in SEEDS[:5]:
            graded = twin(name, 2000, seed)
            constant = np.full(2000, known.target.mean())
            assert skill(graded, looked_up(known, graded)) < skill(graded, constant) + 0.03

    def test_would_earn_much_if_the_target_were_the_same(self, name):
        rows = twin(name, 3500, 7)
        known = rows._replace(features=rows.features[:1500], target=rows.target[:1500])
        graded = rows._replace(features=rows.features[1500:], target=rows.target[1500:])
        constant = np.full(2000, known.target.mean())
        assert skill(graded, looked_up(known, graded)) > skill(graded, constant) + 0.1

    def test_in_rows_of_other_seeds_earns_nothing_on_average(self, name):
        gains = []
        for seed in SEEDS:
            known, graded = twin(name, 1500, seed + 1000), twin(name, 1000, seed)
            constant = np.full(1000, known.target.mean())
            gains.append(skill(graded, looked_up(known, graded)) - skill(graded, constant))
        assert np.mean(gains) < 0.05


@pytest.mark.parametrize("name", TWINS)
class TestCloseness:
    def test_of_marginals(self, published, name):
        ours, theirs = twin(name, 20_000, 7), load(name)
        share = np.linspace(0.01, 0.99, 99)
        for mine, real in zip(
            (*ours.features.T, ours.target), (*theirs.features.T, theirs.target), strict=True
        ):
            apart = np.abs(np.quantile(mine, share) - np.quantile(real, share))
            assert apart[4:-4].max() < 0.1 * np.subtract(*np.quantile(real, [0.95, 0.05]))

    def test_of_rank_correlations(self, published, name):
        ours = correlations(twin(name, 10_000, 7, published_target=True))
        theirs = correlations(load(name))
        assert np.abs(ours - theirs)[:-1, :-1].max() < 0.03
        assert np.abs(ours - theirs)[-1, :-1].max() < 0.08  # with the target
