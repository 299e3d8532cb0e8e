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
    # BEGIN SOLUTION
    if running is None:
        running = {"mean": np.zeros(x.shape[1]), "var": np.ones(x.shape[1])}
    if training:
        mean, var = x.mean(axis=0), x.var(axis=0)
        running = {
            "mean": (1.0 - momentum) * running["mean"] + momentum * mean,
            "var": (1.0 - momentum) * running["var"] + momentum * var,
        }
    else:
        mean, var = running["mean"], running["var"]
    inverse = 1.0 / np.sqrt(var + eps)
    x_hat = (x - mean) * inverse
    return gamma * x_hat + beta, {"x_hat": x_hat, "scale": gamma * inverse}, running
    # END SOLUTION


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
    # BEGIN SOLUTION
    x_hat = cache["x_hat"]
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    dx = cache["scale"] * (dout - dbeta / len(dout) - x_hat * dgamma / len(dout))
    return dx, dgamma, dbeta
    # END SOLUTION


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

# %% tags=["instructor"]
# A network in plain numpy: the graded tests and their thresholds need no framework installed.

SIZES = (300, 100, 10)


class Network:
    """A multi-layer perceptron with or without batch normalization before each rectifier.

    Attributes:
        weights: "W1", "b1", ..., and with batch normalization "gamma1", "beta1", ... to layer 2.
        running: the running statistics of each hidden layer; empty without batch normalization.
    """

    def __init__(self, batchnorm: bool, seed: int, n_features: int) -> None:
        rng = np.random.default_rng(seed)
        self.weights: Arrays = {}
        self.running: list[Arrays] = []
        n_in = n_features
        for layer, n_out in enumerate(SIZES, start=1):
            # He et al. 2015: keeps the variance through rectifiers.
            self.weights[f"W{layer}"] = rng.normal(0.0, np.sqrt(2.0 / n_in), size=(n_in, n_out))
            self.weights[f"b{layer}"] = np.zeros(n_out)
            if batchnorm and layer < len(SIZES):
                self.weights[f"gamma{layer}"] = np.ones(n_out)
                self.weights[f"beta{layer}"] = np.zeros(n_out)
                self.running.append({"mean": np.zeros(n_out), "var": np.ones(n_out)})
            n_in = n_out

    def scores(self, X: np.ndarray, training: bool) -> tuple[np.ndarray, list[Any]]:
        """Return the (n, 10) scores before the softmax, and a cache for each layer."""
        caches = []
        a = X
        for layer in range(1, len(SIZES) + 1):
            below, norm = a, None
            a = below @ self.weights[f"W{layer}"] + self.weights[f"b{layer}"]
            if layer < len(SIZES):
                if self.running:
                    gamma, beta = self.weights[f"gamma{layer}"], self.weights[f"beta{layer}"]
                    running = self.running[layer - 1]
                    a, norm, running = batchnorm_forward(a, gamma, beta, running, training)
                    self.running[layer - 1] = running
                a = np.maximum(a, 0.0)
            caches.append((below, norm))
        return a, caches

    def gradients(self, delta: np.ndarray, caches: list[Any]) -> Arrays:
        """Return the gradient of every weight, given the loss's derivative by the scores."""
        found = {}
        for layer in range(len(SIZES), 0, -1):
            below, norm = caches[layer - 1]
            if norm is not None:
                delta, found[f"gamma{layer}"], found[f"beta{layer}"] = batchnorm_backward(
                    delta, norm
                )
            found[f"W{layer}"], found[f"b{layer}"] = below.T @ delta, delta.sum(axis=0)
            if layer > 1:
                delta = (delta @ self.weights[f"W{layer}"].T) * (below > 0)
        return found


