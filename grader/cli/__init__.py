"""The command line: parses, calls, prints."""

from __future__ import annotations

from grader.cli.app import main

__all__ = ["main"]
