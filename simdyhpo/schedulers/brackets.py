"""The brackets of synchronous successive halving and of Hyperband: plain arithmetic.

Levels count down from the largest resource R: bracket s begins at R * eta**-s, and each further rung is eta
times higher. They are rounded to the nearest whole resource, halves to the even one. As eta is at least 2 and
no level lies below 1, no two levels of a bracket are equal.
"""

from __future__ import annotations

import math
import warnings
from fractions import Fraction
from typing import Literal

from simdyhpo.errors import OptionError
from simdyhpo.schedulers.levels import OneRungWarning
from simdyhpo.schedulers.plans import BracketPlan, RungPlan

Sizes = Literal["algorithm", "table"]


def largest_s(max_t: int, reduction_factor: float, grace_period: int) -> int:
    """How often `max_t` can be divided by `reduction_factor` without falling below `grace_period`.

    Exact: no logarithm is rounded. 0 leaves a single rung, which is warned of.

    Raises:
        OptionError: a setting can't give rising levels.
    """
    if grace_period < 1:
        raise OptionError("grace_period", grace_period, "it must be at least 1")
    if not 2 <= reduction_factor < math.inf:
        raise OptionError("reduction_factor", reduction_factor, "it must be finite and at least 2")
    s, eta = 0, Fraction(reduction_factor)
    while grace_period * eta ** (s + 1) <= max_t:
        s += 1
    if s == 0:
        warnings.warn(
            f"grace_period {grace_period} and reduction_factor {reduction_factor:g} leave no rung below the "
            f"largest resource {max_t}: every trial runs to the end",
            OneRungWarning,
            stacklevel=2,
        )
    return s


def halving_bracket(max_t: int, reduction_factor: float, s: int, configurations: int) -> BracketPlan:
    """Bracket s with n configurations: in rung i = 0..s, floor(n * eta**-i) trials at R * eta**(i - s).

    For a whole eta that is floor(n_i / eta) of each rung's n_i trials, as in the papers (Jamieson and
    Talwalkar 2016; Li et al. 2018, algorithm 1). For others it differs where the papers' own rule would leave
    a rung without trials.

    Raises:
        OptionError: too few configurations for one to reach the largest resource.
    """
    eta = Fraction(reduction_factor)
    if configurations < eta**s:
        raise OptionError(
            "configurations",
            configurations,
            f"{s + 1} rungs need {math.ceil(eta**s)} for one to reach the top",
        )
    return BracketPlan(
        tuple(
            RungPlan(level=round(max_t / eta ** (s - i)), trials=math.floor(configurations / eta**i))
            for i in range(s + 1)
        )
    )


def hyperband_size(s_max: int, s: int, reduction_factor: float, sizes: Sizes) -> int:
    """The number n of configurations that bracket s starts.

    The paper says two things. Its algorithm 1 has n = ceil((s_max + 1) / (s + 1) * eta**s), which gives 81,
    34, 15, 8, 5 for R = 81 and eta = 3; its table for the same setting has 81, 27, 9, 6, 5, as
    floor((s_max + 1) / (s + 1)) * eta**s does. "algorithm" is the former: what the theory is about and what
    most others implement. "table" is the latter, which the codes of BOHB's and DEHB's authors have, too.
    """
    ratio, power = Fraction(s_max + 1, s + 1), Fraction(reduction_factor) ** s
    return math.ceil(ratio * power) if sizes == "algorithm" else math.ceil(math.floor(ratio) * power)


def hyperband_brackets(
    max_t: int, reduction_factor: float, grace_period: int, sizes: Sizes = "algorithm"
) -> list[BracketPlan]:
    """Hyperband's brackets, from the one with most configurations (s = s_max) to plain random search (s = 0).

    Raises:
        OptionError: a setting can't give rising levels.
    """
    s_max = largest_s(max_t, reduction_factor, grace_period)
    return [
        halving_bracket(max_t, reduction_factor, s, hyperband_size(s_max, s, reduction_factor, sizes))
        for s in range(s_max, -1, -1)
    ]
