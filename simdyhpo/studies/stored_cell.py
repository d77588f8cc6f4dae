"""One stored cell, read like a run in a folder: manifest, decisions, reports."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.errors import OutputError
from simdyhpo.records import DecisionRecord
from simdyhpo.simulation.reports import Reports
from simdyhpo.studies.parquet import CELLS, DECISIONS, REPORTS, decision_numbers
from simdyhpo.studies.store import Store, read_table
from simdyhpo.traces.manifest import RunManifest
from simdyhpo.traces.read import nth_record

if TYPE_CHECKING:
    import pandas as pd


class StoredCell(msgspec.Struct, frozen=True, dict=True):
    """A cell of a store. Its logs are read, and held against their checksums, when first asked for.

    Attributes:
        store: where it lies.
        key: its key.
        manifest: what was asked and what came of it.
    """

    store: Store
    key: str
    manifest: RunManifest

    @functools.cached_property
    def decisions(self) -> pd.DataFrame:
        """One row for each decision, equal to `RunResult.decisions`.

        Raises:
            OutputError: the file is missing, damaged or altered.
        """
        table = self._read("decisions", DECISIONS)
        frame = table.drop_columns(["cell"]).to_pandas(use_threads=False)
        kinds = [kind if isinstance(kind, str) else None for kind in frame["runner_up_kind"]]
        import pandas as pd

        return frame.assign(
            decision=decision_numbers(table["decision"]), runner_up_kind=pd.Series(kinds, dtype=object)
        )

    @functools.cached_property
    def reports(self) -> pd.DataFrame:
        """One row for each report in order of arrival, equal to `RunResult.reports`.

        Raises:
            OutputError: the file is missing, damaged or altered.
        """
        return self._read("reports", REPORTS).drop_columns(["cell"]).to_pandas(use_threads=False)

    @functools.cached_property
    def wall_seconds(self) -> float:
        """Host seconds that the simulation took.

        Raises:
            OutputError: the file is missing or damaged.
        """
        return float(self.store.seconds([self.key])[self.key])

    def records(self) -> Iterator[DecisionRecord]:
        """The decisions in order, one by one.

        Raises:
            OutputError: the file is missing, damaged or altered.
        """
        for row in self._read("decisions", DECISIONS).drop_columns(["cell"]).to_pylist():
            yield DecisionRecord(**row | {"decision": ScheduleDecision[row["decision"]]})

    def report_columns(self) -> Reports:
        """All reports as columns, equal to `RunResult.report_columns`.

        Raises:
            OutputError: the file is missing, damaged or altered.
        """
        table = self._read("reports", REPORTS)
        fields = Reports.__struct_fields__
        return Reports(*(table[name].to_numpy() for name in fields))

    def record(self, index: int) -> DecisionRecord:
        """Decision number `index`.

        Raises:
            OptionError: the run has no such decision.
            OutputError: the file is missing, damaged or altered.
        """
        return nth_record(self.records(), index, self.manifest.counts.decisions)

    def _read(self, dataset: str, schema: pa.Schema) -> pa.Table:
        return read_table(self.store.path(dataset, self.key), schema, self.manifest.checksums[dataset])


def open_cell(path: Path) -> StoredCell:
    """The cell whose file in `cells/` (or in another dataset of the store) is `path`.

    Raises:
        OutputError: there is no such cell, or its file is damaged.
    """
    store, key = Store(path.absolute().parent.parent), path.stem
    found = read_table(store.path("cells", key), CELLS)
    try:
        manifest = msgspec.json.decode(found["manifest"][0].as_py(), type=RunManifest)
    except msgspec.MsgspecError as error:
        raise OutputError(f"{path}: damaged ({error}); remove it and run the study again") from None
    return StoredCell(store, key, manifest)
