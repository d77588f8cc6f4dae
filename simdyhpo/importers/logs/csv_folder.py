"""A folder with one CSV file for each run, or such a file alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from simdyhpo.errors import TableError
from simdyhpo.importers.logs.asked import COUNT, Asked
from simdyhpo.importers.logs.csv_run import counter, csv_run
from simdyhpo.importers.logs.hyperparameters import beside, stem_of
from simdyhpo.importers.logs.runs import Logs, Run, check_points, counted, some
from simdyhpo.importers.logs.walking import files_below, name_below
from simdyhpo.importers.long_files import read_long_file
from simdyhpo.importers.unpacking import packing


class FileKind(msgspec.Struct, frozen=True, kw_only=True):
    """What a folder's files are.

    Attributes:
        wanted: whether a file of that name is a run.
        advice: what to do where there are no hyperparameters.
        what: what such files are called.
        axis: what the column is called that counts; None: look.
    """

    wanted: Callable[[str], bool]
    advice: str
    what: str = "CSV files of runs"
    axis: str | None = None


def read_csv_folder(place: str, asked: Asked) -> Logs:
    """The runs in a folder of CSV files.

    What counts is the column `--resource`, else one of the usual names, else the row.

    Raises:
        TableError: there are none, or one can't be read.
    """
    advice = "write a JSON, YAML or TOML file of the same name beside each, or name it lr=0.1,units=32.csv"
    return csv_logs(place, asked, FileKind(wanted=is_csv, advice=advice))


def csv_logs(place: str, asked: Asked, kind: FileKind) -> Logs:
    """The runs in those files of a folder that are wanted, or in the one file at that place.

    Args:
        place, asked: see `read_csv_folder`.
        kind: which files.

    Raises:
        TableError: there are none, or one can't be read.
    """
    axis = kind.axis
    path = Path(place)
    files = [path] if path.is_file() else files_below(path, kind.wanted)
    if not files:
        raise TableError(place, f"holds no {kind.what}", "check path and source")
    runs: list[Run] = []
    empty: list[str] = []
    axes: set[str | None] = set()
    for file in files:
        name = file.name if path.is_file() else name_below(file, path)
        frame = read_long_file(file)
        names = [str(column).strip() for column in frame.columns]
        mine = axis or (asked.resource if asked.resource in names else counter(names))
        if axis is not None and axis not in names:
            raise TableError(str(file), f"has no column {axis!r}", "check path and source")
        called = name if "/" in name else stem_of(file)
        run = csv_run(file, frame, called, beside(file), mine)
        if run is None or not run.metrics:
            empty.append(name)
            continue
        runs.append(run)
        axes.add(mine)
        check_points(place, runs)
    if len(axes) > 1:
        said = " and ".join(sorted(repr(one or "the row") for one in axes))
        raise TableError(place, f"runs are counted by {said}", "name one column with --resource")
    found = next(iter(axes), None)
    left = (f"{counted(len(empty), 'file')} without a row of numbers ({some(empty)})",) if empty else ()
    notes = () if found or not runs else ("No column counts by its name: rows do, from 1.",)
    return Logs(where=place, runs=runs, axis=found or COUNT, left_out=left, notes=notes, advice=kind.advice)


def is_csv(name: str) -> bool:
    """Whether a file is CSV by its name, packed or not."""
    plain = name.lower().removesuffix(f".{packing(Path(name))}")
    return plain.endswith(".csv")
