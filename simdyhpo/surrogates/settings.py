"""Settings of the surrogates, kept apart from torch: listing options must stay quick."""

from __future__ import annotations

from typing import Annotated

import msgspec

Positive = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=1)]


class DeepKernelSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the deep-kernel Gaussian process learns.

    Attributes:
        curve_branch: whether the network sees the learning curve so far.
        standardise: whether targets and curves are shifted and scaled to mean 0 and deviation 1; values far
            on the bad side are pulled in first. The paper's code does neither.
        noise_in_deviation: whether the predictive deviation contains the observation noise.
        learning_rate: of Adam, for network and kernel alike.
        steps: full-batch Adam steps at each refit. Every refit goes on from the parameters before it.
        refit_growth: a refit is due when the data has grown by this share since the last one. Between
            refits new values are conditioned on, but change no parameter.
        training_rows: at most so many observations, drawn at random, enter a refit; none: all. All of them
            are conditioned on.
        jitter: added to the kernel's diagonal, relative to its scale; raised tenfold as often as needed.
        seed: chooses the network's first weights, under the run's seed.
    """

    curve_branch: bool = True
    standardise: bool = True
    noise_in_deviation: bool = True
    learning_rate: Positive = 0.01
    steps: Count = 100
    refit_growth: Positive = 0.15
    training_rows: Count | None = None
    jitter: Positive = 1e-6
    seed: Annotated[int, msgspec.Meta(ge=0)] = 0