def softmax(scores: np.ndarray) -> np.ndarray:
    """Return (n, 10) probabilities."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


class Adam:
    """Kingma and Ba 2015, algorithm 1, with its default settings."""

    def __init__(self, weights: Arrays) -> None:
        self.first = {name: np.zeros_like(value) for name, value in weights.items()}
        self.second = {name: np.zeros_like(value) for name, value in weights.items()}
        self.steps = 0

    def update(self, weights: Arrays, gradients: Arrays) -> None:
        """Make one step, in place."""
        self.steps += 1
        rate = 0.001 * np.sqrt(1.0 - 0.999**self.steps) / (1.0 - 0.9**self.steps)
        for name, gradient in gradients.items():
            self.first[name] += 0.1 * (gradient - self.first[name])
            self.second[name] += 0.001 * (gradient**2 - self.second[name])
            weights[name] -= rate * self.first[name] / (np.sqrt(self.second[name]) + 1e-8)


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
    # BEGIN SOLUTION
    return Network(batchnorm, seed, n_features)
    # END SOLUTION


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
    # BEGIN SOLUTION
    trainable = sum(value.size for value in model.weights.values())
    other = sum(value.size for running in model.running for value in running.values())
    return {"trainable": trainable, "other": other}
    # END SOLUTION


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
    # BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    optimizer = Adam(model.weights)
    targets = np.eye(SIZES[-1])[y]
    for _ in range(10):
        order = rng.permutation(len(X))
        for start in range(0, len(X), 64):
            rows = order[start : start + 64]
            scores, caches = model.scores(X[rows], training=True)
            delta = (softmax(scores) - targets[rows]) / len(rows)
            optimizer.update(model.weights, model.gradients(delta, caches))
    return model
    # END SOLUTION


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
    # BEGIN SOLUTION
    scores, _ = model.scores(X, training=False)
    return softmax(scores)
    # END SOLUTION


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
    # BEGIN SOLUTION
    n_train = len(X) - len(X) // 5
    accuracies: dict[str, list[float]] = {"with": [], "without": []}
    for seed in seeds:
        for name, batchnorm in (("with", True), ("without", False)):
            model = build_model(batchnorm, seed, n_features=X.shape[1])
            model = train(model, X[:n_train], y[:n_train], seed)
            answers = predict_proba(model, X[n_train:]).argmax(axis=1)
            accuracies[name].append(float(np.mean(answers == y[n_train:])))
    return accuracies
    # END SOLUTION


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
    # BEGIN SOLUTION
    n = len(with_)
    if len(without) != n:
        raise ValueError(f"{n} accuracies with batch norm, but {len(without)} without: no pairs")
    if n < 2:
        return "no difference"
    differences = np.subtract(with_, without)
    mean, spread = differences.mean(), differences.std(ddof=1)
    # Without the division, differences that are all alike need no case of their own.
    if abs(mean) * np.sqrt(n) <= stats.t.ppf(0.975, n - 1) * spread:
        return "no difference"
    return "better" if mean > 0 else "worse"
    # END SOLUTION


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

# %% [markdown] tags=["instructor"]
# ### Model answers
#
# 1. It gives every feature mean 0 and variance 1 over the rows of a mini-batch, then a learnt scale
#    and shift. It was meant against *internal covariate shift*: the inputs of a layer keep changing
#    while the layers below learn. (Why it helps is disputed; smoother loss surfaces are another
#    explanation.)
# 2. More stable and faster training, larger learning rates, less sensitivity to the starting weights,
#    and some regularization by the noise of the batch statistics. The ablation shows accuracy after
#    ten epochs at one learning rate: speed at most, and nothing of learning rates or stability.
# 3. In training $(x - \mu)/\sqrt{\sigma^2 + \varepsilon}$ with the batch's statistics, per feature,
#    then $\gamma \hat x + \beta$, while running averages are kept; in evaluation those averages take
#    the batch's place. Else an answer would depend on the other rows asked about, and a batch of one
#    would be normalized to $\beta$.
# 4. Batch normalization comes after the rectifier there, which is inside the `Dense` layer. And there
#    is no output layer: 128 numbers of any sign are compared with ten classes, which is an error of
#    shapes, and they would be no probabilities. Add `Dense(10, activation="softmax")`.
# 5. Four images of ten thousand; the standard error of the difference is about 0.2 percentage points,
#    so 0.04 is nothing, and one run of each shows nothing of the variation over seeds. Several seeds
#    of each, all else equal, and a paired test.

# %% [markdown]
# ## 8. Check your work
#
# The cell runs the public tests on the functions as they are defined now.

# %% tags=["check"]
if __name__ == "__main__":
    import grader

    grader.check("batchnorm")
