"""Where a study's results are kept: Parquet files by cell, each cell whole or not there at all.

    cells/KEY.parquet       one row: what was asked and what came of it; written last, so it says "finished"
    decisions/KEY.parquet   the decision log
    reports/KEY.parquet     all reports
    timing/KEY.parquet      host seconds
    failures/KEY.txt        why a cell failed, until it succeeds

Each of the first four folders is one dataset for pandas, pyarrow, DuckDB and others. A cell is a function of
its key, so it never matters who wrote a file, how often, or in which order: equal keys, equal bytes.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from simdyhpo.analysis.marks import Marks, incumbent_regret, regret_marks
from simdyhpo.decisions import ScheduleDecision
from simdyhpo.errors import OutputError
from simdyhpo.run_results import RunResult
from simdyhpo.run_specs import BEHAVIOUR
from simdyhpo.simulation.clusters import cluster_name
from simdyhpo.studies.parquet import CELLS, LATER, TIMING, decisions_table, reports_table
from simdyhpo.traces.manifest import manifest_of, to_json_line
from simdyhpo.units import NANOSECONDS
from simdyhpo.whole_files import PART, written_whole

if TYPE_CHECKING:
    import pandas as pd

DATASETS = ("timing", "reports", "decisions", "cells")
"""In the order of writing: a file in `cells` is the sign that the others are there."""

_AGAIN = "take the cell out (`Store.remove`, or delete its file in cells/) and run the study again"
UNDER_WAY = ".under-way-"
"""What the name of a run's folder of marks begins with: files that say which cells are being worked on."""
_ABANDONED = 24 * 3600
"""Seconds after which nobody can still be writing a file aside."""


class Store:
    """The results below one folder. Safe to be used by many processes, on many machines, at once.

    Attributes:
        folder: of all results.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, dataset: str, key: str) -> Path:
        """Where a cell's part of a dataset lies."""
        return self.folder / dataset / f"{key}.parquet"

    def open(self) -> None:
        """Make the folders, and see that they can be written.

        Raises:
            OutputError: they can't.
        """
        try:
            for name in (*DATASETS, "failures"):
                (self.folder / name).mkdir(parents=True, exist_ok=True)
                probe = self.folder / name / f".{secrets.token_hex(8)}{PART}"
                probe.write_bytes(b"")
                probe.unlink()
        except OSError as error:
            raise OutputError(_cant_write(self.folder, error)) from None

    def finished(self) -> set[str]:
        """Keys of all finished cells."""
        return _stems(self.folder / "cells", ".parquet")

    def failed(self) -> set[str]:
        """Keys of the cells that failed when they were last run."""
        return _stems(self.folder / "failures", ".txt") - self.finished()

    def has(self, key: str) -> bool:
        """Whether a cell is finished."""
        return self.path("cells", key).exists()

    def write(self, key: str, result: RunResult) -> None:
        """Keep a cell: every file is written aside and renamed, that of `cells` last.

        Raises:
            OutputError: the folder can't be written, or the disk is full; nothing half-written is left.
        """
        timing = {"cell": [key], "wall_seconds": [result.wall_seconds]}
        try:
            self._write("timing", key, pa.table(timing, schema=TIMING))
            checksums = {
                "reports": self._write("reports", key, reports_table(key, result.report_columns)),
                "decisions": self._write("decisions", key, decisions_table(key, result.log)),
            }
            self._write("cells", key, _cell_table(key, result, checksums))
            (self.folder / "failures" / f"{key}.txt").unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(_cant_write(self.folder, error)) from None

    def write_failure(self, key: str, text: str) -> None:
        """Note why a cell failed.

        Raises:
            OutputError: see `write`.
        """
        path = self.folder / "failures" / f"{key}.txt"
        try:
            with written_whole(path) as aside:
                aside.write_text(text, encoding="utf-8")
        except OSError as error:
            raise OutputError(_cant_write(self.folder, error)) from None

    def cells(self, keys: Sequence[str]) -> pd.DataFrame:
        """One row for each of the keys that is finished, with the columns of `parquet.CELLS`, in their order.

        Raises:
            OutputError: a file is damaged.
        """
        finished = self.finished()
        return self._rows("cells", [key for key in keys if key in finished])

    def seconds(self, keys: Sequence[str]) -> pd.Series:
        """Host seconds of the finished cells among the keys, by key.

        Raises:
            OutputError: a file is damaged.
        """
        finished = self.finished()
        frame = self._rows("timing", [key for key in keys if key in finished])
        seconds: pd.Series = frame.set_index("cell")["wall_seconds"]
        return seconds

    def remove(self, key: str) -> None:
        """Take a cell out, its sign of being finished first.

        Raises:
            OutputError: a file can't be removed.
        """
        try:
            for dataset in reversed(DATASETS):
                self.path(dataset, key).unlink(missing_ok=True)
            (self.folder / "failures" / f"{key}.txt").unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(_cant_write(self.folder, error)) from None

    def remove_leftovers(self, now: float | None = None) -> int:
        """Remove what killed runs left behind a day ago or earlier; returns how many files and folders.

        Younger ones may belong to a run that is under way.
        """
        limit = (time.time() if now is None else now) - _ABANDONED  # noqa: TID251 - the age of files
        removed = 0
        for path in [*self.folder.glob(f"*/.*{PART}"), *self.folder.glob(f"{UNDER_WAY}*")]:
            with contextlib.suppress(OSError):
                if path.stat().st_mtime >= limit:
                    continue
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink()
                removed += 1
        return removed

    def _rows(self, dataset: str, keys: Sequence[str]) -> pd.DataFrame:
        schema = CELLS if dataset == "cells" else TIMING
        tables = [read_table(self.path(dataset, key), schema) for key in keys]
        return pa.concat_tables([schema.empty_table(), *tables]).to_pandas(use_threads=False)

    def _write(self, dataset: str, key: str, table: pa.Table) -> str:
        """Write one file whole and return the SHA-256 of its content."""
        sink = pa.BufferOutputStream()
        # Text repeats, numbers hardly do. Files are too small for statistics to help anyone who searches.
        texts = [field.name for field in table.schema if field.type == pa.string()]
        pq.write_table(
            table,
            sink,
            compression="snappy",
            use_dictionary=texts,
            write_statistics=False,
            store_schema=False,
        )
        content = sink.getvalue()
        with written_whole(self.path(dataset, key)) as aside:
            aside.write_bytes(content)
        return hashlib.sha256(content).hexdigest()


