"""W&B's files of offline runs: records framed as LevelDB frames its log, each a message of W&B's own."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from simdyhpo.errors import OutputError, TableError, one_line
from simdyhpo.files.bounded import read_bounded
from simdyhpo.files.limits import LOG_FILE_BYTES

_MAGIC = b":W&B"
_START, _BLOCK, _HEADER = 7, 32_768, 7
_FULL, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4


class CutError(Exception):
    """A file ends in the middle of a record, or is damaged there."""


def records(path: Path) -> Iterator[bytes]:
    """The records of a file, as bytes.

    The layout: seven bytes that say what it is; then blocks of 32 KiB, in which each piece of a record has a
    header of seven bytes (checksum, length, which piece); what a block has left below that is padding.

    Raises:
        TableError: it is no such file.
        CutError: it is one, and damaged from here on: a killed run's last record often is.
    """
    try:
        content = read_bounded(path, LOG_FILE_BYTES)
    except (OSError, OutputError) as error:
        raise TableError(str(path), f"can't be read ({one_line(error)})", "get it again") from None
    if content[: len(_MAGIC)] != _MAGIC:
        raise TableError(str(path), "is no file of an offline run", "check path and source")
    place, pieces = _START, b""
    while place < len(content):
        room = _BLOCK - place % _BLOCK
        if room < _HEADER:
            place += room
            continue
        if place + _HEADER > len(content):
            raise CutError
        checksum, length, kind = struct.unpack_from("<IHB", content, place)
        place += _HEADER
        data = content[place : place + length]
        place += length
        if len(data) < length or kind not in (_FULL, _FIRST, _MIDDLE, _LAST):
            raise CutError
        if zlib.crc32(bytes([kind]) + data) != checksum:
            raise CutError
        pieces = data if kind in (_FULL, _FIRST) else pieces + data
        if kind in (_FULL, _LAST):
            yield pieces
