"""Backpropagation by hand, in three files."""

from .activations import sigmoid
from .network import backward, forward, init_params, loss
from .training import train

__all__ = ["backward", "forward", "init_params", "loss", "sigmoid", "train"]
