"""The sample class of the assignment perceptron."""

from .classes import SampleClassTests


class TestPerceptron(SampleClassTests):
    name = "perceptron"
