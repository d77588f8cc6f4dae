"""Offline runs of W&B, wandb/offline-run-*/run-*.wandb, with the messages of the package wandb."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from simdyhpo.errors import TableError
from simdyhpo.importers.logs.hyperparameters import flat
from simdyhpo.importers.logs.runs import Logs, Run, Series, check_points, counted, some
from simdyhpo.importers.logs.walking import name_below
from simdyhpo.importers.logs.wandb_file import CutError, records
from simdyhpo.outside.packages import package

_STEP, _TIME = "_step", "_runtime"
ADVICE = "log them with wandb.init(config=...)"


def offline_logs(place: str, files: list[Path]) -> Logs:
    """The runs in files of offline runs.

    Raises:
        TableError: one is no such file, or damaged from its start.
        SimdyhpoError: wandb isn't installed.
    """
    whose = "reading offline runs of W&B (a chart's and the runs' CSV export are read without it)"
    messages = package("wandb.proto.wandb_internal_pb2", "wandb", whose)
    runs: list[Run] = []
    cut: list[str] = []
    empty: list[str] = []
    for file in files:
        run = _Reader(file)
        try:
            for content in records(file):
                run.take(messages.Record.FromString(content))
        except CutError:
            cut.append(file.name)
        except ValueError:  # protobuf's own error is one
            raise TableError(
                str(file), "holds records that this wandb can't read", "install a newer one"
            ) from None
        base = Path(place).parent if Path(place).is_file() else Path(place)
        found = run.run(name_below(file.parent, base))
        (runs.append(found) if found.metrics else empty.append(file.name))
        check_points(place, runs)
    notes = (
        (f"{counted(len(cut), 'file')} cut or damaged ({some(cut)}): kept as far as whole.",) if cut else ()
    )
    left = (f"{counted(len(empty), 'run')} without reports ({some(empty)})",) if empty else ()
    return Logs(where=place, runs=runs, notes=notes, left_out=left, advice=ADVICE)


class _Reader:
    """A run while its records are read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._name = self._project = ""
        self._config: dict[str, Any] = {}
        self._points: dict[str, list[tuple[float, float, float | None]]] = {}

    def take(self, record: Any) -> None:  # noqa: ANN401 - a protobuf message
        """What a record says, if it is of interest."""
        kind = record.WhichOneof("record_type")
        if kind == "run":
            self._name = record.run.display_name or record.run.run_id
            self._project = record.run.project
            self._settings(record.run.config.update)
        elif kind == "config":
            self._settings(record.config.update)
        elif kind == "history":
            self._reports(record.history)

    def run(self, fallback: str) -> Run:
        """What was read."""
        config = {name: value for name, value in self._config.items() if not name.startswith("_wandb")}
        metrics = {}
        for name, points in self._points.items():
            steps, values, times = zip(*points, strict=True)
            metrics[name] = Series(steps, values, None if None in times else times)
        return Run(
            name=self._name or fallback,
            hyperparameters=flat(str(self._path), config),
            metrics=metrics,
            group=self._project,
        )

    def _settings(self, items: Iterable[Any]) -> None:
        for item in items:
            here = self._config
            *above, name = list(item.nested_key) or [item.key]
            for key in above:
                inner = here.setdefault(key, {})
                here[key] = here = inner if isinstance(inner, dict) else {}
            here[name] = json.loads(item.value_json)

    def _reports(self, history: Any) -> None:  # noqa: ANN401 - a protobuf message
        """One call of `log`: numbers by name, nested names with dots."""
        row = {".".join(item.nested_key) or item.key: item.value_json for item in history.item}
        step = _number(row.pop(_STEP, "null"))
        step = float(history.step.num) if step is None else step
        time = _number(row.pop(_TIME, "null"))
        for name, text in row.items():
            value = _number(text)
            if value is not None:
                self._points.setdefault(name, []).append((step, value, time))


def _number(text: str) -> float | None:
    """A number in JSON as W&B writes it, with NaN and Infinity; None for anything else."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    if isinstance(value, str) and value in ("NaN", "Infinity", "-Infinity"):
        return float(value.replace("Infinity", "inf"))
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
