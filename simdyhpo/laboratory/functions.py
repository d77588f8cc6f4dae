"""Branin and Hartmann functions with a fidelity whose rank correlation with the end can be set.

The fidelity of resource r of R is f = (r - 1) / (R - 1). What it changes follows Kandasamy, Dasarathy,
Schneider and Poczos, "Multi-fidelity Bayesian Optimisation with Continuous Approximations" (ICML 2017, arXiv
1703.06240), and their code (Dragonfly, `demos_synthetic`), where the strength s below is 1:

- Hartmann: -sum_i (alpha_i - .1 s (1 - f)) exp(-sum_j A_ij (x_j - P_ij)^2). MF-Hartmann of mf-prior-bench
  (Mallik et al. 2023, "PriorBand") is the same, with 0.1 s called the fidelity's bias.
- Branin: (x_2 - b x_1^2 + c x_1 - 6)^2 + 10 (1 - t) cos x_1 + 10, with b = 5.1 / (4 pi^2) - .01 s (1 - f),
  c = 5 / pi - .1 s (1 - f), t = 1 / (8 pi) + .005 s (1 - f).

Noise is MF-Hartmann's: noise (1 - f) |e|, e standard normal. All are minimised. The strength is solved for
the asked correlation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Annotated

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.analysis import curve_properties as measure
from simdyhpo.errors import OptionError, UnknownNameError
from simdyhpo.laboratory.family import SyntheticTable
from simdyhpo.laboratory.latent import TOLERANCE, out_of_reach, solve
from simdyhpo.laboratory.parameters import Correlation, Count, Seed
from simdyhpo.options import build_options
from simdyhpo.streams import Streams
from simdyhpo.tables.curves import CurveTable

Floats = npt.NDArray[np.float64]

_DECIMALS = 9
_ALPHA = np.array([1.0, 1.2, 3.0, 3.2])
_HARTMANN = {
    3: (
        np.array([[3, 10, 30], [0.1, 10, 35], [3, 10, 30], [0.1, 10, 35]]),
        1e-4 * np.array([[3689, 1170, 2673], [4699, 4387, 7470], [1091, 8732, 5547], [381, 5743, 8828]]),
    ),
    6: (
        np.array(
            [
                [10, 3, 17, 3.5, 1.7, 8],
                [0.05, 10, 17, 0.1, 8, 14],
                [3, 3.5, 1.7, 10, 17, 8],
                [17, 8, 0.05, 10, 0.1, 14],
            ]
        ),
        1e-4
        * np.array(
            [
                [1312, 1696, 5569, 124, 8283, 5886],
                [2329, 4135, 8307, 3736, 1004, 9991],
                [2348, 1451, 3522, 2883, 3047, 6650],
                [4047, 8828, 8732, 5743, 1091, 381],
            ]
        ),
    ),
}
_STRENGTHS = np.concatenate([[0.0], np.geomspace(0.01, 1e4, 121)])


class FunctionParameters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set of a function with a fidelity.

    Attributes:
        configurations: points, uniform in the function's box; 10 to 100,000.
        resources: R, how many fidelities; 2 to 1,000.
        seed: of all random streams; 0 to 2^32.
        rank_correlation: Spearman's, between values at resource `look` and at the end; -1 to 1. None: the
            strength is 1, as published.
        look: a resource, 1 to R - 1.
        noise: largest scale of the noise, at the lowest fidelity, in the function's unit; 0 to 1,000.
    """

    configurations: Count = 300
    resources: Annotated[int, msgspec.Meta(ge=2, le=1000)] = 27
    seed: Seed = 0
    rank_correlation: Correlation | None = None
    look: Annotated[int, msgspec.Meta(ge=1)] = 1
    noise: Annotated[float, msgspec.Meta(ge=0, le=1000)] = 0.0

    def __post_init__(self) -> None:
        """Refuse what contradicts itself.

        Raises:
            OptionError: the first look is not before the end.
        """
        if self.look >= self.resources:
            raise OptionError("look", self.look, f"between 1 and {self.resources - 1}")


class Function(msgspec.Struct, frozen=True):
    """A function of a point, a fidelity and a strength.

    Attributes:
        box: lower and upper end by coordinate.
        values: from points (n, d), fidelity in [0, 1] and strength to (n,) values.
    """

    box: tuple[tuple[float, float], ...]
    values: Callable[[Floats, float, float], Floats]


