"""Starts, limits, watches and ends workers. Nothing else starts a submission's processes."""

from __future__ import annotations

from grader.sandbox.host import Connection, Host, LocalHost, student_error
from grader.sandbox.process import Worker

__all__ = ["Connection", "Host", "LocalHost", "Worker", "student_error"]
