"""One long run in a process of its own: `python -m benchmarks.memory FORM DECISIONS` prints JSON.

Peak resident memory never falls, so a second run in the same process would measure nothing.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from benchmarks.growth import WORKERS
from benchmarks.replay import FORMS, grid_table
from simdyhpo import simulate

_LOG_BYTES = 56
"""A decision's row in the log; see `simdyhpo.records.DecisionLog`."""


def main() -> None:
    form, decisions = sys.argv[1], int(sys.argv[2])
    table = grid_table()
    simulate(table, FORMS[form], max_decisions=10)  # what is imported late isn't the run's own
    before = peak_bytes()
    result = simulate(
        table, FORMS[form], workers=WORKERS, max_decisions=decisions, sampling="with-replacement"
    )
    peak = peak_bytes()
    grown, made = peak - before, len(result.log)
    len(result.report_columns)
    measured = {
        "a_decision": grown / made,
        "a_trial": (grown - _LOG_BYTES * made) / result.trials,
        "peak_mb": peak / 1e6,
        "reports_mb": peak_bytes() / 1e6,
    }
    print(json.dumps(measured))


def peak_bytes() -> int:
    """Of this process, from the kernel's own account of it.

    Linux's `getrusage` also counts what the process was before it became this program: a copy of its parent.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return 1024 * int(line.split()[1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


if __name__ == "__main__":
    main()
