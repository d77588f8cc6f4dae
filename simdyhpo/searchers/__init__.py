"""Who scores paused trials against new configurations: the searchers by name."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from simdyhpo.errors import SimdyhpoError, UnknownNameError

SEARCHERS: Mapping[str, str] = {
    "dyhpo": "simdyhpo.searchers.named:DyHPOSearcher",
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
        SimdyhpoError: the module can't be imported or the class is no searcher.
    """
    module, colon, attribute = SEARCHERS.get(name, name).partition(":")
    if not colon:
        raise UnknownNameError("searcher", name, SEARCHERS)
    try:
        found = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise SimdyhpoError(f"searcher {name!r} can't be loaded ({error}): check module and class") from None
    missing = [part for part in _PARTS if not hasattr(found, part)]
    if missing:
        raise SimdyhpoError(f"{name!r} is no searcher: it lacks {', '.join(missing)}")
    return found
