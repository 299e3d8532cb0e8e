"""All that runs in the student's process: notebook shell, module loader, call server.

Imports only :mod:`grader.wire`. Nothing here knows tests, points or references, and nothing that
leaves here is trusted.
"""
