"""How many columns a legend has, from the words in it and the width of its figure."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

_HANDLE_INCHES = 0.72  # a legend's line and the space around an entry
_LETTER_INCHES = 0.072
SMALL, _USUAL = 7, 9  # points of letters


def legend_columns(titles: Sequence[str], width_inches: float) -> int:
    """As many columns as fit, and then no more than the number of rows needs."""
    if not titles:
        return 1
    most = int(width_inches / (_HANDLE_INCHES + _LETTER_INCHES * max(map(len, titles))))
    rows = -(-len(titles) // max(most, 1))
    return -(-len(titles) // rows)


def narrow_columns(titles: Sequence[str], width_inches: float) -> int:
    """As many columns of small print as fit, each as wide as its own titles."""
    for columns in range(len(titles), 1, -1):
        rows = -(-len(titles) // columns)
        longer = len(titles) - columns * (rows - 1)  # so many columns have all rows, the first ones
        ends = [
            rows * place if place <= longer else (rows - 1) * place + longer for place in range(columns + 1)
        ]
        longest = [max(map(len, titles[begin:end])) for begin, end in itertools.pairwise(ends)]
        letters = _LETTER_INCHES * SMALL / _USUAL * sum(longest)
        if columns * _HANDLE_INCHES + letters <= width_inches:
            return -(-len(titles) // rows)
    return 1
