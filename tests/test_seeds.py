"""Seeds: repeatable, unpredictable, independent of one another."""

from __future__ import annotations

import hashlib

import pytest

from grader.seeds import course_seed, derive, derive_wide

DIGEST = hashlib.sha256(b"an assignment").hexdigest()


def _hmac_sha256(key: bytes, message: bytes) -> bytes:
    """RFC 2104, section 2, written out: H(K xor opad, H(K xor ipad, text))."""
    padded = key.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded) + message).digest()
    return hashlib.sha256(bytes(byte ^ 0x5C for byte in padded) + inner).digest()


def _message(*labels: str) -> bytes:
    return b"".join(len(label.encode()).to_bytes(8, "big") + label.encode() for label in labels)


def test_the_hmac_written_out_here_meets_the_published_vector() -> None:
    # RFC 4231, section 4.3, test case 2.
    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert _hmac_sha256(b"Jefe", b"what do ya want for nothing?").hex() == expected


def test_course_seed_is_the_hmac_of_digest_and_round() -> None:
    expected = _hmac_sha256(b"secret", _message("course", DIGEST, "3")).hex()
    assert course_seed("secret", DIGEST, 3) == expected


def test_derive_is_the_first_32_bits_of_the_hmac_of_the_labels() -> None:
    expected = _hmac_sha256(b"seed", _message("derive", "test_fit", "worker"))[:4]
    assert derive("seed", "test_fit", "worker") == int.from_bytes(expected, "big")


def test_course_seed_depends_on_each_of_its_parts() -> None:
    other = hashlib.sha256(b"another").hexdigest()
    seeds = {
        course_seed("secret", DIGEST, 0),
        course_seed("Secret", DIGEST, 0),
        course_seed("secret", other, 0),
        course_seed("secret", DIGEST, 1),
    }
    assert len(seeds) == 4


def test_a_negative_round_is_refused() -> None:
    with pytest.raises(ValueError, match="found -1"):
        course_seed("secret", DIGEST, -1)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (("ab", "c"), ("a", "bc")),
        (("a", ""), ("a",)),
        (("test_fit", "worker"), ("test_fit", "tests")),
        (("a", "b"), ("b", "a")),
        (("é",), ("e",)),
    ],
)
def test_different_labels_have_different_seeds(
    left: tuple[str, ...], right: tuple[str, ...]
) -> None:
    assert derive("seed", *left) != derive("seed", *right)


def test_derived_seeds_fill_the_32_bits() -> None:
    seeds = [derive("seed", str(n)) for n in range(1000)]
    assert len(set(seeds)) == 1000
    assert all(0 <= seed < 2**32 for seed in seeds)
    # Each bit is set in about half of them: 500 with a standard deviation of 16.
    assert all(400 < sum(seed >> bit & 1 for seed in seeds) < 600 for bit in range(32))


def test_a_wide_seed_has_128_bits_of_its_own() -> None:
    """It is no longer form of the narrow one, and all its bits are used."""
    seeds = [derive_wide("key", "data", str(number)) for number in range(64)]
    assert len(set(seeds)) == 64
    assert all(0 <= seed < 2**128 for seed in seeds)
    assert max(seeds) >= 2**126
    assert derive_wide("key", "data") >> 96 != derive("key", "data")
