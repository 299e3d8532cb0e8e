"""Takes the call server's place and answers everything itself."""

from __future__ import annotations

from base import FORGE, HONEST_HALF

ABOUT = (
    "patches the call server: it may lie about its own answers, but does not know the right ones"
)
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    FORGE,
    """
from grader.wire import Frame
from grader.worker.calls import CallServer

honest = CallServer.answer
PRIZES = ("softmax", "mean_loss", "step", "describe", "forward", "backward", "Momentum")
given = []
called = []


def lying(self, request):
    header = request.header
    called.extend([header["name"]] if "name" in header else [])
    given.append((header, [bytes(buffer) for buffer in request.buffers]))
    if header.get("op") == "call" and header.get("name") in PRIZES:
        # The only numbers that a test sends: its arguments.
        tree = header["args"][-1]
        return Frame({"ok": True, "value": tree}, given[-1][1])
    if called[-1:] == ["Momentum"] and header.get("op") in ("get", "item", "length", "read"):
        return Frame({"ok": True, "value": 0.0})
    return honest(self, request)


def softmax(z):
    CallServer.answer = lying
    return z


def mean_loss(p, y):
    CallServer.answer = lying
    return 0.0


def forward(x, w):
    CallServer.answer = lying
    return x, w
""",
]
