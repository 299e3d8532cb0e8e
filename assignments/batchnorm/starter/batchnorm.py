# %% [markdown]
# # Batch normalization, and whether it helps
#
# Batch normalization rescales what enters a layer so that, over the rows of a batch, every feature
# has mean 0 and variance 1, and then lets training choose another mean and scale. You write it by
# hand, forwards and backwards. Then you build one network twice, with it and without it, train both
# from several seeds with everything else equal, and say what the results allow to be said.
#
# **Conventions.** Rows are examples, columns are features. Everything below is *per feature*: each
# column has its own mean, its own variance, its own $\gamma$ and its own $\beta$.
#
# | symbol | in the code | shape |
# |---|---|---|
# | batch | `x` | `(n, d)` |
# | $\mu$, $\sigma^2$ | mean and variance over the rows | `(d,)` |
# | $\gamma$, $\beta$ | `gamma`, `beta`, learnt | `(d,)` |
# | running statistics | `running["mean"]`, `running["var"]`, not learnt | `(d,)` |

# %%
"""Batch normalization by hand, and an ablation that says no more than its seeds support."""

from typing import Any

import numpy as np
from scipy import stats

Arrays = dict[str, np.ndarray]


# %% [markdown]
# ## 1. Forward
#
# In training, with $m$ rows in the batch:
#
# $$\mu_j = \frac1m \sum_{i=1}^m x_{ij}, \qquad
# \sigma_j^2 = \frac1m \sum_{i=1}^m (x_{ij} - \mu_j)^2, \qquad
# \hat x_{ij} = \frac{x_{ij} - \mu_j}{\sqrt{\sigma_j^2 + \varepsilon}}, \qquad
# \mathrm{out}_{ij} = \gamma_j \hat x_{ij} + \beta_j$$
#
# Here $x_{ij}$ is feature $j$ of the *i*-th **example** of the batch. (Averages over the features of
# one example are another method, layer normalization.) The batch also moves the running statistics:
#
# $$\mathrm{running} \leftarrow (1 - \mathrm{momentum}) \cdot \mathrm{running}
# + \mathrm{momentum} \cdot \mathrm{batch}$$
#
# In evaluation the running statistics stand in for $\mu$ and $\sigma^2$, and nothing is updated: an
# answer about one example must not depend on which others happen to be asked about with it.

