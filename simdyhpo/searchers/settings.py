"""Settings of the model-based searchers: those of their surrogates, and how candidates are compared."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from simdyhpo.searchers.horizons import Horizon
from simdyhpo.surrogates.settings import (
    CalibratedSettings,
    Count,
    DeepKernelSettings,
    EnsembleSettings,
    GaussianProcessSettings,
    Positive,
    PowerLawSettings,
    PriorFittedSettings,
    ReleasedSettings,
)

Incumbent = Literal["level", "overall"]


class DeepKernelOptions(DeepKernelSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the searcher `dyhpo`.

    Attributes:
        initial_random: so many configurations start at random before the model is asked.
        candidates: so many unused configurations, drawn at random for each decision, are scored; none: all.
        incumbent: the value that a candidate must improve on: "level", the best at the resource where it is
            scored, or the best of all where there is none (the paper); "overall", the best of all.
        horizon: the resource at which a candidate is scored: "next", its next level (the paper); "last", the
            largest; "random", one drawn for each decision, but not below the next level.
    """

    initial_random: Count = 1
    candidates: Count | None = None
    incumbent: Incumbent = "level"
    horizon: Horizon = "next"


class NoCurveOptions(DeepKernelOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the searcher `dyhpo-no-curve`: as `dyhpo`, without the learning-curve branch."""

    curve_branch: bool = False


class CalibratedOptions(CalibratedSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the searcher `dyhpo-calibrated`; see `DeepKernelOptions`.

    Attributes:
        noise_from: with fewer observations, improvements are expected by the deviation without the noise;
            predictions that are logged have it.
    """

    noise_from: Annotated[int, msgspec.Meta(ge=0)] = 0
    initial_random: Count = 1
    candidates: Count | None = None
    incumbent: Incumbent = "level"
    horizon: Horizon = "next"


class ReleasedOptions(ReleasedSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the searcher `dyhpo-released`; see `DeepKernelOptions`."""

    initial_random: Count = 1
    candidates: Count | None = None
    incumbent: Incumbent = "level"
    horizon: Horizon = "next"


class _EachConfiguration(GaussianProcessSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A process that is quick enough to be refitted whenever a configuration's first value arrived."""

    refit: Literal["growth", "new-configuration"] = "new-configuration"
    steps: Count = 5
    training_rows: Count | None = 128
    learning_rate: Positive = 0.05
    initial_random: Count = 6
    candidates: Count | None = 250


class DecayOptions(_EachConfiguration, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the searcher `dyhpo-gp`; see `DeepKernelOptions`.

    Attributes:
        candidates: so many unused configurations are scored, or as many as trials are paused, if those are
            more.
    """

    incumbent: Incumbent = "level"
    horizon: Horizon = "next"


class EnsembleOptions(EnsembleSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the searcher of `hyper-tune`; see `DeepKernelOptions`."""

    refit: Literal["growth", "new-configuration"] = "new-configuration"
    steps: Count = 5
    training_rows: Count | None = 128
    learning_rate: Positive = 0.05
    initial_random: Count = 6
    candidates: Count | None = 250


class PowerLawOptions(PowerLawSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the searcher of `dpl`; see `DeepKernelOptions`."""

    initial_random: Count = 1
    candidates: Count | None = None
    incumbent: Incumbent = "overall"
    horizon: Horizon = "last"


class FreezeThawOptions(_EachConfiguration, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the searcher of `freeze-thaw`; see `DecayOptions`.

    Attributes:
        headroom: the share of the observed range of values, the best to the worst, that is left for better
            ones: thresholds lie within it.
    """

    headroom: Positive = 0.1


class PriorFittedOptions(PriorFittedSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the searcher of `ifbo`; see `DecayOptions`."""

    initial_random: Count = 1
    candidates: Count | None = 250
