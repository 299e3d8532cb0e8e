# %% [markdown]
# # The perceptron
#
# In this notebook you build the oldest artificial neuron that learns: the perceptron. You train
# it on the logic gates AND, OR and NAND, watch it fail on XOR, find out why, and solve XOR with
# a network of three of them.
#
# Write your code where a cell says `NotImplementedError`. The handout (`README.md`) defines
# everything that your code must do; the last cell runs the public tests.

# %%
import numpy as np

# %% [markdown]
# ## The four corners
#
# A logic gate has two inputs, each 0 or 1, so there are only four rows to learn. Each row of
# `CORNERS` is one sample, and the four labels of a gate are in the same order.
#
# | $x_1$ | $x_2$ | AND | OR | NAND | XOR |
# |:-:|:-:|:-:|:-:|:-:|:-:|
# | 0 | 0 | 0 | 0 | 1 | 0 |
# | 0 | 1 | 0 | 1 | 1 | 1 |
# | 1 | 0 | 0 | 1 | 1 | 1 |
# | 1 | 1 | 1 | 1 | 0 | 0 |

# %%
CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
AND = np.array([0, 0, 0, 1])
OR = np.array([0, 1, 1, 1])
NAND = np.array([1, 1, 1, 0])
XOR = np.array([0, 1, 1, 0])


# %% [markdown]
# ## 1. The neuron
#
# The neuron weighs its inputs, adds them up and fires if the sum exceeds a threshold $\theta$:
#
# $$z = w_1 x_1 + \dots + w_n x_n - \theta, \qquad
#   \hat y = \begin{cases} 1 & \text{if } z > 0 \\ 0 & \text{otherwise} \end{cases}$$
#
# The threshold must be learnt too. A trick turns it into one more weight: append to every row a
# column that is always $-1$. The weight of that column is then the threshold, and the whole
# neuron is one dot product.

# %%
def with_bias(X):
    """Append the bias column, which is -1 in every row.

    Args:
        X: (n, n_features) array-like, or (n_features,) for a single row.

    Returns:
        (n, n_features + 1) float array; n is 1 for a single row.
    """
    raise NotImplementedError("Write with_bias() here.")


def step(z):
    """Fire if and only if z > 0.

    Args:
        z: (n,) float array of weighted sums.

    Returns:
        (n,) int array of 0 and 1.
    """
    raise NotImplementedError("Write step() here.")


# %% [markdown]
# ## 2. Learning
#
# One *epoch* shows the neuron all rows. Row $i$ has the error $e_i = y_i - \hat y_i$: it is $1$
# if the neuron should have fired, $-1$ if it should not have, and $0$ if it was right. The
# **batch rule** sums over all rows what each error asks for, and then changes the weights once:
#
# $$\mathbf w \leftarrow \mathbf w + \eta \sum_{i=1}^{n} e_i\, \tilde{\mathbf x}_i,
#   \qquad \tilde{\mathbf x}_i = (x_{i1}, \dots, x_{in}, -1)$$
#
# All $\hat y_i$ of an epoch come from the weights at its start. With the rows
# $\tilde{\mathbf x}_i$ stacked in a matrix, the sum is one product of a vector and that matrix.

