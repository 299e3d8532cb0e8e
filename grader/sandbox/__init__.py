"""Starts, limits, watches and ends workers. Nothing else starts a submission's processes."""

from __future__ import annotations

from grader.sandbox.fork import ForkSandbox, NurseryAddress, connect, open_nursery
from grader.sandbox.host import Connection, Host, LocalHost, student_error
from grader.sandbox.levels import Offer, choose_level, offers
from grader.sandbox.process import Demands, Sandbox, SpawnSandbox

__all__ = [
    "Connection",
    "Demands",
    "ForkSandbox",
    "Host",
    "LocalHost",
    "NurseryAddress",
    "Offer",
    "Sandbox",
    "SpawnSandbox",
    "choose_level",
    "connect",
    "offers",
    "open_nursery",
    "student_error",
]
