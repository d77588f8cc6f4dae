"""BOHB (Falkner, Klein, Hutter 2018): Hyperband whose new configurations come from a density model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec

from simdyhpo.protocols import Problem
from simdyhpo.schedulers.brackets import Sizes
from simdyhpo.schedulers.synchronous import Hyperband, HyperbandOptions
from simdyhpo.searchers.good_and_bad import DensityChooser, DensitySettings


class BOHBOptions(HyperbandOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of BOHB, beside those of Hyperband.

    Attributes:
        random_fraction: the share of new configurations that are drawn at random all the same.
        top_n_percent: how many of a resource's configurations are good.
        min_points: how many good and bad ones there are at least; by default one more than hyperparameters.
            The model needs as many values as both together.
        num_samples: so many points are drawn from the good density and compared.
        bandwidth_factor: of numbers, they are drawn from kernels that are wider by this factor.
        min_bandwidth: of the kernels, where the space is the unit cube.
        sizes: see `HyperbandOptions`; by default those of the authors' code.
    """

    random_fraction: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1 / 3
    top_n_percent: Annotated[float, msgspec.Meta(gt=0, lt=100)] = 15.0
    min_points: Annotated[int, msgspec.Meta(ge=1)] | None = None
    num_samples: Annotated[int, msgspec.Meta(ge=1)] = 64
    bandwidth_factor: Annotated[float, msgspec.Meta(gt=0)] = 3.0
    min_bandwidth: Annotated[float, msgspec.Meta(gt=0)] = 1e-3
    sizes: Sizes = "table"


class BOHB(Hyperband):
    """BOHB (Falkner, Klein, Hutter 2018): Hyperband, new configurations from a model of good and bad ones.

    The model is of the largest resource with enough values: two kernel densities, of the best configurations
    there and of the others. Of points drawn around the good ones, that with the largest ratio of the two
    wins, and the nearest configuration left starts. One in three starts at random.
    """

    Options = BOHBOptions

    def __init__(self, problem: Problem, options: BOHBOptions) -> None:
        settings = DensitySettings(
            **{name: getattr(options, name) for name in DensitySettings.__struct_fields__}
        )
        self._density = DensityChooser(problem, settings)
        super().__init__(problem, options, self._density)

    def summary(self) -> Mapping[str, int]:
        """Numbers of promotions and of both kinds of starts."""
        return self._density.starts.split(super().summary())

    def diagnostics(self) -> Mapping[str, int | float]:
        """The resource of the model."""
        return self._density.diagnostics()
