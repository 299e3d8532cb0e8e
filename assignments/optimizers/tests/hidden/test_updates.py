"""Hidden tests of the five updates: their trajectories, states and manners."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks import assert_close, assert_equal, assert_unmodified, credit

from .textbook import MISTAKES, UPDATES, trajectory

NAMES = list(UPDATES)
WITH_STATE = [name for name in NAMES if name != "sgd"]

OTHER_OPTIONS = {
    "sgd": {},
    "momentum": {"beta": 0.6},
    "adagrad": {"eps": 0.5},
    "rmsprop": {"rho": 0.7, "eps": 0.1},
    "adam": {"beta1": 0.8, "beta2": 0.95, "eps": 0.1},
}

# Single precision strays by 1e-6 or so over eight steps. Every mistake that is known strays by
# 1e-3 or more, but for the place of eps, which has a test of its own.
RTOL, ATOL = 1e-5, 1e-6


def take_step(submission, name, w, grad, state, **options):
    """Return (w_new, state) of one call, after a look at what came back."""
    result = getattr(submission, name)(w, grad, state, **options)
    pair = isinstance(result, tuple | list) and len(result) == 2
    assert pair, f"{name}() must return two things, (w_new, state); it returned {str(result)[:60]}"
    assert_equal(np.shape(result[0]), np.shape(w), name=f"shape of w_new from {name}()")
    # A copy: the next call gets an array, whatever library's object this one was.
    return np.array(result[0], dtype=float), result[1]


def follow(submission, name, gradient, start, steps, lr, **options):
    """Return where the submission's update goes, each gradient taken where it stands."""
    w, state, path = start, None, []
    for rate in np.broadcast_to(lr, steps):
        w, state = take_step(submission, name, w, gradient(w), state, lr=float(rate), **options)
        path.append(w)
    return np.array(path)


def check(submission, name, gradient, start, steps, lr, what, **options):
    """Compare every step with the book, and name the mistake if it is a known one."""
    actual = follow(submission, name, gradient, start, steps, lr, **options)
    compare_paths(actual, name, gradient, start, steps, lr, what, **options)


def compare_paths(actual, name, gradient, start, steps, lr, what, **options):
    """Compare a path that was followed with the book."""
    problem = (gradient, start, steps, lr)
    expected = trajectory(UPDATES[name], *problem, **options)
    try:
        assert_close(actual, expected, rtol=RTOL, atol=ATOL, name=f"w after each step {what}")
    except AssertionError as error:
        for told, wrong in MISTAKES[name].items():
            path = trajectory(wrong, *problem, **options)
            if np.allclose(actual, path, rtol=RTOL, atol=ATOL, equal_nan=True):
                text = f"These are the steps of {name}() with a known mistake: {told}\n{error}"
                raise AssertionError(text) from None
        raise


@pytest.mark.points(5)
@pytest.mark.reveal
@pytest.mark.hint(
    "A first step can be right by accident: compare the second and the third as well."
)
@pytest.mark.parametrize("name", NAMES)
def test_quadratic(submission, rng, name):
    """Six steps in a bowl ten times as steep in one direction are right, for each optimizer."""
    steepness = np.array([1.0, 10.0, 3.0])
    start = rng.uniform(0.5, 2.0, size=3) * rng.choice([-1.0, 1.0], size=3)
    check(submission, name, lambda w: steepness * w, start, 6, 0.05, "in the bowl")


def rosenbrock_gradient(w):
    """Return the gradient of (1 - a) ** 2 + 100 (b - a ** 2) ** 2."""
    a, b = w
    return np.array([-2.0 * (1.0 - a) - 400.0 * a * (b - a * a), 200.0 * (b - a * a)])


# Small enough for right code not to run away where gradients are about 200.
VALLEY_RATES = {"sgd": 5e-4, "momentum": 2e-4, "adagrad": 0.1, "rmsprop": 0.02, "adam": 0.05}


@pytest.mark.points(4)
@pytest.mark.reveal
@pytest.mark.hint("Nothing but grad may depend on the function: lr is the only scale.")
@pytest.mark.parametrize("name", NAMES)
def test_rosenbrock(submission, rng, name):
    """Eight steps in Rosenbrock's curved valley are right, for each optimizer."""
    start = np.array([rng.uniform(-1.4, -1.0), rng.uniform(0.5, 1.0)])
    check(submission, name, rosenbrock_gradient, start, 8, VALLEY_RATES[name], "in the valley")


