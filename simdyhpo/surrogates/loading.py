"""Surrogates by name, imported when one is made: only then torch loads, and only then it must be there."""

from __future__ import annotations

import importlib
import sys
import traceback
from typing import Any

from simdyhpo.errors import ModelLibraryError

CPU_BUILD = "pip install torch --index-url https://download.pytorch.org/whl/cpu"
"""How to get the build of PyTorch that is enough here."""

_broken: list[ModelLibraryError] = []
"""What a broken PyTorch said. Imported once more, half of it is there already, and it says something else."""


def surrogate_class(target: str) -> Any:  # noqa: ANN401 - a class that makes a `Surrogate`
    """The class behind `module:Class`.

    Raises:
        ModelLibraryError: it is one of ours, and what it needs isn't installed, or is broken.
        BaseException: what somebody's own module raises.
    """
    module, _, name = target.partition(":")
    if not module.startswith(f"{__package__}."):
        return getattr(importlib.import_module(module), name)
    if _broken:
        raise _broken[0].with_traceback(None)
    try:
        return getattr(importlib.import_module(module), name)
    except Exception as error:  # noqa: BLE001 - a broken library raises what it likes
        raise _told(error) from None


def _told(error: Exception) -> ModelLibraryError:
    """The line for an import that failed."""
    if "torch" in sys.modules and _gpytorch_raised(error):
        return ModelLibraryError("GPyTorch", "pip install --upgrade gpytorch linear_operator", error)
    if isinstance(error, ModuleNotFoundError) and error.name == "torch":
        return ModelLibraryError("PyTorch", CPU_BUILD, error)
    _broken.append(ModelLibraryError("PyTorch", f"{CPU_BUILD} --force-reinstall", error))
    return _broken[0]


def _gpytorch_raised(error: Exception) -> bool:
    modules = {str(frame.f_globals.get("__name__")) for frame, _ in traceback.walk_tb(error.__traceback__)}
    if isinstance(error, ModuleNotFoundError):
        modules.add(str(error.name))
    return any(module.partition(".")[0] in ("gpytorch", "linear_operator") for module in modules)
