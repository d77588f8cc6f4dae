"""Settings of the surrogates, kept apart from torch: listing options must stay quick."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Positive = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=1)]


class GaussianProcessSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a Gaussian process learns its parameters and what its predictions contain.

    Attributes:
        standardise: whether targets (and curves) are shifted and scaled to mean 0 and deviation 1, after
            values far on the bad side were pulled in.
        noise_in_deviation: whether the predictive deviation contains the observation noise.
        learning_rate: of Adam, for all parameters alike.
        steps: full-batch Adam steps at a refit. Every refit goes on from the parameters before it.
        refit: when a refit is due: "growth", when the data has grown by the share `refit_growth` since the
            last one; or "new-configuration", when a configuration's first value arrived. Between refits new
            values are conditioned on, but change no parameter.
        refit_growth: see `refit`.
        training_rows: at most so many observations, drawn at random, enter a refit; none: all. All of them
            are conditioned on in any case.
        jitter: added to the kernel's diagonal, relative to its scale; raised tenfold as often as needed.
        seed: chooses first weights and training rows, under the run's seed.
    """

    standardise: bool = True
    noise_in_deviation: bool = False
    learning_rate: Positive = 0.01
    steps: Count = 50
    refit: Literal["growth", "new-configuration"] = "growth"
    refit_growth: Positive = 0.3
    training_rows: Count | None = 256
    jitter: Positive = 1e-6
    seed: Annotated[int, msgspec.Meta(ge=0)] = 0


class DeepKernelSettings(GaussianProcessSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the deep-kernel Gaussian process learns.

    Attributes:
        curve_branch: whether the network sees the learning curve so far.
        kernel: on the network's outputs: "rbf" (the paper) or "matern52".
    """

    curve_branch: bool = True
    kernel: Literal["rbf", "matern52"] = "rbf"


class ReleasedSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The training schedule of the DyHPO authors' released code.

    Attributes:
        learning_rate: of Adam.
        scratch_updates: so many first updates train from new random weights.
        scratch_steps: Adam steps of an update from scratch.
        refine_steps: Adam steps of every other update, with a new optimiser.
        patience: from scratch again after this many updates without improvement, in units of the largest
            resource.
        seed: chooses the first weights, under the run's seed.
    """

    learning_rate: Positive = 0.001
    scratch_updates: Count = 10
    scratch_steps: Count = 1000
    refine_steps: Count = 50
    patience: Positive = 1.2
    seed: Annotated[int, msgspec.Meta(ge=0)] = 0
