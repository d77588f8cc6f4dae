"""The DyHPO scheduler: its rungs and a searcher, joined for the engine."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

import msgspec

from simdyhpo.decisions import (
    Compared,
    Decided,
    Failed,
    Proposal,
    Reason,
    Reported,
    Resume,
    ScheduleDecision,
    Start,
    Wait,
)
from simdyhpo.options import build_options
from simdyhpo.protocols import Problem
from simdyhpo.scheduler_defaults import Defaults
from simdyhpo.schedulers.dyhpo_rungs import SUMMARY_KEYS, DyHPORungs
from simdyhpo.schedulers.levels import Factor, Level, levels_and_quantiles
from simdyhpo.schedulers.plans import BracketPlan, quantile_plan
from simdyhpo.schedulers.safeguard import Safeguard
from simdyhpo.searchers import searcher_class
from simdyhpo.streams import DecisionCoin


class RungSpacingWarning(UserWarning):
    """DyHPO's rungs are not the ones it was made for."""


class DyHPOOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of DyHPO. Every other option that is given belongs to its searcher.

    Attributes:
        searcher: who scores candidates: a name, or `module:Class`.
        probability_sh: how often the successive-halving rule is tried first, in [0, 1]; the paper has 0, the
            source .25.
        safeguard: whether three rules that need no model are asked before the searcher (`Safeguard`); paper
            and source have none.
        safeguard_looks: so many trials must have gone on from a level before it is judged whether a look
            there tells something.
        safeguard_certainty: a level tells something if the rank correlation of its values with those at the
            next has at least this t statistic; 0 switches the two rules off that ask so.
        safeguard_depth: so much of the latest epochs shall be spent above half of the largest resource, as a
            share of what successive halving spends there; 0 switches this rule off.
        safeguard_patience: so many full trainings' epochs pass before it is seen how many went deep; one, if
            looks at the lowest level tell nothing.
        grace_period, rung_increment: linear rung levels; the paper has 1 and 1.
        reduction_factor: for geometric levels, with `rung_increment=none`.
        searcher_options: the searcher's own settings.
    """

    searcher: str = "dyhpo"
    probability_sh: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    safeguard: bool = True
    safeguard_looks: Annotated[int, msgspec.Meta(ge=3)] = 8
    safeguard_certainty: Annotated[float, msgspec.Meta(ge=0, le=100)] = 2.0
    safeguard_depth: Annotated[float, msgspec.Meta(ge=0, le=2)] = 1.0
    safeguard_patience: Annotated[float, msgspec.Meta(ge=1)] = 4.0
    grace_period: Level = 1
    rung_increment: Level | None = 1
    reduction_factor: Factor = 3.0
    searcher_options: Any = None

    def levels(self, max_t: int) -> tuple[list[int], list[float]]:
        """Rung levels below `max_t` and their promotion quantiles."""
        return levels_and_quantiles(self.grace_period, self.reduction_factor, self.rung_increment, max_t)

    def guard(self, milestones: Sequence[int]) -> Safeguard | None:
        """Who is asked before the searcher, if anybody is."""
        if not self.safeguard:
            return None
        return Safeguard(
            milestones,
            looks=self.safeguard_looks,
            certainty=self.safeguard_certainty,
            depth=self.safeguard_depth,
            patience=self.safeguard_patience,
        )

    def plan(self, max_resource: int) -> list[BracketPlan]:
        """The one bracket. Its quantiles are those of the successive-halving rule.

        Raises:
            OptionError: a setting can't give rising levels.
        """
        return [quantile_plan(*self.levels(max_resource), max_resource)]


_OF_THE_SAFEGUARD = {ScheduleDecision.PROMOTE_RUNG: "promoted_by_safeguard"}
"""What its decisions are counted under."""


class DyHPO(Defaults):
    """DyHPO (Wistuba, Kadra, Grabocka 2022) with Syne Tune's `probability_sh`, and a safeguard of ours."""

    Options: ClassVar[type[DyHPOOptions]] = DyHPOOptions

    @classmethod
    def parse_options(cls, given: Mapping[str, object]) -> DyHPOOptions:
        """Split what is given between the scheduler and its searcher, and check both.

        Raises:
            UnknownNameError, OptionError: see `build_options`.
        """
        own_names = set(cls.Options.__struct_fields__) - {"searcher_options"}
        own = build_options(cls.Options, {k: v for k, v in given.items() if k in own_names})
        rest = {k: v for k, v in given.items() if k not in own_names}
        settings = build_options(searcher_class(own.searcher).Options, rest, also_known=own_names)
        return msgspec.structs.replace(own, searcher_options=settings)

    @staticmethod
    def given_options(settings: Mapping[str, Any]) -> dict[str, Any]:
        """What `parse_options` makes the same settings of: the searcher's stand beside the others.

        Args:
            settings: all settings as plain values, as a manifest has them.
        """
        own = {name: value for name, value in settings.items() if name != "searcher_options"}
        return own | dict(settings.get("searcher_options") or {})

    def __init__(self, problem: Problem, options: DyHPOOptions) -> None:
        if options.rung_increment != options.grace_period:
            warnings.warn(
                "DyHPO is made for linear rungs with grace_period equal to rung_increment (1, 2, 3, ...); "
                f"got grace_period {options.grace_period}, rung_increment {options.rung_increment}",
                RungSpacingWarning,
                stacklevel=2,
            )
        self._coin = DecisionCoin(problem.streams.uniforms("probability_sh"))
        self._searcher = searcher_class(options.searcher)(problem, options.searcher_options)
        levels, quantiles = options.levels(problem.max_resource)
        self._rungs = DyHPORungs(
            levels,
            quantiles,
            problem.mode,
            problem.max_resource,
            self._searcher,
            options.probability_sh,
            self._coin,
            options.guard([*levels, problem.max_resource]),
        )
        self._trials = 0
        self._counted = SUMMARY_KEYS | (_OF_THE_SAFEGUARD if options.safeguard else {})
        self._counts = dict.fromkeys(self._counted, 0)

    def ask(self, _now_ns: int, /) -> Proposal:
        """Choose; nothing changes before the engine has accepted."""
        choice = self._rungs.choose(self._trials)
        if choice is None:
            return Wait(exhausted=True)
        asked = choice.decision in (ScheduleDecision.PROMOTE_DYHPO, ScheduleDecision.START_DYHPO)
        why = self._searcher.explain() if asked else choice.reason or Reason()
        reason = msgspec.structs.replace(why, coin=self._rungs.last_coin)
        if choice.decision is ScheduleDecision.START_DYHPO:
            return Start(choice.config["configuration"], choice.milestone, choice.decision, reason)
        return Resume(choice.trial_id, choice.resume_from, choice.milestone, choice.decision, reason)

    def tell(self, event: Decided | Reported | Failed) -> None:
        """Keep rungs, searcher and coin up to date. What a failed trial reported stays."""
        if type(event) is Reported:
            self._rungs.reach(event.trial, event.resource, event.values[-1], event.complete)
        elif type(event) is Decided:
            self._commit(event)
        self._searcher.tell(event)

    def summary(self) -> Mapping[str, int]:
        """Numbers of promotions of each kind, and of starts."""
        return {self._counted[kind]: count for kind, count in self._counts.items()}

    def diagnostics(self) -> Mapping[str, int | float]:
        """The searcher's counts."""
        counts: Mapping[str, int | float] = self._searcher.diagnostics()
        return counts

    def compared(self, trial: int, resource: int, /) -> Compared | None:
        """The trial's value at its rung, and the cutoff of the successive-halving rule there."""
        return self._rungs.compared(trial, resource)

    def _commit(self, event: Decided) -> None:
        message = event.message
        if isinstance(message, Start | Resume):
            if isinstance(message, Resume):
                self._rungs.mark_promoted(message.trial, message.resume_from)
            else:
                self._trials += 1
            if message.decision in self._counts:  # or else somebody else decided
                self._counts[message.decision] += 1
            self._coin.advance()
