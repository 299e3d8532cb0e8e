"""Starts, limits, watches and ends workers. Nothing else starts a submission's processes."""

from __future__ import annotations

from grader.sandbox.fork import ForkSandbox, NurseryAddress, open_nursery
from grader.sandbox.host import Connection, Host, LocalHost, student_error
from grader.sandbox.levels import Level, Offer, choose_level, offers
from grader.sandbox.process import Demands, Sandbox, SpawnSandbox

__all__ = [
    "Connection",
    "Demands",
    "ForkSandbox",
    "Host",
    "Level",
    "LocalHost",
    "NurseryAddress",
    "Offer",
    "Sandbox",
    "SpawnSandbox",
    "choose_level",
    "offers",
    "open_nursery",
    "student_error",
]
