# %% [markdown]
# # What is a house worth?
#
# A district of California has eight figures: the median income of its households, the median age
# of its houses, rooms and bedrooms per household, inhabitants, inhabitants per household, latitude
# and longitude. From them you estimate the median value of its houses, in units of 100 000
# dollars. That is *regression*: the answer is a number, not a class.
#
# **Use Keras or PyTorch, as you like**: add the import to the next cell. Your functions take and
# return numpy arrays; what a model is, nobody but your own code needs to know.

# %%
"""House prices: a small network for regression, trained with early stopping."""

from typing import Any

import numpy as np


# %% [markdown]
# ## 1. Scale the inputs
#
# Inhabitants come in thousands, bedrooms in ones. With such inputs gradient descent either crawls
# or diverges. Standardise every column: subtract its mean, divide by its standard deviation.
#
# Both numbers come from the *training rows alone*. Validation and test rows stand for districts
# that nobody has seen yet, so nothing may be learnt from them, not even a mean.

# %%
def preprocess(
    X_train: np.ndarray, X_valid: np.ndarray, X_test: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Standardise the columns of three arrays by the statistics of the first.

    Args:
        X_train: (n, d) inputs that decide mean and standard deviation (ddof 0); not changed.
        X_valid: (m, d) inputs; not changed.
        X_test: (k, d) inputs; not changed.

    Returns:
        The three scaled arrays, in the same order.
    """
    raise NotImplementedError("Write preprocess() here.")


# %% [markdown]
# ## 2. The network
#
# Three dense hidden layers of 30, 10 and 5 units with ReLU, and *one linear unit* at the output. A
# price is any number. A sigmoid would hold it between 0 and 1, a softmax over one unit is always 1,
# and a ReLU, once it is negative for all rows, passes no gradient and never comes back.
#
# With eight inputs that is
#
# $$(8 \cdot 30 + 30) + (30 \cdot 10 + 10) + (10 \cdot 5 + 5) + (5 \cdot 1 + 1) = 641$$
#
# weights and biases. Let `n_parameters` count them in the model, not by this formula.

# %%
# Write your code here

# %%
def build_model(n_features: int, seed: int) -> Any:
    """Return a new, untrained network n_features-30-10-5-1, ReLU inside, linear at the end.

    Args:
        n_features: number of columns of the inputs.
        seed: the same seed gives the same weights, another seed gives others.

    Returns:
        The model: any object that your other functions understand.
    """
    raise NotImplementedError("Write build_model() here.")


# %%
def n_parameters(model: Any) -> dict[str, int]:
    """Count the parameters of a model.

    Args:
        model: what `build_model` or `train` returned.

    Returns:
        {"trainable": weights and biases, "other": what is kept but not trained}.
    """
    raise NotImplementedError("Write n_parameters() here.")


# %%
def predict(model: Any, X: np.ndarray) -> np.ndarray:
    """Return the estimate for every row.

    Args:
        model: what `build_model` or `train` returned.
        X: (n, d) scaled inputs.

    Returns:
        (n,) float array: one number per row, not a column of shape (n, 1).
    """
    raise NotImplementedError("Write predict() here.")


# %% [markdown]
# ## 3. Training
#
# Minimise the mean squared error in mini-batches, at most 20 epochs. After each epoch compute the
# loss of the validation rows, `val_loss`; when it has had no new minimum for 5 epochs in a row,
# stop. Return the model *as it was after its best epoch*, which is rarely the last.
#
# Three things go wrong silently:
#
# - **Shapes.** If the network gives $(n, 1)$ and the targets are $(n,)$, a subtraction broadcasts
#   to $(n, n)$: every estimate is compared with every target, and the best that training can find
#   is the mean. Nothing crashes. Bring both to one shape; targets may come as $(n,)$ or $(n, 1)$.
# - **Divergence.** If a step is too long, the loss grows, overflows and becomes NaN, and training
#   goes on with NaN. Look at each epoch's losses and raise a `ValueError` if one is not finite.
# - **Old weights.** A model, or a list of layers, that was made outside of `train` still has what
#   the last call taught it. Build a new one in every call.

# %%
def train(
    X_train: np.ndarray, y_train: np.ndarray, X_valid: np.ndarray, y_valid: np.ndarray, seed: int
) -> tuple[Any, dict[str, list[float]]]:
    """Train a new network by mini-batches, with early stopping.

    Args:
        X_train: (n, d) scaled inputs; not changed.
        y_train: (n,) or (n, 1) targets; not changed.
        X_valid: (m, d) scaled inputs, used for `val_loss` only; not changed.
        y_valid: (m,) or (m, 1) targets; not changed.
        seed: decides the starting weights and the order of the rows.

    Returns:
        model: with the weights of the epoch that had the lowest `val_loss`.
        history: {"loss": [...], "val_loss": [...]}, mean squared errors, one number per epoch; at
            most 20, and at most 5 after the lowest `val_loss`.

    Raises:
        ValueError: a loss became NaN or infinite.
    """
    raise NotImplementedError("Write train() here.")


# %% [markdown]
# ## 4. How good is it?
#
# $$\text{MSE} = \frac{1}{n} \sum_i (y_i - \hat y_i)^2, \quad \text{RMSE} = \sqrt{\text{MSE}}, \quad
# \text{MAE} = \frac{1}{n} \sum_i |y_i - \hat y_i|, \quad
# R^2 = 1 - \frac{\sum_i (y_i - \hat y_i)^2}{\sum_i (y_i - \bar y)^2}$$
#
# RMSE and MAE have the unit of the target: 0.57 means 57 000 dollars. $R^2$ has none: 0 is what
# the mean alone achieves, 1 is perfect, below 0 is worse than the mean. Accuracy means nothing
# here, since no estimate is ever exactly right.

# %%
def evaluate(y: np.ndarray, y_pred: np.ndarray) -> dict[str, float]:
    """Measure how good estimates are.

    Args:
        y: (n,) or (n, 1) targets.
        y_pred: (n,) or (n, 1) estimates, not necessarily of the same shape as y.

    Returns:
        {"mse": ..., "rmse": ..., "mae": ..., "r2": ...}, four floats.
    """
    raise NotImplementedError("Write evaluate() here.")


# %% [markdown]
# ## 5. See it learn
#
# `data/housing.csv` holds 4000 districts: eight columns and, last, the target. They were generated
# to look like the census of 1990 and are a sample of nothing else; the districts that decide your
# points are others. Run the cell when everything above is written.
#
# A few trainings in a hundred end at $R^2 = 0$: all five units of the last hidden layer have
# become inactive for all rows, no gradient passes, and the network answers one number. That
# happens to right code, too; the remedy is another seed. Trained with three seeds, the network with
# the lowest validation loss is hardly ever a dead one, so that is the one that the grader judges.

# %%
if __name__ == "__main__":  # run in the notebook, not when a module is imported
    import matplotlib.pyplot as plt

    rows = np.loadtxt("data/housing.csv", delimiter=",", skiprows=1)
    X, y = rows[:, :-1], rows[:, -1]
    X_train, X_valid, X_test = preprocess(X[:2500], X[2500:3250], X[3250:])
    model, history = train(X_train, y[:2500], X_valid, y[2500:3250], seed=0)
    print(n_parameters(model))
    print(evaluate(y[3250:], predict(model, X_test)))
    plt.plot(history["loss"], label="training")
    plt.plot(history["val_loss"], label="validation")
    plt.xlabel("epoch")
    plt.ylabel("mean squared error")
    plt.legend()
    plt.show()

# %% [markdown]
# ## 6. Written questions
#
# Answer in two or three sentences each. They are not scored: the report shows your answers and,
# after the due date, the key points of model answers beside them.
#
# 1. A classifier of images begins with `Flatten` and ends with a softmax. Why has this network
#    neither?
# 2. What is forward propagation for? Write it for a single layer.
# 3. What do activation functions do, and what would this network be without them?
# 4. Which part do weights play, and which the bias?
# 5. When does an output layer have a softmax, and what does it give?
# 6. What is backpropagation for? Write the derivative of the loss by a weight as a product.
# 7. How does the chain rule carry the error from one layer to the one before it?
# 8. Name three difficulties of training by backpropagation, and a remedy for each.
#
# *Your answers:*

# %% [markdown]
# ## 7. Check your work
#
# The cell runs the public tests on the functions as they are defined now.
