"""Checksums beside what they are of, as `sha256sum` writes and checks them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

SUMS = "SHA256SUMS"
"""The file's name."""

_LINE = re.compile(r"([0-9a-f]{64})  (\S+)")


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def sums_of(contents: Mapping[str, bytes]) -> bytes:
    """The file for these contents by name, sorted by name."""
    return "".join(f"{digest(contents[name])}  {name}\n" for name in sorted(contents)).encode()


def read_sums(content: bytes) -> dict[str, str]:
    """Digests by name.

    Raises:
        ValueError: the text is not, to the letter, what `sums_of` writes.
    """
    text = content.decode("ascii")
    found = [_LINE.fullmatch(line) for line in text.splitlines()]
    sums = {match[2]: match[1] for match in found if match}
    if "".join(f"{sums[name]}  {name}\n" for name in sorted(sums)) != text:
        raise ValueError("not lines of a digest, two spaces and a name, sorted by name")
    return sums
