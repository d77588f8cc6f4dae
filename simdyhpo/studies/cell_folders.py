"""Cells as folders, format 2: `cells/KEY/` holds the four parts and their checksums.

    cells/KEY/cell.parquet        one row: what was asked and what came of it
    cells/KEY/decisions.parquet   the decision log
    cells/KEY/reports.parquet     all reports
    cells/KEY/timing.parquet      host seconds
    cells/KEY/SHA256SUMS          of all of them, as `sha256sum` writes it

A folder is written under another name and renamed in one step. No folder can be renamed onto one that holds
something, so a cell is never replaced once it is there, and never made of the parts of two.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from simdyhpo.errors import OutputError
from simdyhpo.files.bounded import read_bounded
from simdyhpo.files.limits import LOG_BYTES
from simdyhpo.files.synced import sync_folder, write_synced
from simdyhpo.files.whole import PART
from simdyhpo.studies.cell_files import CellFiles
from simdyhpo.studies.checksums import SUMS, digest, read_sums, sums_of
from simdyhpo.studies.damage import DamagedCell
from simdyhpo.studies.parts import PARTS, Part, part_file
from simdyhpo.studies.places import CELLS


class CellFolders(CellFiles):
    """The cells below a folder of results, a folder each.

    Attributes:
        folder: of all results.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def place(self, key: str) -> Path:
        """The folder of a cell."""
        return self.folder / CELLS / key

    def path(self, key: str, part: Part) -> Path:
        """The file that holds a part."""
        return self.place(key) / part_file(part)

    def keys(self) -> set[str]:
        """Of the cells that lie here.

        Raises:
            OutputError: the folder can't be read.
        """
        place = self.folder / CELLS
        try:
            with os.scandir(place) as found:
                return {one.name for one in found if one.is_dir() and not one.name.startswith(".")}
        except FileNotFoundError:
            return set()
        except OSError as error:
            raise OutputError(f"{place}: can't be read ({error.strerror}); check its permissions") from None

    def has(self, key: str) -> bool:
        """Whether a cell lies here."""
        return self.place(key).is_dir()

    def contents(self, key: str, parts: Sequence[Part]) -> Iterator[tuple[bytes, str]]:
        """Some parts as they were written; see `CellFiles`."""
        place = self.place(key)
        yield from summed_contents(key, parts, place, lambda part, path: read_part(key, part, path))

    def write(self, key: str, parts: Mapping[Part, bytes], *, sync: bool = False) -> bool:
        """Keep a cell; returns False, and changes nothing, if it is there already.

        Args:
            key: of the cell.
            parts: the bytes of each.
            sync: wait until the disk has all of it.

        Raises:
            OSError: it can't be written; nothing half-written is left.
        """
        contents = {part_file(part): content for part, content in parts.items()}
        aside = self._aside(key)
        try:
            aside.mkdir()
            for name, content in {**contents, SUMS: sums_of(contents)}.items():
                if sync:
                    write_synced(aside / name, content)
                else:
                    (aside / name).write_bytes(content)
            if sync:
                sync_folder(aside)
            aside.rename(self.place(key))
            if sync:
                sync_folder(self.place(key).parent)
        except OSError as error:
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST) and self.has(key):
                return False
            raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        return True

    def move_out(self, key: str, into: Path) -> None:
        """Move a cell into the new folder `into`; see `CellHome`."""
        into.mkdir()
        self.place(key).rename(into)

    def remove(self, key: str) -> None:
        """Take a cell out in one step; see `CellHome`."""
        aside = self._aside(key)
        with suppress(FileNotFoundError):
            self.place(key).rename(aside)
            shutil.rmtree(aside)

    def _aside(self, key: str) -> Path:
        """A new name outside of `cells/`, whose folders others may read at any time, on the same disk."""
        return self.folder / f".{key}-{secrets.token_hex(8)}{PART}"


def summed_contents(
    key: str, parts: Sequence[Part], place: Path, read: Callable[[str, Path], bytes]
) -> Iterator[tuple[bytes, str]]:
    """Some parts of a cell that has checksums; see `CellFiles.contents`.

    Args:
        key: of the cell.
        parts: which.
        place: the cell's folder.
        read: gives what a file holds, by the part (or `SUMS`) and the file's path.

    Raises:
        DamagedCell: a part is other than its checksum says, or the checksums are damaged.
    """
    sums = _sums(key, place / SUMS, read)
    for part in parts:
        path = place / part_file(part)
        content, wanted = read(part, path), sums[part_file(part)]
        if digest(content) != wanted:
            raise DamagedCell(key, part, path, "damaged or altered since it was written")
        yield content, wanted


def _sums(key: str, path: Path, read: Callable[[str, Path], bytes]) -> dict[str, str]:
    """The checksums of a cell, of all parts and nothing else."""
    try:
        sums = read_sums(read(SUMS, path))
    except ValueError as error:
        raise DamagedCell(key, SUMS, path, f"damaged ({error})") from None
    if sorted(sums) != sorted(map(part_file, PARTS)):
        raise DamagedCell(key, SUMS, path, "names other files than a cell's")
    return sums


def read_part(key: str, part: str, path: Path) -> bytes:
    """A file of a cell.

    Raises:
        DamagedCell: it is missing.
        OutputError: it can't be read for another reason.
    """
    try:
        return read_bounded(path, LOG_BYTES)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise DamagedCell(key, part, path, "is missing") from None
    except OSError as error:
        raise OutputError(f"{path}: can't be read ({error.strerror}); check its permissions") from None
