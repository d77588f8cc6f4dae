"""The packages of others, imported when somebody needs them."""

from __future__ import annotations

import importlib
from typing import Any

from simdyhpo.errors import SimdyhpoError


def package(name: str, extra: str, whose: str = "this scheduler") -> Any:  # noqa: ANN401 - a module
    """The package `name`.

    Args:
        name: as it is imported; a module in it, if that is what older versions lack.
        extra: what to install simdyhpo with.
        whose: what needs it.

    Raises:
        SimdyhpoError: it can't be imported.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        top = name.partition(".")[0]
        raise SimdyhpoError(
            f"{whose} needs the package {top!r} ({error}): pip install 'simdyhpo[{extra}]'"
        ) from None
