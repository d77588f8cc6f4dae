"""The same work on ever more workers: an event's cost must not grow with their number."""

from __future__ import annotations

from benchmarks.figures import Figure, yes
from benchmarks.replay import FORMS, cpu_seconds, grid_table
from benchmarks.report import Section
from benchmarks.sizes import Sizes
from simdyhpo import CurveTable, simulate

CLUSTERS = ("ideal", "flaky")
MOST_GROWTH = 2.5


def section(sizes: Sizes) -> Section:
    """CPU time of a decision by number of workers, relative to that with the fewest."""
    table = grid_table()
    few, *others = sizes.scaling_workers
    report = Section(
        "Scaling: a decision's cost by number of workers",
        ("scheduler", "cluster", f"{few} workers, us", *(f"{n:,}, times" for n in others), "all below 2.5"),
        note="The later half of a run's decisions, when workers are set up and rungs filled; "
        f"{sizes.scaling_decisions:,} decisions, with replacement. CPU time.",
    )
    for form, scheduler in FORMS.items():
        for cluster in CLUSTERS:
            runs = [
                [microseconds(table, form, cluster, workers, sizes) for workers in sizes.scaling_workers]
                for _ in range(sizes.repeats)
            ]
            growth = [Figure.of([run[i] / run[0] for run in runs]) for i in range(1, len(others) + 1)]
            report.rows.append(
                (
                    scheduler,
                    cluster,
                    str(Figure.of([run[0] for run in runs])),
                    *map(str, growth),
                    yes(all(one.median <= MOST_GROWTH for one in growth)),
                )
            )
    return report


def microseconds(table: CurveTable, form: str, cluster: str, workers: int, sizes: Sizes) -> float:
    """CPU time of a decision in the later half of a run."""
    whole = sizes.scaling_decisions
    half, all_of_it = (
        cpu_seconds(
            lambda decisions=decisions: simulate(
                table,
                FORMS[form],
                workers=workers,
                max_decisions=decisions,
                sampling="with-replacement",
                cluster=cluster,
            )
        )
        for decisions in (whole // 2, whole)
    )
    return 1e6 * (all_of_it - half) / (whole - whole // 2)
