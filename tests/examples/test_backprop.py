"""The sample class of the assignment backprop."""

from .classes import SampleClassTests


class TestBackprop(SampleClassTests):
    name = "backprop"
