"""What one decision of DyHPO costs: taking in the news, updating the model, scoring all configurations."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from benchmarks.figures import Figure, short, yes
from benchmarks.released import refinement_seconds
from benchmarks.report import Section
from benchmarks.sizes import Sizes
from simdyhpo import CurveTable, load_blackbox, simulate
from simdyhpo.decisions import Proposal
from simdyhpo.runs.result import RunResult
from simdyhpo.schedulers.dyhpo import DyHPO

TABLE = "lcbench-fashion-mnist"
MOST_MEAN_MS, MOST_LATE_MS, LEAST_RATIO, MOST_TIMES = 10, 25, 50, 2
_WARM_UP = 12
"""Epochs of a run that loads what is loaded late; the released schedule isn't warmed up: it dwarfs that."""


@dataclass
class Costs:
    """CPU seconds of every decision of one run; with w workers, decision n sees n - w + 1 values."""

    result: RunResult
    seconds: np.ndarray

    def around(self, observations: int, window: int) -> float:
        """Mean over the decisions around so many observations; at the end of the run, the last ones."""
        end = min(observations + window // 2, len(self.seconds))
        return float(self.seconds[end - window : end].mean())


def costs_of(table: CurveTable, searcher: str, seed: int, epochs: int, workers: int = 1) -> Costs:
    """Run DyHPO without the successive-halving rule: every decision is the model's."""
    seconds: list[float] = []

    class Timed(DyHPO):
        """DyHPO with a stopwatch."""

        def ask(self, now_ns: int) -> Proposal:
            started = time.process_time()
            proposal = super().ask(now_ns)
            seconds.append(time.process_time() - started)
            return proposal

    options = {"searcher": searcher, "probability_sh": 0.0}
    result = simulate(table, Timed, seed=seed, max_epochs=epochs, workers=workers, options=options)
    return Costs(result, np.array(seconds))


def section(sizes: Sizes) -> Section:
    """Cost at several numbers of observations and over whole runs, ours and the released schedule's."""
    table = load_blackbox(TABLE)
    costs_of(table, "dyhpo", 0, _WARM_UP)
    ours = [costs_of(table, "dyhpo", seed, sizes.model_epochs) for seed in range(sizes.repeats)]
    report = Section(
        f"A decision of DyHPO: {TABLE}, {len(table):,} configurations, one worker",
        ("what", "dyhpo, ms", "dyhpo-released, ms", "ratio", "target", "met"),
        note=_note(sizes),
    )
    refinements = {}
    for n in sizes.model_observations:
        own = Figure.of([one.around(n, sizes.model_window) for one in ours]).times(1e3)
        refinements[n] = Figure.of(
            [refinement_seconds(table, one.result, n) for one in ours[: sizes.released_repeats]]
        ).times(1e3)
        late = n == sizes.model_observations[-1]
        report.rows.append(
            (
                f"at {n:,} observations",
                str(own),
                str(refinements[n]),
                short(refinements[n].median / own.median),
                f"at most {MOST_LATE_MS} ms" if late else "-",
                yes(own.median <= MOST_LATE_MS) if late else "-",
            )
        )
    released = [
        costs_of(table, "dyhpo-released", seed, sizes.released_epochs).seconds * 1e3
        for seed in range(sizes.released_repeats)
    ]
    own_ms = [one.seconds * 1e3 for one in ours]
    report.rows.extend(_whole_runs(sizes, own_ms, released, refinements))
    report.rows.append(_many_running(sizes, table, own_ms))
    return report


def _whole_runs(
    sizes: Sizes, ours: list[np.ndarray], released: list[np.ndarray], refinements: dict[int, Figure]
) -> list[tuple[str, ...]]:
    """Mean cost over the first epochs, measured for both, and over the whole run."""
    early, whole = sizes.released_epochs, sizes.model_epochs
    rest = sum(refinement_fit(refinements, range(early, whole)))
    columns = {
        early: (
            Figure.of([float(one[:early].mean()) for one in ours]),
            Figure.of([float(one.mean()) for one in released]),
        ),
        whole: (
            Figure.of([float(one.mean()) for one in ours]),
            Figure.of([float(one.sum() + rest) / whole for one in released]),
        ),
    }
    rows = [
        (
            f"mean over {epochs:,} epochs",
            str(own),
            str(theirs) + (" (extrapolated)" if epochs == whole else ""),
            short(theirs.median / own.median),
            f"at most {MOST_MEAN_MS} ms, ratio {LEAST_RATIO}" if epochs == whole else "-",
            yes(own.median <= MOST_MEAN_MS and theirs.median / own.median >= LEAST_RATIO)
            if epochs == whole
            else "-",
        )
        for epochs, (own, theirs) in columns.items()
    ]
    dearest = Figure.of([float(one.max()) for one in ours])
    return [*rows, ("the dearest decision (a refit)", str(dearest), "-", "-", "-", "-")]


def _many_running(sizes: Sizes, table: CurveTable, alone: list[np.ndarray]) -> tuple[str, ...]:
    """Mean cost of decisions for which all workers but the one that asks are busy."""
    workers, window = sizes.model_workers, slice(sizes.model_workers, sizes.model_epochs)
    runs = [
        costs_of(table, "dyhpo", seed, sizes.model_epochs, workers).seconds[window] * 1e3
        for seed in range(sizes.repeats)
    ]
    many = Figure.of([float(one.mean()) for one in runs])
    times = many.median / Figure.of([float(one[window].mean()) for one in alone]).median
    return (
        f"mean with {workers:,} trials running, from decision {workers:,} on",
        str(many),
        "-",
        f"{short(times)} times one running",
        f"at most {MOST_TIMES} times",
        yes(times <= MOST_TIMES),
    )


def refinement_fit(refinements: dict[int, Figure], observations: range) -> list[float]:
    """Milliseconds of an update at each number of observations: the parabola through what was measured."""
    parabola = np.polyfit(list(refinements), [figure.median for figure in refinements.values()], 2)
    return np.polyval(parabola, np.array(observations)).tolist()


def _note(sizes: Sizes) -> str:
    points = ", ".join(f"{n:,}" for n in sizes.model_observations)
    return (
        "A decision is the whole of `ask`. `dyhpo` around a number of observations: mean over "
        f"{sizes.model_window} decisions, refits by their share. `dyhpo-released` there: one refinement (50 "
        "Adam steps) and one prediction of all configurations, given the same observations. Its first "
        f"{sizes.released_epochs:,} epochs are measured; the rest of its {sizes.model_epochs:,} is the sum "
        f"of a parabola through the refinements at {points} observations, without further starts from "
        "scratch, so rather too low. Runs: different seeds. CPU time, one thread."
    )
