"""From a finished run to the four parts of its cell, as bytes."""

from __future__ import annotations

import pyarrow as pa

from simdyhpo.runs.result import RunResult
from simdyhpo.studies.cell_rows import cell_table
from simdyhpo.studies.checksums import digest
from simdyhpo.studies.parquet import TIMING, decisions_table, reports_table
from simdyhpo.studies.parts import Part, part_bytes


def cell_parts(key: str, result: RunResult) -> dict[Part, bytes]:
    """What is kept of a run: equal runs, equal bytes, but for host seconds.

    Args:
        key: of the cell.
        result: its run.
    """
    logs: dict[Part, bytes] = {
        "reports": part_bytes(reports_table(key, result.report_columns)),
        "decisions": part_bytes(decisions_table(key, result.log)),
    }
    row = cell_table(key, result, {part: digest(content) for part, content in logs.items()})
    timing = pa.table({"cell": [key], "wall_seconds": [result.wall_seconds]}, schema=TIMING)
    return {"cell": part_bytes(row), **logs, "timing": part_bytes(timing)}