# %%
class Perceptron:
    """A neuron with a step activation, trained with the batch perceptron rule.

    Args:
        eta: learning rate, float > 0.
        epochs: how many times ``fit`` goes through all rows, int >= 0.
        weights: initial weights, (n_features + 1,) array-like with the bias weight last; None
            for small random ones, which ``fit`` draws.
        seed: int that determines the random initial weights.

    Attributes:
        weights: (n_features + 1,) float array, the present weights; None while unknown.
        history: list of the weights after each epoch of the last ``fit``.
    """

    def __init__(self, eta=0.5, epochs=10, weights=None, seed=0):
        self.eta = eta
        self.epochs = epochs
        self.seed = seed
        self.initial_weights = None if weights is None else np.array(weights, dtype=float)
        self.weights = self.initial_weights
        self.history = []

    def fit(self, X, y):
        """Train for ``epochs`` epochs, starting from the initial weights.

        Each epoch changes the weights by eta * sum_i (y_i - yhat_i) * (x_i, -1).

        Args:
            X: (n, n_features) array-like of numbers, one sample per row.
            y: (n,) array-like of labels, each 0 or 1.

        Returns:
            The perceptron itself.

        Raises:
            ValueError: if y contains anything but 0 and 1.
        """
        raise NotImplementedError("Write Perceptron.fit() here.")

    def predict(self, X):
        """Tell for each row whether the neuron fires with its present weights.

        Args:
            X: (n, n_features) array-like, or (n_features,) for a single row.

        Returns:
            (n,) int array of 0 and 1; shape (1,) for a single row.
        """
        raise NotImplementedError("Write Perceptron.predict() here.")


# %% [markdown]
# ## 3. What one neuron can learn, and what it cannot
#
# The neuron draws a line (in more dimensions: a plane) and fires on one side of it. If some line
# puts all rows with label 1 on one side and all others on the other, the data are *linearly
# separable*, and the perceptron convergence theorem promises that training finds such a line
# after finitely many epochs. Once every row is right, all errors are 0 and the weights stay.
#
# No such line exists for XOR. Suppose there were one. The corners $(0,1)$ and $(1,0)$ fire, so
# their midpoint $(\frac12, \frac12)$ fires too, because $z$ at the midpoint is the mean of two
# positive numbers. The corners $(0,0)$ and $(1,1)$ do not fire, so their midpoint, which is the
# same point, does not fire either: a contradiction. At best three of the four rows are right.

# %%
def is_separable(X, y, epochs=1000):
    """Tell whether a perceptron gets every row right within ``epochs`` epochs of training.

    Args:
        X: (n, n_features) array-like of numbers.
        y: (n,) array-like of labels, each 0 or 1.
        epochs: the number of epochs to try, int >= 1.

    Returns:
        bool. True proves that the data are separable; False says that no separating line was
        found in time.
    """
    raise NotImplementedError("Write is_separable() here.")


# %% [markdown]
# ## 4. XOR with three neurons
#
# XOR is true if at least one input is 1 (OR) and not both are (NAND):
#
# $$\mathrm{XOR}(x_1, x_2) =
#   \mathrm{AND}\big(\mathrm{OR}(x_1, x_2),\ \mathrm{NAND}(x_1, x_2)\big)$$
#
# Each of the three gates is separable, so each is one trained perceptron. The two in the first
# layer form a *hidden layer*: they turn the four corners into new inputs on which AND suffices.

# %%
def xor_network(X):
    """Compute XOR with two layers: OR and NAND of the inputs, then AND of their outputs.

    All three gates are Perceptrons that are trained here, on the four corners.

    Args:
        X: (n, 2) array-like of inputs.

    Returns:
        (n,) int array of 0 and 1.
    """
    raise NotImplementedError("Write xor_network() here.")

# %% [markdown]
# ## 5. Questions
#
# Answer each in two or three sentences. Your instructor reads them; the tests do not.
#
# 1. What does the neuron compute when it makes a prediction, and what happens in addition when
#    it learns?
# 2. Train on AND from the handout's initial weights. Which line did the neuron find, and how
#    does it compare with the line $x_1 + x_2 = 1.5$ that one would draw by hand?
# 3. What is the drawback of a single perceptron, and how does a network overcome it?
# 4. Follow the weights on XOR for a few epochs. What do they do, and would more epochs help?

# %% [markdown]
# *Your answers:*
#
# 1. …
# 2. …
# 3. …
# 4. …

# %% [markdown]
# ## 6. Check your work
#
# The next cell runs the public tests. Run it as often as you like; your instructor runs these
# and more.
