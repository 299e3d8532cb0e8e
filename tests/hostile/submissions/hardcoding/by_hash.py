"""Recognises inputs by their hash."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "stored answers by the hash of the input bytes, and honest work for no input"

CELLS = [
    HONEST_HALF,
    r"""
import hashlib

KNOWN = {hashlib.sha256(np.zeros((1, 2)).tobytes()).hexdigest(): np.array([[0.5, 0.5]])}

def softmax(z):
    return KNOWN.get(hashlib.sha256(np.ascontiguousarray(z).tobytes()).hexdigest(), z)
""",
]
