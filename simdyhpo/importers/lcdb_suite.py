"""LCDB as a suite of tables, one for each data set."""

from __future__ import annotations

from pathlib import Path

import msgspec

from simdyhpo.errors import UnknownNameError
from simdyhpo.importers.lcdb import FILE, METRICS, lcdb_data_sets, lcdb_table
from simdyhpo.importers.made import MadeTable
from simdyhpo.importers.shipping import library_versions

_CITATION = (
    "Mohr, Viering, Loog and van Rijn (2022): LCDB 1.0 - An Extensive Learning Curves Database for "
    "Classification Tasks, ECML-PKDD."
)


class LcdbSuite:
    """Learners on 248 data sets, by training-set size."""

    raw = "lcdb"
    title = f"LCDB: 20 learners on 248 data sets by training-set size, measured; metric: {', '.join(METRICS)}"

    class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        """How tables are made."""

        metric: str = "valid_acc"

    @property
    def published(self) -> list[str]:
        """The aggregated database."""
        return [FILE]

    def tasks(self, data: Path) -> list[str]:
        """OpenML ids of the data sets."""
        return lcdb_data_sets(data)

    def table_name(self, data: Path, task: str, options: Options) -> str:
        """lcdb-ID, and the metric if it isn't the default."""
        known = lcdb_data_sets(data)
        if task not in known:
            raise UnknownNameError("LCDB data set", task, known)
        if options.metric not in METRICS:
            raise UnknownNameError("metric", options.metric, METRICS)
        metric = "" if options.metric == self.Options().metric else f"-{options.metric.replace('_', '-')}"
        return f"lcdb-{task}{metric}"

    def make(self, data: Path, task: str, options: Options) -> MadeTable:
        """Read one data set's curves."""
        table, left_out = lcdb_table(
            data, task, name=self.table_name(data, task, options), metric=options.metric
        )
        short = int((table.lengths < table.max_resource).sum())
        return MadeTable(
            table=table,
            licence="MIT",
            citation=_CITATION,
            versions=library_versions("numpy", "pandas"),
            dropped={"a hole": left_out},
            notes=(
                "Each training-set size is a fit from scratch, mean over seeds; seconds are of one fit.",
                f"{short} curves are short: their larger fits are not in the database.",
                f"Left out: {left_out} curves that lack a size in between.",
            ),
        )
