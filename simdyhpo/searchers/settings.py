"""Settings of the model-based searchers."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from simdyhpo.surrogates.settings import Count, DeepKernelSettings


class DyHPOSearcherOptions(DeepKernelSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the searcher `dyhpo`: those of its surrogate, and how candidates are compared.

    Attributes:
        initial_random: so many configurations start at random before the model is asked.
        candidates: so many unused configurations, drawn at random for each decision, are scored; none: all.
        incumbent: the value that a candidate must improve on: "level", the best at the candidate's next
            resource, or the best of all where there is none (the paper); or "overall", the best of all.
        horizon: the resource at which a candidate is scored: "next", the next level (the paper); "last", the
            largest; or "random", one drawn for each decision between the two.
    """

    initial_random: Count = 1
    candidates: Count | None = None
    incumbent: Literal["level", "overall"] = "level"
    horizon: Literal["next", "last", "random"] = "next"
    lookahead: Annotated[int, msgspec.Meta(ge=0)] = 0
