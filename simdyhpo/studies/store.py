"""Where a study's results are kept: each cell is one thing, whole or not there at all.

    cells/KEY/        a cell: see `cell_folders`; those of version 0.1.0, in four folders, are read, too
    packs/            many cells in a few files: see `packs`
    failures/KEY.txt  why a cell failed, until it succeeds
    damaged/KEY-N/    cells that were no longer as they were written, set aside

A cell is a function of its key, so it never matters who wrote it, how often, or in which order: equal keys,
equal bytes, but for host seconds. So a cell that lies in two places, as while it is packed, counts once.
Whatever is read is held against its checksum first.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa

from simdyhpo.errors import OutputError, cant_write
from simdyhpo.files.whole import PART, written_whole
from simdyhpo.runs.result import RunResult
from simdyhpo.studies.cell_files import CellFiles
from simdyhpo.studies.cell_folders import CellFolders
from simdyhpo.studies.cell_home import CellHome
from simdyhpo.studies.cell_parts import cell_parts
from simdyhpo.studies.cell_rows import check_seconds, manifest_in
from simdyhpo.studies.damage import DamagedCell
from simdyhpo.studies.four_folders import FourFolders
from simdyhpo.studies.packs import Packs
from simdyhpo.studies.parts import PARTS, Part
from simdyhpo.studies.places import CELLS, DAMAGED, FAILURES
from simdyhpo.traces.manifest import RunManifest

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")


class Store:
    """The results below one folder. Safe to be used by many processes, on many machines, at once.

    Attributes:
        folder: of all results.
        packs: those of the cells that are packed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._cells = CellFolders(folder)
        self._four = FourFolders(folder)
        self.packs = Packs(folder)
        # Cells go from the first two to the last: whoever looks in this order finds each at least once.
        self._homes: Sequence[CellHome] = (self._cells, self._four, self.packs)

    def open(self) -> None:
        """Make the folders, and see that they can be written.

        Raises:
            OutputError: they can't.
        """
        try:
            for name in (CELLS, FAILURES):
                (self.folder / name).mkdir(parents=True, exist_ok=True)
                probe = self.folder / name / f".{secrets.token_hex(8)}{PART}"
                probe.write_bytes(b"")
                probe.unlink()
        except OSError as error:
            raise cant_write(self.folder, error) from None

    def finished(self) -> set[str]:
        """Keys of all cells that are there, damaged ones included.

        Raises:
            OutputError: the folder can't be read.
        """
        return set().union(*(home.keys() for home in self._homes))

    def failed(self) -> set[str]:
        """Keys of the cells that failed when they were last run.

        Raises:
            OutputError: the folder can't be read.
        """
        return set(_names(self.folder / FAILURES, ".txt")) - self.finished()

    def has(self, key: str) -> bool:
        """Whether a cell is finished."""
        return any(home.has(key) for home in self._homes)

    def path(self, key: str, part: Part = "cell") -> Path:
        """The file that holds a part of a cell, or would hold it."""
        return self._home(key).path(key, part)

    def address(self, key: str) -> Path:
        """What commands call a cell, wherever it lies: `cells/KEY`."""
        return self._cells.place(key)

    def loose(self) -> dict[str, CellFiles]:
        """The cells that are not in packs, by key: where each lies.

        Raises:
            OutputError: the folder can't be read.
        """
        return dict.fromkeys(self._four.keys(), self._four) | dict.fromkeys(self._cells.keys(), self._cells)

    def table(self, key: str, part: Part, columns: Sequence[str] = ()) -> pa.Table:
        """A part of a cell, or some of its columns, as it was written; see `parts.PARTS`.

        Raises:
            DamagedCell: it isn't there any more, or other than it was written.
            OutputError: there is no such cell, or it can't be read.
        """
        return self._at_home(key, part, lambda home: home.table(key, part, columns))

    def in_order(self, keys: Iterable[str]) -> list[str]:
        """The same cells as they lie: whoever reads many in this order reads each file once."""
        keys = list(keys)
        packed = self.packs.in_order(keys)
        others = set(packed)
        return [*(key for key in keys if key not in others), *packed]

    def each(
        self, keys: Iterable[str], wanted: Mapping[Part, Sequence[str]]
    ) -> Iterator[tuple[str, dict[Part, pa.Table]]]:
        """Some columns of some parts of many cells, as they lie, each with its key; see `table`.

        Raises:
            DamagedCell, OutputError: see `table`.
        """
        packed = set(self.packs.in_order(keys := list(keys))) - self.loose().keys()
        for key in self.in_order(keys):
            source = self.packs if key in packed else self
            yield key, {part: source.table(key, part, columns) for part, columns in wanted.items()}

    def manifest(self, key: str) -> RunManifest:
        """What was asked of a cell and what came of it.

        Raises:
            DamagedCell, OutputError: see `table`.
        """
        return self._row(key)[1]

    def cells(self, keys: Iterable[str]) -> pd.DataFrame:
        """One row for each of the keys that is finished, with the columns of `parquet.CELLS`, in their order.

        Raises:
            DamagedCell: of the first that is damaged.
        """
        finished, loose = self.finished(), self.loose()
        there = [key for key in keys if key in finished]
        single = [self._row(key)[0] for key in dict.fromkeys(there) if key in loose]
        packed = self.packs.tables(dict.fromkeys(key for key in there if key not in loose), "cell")
        table = pa.concat_tables([PARTS["cell"].empty_table(), *single, *packed])
        at = {key: row for row, key in enumerate(table["cell"].to_pylist())}
        ordered = table.take(pa.array([at[key] for key in there], type=pa.int64()))
        frame: pd.DataFrame = ordered.to_pandas(use_threads=False)
        return frame

    def seconds(self, keys: Iterable[str]) -> pd.Series:
        """Host seconds of the finished cells among the keys, by key; NaN where they are damaged."""
        import pandas as pd

        finished = self.finished()
        there = [key for key in dict.fromkeys(keys) if key in finished]
        try:
            found = {key: _seconds(parts["timing"], key) for key, parts in self.each(there, {"timing": ()})}
        except DamagedCell:
            found = {key: self._seconds_or_nan(key) for key in self.in_order(there)}
        return pd.Series(found, name="wall_seconds", dtype="float64").reindex(there)

    def check(self, key: str) -> None:
        """See that all parts of a cell are there and as they were written.

        Raises:
            DamagedCell: one isn't. If it is "timing", all others are.
            OutputError: there is no such cell, or it can't be read.
        """
        self._at_home(key, "cell", lambda home: home.check(key))

    def damage(self, keys: Iterable[str]) -> list[DamagedCell]:
        """What is wrong with the finished cells among the keys, and with packs whose cells nobody knows.

        Raises:
            OutputError: one can't be read for another reason.
        """
        return list(self._damaged(keys))

    def write(self, key: str, result: RunResult, *, sync: bool = False) -> None:
        """Keep the cell of a finished run; see `keep`.

        Raises:
            OutputError: see `keep`.
        """
        self.keep(key, cell_parts(key, result), sync=sync)

    def keep(self, key: str, parts: Mapping[Part, bytes], *, sync: bool = False) -> None:
        """Keep a cell, unless it is there.

        Args:
            key: of the cell.
            parts: the bytes of each; see `cell_parts`.
            sync: wait until the disk has it.

        Raises:
            OutputError: the folder can't be written, or the disk is full; nothing half-written is left.
        """
        try:
            if not self.packs.has(key):
                self._cells.write(key, parts, sync=sync)
            self._failure(key).unlink(missing_ok=True)
        except OSError as error:
            raise cant_write(self.folder, error) from None

    def write_failure(self, key: str, text: str) -> None:
        """Note why a cell failed.

        Raises:
            OutputError: see `write`.
        """
        try:
            with written_whole(self._failure(key)) as aside:
                aside.write_text(text, encoding="utf-8")
        except OSError as error:
            raise cant_write(self.folder, error) from None

    def set_damaged_aside(self, keys: Iterable[str]) -> list[DamagedCell]:
        """Move the damaged ones among the cells to `damaged/`, to be made anew; returns them.

        Raises:
            OutputError: one can't be moved, or read.
        """
        found = []
        for damaged in self._damaged(keys):
            self._set_aside(damaged.key)
            found.append(damaged)
        return found

    def set_aside(self) -> list[str]:
        """Names below `damaged/`.

        Raises:
            OutputError: the folder can't be read.
        """
        return sorted(_names(self.folder / DAMAGED, ""))

    def remove(self, key: str) -> None:
        """Take a cell out, its sign of being finished first.

        Raises:
            OutputError: a file can't be removed.
        """
        self.remove_all([key])

    def remove_all(self, keys: Iterable[str]) -> None:
        """Take some cells out; see `remove`.

        Raises:
            OutputError: a file can't be removed.
        """
        keys = list(keys)
        try:
            for key in keys:
                self._cells.remove(key)
                self._four.remove(key)
            self.packs.remove_all(keys)
            for key in keys:
                self._failure(key).unlink(missing_ok=True)
        except OSError as error:
            raise cant_write(self.folder, error) from None

    def _home(self, key: str) -> CellHome:
        return next((home for home in self._homes if home.has(key)), self._cells)

    def _failure(self, key: str) -> Path:
        return self.folder / FAILURES / f"{key}.txt"

    def _row(self, key: str) -> tuple[pa.Table, RunManifest]:
        """A cell's row and what its manifest says, the two held against each other."""
        table = self.table(key, "cell")
        try:
            return table, manifest_in(table, key)
        except ValueError as error:
            raise DamagedCell(key, "cell", self.path(key), str(error)) from None

    def _at_home(self, key: str, part: Part, read: Callable[[CellHome], T]) -> T:
        """What `read` finds where a cell lies; where it is packed meanwhile, in its pack.

        Raises:
            OutputError: there is no such cell.
        """
        home = self._home(key)
        if not home.has(key):
            raise OutputError(
                f"{home.path(key, part)}: there is no such cell; run the study, or check the path"
            )
        try:
            return read(home)
        except DamagedCell:
            if home is self.packs or home.has(key) or not self.packs.has(key):
                raise
        return read(self.packs)

    def _damaged(self, keys: Iterable[str]) -> Iterator[DamagedCell]:
        """The damaged ones among the cells, then packs that can't be read."""
        finished, loose = self.finished(), self.loose()
        wanted = [key for key in dict.fromkeys(keys) if key in finished]
        packed = self.packs.damaged(key for key in wanted if key not in loose)
        for key in wanted:
            if key in packed:
                yield packed[key]
            elif key in loose:
                try:
                    self.check(key)
                except DamagedCell as damaged:
                    yield damaged
        yield from self.packs.unreadable()

    def _seconds_or_nan(self, key: str) -> float:
        with contextlib.suppress(DamagedCell):
            return _seconds(self.table(key, "timing"), key)
        return float("nan")

    def _set_aside(self, key: str) -> None:
        """To the first free name; nothing if somebody else did it meanwhile."""
        number = 1
        home = self._home(key) if self.has(key) else self.packs
        try:
            (self.folder / DAMAGED).mkdir(exist_ok=True)
            while True:
                into = self.folder / DAMAGED / f"{key}-{number}"
                try:
                    home.move_out(key, into)
                except FileExistsError:
                    number += 1
                except FileNotFoundError:
                    with contextlib.suppress(OSError):
                        into.rmdir()
                    return
                else:
                    return
        except OSError as error:
            raise cant_write(self.folder, error) from None


def _seconds(table: pa.Table, key: str) -> float:
    """What a cell's table with the schema `TIMING` says; NaN if it is another's or empty."""
    try:
        check_seconds(table, key)
    except ValueError:
        return float("nan")
    return float(table["wall_seconds"][0].as_py())


def _names(folder: Path, suffix: str) -> list[str]:
    """What lies in a folder and ends so, without that end."""
    try:
        names = os.listdir(folder)  # noqa: PTH208 - several times faster than iterdir for 10,000 cells
    except FileNotFoundError:
        return []
    except OSError as error:
        raise OutputError(f"{folder}: can't be read ({error.strerror}); check its permissions") from None
    return [name.removesuffix(suffix) for name in names if name.endswith(suffix) and name[0] != "."]
