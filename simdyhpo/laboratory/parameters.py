"""What can be set of synthetic curves: every parameter with its unit, range and default."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from simdyhpo.errors import OptionError
from simdyhpo.options import build_options

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Correlation = Annotated[float, msgspec.Meta(ge=-1, le=1)]
Count = Annotated[int, msgspec.Meta(ge=10, le=100_000)]
Seed = Annotated[int, msgspec.Meta(ge=0, le=2**32)]

CHANCE = 1.0
"""The loss of who only guesses."""
WORST_END = 0.8
"""Above the loss at which every curve ends that leaves chance (but for noise)."""
HUGE = 1e4
"""The loss of curves that diverge to a huge one."""
USUAL_CORRELATION = 0.7
"""Between first look and end, where neither `rank_correlation` nor `crossing` is given."""


class CurveParameters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The family of synthetic curves; `simdyhpo.laboratory.family` has its formulas.

    Losses lie between 0 and `CHANCE`, but for noise and divergence. A length is a share of all resources.

    Attributes:
        configurations: how many; 10 to 100,000.
        resources: R, how many resources (epochs) a curve has; 4 to 1,000.
        hyperparameters: how many, each uniform in [0, 1]; 1 to 50.
        seed: of all random streams; 0 to 2^32.
        rank_correlation: Spearman's, between losses at resource `look` and at the end; -1 to 1. None: as
            near to .7 as can be, unless `crossing` says it.
        crossing: instead of `rank_correlation`: share of pairs of curves whose order at `look` is not that
            at the end; 0 to 1.
        look: the resource of the first look, 1 to R - 1. None: the first at which every curve has left chance
            that ever does; without a plateau, 1.
        crossing_time: when curves cross: the share of the way from `look` to the end at which half of the
            pairs that do have done so; .05 to .95.
        near_best: how alone the best is: share of configurations that end within .01 of the best, that one
            included; 1/n to .5. None: 1/n, so that the best is alone.
        noise: standard deviation of the observation error, in units of loss, independent at every resource;
            0 to .5.
        smoothness: of curves in the hyperparameters: Spearman's rank correlation of a configuration's loss at
            the end with that of its nearest neighbour; 0 to .99. None: whatever comes of a length scale of a
            quarter of the cube's diagonal.
        speed: how many times the distance to the end falls by 1/e from leaving chance to the end; .1 to 50.
        plateau: for how long curves stay at chance before they fall, mean length; 0 to .9.
        plateau_spread: half width of these lengths, which are uniform around their mean; 0 to .45.
        never: share of curves that never leave chance; 0 to .9.
        diverging: share of curves that diverge, at a resource that is uniform over 1..R; 0 to .9.
        divergence: what they report from then on: "nan", "inf", or "huge", a loss of 10,000.
        seconds_per_epoch: median seconds of one resource; 1e-3 to 1e5.
        cost_spread: 90th over 10th percentile of the configurations' seconds per resource; 1 to 10,000.
        cost_correlation: Spearman's, between seconds and how good the end is: positive if the good ones are
            dear; -1 to 1.
    """

    configurations: Count = 300
    resources: Annotated[int, msgspec.Meta(ge=4, le=1000)] = 27
    hyperparameters: Annotated[int, msgspec.Meta(ge=1, le=50)] = 4
    seed: Seed = 0
    rank_correlation: Correlation | None = None
    crossing: Share | None = None
    look: Annotated[int, msgspec.Meta(ge=1)] | None = None
    crossing_time: Annotated[float, msgspec.Meta(ge=0.05, le=0.95)] = 0.4
    near_best: Annotated[float, msgspec.Meta(gt=0, le=0.5)] | None = None
    noise: Annotated[float, msgspec.Meta(ge=0, le=0.5)] = 0.003
    smoothness: Annotated[float, msgspec.Meta(ge=0, le=0.99)] | None = None
    speed: Annotated[float, msgspec.Meta(ge=0.1, le=50)] = 4.0
    plateau: Annotated[float, msgspec.Meta(ge=0, le=0.9)] = 0.0
    plateau_spread: Annotated[float, msgspec.Meta(ge=0, le=0.45)] = 0.0
    never: Annotated[float, msgspec.Meta(ge=0, le=0.9)] = 0.0
    diverging: Annotated[float, msgspec.Meta(ge=0, le=0.9)] = 0.0
    divergence: Literal["nan", "inf", "huge"] = "nan"
    seconds_per_epoch: Annotated[float, msgspec.Meta(ge=1e-3, le=1e5)] = 10.0
    cost_spread: Annotated[float, msgspec.Meta(ge=1, le=1e4)] = 4.0
    cost_correlation: Correlation = 0.0

    def __post_init__(self) -> None:
        """Refuse what contradicts itself.

        Raises:
            OptionError: two parameters exclude each other.
        """
        if self.rank_correlation is not None and self.crossing is not None:
            raise OptionError("crossing", self.crossing, "rank_correlation says the same thing; give one")
        if self.near_best is not None and self.near_best < 1 / self.configurations:
            raise OptionError(
                "near_best", self.near_best, f"at least 1/{self.configurations}: the best one itself"
            )
        if self.plateau_spread > self.plateau:
            raise OptionError(
                "plateau_spread",
                self.plateau_spread,
                f"no length is negative: at most plateau, {self.plateau:g}",
            )
        if self.plateau + self.plateau_spread > 0.95:
            raise OptionError(
                "plateau_spread", self.plateau_spread, "plateau and it together may be .95 of a curve at most"
            )
        if self.look is not None and not self.first_look <= self.look < self.resources:
            raise OptionError(
                "look",
                self.look,
                f"between {self.first_look}, before which curves are at chance, and {self.resources - 1}",
            )
        if self.first_look >= self.resources:
            raise OptionError(
                "plateau", self.plateau, "no resource but the last one is after it; take more resources"
            )
        if self.never + self.diverging > 0.9:
            raise OptionError("never", self.never, "it and diverging together may be .9 at most")
        if self.cost_spread == 1 and self.cost_correlation != 0:
            raise OptionError(
                "cost_correlation", self.cost_correlation, "0 where all costs are equal (cost_spread 1)"
            )

    @property
    def first_look(self) -> int:
        """The first resource at which every curve has left chance that ever does."""
        return round((self.plateau + self.plateau_spread) * self.resources) + 1

    @property
    def at(self) -> int:
        """The resource of the first look."""
        return self.first_look if self.look is None else self.look


def curve_parameters(given: dict[str, Any]) -> CurveParameters:
    """Parameters by name, checked.

    Raises:
        UnknownNameError: a name is no parameter.
        OptionError: a value is out of range, or contradicts another.
    """
    return build_options(CurveParameters, given)
