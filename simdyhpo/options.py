"""Options as a user writes them, `name=value`, turned into a checked struct."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from simdyhpo.errors import OptionError, UnknownNameError

T = TypeVar("T", bound=msgspec.Struct)


def build_options(kind: type[T], given: Mapping[str, object], also_known: Iterable[str] = ()) -> T:
    """An instance of the options struct `kind` from named values; text is converted to the field's type.

    Args:
        kind: the struct.
        given: values by name.
        also_known: names to offer, too, when one is unknown (options that belong to someone else).

    Raises:
        UnknownNameError: a name is no option of `kind`.
        OptionError: a value has the wrong type or lies outside its range.
    """
    known = kind.__struct_fields__
    for name in given:
        if name not in known:
            raise UnknownNameError("option", name, {*known, *also_known})
    for name, value in given.items():
        _convert(kind, name, value)
    try:
        return msgspec.convert({name: _meant(value) for name, value in given.items()}, kind, strict=False)
    except msgspec.ValidationError as error:  # values that clash only together (`__post_init__`)
        raise OptionError("/".join(given), "/".join(map(str, given.values())), str(error)) from None


def parse_pairs(pairs: Iterable[str]) -> dict[str, str]:
    """`["a=1", "b=x"]` as a dictionary.

    Raises:
        OptionError: a pair has no `=`, or a name comes twice.
    """
    options: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise OptionError("option", pair, "write it as name=value")
        if name in options:
            raise OptionError(name, value, f"it was already given as {options[name]!r}")
        options[name] = value
    return options


def _convert(kind: type[T], name: str, value: object) -> None:
    """Try one value alone, so that an error can name it."""
    field = next(field for field in msgspec.structs.fields(kind) if field.name == name)
    try:
        msgspec.convert(_meant(value), field.type, strict=False)
    except msgspec.ValidationError as error:
        raise OptionError(name, value, _readable(str(error))) from None


def plain(value: object) -> Any:  # noqa: ANN401 - what it was, in Python's own words
    """numpy's numbers and arrays as Python's, and -0.0 as 0.0, within containers, too; all else as it is.

    So what is equal is written alike, and has the same key in a study's store.
    """
    if type(value).__module__ == "numpy" and hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, float):
        return value + 0.0
    if isinstance(value, list | tuple):
        return type(value)([plain(one) for one in value])
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return value


def _meant(value: object) -> object:
    """A plain value; text that means "no value" as None."""
    return None if isinstance(value, str) and value.lower() == "none" else plain(value)


def _readable(error: str) -> str:
    """msgspec's message without its quoting."""
    text = re.sub(r"`([^`]*)`", r"\1", error)
    return text[0].lower() + text[1:]
