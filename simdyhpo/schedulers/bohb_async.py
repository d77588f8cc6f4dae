"""BOHB without barriers: ASHA whose new configurations come from a density model."""

from __future__ import annotations

from simdyhpo.options import part_of
from simdyhpo.protocols import Problem
from simdyhpo.schedulers.asha_choosing import ChoosingASHA, ChoosingASHAOptions
from simdyhpo.searchers.good_and_bad import (
    DENSITY,
    Count,
    DensityChooser,
    DensitySettings,
    Percent,
    Positive,
    Share,
)


class AsynchronousBOHBOptions(ChoosingASHAOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of asynchronous BOHB, beside those of ASHA; for the model's see `DensitySettings`."""

    random_fraction: Share = DENSITY.random_fraction
    top_n_percent: Percent = DENSITY.top_n_percent
    min_points: Count | None = DENSITY.min_points
    num_samples: Count = DENSITY.num_samples
    bandwidth_factor: Positive = DENSITY.bandwidth_factor
    min_bandwidth: Positive = DENSITY.min_bandwidth


class AsynchronousBOHB(ChoosingASHA):
    """BOHB (Falkner, Klein, Hutter 2018) on ASHA (Li et al. 2020): nobody waits for a rung to fill.

    The model is BOHB's, of the largest resource with enough values, and the rungs promote, or stop, as
    ASHA's do.
    """

    Options = AsynchronousBOHBOptions

    def __init__(self, problem: Problem, options: AsynchronousBOHBOptions) -> None:
        super().__init__(problem, options, DensityChooser(problem, part_of(DensitySettings, options)))