# %%
def batchnorm_forward(
    x: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    running: Arrays | None,
    training: bool,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> tuple[np.ndarray, Any, Arrays]:
    """Normalize every feature of a batch, then scale and shift it.

    Args:
        x: (n, d) batch, one example per row, n >= 1; not changed.
        gamma: (d,) scales; not changed.
        beta: (d,) shifts; not changed.
        running: {"mean": (d,), "var": (d,)}, or None for means 0 and variances 1; not changed.
        training: True normalizes by the batch and updates the running statistics; False normalizes
            by the running statistics and updates nothing.
        momentum: the share of the batch in the new running statistics.
        eps: added to the variance, under the root.

    Returns:
        out: (n, d) float.
        cache: what `batchnorm_backward` needs to know about this call.
        running: {"mean": (d,), "var": (d,)} after this call.
    """
    raise NotImplementedError("Write batchnorm_forward() here.")


# %% [markdown]
# ## 2. Backward
#
# Let $D$ be the derivative of the loss by the output. $\gamma$ and $\beta$ are easy:
#
# $$\frac{\partial L}{\partial \beta_j} = \sum_i D_{ij}, \qquad
# \frac{\partial L}{\partial \gamma_j} = \sum_i D_{ij}\, \hat x_{ij}$$
#
# For $x$, mind that every row has a part in $\mu$ and in $\sigma^2$: moving one row moves the outputs
# of all. The three paths together give
#
# $$\frac{\partial L}{\partial x_{ij}} = \frac{\gamma_j}{\sqrt{\sigma_j^2 + \varepsilon}}
# \Bigl( D_{ij} - \frac1m \sum_k D_{kj} - \hat x_{ij}\, \frac1m \sum_k D_{kj}\, \hat x_{kj} \Bigr)$$
#
# Derive it, or take it from here; either way compare with finite differences.

# %%
def batchnorm_backward(dout: np.ndarray, cache: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the gradients of a loss with respect to x, gamma and beta.

    Args:
        dout: (n, d) derivative of the loss by the output; not changed.
        cache: the second value of a call of `batchnorm_forward` with training=True; not changed.

    Returns:
        dx: (n, d), through the batch's mean and variance too.
        dgamma: (d,).
        dbeta: (d,).
    """
    raise NotImplementedError("Write batchnorm_backward() here.")


# %% [markdown]
# ## 3. Two networks that differ in one thing
#
# `n_features`-300-100-10: two hidden layers of 300 and 100 rectified units, ten softmax outputs.
# With `batchnorm=True` both hidden layers have batch normalization; the output layer never has.
#
# **Use Keras or PyTorch, as you like** (plain numpy is welcome too): import it in the first cell.
# The tests pass numpy arrays and take numpy arrays; they never look into your model.
#
# - *Seed* everything inside `build_model` and inside `train`: `keras.utils.set_random_seed(seed)` or
#   `torch.manual_seed(seed)`. The same seed must give the same network and the same batches, with
#   and without batch normalization: that is what "everything else equal" means.
# - *Running averages:* a momentum of 0.1 in the formula above is `momentum=0.1` in PyTorch and
#   `momentum=0.9` in Keras, whose default of 0.99 is slow for a training as short as this one.
# - *Evaluation:* PyTorch needs `model.eval()` before it predicts, and `model.train()` before it
#   trains again. In Keras `model.predict` evaluates; `model(X, training=True)` would not.

# %%
def build_model(batchnorm: bool, seed: int, n_features: int = 784) -> Any:
    """Build the network n_features-300-100-10, not yet trained.

    Args:
        batchnorm: whether both hidden layers have batch normalization.
        seed: decides the starting weights, which are the same with and without.
        n_features: 784 for MNIST, 64 for the small digits.

    Returns:
        A model of any kind.
    """
    raise NotImplementedError("Write build_model() here.")


# %% [markdown]
# ### How many parameters?
#
# Count on paper first: 784 inputs make 235 500 + 30 100 + 1 010 = 266 610 without batch
# normalization. It adds two learnt numbers *per feature*, not per layer, and two that are kept but
# not learnt. (PyTorch also keeps a counter of batches for each layer, which is no statistic.)

# %%
def n_parameters(model: Any) -> dict[str, int]:
    """Count the numbers that a model consists of.

    Args:
        model: as `build_model` returned it.

    Returns:
        {"trainable": weights, biases, gammas and betas, "other": running means and variances}.
    """
    raise NotImplementedError("Write n_parameters() here.")


# %% [markdown]
# ### Training and predicting
#
# Adam with a learning rate of 0.001, batches of 64 rows in random order, ten epochs, cross-entropy.
# Neither function may look at anything but its arguments.

# %%
def train(model: Any, X: np.ndarray, y: np.ndarray, seed: int) -> Any:
    """Train a model: Adam, learning rate 0.001, ten epochs in batches of 64.

    Args:
        model: as `build_model` returned it; may be changed.
        X: (n, n_features) float, between 0 and 1; not changed.
        y: (n,) int, classes 0 to 9; not changed.
        seed: decides the order of the rows, and everything else that is random.

    Returns:
        The trained model.
    """
    raise NotImplementedError("Write train() here.")


# %%
def predict_proba(model: Any, X: np.ndarray) -> np.ndarray:
    """Return the probabilities of the ten classes, in evaluation mode.

    Args:
        model: a model, trained or not; not changed.
        X: (n, n_features) float; not changed.

    Returns:
        (n, 10) float; every row is at least 0 and sums to 1. A row's answer does not depend on the
        other rows.
    """
    raise NotImplementedError("Write predict_proba() here.")


# %% [markdown]
# ## 4. The ablation
#
# Take one thing away, keep everything else, and look at what changes. For every seed both networks
# start from the same weights, see the same batches, and are tested on the same rows, which neither
# has seen in training: the **last fifth** of the rows.

# %%
def ablate(X: np.ndarray, y: np.ndarray, seeds: list[int]) -> dict[str, list[float]]:
    """Train with and without batch normalization, once for every seed.

    Args:
        X: (n, n_features) float, rows in random order; the last n // 5 are for testing.
        y: (n,) int, classes 0 to 9.
        seeds: one pair of trainings for each.

    Returns:
        {"with": test accuracies in the order of the seeds, "without": likewise}.
    """
    raise NotImplementedError("Write ablate() here.")


# %% [markdown]
# ## 5. What may be concluded?
#
# Another seed gives another accuracy, so one run of each says nothing about batch normalization. The
# two runs of one seed belong together. Look at the difference $d_i$ in each pair:
#
# $$t = \frac{\bar d}{s / \sqrt n}, \qquad s^2 = \frac{1}{n-1} \sum_{i=1}^n (d_i - \bar d)^2$$
#
# A difference is supported when $|t|$ is greater than the 97.5 % quantile of Student's distribution
# with $n - 1$ degrees of freedom: 12.706 for two seeds, 4.303 for three, 2.776 for five
# (`scipy.stats.t.ppf(0.975, n - 1)`). That is the two-sided paired test at the 5 % level.

# %%
def conclusion(with_: list[float], without: list[float]) -> str:
    """Say what a two-sided paired t-test at the 5 % level supports.

    Args:
        with_: accuracies with batch normalization, one per seed.
        without: accuracies without, of the same seeds in the same order.

    Returns:
        "better" if batch normalization is supported to be more accurate, "worse" if less, else
        "no difference". Fewer than two pairs support nothing; nor do differences that are all 0;
        differences that are all the same other number support their sign.

    Raises:
        ValueError: the two have different lengths.
    """
    raise NotImplementedError("Write conclusion() here.")


# %% [markdown]
# ## 6. Try it on the small digits
#
# 1000 of the 1797 digits of scikit-learn: 800 to train with, 200 to test on. Three seeds are few; take
# more when you have time, and fewer again in what you hand in.

# %%
if __name__ == "__main__":
    from sklearn.datasets import load_digits

    X_digits, y_digits = load_digits(return_X_y=True)
    rows = np.random.default_rng(0).permutation(len(X_digits))[:1000]
    found = ablate(X_digits[rows] / 16.0, y_digits[rows], seeds=[0, 1, 2])
    for name, accuracies in found.items():
        print(f"{name:>7}", *(f"{accuracy:.3f}" for accuracy in accuracies))
    print("batch normalization:", conclusion(found["with"], found["without"]))

# %% [markdown]
# ## 7. Written questions
#
# Answer in two or three sentences each. They are not scored: the report shows your answers and,
# after the due date, the key points of model answers beside them.
#
# 1. What does batch normalization do to the inputs of a layer, and which problem was it meant for?
# 2. Name its benefits. Which of them could your ablation show, and which not?
# 3. How does it work, in training and in evaluation? Why must the two differ?
# 4. A network ends in `Dense(128, activation="relu")` followed by batch normalization, and is trained
#    with ten one-hot classes. What goes wrong, and is that normalization "before the activation"?
# 5. A report says: "With batch normalization 97.96 % of the 10 000 test images are right, without it
#    97.92 %. Both were trained once. Batch normalization slightly improves accuracy." What do these
#    numbers support? What would you run instead?
#
# *Your answers:*

# %% [markdown]
# ## 8. Check your work
#
# The cell runs the public tests on the functions as they are defined now.
