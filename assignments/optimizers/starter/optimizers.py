# %% [markdown]
# # Optimizers compared
#
# Backpropagation says in which direction every weight should move. How far, an *optimizer* decides:
# from the gradient of this step, and from what it remembers of the steps before. You write five of
# them, each three lines long, and then you compare them in such a way that the winner is not an
# accident.
#
# **An update is a function.** It takes a parameter `w`, the gradient at `w` and what the last call
# left behind, its `state`; it returns the new parameter and the new state. Before the first step the
# state is `None`. Nothing that was passed in is changed, and nothing is remembered elsewhere: a
# network has many parameters, and each has a state of its own.
#
# Every operation is elementwise, so that one function serves a bias and a matrix alike.

# %%
"""Optimizers compared: five update rules, and a fair comparison of them."""

from typing import Any

import numpy as np

Params = dict[str, np.ndarray]


# %% [markdown]
# ## 1. Gradient descent
#
# $$w \leftarrow w - \eta\, g$$
#
# Minus: the gradient points uphill.

# %%
def sgd(w: np.ndarray, grad: np.ndarray, state: Any, lr: float) -> tuple[np.ndarray, Any]:
    """Take one step of gradient descent.

    Args:
        w: parameter, any shape; not changed.
        grad: gradient of the loss at w, same shape; not changed.
        state: None; there is nothing to remember.
        lr: learning rate, float > 0.

    Returns:
        The new parameter, and None.
    """
    raise NotImplementedError("Write sgd() here.")


# %% [markdown]
# ## 2. Momentum
#
# $$v \leftarrow \beta v + g, \qquad w \leftarrow w - \eta\, v$$
#
# A heavy ball: it keeps nine tenths of its velocity and gathers speed where gradients agree. Books
# also print the average $v \leftarrow \beta v + (1 - \beta) g$, whose steps are $1/(1-\beta)$ times
# smaller (ten times for $\beta = 0.9$). Here, as in PyTorch, there is no $(1-\beta)$, and the
# learning rate is no part of $v$.

# %%
def momentum(
    w: np.ndarray, grad: np.ndarray, state: Any, lr: float, beta: float = 0.9
) -> tuple[np.ndarray, Any]:
    """Take one step of gradient descent with momentum (Polyak's heavy ball).

    Args:
        w: parameter, any shape; not changed.
        grad: gradient of the loss at w, same shape; not changed.
        state: None at the first step, then what the last call returned; not changed.
        lr: learning rate, float > 0.
        beta: share of the velocity that is kept, 0 <= beta < 1.

    Returns:
        The new parameter, and the state for the next step.
    """
    raise NotImplementedError("Write momentum() here.")


# %% [markdown]
# ## 3. Adagrad
#
# $$s \leftarrow s + g^2, \qquad w \leftarrow w - \eta\, \frac{g}{\sqrt{s} + \varepsilon}$$
#
# Each entry of `w` gets a rate of its own: small where gradients have been large, large where they
# have been rare or small. $s$ only grows, so all rates shrink for ever.
#
# $\varepsilon$ stands *beside* the root, here and below. Under the root it would be something else:
# $\sqrt{10^{-10}}$ is $10^{-5}$.

# %%
def adagrad(
    w: np.ndarray, grad: np.ndarray, state: Any, lr: float, eps: float = 1e-10
) -> tuple[np.ndarray, Any]:
    """Take one step of Adagrad (Duchi, Hazan and Singer, 2011).

    Args:
        w: parameter, any shape; not changed.
        grad: gradient of the loss at w, same shape; not changed.
        state: None at the first step, then what the last call returned; not changed.
        lr: learning rate, float > 0.
        eps: added to the root, so that a gradient of 0 divides by no 0.

    Returns:
        The new parameter, and the state for the next step.
    """
    raise NotImplementedError("Write adagrad() here.")


# %% [markdown]
# ## 4. RMSprop
#
# $$s \leftarrow \rho s + (1 - \rho) g^2, \qquad w \leftarrow w - \eta\, \frac{g}{\sqrt{s} + \varepsilon}$$
#
# Adagrad that forgets: an average in the place of the sum, so that the rates need not vanish. What
# divides is the *root* of the mean square.

