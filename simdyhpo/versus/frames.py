"""A study's stored results as tidy frames, under the study's own labels."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simdyhpo.errors import OutputError
from simdyhpo.rebuilding.again import find_same_table
from simdyhpo.studies.finished_cells import finished_cells
from simdyhpo.studies.store import Store
from simdyhpo.studies.stored_plan import StoredPlan, label_parts
from simdyhpo.tables.curves import CurveTable
from simdyhpo.versus.runs import StudyRun

if TYPE_CHECKING:
    import pandas as pd

_CELL = ["blackbox", "label", "workers", "cluster", "seed"]
"""What tells runs apart, in the order of the columns."""
_UNTOLD = ["behaviour", "checksum", "sampling", "marks_rule", "manifest"]
"""Columns of a stored cell that are not for comparing."""


class StudyFrames:
    """The frames of a study. Each is read when it is first asked for, and kept.

    Attributes:
        study: what was asked.
        store: where the results lie.
    """

    def __init__(self, store: Store, stored: StoredPlan) -> None:
        """Nothing is read yet.

        Args:
            store: of the results.
            stored: what was asked, and the keys of the results.
        """
        self.study = stored.study
        self.store = store
        self._stored = stored
        self._tables: dict[str, CurveTable] = {}

    @functools.cached_property
    def cells(self) -> pd.DataFrame:
        """One row for each finished run.

        Columns: blackbox, label, workers, cluster, seed; cell (the key of its files), scheduler, options;
        then what came of it: budget, ended_by, epochs, trials, decisions and how many of each kind,
        best_value, regret_S at each share S of the budget, area (mean regret), log10_regret, where the
        workers' time went, and seconds_per_decision (host). Regret is normalised.

        Raises:
            OutputError: nothing is finished, or a file is damaged.
        """
        import pandas as pd

        told = label_parts(self.study)
        asked = [
            (cell.key, cell.blackbox, *told[cell.label], cell.workers, cell.seed)
            for cell in self._stored.cells
        ]
        names = pd.DataFrame(asked, columns=["cell", "blackbox", "label", "cluster", "workers", "seed"])
        found = finished_cells(self.store, list(names["cell"]))
        if found.rows.empty:
            raise OutputError(f"{self.store.folder}: no run of {self.study.name!r} is finished; run it first")
        rows = found.named(names)
        shown = [name for name in rows.columns if name not in [*_CELL, *_UNTOLD]]
        return rows[[*_CELL, *shown]].dropna(axis="columns", how="all")

    @functools.cached_property
    def decisions(self) -> pd.DataFrame:
        """One row for each decision of all finished runs.

        The columns of `simdyhpo.RunResult.decisions` behind blackbox, label, workers, cluster and seed; kinds
        are a category of names, such as PROMOTE_RUNG.
        """
        from simdyhpo.decisions import ScheduleDecision

        frame, kinds = self._of_runs(lambda run: run.decisions), list(ScheduleDecision)
        frame["decision"] = _category(frame["decision"], [kind.name for kind in kinds])
        return frame

    @functools.cached_property
    def reports(self) -> pd.DataFrame:
        """One row for each report of all finished runs, in order of arrival.

        The columns of `simdyhpo.RunResult.reports` behind blackbox, label, workers, cluster and seed.
        """
        return self._of_runs(lambda run: run.reports)

    @functools.cached_property
    def incumbents(self) -> pd.DataFrame:
        """One row for each improvement of a run's incumbent, and one for its last report.

        The columns of `simdyhpo.RunResult.trajectory` behind blackbox, label, workers, cluster and seed.
        """
        return self._of_runs(lambda run: run.trajectory)

    def run(self, key: str, blackbox: str) -> StudyRun:
        """One finished run, read when it is asked.

        Args:
            key, blackbox: the columns cell and blackbox of `cells`.
        """
        return StudyRun(self.store, key, blackbox, self._table)

    def _table(self, blackbox: str, box: dict[str, Any]) -> CurveTable:
        """A run's table, which others of its like share."""
        checksum = str(box["checksum"])
        if checksum not in self._tables:
            file = self.study.file_of(blackbox)
            self._tables[checksum] = find_same_table(box, [] if file is None else [file])
        return self._tables[checksum]

    def _of_runs(self, frame_of: Callable[[StudyRun], pd.DataFrame]) -> pd.DataFrame:
        """One frame of all runs', behind the columns that tell them apart."""
        import pandas as pd

        parts = []
        for row in self.cells[["cell", *_CELL]].to_dict("records"):
            part = frame_of(self.run(row["cell"], row["blackbox"]))
            parts.append(part.assign(**{name: row[name] for name in _CELL})[[*_CELL, *part.columns]])
        return pd.concat(parts, ignore_index=True)


def _category(numbers: pd.Series, names: list[str]) -> pd.Categorical:
    import pandas as pd

    return pd.Categorical.from_codes(numbers.to_numpy(), categories=names)
