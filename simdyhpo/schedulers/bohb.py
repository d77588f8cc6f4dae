"""BOHB (Falkner, Klein, Hutter 2018): Hyperband whose new configurations come from a density model."""

from __future__ import annotations

from collections.abc import Mapping

from simdyhpo.options import part_of
from simdyhpo.protocols import Problem
from simdyhpo.schedulers.brackets import Sizes
from simdyhpo.schedulers.synchronous import Hyperband, HyperbandOptions
from simdyhpo.searchers.good_and_bad import (
    DENSITY,
    Count,
    DensityChooser,
    DensitySettings,
    Percent,
    Positive,
    Share,
)


class BOHBOptions(HyperbandOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of BOHB, beside those of Hyperband; for the model's see `DensitySettings`.

    Attributes:
        sizes: see `HyperbandOptions`; by default those of the authors' code.
    """

    random_fraction: Share = DENSITY.random_fraction
    top_n_percent: Percent = DENSITY.top_n_percent
    min_points: Count | None = DENSITY.min_points
    num_samples: Count = DENSITY.num_samples
    bandwidth_factor: Positive = DENSITY.bandwidth_factor
    min_bandwidth: Positive = DENSITY.min_bandwidth
    sizes: Sizes = "table"


class BOHB(Hyperband):
    """BOHB (Falkner, Klein, Hutter 2018): Hyperband, new configurations from a model of good and bad ones.

    The model is of the largest resource with enough values: two kernel densities, of the best configurations
    there and of the others. Of points drawn around the good ones, that with the largest ratio of the two
    wins, and the nearest configuration left starts. One in three starts at random.
    """

    Options = BOHBOptions

    def __init__(self, problem: Problem, options: BOHBOptions) -> None:
        self._density = DensityChooser(problem, part_of(DensitySettings, options))
        super().__init__(problem, options, self._density)

    def summary(self) -> Mapping[str, int]:
        """Numbers of promotions and of both kinds of starts."""
        return self._density.starts.split(super().summary())

    def diagnostics(self) -> Mapping[str, int | float]:
        """The resource of the model."""
        return self._density.diagnostics()
