# %% [markdown]
# # Backpropagation by hand
#
# A neural network learns by asking one question again and again: *if this weight were a little
# larger, would the error grow or shrink, and by how much?* Backpropagation answers it for all
# weights at once, at about the price of one more pass through the network. In this notebook you
# write it with numpy alone: about forty lines, and every library for deep learning rests on them.
#
# **Conventions.** Rows are samples. A network with `sizes = [n_0, n_1, ..., n_L]` has $L$ layers;
# layer $l$ has the weights $W_l$ of shape $(n_{l-1}, n_l)$ and the biases $b_l$ of shape $(n_l,)$.
# Everything is float64.
#
# | symbol | in the code | shape |
# |---|---|---|
# | $A_0 = X$ | `X` | `(n, n_0)` |
# | $Z_l = A_{l-1} W_l + b_l$ | `z` | `(n, n_l)` |
# | $A_l = f_l(Z_l)$ | `activations[l]` | `(n, n_l)` |
# | $\Delta_l = \partial L / \partial Z_l$ | `delta` | `(n, n_l)` |
#
# The hidden layers use the sigmoid or the rectifier (ReLU); the output layer always uses the
# sigmoid.

# %%
"""Backpropagation by hand: a multi-layer perceptron in numpy."""

from itertools import pairwise
from typing import Any

import numpy as np

Arrays = dict[str, np.ndarray]

# %% [markdown]
# ## 1. The sigmoid
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}} = \frac{e^{z}}{1 + e^{z}}, \qquad
# \sigma'(z) = \sigma(z)\,(1 - \sigma(z))$$
#
# Both forms are equal on paper. In floating point $e^{1000}$ is infinite, so each of them fails on
# one side. Use only exponentials that cannot overflow.


