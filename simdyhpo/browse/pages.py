"""What the browser shows at each decision, as lines of text; knows no terminal."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from simdyhpo.analysis.marks import incumbent_regret
from simdyhpo.analysis.measures import ABSOLUTE
from simdyhpo.decision_kinds import MEANINGS, Effect
from simdyhpo.records import DecisionRecord
from simdyhpo.tables.curves import CurveTable
from simdyhpo.traces.explain import explain
from simdyhpo.traces.stored_run import StoredRun
from simdyhpo.traces.words import action, count, number, place

_BARS = "▁▂▃▄▅▆▇█"
_WIDTH = 60
_SHOWN = 8


class Pages:
    """A run's decisions and the state around each.

    A page costs one pass over what came before: some milliseconds for 10,000 decisions, forwards or back.
    """

    def __init__(self, run: StoredRun, table: CurveTable) -> None:
        self._run = run
        self._table = table
        self.records: list[DecisionRecord] = list(run.records())
        reports = self._reports = run.report_columns()
        counted = np.arange(1.0, len(reports) + 1)
        self._regret = incumbent_regret(reports.value, counted, table.mode, table.best, table.worst)
        self._texts = [f"{action(record)} worker {record.worker}".lower() for record in self.records]

    def __len__(self) -> int:
        return len(self.records)

    def find(self, text: str, after: int) -> int | None:
        """The next decision after `after` whose words hold `text`; after the last comes the first."""
        wanted = text.lower()
        order = [*range(after + 1, len(self)), *range(after + 1)]
        return next((index for index in order if wanted in self._texts[index]), None)

    def next_of_kind(self, index: int) -> int | None:
        """The next decision of the same kind."""
        kind = self.records[index].decision
        return next((one.index for one in self.records[index + 1 :] if one.decision is kind), None)

    def next_of_trial(self, index: int) -> int | None:
        """The next decision about the same trial."""
        trial = self.records[index].trial
        return next((one.index for one in self.records[index + 1 :] if one.trial == trial), None)

    def lines(self, index: int) -> Iterator[str]:
        """The decision in words, who stands where when it is due, its trial's curve, the regret so far."""
        record = self.records[index]
        came = int(np.searchsorted(self._reports.time_ns, record.time_ns, side="right"))
        yield f"decision {index} of 0 to {len(self) - 1}   {place(record)}   {count(came, 'epoch')} reported"
        yield ""
        yield from explain(self._run, index).splitlines()
        yield ""
        yield from self._standing(index, came)
        yield ""
        yield from self._curves(record, came)

    def _standing(self, index: int, came: int) -> Iterator[str]:
        """Trials by the resource where they stand, the highest first; best first in each."""
        trials, resources, values = (
            getattr(self._reports, name)[:came] for name in ("trial", "resource", "value")
        )
        last = {trial: row for row, trial in enumerate(trials.tolist())}
        goals = {one.trial: one for one in self.records[:index]}
        levels: dict[int, list[tuple[float, str]]] = {}
        sign = 1 if self._table.mode == "min" else -1
        running, stopped = [], 0
        for trial, goal in goals.items():
            row = last.get(trial)
            at = 0 if row is None else int(resources[row])
            end = min(goal.milestone, int(self._table.lengths[goal.configuration]))
            if MEANINGS[goal.decision].effect is Effect.ENDS:
                stopped += 1
            elif row is None or at < end:
                running.append(f"trial {trial} on worker {goal.worker}, at {at} of {end}")
            else:
                value = float(values[row])
                key = sign * value if np.isfinite(value) else np.inf
                levels.setdefault(at, []).append((key, f"{trial} ({number(value) or 'nan'})"))
        yield f"running: {_some(running) or 'nobody'}"
        for level, standing in sorted(levels.items(), reverse=True):
            who = [name for _, name in sorted(standing)]
            yield f"at {level:>4}: {len(who):>5,}   {_some(who)}"
        if stopped:
            yield f"stopped: {stopped:,}"

    def _curves(self, record: DecisionRecord, came: int) -> Iterator[str]:
        own = np.flatnonzero(self._reports.trial[:came] == record.trial)
        if own.size:
            values = self._reports.value[own]
            last = number(float(values[-1])) or "nan"
            yield f"curve of trial {record.trial}, {len(own)} epochs, last {last}"
            yield sparkline(values)
        if came:
            at = np.linspace(1, came, min(came, _WIDTH))
            regret = np.asarray(self._regret.at(at), dtype=np.float64)
            absolute = ABSOLUTE.on(self._table).from_normalised(regret[-1:])
            yield f"normalised regret of the incumbent, now {regret[-1]:.4f}; absolute {absolute[0]:.4f}"
            yield sparkline(regret)


def sparkline(values: npt.NDArray[np.float64]) -> str:
    """One character a value, higher for larger ones, at most 60; a blank where a value isn't finite."""
    if len(values) > _WIDTH:
        values = values[np.linspace(0, len(values) - 1, _WIDTH).round().astype(int)]
    finite = values[np.isfinite(values)]
    if not finite.size:
        return " " * len(values)
    low, span = float(finite.min()), float(np.ptp(finite)) or 1.0
    return "".join(
        _BARS[int((value - low) / span * (len(_BARS) - 1))] if np.isfinite(value) else " "
        for value in values.tolist()
    )


def _some(names: list[str]) -> str:
    more = f", and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
