"""Syne Tune, the package, as a scheduler."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simdyhpo.decisions import (
    Continue,
    Decided,
    Failed,
    Pause,
    Proposal,
    Reported,
    Resume,
    ScheduleDecision,
    Start,
    Stop,
    Verdict,
    Wait,
)
from simdyhpo.outside.rows import Rows
from simdyhpo.outside.syne_tune_names import KINDS, SyneTuneOptions, class_of
from simdyhpo.protocols import Problem

if TYPE_CHECKING:
    from simdyhpo.outside.syne_tune_run import Suggested, SyneTuneRun

_NAMES = {
    ScheduleDecision.PROMOTE_RUNG: "promoted_by_rung",
    ScheduleDecision.START_MODEL: "started_by_model",
    ScheduleDecision.START_RANDOM: "started_at_random",
}


class _Placer:
    """Puts a row in the place of what Syne Tune suggests; copies of a run share it.

    Attributes:
        decided: the row that somebody decided to start, whatever is suggested.
        placed: the row that the last suggestion became, and how far from it the suggestion was.
    """

    def __init__(self, problem: Problem, rows: Rows, space: Any) -> None:  # noqa: ANN401 - a SyneTuneSpace
        self._candidates = problem.candidates
        self._rows = rows
        self._space = space
        self.decided: int | None = None
        self.placed: tuple[int, float] | None = None

    def __deepcopy__(self, _memo: object) -> _Placer:
        return self

    def is_done(self) -> bool:
        """Whether no row is left."""
        return self.decided is None and self._candidates.next_random() is None

    def __call__(self, suggested: dict[str, Any] | None, /) -> dict[str, Any] | None:
        """The configuration of the row that stands for a suggestion; of the next at random without one."""
        row: int | None = self.decided
        distance = 0.0
        if row is None:
            row = self._candidates.next_random()
            if row is None:
                return None
            if suggested is not None:
                row, distance = self._rows.nearest(self._space.values(suggested))
        self.placed = row, distance
        config: dict[str, Any] = self._space.config(self._candidates.configurations.row(row))
        return config


class SyneTune:
    """Syne Tune's own schedulers (Salinas et al. 2022), the package on our clock: needs simdyhpo[syne-tune].

    `name` says which one. Those with a model choose among the table's rows where the package can be told to,
    and else the nearest unused row stands for what they suggest. Those without take the run's random order.
    """

    Options = SyneTuneOptions

    def __init__(self, problem: Problem, options: SyneTuneOptions) -> None:
        class_of(options.name)
        from simdyhpo.outside.syne_tune_run import SyneTuneRun
        from simdyhpo.outside.syne_tune_space import SyneTuneSpace

        self._candidates = problem.candidates
        self._rows = Rows(problem.candidates)
        self._max_resource = problem.max_resource
        self._space = SyneTuneSpace(self._rows.space)
        self._place = _Placer(problem, self._rows, self._space)
        self._kind = KINDS[options.name]
        self._settings: dict[str, Any] = {
            "options": options,
            "domains": self._space.domains,
            "rows": self._all_rows() if self._kind.draws == "from-rows" else [],
            "place": self._place,
            "mode": problem.mode,
            "max_resource": problem.max_resource,
            "seed": int(problem.streams.generator("syne-tune").integers(2**31)),
            "again": problem.candidates.sampling == "with-replacement",
        }
        self._run_kind = SyneTuneRun
        self._told: list[Decided | Reported | Failed] = []
        self._counts: Counter[str] = Counter()
        self._told_as_lost = 0
        self._begin()

    def _all_rows(self) -> list[dict[str, Any]]:
        configurations = self._candidates.configurations
        return [self._space.config(configurations.row(number)) for number in range(self._candidates.count)]

    def _begin(self) -> None:
        self._run: SyneTuneRun = self._run_kind(**self._settings)
        self._kept: SyneTuneRun | None = None
        """The run as it was before a question that may change it for nothing."""
        self._asked = False
        self._open: Suggested | None = None
        """What Syne Tune wanted when it was asked, until something is told."""
        self._theirs_of: dict[int, int] = {}
        """By trial: Syne Tune's number for it; without one, it knows nothing of it."""
        self._ours_of: dict[int, int] = {}
        """The same the other way."""
        self._stands: dict[int, int] = {}
        self._says: dict[int, str] = {}
        """By trial: what Syne Tune said when its last values were told."""

    def ask(self, _now_ns: int, /) -> Proposal:
        """Carry out Syne Tune's suggestion."""
        if not self._asked:
            self._ask()
        suggested, configuration = self._open, self._candidates.next_random()
        if suggested is None:
            if configuration is None:
                return Wait(exhausted=True)
            return Start(configuration, self._max_resource, ScheduleDecision.START_RANDOM)
        if suggested.starts:
            assert self._place.placed is not None
            decision = ScheduleDecision.START_MODEL
            if self._kind.draws == "at-random":
                decision = ScheduleDecision.START_RANDOM
            return Start(self._place.placed[0], suggested.milestone, decision)
        trial = self._ours_of[suggested.trial]
        return Resume(trial, self._stands[trial], suggested.milestone, ScheduleDecision.PROMOTE_RUNG)

    def verdict(self, trial: int, _resource: int, /) -> Verdict:
        """What Syne Tune said when the trial's last report was told."""
        says = self._says.get(trial)
        if says == "STOP":
            return Stop()
        return Continue(self._run.following(self._theirs_of[trial])) if says == "CONTINUE" else Pause()

    def tell(self, event: Decided | Reported | Failed) -> None:
        """Keep Syne Tune up to date.

        If it was asked and then something else happens, it is made anew, or taken from a copy, and told all
        again, unasked: what it was asked must not matter.
        """
        if self._asked and not self._fits(event):
            self._unask()
        self._told.append(event)
        if isinstance(event, Decided):
            self._count(event.message)
        self._hear(event)

    def summary(self) -> Mapping[str, int]:
        """Numbers of promotions, starts and verdicts."""
        return {name: self._counts[name] for name in (*_NAMES.values(), "continued", "stopped")}

    def diagnostics(self) -> Mapping[str, int | float]:
        """How far from the table the suggestions were; how often another decided than Syne Tune."""
        own = self._rows.diagnostics() if self._kind.draws != "at-random" else {}
        return {**own, "decisions_told_as_lost": self._told_as_lost}

    def _ask(self) -> None:
        if self._candidates.next_random() is None:
            self._kept = copy.deepcopy(self._run)
        self._open = self._run.suggest()
        self._asked = True

    def _unask(self) -> None:
        if self._kept is not None:
            self._run, self._kept = self._kept, None
            self._asked, self._open = False, None
            return
        lost = self._told_as_lost
        self._begin()
        for earlier in self._told:
            self._hear(earlier)
        self._told_as_lost = lost

    def _fits(self, event: Decided | Reported | Failed) -> bool:
        """Whether a decision is the one that Syne Tune was about to take."""
        if not isinstance(event, Decided):
            return False
        message, wanted = event.message, self._open
        if isinstance(message, Start) and wanted is not None and wanted.starts:
            return self._place.placed is not None and self._place.placed[0] == message.configuration
        if isinstance(message, Start):
            return wanted is None
        return (
            isinstance(message, Resume)
            and wanted is not None
            and not wanted.starts
            and self._ours_of[wanted.trial] == event.trial
        )

    def _count(self, message: Start | Resume | Continue | Stop) -> None:
        if isinstance(message, Start | Resume):
            self._counts[_NAMES[message.decision]] += 1
        else:
            self._counts["continued" if isinstance(message, Continue) else "stopped"] += 1
        if isinstance(message, Start) and self._asked and self._open is not None:
            assert self._place.placed is not None
            self._rows.note(self._place.placed[1])

    def _hear(self, event: Decided | Reported | Failed) -> None:
        if isinstance(event, Reported):
            self._report(event)
        elif isinstance(event, Failed):
            self._forget(event.trial)
        elif isinstance(event.message, Start | Resume):
            self._begin_trial(event.trial, event.message)
        elif self._says.get(event.trial) != ("STOP" if isinstance(event.message, Stop) else "CONTINUE"):
            self._lose(event.trial)

    def _report(self, event: Reported) -> None:
        self._stands[event.trial] = event.resource
        number = self._theirs_of.get(event.trial)
        if number is None:
            self._says.pop(event.trial, None)
            return
        values = [float(value) for value in event.values]
        self._says[event.trial] = self._run.report(number, values, event.resource, ended=event.complete)

    def _begin_trial(self, trial: int, message: Start | Resume) -> None:
        """Syne Tune's next suggestion is carried out, if it is of the same kind."""
        if not self._asked:
            self._place.decided = message.configuration if isinstance(message, Start) else None
            self._ask()
            self._place.decided = None
        wanted = self._open
        self._asked, self._open, self._kept = False, None, None
        if isinstance(message, Start):
            self._stands[trial] = 0
            if wanted is not None and wanted.starts:
                self._theirs_of[trial], self._ours_of[wanted.trial] = wanted.trial, trial
                return
        elif wanted is not None and not wanted.starts and self._ours_of[wanted.trial] == trial:
            return
        if wanted is not None:
            self._told_as_lost += 1
            self._run.fail(wanted.trial)
        if isinstance(message, Resume):
            self._theirs_of.pop(trial, None)

    def _lose(self, trial: int) -> None:
        """Another decided what becomes of a trial: to Syne Tune it is lost."""
        self._told_as_lost += trial in self._theirs_of
        self._forget(trial)

    def _forget(self, trial: int) -> None:
        number = self._theirs_of.pop(trial, None)
        self._says.pop(trial, None)
        if number is not None:
            self._run.fail(number)
