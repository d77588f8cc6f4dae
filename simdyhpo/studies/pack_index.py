"""What lies where in a pack of cells, with the checksum of every piece.

A pack is a folder, and its name ends with the checksum of its index: so who changes either is found out.

    packs/GENERATION-CHECKSUM/index.json         which cells, which rows are whose, and all checksums
    packs/GENERATION-CHECKSUM/index.copy.json    the same again: without it nothing could be read
    packs/GENERATION-CHECKSUM/cell.parquet       and the other parts, a row group for a few cells
    packs/GENERATION-CHECKSUM.gone-XXXXXXXX      keys of cells in it that count no more, a line each

A pack never changes once it has its name. Where two have the same cell, the greater name's counts: a pack
that was made of others is a generation later than they are.
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from simdyhpo.errors import OutputError, other_format
from simdyhpo.files.bounded import read_bounded
from simdyhpo.files.limits import PLAN_BYTES
from simdyhpo.studies.checksums import digest
from simdyhpo.studies.parts import Part

INDEX, INDEX_COPY = "index.json", "index.copy.json"
GONE = ".gone-"
"""What stands between a pack's name and the rest in the name of a list of cells that count no more."""

_NAME = re.compile(r"(\d{6})-([0-9a-f]{32})")


class Piece(msgspec.Struct, frozen=True, array_like=True):
    """A row group as bytes of its file: where it begins, how long it is, its SHA-256."""

    offset: int
    length: int
    sha256: str


class Group(msgspec.Struct, frozen=True):
    """Cells whose rows share a row group in each part.

    Attributes:
        keys: of the cells, in the order of their rows.
        rows: how many rows of each part are each cell's.
        pieces: the row group of each part.
        size: bytes that they take in memory.
    """

    size: int
    keys: list[str]
    rows: dict[Part, list[int]]
    pieces: dict[Part, Piece]


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """What is in a pack.

    Attributes:
        format: of the pack.
        groups: in the order of the row groups.
        footers: the end of each Parquet file, by which it is read; packed with zlib. What lies at the file's
            own end is for other tools.
    """

    format: int
    groups: list[Group]
    footers: dict[Part, bytes]


FORMAT = 3
_AGAIN = "run the study again"
"""Of stored cells: 1 is four folders, 2 a folder each."""


def encoded(index: Index) -> bytes:
    """An index as it is written."""
    return msgspec.json.encode(index, order="deterministic")


def pack_name(generation: int, content: bytes) -> str:
    """The name of the pack with this index."""
    return f"{generation:06d}-{digest(content)[:32]}"


def is_pack(name: str) -> bool:
    """Whether something in the folder of packs is called like one."""
    return _NAME.fullmatch(name) is not None


def generation_of(name: str) -> int:
    """How often the cells of a pack were packed before."""
    return int(name.partition("-")[0])


def read_index(pack: Path) -> Index:
    """The index of a pack, from whichever copy is as it was written.

    Raises:
        FileNotFoundError: there is no such pack.
        ValueError: neither copy is whole.
        OutputError: a file can't be read, or is of a later version.
    """
    for name in (INDEX, INDEX_COPY):
        try:
            content = read_bounded(pack / name, PLAN_BYTES)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            continue
        except OSError as error:
            raise OutputError(
                f"{pack / name}: can't be read ({error.strerror}); check its permissions"
            ) from None
        if pack_name(generation_of(pack.name), content) == pack.name:
            return _decoded(pack / name, content)
    if not pack.is_dir():
        raise FileNotFoundError(pack)
    raise ValueError("damaged, and its copy, too: which cells are in this pack is unknown")


class _Format(msgspec.Struct):
    """The one entry that an index of any format has."""

    format: int


def _decoded(path: Path, content: bytes) -> Index:
    try:
        if (stated := msgspec.json.decode(content, type=_Format).format) > FORMAT:
            raise OutputError(f"{path}: {other_format(stated, FORMAT, _AGAIN)}")
        index = msgspec.json.decode(content, type=Index)
    except msgspec.MsgspecError as error:
        raise OutputError(f"{path}: is no index of a pack that this version reads ({error})") from None
    if index.format != FORMAT:
        raise OutputError(f"{path}: {other_format(index.format, FORMAT, _AGAIN)}")
    return index
