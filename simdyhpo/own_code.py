"""Code that isn't ours: `module:Class`, named wherever a scheduler or searcher of ours may be named.

Importing a module runs it. So there is one place that does, and commands that only read forbid it.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

from simdyhpo.blame import blame
from simdyhpo.errors import OwnCodeError, SimdyhpoError, UnknownNameError

_FORM = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*")

_DEFAULTS = {"verdict", "summary"}
"""What a scheduler needn't write itself."""

_forbidden: ContextVar[bool] = ContextVar("own_code_forbidden", default=False)


@contextmanager
def nothing_runs() -> Iterator[None]:
    """Whatever is done within, no `module:Class` is imported: who asks for one gets an `OwnCodeError`."""
    token = _forbidden.set(True)
    try:
        yield
    finally:
        _forbidden.reset(token)


def is_own(name: object) -> bool:
    """Whether a name is a `module:Class`."""
    return isinstance(name, str) and _FORM.fullmatch(name) is not None


def has_own(scheduler: str, options: Mapping[str, object]) -> bool:
    """Whether a scheduler with these options needs code that isn't ours."""
    return bool(own_names(scheduler, options))


def own_names(scheduler: str, options: Mapping[str, object]) -> list[str]:
    """The `module:Class` that a scheduler with these options needs: itself, its searcher."""
    return [str(name) for name in (scheduler, options.get("searcher")) if is_own(name)]


def load_class(kind: str, name: str, known: Mapping[str, str], parts: Sequence[str]) -> Any:  # noqa: ANN401
    """A class by name, imported only now.

    Args:
        kind: what it is, e.g. "scheduler".
        name: one of `known`, or `module:Class`.
        known: ours by name, each as `module:Class`.
        parts: names of attributes that it must have.

    Raises:
        UnknownNameError: nothing has that name.
        OwnCodeError: it isn't ours, and nothing of others may run here.
        SimdyhpoError: there is no such module or class, or it lacks a part.
        BaseException: what the module itself raises when it is imported, with a note.
    """
    target = known.get(name, name)
    if ":" not in target:
        meant = ":".join(name.rsplit(".", 1))
        raise UnknownNameError(kind, name, known, f"one of yours is {meant}" if is_own(meant) else "")
    if name not in known:
        if not is_own(name):
            raise SimdyhpoError(f"{kind} {name!r} can't be loaded (no module:Class): check module and class")
        if _forbidden.get():
            raise OwnCodeError(kind, name)
    module, _, attribute = target.partition(":")
    found = getattr(_module(kind, name, module), attribute, None)
    if found is None:
        raise SimdyhpoError(
            f"{kind} {name!r} can't be loaded ({module!r} has no {attribute!r}): check module and class"
        )
    return check_parts(kind, name, found, parts)


def check_parts(kind: str, name: str, found: Any, parts: Sequence[str]) -> Any:  # noqa: ANN401 - a class
    """A class again, if it has these attributes.

    Raises:
        SimdyhpoError: it lacks one.
    """
    missing = [part for part in parts if not hasattr(found, part)]
    if missing:
        base = kind == "scheduler" and _DEFAULTS.issuperset(missing)
        remedy = "; the base class simdyhpo.scheduler_defaults.Defaults answers that" if base else ""
        raise SimdyhpoError(f"{name!r} is no {kind}: it lacks {', '.join(missing)}{remedy}")
    return found


def _module(kind: str, name: str, module: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except BaseException as error:
        absent = isinstance(error, ModuleNotFoundError) and f"{module}.".startswith(f"{error.name}.")
        if absent:
            raise SimdyhpoError(
                f"{kind} {name!r} can't be loaded ({error}): check module and class"
            ) from None
        blame(error, f"{kind} {name!r} raised it when its module was imported")
        raise


def find_module(name: str, folders: Sequence[str] | None = None) -> ModuleSpec | None:
    """Where the module of a `module:Class` lies; nothing is imported, not even packages above it.

    Args:
        name: `module:Class`.
        folders: where to look; by default where Python does.
    """
    found, places = None, folders
    for part in name.partition(":")[0].split("."):
        finders = [PathFinder] if places is not None else sys.meta_path
        # By its last name alone: a package without __init__ asks Python for the packages above it by name,
        # and those were not imported.
        specs = (finder.find_spec(part, places) for finder in finders)
        found = next((spec for spec in specs if spec is not None), None)
        if found is None:
            return None
        places = list(found.submodule_search_locations or ())
    return found


def module_file(name: str) -> Path | None:
    """The file of the module of a `module:Class`, found without importing; None where it has none.

    In the current folder, too, from which commands that run schedulers take modules that aren't installed.
    """
    found = find_module(name) or find_module(name, [str(Path.cwd())])
    if found is None or found.origin is None or not Path(found.origin).is_file():
        return None
    return Path(found.origin)
