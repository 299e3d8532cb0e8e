"""Starts, limits, watches and ends workers. Nothing else starts a submission's processes."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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

_HOMES = {
    "fork": ("ForkSandbox", "NurseryAddress", "connect", "open_nursery"),
    "host": ("Connection", "Host", "LocalHost", "student_error"),
    "levels": ("Offer", "choose_level", "offers"),
    "process": ("Demands", "Sandbox", "SpawnSandbox"),
}


def __getattr__(name: str) -> object:
    """Import what is asked for: the nursery starts sooner without numpy and pydantic."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
