"""Row groups of packs: read piece by piece, each held against its checksum before it is understood."""

from __future__ import annotations

import functools
import io
import zlib
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from simdyhpo.files.limits import LOG_BYTES
from simdyhpo.files.parquet import bounded_table
from simdyhpo.studies.checksums import digest
from simdyhpo.studies.pack_index import Index, Piece
from simdyhpo.studies.parts import Part, as_part, part_file, unreadable

_KEPT_TABLES, _KEPT_FOOTERS = 16, 8
"""Who reads cell after cell finds the group before still there, in several parts and columns."""


class PackReader:
    """Reads what an index says of packs below one folder.

    Attributes:
        folder: of the packs.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._tables = functools.lru_cache(_KEPT_TABLES)(self._read_table)
        self._footers = functools.lru_cache(_KEPT_FOOTERS)(_footer)

    def content(self, pack: str, piece: Piece, part: Part) -> bytes:
        """The bytes of a row group.

        Raises:
            ValueError: they are others than were written.
            OSError: they can't be read.
        """
        if not 0 <= piece.length <= LOG_BYTES:
            raise ValueError(f"has a row group of {piece.length:,} bytes")
        with (self.folder / pack / part_file(part)).open("rb") as file:
            file.seek(piece.offset)
            content = file.read(piece.length)
        if digest(content) != piece.sha256:
            raise ValueError("damaged or altered since it was written")
        return content

    def table(self, pack: str, index: Index, number: int, part: Part, columns: Sequence[str]) -> pa.Table:
        """The rows of a group, all columns or those named.

        Raises:
            ValueError: damaged.
            OSError: it can't be read.
        """
        return self._tables(pack, _Same(index), number, part, tuple(columns))

    def _read_table(
        self, pack: str, same: _Same, number: int, part: Part, columns: tuple[str, ...]
    ) -> pa.Table:
        group = same.index.groups[number]
        piece = group.pieces[part]
        window = _Window(self.content(pack, piece, part), piece.offset)
        try:
            metadata = self._footers(same, part)
            file = pq.ParquetFile(pa.PythonFile(window, mode="r"), metadata=metadata)
            table = bounded_table(file, columns, [number])
        except (OSError, KeyError, pa.ArrowException, zlib.error) as error:
            raise unreadable(error) from None
        if len(table) != sum(group.rows[part]):
            raise ValueError(f"holds {len(table)} rows of a group, and not {sum(group.rows[part])}")
        return as_part(table, part, columns)


class _Same:
    """An index as a key: the same object, whatever it holds."""

    def __init__(self, index: Index) -> None:
        self.index = index

    def __hash__(self) -> int:
        return id(self.index)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.index is other.index


class _Window:
    """A file of which only a stretch is there, as far as pyarrow asks for one."""

    closed = False

    def __init__(self, content: bytes, offset: int) -> None:
        self._content = content
        self._offset = offset
        self._at = 0

    def seek(self, to: int, whence: int = io.SEEK_SET) -> int:
        self._at = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._end}[whence] + to
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1) -> bytes:
        begin = self._at - self._offset
        if begin < 0:
            raise OSError("what lies before this row group isn't read")
        content = self._content[begin:] if size < 0 else self._content[begin : begin + size]
        self._at += len(content)
        return content

    def close(self) -> None:
        self.closed = True

    @property
    def _end(self) -> int:
        return self._offset + len(self._content)


def _footer(same: _Same, part: Part) -> pq.FileMetaData:
    """What the file's footer said when it was written."""
    content = b"PAR1" + zlib.decompress(same.index.footers[part])
    return pq.read_metadata(pa.BufferReader(content))
