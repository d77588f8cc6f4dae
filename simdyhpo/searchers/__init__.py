"""Who scores paused trials against new configurations: the searchers by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simdyhpo.own_code import load_class

SEARCHERS: Mapping[str, str] = {
    "dyhpo": "simdyhpo.searchers.named:DyHPOSearcher",
    "dyhpo-calibrated": "simdyhpo.searchers.named:CalibratedSearcher",
    "dyhpo-gp": "simdyhpo.searchers.named:DecaySearcher",
    "dyhpo-no-curve": "simdyhpo.searchers.named:NoCurveSearcher",
    "dyhpo-released": "simdyhpo.searchers.named:ReleasedSearcher",
    "random": "simdyhpo.searchers.random:RandomSearcher",
}

_PARTS = ("Options", "score_paused_trials_and_new_configs", "explain", "tell", "diagnostics")


def searcher_class(name: str) -> Any:  # noqa: ANN401 - a class with `Options` that makes an `ExplainedSearcher`
    """The class of a searcher: a name of `SEARCHERS`, or `module:Class`.

    It is imported only now: who needs no model shouldn't wait for one.

    Raises:
        UnknownNameError: no searcher has that name.
        OwnCodeError: it isn't ours, and nothing of others may run here.
        SimdyhpoError: there is no such module or class, or the class is no searcher.
        BaseException: what the module itself raises, with a note.
    """
    return load_class("searcher", name, SEARCHERS, _PARTS)
