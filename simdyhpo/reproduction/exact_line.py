"""Random search over epochs as it is in the mean over all orders, in place of its simulated runs."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.analysis.anytime import MeanSteps
from simdyhpo.analysis.exact_regret import expected_random_regret, has_exact_regret
from simdyhpo.analysis.statistics import MeanInterval
from simdyhpo.catalog.entry import LineStyle
from simdyhpo.drawing.style import known_name
from simdyhpo.reproduction.data import FigureData

Floats = npt.NDArray[np.float64]
RANDOM = "random"
EXACT_WORDS = "Random search is exact: its expected regret in closed form, not its simulated runs."


class ExactLine(msgspec.Struct, frozen=True):
    """Random search's expected regret after 1, 2, ... epochs.

    Attributes:
        label: of the variant that it stands for.
        by_blackbox: on each data set.
    """

    label: str
    by_blackbox: Mapping[str, Floats]

    @property
    def mean(self) -> Floats:
        """Over the data sets."""
        mean: Floats = np.mean(list(self.by_blackbox.values()), axis=0)
        return mean

    def steps(self, epochs: Floats, blackbox: str | None = None) -> MeanSteps:
        """As a curve without a band; the mean if no data set is given."""
        values = self.mean if blackbox is None else self.by_blackbox[blackbox]
        nothing = np.full_like(values, np.nan)
        return MeanSteps(epochs, MeanInterval(values, nothing, nothing, 1))

    def styles(self, styles: Mapping[str, LineStyle]) -> dict[str, LineStyle]:
        """The legend says that the line is exact."""
        look = styles[self.label]
        return dict(styles) | {self.label: msgspec.structs.replace(look, title=f"{look.title}, exact")}


def exact_line(data: FigureData) -> ExactLine | None:
    """The line for the data's measure; None where nothing has a closed form.

    That takes a variant of random search, one worker, configurations that are drawn without repeats, and
    tables whose curves are all of full length.
    """
    labels = [label for label in data.labels if known_name(label) == RANDOM]
    study, most = data.plan.study, len(data.epochs)
    alone = len(labels) == 1 and set(data.runs["workers"]) == {1} and study.sampling == "without-replacement"
    tables = {name: data.plan.tables[name] for name in dict.fromkeys(data.runs["blackbox"])}
    if not alone or not all(has_exact_regret(table, data.measure, most) for table in tables.values()):
        return None
    epochs = np.arange(1, most + 1)
    found = {name: expected_random_regret(table, data.measure, epochs) for name, table in tables.items()}
    return ExactLine(labels[0], found)
