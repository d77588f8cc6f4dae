"""A small picture of a table's curves, as SVG text: drawn without a library, since a glance needs no axes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

WIDTH, HEIGHT = 300, 160
_LEFT, _TOP, _RIGHT, _BOTTOM = 52, 8, 8, 20
_MOST = 40
"""So many curves are drawn, evenly picked."""


def small_curves(values: npt.NDArray[Any], labels: npt.NDArray[Any], mode: str) -> str:
    """Some of the curves in grey, the one with the best last value in blue; the worst 5 % cut off.

    Args:
        values: (configurations, resources); what is not finite leaves a gap.
        labels: (resources,) what the resources are called.
        mode: "min" or "max" of the values.
    """
    finite = values[np.isfinite(values)]
    low, high = np.quantile(finite, [0, 0.95] if mode == "min" else [0.05, 1])
    keys = np.where(np.isfinite(values), values if mode == "min" else -values, np.inf)
    best = int(keys.min(axis=1).argmin())
    picked = np.unique(np.linspace(0, len(values) - 1, min(_MOST, len(values))).astype(int))
    x = np.linspace(_LEFT, WIDTH - _RIGHT, values.shape[1]) if values.shape[1] > 1 else np.array([_LEFT])
    y = HEIGHT - _BOTTOM - (values - low) / ((high - low) or 1.0) * (HEIGHT - _TOP - _BOTTOM)
    lines = [_line(x, y[one], "#9a9a9a", 0.6) for one in picked] + [_line(x, y[best], "#0072B2", 1.8)]
    texts = [
        _text(_LEFT - 4, _TOP + 8, f"{high:.4g}", "end"),
        _text(_LEFT - 4, HEIGHT - _BOTTOM, f"{low:.4g}", "end"),
        _text(_LEFT, HEIGHT - 6, f"{labels[0]:g}", "start"),
        _text(WIDTH - _RIGHT, HEIGHT - 6, f"{labels[-1]:g}", "end"),
    ]
    box = f'<clipPath id="c"><rect x="{_LEFT}" y="0" width="{WIDTH}" height="{HEIGHT - _BOTTOM}"/></clipPath>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">{box}'
        f'<g clip-path="url(#c)" fill="none">{"".join(lines)}</g>{"".join(texts)}</svg>'
    )


def _line(x: npt.NDArray[Any], y: npt.NDArray[Any], colour: str, width: float) -> str:
    """One path, with a gap where there is no value; a point where a value stands alone."""
    parts, joined = [], False
    for across, down in zip(x.tolist(), y.tolist(), strict=True):
        if not np.isfinite(down):
            joined = False
            continue
        parts.append(f"{'L' if joined else 'M'}{across:.1f} {np.clip(down, -999, 999):.1f}")
        joined = True
    return f'<path d="{"".join(parts)}" stroke="{colour}" stroke-width="{width}"/>' if parts else ""


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="10" font-family="sans-serif" text-anchor="{anchor}">{text}</text>'
    )
