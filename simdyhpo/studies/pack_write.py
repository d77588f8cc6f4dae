"""Writing a pack of cells: aside, forced to the disk, and renamed in one step."""

from __future__ import annotations

import errno
import secrets
import shutil
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from simdyhpo.files.synced import sync_folder, write_synced
from simdyhpo.files.whole import PART
from simdyhpo.studies.checksums import digest
from simdyhpo.studies.pack_index import (
    FORMAT,
    INDEX,
    INDEX_COPY,
    Group,
    Index,
    Piece,
    encoded,
    pack_name,
)
from simdyhpo.studies.parts import PARTS, Part, part_file
from simdyhpo.studies.places import PACKS

MOST_CELLS, MOST_BYTES = 1_000, 64_000_000
"""In a pack: so many cells, or so many bytes of their tables in memory (and one cell more)."""
GROUP_CELLS, GROUP_BYTES = 32, 500_000
"""In a row group. Damage of one byte costs the cells of one: where cells are large, they are few."""

Tables = Mapping[Part, pa.Table]
"""All parts of a cell."""

_FOOTER = 8
"""Bytes at the end of a Parquet file: the length of its footer, and a mark."""


class _Building(msgspec.Struct):
    """A group that is still growing."""

    keys: list[str]
    tables: dict[Part, list[pa.Table]]
    size: int = 0

    @property
    def full(self) -> bool:
        return len(self.keys) >= GROUP_CELLS or self.size >= GROUP_BYTES


def size_of(tables: Tables) -> int:
    """Bytes that a cell takes in memory."""
    return sum(table.nbytes for table in tables.values())


def write_pack(folder: Path, generation: int, cells: Iterable[tuple[str, Tables]]) -> str:
    """Keep some cells as a pack: its name. What is there under that name is the same.

    It is on the disk, not only on its way there, when this returns: what its cells were before may go.

    Args:
        folder: of all results.
        generation: greater than that of every pack that has one of the cells.
        cells: by key, at least one.

    Raises:
        OSError: it can't be written; nothing half-written is left.
    """
    groups = _grouped(cells)
    aside = folder / f".pack-{secrets.token_hex(8)}{PART}"
    try:
        aside.mkdir()
        pieces: dict[Part, list[Piece]] = {}
        footers: dict[Part, bytes] = {}
        for part in PARTS:
            content = _part_content(part, groups)
            pieces[part], footers[part] = _pieces(content)
            write_synced(aside / part_file(part), content)
        index = Index(
            format=FORMAT,
            groups=[
                Group(
                    group.size,
                    group.keys,
                    {part: [len(table) for table in group.tables[part]] for part in PARTS},
                    {part: pieces[part][number] for part in PARTS},
                )
                for number, group in enumerate(groups)
            ],
            footers=footers,
        )
        content = encoded(index)
        for name in (INDEX, INDEX_COPY):
            write_synced(aside / name, content)
        sync_folder(aside)
        name = pack_name(generation, content)
        place = folder / PACKS
        place.mkdir(exist_ok=True)
        try:
            aside.rename(place / name)
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
        sync_folder(place)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return name


def _grouped(cells: Iterable[tuple[str, Tables]]) -> list[_Building]:
    groups: list[_Building] = []
    for key, tables in cells:
        if not groups or groups[-1].full:
            groups.append(_Building([], {part: [] for part in PARTS}))
        group = groups[-1]
        group.keys.append(key)
        for part in PARTS:
            group.tables[part].append(tables[part])
        group.size += size_of(tables)
    return groups


def _part_content(part: Part, groups: list[_Building]) -> bytes:
    """One part of all cells as a Parquet file, a row group for each group."""
    sink = pa.BufferOutputStream()
    schema = PARTS[part]
    writer = pq.ParquetWriter(
        sink,
        schema,
        compression="zstd",
        use_dictionary=[field.name for field in schema if field.type == pa.string()],
        write_statistics=False,
        store_schema=False,
    )
    with writer:
        for group in groups:
            table = pa.concat_tables(group.tables[part]).combine_chunks()
            writer.write_table(table, row_group_size=max(len(table), 1))
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _pieces(content: bytes) -> tuple[list[Piece], bytes]:
    """Where the row groups of a Parquet file lie, and its footer, packed."""
    footer = int.from_bytes(content[-_FOOTER : -_FOOTER // 2], "little") + _FOOTER
    metadata = pq.ParquetFile(pa.BufferReader(content)).metadata
    pieces = []
    for number in range(metadata.num_row_groups):
        columns = [metadata.row_group(number).column(one) for one in range(metadata.num_columns)]
        offset = min(
            column.dictionary_page_offset if column.has_dictionary_page else column.data_page_offset
            for column in columns
        )
        length = sum(column.total_compressed_size for column in columns)
        pieces.append(Piece(offset, length, digest(content[offset : offset + length])))
    ends = [4, *(piece.offset + piece.length for piece in pieces)]
    if [piece.offset for piece in pieces] != ends[:-1] or ends[-1] != len(content) - footer:
        raise ValueError("this version of pyarrow leaves gaps between row groups, which no checksum covers")
    return pieces, zlib.compress(content[-footer:], 9)
