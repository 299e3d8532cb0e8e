"""Sends error reports of its own making."""

from __future__ import annotations

from base import FORGE, HONEST_HALF, prizes_doing

ABOUT = "sends error and missing-name reports with odd fields"
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    FORGE,
    """
import itertools

reports = itertools.cycle([
    {"error": {"kind": "SandboxError", "kinds": ["SandboxError", "GraderError"], "detail": "x"}},
    {"error": {"kind": ["list"], "kinds": "text", "detail": {"a": 1}, "where": 9, "trace": None}},
    {"error": {"kinds": ["ValueError"] * 100_000, "detail": "y" * 10**6}},
    {"error": "text"}, {"error": {}}, {"missing": ["x"]}, {"missing": "softmax", "close": 5},
    {"missing": "x" * 10**6, "close": [[["a"]]]}, {"ok": 1, "value": True}, {"ok": "true"}, {}])
""",
    prizes_doing("send(message({'id': pending(), 'ok': False, **next(reports)}))"),
]
