"""A stored run of a study, as plots and frames of runs need it."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from simdyhpo.rebuilding.again import find_same_table
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
        file: where the table lies, if the study names it by its path.
    """

    def __init__(self, store: Store, key: str, blackbox: str, file: Path | None) -> None:
        super().__init__(store, key)
        self.blackbox = blackbox
        self.file = file

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

    @functools.cached_property
    def table(self) -> CurveTable:
        """What was replayed.

        Raises:
            TableError: it isn't here any more, or another one.
        """
        return find_same_table(self.manifest.spec.blackbox, [self.file] if self.file else [])
