"""The control searcher: it shows what a model adds by having none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from simdyhpo.decisions import Decided, Event, Reason, Resume, Start
from simdyhpo.protocols import PausedTrial, Problem, Winner


class RandomSearcher:
    """A paused trial or a new configuration, with probability 1/2 each where both exist; then uniform.

    A new configuration is the next one of the paired random order. All draws belong to the pending decision
    by its index, so asking twice gives the same answer.
    """

    class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        """The control has no settings."""

    def __init__(self, problem: Problem, options: Options) -> None:  # noqa: ARG002 - every searcher's signature
        self._candidates = problem.candidates
        self._uniforms = problem.streams.uniforms("searcher-random")
        self._decision = 0
        self._reason = Reason()

    def score_paused_trials_and_new_configs(
        self,
        paused_trials: Sequence[PausedTrial],
        min_resource: int,  # noqa: ARG002 - a control doesn't look at resources
        new_trial_id: str,  # noqa: ARG002
    ) -> Winner:
        """The winner of the draw; {} when there is nothing to run."""
        new = self._candidates.next_random()
        self._reason = Reason(paused_scored=len(paused_trials), new_scored=int(new is not None))
        kind, place = self._uniforms[2 * self._decision], self._uniforms[2 * self._decision + 1]
        if paused_trials and (new is None or kind < 0.5):
            trial_id, position, _ = paused_trials[int(place * len(paused_trials))]
            return {"trial_id": trial_id, "pos": position}
        return {} if new is None else {"config": {"configuration": new}}

    def explain(self) -> Reason:
        """How many candidates of each kind there were; a draw has no scores."""
        return self._reason

    def tell(self, event: Event) -> None:
        """The next decision has draws of its own."""
        if type(event) is Decided and isinstance(event.message, Start | Resume):
            self._decision += 1

    def diagnostics(self) -> Mapping[str, int | float]:
        """Nothing can go wrong numerically."""
        return {}
