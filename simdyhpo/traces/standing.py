"""Where a trial stood when it was decided about: its value, among all that had come as far."""

from __future__ import annotations

import numpy as np

from simdyhpo.analysis.steps import lower_is_better
from simdyhpo.records import DecisionRecord
from simdyhpo.traces.stored_run import StoredRun


def standing(run: StoredRun, record: DecisionRecord) -> list[str]:
    """In a sentence, what the trial had reported where it stood, and how many had been better there by then.

    Reports at the very instant of the decision count. None if the trial had reported nothing there: it
    starts, or what it trained was lost.

    Raises:
        OutputError: the run's log is damaged.
    """
    reports, spec = run.report_columns(), run.manifest.spec
    there = np.flatnonzero(
        (reports.resource == record.resume_from) & (reports.time_ns <= record.time_ns) & ~reports.ignored
    )
    # A trial that trains the same stretch again reports it again: the last time counts.
    last = dict(zip(reports.trial[there].tolist(), there.tolist(), strict=True))
    if record.trial not in last:
        return []
    value = float(reports.value[last[record.trial]])
    mode = str(spec.blackbox.get("mode"))
    keys = lower_is_better(reports.value[list(last.values())], mode)
    own = lower_is_better(np.array([value]), mode)[0]
    better, equal = int((keys < own).sum()), int((keys == own).sum()) - 1
    others = len(last) - 1
    place = "nobody else had come as far"
    if others:
        count = f"{better:,}" if better else "none"
        who = f"of {others:,} other{'s' if others > 1 else ''} that had come as far"
        place = f"{who}, {count} had a better value"
        place += f" and {equal:,} the same" if equal else ""
    metric = spec.blackbox.get("metric", "value")
    said = f"{value:.6g}" if np.isfinite(value) else "no finite number"
    return [f"At resource {record.resume_from} its {metric} was {said}; {place}."]
