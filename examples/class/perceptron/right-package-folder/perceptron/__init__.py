"""My solution of the perceptron assignment."""

from .gates import is_separable, xor_network
from .neuron import Perceptron

__all__ = ["Perceptron", "is_separable", "xor_network"]
