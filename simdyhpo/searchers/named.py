"""The model-based searchers: one acquisition, four surrogates."""

from __future__ import annotations

from simdyhpo.searchers.dynamic import DynamicHPOSearcher
from simdyhpo.searchers.settings import DecayOptions, DeepKernelOptions, NoCurveOptions, ReleasedOptions

_GAUSSIAN_PROCESSES = "simdyhpo.surrogates.gaussian_process"


class DyHPOSearcher(DynamicHPOSearcher):
    """The default: the paper's deep kernel, made fast, with our settings."""

    Options = DeepKernelOptions
    surrogate = f"{_GAUSSIAN_PROCESSES}:DeepKernelSurrogate"


class NoCurveSearcher(DynamicHPOSearcher):
    """The paper's ablation: no learning-curve branch."""

    Options = NoCurveOptions
    surrogate = f"{_GAUSSIAN_PROCESSES}:DeepKernelSurrogate"


class ReleasedSearcher(DynamicHPOSearcher):
    """The paper's deep kernel with the authors' released training schedule."""

    Options = ReleasedOptions
    surrogate = "simdyhpo.surrogates.released:ReleasedSurrogate"


class DecaySearcher(DynamicHPOSearcher):
    """Syne Tune's variant: it scores at least as many new configurations as trials are paused."""

    Options = DecayOptions
    surrogate = f"{_GAUSSIAN_PROCESSES}:DecaySurrogate"
    as_many_as_paused = True
