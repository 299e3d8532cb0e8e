"""The five updates by the book, and as known mistakes make them.

Each takes (w, grad, state, lr) and options and returns (w_new, state), as the interface says. The
right ones agree with torch.optim in float64: SGD (dampening 0), Adagrad, RMSprop and Adam.
"""

from __future__ import annotations

from functools import partial

import numpy as np


def sgd(w, grad, state, lr):
    """Gradient descent."""
    return w - lr * grad, None


def momentum(w, grad, state, lr, beta=0.9, gain=1.0, nesterov=False, lr_inside=False, kept=True):
    """Heavy ball: v = beta v + gain g; the right gain is 1."""
    v = np.zeros_like(w) if state is None or not kept else state
    if lr_inside:
        v = beta * v + lr * grad
        return w - v, v
    v = beta * v + gain * grad
    return w - lr * (grad + beta * v if nesterov else v), v


def adagrad(w, grad, state, lr, eps=1e-10, start=0.0, summed=True, power=0.5, inside=False):
    """Divide by the root of the sum of squares."""
    s = np.full_like(w, start) if state is None or not summed else state
    s = s + grad * grad
    return w - lr * grad / _divisor(s, eps, power, inside), s


def rmsprop(
    w, grad, state, lr, rho=0.9, eps=1e-8, swapped=False, warm=False, power=0.5, inside=False
):
    """Divide by the root of the mean square."""
    keep = 1.0 - rho if swapped else rho
    if state is None:
        state = grad * grad if warm else np.zeros_like(w)
    s = keep * state + (1.0 - keep) * grad * grad
    return w - lr * grad / _divisor(s, eps, power, inside), s


def adam(
    w,
    grad,
    state,
    lr,
    beta1=0.9,
    beta2=0.999,
    eps=1e-8,
    correct="mv",
    counted=True,
    power=0.5,
    inside=False,
    eps_before=False,
):
    """Divide the corrected mean by the root of the corrected mean square."""
    t, m, v = (0, np.zeros_like(w), np.zeros_like(w)) if state is None else state
    t = t + 1 if counted else 1
    m = beta1 * m + (1.0 - beta1) * grad
    v = beta2 * v + (1.0 - beta2) * grad * grad
    m_hat = m / (1.0 - beta1**t) if "m" in correct else m
    correction = 1.0 - beta2**t if "v" in correct else 1.0
    if eps_before:
        step = m_hat / ((np.sqrt(v) + eps) / np.sqrt(correction))
    else:
        step = m_hat / _divisor(v / correction, eps, power, inside)
    return w - lr * step, (t, m, v)


def uphill(update):
    """Return an update that adds the step of another one."""

    def wrong(w, grad, state, lr, **options):
        lower, state = update(w, grad, state, lr, **options)
        return 2.0 * w - lower, state

    return wrong


def ignoring(update, *names):
    """Return an update that takes options of these names and does not use them."""

    def wrong(*step, **options):
        used = {name: value for name, value in options.items() if name not in names}
        return update(*step, **used)

    return wrong


def _divisor(s, eps, power, inside):
    return (s + eps) ** power if inside else s**power + eps


UPDATES = {
    "sgd": sgd,
    "momentum": momentum,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adam": adam,
}

UPHILL = "the step is added; subtract it."
INSIDE = "eps stands under the root; it is added to the root."
MISSING = "eps is missing."
KERAS = "eps is 1e-7, as in Keras; the interface gives its default."

MISTAKES = {
    "sgd": {UPHILL: uphill(sgd)},
    "momentum": {
        UPHILL: uphill(momentum),
        "grad comes in times (1 - beta); here it comes in whole.": (
            lambda w, grad, state, lr, beta=0.9: momentum(
                w, grad, state, lr, beta=beta, gain=1.0 - beta
            )
        ),
        "nothing is kept from step to step.": partial(momentum, kept=False),
        "that is Nesterov's momentum, a step of lr * (grad + beta * v).": partial(
            momentum, nesterov=True
        ),
        "lr is a part of the velocity; v = beta v + grad, and lr multiplies it only in the step.": (
            partial(momentum, lr_inside=True)
        ),
        "beta is not used; 0.9 stands in its place.": ignoring(momentum, "beta"),
    },
    "adagrad": {
        UPHILL: uphill(adagrad),
        "the sum of squares starts at 0.1, as in Keras; here it starts at 0.": partial(
            adagrad, start=0.1
        ),
        "the squares of the steps are not summed.": partial(adagrad, summed=False),
        "the root is missing.": partial(adagrad, power=1.0),
        INSIDE: partial(adagrad, inside=True),
        MISSING: ignoring(partial(adagrad, eps=0.0), "eps"),
        KERAS: partial(adagrad, eps=1e-7),
    },
    "rmsprop": {
        UPHILL: uphill(rmsprop),
        "the root is missing.": partial(rmsprop, power=1.0),
        "rho and 1 - rho are swapped.": partial(rmsprop, swapped=True),
        "the mean square starts at the first square; here it starts at 0.": partial(
            rmsprop, warm=True
        ),
        "rho is not used; 0.9 stands in its place.": ignoring(rmsprop, "rho"),
        "rho is 0.99, PyTorch's default; here it is 0.9.": partial(rmsprop, rho=0.99),
        INSIDE: partial(rmsprop, inside=True),
        MISSING: ignoring(partial(rmsprop, eps=0.0), "eps"),
        KERAS: partial(rmsprop, eps=1e-7),
    },
    "adam": {
        UPHILL: uphill(adam),
        "the bias correction is missing.": partial(adam, correct=""),
        "the mean square is not corrected, only the mean gradient.": partial(adam, correct="m"),
        "the mean gradient is not corrected, only the mean square.": partial(adam, correct="v"),
        "t stays 1.": partial(adam, counted=False),
        "beta1 and beta2 are swapped.": (
            lambda w, grad, state, lr, beta1=0.9, beta2=0.999, eps=1e-8: adam(
                w, grad, state, lr, beta1=beta2, beta2=beta1, eps=eps
            )
        ),
        "one beta, 0.95, serves both averages, and the bias correction is missing.": (
            lambda w, grad, state, lr, eps=1e-8, **_: adam(
                w, grad, state, lr, beta1=0.95, beta2=0.95, eps=eps, correct="", inside=True
            )
        ),
        "beta1 and beta2 are not used; 0.9 and 0.999 stand in their places.": ignoring(
            adam, "beta1", "beta2"
        ),
        "the root is missing.": partial(adam, power=1.0),
        INSIDE: partial(adam, inside=True),
        MISSING: ignoring(partial(adam, eps=0.0), "eps"),
        KERAS: partial(adam, eps=1e-7),
        "eps is added before the mean square is corrected; it is added to sqrt(v_hat).": partial(
            adam, eps_before=True
        ),
    },
}


def trajectory(update, gradient, start, steps, lr, **options):
    """Return the parameter after each step, (steps, *shape).

    Args:
        update: one of the functions above.
        gradient: w -> gradient at w.
        start: where w starts.
        steps: how many.
        lr: learning rate, one number or one for each step.
        **options: of the update.
    """
    w, state, path = start, None, []
    with np.errstate(all="ignore"):  # mistakes may run away
        for rate in np.broadcast_to(lr, steps):
            w, state = update(w, gradient(w), state, float(rate), **options)
            path.append(w)
    return np.array(path)
