"""A stored run of a study, as plots and frames of runs need it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from simdyhpo.runs.spec import RunSpec
from simdyhpo.studies.store import Store
from simdyhpo.studies.stored_cell import StoredCell
from simdyhpo.tables.curves import CurveTable

if TYPE_CHECKING:
    import pandas as pd


class StudyRun(StoredCell):
    """A finished run, under the study's name of its table. Read when first asked for.

    Attributes:
        blackbox: what the study calls its table.
    """

    def __init__(
        self, store: Store, key: str, blackbox: str, find: Callable[[str, dict[str, Any]], CurveTable]
    ) -> None:
        """Nothing is read yet.

        Args:
            store, key: see `StoredCell`.
            blackbox: what the study calls its table.
            find: the table, by that name and by what the run's manifest says of it.
        """
        super().__init__(store, key)
        self.blackbox = blackbox
        self._find = find

    @functools.cached_property
    def spec(self) -> RunSpec:
        """What was asked."""
        asked = self.manifest.spec
        return msgspec.structs.replace(asked, blackbox={**asked.blackbox, "name": self.blackbox})

    @property
    def end_ns(self) -> int:
        """Simulated time at the end."""
        return self.manifest.end_ns

    @functools.cached_property
    def trajectory(self) -> pd.DataFrame:
        """How the incumbent improved; see `simdyhpo.analysis.incumbents.trajectory`."""
        from simdyhpo.analysis.incumbents import trajectory

        box = self.spec.blackbox
        return trajectory(self.reports, box["mode"], box["best"], box["worst"])

    @property
    def table(self) -> CurveTable:
        """What was replayed.

        Raises:
            TableError: it isn't here any more, or another one.
        """
        return self._find(self.blackbox, self.manifest.spec.blackbox)
