"""The paper's figures as numbers, to be set beside ours.

Source: decoded from the curves of the DyHPO authors' plots of 2021, before the conference version of arXiv
2202.09774; read off a picture, so good to about two digits.

The unit is inferred: over epochs absolute regret, |best - incumbent| in the metric's own unit; over time
normalised regret. The paper's text defines the normalised one alone. But random search's expected regret is
exact, and in absolute units it is the paper's curve (docs/reproduction.md has both); the axes of the plots
say "Mean Regret"; and one unit for both would make the value after 1,000 epochs and that at time 1 about the
same, where the first is .66 to .75 of the second.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Published(msgspec.Struct, frozen=True):
    """One method on one suite.

    Attributes:
        method: as the paper calls it.
        regrets: mean absolute regret after 100, 500 and 1,000 epochs (TaskSet: steps).
        rank: mean rank after 1,000.
        over_time: mean normalised regret at 0.5 and 1.0 of Random's time, and the rank at 1.0; None where it
            was not decoded.
    """

    method: str
    regrets: tuple[float, float, float]
    rank: float
    over_time: tuple[float, float, float] | None = None


AT_EPOCHS = (100, 500, 1000)
AT_TIMES = (0.5, 1.0)
"""Of Random's total time."""
OF = 8
"""Methods that the paper ranks."""

PAPER: Mapping[str, Mapping[str, Published]] = {
    "lcbench": {
        "random": Published("Random", (0.148, 0.062, 0.046), 7.74, (0.094, 0.070, 6.61)),
        "hyperband": Published("Hyperband", (0.051, 0.036, 0.026), 5.66, (0.041, 0.035, 4.57)),
        "bohb": Published("BOHB", (0.049, 0.025, 0.0174), 3.46, (0.034, 0.025, 3.40)),
        "dehb": Published("DEHB", (0.044, 0.025, 0.021), 4.11, (0.034, 0.028, 3.58)),
        "dragonfly": Published("Dragonfly", (0.088, 0.042, 0.022), 4.91, (0.072, 0.053, 5.83)),
        "asha": Published("ASHA (Hyperband)", (0.088, 0.028, 0.0176), 2.71, (0.066, 0.036, 4.21)),
        "mf-dnn": Published("MF-DNN", (0.050, 0.037, 0.035), 5.66, (0.042, 0.039, 4.56)),
        "dyhpo-p0": Published("DyHPO", (0.038, 0.016, 0.0074), 1.74, (0.027, 0.019, 3.23)),
    },
    "taskset": {
        "random": Published("Random", (0.264, 0.195, 0.140), 7.50),
        "hyperband": Published("Hyperband", (0.173, 0.102, 0.071), 3.67),
        "bohb": Published("BOHB", (0.159, 0.080, 0.045), 1.92),
        "dehb": Published("DEHB", (0.152, 0.094, 0.074), 4.33),
        "dragonfly": Published("Dragonfly", (0.233, 0.118, 0.082), 4.75),
        "asha": Published("ASHA (Hyperband)", (0.262, 0.126, 0.084), 5.42),
        "mf-dnn": Published("MF-DNN", (0.249, 0.175, 0.134), 7.17),
        "dyhpo-p0": Published("DyHPO", (0.149, 0.042, 0.024), 1.25),
    },
}
"""By study, then by the name that figures know the nearest method of ours by."""

REACHED: Mapping[str, int] = {"lcbench": 435, "taskset": 218}
"""After how many epochs (steps) the paper's DyHPO is down to its ASHA's regret after 1,000."""

_SUITES: Mapping[str, str] = {"taskset-untrained": "taskset", "yahpo-lcbench": "lcbench"}


def suite_of(study: str) -> str:
    """The paper's suite that a study's tables belong to, under other conditions."""
    return _SUITES.get(study, study)
