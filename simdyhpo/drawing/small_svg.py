"""An SVG in a tenth of its bytes: what an eye can't see of its paths is left out.

Curves that are steps have thousands of points, most of them nearer to each other than a pixel, and each is
written with six decimals. Rounded, relative to the one before, and without those that add nothing, each takes
a few characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

_PATH = re.compile(r'(<path\b[^>]*?\bd=")([^"]*)("[^>]*>)', re.DOTALL)
_TOKEN = re.compile(r"[A-Za-z]|-?\d+(?:\.\d+)?(?:e-?\d+)?")
_POINTS = {"M": 1, "L": 1, "Q": 2, "C": 3, "z": 0}
"""How many points follow each command that matplotlib writes."""
_NUMBERS = str.maketrans("", "", "0123456789.- \n")
_STRAIGHT = str.maketrans("MLz", "   ")
_SPARE = re.compile(r"\s*<metadata>.*?</metadata>|\s*<!-- .*? -->|(?<=\n)\s+", re.DOTALL)
"""What nothing is drawn from: metadata, comments, the indentation of lines."""

Point = tuple[int, int]


def small_svg(svg: bytes) -> bytes:
    """A figure as matplotlib writes it, with shorter paths: points move by a twentieth of a point at most.

    Args:
        svg: UTF-8 text.
    """
    return _SPARE.sub("", _PATH.sub(_shorter, svg.decode())).encode()


def _shorter(found: re.Match[str]) -> str:
    before, path, after = found.groups()
    # Glyphs are drawn 64 times as large and scaled down: whole numbers are more than enough.
    unit = 1 if "scale(0.015625)" in after else 10
    kinds = path.translate(_NUMBERS)
    if set(kinds) <= set("MLz") and "zL" not in kinds:
        return before + _straight(kinds, path, unit) + after
    commands = list(_commands(path, unit))
    return before + path + after if not commands else before + _written(commands, unit) + after


def _straight(kinds: str, path: str, unit: int) -> str:
    """A path of straight pieces alone, as curves and bands are: what `_written` gives, all points at once.

    Args:
        kinds: its commands: M, L, z, no L right after a z.
        path: it.
        unit: see `_shorter`.
    """
    numbers = np.array(path.translate(_STRAIGHT).split(), dtype=np.float64)
    points = np.rint(numbers * unit).astype(np.int64).reshape(-1, 2)
    moves = np.array([kind == "M" for kind in kinds if kind != "z"], dtype=np.bool_)
    steps = np.diff(points, axis=0, prepend=points[:1])
    kept = np.flatnonzero(moves | steps.any(axis=1))
    step = steps[kept]
    along_x, along_y = step[:, 1] == 0, step[:, 0] == 0
    direction = np.where(along_x, np.sign(step[:, 0]), np.where(along_y, 2 * np.sign(step[:, 1]), 0))
    alone = moves[kept] | (direction == 0)
    # A piece goes on where the one before has its direction; what is alone neither goes on nor is gone on.
    goes_on = ~alone[1:] & ~alone[:-1] & (direction[1:] == direction[:-1])
    first = np.flatnonzero(np.concatenate(([True], ~goes_on)))
    words = [
        "M" + _pair((x, y), unit) if move else _line((dx, dy), unit)
        for move, (x, y), (dx, dy) in zip(
            moves[kept][first].tolist(),
            points[kept][first].tolist(),
            np.add.reduceat(step, first).tolist(),
            strict=True,
        )
    ]
    closed = [place - count for count, place in enumerate(_places(kinds, "z"))]
    for place in reversed(np.searchsorted(kept[first], closed).tolist()):
        words.insert(place, "z")
    return "".join(words)


def _places(text: str, letter: str) -> list[int]:
    return [place for place, one in enumerate(text) if one == letter]


def _commands(path: str, unit: int) -> Iterator[tuple[str, list[Point]]]:
    """Commands with absolute points in whole units; nothing at all if there is a command we don't know."""
    tokens = _TOKEN.findall(path)
    if any(token.isalpha() and token not in _POINTS for token in tokens):
        return
    place = 0
    while place < len(tokens):
        command = tokens[place]
        end = place + 1 + 2 * _POINTS[command]
        numbers = [round(float(token) * unit) for token in tokens[place + 1 : end]]
        yield command, list(zip(numbers[::2], numbers[1::2], strict=True))
        place = end


def _written(commands: list[tuple[str, list[Point]]], unit: int) -> str:
    """Relative commands; steps as `h` and `v`, those in one direction as one."""
    words: list[str] = []
    here = begin = (0, 0)
    run: Point = (0, 0)  # a straight piece that is not written yet

    def flush() -> None:
        nonlocal run
        if run != (0, 0):
            words.append(_line(run, unit))
        run = (0, 0)

    for command, points in commands:
        if command == "L":
            step = (points[0][0] - here[0], points[0][1] - here[1])
            if not _goes_on(run, step):
                flush()
            run = (run[0] + step[0], run[1] + step[1])
            here = points[0]
            continue
        flush()
        if command == "M":
            words.append("M" + _pair(points[0], unit))
            here = begin = points[0]
        elif command == "z":
            words.append("z")
            here = begin
        else:
            pairs = [_pair((x - here[0], y - here[1]), unit) for x, y in points]
            words.append(command.lower() + " ".join(pairs))
            here = points[-1]
    flush()
    return "".join(words)


def _goes_on(run: Point, step: Point) -> bool:
    """Whether a step only lengthens a piece that runs along an axis, or is none."""
    if (0, 0) in (run, step):
        return True
    return any(run[1 - axis] == step[1 - axis] == 0 and run[axis] * step[axis] > 0 for axis in (0, 1))


def _line(step: Point, unit: int) -> str:
    if step[1] == 0:
        return "h" + _number(step[0], unit)
    if step[0] == 0:
        return "v" + _number(step[1], unit)
    return "l" + _pair(step, unit)


def _pair(point: Point, unit: int) -> str:
    return f"{_number(point[0], unit)} {_number(point[1], unit)}"


def _number(value: int, unit: int) -> str:
    return f"{value / unit:g}" if unit > 1 else str(value)
