"""Smaller SVG: the same lines to within what an eye sees, in far fewer bytes."""

import io
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from simdyhpo.drawing.small_svg import small_svg
from simdyhpo.streams import Streams


def figure():
    draw = Streams(0).generator("svg")
    made = Figure(figsize=(4, 3))
    axes = made.subplots()
    x = np.sort(draw.uniform(0, 1, 800))
    y = np.minimum.accumulate(draw.uniform(0, 1, 800))
    axes.step(x, y, where="post")
    axes.fill_between(x, y, y + 0.1, step="post", alpha=0.3)
    axes.plot(x[::100], y[::100], "o")
    axes.set_title("Regret, 95 % interval")
    return made


def drawn():
    """As matplotlib writes it."""
    buffer = io.BytesIO()
    figure().savefig(buffer, format="svg")
    return buffer.getvalue()


def absolute(path):
    """The end points of a path's pieces, however it is written."""
    tokens = re.findall(r"[A-Za-z]|-?\d*\.?\d+(?:e-?\d+)?", path)
    points, here, begin, command, at = [], (0.0, 0.0), (0.0, 0.0), "", 0
    sizes = {"M": 2, "L": 2, "l": 2, "Q": 4, "q": 4, "C": 6, "c": 6, "h": 1, "v": 1}
    while at < len(tokens):
        command = tokens[at]
        if command == "z":
            here, at = begin, at + 1
            continue
        size = sizes[command]
        numbers = [float(token) for token in tokens[at + 1 : at + 1 + size]]
        at += 1 + size
        if command == "h":
            here = (here[0] + numbers[0], here[1])
        elif command == "v":
            here = (here[0], here[1] + numbers[0])
        elif command.islower():
            here = (here[0] + numbers[-2], here[1] + numbers[-1])
        else:
            here = (numbers[-2], numbers[-1])
        if command == "M":
            begin = here
        points.append(here)
    return np.array(points)


def paths(svg):
    root = ET.fromstring(svg)
    return [node for node in root.iter() if node.tag.endswith("}path") and node.get("d")]


def test_far_fewer_bytes_and_the_same_elements():
    before = drawn()
    after = small_svg(before)
    assert len(after) < len(before) / 2.5
    assert [(p.get("id"), p.get("style")) for p in paths(after)] == [
        (p.get("id"), p.get("style")) for p in paths(before)
    ]
    assert small_svg(before) == after


def test_no_point_moves_farther_than_is_seen():
    before = drawn()
    for old, new in zip(paths(before), paths(small_svg(before)), strict=True):
        glyph = "scale(0.015625)" in (old.get("transform") or "")
        was, now = absolute(old.get("d")), absolute(new.get("d"))
        tolerance = 0.5 if glyph else 0.05
        # Every point that is left is one of the old ones, and the ends are.
        distance = np.abs(now[:, None] - was[None]).max(axis=2).min(axis=1)
        assert distance.max() <= tolerance + 1e-9
        assert np.abs(now[[0, -1]] - was[[0, -1]]).max() <= tolerance + 1e-9


@pytest.mark.parametrize(
    ("path", "short"),
    [
        ("M 0 0 \nL 1 0 \nL 2 0 \nL 2 3 ", "M0 0h2v3"),
        ("M 0 0 \nL 1 0 \nL 0.5 0 ", "M0 0h1h-0.5"),  # there and back is not the same as less far
        ("M 10.02 20.04 \nL 10.03 20.01 \nL 12.5 18.26 \nz\n", "M10 20l2.5 -1.7z"),
        ("M 0 0 \nQ 1 1 2 0 \nC 3 1 4 1 5 0 ", "M0 0q1 1 2 0c1 1 2 1 3 0"),
        ("M 0 0 \nA 1 1 0 0 0 2 2 ", "M 0 0 \nA 1 1 0 0 0 2 2 "),  # what we don't know stays
    ],
)
def test_how_paths_are_written(path, short):
    assert small_svg(f'<path d="{path}" style="x"/>'.encode()) == f'<path d="{short}" style="x"/>'.encode()


@given(
    st.lists(
        st.tuples(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=1), st.booleans()),
        min_size=1,
        max_size=4,
    )
)
def test_straight_paths_are_written_like_others(pieces):
    """A curve behind them makes that all is written piece by piece instead of at once."""
    path = ""
    for points, closed in pieces:
        path += " \n".join(f"{'L' if place else 'M'} {x / 4} {y / 4}" for place, (x, y) in enumerate(points))
        path += "\nz\n" if closed else " \n"
    curve = "M 0 0 \nQ 1 1 2 0 "
    with_curve = small_svg(f'<path d="{path}{curve}"/>'.encode())
    assert with_curve == small_svg(f'<path d="{path}M 0 0 "/>'.encode()).replace(b'"/>', b'q1 1 2 0"/>')
