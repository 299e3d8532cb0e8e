"""Answers before it was asked, with numbers of its own."""

from __future__ import annotations

from base import FORGE, HONEST_HALF, prizes_doing

ABOUT = "sends answers with guessed numbers from a thread"
LEVELS = "ABCD"

CELLS = [
    HONEST_HALF,
    FORGE,
    """
def early(*numbers):
    def run():
        for number in numbers * 50:
            send(answer(True, number=number))

    threading.Thread(target=run, daemon=True).start()
    time.sleep(0.02)


def numbers():
    now = pending()
    return [now + 1, now - 1, 1, -1, True, None, "1", 2**62, 1e18, [now], {"id": now}]
""",
    prizes_doing("early(*[one for one in numbers() if not isinstance(one, (list, dict))])"),
    """
def mean_loss(p, y):
    send(*(message({"id": one, "ok": True, "value": 0.0}) for one in numbers()))
""",
]
