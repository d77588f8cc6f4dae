"""The family of synthetic curves, and what of its parameters comes out in a table.

With resources r = 1..R, configuration i reports

    y_i(r) = C - p_i(r) (C - m_i(r)) + noise e_ir,        C = 1, the loss at chance; e_ir standard normal.

- p_i is progress: 0 for the first k_i resources (its plateau), then (1 - exp(-speed s)) / (1 - exp(-speed))
  with s = (r - k_i) / (R - k_i). A curve that never leaves chance has p_i = 0.
- m_i(r) = .8 Phi(b_i(r)) ** x is where it is heading, Phi the normal distribution's function, and b_i(r) =
  z_i cos a(r) + e_i sin a(r): z is how bad configurations are at the end, e something else, both normal
  scores of smooth random functions of the hyperparameters, without correlation. So the heading turns from the
  one to the other: a(r) is a_0 up to the first look, then falls to 0 at R as a_0 (1 - w ** h), w the share of
  the way from look to R, h = log(1/2) / log(crossing_time). Without noise and plateaus a pair of curves
  crosses at most once; about a_0 / pi of all pairs do, half of them by `crossing_time`.
- a_0 is solved for the asked rank correlation or share of crossing pairs, as measured on the table; x for
  how alone the best is; the length scale of the random functions for the asked smoothness.
- Seconds of a resource are seconds_per_epoch * exp(sigma q_i), with q normal scores of a mixture of -z and a
  random function, solved for the asked correlation.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.analysis import curve_properties as measure
from simdyhpo.laboratory.latent import (
    TOLERANCE,
    RandomFunction,
    beside,
    normal_scores,
    out_of_reach,
    solve,
    turned,
    uniform_scores,
)
from simdyhpo.laboratory.parameters import (
    CHANCE,
    HUGE,
    USUAL_CORRELATION,
    WORST_END,
    CurveParameters,
    curve_parameters,
)
from simdyhpo.streams import Streams
from simdyhpo.tables.curves import CurveTable

Floats = npt.NDArray[np.float64]

_SCALES = np.geomspace(0.01, 10, 31)
_NEAR = 0.01
_EXPONENTS = np.geomspace(60, 0.1, 400)
_DECIMALS = 6
"""Losses are rounded, so that the last places of a machine's sines and exponentials don't show."""
_NORMAL_90 = 1.2815515655446004
"""The 90 % quantile of the normal distribution."""
SOURCE = "Synthetic curves of simdyhpo's laboratory: made, not measured."


class SyntheticTable(msgspec.Struct, frozen=True):
    """A table with what was asked of it and what it has.

    Attributes:
        table: the curves.
        asked: every parameter by name.
        achieved: of those that a table shows, what was measured on it.
    """

    table: CurveTable
    asked: Mapping[str, object]
    achieved: Mapping[str, float]


def synthetic_table(name: str = "synthetic", **parameters: object) -> SyntheticTable:
    """A table of synthetic curves; the loss is to be minimised. Equal parameters give equal bytes.

    Args:
        name: the table's.
        parameters: of `simdyhpo.laboratory.parameters.CurveParameters`, which says unit and range of each.

    Raises:
        UnknownNameError: there is no such parameter.
        OptionError: a value is out of range, contradicts another, or asks for what the others don't allow;
            the text says what can be had.
    """
    return family_table(curve_parameters(parameters), name)


def family_table(parameters: CurveParameters, name: str) -> SyntheticTable:
    """`synthetic_table` of checked parameters."""
    curves = _Curves(parameters)
    values = np.round(curves.values(_solved_angle(curves)), _DECIMALS)
    seconds = _seconds(curves, values[:, -1])
    table = CurveTable.from_arrays(
        values,
        seconds[:, None] * np.arange(1, parameters.resources + 1),
        {f"x{place}": column for place, column in enumerate(curves.points.T, 1)},
        mode="min",
        name=name,
        metric="loss",
        kind="synthetic",
        source=SOURCE,
        seconds="synthetic",
    )
    return SyntheticTable(table, msgspec.structs.asdict(parameters), measured(parameters, table))


def measured(parameters: CurveParameters, table: CurveTable) -> dict[str, float]:
    """What a table has of each property that the parameters name, in their order.

    Args:
        parameters: for the place of the first look and the noise, above which a curve counts as falling.
        table: of the family.
    """
    values = np.asarray(table.values, dtype=np.float64)
    points = np.column_stack(list(table.configurations.columns.values()))
    seconds = table.elapsed_ns[:, 0] / 1e9
    look, level = parameters.at, CHANCE - max(0.01, min(3 * parameters.noise, 0.15))
    shown = np.where(values >= HUGE, np.nan, values)
    return {
        "rank_correlation": measure.rank_correlation(shown, look),
        "crossing": measure.crossing(shown, look),
        "look": float(look),
        "crossing_time": measure.crossing_time(shown, look),
        "near_best": measure.near_best(shown),
        "noise": measure.noise(shown),
        "smoothness": measure.neighbour_correlation(points, shown[:, -1]),
        "plateau": measure.plateau(shown, level),
        "plateau_spread": measure.plateau_spread(shown, level),
        "never": measure.never_leaving(shown, level) * (1 - measure.diverged(shown)),
        "diverging": measure.diverged(shown),
        "seconds_per_epoch": float(np.median(seconds)),
        "cost_spread": measure.spread(seconds),
        "cost_correlation": measure.spearman(seconds, -shown[:, -1]),
    }


class _Curves:
    """All of a table but the turning angle and the seconds."""

    def __init__(self, parameters: CurveParameters) -> None:
        self.parameters = parameters
        self.streams = Streams(parameters.seed)
        count = parameters.configurations
        self.points: Floats = np.column_stack(
            [
                np.round(self.streams.generator(f"configurations/x{place}").random(count), _DECIMALS)
                for place in range(1, parameters.hyperparameters + 1)
            ]
        )
        self.errors = self.streams.generator("noise").standard_normal((count, parameters.resources))
        self.length_scale = self._length_scale()
        self.quality = normal_scores(self.function("quality"))
        self.early = beside(normal_scores(self.function("early")), self.quality)

    def function(self, name: str, length_scale: float | None = None) -> Floats:
        """(n,) a smooth random function of the hyperparameters."""
        drawn = self._functions(name)
        return drawn.at(self.points, self.length_scale if length_scale is None else length_scale)

    @functools.cache  # noqa: B019 - lives as long as one table is made
    def _functions(self, name: str) -> RandomFunction:
        return RandomFunction(self.streams, name, self.parameters.hyperparameters)

    @functools.cached_property
    def starts(self) -> npt.NDArray[np.int64]:
        """(n,) resources at chance; R for curves that never leave it."""
        asked, resources = self.parameters, self.parameters.resources
        mean = np.full(asked.configurations, asked.plateau)
        if asked.plateau_spread:
            mean += asked.plateau_spread * (2 * uniform_scores(self.function("plateau")) - 1)
        lengths = np.rint(mean * resources).astype(np.int64)
        return np.where(self.never, resources, lengths)

    @functools.cached_property
    def never(self) -> npt.NDArray[np.bool_]:
        """(n,) curves that never leave chance: none of those that diverge."""
        if not self.parameters.never:
            return np.zeros(self.parameters.configurations, dtype=bool)
        score = np.where(self.diverging, np.inf, self.function("never"))
        return _lowest(score, self.parameters.never)

    @functools.cached_property
    def diverging(self) -> npt.NDArray[np.bool_]:
        """(n,) curves that diverge."""
        if not self.parameters.diverging:
            return np.zeros(self.parameters.configurations, dtype=bool)
        return _lowest(self.function("diverging"), self.parameters.diverging)

    @functools.cached_property
    def exponent(self) -> float:
        """x, the largest with which as many curves end near the best as was asked, noise and all."""
        asked = self.parameters
        ending = ~(self.diverging | self.never)
        wanted = 1 if asked.near_best is None else max(1, round(asked.near_best * asked.configurations))
        places, errors = uniform_scores(self.quality)[ending], asked.noise * self.errors[ending, -1]
        off = {}
        for exponent in _EXPONENTS:
            ends = WORST_END * places**exponent + errors
            near = int((ends <= ends.min() + _NEAR).sum())
            off[float(exponent)] = abs(near - wanted)
            if near <= wanted:
                break
        return min(off, key=off.__getitem__)

    def heading(self, angle: float) -> Floats:
        """(n, R): where each curve is heading, if it turns by `angle` from first look to end."""
        from scipy.special import ndtr

        asked = self.parameters
        since = np.maximum(np.arange(1, asked.resources + 1) - asked.at, 0)
        way = since / (asked.resources - asked.at)
        fall = 1 - way ** (math.log(0.5) / math.log(asked.crossing_time))
        turning = turned(self.quality[:, None], self.early[:, None], angle * fall[None, :])
        places: Floats = WORST_END * ndtr(turning) ** self.exponent
        return places

    def values(self, angle: float) -> Floats:
        """(n, R) losses, not rounded."""
        asked, resource = self.parameters, np.arange(1, self.parameters.resources + 1)
        starts = self.starts[:, None]
        since = np.maximum(resource - starts, 0) / np.maximum(asked.resources - starts, 1.0)
        progress = -np.expm1(-asked.speed * since) / -math.expm1(-asked.speed)
        losses: Floats = CHANCE - progress * (CHANCE - self.heading(angle)) + asked.noise * self.errors
        if self.diverging.any():
            begin = self.streams.generator("divergence").integers(1, asked.resources + 1, len(losses))
            gone = self.diverging[:, None] & (resource >= begin[:, None])
            losses[gone] = {"nan": np.nan, "inf": np.inf, "huge": HUGE}[asked.divergence]
        return losses

    def _length_scale(self) -> float:
        """The length scale of all random functions, in edges of the cube."""
        asked = self.parameters.smoothness
        if asked is None:
            return math.sqrt(self.parameters.hyperparameters) / 4
        found = np.array([self._smoothness(scale) for scale in _SCALES])
        rises = np.flatnonzero((found[:-1] < asked) & (asked <= found[1:]))
        if not rises.size:
            nearest = int(np.argmin(np.abs(found - asked)))
            if abs(found[nearest] - asked) > TOLERANCE:
                raise out_of_reach("smoothness", asked, found.min(), found.max())
            scale = float(_SCALES[nearest])
        else:
            low, high = _SCALES[rises[0] : rises[0] + 2]
            scale = solve("smoothness", asked, self._smoothness, low, high)
        self._forget()
        return scale

    def _smoothness(self, scale: float) -> float:
        self._forget()
        self.length_scale = float(scale)
        self.quality = normal_scores(self.function("quality"))
        self.early = self.quality
        self.exponent = 1.0  # which changes no order of ends, and takes longest to find
        ends = self.values(0.0)[:, -1]
        return measure.neighbour_correlation(self.points, np.where(ends >= HUGE, np.nan, ends))

    def _forget(self) -> None:
        for name in ("starts", "never", "diverging", "exponent"):
            self.__dict__.pop(name, None)


def _solved_angle(curves: _Curves) -> float:
    """a_0, with which the table has the asked correlation, or share of crossing pairs."""
    asked = curves.parameters

    def shown(angle: float) -> Floats:
        values = np.round(curves.values(angle), _DECIMALS)
        finite: Floats = np.where(values >= HUGE, np.nan, values)
        return finite

    if asked.crossing is not None:
        return solve(
            "crossing", asked.crossing, lambda angle: measure.crossing(shown(angle), asked.at), 0, math.pi
        )

    def correlation(angle: float) -> float:
        return measure.rank_correlation(shown(angle), asked.at)

    if asked.rank_correlation is None:  # a default is no wish: as near to it as can be
        return solve("rank_correlation", USUAL_CORRELATION, correlation, 0, math.pi, tolerance=2)
    return solve("rank_correlation", asked.rank_correlation, correlation, 0, math.pi)


def _seconds(curves: _Curves, ends: Floats) -> Floats:
    """(n,) seconds of a resource."""
    asked = curves.parameters
    sigma = math.log(asked.cost_spread) / (2 * _NORMAL_90)
    good = -curves.quality
    other = beside(normal_scores(curves.function("cost")), good)
    shown = -np.where(ends >= HUGE, np.nan, ends)

    def seconds(angle: float) -> Floats:
        scores = normal_scores(turned(good, other, angle))
        rounded: Floats = np.round(asked.seconds_per_epoch * np.exp(sigma * scores), _DECIMALS)
        return rounded

    if sigma == 0:
        return seconds(0)
    wanted = asked.cost_correlation
    angle = solve(
        "cost_correlation", wanted, lambda angle: measure.spearman(seconds(angle), shown), 0, math.pi
    )
    return seconds(angle)


def _lowest(scores: Floats, share: float) -> npt.NDArray[np.bool_]:
    """(n,) the given share of all, those with the lowest scores."""
    chosen = np.zeros(len(scores), dtype=bool)
    chosen[np.argsort(scores, kind="stable")[: round(share * len(scores))]] = True
    return chosen
