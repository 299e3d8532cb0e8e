"""How large the datagrams are that ask for workers: to the nursery, to a zygote, and back."""

from __future__ import annotations

__all__ = ["MAX_DESCRIPTORS", "MESSAGE_BYTES"]

MESSAGE_BYTES = 1 << 16
# The worker's connection and output, what it joins its control groups through (one in each of at
# most two trees), and where to reply.
MAX_DESCRIPTORS = 5
