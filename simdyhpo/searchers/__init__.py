"""Who scores paused trials against new configurations: the searchers by name."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from simdyhpo.errors import UnknownNameError

SEARCHERS: Mapping[str, str] = {
    "dyhpo": "simdyhpo.searchers.dynamic:DynamicHPOSearcher",
    "random": "simdyhpo.searchers.random:RandomSearcher",
}


def searcher_class(name: str) -> Any:  # noqa: ANN401 - a class with `Options` that makes an `ExplainedSearcher`
    """The class of a searcher; it is imported only now, so that torch loads only for who needs it.

    Raises:
        UnknownNameError: no searcher has that name.
    """
    if name not in SEARCHERS:
        raise UnknownNameError("searcher", name, SEARCHERS)
    module, _, attribute = SEARCHERS[name].partition(":")
    return getattr(importlib.import_module(module), attribute)
