"""Small, plausible faults, each of which a golden log must show. See README.md."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """One fault.

    Attributes:
        module: below `simdyhpo`.
        old, new: the text that occurs once in it, and what stands there instead.
        rule: what SPEC section 1, the searcher's text or section 3 says and this breaks.
        log: the small golden log that shows it.
        says: part of the first divergent decision in words; empty for a survivor.
        proof: of a survivor: why no decision can change.
    """

    module: str
    old: str
    new: str
    rule: str
    log: str
    says: str = ""
    proof: str = ""


RUNGS, SYSTEMS, PROMOTION, STOPPING = (
    "schedulers.rungs",
    "schedulers.rung_systems",
    "schedulers.promotion_rung",
    "schedulers.rung",
)
DYHPO_RUNGS, DYHPO, ENGINE = "schedulers.dyhpo_rungs", "schedulers.dyhpo", "simulation.engine"
QUANTILE, LEVELS, DYNAMIC = "schedulers.running_quantile", "schedulers.levels", "searchers.dynamic"
SCORING = "searchers.scoring"
OBSERVED, EI, CONTROL = "searchers.observed", "surrogates.acquisition", "searchers.random"
BUDGET, CANDIDATES = "simulation.budget", "candidates"
SIMULATION = "simulation.simulation"

MUTANTS = [
    # The decision rule: the coin
    Mutant(
        DYHPO_RUNGS,
        "if self.last_coin < self.probability_sh:",
        "if self.last_coin <= self.probability_sh:",
        "the coin falls when u < p",
        "control-edge",
        "decision 12, t = 9 s, worker 0: PROMOTE_DYHPO trial 2 (configuration 14) from 3 to 4, now PROMOTE_SH trial 2 (configuration 14) from 3 to 4",
    ),
    Mutant(
        DYHPO_RUNGS,
        "if self.last_coin < self.probability_sh:",
        "if self.last_coin > self.probability_sh:",
        "the coin falls when u < p",
        "control-half",
        "decision 3, t = 2 s, worker 0: PROMOTE_DYHPO trial 0 (configuration 19) from 1 to 2, now PROMOTE_SH trial 1 (configuration 28) from 1 to 2",
    ),
    Mutant(
        DYHPO_RUNGS,
        "self.last_coin = self._random_state.random()",
        "self.last_coin = self._random_state.random() if self.probability_sh else 1.0",
        "a coin for every decision, always",
        "control-never",
        "decision 0, t = 0.0 s, worker 0: START_DYHPO configuration 19 to 1 as trial 0 in both; coin 0.0733675 against 1",
    ),
    Mutant(
        DYHPO,
        "self._coin.advance()",
        "self._coin.advance() if isinstance(message, Start) else None",
        "a coin of its own for every decision",
        "control-half",
        "decision 4, t = 2 s, worker 1: PROMOTE_SH trial 1 (configuration 28) from 1 to 2, now START_DYHPO configuration 2 to 1 as trial 3",
    ),
    Mutant(
        DYHPO,
        "            return Wait(exhausted=True)\n        asked",
        "            self._coin.advance()\n            return Wait(exhausted=True)\n        asked",
        "Wait keeps the coin for the next decision",
        "control-few",
        "decision 46, t = 45 s, worker 0: PROMOTE_DYHPO trial 3 (configuration 3) from 10 to 11, now PROMOTE_SH trial 3 (configuration 3) from 10 to 11",
    ),
    Mutant(
        DYHPO,
        'uniforms("probability_sh")',
        'uniforms("brackets")',
        "bracket draw and coin come from separate streams",
        "control-half",
        "decision 3, t = 2 s, worker 0: PROMOTE_DYHPO trial 0 (configuration 19) from 1 to 2, now PROMOTE_SH trial 1 (configuration 28) from 1 to 2",
    ),
    Mutant(
        DYHPO_RUNGS,
        "decision=ScheduleDecision.PROMOTE_SH",
        "decision=ScheduleDecision.PROMOTE_DYHPO",
        "a promotion by successive halving is PROMOTE_SH",
        "control-half",
        "decision 4, t = 2 s, worker 1: PROMOTE_SH trial 1 (configuration 28) from 1 to 2, now PROMOTE_DYHPO trial 1 (configuration 28) from 1 to 2",
    ),
    # ... candidates and winners
    Mutant(
        RUNGS,
        "for rung in reversed(self.rungs)\n            if resource",
        "for rung in self.rungs\n            if resource",
        "paused trials are collected top rung first",
        "control-half",
        "decision 8, t = 6 s, worker 0: PROMOTE_DYHPO trial 2 (configuration 14) from 2 to 3, now PROMOTE_DYHPO trial 0 (configuration 19) from 3 to 4",
    ),
    Mutant(
        PROMOTION,
        "enumerate(self.ordered())",
        "enumerate(self.entries)",
        "best first within a rung",
        "control-half",
        "decision 3, t = 2 s, worker 0: PROMOTE_DYHPO trial 0 (configuration 19) from 1 to 2, now PROMOTE_DYHPO trial 1 (configuration 28) from 1 to 2",
    ),
    Mutant(
        DYHPO_RUNGS,
        "min_resource = self.levels[0]",
        "min_resource = self.levels[1]",
        "new configurations start at rung_levels[0]",
        "control-half",
        "decision 0, t = 0.0 s, worker 0: START_DYHPO configuration 19 to 1 as trial 0, now START_DYHPO configuration 19 to 2 as trial 0",
    ),
    Mutant(
        DYHPO,
        "self._rungs.mark_promoted(message.trial, message.resume_from)",
        "self._rungs.mark_promoted(message.trial, self._rungs.levels[0])",
        "promoted at the level below its milestone",
        "control-half",
        "AssertionError: an entry is promoted once",
    ),
    Mutant(
        PROMOTION,
        "if trial_id not in self._settled and isfinite(self.entries[trial_id])",
        "if trial_id not in self._settled",
        "values that are not finite are never paused candidates",
        "control-half",
        "decision 20, t = 13 s, worker 2: PROMOTE_DYHPO trial 4 (configuration 6) from 1 to 2, now PROMOTE_DYHPO trial 3 (configuration 2) from 1 to 2",
    ),
    Mutant(
        CONTROL,
        "(new is None or kind < 0.5)",
        "kind < 0.5",
        "space exhausted: paused trials are still scored",
        "control-half",
        "decision 135, t = 82 s, worker 2: PROMOTE_DYHPO trial 16 (configuration 5) from 7 to 8, now no decision",
    ),
    Mutant(
        CONTROL,
        "kind < 0.5",
        "kind > 0.5",
        "the control takes a paused trial when its draw is below 1/2",
        "control-half",
        "decision 3, t = 2 s, worker 0: PROMOTE_DYHPO trial 0 (configuration 19) from 1 to 2, now START_DYHPO configuration 2 to 1 as trial 3",
    ),
    Mutant(
        CONTROL,
        "self._uniforms[2 * self._decision + 1]",
        "self._uniforms[2 * self._decision]",
        "kind and place are separate draws",
        "control-half",
        "decision 3, t = 2 s, worker 0: PROMOTE_DYHPO trial 0 (configuration 19) from 1 to 2, now PROMOTE_DYHPO trial 1 (configuration 28) from 1 to 2",
    ),
    # Successive halving
    Mutant(
        RUNGS,
        "for rung in reversed(self.rungs):",
        "for rung in self.rungs:",
        "rungs are scanned from the top",
        "asha-top-level",
        "decision 12, t = 11 s, worker 0: PROMOTE_RUNG trial 4 (configuration 6) from 4 to 8, now PROMOTE_RUNG trial 5 (configuration 3) from 2 to 4",
    ),
    Mutant(
        PROMOTION,
        "(key, len(self.entries), trial_id)",
        "(key, -len(self.entries), trial_id)",
        "equal metrics keep insertion order",
        "ties-one-worker",
        "decision 2, t = 2 s, worker 0: PROMOTE_RUNG trial 0 (configuration 20) from 1 to 3, now PROMOTE_RUNG trial 1 (configuration 23) from 1 to 3",
    ),
    Mutant(
        PROMOTION,
        "self.entries[trial_id] = self.entries.pop(trial_id)",
        "self.entries[trial_id] = self.entries[trial_id]",
        "a promoted entry lands after its equals",
        "surface-level",
        "decision 3, t = 4 s, worker 0: PROMOTE_RUNG trial 1 (configuration 23) from 1 to 3 in both; mean 15 against 21",
    ),
    Mutant(
        PROMOTION,
        "self._quantile.count >= 2",
        "self._quantile.count >= 1",
        "no promotion among fewer than 2",
        "asha-ties",
        "decision 7, t = 4 s, worker 2: START_RANDOM configuration 3 to 1 as trial 5, now PROMOTE_RUNG trial 4 (configuration 6) from 3 to 9",
    ),
    Mutant(
        PROMOTION,
        "if key <= cutoff_key:",
        "if key < cutoff_key:",
        "at least as good as the cutoff",
        "asha-ties",
        "decision 6, t = 3 s, worker 2: PROMOTE_RUNG trial 4 (configuration 6) from 1 to 3, now START_RANDOM configuration 3 to 1 as trial 5",
    ),
    Mutant(
        PROMOTION,
        "if not isfinite(metric):",
        "if metric != metric:",
        "values that are not finite are not in the cutoff",
        "asha-ties",
        "decision 12, t = 8 s, worker 1: START_RANDOM configuration 25 to 1 as trial 8, now PROMOTE_RUNG trial 6 (configuration 17) from 1 to 3",
    ),
    Mutant(
        PROMOTION,
        "settled.add(trial_id)\n        self.entries",
        "settled.add(trial_id)\n        self._quantile.count -= 1\n        self.entries",
        "the cutoff is over all entries, promoted ones included",
        "asha-ties",
        "decision 20, t = 18 s, worker 0: PROMOTE_RUNG trial 13 (configuration 16) from 1 to 3, now START_RANDOM configuration 8 to 1 as trial 14",
    ),
    Mutant(
        STOPPING,
        'quantile if mode == "min" else 1 - quantile',
        "quantile",
        "the quantile is 1-q in mode max",
        "asha-ties-max",
        "decision 5, t = 3 s, worker 2: START_RANDOM configuration 6 to 1 as trial 4, now PROMOTE_RUNG trial 0 (configuration 19) from 1 to 3",
    ),
    Mutant(
        STOPPING,
        'self._sign = 1.0 if mode == "min" else -1.0',
        "self._sign = 1.0",
        "in mode max, higher is better",
        "asha-ties-max",
        "decision 3, t = 2 s, worker 0: PROMOTE_RUNG trial 1 (configuration 28) from 1 to 3, now PROMOTE_RUNG trial 0 (configuration 19) from 1 to 3",
    ),
    Mutant(
        QUANTILE,
        "weight * high[0] + (1 - weight) * below",
        "(1 - weight) * high[0] + weight * below",
        "linear interpolation",
        "stopping-max",
        "decision 45, t = 73 s, worker 1: CONTINUE trial 18 (configuration 13) from 3 to 9, now STOP trial 18 (configuration 13) at 3",
    ),
    Mutant(
        QUANTILE,
        "weight * high[0] + (1 - weight) * below",
        "below",
        "linear interpolation",
        "asha-ties-max",
        "decision 4, t = 2 s, worker 1: START_RANDOM configuration 2 to 1 as trial 3, now PROMOTE_RUNG trial 0 (configuration 19) from 1 to 3",
    ),
    Mutant(
        QUANTILE,
        "if weight and high[0] != below:",
        "if weight:",
        "exact where neighbours are equal",
        "ties-one-worker",
        "decision 17, t = 45 s, worker 0: PROMOTE_RUNG trial 4 (configuration 6) from 1 to 3, now START_RANDOM configuration 21 to 1 as trial 5",
    ),
    Mutant(
        RUNGS,
        "rung.eligible, rung.level, self.above[rung.level])",
        "rung.eligible, rung.level, self.levels[-1])",
        "the milestone is the next level up",
        "asha-ties",
        "decision 3, t = 2 s, worker 0: PROMOTE_RUNG trial 1 (configuration 28) from 1 to 3, now PROMOTE_RUNG trial 1 (configuration 28) from 1 to 9",
    ),
    Mutant(
        LEVELS,
        "round(grace_period * reduction_factor**power)",
        "int(grace_period * reduction_factor**power)",
        "levels are rounded",
        "asha-rounded-levels",
        "decision 11, t = 17.77 s, worker 0: PROMOTE_RUNG trial 4 (configuration 12) from 6 to 16, now PROMOTE_RUNG trial 4 (configuration 12) from 6 to 15",
    ),
    Mutant(
        LEVELS,
        "range(self.grace_period, max_t, self.rung_increment)",
        "range(self.rung_increment, max_t, self.rung_increment)",
        "linear levels begin at grace_period",
        "asha-linear",
        "decision 0, t = 0.0 s, worker 0: START_RANDOM configuration 19 to 2 as trial 0, now START_RANDOM configuration 19 to 3 as trial 0",
    ),
    Mutant(
        LEVELS,
        "reduction_factor**power)) < max_t:",
        "reduction_factor**power)) < max_t - 1:",
        "all levels below max_t",
        "asha-top-level",
        "decision 12, t = 11 s, worker 0: PROMOTE_RUNG trial 4 (configuration 6) from 4 to 8, now PROMOTE_RUNG trial 4 (configuration 6) from 4 to 9",
    ),
    Mutant(
        LEVELS,
        "Fraction(low, high)",
        "Fraction(levels[0], high)",
        "the quantile is r_j / r_(j+1)",
        "asha-ties",
        "decision 27, t = 27 s, worker 2: PROMOTE_RUNG trial 14 (configuration 8) from 3 to 9, now START_RANDOM configuration 21 to 1 as trial 17",
    ),
    Mutant(
        SYSTEMS,
        "return self.get_milestones(skip_rungs)[-1]",
        "return self.get_milestones(0)[-1]",
        "a shared system skips rungs for new trials",
        "surface",
        "MilestoneError: trial 3 reported resource 2, past its milestone 1: every milestone must be reported exactly",
    ),
    Mutant(
        STOPPING,
        "self._sign * metric <= self._sign * self._quantile.add(metric)",
        "self._sign * metric < self._sign * self._quantile.add(metric)",
        "stopping: as good as the cutoff goes on, the first does",
        "stopping",
        "decision 3, t = 2 s, worker 0: CONTINUE trial 0 (configuration 19) from 1 to 3, now STOP trial 0 (configuration 19) at 1",
    ),
    Mutant(
        STOPPING,
        "if not isfinite(metric):\n            return False",
        "if not isfinite(metric):\n            return True",
        "stopping: a value that is not finite never goes on",
        "stopping",
        "decision 16, t = 13 s, worker 2: STOP trial 6 (configuration 17) at 1, now CONTINUE trial 6 (configuration 17) from 1 to 3",
    ),
    # The life cycle by the source document's methods
    Mutant(
        SYSTEMS,
        "if resource > running.milestone:",
        "if resource > running.milestone + 1:",
        "overshooting a milestone is an error",
        "surface",
        "decision 2, t = 2 s, worker 0: PROMOTE_RUNG trial 1 (configuration 28) from 1 to 3 in both; paused_scored 2 against 0",
    ),
    Mutant(
        SYSTEMS,
        "ignore_data=resource <= running.resume_from",
        "ignore_data=resource < running.resume_from",
        "reports up to resume_from are ignored data",
        "surface",
        "decision 5, t = 6 s, worker 0: START_RANDOM configuration 6 to 1 as trial 4 in both; new_scored 1 against 0",
    ),
    Mutant(
        SYSTEMS,
        "self._running.pop(trial_id, None)",
        "self._running.get(trial_id, None)",
        "on_task_remove forgets the running entry",
        "surface",
        "decision 2, t = 2 s, worker 0: PROMOTE_RUNG trial 1 (configuration 28) from 1 to 3 in both; deviation 0 against 1",
    ),
    Mutant(
        SYSTEMS,
        "[max_t, *reversed(below[skip_rungs:])]",
        "[max_t, *below[skip_rungs:]]",
        "milestones, largest first",
        "surface",
        "KeyError: 17",
    ),
    # The searcher: expected improvement and what is pending
    Mutant(
        EI,
        "gain = incumbent - mean",
        "gain = mean - incumbent",
        "the improvement is the incumbent minus the value",
        "scored",
        "decision 6, t = 4 s, worker 1: START_DYHPO configuration 29 to 1 as trial 4, now START_DYHPO configuration 0 to 1 as trial 4",
    ),
    Mutant(
        EI,
        "/ _ROOT_TWO_PI",
        "",
        "the density has its factor",
        "scored",
        "decision 6, t = 4 s, worker 1: START_DYHPO configuration 29 to 1 as trial 4 in both; score -3.97965 against -3.15319",
    ),
    Mutant(
        DYNAMIC,
        "np.where(np.isfinite(at_level), at_level, overall)",
        "np.full(len(levels), overall)",
        "the incumbent is the best at the target level",
        "scored",
        "decision 13, t = 9 s, worker 0: PROMOTE_DYHPO trial 7 (configuration 24) from 1 to 2, now PROMOTE_DYHPO trial 1 (configuration 28) from 4 to 5",
    ),
    Mutant(
        SCORING,
        "winner = int(np.argmax(scores))",
        "winner = len(scores) - 1 - int(np.argmax(scores[::-1]))",
        "ties go to the first candidate",
        "scored",
        "decision 8, t = 5 s, worker 2: START_DYHPO configuration 26 to 1 as trial 5, now START_DYHPO configuration 27 to 1 as trial 5",
    ),
    Mutant(
        SCORING,
        "[level for _, _, level in paused]",
        "[level - 1 for _, _, level in paused]",
        "candidates are scored at their next level",
        "scored",
        "decision 6, t = 4 s, worker 1: START_DYHPO configuration 29 to 1 as trial 4, now PROMOTE_DYHPO trial 1 (configuration 28) from 2 to 3",
    ),
    Mutant(
        OBSERVED,
        "self._pending.pop(event.trial, None)\n            first",
        "self._pending.get(event.trial)\n            first",
        "what reported is pending no more",
        "scored",
        "decision 6, t = 4 s, worker 1: START_DYHPO configuration 29 to 1 as trial 4 in both; score -3.97965 against -4.4314",
    ),
    Mutant(
        OBSERVED,
        "self._pending[event.trial] = message.milestone",
        "self._pending[event.trial] = 1",
        "pending at the milestone",
        "scored",
        "decision 6, t = 4 s, worker 1: START_DYHPO configuration 29 to 1 as trial 4 in both; score -3.97965 against -3.72897",
    ),
    Mutant(
        OBSERVED,
        'self._sign = 1.0 if problem.mode == "min" else -1.0',
        "self._sign = 1.0",
        "oriented so that lower is better",
        "scored-max",
        "decision 7, t = 7 s, worker 1: START_DYHPO configuration 29 to 1 as trial 4, now PROMOTE_DYHPO trial 3 (configuration 2) from 1 to 2",
    ),
    # The clock
    Mutant(
        ENGINE,
        "(now + takes, log.count, worker",
        "(now + takes, -log.count, worker",
        "events of one instant keep their sequence",
        "stopping",
        "decision 3, t = 2 s, worker 0: CONTINUE trial 0 (configuration 19) from 1 to 3, now t = 2 s, worker 1: CONTINUE trial 1 (configuration 28) from 1 to 3",
    ),
    Mutant(
        ENGINE,
        "while under_way and under_way[0][0] == now:",
        "if under_way and under_way[0][0] == now:",
        "all that ended is told before any worker asks",
        "zero-seconds",
        "decision 25, t = 8 s, worker 0: PROMOTE_RUNG trial 15 (configuration 0) from 3 to 9, now PROMOTE_RUNG trial 9 (configuration 22) from 3 to 9",
    ),
    Mutant(
        ENGINE,
        "raise no_verdict(verdict, trial)\n        heappush(self._idle, worker)",
        "raise no_verdict(verdict, trial)\n        self._idle.append(worker)",
        "workers ask in id order",
        "asha-ties",
        "decision 12, t = 8 s, worker 1: START_RANDOM configuration 25 to 1 as trial 8, now t = 8 s, worker 2: START_RANDOM configuration 25 to 1 as trial 8",
    ),
    Mutant(
        ENGINE,
        "if not takes:\n                return",
        "if takes < 0:\n                return",
        "what takes no time is told before the next worker asks",
        "zero-seconds",
        "decision 1, t = 0.0 s, worker 0: START_RANDOM configuration 28 to 1 as trial 1, now t = 0.0 s, worker 1: START_RANDOM configuration 28 to 1 as trial 1",
    ),
    Mutant(
        ENGINE,
        "takes = elapsed[end] - elapsed[first]",
        "takes = elapsed[end] - elapsed[first if first > 1 else 0]",
        "resuming re-pays nothing",
        "asha-ties",
        "decision 10, t = 6 s, worker 0: PROMOTE_RUNG trial 1 (configuration 28) from 3 to 9, now t = 8 s, worker 0: PROMOTE_RUNG trial 1 (configuration 28) from 3 to 9",
    ),
    Mutant(
        ENGINE,
        "first = end - 1 if self",
        "first = max(resume_from, end - 2) if self",
        "a fit is paid whole, and reports once",
        "asha-fits",
        "decision 6, t = 5 s, worker 0: START_RANDOM configuration 3 to 1 as trial 4, now t = 7 s, worker 0: START_RANDOM configuration 3 to 1 as trial 4",
    ),
    Mutant(
        SIMULATION,
        "round(budget.max_seconds * NANOSECONDS)",
        "int(budget.max_seconds) * NANOSECONDS",
        "time counts nanoseconds",
        "asha-seconds",
        "ended by budget at 70.29 s, now by budget at 70 s",
    ),
    Mutant(
        SIMULATION,
        "else budget.max_decisions",
        "else budget.max_decisions + 1",
        "no decision beyond the budget",
        "asha-decisions",
        "decision 12, no decision, now t = 6.25 s, worker 2: PROMOTE_RUNG trial 5 (configuration 22) from 3 to 9",
    ),
    Mutant(
        ENGINE,
        "== self.budget.max_trials:",
        "== (self.budget.max_trials or -2) + 1:",
        "no trial beyond the budget",
        "asha-trials",
        "decision 18, no decision, now t = 14 s, worker 2: START_RANDOM configuration 7 to 1 as trial 12",
    ),
    Mutant(
        BUDGET,
        "self._limit - ended",
        "self._limit - ended + 1",
        "the run ends with the N-th report",
        "asha-epochs",
        "decision 28, no decision, now t = 21 s, worker 2: PROMOTE_RUNG trial 16 (configuration 5) from 1 to 3",
    ),
    Mutant(
        CANDIDATES,
        "            self._cursor += 1\n            return True",
        "            self._cursor += 2\n            return True",
        "the k-th random start is the k-th of the order",
        "asha-replacing",
        "decision 1, t = 0.0 s, worker 1: START_RANDOM configuration 27 to 1 as trial 1, now START_RANDOM configuration 24 to 1 as trial 1",
    ),
]
