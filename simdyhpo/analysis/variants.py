"""Names for runs that have none: the scheduler, and those of its options that tell it from its like."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pandas as pd


def variant_names(cells: pd.DataFrame) -> Sequence[str]:
    """A name for each cell.

    Args:
        cells: stored cells, with the columns scheduler, options (JSON) and cluster.
    """
    settings = {text: json.loads(text) for text in cells["options"].unique()}
    varying: dict[str, list[str]] = {}
    for scheduler, texts in cells.groupby("scheduler")["options"].unique().items():
        mine = [settings[text] for text in texts]
        options = dict.fromkeys(option for one in mine for option in one)
        varying[str(scheduler)] = [
            option for option in options if len({json.dumps(one.get(option)) for one in mine}) > 1
        ]
    several = len(set(cells["cluster"])) > 1
    return [
        ",".join(
            [
                scheduler,
                *(f"{option}={_said(settings[text].get(option))}" for option in varying[scheduler]),
                *([f"cluster={cluster}"] if several else ()),
            ]
        )
        for scheduler, text, cluster in zip(
            cells["scheduler"], cells["options"], cells["cluster"], strict=True
        )
    ]


def _said(value: object) -> object:
    """A value as one writes it: 2 for 2.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
