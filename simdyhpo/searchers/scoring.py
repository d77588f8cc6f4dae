"""Scores paused trials and new configurations together, and names the winner."""

from __future__ import annotations

import abc
import functools
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from simdyhpo.decisions import Event, Reason
from simdyhpo.protocols import PausedTrial, Problem, Surrogate, Winner
from simdyhpo.searchers.observed import ObservationLog
from simdyhpo.surrogates.loading import can_wait, surrogate_class

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class CandidateOptions(Protocol):
    """What every such searcher's settings say; see `DeepKernelOptions`."""

    @property
    def initial_random(self) -> int:
        """So many configurations start at random."""
        ...

    @property
    def candidates(self) -> int | None:
        """So many unused configurations are scored."""
        ...


class ScoringSearcher(abc.ABC):
    """The candidate with the highest score wins; how they are scored is the subclass's.

    Candidates are ordered paused before new, higher rung first; ties go to the first. Running trials are
    no candidates. So many configurations as `initial_random` says start at random, and one more whenever
    nothing finite was observed yet.

    Attributes:
        surrogate: `module:Class`; one of ours is made when it is first asked, since then torch loads.
        as_many_as_paused: whether the number of new candidates grows with that of paused ones.
    """

    surrogate: str
    as_many_as_paused = False

    def __init__(self, problem: Problem, options: CandidateOptions) -> None:
        self._problem = problem
        self._options = options
        self._heard = ObservationLog(problem)
        self._reason = Reason()
        if not can_wait(self.surrogate):
            self._surrogate  # noqa: B018 - somebody's own says at once what it lacks

    @functools.cached_property
    def _surrogate(self) -> Surrogate:
        made: Surrogate = surrogate_class(self.surrogate)(self._options, self._problem.streams)
        return made

    def score_paused_trials_and_new_configs(
        self,
        paused_trials: Sequence[PausedTrial],
        min_resource: int,
        new_trial_id: str,  # noqa: ARG002 - the source's signature
    ) -> Winner:
        """The winner; {} when there is nothing to run."""
        heard, candidates = self._heard, self._problem.candidates
        first = candidates.next_random()
        if first is not None and (heard.started < self._options.initial_random or not heard.count):
            self._reason = Reason(new_scored=1)
            return {"config": {"configuration": first}}
        new = self._new_candidates(len(paused_trials))
        if not paused_trials and not new.size:
            return {}
        if not heard.count:  # all values so far were not finite: nothing to learn from
            self._reason = Reason(paused_scored=len(paused_trials))
            trial_id, position, _ = paused_trials[0]
            return {"trial_id": trial_id, "pos": position}
        return self._best(paused_trials, new, min_resource)

    def explain(self) -> Reason:
        """Score, prediction and runner-up of the last answer."""
        return self._reason

    def tell(self, event: Event) -> None:
        """Hear of a decision or a report."""
        self._heard.tell(event)

    def diagnostics(self) -> Mapping[str, int | float]:
        """Values left out, and what the surrogate counts, if it was asked."""
        counts = self._surrogate.diagnostics() if "_surrogate" in vars(self) else {}
        return {"non_finite_values": self._heard.non_finite, **counts}

    def _new_candidates(self, paused: int) -> Integers:
        """Unused configurations to be scored."""
        unused = self._problem.candidates.unused()
        limit = self._options.candidates
        if limit is not None and self.as_many_as_paused:
            limit = max(limit, paused)
        if limit is None or len(unused) <= limit:
            return unused
        draw = self._problem.streams.generator(f"searcher-candidates/{self._heard.decided}")
        return np.sort(draw.choice(unused, limit, replace=False))

    def _best(self, paused: Sequence[PausedTrial], new: Integers, min_resource: int) -> Winner:
        heard = self._heard
        configurations = np.array(
            [heard.configuration_of[int(trial)] for trial, _, _ in paused] + new.tolist(), dtype=np.int64
        )
        levels = np.array([level for _, _, level in paused] + [min_resource] * len(new), dtype=np.int64)
        mean, deviation, scores = self._scores(configurations, levels)
        winner = int(np.argmax(scores))
        self._reason = self._explained(scores, winner, len(paused), mean, deviation)
        if winner < len(paused):
            trial_id, position, _ = paused[winner]
            return {"trial_id": trial_id, "pos": position}
        return {"config": {"configuration": int(configurations[winner])}}

    @abc.abstractmethod
    def _scores(self, configurations: Integers, levels: Integers) -> tuple[Floats, Floats, Floats]:
        """Mean, deviation (oriented so that lower is better) and score of every candidate, (q,) each.

        Args:
            configurations: (q,) ids.
            levels: (q,) the resource to which each would run next.
        """

    def _explained(
        self,
        scores: Floats,
        winner: int,
        paused: int,
        mean: Floats,
        deviation: Floats,
    ) -> Reason:
        alone = len(scores) == 1
        others = np.delete(scores, winner)
        second = winner if alone else int(np.argmax(others))
        second += second >= winner and not alone
        return Reason(
            score=float(scores[winner]),
            runner_up=float("nan") if alone else float(scores[second]),
            runner_up_kind=None if alone else ("paused" if second < paused else "new"),
            mean=self._heard.unoriented(float(mean[winner])),
            deviation=float(deviation[winner]),
            paused_scored=paused,
            new_scored=len(scores) - paused,
        )
