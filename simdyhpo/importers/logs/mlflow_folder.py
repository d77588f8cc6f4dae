"""MLflow's folder of files, mlruns/EXPERIMENT/RUN/: read with the standard library and PyYAML."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from simdyhpo.errors import OutputError, TableError, one_line
from simdyhpo.files.bounded import read_bounded_text
from simdyhpo.files.limits import LOG_FILE_BYTES, SETTINGS_BYTES
from simdyhpo.importers.logs.hyperparameters import read_settings
from simdyhpo.importers.logs.mlflow_runs import MlflowRun, Report
from simdyhpo.importers.logs.walking import files_below

_META = "meta.yaml"
_STATES = {"1": "RUNNING", "2": "SCHEDULED"}


def folder_runs(folder: Path) -> Iterator[MlflowRun]:
    """All runs of a store, or of one experiment in it, those that started first at first.

    Raises:
        TableError: it is no such folder, or a file in it is damaged.
    """
    metas = [path for path in files_below(folder, _META.__eq__) if ".trash" not in path.parts]
    found = {path.parent: read_settings(path) for path in metas}
    runs = {place: meta for place, meta in found.items() if "run_id" in meta or "run_uuid" in meta}
    if not found:
        raise TableError(str(folder), f"holds no {_META} of MLflow's", "give the folder mlruns, or mlflow.db")
    for place, meta in sorted(runs.items(), key=lambda one: (_start(one[1]) or 0, one[0])):
        experiment = found.get(place.parent, {})
        name = _text(place / "tags" / "mlflow.runName") if not meta.get("run_name") else meta["run_name"]
        stages = {meta.get("lifecycle_stage", "active"), experiment.get("lifecycle_stage", "active")}
        yield MlflowRun(
            name=str(name or place.name),
            experiment=str(experiment.get("name", place.parent.name)),
            start=_start(meta),
            deleted=stages != {"active"},
            running=str(meta.get("status")) in (*_STATES, *_STATES.values()),
            parameters={name: _text(path) for name, path in _named(place / "params")},
            metrics={name: _reports(path) for name, path in _named(place / "metrics")},
        )


def _named(folder: Path) -> list[tuple[str, Path]]:
    """Files by name; a slash in a name makes a folder."""
    if not folder.is_dir():
        return []
    return [(path.relative_to(folder).as_posix(), path) for path in files_below(folder, lambda _: True)]


def _start(meta: dict[str, Any]) -> int | None:
    start = meta.get("start_time")
    return start if isinstance(start, int) else None


def _text(path: Path) -> str | None:
    if not path.is_file():
        return None
    return _read(path, SETTINGS_BYTES)


def _reports(path: Path) -> list[Report]:
    """The lines of a metric: time, value, step; oldest versions wrote no step."""
    found: list[Report] = []
    for number, line in enumerate(_read(path, LOG_FILE_BYTES).splitlines(), start=1):
        words = line.split()
        if not words:
            continue
        try:
            step = int(words[2]) if len(words) > 2 else len(found)
            found.append(Report(step, float(words[1]), int(words[0])))
        except (ValueError, IndexError):
            problem = f"line {number} is no report (time, value, step): {line[:60]!r}"
            raise TableError(str(path), problem, "get it again, or remove the line") from None
    return sorted(found, key=lambda report: (report.step, report.time))


def _read(path: Path, most: int) -> str:
    try:
        return read_bounded_text(path, most)
    except (OSError, ValueError, OutputError) as error:
        raise TableError(str(path), f"can't be read ({one_line(error)})", "get it again") from None
