"""CurveTable: the learning curves of all configurations of one benchmark, checked and immutable."""

from __future__ import annotations

import functools
import hashlib
import warnings
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.cards import card
from simdyhpo.errors import TableError
from simdyhpo.hyperparameters.configurations import Configurations
from simdyhpo.read_only import lock
from simdyhpo.tables.curve_checks import (
    check_info,
    check_labels,
    check_scores,
    check_shapes,
    check_values,
    clean_time,
    floats,
)
from simdyhpo.tables.files import (
    Origin,
    Seconds,
    TableContent,
    TableInfo,
    Time,
    read_table_file,
    write_table_file,
)
from simdyhpo.tables.final_scores import FinalScore, Mode
from simdyhpo.tables.small_curves import small_curves

if TYPE_CHECKING:
    import pandas as pd


class TableRepairWarning(UserWarning):
    """Times that ran backwards were raised to the time before them."""


class CurveTable:
    """Value and cumulative time of every configuration at every resource.

    Rows are configurations 0..n-1, columns are resources 1..R. Make one with `from_arrays` or `load`.

    Attributes:
        values: (n, R) metric; NaN or infinite where training diverged.
        elapsed_ns: (n, R) int64, nanoseconds from the start of training to the report at that resource;
            never falls along a row. If time is per fit: of all fits up to that one, made one after another,
            so that the difference to the column before is the fit's own time.
        lengths: (n,) number of resources for which the curve exists; a short curve ends before R.
        configurations: the rows' hyperparameters.
        labels: (R,) what the resources are called on axes, e.g. epochs 1..51.
        time_repairs: how many cells' times had to be raised to keep a row from running backwards.
        scores: what a configuration is worth by other measures, by name; no scheduler sees them.
    """

    def __init__(  # noqa: PLR0913 - the parts of a table, each named
        self,
        info: TableInfo,
        values: npt.NDArray[Any],
        elapsed_seconds: npt.NDArray[Any],
        configurations: Configurations,
        labels: npt.NDArray[Any] | None = None,
        *,
        scores: Mapping[str, FinalScore] | None = None,
        source: str | None = None,
    ) -> None:
        """Check everything; `source` (a file, say) is named in errors.

        Raises:
            TableError: shapes disagree, a time is negative, missing inside a curve or too long, labels are
                no rising numbers, no value is finite or one is beyond 1e100, or a score doesn't fit the
                configurations.
        """
        where = source or f"table {info.name!r}"
        check_shapes(where, values, elapsed_seconds, len(configurations))
        self.info = info
        self.values = values
        self.elapsed_seconds = elapsed_seconds
        self.configurations = configurations
        self.lengths, self.elapsed_ns, self.time_repairs = clean_time(
            where, elapsed_seconds, per_fit=info.time == "per-fit"
        )
        self.labels = np.arange(1, values.shape[1] + 1) if labels is None else labels
        check_labels(where, self.labels, values.shape[1])
        self._exists = np.arange(values.shape[1])[None, :] < self.lengths[:, None]
        check_values(where, values, self._exists)
        self.scores = dict(scores or {})
        check_scores(where, self.scores, len(values))
        self._lock()

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Pickles forget that an array is read-only."""
        self.__dict__.update(state)
        self._lock()

    def _lock(self) -> None:
        scores = [score.values for score in self.scores.values()]
        for part in [*vars(self).values(), *scores]:
            if isinstance(part, np.ndarray):
                lock(part)

    @classmethod
    def from_arrays(  # noqa: PLR0913 - the public way in: each part by name
        cls,
        values: npt.ArrayLike,
        elapsed_seconds: npt.ArrayLike,
        configurations: Configurations | pd.DataFrame | Mapping[str, Sequence[object]],
        *,
        mode: Mode,
        name: str,
        log: Collection[str] = (),
        metric: str = "metric",
        resource: str = "epoch",
        labels: Sequence[float] | None = None,
        kind: Origin = "unknown",
        source: str = "",
        time: Time = "cumulative",
        seconds: Seconds = "unknown",
        classes: int = 0,
        scores: Mapping[str, tuple[Mode, npt.ArrayLike]] | None = None,
    ) -> CurveTable:
        """A table from arrays.

        Args:
            values: (n, R) metric at resources 1..R.
            elapsed_seconds: (n, R) seconds, cumulative or per fit; NaN after the end of a short curve.
            configurations: n rows of hyperparameters; `simdyhpo.hyperparameters.columns` says what becomes a
                number.
            mode: "min" or "max".
            name: the benchmark's name.
            log: the hyperparameters on a log scale, if they come as columns.
            metric, resource, labels, kind, source: see `TableInfo`; for axes and provenance.
            time: whether seconds are "cumulative" or "per-fit"; see `TableInfo`.
            seconds: where they come from; see `TableInfo`.
            classes: how many the task has; 0 if it has none. From it follows what chance is worth.
            scores: what configurations are worth by other measures, which no scheduler sees: by name,
                "min" or "max" and n numbers, NaN where one is not known.

        Raises:
            TableError: the arrays are no table; the text says where and what to do.

        Warns:
            TableRepairWarning: times ran backwards and were repaired.
            ColumnWarning: a column of configurations may have been meant in another way.
        """
        where = f"table {name!r}"
        info = TableInfo(
            name=name,
            mode=mode,
            metric=metric,
            resource=resource,
            kind=kind,
            source=source,
            time=time,
            seconds=seconds,
            classes=classes,
        )
        check_info(where, info)
        if not isinstance(configurations, Configurations):
            configurations = Configurations.from_columns(configurations, log=log, source=where)
        elif log:
            raise TableError(where, "log is given beside `Configurations`, which say it", "leave it out")
        table = cls(
            info,
            floats(where, "values", values),
            floats(where, "elapsed_seconds", elapsed_seconds),
            configurations,
            None if labels is None else np.array(labels),
            scores={
                score: FinalScore(score, direction, floats(where, f"score {score!r}", numbers))
                for score, (direction, numbers) in (scores or {}).items()
            },
        )
        if table.time_repairs:
            warnings.warn(
                f"{where}: {table.time_repairs} times ran backwards and were raised to the time before them",
                TableRepairWarning,
                stacklevel=2,
            )
        return table

    def save(self, path: str | Path, *, pack: bool = False) -> Path:
        """Write the table to one file (written aside, then renamed). See `simdyhpo.tables.files`.

        `pack` makes it a third smaller, and unreadable for anything but this package.
        """
        content = TableContent(
            self.info,
            self.configurations,
            self.values,
            self.elapsed_seconds,
            self.labels,
            self.scores,
            self.checksum,
        )
        return write_table_file(content, Path(path), pack=pack)

    @staticmethod
    def load(path: str | Path) -> CurveTable:
        """Read a saved table and check it whole.

        Raises:
            TableError: the file is missing, damaged, truncated or altered.
        """
        content = read_table_file(Path(path))
        table = CurveTable(
            content.info,
            content.values,
            content.elapsed_seconds,
            content.configurations,
            content.labels,
            scores=content.scores,
            source=str(path),
        )
        if table.checksum != content.checksum:
            raise TableError(
                str(path), "its content doesn't match its checksum", "get or make the file again"
            )
        return table

    @property
    def name(self) -> str:
        """The benchmark's name."""
        return self.info.name

    @property
    def mode(self) -> Mode:
        """Whether the metric is minimised or maximised."""
        return self.info.mode

    @property
    def per_fit(self) -> bool:
        """Whether each resource is a fit of its own; see `TableInfo.time`."""
        return self.info.time == "per-fit"

    @property
    def max_resource(self) -> int:
        """R, the largest resource."""
        return int(self.values.shape[1])

    def __repr__(self) -> str:
        return (
            f"<CurveTable {self.name}: {self._shape} of {self.info.metric} ({self.mode}), {self.info.kind}>"
        )

    @property
    def _shape(self) -> str:
        return f"{len(self):,} configurations x {self.max_resource} {self.info.resource}s"

    def _repr_html_(self) -> str:
        """What a notebook shows: key numbers and some of the curves."""
        names = [one.name for one in self.configurations.hyperparameters]
        some = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
        facts = {
            "curves": f"{self._shape}, {self.info.kind}",
            "metric": f"{self.info.metric}, {self.mode}imised; best {self.best:.5g}, worst {self.worst:.5g}",
            "hyperparameters": some,
            **({"final scores": ", ".join(self.scores)} if self.scores else {}),
        }
        shown = np.where(self._exists, self.values, np.nan)
        return card(self.name, facts, small_curves(shown, self.labels, self.mode))

    def __len__(self) -> int:
        return int(self.values.shape[0])

    @functools.cached_property
    def best(self) -> float:
        """The best finite value at any configuration and resource: regret 0."""
        finite = self._finite()
        return float(finite.max() if self.mode == "max" else finite.min())

    @functools.cached_property
    def worst(self) -> float:
        """The worst finite value at any configuration and resource: regret 1."""
        finite = self._finite()
        return float(finite.min() if self.mode == "max" else finite.max())

    def regret(self, value: float) -> float:
        """Normalised regret of an incumbent: (best - value) / (best - worst); 0 if all values are equal.

        NaN without an incumbent.
        """
        return (self.best - value) / ((self.best - self.worst) or 1.0) + 0.0  # never -0.0

    @functools.cached_property
    def non_finite(self) -> int:
        """How many existing cells hold no finite value."""
        return int((~np.isfinite(self.values) & self._exists).sum())

    @functools.cached_property
    def checksum(self) -> str:
        """SHA-256 over all content in a fixed byte order, as hexadecimal text."""
        digest = hashlib.sha256(msgspec.json.encode(self.info.checked_fields(), order="sorted"))
        digest.update(np.ascontiguousarray(self.values, dtype="<f8").tobytes())
        digest.update(np.ascontiguousarray(self.elapsed_ns, dtype="<i8").tobytes())
        digest.update(np.ascontiguousarray(self.lengths, dtype="<i8").tobytes())
        digest.update(np.ascontiguousarray(self.labels, dtype="<f8").tobytes())
        for hyperparameter in self.configurations.hyperparameters:
            column = self.configurations.columns[hyperparameter.name]
            digest.update(msgspec.json.encode(hyperparameter, order="sorted"))
            digest.update(msgspec.json.encode(column.tolist()))
        for score in self.scores.values():
            digest.update(msgspec.json.encode([score.name, score.mode]))
            digest.update(np.ascontiguousarray(score.values, dtype="<f8").tobytes())
        return digest.hexdigest()

    def _finite(self) -> npt.NDArray[Any]:
        finite: npt.NDArray[Any] = self.values[np.isfinite(self.values) & self._exists]
        return finite