# %%
def rmsprop(
    w: np.ndarray, grad: np.ndarray, state: Any, lr: float, rho: float = 0.9, eps: float = 1e-8
) -> tuple[np.ndarray, Any]:
    """Take one step of RMSprop (Tieleman and Hinton, 2012).

    Args:
        w: parameter, any shape; not changed.
        grad: gradient of the loss at w, same shape; not changed.
        state: None at the first step, then what the last call returned; not changed.
        lr: learning rate, float > 0.
        rho: share of the old mean square that is kept, 0 <= rho < 1.
        eps: added to the root.

    Returns:
        The new parameter, and the state for the next step.
    """
    raise NotImplementedError("Write rmsprop() here.")


# %% [markdown]
# ## 5. Adam
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1) g, \qquad v \leftarrow \beta_2 v + (1 - \beta_2) g^2$$
#
# $$\hat m = \frac{m}{1 - \beta_1^t}, \qquad \hat v = \frac{v}{1 - \beta_2^t}, \qquad
# w \leftarrow w - \eta\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon}$$
#
# Momentum and RMSprop in one, with two different averages. Both start at 0 and are too small at
# first; dividing by $1 - \beta^t$, with $t = 1$ at the first step, corrects exactly that. So $t$
# belongs to the state.

# %%
def adam(
    w: np.ndarray,
    grad: np.ndarray,
    state: Any,
    lr: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[np.ndarray, Any]:
    """Take one step of Adam (Kingma and Ba, 2015, algorithm 1).

    Args:
        w: parameter, any shape; not changed.
        grad: gradient of the loss at w, same shape; not changed.
        state: None at the first step, then what the last call returned; not changed.
        lr: learning rate, float > 0.
        beta1: share of the mean gradient that is kept.
        beta2: share of the mean square that is kept.
        eps: added to the root of the corrected mean square.

    Returns:
        The new parameter, and the state for the next step.
    """
    raise NotImplementedError("Write adam() here.")


# %% [markdown]
# ## 6. A network to try them on
#
# This part is given: 64 pixels, 32 hidden units with ReLU, 10 classes with softmax, and the gradient
# of the mean cross-entropy. Use it with your five functions, or build the same network in Keras or
# PyTorch, with your functions or with the library's optimizers: `compare` is graded by what it
# returns. (Mind the defaults there. Keras's Adagrad starts its sum at 0.1, PyTorch's RMSprop keeps
# 0.99, and every optimizer's default rate is for another problem than yours.)

# %%
def start(n_inputs: int, rng: np.random.Generator) -> Params:
    """Return the starting parameters of an n_inputs-32-10 network; biases are 0."""
    return {
        "W1": rng.normal(0.0, np.sqrt(2.0 / n_inputs), size=(n_inputs, 32)),
        "b1": np.zeros(32),
        "W2": rng.normal(0.0, np.sqrt(2.0 / 32), size=(32, 10)),
        "b2": np.zeros(10),
    }


def probabilities(params: Params, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the hidden layer, (n, 32), and the probability of each class, (n, 10)."""
    hidden = np.maximum(X @ params["W1"] + params["b1"], 0.0)
    z = hidden @ params["W2"] + params["b2"]
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return hidden, powers / powers.sum(axis=1, keepdims=True)


def gradients(params: Params, X: np.ndarray, y: np.ndarray) -> Params:
    """Return the gradient of the mean cross-entropy of a batch, under the parameters' names."""
    hidden, delta = probabilities(params, X)
    delta[np.arange(len(y)), y] -= 1.0
    delta /= len(y)
    below = (delta @ params["W2"].T) * (hidden > 0)
    return {
        "W1": X.T @ below,
        "b1": below.sum(axis=0),
        "W2": hidden.T @ delta,
        "b2": delta.sum(axis=0),
    }


def loss_and_accuracy(params: Params, X: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Return the mean cross-entropy and the share of right answers."""
    p = probabilities(params, X)[1]
    right_class = np.maximum(p[np.arange(len(y)), y], 1e-300)  # log(0) is no number
    return float(-np.log(right_class).mean()), float((p.argmax(axis=1) == y).mean())


# %% [markdown]
# ## 7. The comparison
#
# What differs between two runs must be the optimizer and nothing else.
#
# - **The same split, starting weights and batches** for all optimizers of one seed. A random
#   generator that runs on from one optimizer to the next gives each of them other ones, and a model
#   that is used again gives the second one a head start.
# - **A learning rate for each.** One rate for all is no fair comparison: 0.01 is ten times Adam's
#   usual rate and far too little for plain gradient descent here. Try several rates for each, look
#   at the validation loss, write the best down.
# - **Validation rows choose, test rows report.** Whatever was chosen by some rows is no longer
#   measured honestly by them.
# - **Several seeds.** A difference that the next seed turns round is none.

# %%
# Write your code here

# %%
def compare(
    names: list[str], X: np.ndarray, y: np.ndarray, seeds: list[int]
) -> list[dict[str, Any]]:
    """Train one network per optimizer and seed, alike in all else, and say how good each became.

    Of n rows, k = n // 5 are for validation, k for the test, and the others for training: 10
    epochs with batches of 32.

    Args:
        names: which of "sgd", "momentum", "adagrad", "rmsprop" and "adam".
        X: (n, d) rows with entries from 0 to 1.
        y: (n,) int, classes 0 to 9.
        seeds: each decides one split, one start and one order of batches, for all names alike.

    Returns:
        One dict per name and seed: "optimizer", "seed", "lr", "train_loss", "val_loss",
        "val_accuracy", "test_accuracy", all measured on the trained network.

    Raises:
        ValueError: a name is none of the five.
    """
    raise NotImplementedError("Write compare() here.")


# %% [markdown]
# ## 8. The winner
#
# The highest accuracy and the lowest loss need not belong to the same optimizer: accuracy counts how
# many answers are wrong, the loss also how sure of itself the network was. So `best` says *by what*
# it judges, and takes the mean over the seeds. It does not judge by the test rows: an accuracy that
# chose the winner is too good to report.

# %%
def best(rows: list[dict[str, Any]], by: str = "val_loss") -> str:
    """Return the optimizer with the best mean over its rows.

    Args:
        rows: as from `compare`, in any order.
        by: "val_loss" or "train_loss" (lower is better), or "val_accuracy" (higher is better).

    Returns:
        The winner's name. A mean that is nan or infinite loses against every finite one; of equal
        ones the first in `rows` wins.

    Raises:
        ValueError: `rows` is empty, or `by` is none of the three.
    """
    raise NotImplementedError("Write best() here.")

# %% [markdown]
# ## 11. Written questions
#
# Answer in two or three sentences each. They are not scored: the report shows your answers and,
# after the due date, the key points of model answers beside them.
#
# 1. What is the role of an optimizer in training a neural network?
# 2. What are batch, stochastic and mini-batch gradient descent, and what speaks for each?
# 3. Which difficulties does plain gradient descent meet, and what do momentum and adaptive rates do
#    about them? Where is an adaptive step large: where gradients are large, or where they are small?
# 4. What does momentum add, and what does the learning rate trade?
# 5. What are the advantages and disadvantages of stochastic gradient descent?
# 6. Explain Adam. What is the bias correction for, and which parameters get large steps: those with
#    frequent or those with rare gradients?
# 7. How does RMSprop work, and how does it differ from Adagrad, from AdaDelta and from Adam?
# 8. A report says: "All three ran with learning rate 0.01, and RMSprop was best, with the highest
#    validation accuracy, 96.45 %, and a validation loss of 0.4432" (against 0.1530 and 0.2242).
#    What is wrong with it? And is a training loss above the validation loss, with dropout, a bug?
#
# *Your answers:*

# %% [markdown]
# ## 12. Check your work
#
# The cell runs the public tests on the functions as they are defined now.
