"""The sample class of the assignment wine."""

from .classes import SampleClassTests


class TestWine(SampleClassTests):
    name = "wine"
