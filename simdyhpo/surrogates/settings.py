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


class EnsembleSettings(GaussianProcessSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a Gaussian process for each resource learns, and how they are weighed.

    Attributes:
        level_values: a resource has a weight once so many values were observed there.
        samples: so many draws of each process say which ranks best.
    """

    level_values: Annotated[int, msgspec.Meta(ge=4)] = 6
    samples: Count = 50


class CalibratedSettings(DeepKernelSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the deep kernel learns, and the noise of each level.

    Attributes:
        memory: about so many errors of a level count for its noise.
        cut: a larger error counts as one of so many deviations for it, so that a single odd curve doesn't
            widen a level for long; none: each counts as it is.
    """

    memory: Count = 10
    cut: Annotated[float, msgspec.Meta(gt=1)] | None = None


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


class PowerLawSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an ensemble of power laws is trained.

    Attributes:
        members: networks in the ensemble; its deviation is that of their predictions.
        units: width of the two hidden layers.
        learning_rate: of Adam.
        batch: rows of a step; all observations while they are no more.
        scratch_updates: so many first updates train from new random weights.
        scratch_steps: Adam steps of each of them.
        refine_steps: Adam steps of every other update; each sees the newest observation.
        patience: from scratch again after this many updates without improvement, in units of the largest
            resource.
        scratch_growth: and whenever the data has grown by this factor since the last time: that is when
            targets are scaled anew.
        restart_steps: Adam steps of a later update from scratch.
        seed: chooses weights and batches, under the run's seed.
    """

    members: Annotated[int, msgspec.Meta(ge=2)] = 5
    units: Count = 128
    learning_rate: Positive = 0.001
    batch: Count = 64
    scratch_updates: Count = 10
    scratch_steps: Count = 250
    refine_steps: Count = 20
    patience: Positive = 1.2
    scratch_growth: Annotated[float, msgspec.Meta(gt=1)] = 2.0
    restart_steps: Count = 500
    seed: Annotated[int, msgspec.Meta(ge=0)] = 0


class PriorFittedSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a transformer that was trained beforehand is used.

    Attributes:
        weights: path of the file with the trained model.
        headroom: the share of the observed range of values, the best to the worst, that is left for better
            ones when values are mapped to [0, 1].
    """

    weights: str | None = None
    headroom: Positive = 0.1
