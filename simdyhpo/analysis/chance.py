"""What a model that has learned nothing is worth: a reference that no diverged training can move.

It follows from the metric and the number of classes alone, and only for two kinds of metric:

- cross-entropy (natural logarithm): log(classes), that of equal probabilities for all classes;
- balanced accuracy: 1 / classes, that of any prediction which doesn't look at its input.

Plain accuracy depends on how large the classes are, and a loss of unknown kind on anything: no chance is
known of them.
"""

from __future__ import annotations

import math

from simdyhpo.tables.curves import CurveTable

_CROSS_ENTROPIES = ("cross entropy", "log loss", "logloss")
_BALANCED = ("balanced accuracy", "balanced acc", "bac")
_PARTS = ("validation", "val", "valid", "test", "training", "train")


def chance(table: CurveTable, score: str | None = None) -> float | None:
    """What chance has in a table's metric, or in one of its scores; None where that isn't known.

    Args:
        table: whose `TableInfo.classes` says how many classes there are.
        score: by name; None for the metric that is optimised.
    """
    classes = table.info.classes
    if classes < 2:
        return None
    words = (score or table.info.metric).lower().replace("_", " ").replace("-", " ").split()
    kind = " ".join(word for word in words if word not in _PARTS)
    mode = table.scores[score].mode if score else table.mode
    if kind in _CROSS_ENTROPIES and mode == "min":
        return math.log(classes)
    if kind in _BALANCED and mode == "max":
        return 1 / classes
    return None
