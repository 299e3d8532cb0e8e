"""The sample class of the assignment housing."""

from .classes import SampleClassTests


class TestHousing(SampleClassTests):
    name = "housing"
