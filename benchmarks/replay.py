"""ASHA on a table that fits in the cache: what the engine and the rungs cost, against a bare event loop."""

from __future__ import annotations

import gc
import heapq
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.figures import Figure, short, yes
from benchmarks.grid import EPOCHS, NAMES, grid
from benchmarks.report import Section
from benchmarks.sizes import Sizes
from simdyhpo import CurveTable, simulate

FORMS = {"promotion": "asha", "stopping": "asha-stopping"}
MILESTONES = (1, 3, 9, 27, EPOCHS)
"""Where ASHA's segments end, at reduction factor 3: a report there is the end of a segment."""

LEAST_RATIO, MOST_HEAP_LOOPS = 200, 8
Speeds = Mapping[tuple[str, int], Figure]


@dataclass(frozen=True)
class Run:
    """CPU seconds of one simulation, reports included, and of a bare event loop with as many events."""

    decisions: int
    events: int
    reports: int
    seconds: float
    heap_seconds: float


def grid_table() -> CurveTable:
    """The 1,000 x 52 table."""
    points, losses, seconds = grid()
    columns = dict(zip(NAMES, points.T.tolist(), strict=True))
    return CurveTable.from_arrays(losses, seconds, columns, mode="min", name="grid")


def section(sizes: Sizes, reference: Speeds) -> Section:
    """Decisions, events and reports per second for both forms and all numbers of workers."""
    table = grid_table()
    report = Section(
        "Replay: ASHA on 1,000 configurations x 52 epochs",
        (
            "scheduler", "workers", "decisions/s", "events/s", "reports/s", "times the reference (200)",
            "bare heap loops (8)", "both met",
        ),
        note="Sampled with replacement, ended by a budget of "
        + ", ".join(f"{epochs:,}" for _, epochs in sizes.replay)
        + " epochs; the columns of reports included. An event is the end of a segment. Bare heap loops: "
        "how many times as long as a heapq loop that pops and pushes as many events. CPU time.",
    )  # fmt: skip
    for form in FORMS:
        for workers, epochs in sizes.replay:
            runs = [run(table, form, workers, epochs) for _ in range(sizes.repeats)]
            report.rows.append(_row(form, workers, runs, reference.get((form, workers))))
    return report


def _row(form: str, workers: int, runs: list[Run], reference: Figure | None) -> tuple[str, ...]:
    decisions, events, reports = (
        Figure.of([getattr(one, what) / one.seconds for one in runs])
        for what in ("decisions", "events", "reports")
    )
    loops = Figure.of([one.seconds / one.heap_seconds for one in runs])
    ratio = None if reference is None else reports.median / reference.median
    return (
        FORMS[form],
        f"{workers:,}",
        short(decisions.median),
        short(events.median),
        str(reports),
        "-" if ratio is None else short(ratio),
        str(loops),
        yes(loops.median <= MOST_HEAP_LOOPS and (ratio is None or ratio >= LEAST_RATIO)),
    )


def run(table: CurveTable, form: str, workers: int, epochs: int) -> Run:
    """Measure once."""
    counts: dict[str, int] = {}

    def simulation() -> None:
        result = simulate(table, FORMS[form], workers=workers, max_epochs=epochs, sampling="with-replacement")
        counts["decisions"] = len(result.log)
        counts["reports"] = len(result.report_columns)
        counts["events"] = int(np.isin(result.report_columns.resource, MILESTONES).sum())

    seconds = cpu_seconds(simulation)
    durations = table.elapsed_ns[:, 0].tolist()
    heap_seconds = cpu_seconds(lambda: bare_heap_loop(workers, counts["events"], durations))
    return Run(**counts, seconds=seconds, heap_seconds=heap_seconds)


def bare_heap_loop(workers: int, events: int, durations: list[int]) -> None:
    """Pop an event, push its worker's next one: what no event simulation on a heap can do without."""
    kinds = len(durations)
    heap = [(durations[worker % kinds], 0, worker, worker) for worker in range(workers)]
    heapq.heapify(heap)
    for sequence in range(workers, workers + events):
        now, _, _, worker = heapq.heappop(heap)
        heapq.heappush(heap, (now + durations[sequence % kinds], 0, sequence, worker))


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU time, which other programs on the machine distort less than they do wall time."""
    gc.collect()
    started = time.process_time()
    work()
    return time.process_time() - started
