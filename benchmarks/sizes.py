"""How much each benchmark measures: in full, and just enough to see that it runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """Sizes of all benchmarks.

    Attributes:
        repeats: runs of which a median is taken.
        replay: (workers, epochs) of the replay runs.
        reference: (workers, reports) of the reference's runs.
        growth: numbers of decisions of the growth runs.
        memory: decisions of the memory run.
        model_epochs: epochs of the DyHPO runs.
        model_window: decisions over which the cost around a number of observations is averaged.
        model_observations: at how many observations a decision's cost is stated.
        model_workers: workers of the DyHPO runs in which many trials run at once.
        released_epochs: epochs of the runs of `dyhpo-released`.
        released_repeats: how many of these runs.
        starts: how often a command is started.
        study_seeds: of the studies of tiny cells, 20 cells each.
        scaling_workers: numbers of workers of the scaling runs, the first being what others are held against.
        scaling_decisions: of each of them.
        figure_epochs, figure_seeds: the runs from which the whole figure's cost is extrapolated.
    """

    repeats: int
    replay: tuple[tuple[int, int], ...]
    reference: tuple[tuple[int, int], ...]
    growth: tuple[int, ...]
    memory: int
    model_epochs: int
    model_window: int
    model_observations: tuple[int, ...]
    model_workers: int
    released_epochs: int
    released_repeats: int
    starts: int
    study_seeds: tuple[int, ...]
    scaling_workers: tuple[int, ...]
    scaling_decisions: int
    figure_epochs: int
    figure_seeds: int


FULL = Sizes(
    repeats=3,
    replay=((4, 200_000), (64, 200_000), (1_000, 200_000), (100_000, 1_000_000)),
    reference=((4, 20_000), (64, 20_000), (1_000, 10_000)),
    growth=(10_000, 100_000, 1_000_000),
    memory=1_000_000,
    model_epochs=1_000,
    model_window=50,
    model_observations=(100, 300, 600, 1_000),
    model_workers=256,
    released_epochs=300,
    released_repeats=3,
    starts=7,
    study_seeds=(50, 500),
    scaling_workers=(10, 100, 1_000, 10_000),
    scaling_decisions=100_000,
    figure_epochs=1_000,
    figure_seeds=3,
)

SMOKE = Sizes(
    repeats=2,
    replay=((4, 500), (64, 500), (1_000, 2_000)),
    reference=(),
    growth=(100, 1_000),
    memory=1_000,
    model_epochs=16,
    model_window=4,
    model_observations=(4, 8, 12, 16),
    model_workers=8,
    released_epochs=2,
    released_repeats=1,
    starts=1,
    study_seeds=(1, 2),
    scaling_workers=(1, 100),
    scaling_decisions=2_000,
    figure_epochs=8,
    figure_seeds=1,
)