def hartmann(points: Floats, fidelity: float, strength: float) -> Floats:
    """(n,) values of Hartmann's function at (n, 3) or (n, 6) points in the unit cube."""
    scales, centres = _HARTMANN[points.shape[1]]
    inside = (scales * (points[:, None, :] - centres) ** 2).sum(axis=2)
    values: Floats = -np.exp(-inside) @ (_ALPHA - 0.1 * strength * (1 - fidelity))
    return values


def branin(points: Floats, fidelity: float, strength: float) -> Floats:
    """(n,) values of Branin's function at (n, 2) points in [-5, 10] x [0, 15]."""
    less = strength * (1 - fidelity)
    b, c, t = 5.1 / (4 * math.pi**2) - 0.01 * less, 5 / math.pi - 0.1 * less, 1 / (8 * math.pi) + 0.005 * less
    first, second = points.T
    values: Floats = (second - b * first**2 + c * first - 6) ** 2 + 10 * (1 - t) * np.cos(first) + 10
    return values


FUNCTIONS: Mapping[str, Function] = {
    "branin": Function(((-5, 10), (0, 15)), branin),
    "hartmann3": Function(((0, 1),) * 3, hartmann),
    "hartmann6": Function(((0, 1),) * 6, hartmann),
}


def find_function(name: str) -> Function:
    """A function by name.

    Raises:
        UnknownNameError: there is none of that name.
    """
    if name not in FUNCTIONS:
        raise UnknownNameError("function", name, FUNCTIONS)
    return FUNCTIONS[name]


def function_table(function: str, name: str | None = None, **parameters: object) -> SyntheticTable:
    """A table of a function at random points, its fidelities as resources, each of one second.

    Args:
        function: a name of `FUNCTIONS`.
        name: the table's; `synthetic-FUNCTION` if not given.
        parameters: of `FunctionParameters`, which says unit and range of each.

    Raises:
        UnknownNameError: there is no such function or parameter.
        OptionError: a value is out of range, or a correlation can't be had; the text says which can.
    """
    asked = build_options(FunctionParameters, parameters)
    found, streams = find_function(function), Streams(asked.seed)
    columns = {
        f"x{place}": np.round(
            low + (high - low) * streams.generator(f"configurations/x{place}").random(asked.configurations), 6
        )
        for place, (low, high) in enumerate(found.box, 1)
    }
    points = np.column_stack(list(columns.values()))
    fidelities = np.arange(asked.resources) / (asked.resources - 1)
    errors = np.abs(streams.generator("noise").standard_normal((asked.configurations, asked.resources)))
    errors *= asked.noise * (1 - fidelities)

    def values(strength: float, resources: range) -> Floats:
        losses = [found.values(points, fidelities[place], strength) + errors[:, place] for place in resources]
        return np.round(np.column_stack(losses), _DECIMALS)

    def shown(strength: float) -> float:
        both = np.column_stack([values(strength, range(place, place + 1)) for place in (asked.look - 1, -1)])
        return measure.rank_correlation(both, 1)

    strength = 1.0 if asked.rank_correlation is None else _strength(asked.rank_correlation, shown)
    losses = values(strength, range(asked.resources))
    table = CurveTable.from_arrays(
        losses,
        np.tile(np.arange(1.0, asked.resources + 1), (asked.configurations, 1)),
        columns,
        mode="min",
        name=name or f"synthetic-{function}",
        metric="value",
        resource="fidelity",
        kind="synthetic",
        source=f"{function} with a fidelity after Kandasamy et al. (2017), of strength {strength:.6g}.",
        seconds="nominal",
    )
    achieved = {
        "rank_correlation": measure.rank_correlation(losses, asked.look),
        "crossing": measure.crossing(losses, asked.look),
        "crossing_time": measure.crossing_time(losses, asked.look),
        "strength": strength,
    }
    return SyntheticTable(table, msgspec.structs.asdict(asked), achieved)


def _strength(asked: float, shown: Callable[[float], float]) -> float:
    """The smallest strength with the asked correlation."""
    found = np.array([shown(strength) for strength in _STRENGTHS])
    if found[0] <= asked:
        places = [0]
    else:
        places = [place for place in range(len(found) - 1) if found[place] > asked >= found[place + 1]][:1]
    if places and found[0] > asked:
        low, high = _STRENGTHS[places[0]], _STRENGTHS[places[0] + 1]
        return solve("rank_correlation", asked, shown, float(low), float(high))
    nearest = int(np.argmin(np.abs(found - asked)))
    if not abs(found[nearest] - asked) <= TOLERANCE:
        raise out_of_reach("rank_correlation", asked, float(found.min()), float(found.max()))
    return float(_STRENGTHS[nearest])
