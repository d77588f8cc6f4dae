"""One stored cell, read like a run in a folder: manifest, decisions, reports."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.records import DecisionRecord
from simdyhpo.simulation.reports import Reports
from simdyhpo.studies.parquet import decision_numbers
from simdyhpo.studies.places import CELLS
from simdyhpo.studies.store import Store
from simdyhpo.traces.manifest import RunManifest
from simdyhpo.traces.stored_run import StoredRun

if TYPE_CHECKING:
    import pandas as pd


class StoredCell(StoredRun):
    """A cell of a store. Its parts are read, and held against their checksums, when first asked for.

    Attributes:
        store: where it lies.
        key: its key.
    """

    def __init__(self, store: Store, key: str) -> None:
        self.store = store
        self.key = key

    @functools.cached_property
    def manifest(self) -> RunManifest:
        """See `StoredRun`."""
        return self.store.manifest(self.key)

    @functools.cached_property
    def decisions(self) -> pd.DataFrame:
        """See `StoredRun`."""
        table = self.store.table(self.key, "decisions")
        frame = table.drop_columns(["cell"]).to_pandas(use_threads=False)
        kinds = [kind if isinstance(kind, str) else None for kind in frame["runner_up_kind"]]
        import pandas as pd

        return frame.assign(
            decision=decision_numbers(table["decision"]), runner_up_kind=pd.Series(kinds, dtype=object)
        )

    @functools.cached_property
    def reports(self) -> pd.DataFrame:
        """See `StoredRun`."""
        return self.store.table(self.key, "reports").drop_columns(["cell"]).to_pandas(use_threads=False)

    @functools.cached_property
    def wall_seconds(self) -> float:
        """See `StoredRun`."""
        return float(self.store.seconds([self.key])[self.key])

    def records(self) -> Iterator[DecisionRecord]:
        """See `StoredRun`."""
        for row in self.store.table(self.key, "decisions").drop_columns(["cell"]).to_pylist():
            yield DecisionRecord(**row | {"decision": ScheduleDecision[row["decision"]]})

    def report_columns(self) -> Reports:
        """See `StoredRun`."""
        table = self.store.table(self.key, "reports")
        fields = Reports.__struct_fields__
        return Reports(*(table[name].to_numpy() for name in fields))


def open_cell(place: Path) -> StoredCell:
    """The cell whose folder, or one of whose files, is `place`; see `places.is_cell`.

    Raises:
        OutputError: there is no such cell, or it is damaged.
    """
    place = place.absolute()
    if place.parent.parent.name == CELLS:  # a file in the cell's folder
        place = place.parent
    cell = StoredCell(Store(place.parent.parent), place.name.removesuffix(".parquet"))
    _ = cell.manifest  # an error is due now
    return cell
