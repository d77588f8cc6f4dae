"""A figure's caption: small print below it, or the same words beside it, for papers that have their own."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.text import Text

_SIZE = 7.5
LINE_INCHES = 0.13
"""The height of a line of small print."""
_CHARACTERS = 16.5
"""So many of that size fit on an inch."""


def add_caption(figure: Figure, words: str, lines: Sequence[str] | None = None) -> None:
    """Small print below a figure; nothing without words.

    Args:
        figure: whose size has room for it.
        words: the caption.
        lines: the same as it is to be broken; to the figure's width if not given.
    """
    if not words:
        return
    shown = wrapped(words, figure.get_figwidth()) if lines is None else lines
    text = figure.supxlabel("\n".join(shown), fontsize=_SIZE, color="#444444", x=0.01, ha="left")
    text.set_label(words)  # never drawn: the words before they were broken into lines


def take_off_caption(figure: Figure) -> str:
    """Remove the small print and the room that it took; returns its words, empty where there is none."""
    text = _caption(figure)
    if text is None:
        return ""
    words, lines = str(text.get_label()), text.get_text().count("\n") + 1
    text.set_label("")
    text.set_visible(False)
    text.set_in_layout(False)
    figure.set_figheight(figure.get_figheight() - LINE_INCHES * lines)
    return words


def has_caption(figure: Figure) -> bool:
    """Whether a figure has small print."""
    return _caption(figure) is not None


def wrap_anew(figure: Figure) -> None:
    """Break the small print to the width that the figure has now."""
    text = _caption(figure)
    if text is not None:
        text.set_text("\n".join(wrapped(str(text.get_label()), figure.get_figwidth())))


def wrapped(words: str, width_inches: float) -> list[str]:
    """The lines of a caption as they fit on a figure's width."""
    characters = int(_CHARACTERS * width_inches)
    return [part for line in words.splitlines() for part in textwrap.wrap(line, characters)]


def _caption(figure: Figure) -> Text | None:
    return next((text for text in figure.texts if text.get_label()), None)
