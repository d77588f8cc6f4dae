"""Write a run to a folder: all of it or nothing, and never over another run."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from simdyhpo.errors import OutputError, cant_write
from simdyhpo.runs.result import RunResult
from simdyhpo.traces.columns import csv_blocks, decision_columns, report_columns
from simdyhpo.traces.manifest import (
    ABSENCES,
    CLUSTER_FILES,
    DECISIONS,
    MANIFEST,
    REPORTS,
    RUN_FILES,
    SEGMENTS,
    TIMING,
    Fork,
    Timing,
    manifest_of,
    to_json,
)
from simdyhpo.traces.timeline import absence_columns, segment_columns, timeline_of


def check_free(folder: Path) -> None:
    """See, before anything is computed, whether a run can be written to `folder`.

    Raises:
        OutputError: it is a file, holds a run already, or can't be written.
    """
    if _exists(folder) and not folder.is_dir():
        raise OutputError(f"{folder}: is not a folder; choose another")
    nearest = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if _exists(parent))
    if not nearest.is_dir():
        raise OutputError(f"{folder}: can't be made, since {nearest} is not a folder; choose another")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise OutputError(f"{folder}: can't write here (no permission for {nearest}); choose another folder")
    held = [name for name in (*RUN_FILES, *CLUSTER_FILES) if _exists(folder / name)]
    if held:
        raise OutputError(f"{folder}: already holds a run ({held[0]}), left as it is; choose another folder")


def write_run(result: RunResult, folder: Path, fork: Fork | msgspec.UnsetType = msgspec.UNSET) -> None:
    """Write decisions.csv, reports.csv, timing.json and manifest.json into `folder`, which is made if needed.

    A run on a cluster that is not ideal gets segments.csv and absences.csv, too.

    Everything but timing.json depends on the run's spec and table alone, byte for byte (and, in the
    manifest, on the versions of the libraries). The files are written aside and moved when all are
    complete, so that an interrupted write leaves no half run.

    Args:
        result: the run.
        folder: where to.
        fork: of a what-if: where it left the run that its spec gives.

    Raises:
        OutputError: see `check_free`; or the disk is full.
    """
    check_free(folder)
    try:
        with _aside(folder) as aside:
            _write_files(result, aside, fork)
            _move(aside, folder)
    except OSError as error:
        raise cant_write(folder, error) from None


def _write_files(result: RunResult, folder: Path, fork: Fork | msgspec.UnsetType) -> None:
    checksums = {
        DECISIONS: _write(folder / DECISIONS, csv_blocks(decision_columns(result.log))),
        REPORTS: _write(folder / REPORTS, csv_blocks(report_columns(result.report_columns))),
    }
    if not isinstance(result.spec.cluster, msgspec.UnsetType):
        timeline = timeline_of(result)
        checksums[SEGMENTS] = _write(folder / SEGMENTS, csv_blocks(segment_columns(timeline)))
        checksums[ABSENCES] = _write(folder / ABSENCES, csv_blocks(absence_columns(timeline)))
    _write(folder / TIMING, [to_json(Timing(wall_seconds=result.wall_seconds))])
    _write(folder / MANIFEST, [to_json(manifest_of(result, checksums, fork))])


def _write(path: Path, blocks: Iterable[bytes]) -> str:
    """Write a file and return the SHA-256 of what is in it."""
    digest = hashlib.sha256()
    with path.open("xb") as file:
        for block in blocks:
            file.write(block)
            digest.update(block)
    return digest.hexdigest()


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """A new folder on the same disk as `folder`, gone at the end unless it was moved."""
    folder = folder.absolute()
    home = folder if folder.is_dir() else folder.parent
    home.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", suffix=".part", dir=home))
    try:
        # The temporary folder is private to its owner; one within it has the usual permissions.
        aside = temporary / "run"
        aside.mkdir()
        yield aside
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _move(aside: Path, folder: Path) -> None:
    """In one step where the folder is new; file by file, the manifest last, where it holds other things."""
    if not _exists(folder):
        aside.rename(folder)  # fails if another run was written there meanwhile
        return
    check_free(folder)
    for name in (*CLUSTER_FILES, *RUN_FILES):
        if _exists(aside / name):
            (aside / name).rename(folder / name)


def _exists(path: Path) -> bool:
    """Whether anything is there, a dangling link or an unreadable thing included."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True
