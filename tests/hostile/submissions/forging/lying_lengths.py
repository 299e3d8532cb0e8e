"""Sends headers and buffers of impossible sizes."""

from __future__ import annotations

from base import FORGE, HONEST_HALF, prizes_doing

ABOUT = "announces 4 GB headers, negative sizes, countless buffers and invalid JSON"
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    FORGE,
    """
import itertools


def raw(text):
    return struct.pack("!I", len(text)) + text


lies = itertools.cycle([
    lambda: b"\\xff\\xff\\xff\\xff" + b"{" * 64,
    lambda: message({"id": pending(), "ok": True, "value": 0.0, "sizes": [-8]}),
    lambda: message({"id": pending(), "ok": True, "value": 0.0, "sizes": [2**62, 2**62]}),
    lambda: message({"id": pending(), "ok": True, "value": 0.0, "sizes": [True, 1.5, "8"]}),
    lambda: message({"id": pending(), "ok": True, "value": 0.0, "sizes": {"a": 1}}),
    lambda: message({"id": pending(), "ok": True, "value": 0.0, "sizes": [0] * 200_000}),
    lambda: raw(b"[" * 2_000_000),
    lambda: raw(b"not json") + raw(b"") + raw(b"null") + raw(b"[1]") + raw(b'"text"'),
    lambda: raw(b'{"id": NaN, "id": 1, "ok": true}') + raw(b'{"a": 1e999999}'),
    lambda: raw(b'{"id": ' + b"9" * 100_000 + b"}"),
    lambda: raw(b"\\xff\\xfe{\\x00}\\x00") + raw(b'{"a": "\\\\ud800"}'),
    lambda: raw(b"{" + b'"a": 1, ' * 500_000 + b'"id": 1}'),
])
""",
    prizes_doing("send(next(lies)())"),
    "class Momentum:\n    def __init__(self, *args):\n        send(next(lies)())",
]
