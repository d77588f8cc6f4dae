"""What the engine asks of a scheduler, a scheduler of a searcher, and a searcher of a surrogate.

None of them ever sees the table, the clock or the engine: they are handed a `Problem` and are told what
happened, so that peeking at the future is impossible by construction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol, TypedDict, runtime_checkable

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.candidates import Candidates
from simdyhpo.decisions import Compared, Event, Proposal, Reason, Start, Verdict
from simdyhpo.streams import Streams


class Problem(msgspec.Struct, frozen=True):
    """All that a scheduler may know of the task before it starts.

    Attributes:
        candidates: the configurations: ids, features, order of random starts. The engine takes from it;
            schedulers only look.
        max_resource: the largest resource, R.
        mode: whether the metric is minimised or maximised.
        streams: named random streams of this run.
    """

    candidates: Candidates
    max_resource: int
    mode: Literal["min", "max"]
    streams: Streams


class Scheduler(Protocol):
    """Decides what an idle worker runs and what becomes of a trial at its milestone.

    Its state changes in `tell` alone: `ask` and `verdict` propose. Asked twice in one state, they give the
    same answer. A class takes `(problem, options)`, where `options` is an instance of its `Options` struct.
    `simdyhpo.scheduler_defaults.Defaults` has `verdict`, `summary` and `diagnostics` for who needs none.
    """

    def ask(self, now_ns: int, /) -> Proposal:
        """What an idle worker should do at simulated time `now_ns`."""
        ...

    def verdict(self, trial: int, resource: int, /) -> Verdict:
        """What becomes of `trial`, which just reported its milestone `resource` below the largest."""
        ...

    def tell(self, event: Event) -> None:
        """Something happened: a decision was accepted, a segment reported, or a running trial failed.

        `Failed` comes on clusters whose workers can fail alone: the trial is gone for good, and nothing more
        will be heard of it.
        """
        ...

    def summary(self) -> Mapping[str, int]:
        """Whole numbers that the run's result shows, e.g. the rung system's schedule records."""
        ...

    def diagnostics(self) -> Mapping[str, int | float]:
        """Numbers that tell of numerical trouble and effort, for the manifest; empty for most."""
        ...


@runtime_checkable
class Comparing(Protocol):
    """A scheduler whose rule can say what it compares. It is asked where a run is rebuilt, never in a run."""

    def compared(self, trial: int, resource: int, /) -> Compared | None:
        """What the rule goes by when a decision is due about a trial that stands at a resource.

        None where it compares nothing.
        """
        ...


class Place(msgspec.Struct, frozen=True):
    """Where a new trial is wanted.

    Attributes:
        level: the resource that it runs to first.
        below: the level of the rung whose best make room for it; 0 in the lowest rung of a bracket.
        parents: how many of those there are.
    """

    level: int
    below: int = 0
    parents: int = 0


class Chooser(Protocol):
    """Chooses the next new configuration, for schedulers that otherwise draw it at random.

    Its state changes in `tell` alone. It hears all that its scheduler hears.
    """

    def propose(self, place: Place) -> Start | None:
        """The start of a configuration that may start; None when none is left."""
        ...

    def tell(self, event: Event) -> None:
        """A decision was accepted or a segment reported."""
        ...

    def diagnostics(self) -> Mapping[str, int | float]:
        """Counts of numerical trouble and effort for the manifest."""
        ...


PausedTrial = tuple[str, int, int]
"""(trial_id, position in its rung's order, level to which it would be promoted)."""


class Winner(TypedDict, total=False):
    """A searcher's answer: a paused trial (`trial_id`, `pos`), or a new configuration (`config`)."""

    trial_id: str
    pos: int
    config: Any


class DynamicSearcher(Protocol):
    """Scores paused trials and new configurations together (the surface of the source document)."""

    def score_paused_trials_and_new_configs(
        self, paused_trials: Sequence[PausedTrial], min_resource: int, new_trial_id: str
    ) -> Winner:
        """The winner: {"trial_id", "pos"} or {"config"}; {} or a config of None when there is nothing."""
        ...


class ExplainedSearcher(DynamicSearcher, Protocol):
    """A searcher that works under the engine: it hears what happened and can say why it chose."""

    def explain(self) -> Reason:
        """Why the last answer was given."""
        ...

    def tell(self, event: Event) -> None:
        """A decision was accepted or a segment reported; the only place where its state changes."""
        ...

    def diagnostics(self) -> Mapping[str, int | float]:
        """Counts of numerical trouble and effort for the manifest."""
        ...


class Observations(msgspec.Struct, frozen=True):
    """m observed values, in the order in which they arrived.

    Attributes:
        features: (n, d) features of all configurations of the table.
        configurations: (m,) which configuration each value belongs to.
        resources: (m,) at which resource it was observed.
        values: (m,) the metric, finite, oriented so that lower is better.
        curves: (n, R) all that was observed, oriented likewise; NaN elsewhere.
        lengths: (n,) the resource up to which each configuration was observed; 0: not at all.
        pending_configurations, pending_resources: (p,) what is being observed: running trials and the
            milestones that they will report.
        max_resource: R.
    """

    features: npt.NDArray[np.float64]
    configurations: npt.NDArray[np.int64]
    resources: npt.NDArray[np.int64]
    values: npt.NDArray[np.float64]
    curves: npt.NDArray[np.float64]
    lengths: npt.NDArray[np.int64]
    pending_configurations: npt.NDArray[np.int64]
    pending_resources: npt.NDArray[np.int64]
    max_resource: int


class Surrogate(Protocol):
    """Predicts the metric of configurations at resources from what was observed."""

    def fit(self, observations: Observations) -> None:
        """Take in the observations, which extend those of the last call.

        Whether parameters are refitted is the surrogate's own rule. Pending observations are accounted for
        by the surrogate's stated method.
        """
        ...

    def predict(
        self, configurations: npt.NDArray[np.int64], resources: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Mean and deviation, each (q,), for q queries; lower is better."""
        ...

    def diagnostics(self) -> Mapping[str, int | float]:
        """Counts of numerical trouble and effort."""
        ...


class TailSurrogate(Surrogate, Protocol):
    """A surrogate whose predictions are no normal distributions, so that it must say their tails itself."""

    def predict_below(
        self, configurations: npt.NDArray[np.int64], resources: npt.NDArray[np.int64], threshold: float
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Mean, deviation, and the log probability of a value below the threshold, each (q,)."""
        ...


class WeighingSurrogate(Surrogate, Protocol):
    """A surrogate of several, one a resource, that says how much each counts."""

    def weights(self) -> Mapping[int, float]:
        """By resource, the lowest first; they sum to 1, but there are none before it can tell."""
        ...


class BestTwoSurrogate(Surrogate, Protocol):
    """A surrogate that works out to the end what can be among the two best alone."""

    def likeliest(
        self, configurations: npt.NDArray[np.int64], resources: npt.NDArray[np.int64], threshold: float
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """As `TailSurrogate.predict_below`; but for the two likeliest, upper bounds of the last two."""
        ...


class NoisySurrogate(Surrogate, Protocol):
    """A surrogate whose deviations have a part that it can leave out."""

    def predict_function(
        self, configurations: npt.NDArray[np.int64], resources: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """As `predict`, of the function that values are noisy observations of."""
        ...
