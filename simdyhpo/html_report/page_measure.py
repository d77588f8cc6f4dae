"""The measure in which a page shows regret, and the other unit beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from simdyhpo.analysis.measures import NORMALISED, Measure
from simdyhpo.analysis.scales import Scale
from simdyhpo.errors import SimdyhpoError
from simdyhpo.rebuilding.again import find_same_table


class PageMeasure(msgspec.Struct, frozen=True):
    """What a page says of regret.

    Attributes:
        measure: in which figures are drawn and methods are compared.
        metrics: of the tables.
        resource: what a unit of training is called.
    """

    measure: Measure = NORMALISED
    metrics: tuple[str, ...] = ()
    resource: str = "epoch"

    @property
    def label(self) -> str:
        """Of the measure."""
        return self.measure.label(self.metrics)

    @property
    def other_label(self) -> str:
        """Of the same in the other unit."""
        return self.measure.other_unit().label(self.metrics)

    @property
    def heads(self) -> tuple[str, str]:
        """Of columns: unit and reference of the measure, and of the other unit."""
        return self.measure.unit_words, self.measure.other_unit().unit_words

    @property
    def words(self) -> list[str]:
        """What both are, in sentences."""
        both = (self.measure, self.measure.other_unit())
        return [one.words(self.metrics, self.resource) for one in both]


def page_measure(measure: Measure, boxes: Mapping[str, Mapping[str, Any]]) -> PageMeasure:
    """The measure on a page about some tables.

    Args:
        measure: what was asked.
        boxes: what runs' manifests say of the tables.
    """
    metrics = dict.fromkeys(box["metric"] for box in boxes.values())
    resources = {str(box["resource"]) for box in boxes.values()}
    resource = resources.pop() if len(resources) == 1 else "resource"
    return PageMeasure(measure, tuple(metrics), resource)


def scales_on(measure: Measure, boxes: Mapping[str, Mapping[str, Any]]) -> dict[str, Scale]:
    """The measure on each table, by name: from what manifests say where that will do, else from the tables.

    Args:
        measure: what was asked.
        boxes: see `page_measure`.

    Raises:
        SimdyhpoError: a table that is needed isn't here, or the measure can't be taken on it.
    """
    try:
        return {name: measure.described(box) for name, box in boxes.items()}
    except SimdyhpoError as needed:
        try:
            tables = {name: find_same_table(dict(box)) for name, box in boxes.items()}
        except SimdyhpoError:
            raise needed from None
    measure.check(tables)
    return {name: measure.on(table) for name, table in tables.items()}