# %%
def sigmoid(z: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-z)), elementwise and without overflow.

    Args:
        z: float array of any shape.

    Returns:
        Float array of the same shape, between 0 and 1.
    """
    # BEGIN SOLUTION
    e = np.exp(-np.abs(z))  # between 0 and 1, whatever z is
    return np.where(z >= 0, 1.0, e) / (1.0 + e)
    # END SOLUTION


# %% [markdown]
# ## 2. Where training starts
#
# If all units of a layer start with equal weights, they get equal gradients and stay copies of
# each other for ever. (If all weights are zero, no gradient passes through them at all.) Biases do
# not mend this; random weights do. Their spread, $1/\sqrt{n_{l-1}}$, keeps the sums $Z_l$ at the
# scale where the sigmoid is steep, however many inputs a unit has.


# %%
def init_params(sizes: list[int], seed: int) -> Arrays:
    """Return the starting weights and biases of a network.

    Args:
        sizes: number of units per layer, inputs first, such as [2, 3, 1].
        seed: the same seed gives the same weights, another seed gives others.

    Returns:
        {"W1": (n_0, n_1), "b1": (n_1,), "W2": (n_1, n_2), ...}, float64. Weights are independent
        normal draws with mean 0 and standard deviation 1 / sqrt(rows of W); biases are 0.
    """
    # BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    params = {}
    for layer, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
        params[f"W{layer}"] = rng.normal(0.0, 1.0 / np.sqrt(n_in), size=(n_in, n_out))
        params[f"b{layer}"] = np.zeros(n_out)
    return params
    # END SOLUTION


# %% [markdown]
# ## 3. The forward pass
#
# $$A_0 = X, \qquad Z_l = A_{l-1} W_l + b_l, \qquad A_l = f_l(Z_l)$$
#
# On the way, keep what the way back will need. That is the *cache*: its form is yours to choose,
# nobody looks into it but your own `backward`. It must say which hidden activation was used, and
# it must belong to this one call: a global variable would be overwritten by the next call.


# %%
def forward(params: Arrays, X: np.ndarray, hidden: str = "sigmoid") -> tuple[np.ndarray, Any]:
    """Send a batch through the network.

    Args:
        params: weights and biases as from `init_params`; not changed.
        X: (n, n_0) samples, one per row; not changed.
        hidden: activation of the hidden layers, "sigmoid" or "relu". The output layer always
            has the sigmoid.

    Returns:
        output: (n, n_L) float64, the activations of the last layer.
        cache: what `backward` needs to know about this call.

    Raises:
        ValueError: `hidden` is neither "sigmoid" nor "relu".
    """
    # BEGIN SOLUTION
    if hidden not in ("sigmoid", "relu"):
        raise ValueError(f'hidden must be "sigmoid" or "relu", not {hidden!r}')
    n_layers = len(params) // 2
    activations = [X]
    for layer in range(1, n_layers + 1):
        z = activations[-1] @ params[f"W{layer}"] + params[f"b{layer}"]
        rectified = hidden == "relu" and layer < n_layers
        activations.append(np.maximum(z, 0.0) if rectified else sigmoid(z))
    return activations[-1], {"activations": activations, "hidden": hidden}
    # END SOLUTION


# %% [markdown]
# ## 4. The loss
#
# One half of the mean over the rows of the sum of squared errors:
#
# $$L = \frac{1}{2n} \sum_{i=1}^{n} \sum_{k=1}^{n_L} (a_{ik} - y_{ik})^2$$
#
# The sum runs over the outputs, the mean over the rows only. The one half is there so that the
# derivative has no factor 2: $\partial L / \partial a_{ik} = (a_{ik} - y_{ik}) / n$. Mind the order:
# output minus target.


# %%
def loss(output: np.ndarray, y: np.ndarray) -> float:
    """Return one half of the mean over rows of the sum of squared errors.

    Args:
        output: (n, n_L) what the network answers.
        y: (n, n_L) what it should answer.

    Returns:
        The loss, one number.
    """
    # BEGIN SOLUTION
    return float(0.5 * np.mean(np.sum((output - y) ** 2, axis=1)))
    # END SOLUTION


# %% [markdown]
# ## 5. The backward pass
#
# The chain rule, from the last layer to the first. Write $\Delta_l = \partial L / \partial Z_l$, one
# row per sample, and $\odot$ for the elementwise product.
#
# 1. At the output: $\;\Delta_L = \frac{1}{n} (A_L - Y) \odot A_L \odot (1 - A_L)$
# 2. The parameters of a layer: $\;\dfrac{\partial L}{\partial W_l} = A_{l-1}^\top \Delta_l$ and
#    $\dfrac{\partial L}{\partial b_l} = $ the sum of the rows of $\Delta_l$
# 3. One layer back: $\;\Delta_{l-1} = (\Delta_l W_l^\top) \odot f'(Z_{l-1})$
#
# Step 3 passes on $\Delta_l$, not the bare error, through the weights with which the forward pass
# was made. The slopes need no $Z$: for the sigmoid $f'(Z) = A \odot (1 - A)$, where $A$ is the
# activation itself and not once more its sigmoid; for the rectifier $f'(Z)$ is 1 where $A > 0$ and
# 0 elsewhere.
#
# *Shapes are the best check on paper:* a gradient has the shape of what it belongs to.


# %%
def backward(params: Arrays, cache: Any, y: np.ndarray) -> Arrays:
    """Return the gradient of `loss` with respect to every parameter.

    Args:
        params: the parameters with which `forward` was called; not changed.
        cache: the second value that `forward` returned; not changed.
        y: (n, n_L) targets.

    Returns:
        {"dW1": (n_0, n_1), "db1": (n_1,), "dW2": ...}, float64, each with the shape of its
        parameter.
    """
    # BEGIN SOLUTION
    activations = cache["activations"]
    output = activations[-1]
    gradients = {}
    delta = (output - y) / len(y) * output * (1.0 - output)
    for layer in range(len(params) // 2, 0, -1):
        below = activations[layer - 1]
        gradients[f"dW{layer}"] = below.T @ delta
        gradients[f"db{layer}"] = delta.sum(axis=0)
        if layer > 1:  # the inputs have no gradient that anybody needs
            slope = below > 0 if cache["hidden"] == "relu" else below * (1.0 - below)
            delta = (delta @ params[f"W{layer}"].T) * slope
    return gradients
    # END SOLUTION


# %% [markdown]
# ## 6. Training
#
# Gradient descent with the full batch: in each epoch one forward pass over all rows, one backward
# pass, one step *down* the slope of every weight and every bias,
#
# $$W_l \leftarrow W_l - \eta\, \frac{\partial L}{\partial W_l}, \qquad
# b_l \leftarrow b_l - \eta\, \frac{\partial L}{\partial b_l}.$$
#
# All gradients are computed before anything is updated. `losses[0]` is the loss of the parameters
# you were given. Those stay as they are: whoever called `train` may want to start again from them.


# %%
def train(
    params: Arrays, X: np.ndarray, y: np.ndarray, lr: float, epochs: int
) -> tuple[Arrays, list[float]]:
    """Train a network with sigmoid hidden layers by full-batch gradient descent.

    Args:
        params: where to start; not changed.
        X: (n, n_0) samples; not changed.
        y: (n, n_L) targets; not changed.
        lr: learning rate, float > 0.
        epochs: number of updates, int >= 1.

    Returns:
        params: the trained parameters, keys and shapes as given.
        losses: `epochs` numbers, the loss of each epoch before its update.
    """
    # BEGIN SOLUTION
    losses = []
    for _ in range(epochs):
        output, cache = forward(params, X)
        losses.append(loss(output, y))
        gradients = backward(params, cache, y)
        # A new dictionary of new arrays: nothing that the caller holds is written to.
        params = {name: value - lr * gradients[f"d{name}"] for name, value in params.items()}
    return params, losses
    # END SOLUTION


# %% [markdown]
# ## 7. See it learn: exclusive or
#
# No single unit can compute XOR; two hidden units are enough. Run the cell when everything above
# is written. Every curve begins on a plateau near 0.125, where the network answers about one half
# for all four rows, and falls when the hidden units have found their use. Some starts stay on a
# second plateau near 0.063, where two rows share one answer: with only two hidden units that
# happens to right code too. The remedy is another seed, or a third hidden unit.

# %%
if __name__ == "__main__":  # drawn in the notebook, not when a module is imported
    import matplotlib.pyplot as plt

    X_xor = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    y_xor = np.array([[0.0], [1.0], [1.0], [0.0]])
    for seed in (2, 4, 6, 7):
        trained, losses = train(init_params([2, 2, 1], seed), X_xor, y_xor, lr=4.0, epochs=1500)
        plt.plot(losses, label=f"seed {seed}")
    plt.xlabel("epoch")
    plt.ylabel("loss")
    plt.legend()
    plt.show()

# %% [markdown]
# ## 8. Written questions
#
# Answer in two or three sentences each. They are not scored: the report shows your answers and,
# after the due date, the key points of model answers beside them.
#
# 1. What is backpropagation for, and which rule of calculus is it?
# 2. The output layer multiplies by $A_L \odot (1 - A_L)$. What happens to learning when an output
#    is near 1 while its target is 0? Which loss avoids it?
# 3. The slope of the sigmoid is at most 1/4. What follows for the first layer of a deep network of
#    sigmoids, and what does the rectifier change?
# 4. Why are the starting weights random? Would random biases with equal weights do?
# 5. Somebody forgets the factor $A_L \odot (1 - A_L)$, and XOR is learnt faster than by the right
#    gradient. Why is a falling loss no proof that a gradient is right, and what is?
#
# *Your answers:*

# %% [markdown] tags=["instructor"]
# ### Model answers
#
# 1. It gives the gradient of the loss with respect to every weight and bias, so that gradient
#    descent can change them. It is the chain rule, applied layer by layer from the loss backwards:
#    $\partial L/\partial W = \partial L/\partial A \cdot \partial A/\partial Z \cdot \partial
#    Z/\partial W$. Each layer reuses what the layer after it computed.
# 2. The factor is near 0, so the gradient vanishes although the answer is as wrong as can be:
#    learning stalls. With binary cross-entropy the factor cancels and $\Delta_L = (A_L - Y)/n$.
# 3. Every sigmoid layer multiplies by at most 1/4 (times its weights), so gradients tend to shrink
#    geometrically towards the first layer: they vanish. The rectifier's slope is 1 wherever a unit
#    is active, so nothing shrinks there, but an inactive unit passes nothing.
# 4. Units with equal weights and biases get equal gradients and stay equal. With equal incoming
#    weights, different biases do make units differ, but all of them still look in the same
#    direction at first; random weights give different directions from the start.
# 5. Leaving the factor out gives the gradient of another loss (cross-entropy), which also falls.
#    A loss falls for any step that points roughly downhill. The proof is a comparison with finite
#    differences of exactly the loss that was promised.

# %% [markdown]
# ## 9. Check your work
#
# The cell runs the public tests on the functions as they are defined now.

# %% tags=["check"]
if __name__ == "__main__":
    import grader

    grader.check("backprop")
