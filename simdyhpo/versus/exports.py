"""A study's results for other tools: tidy frames, a database, the matrix of a rank test, IOHanalyzer."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simdyhpo.errors import OutputError, SimdyhpoError, cant_write
from simdyhpo.files.whole import written_whole
from simdyhpo.outside.packages import package
from simdyhpo.versus.comparison import Comparison
from simdyhpo.versus.export_kinds import EXPORTS

if TYPE_CHECKING:
    import pandas as pd

_FRAMES = ("cells", "decisions", "reports", "incumbents")
_AUTORANK_ROWS = 5
"""autorank takes no fewer."""


def export(comparison: Comparison, kind: str, path: Path) -> list[str]:
    """Write results.

    Args:
        comparison: the results.
        kind: a name in `EXPORTS`.
        path: the file or folder to write.

    Returns:
        Sentences on what was written.

    Raises:
        OutputError: the path exists, can't be written, or no run is finished.
        SimdyhpoError: a package is missing.
    """
    if path.exists():
        raise OutputError(f"{path}: exists already, left as it is; choose another name")
    module, _, name = EXPORTS[kind].writer.partition(":")
    write = getattr(importlib.import_module(f"{__package__}.{module}"), name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        said: list[str] = write(comparison, path)
    except OSError as error:
        raise cant_write(path, error) from None
    return said


def write_csv(comparison: Comparison, path: Path) -> list[str]:
    """The frames of `StudyFrames`, each as a file."""
    frames = list(_frames(comparison))
    with written_whole(path) as aside:
        aside.mkdir()
        try:
            for name, frame in frames:
                frame.to_csv(aside / f"{name}.csv", index=False, lineterminator="\n")
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
    return [f"{path / name}.csv: {len(frame):,} rows" for name, frame in frames]


def write_duckdb(comparison: Comparison, path: Path) -> list[str]:
    """The same as tables of a database."""
    import pyarrow as pa

    duckdb = package("duckdb", "duckdb", "writing a database")
    with written_whole(path) as aside:
        said = []
        try:
            connection = duckdb.connect(str(aside))
            for name, frame in _frames(comparison):
                connection.register("frame", pa.Table.from_pandas(frame, preserve_index=False))
                connection.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")
                connection.unregister("frame")
                said.append(f"{path}: table {name}, {len(frame):,} rows")
            connection.close()
        except duckdb.Error as error:
            raise SimdyhpoError(f"{path}: duckdb can't write it ({error})") from None
    return said


def write_autorank(comparison: Comparison, path: Path) -> list[str]:
    """The matrix that autorank takes: tables x methods, low is good."""
    matrix = comparison.matrix()
    with written_whole(path) as aside:
        matrix.to_csv(aside, lineterminator="\n")
    call = f'autorank(pandas.read_csv("{path.name}", index_col=0), order="ascending")'
    said = [f"{path}: {len(matrix)} tables x {len(matrix.columns)} methods; read it with {call}"]
    if len(matrix) < _AUTORANK_ROWS:
        said.append(f"autorank wants at least {_AUTORANK_ROWS} tables to say anything.")
    return said


def write_iohanalyzer(comparison: Comparison, path: Path) -> list[str]:
    """One row for each improvement of each run that all methods have finished."""
    import pandas as pd

    parts = []
    for method, runs in comparison.methods.items():
        for run in runs:
            found = run.trajectory
            parts.append(
                pd.DataFrame(
                    {
                        "evaluations": found["epochs"],
                        "regret": found["regret"],
                        "function": run.blackbox,
                        "algorithm": method,
                        "dimension": len(run.table.configurations.hyperparameters),
                        "run": run.spec.seed,
                        "value": found["value"],
                        "seconds": found["seconds"],
                    }
                )
            )
    if not parts:
        raise OutputError(f"{comparison.store.folder}: no table and seed has a finished run of every method")
    frame = pd.concat(parts, ignore_index=True)
    with written_whole(path) as aside:
        frame.to_csv(aside, index=False, lineterminator="\n")
    columns = "evaluations, regret (minimise), function, algorithm, dimension, run"
    return [f"{path}: {len(frame):,} rows; IOHanalyzer's custom CSV format; columns: {columns}"]


def _frames(comparison: Comparison) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each frame with plain columns: names of kinds as text."""
    for name in _FRAMES:
        frame: Any = getattr(comparison, name)
        kinds = {one: frame[one].astype(str) for one in frame.columns if str(frame[one].dtype) == "category"}
        yield name, frame.assign(**kinds)