def read_table(
    path: Path, schema: pa.Schema, checksum: str | None = None, columns: Sequence[str] = ()
) -> pa.Table:
    """One stored file: all of its columns, or those named.

    Raises:
        OutputError: it is missing or damaged, has other columns, or another SHA-256 than `checksum`.
    """
    try:
        content = path.read_bytes()
        if checksum is not None and hashlib.sha256(content).hexdigest() != checksum:
            raise OutputError(f"{path}: damaged or altered since it was written; {_AGAIN}")
        # On one thread: files are small, and a process that ends while others start may be aborted.
        file = pq.ParquetFile(pa.BufferReader(content))
        table = file.read(columns=columns or None, use_threads=False)
    except FileNotFoundError:
        raise OutputError(f"{path}: there is no such file; run the study, or check the path") from None
    except (OSError, pa.ArrowException) as error:
        raise OutputError(f"{path}: can't be read ({error}); {_AGAIN}") from None
    if columns:
        schema = pa.schema([schema.field(name) for name in columns])
    table = _with_later_columns(table, schema)
    if not table.schema.equals(schema):
        raise OutputError(
            f"{path}: has other columns than this version writes; clean the folder or take another"
        )
    return table


def _with_later_columns(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """A table of an earlier version, with what it lacks."""
    for place, field in enumerate(schema):
        if field.name in LATER and field.name not in table.schema.names:
            column = pa.array([LATER[field.name]] * len(table), type=field.type)
            table = table.add_column(place, field, column)
    return table


def _cell_table(key: str, result: RunResult, checksums: dict[str, str]) -> pa.Table:
    manifest = manifest_of(result, checksums)
    spec, accounts = manifest.spec, result.accounts
    counts = np.bincount(result.log.columns()["decision"], minlength=len(ScheduleDecision))
    row = {
        "cell": key,
        "behaviour": BEHAVIOUR,
        "blackbox": spec.blackbox["name"],
        "checksum": spec.blackbox["checksum"],
        "scheduler": spec.scheduler,
        "options": to_json_line(spec.options),
        "workers": spec.workers,
        "seed": spec.seed,
        "sampling": spec.sampling,
        "cluster": cluster_name(spec.cluster),
        **msgspec.structs.asdict(spec.budget),
        "ended_by": manifest.ended_by,
        "end_ns": manifest.end_ns,
        **msgspec.structs.asdict(manifest.counts),
        **{kind.name: int(counts[kind]) for kind in ScheduleDecision},
        "best_value": manifest.best_value,
        **_marks(result).columns(),
        "failed_trials": result.failed_trials,
        "utilisation": accounts.utilisation,
        **{f"{name}_seconds": total / NANOSECONDS for name, total in accounts.totals_ns.items()},
        "manifest": to_json_line(manifest),
    }
    return pa.Table.from_pylist([row], schema=CELLS)


def _marks(result: RunResult) -> Marks:
    """Against the budget's own axis: epochs if it has them, else seconds, else the epochs that were had."""
    reports, spec = result.report_columns, result.spec
    in_seconds = spec.budget.max_epochs is None and spec.budget.max_seconds is not None
    x = reports.time_ns / NANOSECONDS if in_seconds else np.arange(1, len(reports) + 1, dtype=np.float64)
    box = spec.blackbox
    regret = incumbent_regret(reports.value, x, box["mode"], box["best"], box["worst"])
    if in_seconds:
        return regret_marks(regret, float(spec.budget.max_seconds or 0), "seconds")
    return regret_marks(regret, float(spec.budget.max_epochs or len(reports)), "epochs")


def _stems(folder: Path, suffix: str) -> set[str]:
    try:
        names = os.listdir(folder)  # noqa: PTH208 - several times faster than iterdir for 10,000 cells
    except FileNotFoundError:
        return set()
    except OSError as error:
        raise OutputError(f"{folder}: can't be read ({error.strerror}); check its permissions") from None
    return {name.removesuffix(suffix) for name in names if name.endswith(suffix) and name[0] != "."}


def _cant_write(folder: Path, error: OSError) -> str:
    return f"{folder}: can't be written ({error.strerror or error}); make room or choose another folder"
