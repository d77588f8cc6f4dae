"""Who scores paused trials against new configurations: the searchers by name."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from simdyhpo.errors import UnknownNameError

SEARCHERS: Mapping[str, str] = {
    "dyhpo": "simdyhpo.searchers.named:DyHPOSearcher",
    "dyhpo-gp": "simdyhpo.searchers.named:DecaySearcher",
    "dyhpo-no-curve": "simdyhpo.searchers.named:NoCurveSearcher",
    "dyhpo-released": "simdyhpo.searchers.named:ReleasedSearcher",
    "random": "simdyhpo.searchers.random:RandomSearcher",
}


def searcher_class(name: str) -> Any:  # noqa: ANN401 - a class with `Options` that makes an `ExplainedSearcher`
    """The class of a searcher, imported only now: who needs no model shouldn't wait for one.

    Raises:
        UnknownNameError: no searcher has that name.
    """
    if name not in SEARCHERS:
        raise UnknownNameError("searcher", name, SEARCHERS)
    module, _, attribute = SEARCHERS[name].partition(":")
    return getattr(importlib.import_module(module), attribute)
