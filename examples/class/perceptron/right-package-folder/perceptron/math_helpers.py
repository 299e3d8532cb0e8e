import numpy as np


def with_minus_one(X):
    X = np.atleast_2d(np.asarray(X, float))
    return np.hstack((X, np.full((X.shape[0], 1), -1.0)))


def heaviside(z):
    return (z > 0).astype(int)
