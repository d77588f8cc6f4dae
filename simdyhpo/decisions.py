"""What a scheduler can say, what it is told, and how a decision is named.

All messages are frozen values. They are created once per decision, on the hot path of the simulator, so they
are msgspec structs: as immutable as a frozen dataclass, at a tenth of the cost.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence

import msgspec

NAN = float("nan")


class ScheduleDecision(enum.IntEnum):
    """Kind of a decision. 0 to 2 are the source's own; the list only ever grows at its end."""

    PROMOTE_SH = 0
    """A paused trial resumes: promoted by the successive-halving rule."""
    PROMOTE_DYHPO = 1
    """A paused trial resumes: it won DyHPO's scoring."""
    START_DYHPO = 2
    """A new configuration starts: it won DyHPO's scoring."""
    START_RANDOM = 3
    """A new configuration starts, drawn at random."""
    START_MODEL = 4
    """A new configuration starts, chosen by some other model."""
    PROMOTE_RUNG = 5
    """A paused trial resumes: promoted by a baseline's rung rule."""
    CONTINUE = 6
    """A running trial passed its milestone and goes on, on the same worker."""
    STOP = 7
    """A running trial is ended for good at its milestone."""
    RETRY = 8
    """A trial runs again after its worker failed."""
    PROMOTE_MODEL = 9
    """A paused trial resumes: chosen by some other model."""


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why it was decided so, from the rule that did; logged as it is. What doesn't apply is NaN, None or 0.

    Attributes:
        score: acquisition value of the winner: what it is, its searcher says (docs/decision-logs.md); of a
            verdict, the value that the rule looked at.
        runner_up: acquisition value of the best candidate that lost; of a verdict, what the value was held
            against.
        runner_up_kind: "paused" or "new".
        mean, deviation: the surrogate's prediction for the winner, in the metric's unit and direction.
        paused_scored, new_scored: how many candidates of each kind were compared.
        coin: the uniform number that was held against `probability_sh`.
    """

    score: float = NAN
    runner_up: float = NAN
    runner_up_kind: str | None = None
    mean: float = NAN
    deviation: float = NAN
    paused_scored: int = 0
    new_scored: int = 0
    coin: float = NAN


class Compared(msgspec.Struct, frozen=True):
    """What a rule goes by where it decides about a trial.

    Attributes:
        value: what it looks at, e.g. the trial's value at a rung.
        limit: what it holds that against, e.g. the rung's cutoff; NaN while there is nothing yet.
    """

    value: float
    limit: float


class Start(msgspec.Struct, frozen=True, gc=False):
    """Start a new trial of `configuration` and run it to resource `milestone`."""

    configuration: int
    milestone: int
    decision: ScheduleDecision
    reason: Reason | None = None


class Resume(msgspec.Struct, frozen=True, gc=False):
    """Resume paused `trial`, which stands at resource `resume_from`, and run it to `milestone`."""

    trial: int
    resume_from: int
    milestone: int
    decision: ScheduleDecision
    reason: Reason | None = None


class Wait(msgspec.Struct, frozen=True, gc=False):
    """Nothing to run now.

    Plain: the scheduler waits for a running trial; if none runs, that is a deadlock, an error. `exhausted`:
    it waits for nobody; nothing is left, unless a running trial's report brings something.
    """

    exhausted: bool = False


Proposal = Start | Resume | Wait


class Pause(msgspec.Struct, frozen=True, gc=False):
    """Verdict at a milestone: the trial is checkpointed and leaves its worker."""


class Continue(msgspec.Struct, frozen=True, gc=False):
    """Verdict at a milestone: the trial keeps its worker and runs on to `milestone`."""

    milestone: int
    reason: Reason | None = None


class Stop(msgspec.Struct, frozen=True, gc=False):
    """Verdict at a milestone: the trial ends for good."""

    reason: Reason | None = None


Verdict = Pause | Continue | Stop


class Reported(msgspec.Struct, frozen=True, gc=False):
    """A trial's segment ended and its reports arrived.

    Attributes:
        values: the metric at resources `resource - len(values) + 1 .. resource`, in the table's unit.
        complete: the curve has ended (at the largest resource or, for a short curve, before it): the trial
            can never be resumed, and no verdict is asked.
        cost_ns: nanoseconds of training that the segment took.
    """

    trial: int
    configuration: int
    resource: int
    values: Sequence[float]
    complete: bool
    cost_ns: int


class Decided(msgspec.Struct, frozen=True, gc=False):
    """The engine accepted `message` about `trial` (for a `Start`, the new trial's id).

    Pausing is no decision, so it is not told.
    """

    trial: int
    message: Start | Resume | Continue | Stop


class Failed(msgspec.Struct, frozen=True, gc=False):
    """A running trial was interrupted once too often: it is gone for good, and was at `resource` before.

    Only clusters whose workers can fail have this event. Its segment reports nothing; what was told before
    stays true.
    """

    trial: int
    configuration: int
    resource: int


Event = Reported | Decided | Failed
