"""Sends events that look like answers, or like nothing known."""

from __future__ import annotations

from base import FORGE, HONEST_HALF, prizes_doing

ABOUT = "sends malformed and misleading events"
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    FORGE,
    """
def events():
    now = pending()
    send(
        message({"event": "stream", "id": now, "ok": True, "value": True}),
        message({"event": "stream", "name": ["stdout"], "text": {"a": 1}}),
        message({"event": "stream", "name": "passwd", "text": None}),
        message({"event": "display_data", "data": {"text/html": [1, {"x": []}]}, "metadata": 7}),
        message({"event": "display_data", "data": "text", "transient": {"display_id": [1]}}),
        message({"event": "execute_result", "execution_count": -10**30, "data": {"x": 1.5e308}}),
        message({"event": "update_display_data", "transient": {"display_id": "none"}, "data": {}}),
        message({"event": "clear_output", "wait": "yes"}),
        message({"event": "error", "ename": 1, "evalue": None, "traceback": "no list"}),
        message({"event": {"event": "event"}}),
        message({"event": None, "verdict": "passed", "points": 100}),
        message({"event": "grade", "score": 100}),
    )
""",
    prizes_doing("events()"),
]