@pytest.mark.points(4)
@pytest.mark.reveal
@pytest.mark.hint(
    "Every entry has a mean, a sum and a step of its own. Where all gradients were 0, 0 is divided "
    "by eps, and the entry stays."
)
@pytest.mark.parametrize("name", NAMES)
def test_matrix(submission, rng, name):
    """Five steps of a matrix are right, one column of which has no gradient at all."""
    X, y = rng.normal(size=(8, 4)), rng.normal(size=(8, 3))
    X[:, 2] = 0.0  # a pixel that is never lit: the gradient of its row is exactly 0
    start = rng.normal(size=(4, 3))
    # So small that its place does not show, wherever a random gradient happens to be near 0.
    options = {"eps": 1e-12} if "eps" in OTHER_OPTIONS[name] else {}
    gradient = lambda w: X.T @ (X @ w - y) / 8.0  # noqa: E731
    check(submission, name, gradient, start, 5, 0.05, "of the matrix", **options)


@pytest.mark.points(5)
@pytest.mark.reveal
@pytest.mark.hint(
    "Use the arguments, not their usual values. A state that holds lr is wrong once lr changes."
)
@pytest.mark.parametrize("name", NAMES)
def test_other_options(submission, rng, name):
    """Six steps are right with other options, and a learning rate that changes on the way."""
    start = rng.uniform(0.5, 2.0, size=4)
    steepness = np.array([0.5, 1.0, 2.0, 4.0])
    rates = np.array([0.1, 0.05, 0.08, 0.02, 0.06, 0.03])
    what = "with other options"
    check(submission, name, lambda w: steepness * w, start, 6, rates, what, **OTHER_OPTIONS[name])


@pytest.mark.points(3)
@pytest.mark.reveal
@pytest.mark.hint(
    "sqrt(s) + eps, not sqrt(s + eps); eps is 1e-10 in adagrad and 1e-8 in rmsprop and adam."
)
@pytest.mark.parametrize("name", ["adagrad", "rmsprop", "adam"])
def test_eps(submission, rng, name):
    """Where eps stands, and its default, are right: tiny gradients show it."""
    eps = {"adagrad": 1e-10, "rmsprop": 1e-8, "adam": 1e-8}[name]
    # Gradients about as large as eps. Under the root, eps would make the steps 1e-4 times as long.
    slopes = eps * rng.uniform(1.0, 4.0, size=3)
    # From 0, so that even steps of that length leave no digit behind.
    check(submission, name, lambda _: slopes, np.zeros(3), 5, 0.1, "with tiny gradients")


@pytest.mark.points(4)
@pytest.mark.reveal
@pytest.mark.hint(
    "Make the state when it is None, inside the function, and return it. A global variable, an "
    "attribute of the function or a default argument is one state for all parameters."
)
@pytest.mark.parametrize("name", WITH_STATE)
def test_states_are_separate(submission, rng, name):
    """Two parameters that are updated by turns do not disturb each other."""
    starts = [rng.uniform(0.5, 2.0, size=2), rng.uniform(-9.0, -5.0, size=2)]
    steepness = [np.array([1.0, 2.0]), np.array([3.0, 0.5])]
    ws, states, paths = list(starts), [None, None], [[], []]
    for _ in range(5):
        for i in (0, 1):
            ws[i], states[i] = take_step(
                submission, name, ws[i], steepness[i] * ws[i], states[i], lr=0.05
            )
            paths[i].append(ws[i])
    for i, which in enumerate(("first", "second")):
        bowl = steepness[i]
        compare_paths(
            np.array(paths[i]),
            name,
            lambda w, bowl=bowl: bowl * w,
            starts[i],
            5,
            0.05,
            f"of the {which} of two parameters",
        )


@pytest.mark.points(5)
@pytest.mark.reveal
@pytest.mark.hint(
    "`w -= ...`, `v *= beta` and `state['t'] += 1` change what the caller holds; w = w - ... does "
    "not. Copy a list or a dict before you change it."
)
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_changed(submission, rng, name):
    """An update changes neither w, nor grad, nor the state: the same call again gives the same."""
    start, slopes = rng.uniform(0.5, 2.0, size=3), rng.normal(size=(3, 3))
    w, state = start, None
    for slope in slopes[:2]:
        w, state = take_step(submission, name, w, slope, state, lr=0.1)
    third = assert_unmodified(getattr(submission, name), w, slopes[2], state, lr=0.1)
    # A function that does nothing would have the best manners: the step must be right, too.
    given = iter(slopes)
    expected = trajectory(UPDATES[name], lambda _: next(given), start, 3, 0.1)[-1]
    assert_close(third[0], expected, rtol=RTOL, atol=ATOL, name="w after the third step")
    credit(0.5, "the arguments stay as they were")
    again, _ = take_step(submission, name, w, slopes[2], state, lr=0.1)
    assert_close(again, expected, rtol=RTOL, atol=ATOL, name="w after the third step, made again")
