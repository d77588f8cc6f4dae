"""A decision that is put in the place of a logged one: `promote:TRIAL` or `start:CONFIGURATION`."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import msgspec

from simdyhpo.decisions import Continue, Pause, Reason, Resume, ScheduleDecision, Start, Stop, Verdict
from simdyhpo.errors import OptionError
from simdyhpo.rebuilding.follower import is_verdict
from simdyhpo.records import DecisionRecord
from simdyhpo.runs.spec import RunSpec
from simdyhpo.simulation.trials import PAUSED, STATES, Trials
from simdyhpo.tables.curves import CurveTable

_FORM = re.compile(r"(promote|start):([0-9]{1,18})(?:@([0-9]{1,18}))?")
_VERDICTS = ("pause", "stop", "continue")
_LISTED = 10


class Substitute(msgspec.Struct, frozen=True):
    """What should have been decided.

    Attributes:
        text: as the user wrote it.
        promote: whether a paused trial resumes; otherwise a new one starts.
        number: of the trial or the configuration.
        milestone: where it runs to; None for the level that the run itself would have set.
    """

    text: str
    promote: bool
    number: int
    milestone: int | None

    def message(
        self, spec: RunSpec, log: Sequence[DecisionRecord], index: int, trials: Trials, table: CurveTable
    ) -> Start | Resume:
        """The message that takes the place of decision `index`.

        Args:
            spec, log, table: of the run.
            index: which decision.
            trials: as they are when it is due.

        Raises:
            OptionError: nobody could decide so there.
        """
        make = self._resume if self.promote else self._start
        return make(spec, log, index, trials, table)

    def _start(
        self, spec: RunSpec, log: Sequence[DecisionRecord], index: int, trials: Trials, table: CurveTable
    ) -> Start:
        if self.number >= len(table):
            raise self._cannot(f"the table's configurations are 0 to {len(table) - 1}")
        if spec.sampling == "without-replacement" and self.number in trials.configurations:
            trial = trials.configurations.index(self.number)
            raise self._cannot(f"that configuration started before, as trial {trial}; choose another")
        like = next(record for record in reversed(log[: index + 1]) if not record.resume_from)
        milestone = self._milestone(like.milestone, 0, table.max_resource)
        return Start(self.number, milestone, like.decision, _coin(log[index]))

    def _resume(
        self,
        spec: RunSpec,  # noqa: ARG002 - as for starts
        log: Sequence[DecisionRecord],
        index: int,
        trials: Trials,
        table: CurveTable,
    ) -> Resume:
        trial = self.number
        if trial >= len(trials):
            raise self._cannot(f"no such trial had started then; {_those_paused(trials)}")
        if trials.states[trial] != PAUSED:
            raise self._cannot(f"that trial was {STATES[trials.states[trial]]} then; {_those_paused(trials)}")
        resource = trials.resources[trial]
        if not math.isfinite(table.values[trials.configurations[trial], resource - 1]):
            raise self._cannot(f"its value at {resource} is not finite, so no rule would resume it")
        above = min((record.milestone for record in log if record.milestone > resource), default=None)
        milestone = self._milestone(above, resource, table.max_resource)
        return Resume(trial, resource, milestone, _promotion(log, index), _coin(log[index]))

    def _milestone(self, usual: int | None, resource: int, largest: int) -> int:
        milestone = usual if self.milestone is None else self.milestone
        if milestone is None:
            form = f"write {self.text}@MILESTONE"
            raise self._cannot(f"the run never went beyond {resource}, so say how far: {form}")
        if not resource < milestone <= largest:
            raise self._cannot(f"its next milestone lies in {resource + 1}..{largest}")
        return milestone

    def _cannot(self, advice: str) -> OptionError:
        return OptionError("instead", self.text, advice)


class SubstituteVerdict(msgspec.Struct, frozen=True):
    """What should have become of a trial at its milestone: "pause", "stop" or "continue"."""

    text: str

    def message(
        self,
        spec: RunSpec,  # noqa: ARG002 - as for workers' decisions
        log: Sequence[DecisionRecord],
        index: int,
        trials: Trials,  # noqa: ARG002
        table: CurveTable,
    ) -> Verdict:
        """The verdict that takes the place of decision `index`. Going on leads to the run's next level."""
        if self.text == "pause":
            return Pause()
        if self.text == "stop":
            return Stop()
        at = log[index].resume_from
        above = (record.milestone for record in log if record.milestone > at)
        return Continue(min(above, default=table.max_resource))


def parse_substitute(text: str) -> Substitute | SubstituteVerdict:
    """Read `promote:TRIAL` or `start:CONFIGURATION`, either with `@MILESTONE`; or a verdict.

    Raises:
        OptionError: it is none of these.
    """
    if text in _VERDICTS:
        return SubstituteVerdict(text)
    found = _FORM.fullmatch(text)
    if found is None:
        raise OptionError(
            "instead",
            text,
            "write promote:TRIAL or start:CONFIGURATION, with @MILESTONE if you want one; "
            "of a verdict pause, stop or continue",
        )
    milestone = None if found[3] is None else int(found[3])
    return Substitute(text, found[1] == "promote", int(found[2]), milestone)


def check_substitutable(
    log: Sequence[DecisionRecord], index: int, instead: Substitute | SubstituteVerdict
) -> None:
    """Raise an `OptionError` where a worker asked and a verdict is given, or the other way round."""
    if isinstance(instead, SubstituteVerdict):
        if not is_verdict(log[index]):
            raise OptionError(
                "instead", instead.text, f"decision {index} is {log[index].decision.name}, not a verdict"
            )
    elif is_verdict(log[index]):
        near = min(
            (record.index for record in log if not is_verdict(record)), key=lambda other: abs(other - index)
        )
        raise OptionError(
            "until",
            index,
            f"{log[index].decision.name} judged a running trial, and no idle worker asked; "
            f"the nearest decision of one is {near}",
        )


def _promotion(log: Sequence[DecisionRecord], index: int) -> ScheduleDecision:
    """The kind of the nearest promotion; if there is none, the one that goes with the run's starts."""
    kinds = [
        (abs(record.index - index), record.decision)
        for record in log
        if record.resume_from and not is_verdict(record)
    ]
    if kinds:
        return min(kinds)[1]
    if any(record.decision is ScheduleDecision.START_MODEL for record in log):
        return ScheduleDecision.PROMOTE_MODEL
    by_model = log[0].decision is ScheduleDecision.START_DYHPO
    return ScheduleDecision.PROMOTE_DYHPO if by_model else ScheduleDecision.PROMOTE_RUNG


def _coin(record: DecisionRecord) -> Reason | None:
    """The coin belongs to the decision's number, whatever was decided."""
    return None if math.isnan(record.coin) else Reason(coin=record.coin)


def _those_paused(trials: Trials) -> str:
    paused = [str(trial) for trial, state in enumerate(trials.states) if state == PAUSED]
    if not paused:
        return "no trial was paused"
    more = f" and {len(paused) - _LISTED:,} more" if len(paused) > _LISTED else ""
    return f"paused were {', '.join(paused[:_LISTED])}{more}"
