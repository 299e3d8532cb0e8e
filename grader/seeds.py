"""Seeds that a course can repeat and a student cannot predict; pure.

One seed serves a whole class for one version of an assignment and one round of grading, so that
a cached grade and a regrading agree. Each test, and each side of the wire, gets a seed of its own
that does not depend on the order of the tests.
"""

from __future__ import annotations

import hashlib
import hmac

__all__ = ["course_seed", "derive", "derive_wide"]


def course_seed(secret: str, assignment_digest: str, round: int) -> str:  # noqa: A002
    """Return the seed of one round of grading an assignment: 64 hexadecimal digits.

    HMAC-SHA256 (RFC 2104; RFC 4231 has its test vectors), keyed with the course's secret. Whoever
    knows the assignment but not the secret learns nothing about the seed; with an empty secret,
    as on a student's own machine, everybody can compute it.

    Args:
        secret: the course's secret; the same for every submission of the course.
        assignment_digest: ``Assignment.digest``, so that a changed assignment is reseeded.
        round: counts the gradings that are meant to draw anew, from 0.

    Raises:
        ValueError: ``round`` is negative.
    """
    if round < 0:
        raise ValueError(f"round must be 0 or more, found {round}")
    return _mac(secret, "course", assignment_digest, str(round)).hex()


def derive(seed: str, *labels: str) -> int:
    """Return the seed that belongs to ``labels``: an int in [0, 2**32), as numpy accepts.

    HMAC-SHA256 (RFC 2104) keyed with ``seed``: from the seeds of some labels those of others
    cannot be computed, so a worker may be told its own seed for a test.

    Args:
        seed: what :func:`course_seed` returned.
        labels: what the seed is for, such as a test's id and ``"worker"``; their order counts.
    """
    return int.from_bytes(_mac(seed, "derive", *labels)[:4], "big")


def derive_wide(seed: str, *labels: str) -> int:
    """Return the seed that belongs to ``labels`` as an int in [0, 2**128).

    For what must stay secret although a part of what it draws is known: the 2**32 values of
    :func:`derive` can all be tried.

    Args:
        seed: what :func:`course_seed` returned.
        labels: what the seed is for.
    """
    return int.from_bytes(_mac(seed, "derive wide", *labels)[:16], "big")


def _mac(key: str, *labels: str) -> bytes:
    """Return the 32 bytes of HMAC-SHA256 over ``labels``."""
    message = bytearray()
    for label in labels:
        encoded = label.encode()
        # With its length in front, ("ab", "c") differs from ("a", "bc").
        message += len(encoded).to_bytes(8, "big") + encoded
    return hmac.digest(key.encode(), bytes(message), hashlib.sha256)
