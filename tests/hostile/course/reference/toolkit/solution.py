# %% [markdown]
# # A toolkit (canary-reference-93e2b4)

# %%
import numpy as np

CANARY = "canary-reference-93e2b4"


# %%
def affine(x, w, b):
    return x @ w + b


def standardize(x):
    return (x - x.mean(axis=0)) / x.std(axis=0)


class Tally:
    def __init__(self, start=0):
        self.total = start
        self.amounts = []

    def add(self, amount):
        self.amounts.append(amount)
        self.total += amount
        return self.total


# %%
def softmax(z):
    z = np.exp(z - z.max(axis=1, keepdims=True))
    return z / z.sum(axis=1, keepdims=True)


def mean_loss(p, y):
    return float(-np.log(p[np.arange(len(y)), y]).mean())


def step(params, grads, rate):
    if rate <= 0:
        raise ValueError("the rate must be positive")
    return {name: params[name] - rate * grads[name] for name in params}


def describe(p):
    return [(int(row.argmax()), bool(row.max() > 0.5)) for row in p]


def forward(x, w):
    out = np.tanh(x @ w)
    return out, (x, out)


def backward(cache, dout):
    x, out = cache
    return x.T @ (dout * (1 - out**2))


class Momentum:
    def __init__(self, rate, decay):
        self.rate, self.decay, self.velocity = rate, decay, None

    def step(self, w, grad):
        before = 0 if self.velocity is None else self.decay * self.velocity
        self.velocity = before - self.rate * grad
        return w + self.velocity
