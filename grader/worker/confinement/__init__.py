"""Layers of confinement on Linux, each a short module: namespaces, Landlock, seccomp, limits.

They are applied by the process that is to be confined, before the student's code runs. Nothing
here decides what is applied; see :mod:`grader.worker.confinement.child` for the order, and
``grader.sandbox.levels`` for what a machine offers.
"""
