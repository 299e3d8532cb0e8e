"""The sample class of the assignment batchnorm."""

from .classes import SampleClassTests


class TestBatchnorm(SampleClassTests):
    name = "batchnorm"
