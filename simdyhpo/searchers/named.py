"""The model-based searchers: a surrogate each, and one of two acquisitions."""

from __future__ import annotations

from typing import cast

from simdyhpo.protocols import BestTwoSurrogate, NoisySurrogate, Problem, TailSurrogate
from simdyhpo.searchers.dynamic import DynamicHPOSearcher
from simdyhpo.searchers.random_horizon import RandomHorizonSearcher
from simdyhpo.searchers.scoring import Floats, Integers
from simdyhpo.searchers.settings import (
    CalibratedOptions,
    DecayOptions,
    DeepKernelOptions,
    FreezeThawOptions,
    NoCurveOptions,
    PowerLawOptions,
    PriorFittedOptions,
    ReleasedOptions,
)

_GAUSSIAN_PROCESSES = "simdyhpo.surrogates.gaussian_process"


class DyHPOSearcher(DynamicHPOSearcher):
    """The default: the paper's deep kernel, made fast, with our settings."""

    Options = DeepKernelOptions
    surrogate = f"{_GAUSSIAN_PROCESSES}:DeepKernelSurrogate"


class NoCurveSearcher(DynamicHPOSearcher):
    """The paper's ablation: no learning-curve branch."""

    Options = NoCurveOptions
    surrogate = f"{_GAUSSIAN_PROCESSES}:DeepKernelSurrogate"


class CalibratedSearcher(DynamicHPOSearcher):
    """The default with deviations that contain a noise for each level, learnt from its own errors."""

    Options = CalibratedOptions
    surrogate = "simdyhpo.surrogates.calibrated:CalibratedSurrogate"

    def __init__(self, problem: Problem, options: CalibratedOptions) -> None:
        super().__init__(problem, options)
        self._noise_from = options.noise_from

    def _predicted(self, configurations: Integers, targets: Integers) -> tuple[Floats, Floats, Floats]:
        mean, deviation, deciding = super()._predicted(configurations, targets)
        if self._heard.count < self._noise_from:
            noisy = cast(NoisySurrogate, self._surrogate)
            _, deciding = noisy.predict_function(configurations, targets)
        return mean, deviation, deciding


class ReleasedSearcher(DynamicHPOSearcher):
    """The paper's deep kernel with the authors' released training schedule."""

    Options = ReleasedOptions
    surrogate = "simdyhpo.surrogates.released:ReleasedSurrogate"


class DecaySearcher(DynamicHPOSearcher):
    """Syne Tune's variant: it scores at least as many new configurations as trials are paused."""

    Options = DecayOptions
    surrogate = f"{_GAUSSIAN_PROCESSES}:DecaySurrogate"
    as_many_as_paused = True


class PowerLawSearcher(DynamicHPOSearcher):
    """DPL's: expected improvement at the largest resource."""

    Options = PowerLawOptions
    surrogate = "simdyhpo.surrogates.power_law:PowerLawSurrogate"


class FreezeThawSearcher(RandomHorizonSearcher):
    """The Gaussian process of `DecaySearcher` under ifBO's acquisition."""

    Options = FreezeThawOptions
    surrogate = "simdyhpo.surrogates.freeze_thaw:FreezeThawSurrogate"
    as_many_as_paused = True

    def _predicted(
        self, configurations: Integers, targets: Integers, threshold: float
    ) -> tuple[Floats, Floats, Floats]:
        return cast(BestTwoSurrogate, self._surrogate).likeliest(configurations, targets, threshold)


class PriorFittedSearcher(RandomHorizonSearcher):
    """ifBO's own: FT-PFN, whose predictions are no normal distributions."""

    Options = PriorFittedOptions
    surrogate = "simdyhpo.surrogates.prior_fitted:PriorFittedSurrogate"

    def __init__(self, problem: Problem, options: PriorFittedOptions) -> None:
        super().__init__(problem, options)
        self._surrogate  # noqa: B018 - without its weights a run shall not begin

    def _predicted(
        self, configurations: Integers, targets: Integers, threshold: float
    ) -> tuple[Floats, Floats, Floats]:
        return cast(TailSurrogate, self._surrogate).predict_below(configurations, targets, threshold)
