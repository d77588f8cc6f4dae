"""Where a study's results are kept: each cell is one thing, whole or not there at all.

    cells/KEY/        a cell: see `cell_folders`; those of version 0.1.0, in four folders, are read, too
    failures/KEY.txt  why a cell failed, until it succeeds
    damaged/KEY-N/    cells that were no longer as they were written, set aside

A cell is a function of its key, so it never matters who wrote it, how often, or in which order: equal keys,
equal bytes, but for host seconds. Whatever is read is held against its checksum first.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from simdyhpo.errors import OutputError, cant_write
from simdyhpo.files.whole import PART, written_whole
from simdyhpo.runs.result import RunResult
from simdyhpo.studies.cell_folders import CellFolders
from simdyhpo.studies.cell_home import CellHome
from simdyhpo.studies.cell_rows import cell_table, manifest_in
from simdyhpo.studies.checksums import digest
from simdyhpo.studies.damage import DamagedCell
from simdyhpo.studies.four_folders import FourFolders
from simdyhpo.studies.parquet import TIMING, decisions_table, reports_table
from simdyhpo.studies.parts import LOGS, PARTS, Part, part_bytes, part_table
from simdyhpo.studies.places import CELLS, DAMAGED, FAILURES
from simdyhpo.traces.manifest import RunManifest

if TYPE_CHECKING:
    import pandas as pd


class Store:
    """The results below one folder. Safe to be used by many processes, on many machines, at once.

    Attributes:
        folder: of all results.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._cells = CellFolders(folder)
        self._homes: Sequence[CellHome] = (self._cells, FourFolders(folder))

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

    def table(self, key: str, part: Part, columns: Sequence[str] = ()) -> pa.Table:
        """A part of a cell, or some of its columns, as it was written; see `parts.PARTS`.

        Raises:
            DamagedCell: it isn't there any more, or other than it was written.
            OutputError: there is no such cell, or it can't be read.
        """
        ((content, _),) = self._contents(key, [part])
        return self._parsed(key, part, content, columns)

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
        finished = self.finished()
        tables = [self._row(key)[0] for key in keys if key in finished]
        frame: pd.DataFrame = pa.concat_tables([PARTS["cell"].empty_table(), *tables]).to_pandas(
            use_threads=False
        )
        return frame

    def seconds(self, keys: Iterable[str]) -> pd.Series:
        """Host seconds of the finished cells among the keys, by key; NaN where they are damaged."""
        import pandas as pd

        finished = self.finished()
        found = {key: self._seconds(key) for key in keys if key in finished}
        return pd.Series(found, name="wall_seconds", dtype="float64")

    def check(self, key: str) -> None:
        """See that all parts of a cell are there and as they were written.

        Raises:
            DamagedCell: one isn't. If it is "timing", all others are.
            OutputError: there is no such cell, or it can't be read.
        """
        parts: list[Part] = ["cell", *LOGS, "timing"]
        checksums: Mapping[str, str] = {}
        for part, (content, found) in zip(parts, self._contents(key, parts), strict=True):
            if part == "cell":
                checksums = self._told(key, self._parsed(key, part, content)).checksums
            elif part == "timing":
                _check_seconds(self._parsed(key, part, content), key, self.path(key, part))
            elif checksums.get(part) != found:
                raise DamagedCell(key, part, self.path(key, part), "is not the one that its manifest names")

    def damage(self, keys: Iterable[str]) -> list[DamagedCell]:
        """What is wrong with the finished cells among the keys.

        Raises:
            OutputError: one can't be read for another reason.
        """
        return list(self._damaged(keys))

    def write(self, key: str, result: RunResult) -> None:
        """Keep a cell, unless it is there.

        Raises:
            OutputError: the folder can't be written, or the disk is full; nothing half-written is left.
        """
        timing = {"cell": [key], "wall_seconds": [result.wall_seconds]}
        logs: dict[Part, bytes] = {
            "reports": part_bytes(reports_table(key, result.report_columns)),
            "decisions": part_bytes(decisions_table(key, result.log)),
        }
        row = cell_table(key, result, {part: digest(content) for part, content in logs.items()})
        timed = part_bytes(pa.table(timing, schema=TIMING))
        try:
            self._cells.write(key, {"cell": part_bytes(row), **logs, "timing": timed})
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
        try:
            for home in self._homes:
                home.remove(key)
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
        return table, self._told(key, table)

    def _told(self, key: str, table: pa.Table) -> RunManifest:
        try:
            return manifest_in(table, key)
        except ValueError as error:
            raise DamagedCell(key, "cell", self.path(key), str(error)) from None

    def _contents(self, key: str, parts: Sequence[Part]) -> Iterator[tuple[bytes, str]]:
        """See `CellHome`; an `OutputError` if there is no such cell."""
        home = self._home(key)
        if not home.has(key):
            raise OutputError(
                f"{home.path(key, parts[0])}: there is no such cell; run the study, or check the path"
            )
        return home.contents(key, parts)

    def _parsed(self, key: str, part: Part, content: bytes, columns: Sequence[str] = ()) -> pa.Table:
        try:
            return part_table(content, part, columns)
        except ValueError as error:
            raise DamagedCell(key, part, self.path(key, part), str(error)) from None

    def _damaged(self, keys: Iterable[str]) -> Iterator[DamagedCell]:
        """The damaged ones among the cells, each said as soon as it is found."""
        finished = self.finished()
        for key in dict.fromkeys(keys):
            if key in finished:
                try:
                    self.check(key)
                except DamagedCell as damaged:
                    yield damaged

    def _seconds(self, key: str) -> float:
        with contextlib.suppress(DamagedCell):
            table = self.table(key, "timing")
            _check_seconds(table, key, self.path(key, "timing"))
            return float(table["wall_seconds"][0].as_py())
        return float("nan")

    def _set_aside(self, key: str) -> None:
        """To the first free name; nothing if somebody else did it meanwhile."""
        number = 1
        try:
            (self.folder / DAMAGED).mkdir(exist_ok=True)
            while True:
                into = self.folder / DAMAGED / f"{key}-{number}"
                try:
                    self._home(key).move_out(key, into)
                except FileExistsError:
                    number += 1
                except FileNotFoundError:
                    into.rmdir()
                    return
                else:
                    return
        except OSError as error:
            raise cant_write(self.folder, error) from None


def _check_seconds(table: pa.Table, key: str, path: Path) -> None:
    """That a table with the schema `TIMING` is of one cell, and of this one."""
    if table["cell"].to_pylist() != [key] or table["wall_seconds"].null_count:
        raise DamagedCell(key, "timing", path, "doesn't hold the host seconds of this cell")


def _names(folder: Path, suffix: str) -> list[str]:
    """What lies in a folder and ends so, without that end."""
    try:
        names = os.listdir(folder)  # noqa: PTH208 - several times faster than iterdir for 10,000 cells
    except FileNotFoundError:
        return []
    except OSError as error:
        raise OutputError(f"{folder}: can't be read ({error.strerror}); check its permissions") from None
    return [name.removesuffix(suffix) for name in names if name.endswith(suffix) and name[0] != "."]
