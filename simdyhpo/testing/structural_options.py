"""The ways in which a scheduler can be built, found from its options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from simdyhpo.catalog.entries import entry
from simdyhpo.catalog.factory import scheduler_class


def structures(scheduler: str) -> list[dict[str, Any]]:
    """Every combination of the options of a scheduler that change its structure, the defaults first.

    Those are its options of type `bool` and `Literal`, all values of each: they are found by themselves, also
    of a scheduler of your own. Which numbers are structural, too, the catalogue's entry says (`structures`);
    its `quick` options hold in all of them.

    Args:
        scheduler: a name of the catalogue, or `module:Class`.

    Raises:
        UnknownNameError, SimdyhpoError: see `scheduler_class`.
    """
    options, known = scheduler_class(scheduler).Options, entry(scheduler)
    bases = [{}, *known.structures.values()] if known else [{}]
    quick = known.quick if known else {}
    found = [{**quick, **one} for base in bases for one in _combined(options, {**quick, **base})]
    return [one for place, one in enumerate(found) if one not in found[:place]]


def _combined(options: type[msgspec.Struct], given: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    defaults = {field.name: field.default for field in msgspec.structs.fields(options)}
    choices = {
        name: [defaults[name], *(value for value in _values(hint) if value != defaults[name])]
        for name, hint in get_type_hints(options, include_extras=True).items()
        if name not in given and _values(hint)
    }
    for chosen in product(*choices.values()):
        yield {**given, **dict(zip(choices, chosen, strict=True))}


def _values(hint: Any) -> list[Any]:  # noqa: ANN401 - whatever stands behind a field's colon
    if hint is bool:
        return [False, True]
    if get_origin(hint) is Annotated:
        return _values(get_args(hint)[0])
    return list(get_args(hint)) if get_origin(hint) is Literal else []
