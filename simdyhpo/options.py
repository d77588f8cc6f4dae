"""Options as a user writes them, `name=value`, turned into a checked struct."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeVar, get_args, get_origin

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
    values = {name: _fitting(kind, name, value) for name, value in given.items()}
    try:
        return msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:  # values that clash only together (`__post_init__`)
        raise OptionError("/".join(given), "/".join(map(str, given.values())), str(error)) from None


def part_of(kind: type[T], options: msgspec.Struct) -> T:
    """Those of some options that are fields of the struct `kind`, as one; what else it has is its default."""
    shared = [name for name in kind.__struct_fields__ if name in options.__struct_fields__]
    return kind(**{name: getattr(options, name) for name in shared})


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


def _fitting(kind: type[T], name: str, value: object) -> object:
    """What is meant by one value alone, so that an error can name it."""
    field = next(field for field in msgspec.structs.fields(kind) if field.name == name)
    meant = _meant(value)
    problem = _problem(meant, field.type)
    number = written_number(meant) if problem and isinstance(meant, str) else None
    if number is not None:
        # Out of which range the number is says more than that it is text.
        meant, as_number = number, _problem(number, field.type)
        problem = problem if as_number and "got `float`" in as_number else as_number
    if problem:
        raise OptionError(name, value, _readable(problem, field.type))
    return meant


def _problem(value: object, kind: Any) -> str | None:  # noqa: ANN401 - any annotation
    """Why a value is none of a kind, as msgspec says it."""
    try:
        msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError as error:
        return str(error)
    return None


def written_number(text: str) -> float | None:
    """A number as people write it, `.5`, `2.` or `1e-3`; None for what isn't plainly one (`nan`, `1_000`)."""
    return float(text) if re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", text) else None


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


KINDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "null": "none",
}
"""What msgspec calls a kind of value, in words."""


def _readable(error: str, kind: Any) -> str:  # noqa: ANN401 - any annotation
    """msgspec's message as what to give instead."""
    if error.startswith("Invalid enum value"):
        return "give one of " + ", ".join(str(choice) for choice in _choices(kind))
    found = re.fullmatch(r"Expected `([^`]*)`(?P<range> [<>]=? \S+)?(, got `.*`)?", error)
    if found is None:
        text = re.sub(r"`([^`]*)`", r"\1", error)
        return text[0].lower() + text[1:]
    names = [KINDS.get(name.strip(), name.strip()) for name in found[1].split("|")]
    return f"give {' or '.join(names)}{(found['range'] or '').removesuffix('.0')}"


def _choices(kind: Any) -> list[object]:  # noqa: ANN401 - any annotation
    """The values of every `Literal` in an annotation; "none" for None."""
    if kind is type(None):
        return ["none"]
    if get_origin(kind) is Literal:
        return list(get_args(kind))
    return [choice for part in get_args(kind) for choice in _choices(part)]
