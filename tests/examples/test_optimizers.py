"""The sample class of the assignment optimizers."""

from .classes import SampleClassTests


class TestOptimizers(SampleClassTests):
    name = "optimizers"
