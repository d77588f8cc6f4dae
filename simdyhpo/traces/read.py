"""Read a run back from its folder, and trust it only if it is whole."""

from __future__ import annotations

import csv
import functools
import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec
import numpy as np

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.errors import OutputError, other_format
from simdyhpo.files.bounded import read_bounded
from simdyhpo.files.limits import LOG_BYTES, SETTINGS_BYTES
from simdyhpo.records import DecisionRecord
from simdyhpo.simulation.reports import Reports
from simdyhpo.traces.manifest import (
    ABSENCES,
    DECISIONS,
    FORMAT,
    MANIFEST,
    REPORTS,
    SEGMENTS,
    TIMING,
    RunManifest,
    Timing,
    manifest_from_json,
)
from simdyhpo.traces.schema import REPORT_COLUMNS, Kind
from simdyhpo.traces.stored_run import StoredRun
from simdyhpo.traces.timeline import Timeline, read_timeline

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")

_AGAIN = "run it again into a new folder"


class RunFolder(StoredRun):
    """A run in a folder. Its logs are read, and held against their checksums, when first asked for.

    Attributes:
        folder: where it lies.
        manifest: what was asked and what came of it.
    """

    def __init__(self, folder: Path, manifest: RunManifest) -> None:
        self.folder = folder
        self._manifest = manifest

    @property
    def manifest(self) -> RunManifest:
        """See `StoredRun`."""
        return self._manifest

    @functools.cached_property
    def decisions(self) -> pd.DataFrame:
        """See `StoredRun`."""
        from simdyhpo.traces.frames import decisions_frame

        return decisions_frame(self.log_bytes(DECISIONS))

    @functools.cached_property
    def reports(self) -> pd.DataFrame:
        """See `StoredRun`."""
        from simdyhpo.traces.frames import reports_frame

        return reports_frame(self.log_bytes(REPORTS))

    @functools.cached_property
    def wall_seconds(self) -> float:
        """See `StoredRun`."""
        return _read_json(self.folder / TIMING, Timing).wall_seconds

    def records(self) -> Iterator[DecisionRecord]:
        """See `StoredRun`."""
        return _records(self.log_bytes(DECISIONS).decode())

    def report_columns(self) -> Reports:
        """See `StoredRun`."""
        return _reports(self.log_bytes(REPORTS).decode())

    def timeline(self) -> Timeline | None:
        """See `StoredRun`."""
        if isinstance(self.manifest.spec.cluster, msgspec.UnsetType):
            return None
        segments, absences = (self.log_bytes(name).decode() for name in (SEGMENTS, ABSENCES))
        return read_timeline(segments, absences, self.manifest)

    def log_bytes(self, name: str) -> bytes:
        """The content of one of the run's logs, decisions.csv say, held against its checksum.

        Raises:
            OutputError: the file is missing, truncated or altered.
        """
        path = self.folder / name
        content = _read(path)
        if hashlib.sha256(content).hexdigest() != self.manifest.checksums.get(name):
            raise OutputError(f"{path}: truncated, damaged or altered since it was written; {_AGAIN}")
        return content


def read_run(folder: Path) -> RunFolder:
    """The run that `write_run` wrote into `folder`.

    Raises:
        OutputError: the folder holds no run, or its manifest is missing, damaged or of another format.
    """
    path = folder / MANIFEST
    if not folder.is_dir():
        if folder.suffix == ".jsonl" and folder.is_file():
            raise OutputError(
                f"{folder}: a golden log, and no run's folder; `simdyhpo golden check` makes its run again "
                "and compares"
            )
        raise OutputError(f"{folder}: there is no such folder; give the folder that a run was written to")
    if not path.exists() and not (folder / DECISIONS).exists():
        raise OutputError(f"{folder}: holds no run; give the folder that a run was written to")
    stated = _read_json(path, _Format).format
    if stated != FORMAT:
        raise OutputError(f"{path}: {other_format(stated, FORMAT, _AGAIN)}")
    return RunFolder(folder, _decoded(path, manifest_from_json))


class _Format(msgspec.Struct):
    """The one entry that a manifest of any format has."""

    format: int


def _read(path: Path) -> bytes:
    try:
        return read_bounded(path, SETTINGS_BYTES if path.suffix == ".json" else LOG_BYTES)
    except FileNotFoundError:
        raise OutputError(f"{path}: is missing, so this run is not whole; {_AGAIN}") from None
    except OSError as error:
        raise OutputError(f"{path}: can't be read ({error.strerror}); check its permissions") from None


def _read_json(path: Path, kind: type[T]) -> T:
    return _decoded(path, msgspec.json.Decoder(kind).decode)


def _decoded(path: Path, decode: Callable[[bytes], T]) -> T:
    try:
        return decode(_read(path))
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise OutputError(f"{path}: truncated or damaged ({error}); {_AGAIN}") from None


def _records(text: str) -> Iterator[DecisionRecord]:
    """Rows of decisions.csv as records: an empty cell stands for the field's default."""
    rows = csv.reader(io.StringIO(text, newline=""))
    header = next(rows)
    for row in rows:
        cells: dict[str, object] = {name: cell for name, cell in zip(header, row, strict=True) if cell}
        cells["decision"] = ScheduleDecision[row[header.index("decision")]]
        yield msgspec.convert(cells, DecisionRecord, strict=False)


def _reports(text: str) -> Reports:
    """The columns of reports.csv; an empty value is NaN."""
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    cells = dict(zip(header, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(header, ())
    return Reports(
        **{
            name: np.array(list(map(_PARSERS[kind], cells[name])), dtype=kind)
            for name, kind in REPORT_COLUMNS.items()
        }
    )


_PARSERS: Mapping[Kind, Callable[[str], object]] = {
    int: int,
    float: lambda cell: float(cell or "nan"),
    bool: lambda cell: cell == "True",
}
