"""Options as a user may set them: name, type, default, what they do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simdyhpo.cli.option_words import option_words
from simdyhpo.cli.text import aligned


def option_lines(
    options: Any,  # noqa: ANN401 - a msgspec struct
    settings: Any = None,  # noqa: ANN401 - likewise
    *,
    words: bool = False,
) -> Iterator[str]:
    """One line for each option that a user can set: name, type, default, and its value in `settings`.

    Args:
        options: the class of the options.
        settings: an instance of it, if values are to be shown.
        words: whether each line ends with what the option does.
    """
    header = ["option", "type", "default", *(["here"] if settings is not None else [])]
    header += ["what"] if words else []
    rows = [[row[name] for name in header] for row in option_rows(options, settings)]
    yield from aligned(header, rows) if rows else iter(("no options",))


def option_rows(
    options: Any,  # noqa: ANN401 - see `option_lines`
    settings: Any = None,  # noqa: ANN401 - likewise
) -> list[dict[str, str]]:
    """Of each option that a user can set: option, type, default, what; here, too, if there are settings."""
    import msgspec

    said = option_words(options)
    return [
        {
            "option": field.name,
            "type": _type_text(field.type),
            "default": _default_text(field.default),
            **({} if settings is None else {"here": _default_text(getattr(settings, field.name))}),
            "what": said.get(field.name, ""),
        }
        for field in msgspec.structs.fields(options)
        if field.type is not Any  # filled in by the scheduler, such as its searcher's options
    ]


def _type_text(kind: Any) -> str:  # noqa: ANN401 - any type annotation
    """A type as a user would say it, e.g. "number at least 0 and at most 1"."""
    from msgspec import inspect as types

    return _said(types.type_info(kind))


def _said(kind: Any) -> str:  # noqa: ANN401 - msgspec has no public base for what `type_info` returns
    from msgspec import inspect as types

    words = {
        types.NoneType: "none",
        types.BoolType: "true or false",
        types.StrType: "text",
        types.DictType: "values by name",
    }
    match kind:
        case types.UnionType():
            return " or ".join(_said(part) for part in kind.types)
        case types.LiteralType():
            return " or ".join(map(str, kind.values))
        case types.IntType():
            return "whole number" + _range(kind)
        case types.FloatType():
            return "number" + _range(kind)
        case _:
            return words.get(type(kind), "value")


def _range(kind: Any) -> str:  # noqa: ANN401 - msgspec's IntType or FloatType
    bounds = ((" at least", kind.ge), (" above", kind.gt), (" at most", kind.le), (" below", kind.lt))
    return " and".join(f"{words} {bound:g}" for words, bound in bounds if bound is not None)


def _default_text(value: object) -> str:
    """A default as it is written on the command line."""
    return str(value).lower() if isinstance(value, bool) or value is None else str(value)
