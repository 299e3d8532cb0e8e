"""Messages between grader and worker: a JSON header and raw buffers, capped in size and depth.

Nothing here pickles, evaluates or imports what it receives. Both ends use this package, and the
worker's end is the only part of the grader that shares a process with a student's code; it
therefore imports nothing from the rest of the project.
"""

from __future__ import annotations

from grader.wire.decoder import Decoder, describe
from grader.wire.encoder import Encoder
from grader.wire.frames import Buffer, Channel, ChannelClosed, Frame, WireError
from grader.wire.values import Reference, Tree

__all__ = [
    "Buffer",
    "Channel",
    "ChannelClosed",
    "Decoder",
    "Encoder",
    "Frame",
    "Reference",
    "Tree",
    "WireError",
    "describe",
]
