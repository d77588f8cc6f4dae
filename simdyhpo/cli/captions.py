"""The options of commands that draw: figures for papers, which have captions and widths of their own."""

import re

import click

from simdyhpo.errors import OptionError

NO_CAPTION = click.option(
    "--no-caption", is_flag=True, help="Figures without small print; it stands beside each, in FIGURE.md."
)


def _inches(
    _context: click.Context, _parameter: click.Parameter, text: str | None
) -> tuple[float, float] | None:
    """`6.9x2.8` as width and height."""
    if text is None:
        return None
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*[x,]\s*(\d+(?:\.\d+)?)", text.strip())
    width, height = (float(found[1]), float(found[2])) if found else (0.0, 0.0)
    if not (1 <= width <= 40 and 1 <= height <= 40):
        raise OptionError("size", text, "write WIDTHxHEIGHT in inches, each from 1 to 40, e.g. 6.9x2.8")
    return width, height


SIZE = click.option(
    "--size",
    metavar="WxH",
    callback=_inches,
    help="Width and height of figures in inches, e.g. 6.9x2.8 for LaTeX; letters stay as large if all fit.",
)
