"""From values to HTML. Whatever is put into a template is escaped, unless a template made it."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from importlib import resources

import msgspec
from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

import simdyhpo

GENERATOR = "simdyhpo report"
"""What the page says of itself: by this, `simdyhpo report` knows its own files."""

_BREAK = re.compile(r"([,-](?=\w)|(?<=[A-Z])_(?=[A-Z]))")
_SCRIPTS = ("tables.js", "pictures.js", "details.js", "charts.js")
_UPLOT = ("vendored", "uplot")
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


class Section(msgspec.Struct, frozen=True):
    """A part of the page.

    Attributes:
        name: of its anchor.
        title: of its heading and of its entry in the navigation.
        body: what is below the heading.
    """

    name: str
    title: str
    body: Markup


class Fact(msgspec.Struct, frozen=True):
    """A number that is shown large, with what it counts."""

    value: str
    what: str


def fill(template: str, **values: object) -> Markup:
    """A template of `assets/` with values in its places."""
    return Markup(_environment().get_template(template).render(values))


def page(title: str, lead: str, kicker: str, facts: Sequence[Fact], sections: Sequence[Section]) -> str:
    """The whole file. Styles and scripts are inside; nothing is ever fetched.

    Args:
        title: of the page.
        lead: a sentence below it; may be empty.
        kicker: a word above it: what kind of report this is.
        facts: the numbers to begin with.
        sections: in order.
    """
    return str(
        fill(
            "page.html",
            title=title,
            lead=lead,
            kicker=kicker,
            facts=facts,
            sections=sections,
            version=simdyhpo.__version__,
            generator=GENERATOR,
            policy=_POLICY,
            style=Markup(_asset("style.css")),
            library_style=Markup(_file(*_UPLOT, "uPlot.min.css")),
            scripts=[_library(), *(Markup(_asset(name)) for name in _SCRIPTS)],
        )
    )


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_asset),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["breakable"] = _breakable
    return environment


def _breakable(text: str) -> Markup:
    """Long names may be broken after their commas, hyphens and low lines."""
    return Markup(_BREAK.sub(r"\1<wbr>", str(escape(text))))


def _library() -> Markup:
    """uPlot, which draws the charts, whole and with its licence."""
    licence, code = (_file(*_UPLOT, name).strip() for name in ("LICENSE", "uPlot.iife.min.js"))
    return Markup(f"/*\n{licence}\n*/\n{code}")


def _asset(name: str) -> str:
    return _file("assets", name)


@functools.cache
def _file(*place: str) -> str:
    return resources.files("simdyhpo.html_report").joinpath(*place).read_text(encoding="utf-8")
