"""What is known about each scheduler of the catalogue: one entry, and nowhere else.

`scheduler list`, `explain`, legends, the laws' test and README.md's table are made from it. Nothing here
imports a scheduler: its class is named, and loaded when a run needs it.
"""

from __future__ import annotations

from collections.abc import Mapping

from simdyhpo.catalog.entry import Entry, LineStyle, Options
from simdyhpo.decision_kinds import MEANINGS
from simdyhpo.decisions import ScheduleDecision

_LONG = (5, 1.2)
_SHORT = (2, 1)
_DASH_DOT = (3, 1, 1, 1)
_DASH_DOT_DOT = (6, 1.5, 1, 1.5, 1, 1.5)

_PROMOTE, _START = ScheduleDecision.PROMOTE_RUNG, ScheduleDecision.START_RANDOM
_CONTINUE, _STOP = ScheduleDecision.CONTINUE, ScheduleDecision.STOP

CUTOFF = {
    _PROMOTE: "Rungs are tested from the top down; in {rung}, this was the best trial not yet "
    "promoted, and its value was at least as good as the rung's cutoff, a quantile of all values there.",
    _CONTINUE: "Its value was at least as good as the cutoff of {rung}, a quantile of all values there "
    "(the first trial to reach a rung always continues).",
    _STOP: "Its value was worse than the cutoff of {rung}, a quantile of all values there.",
}
_ASHA = CUTOFF | {
    _START: f"No rung allowed a promotion, so a new configuration started.\n{MEANINGS[_START].why}"
}
_BRACKET = {_PROMOTE: "All trials of its bracket's rung had reported, and it was among the best that go on."}
_PRUNER = {
    _CONTINUE: "Optuna's pruner let it go on from resource {resume_from}.",
    _STOP: "Optuna's pruner ended it at resource {resume_from}, or its value was not finite.",
}
_JOB = {
    _PROMOTE: "The package asked for a configuration that it knows, with more resource.",
    _START: f"The package asked for nothing more.\n{MEANINGS[_START].why}",
}
_SYNE_TUNE = {
    _PROMOTE: "Syne Tune resumed it from resource {resume_from}.",
    _START: "A scheduler without a model started it, or one that had nothing more to suggest.\n"
    + MEANINGS[_START].why,
    _CONTINUE: "Syne Tune let it go on from resource {resume_from}.",
    _STOP: "Syne Tune ended it at resource {resume_from}, or its value was not finite.",
}
_LOG_IMPROVEMENT = "the logarithm of its expected improvement"
_LOG_RATIO = "the logarithm of the ratio of both densities"
_LOG_CHANCE = "the logarithm of its chance to pass the threshold"
_HALVES: Options = {"grace_period": 1, "reduction_factor": 2, "rung_increment": None}
_LINEAR: Mapping[str, Options] = {"linear": {"grace_period": 2, "rung_increment": 1}}
_WAITING: Mapping[str, Options] = {"waiting": {"overlap": False}}
_FEWER: Mapping[str, Options] = {"fewer": {"brackets": 2}}
_WITH_MODEL = {
    "workers": "runs to exhaustion with 1,000 workers, minutes with a model",
    "cost": "counting the steps of a model that is trained takes minutes",
}
_OPTUNA_LACKS = {"cost": "Optuna looks at every trial when one reaches a rung"}

# Colours from Okabe and Ito's and Tol's palettes, which colour-blind readers can tell apart. One hue a
# family: blue for DyHPO, orange for ASHA, green for halving in brackets, purple and red for models.
SCHEDULERS: Mapping[str, Entry] = {
    "asha": Entry(
        home="simdyhpo.schedulers.asha:PromotionASHA",
        rule="ASHA: trials pause at rungs, and the best of a rung are promoted",
        why=_ASHA,
        structures=_LINEAR,
        exact=_HALVES,
        look=LineStyle("ASHA (promotion)", "#D55E00", _DASH_DOT),
    ),
    "asha-stopping": Entry(
        home="simdyhpo.schedulers.asha:StoppingASHA",
        rule="ASHA: trials run on unless they are worse than a rung's cutoff",
        why=CUTOFF,
        structures=_LINEAR,
        exact=_HALVES,
        look=LineStyle("ASHA (stopping)", "#E69F00", _SHORT),
    ),
    "random": Entry(
        home="simdyhpo.schedulers.random_search:RandomSearch",
        rule="random search to the largest resource",
        look=LineStyle("Random search", "#555555", _DASH_DOT_DOT),
    ),
    "asha-cost": Entry(
        home="simdyhpo.schedulers.asha_cost:CostASHA",
        rule="ASHA whose rungs promote up to a share of their cost",
        why={
            _PROMOTE: "Rungs are tested from the top down; in {rung}, it was the best trial not yet "
            "promoted, and with it those that moved up have cost no more than the rung's share of all cost."
        },
        structures=_LINEAR,
        look=LineStyle("ASHA (cost-aware)", "#A5510B", _LONG, "s"),
    ),
    "pasha": Entry(
        home="simdyhpo.schedulers.pasha:PASHA",
        rule="ASHA whose largest resource grows while rankings change",
        why=_ASHA,
        structures={"fixed": {"epsilon": 0}, **_LINEAR},
        exact=_HALVES,
        look=LineStyle("PASHA", "#C98A00", (), "s"),
    ),
    "sh": Entry(
        home="simdyhpo.schedulers.synchronous:SuccessiveHalving",
        rule="successive halving, synchronous: a rung promotes when all have reported",
        why=_BRACKET,
        structures={**_WAITING, "skipping": {"skip_rungs": 1, "reduction_factor": 2}},
        golden={"workers": 4, "max_decisions": 60},
        look=LineStyle("Successive halving", "#117733", _SHORT, "^"),
    ),
    "hyperband": Entry(
        home="simdyhpo.schedulers.synchronous:Hyperband",
        rule="Hyperband, synchronous: brackets of successive halving in turn",
        why=_BRACKET,
        structures={**_WAITING, **_FEWER, "table": {"sizes": "table", "overlap": False}},
        look=LineStyle("Hyperband", "#009E73", (), "v"),
    ),
    "hyperband-async": Entry(
        home="simdyhpo.schedulers.hyperband_async:AsynchronousHyperband",
        rule="several brackets of ASHA, promotion or stopping, with shared or separate rungs",
        why=CUTOFF,
        structures={
            **_LINEAR,
            **_FEWER,
            "shared": {"rungs": "shared"},
            "stopping": {"form": "stopping"},
            "stopping-shared": {"form": "stopping", "rungs": "shared"},
        },
        exact=_HALVES,
        look=LineStyle("Hyperband (asynchronous)", "#44AA99", _DASH_DOT, "v"),
    ),
    "median-stopping": Entry(
        home="simdyhpo.schedulers.median_stopping:MedianStopping",
        rule="trials run on unless their best value is worse than the median of others' averages (Vizier)",
        why={
            _CONTINUE: "Its best value up to resource {resume_from} was at least as good as the median of "
            "the averages of others up to there, or there were too few to compare with.",
            _STOP: "Its best value up to resource {resume_from} was worse than the median of the averages of "
            "others up to there, or a value was not finite.",
        },
        structures={"all": {"peers": "all"}, "later": {"grace_period": 3, "min_trials": 4}},
        golden={"table": "uneven-min", "workers": 3, "max_decisions": 110},
        look=LineStyle("Median stopping", "#6B8E23", _LONG, "^"),
    ),
    "one-epoch": Entry(
        home="simdyhpo.schedulers.one_epoch:OneEpoch",
        rule="control: one epoch for all, then the best 3 to the end",
        why={_PROMOTE: "All first looks were over, and it was among the few best of them."},
        look=LineStyle("One epoch, then the best", "#999933", _DASH_DOT, "x"),
    ),
    "greedy": Entry(
        home="simdyhpo.schedulers.greedy:Greedy",
        rule="control: always the best paused trial, by one resource",
        why={_PROMOTE: "Of all paused trials, its latest value was the best."},
        look=LineStyle("Greedy", "#000000", _SHORT, "x"),
    ),
    "dyhpo": Entry(
        home="simdyhpo.schedulers.dyhpo:DyHPO",
        rule="DyHPO: a searcher says which trial goes on or what starts, and a safeguard watches",
        score=_LOG_IMPROVEMENT,
        why={
            ScheduleDecision.PROMOTE_SH: CUTOFF[_PROMOTE],
            _PROMOTE: "The safeguard chose it: too few of the latest epochs went deep, or looks at {rung} "
            "tell nothing yet, so that it goes on without being compared, or those at the lowest rung tell "
            "nothing, so that successive halving says what goes on.",
        },
        behaviour=4,
        unchanged={"safeguard": False},
        structures={
            "halving": {"probability_sh": 1.0},
            "unguarded": {"safeguard": False},
            "shallow": {"safeguard_depth": 0},
            "uncarried": {"safeguard_certainty": 0},
        },
        quick={"searcher": "random"},
        exact={"probability_sh": 0},
        golden={
            "max_decisions": 80,
            "options": {
                "steps": 3,
                "candidates": 40,
                "learning_rate": 1e-5,
                "safeguard_looks": 4,
                "safeguard_patience": 1,
            },
        },
        look=LineStyle("DyHPO with safeguard", "#0072B2", _DASH_DOT, "D"),
    ),
    "bohb": Entry(
        home="simdyhpo.schedulers.bohb:BOHB",
        rule="Hyperband, new configurations from densities of good and bad ones",
        score=_LOG_RATIO,
        why=_BRACKET,
        chooses=True,
        structures={**_WAITING, **_FEWER},
        look=LineStyle("BOHB", "#CC79A7", (), "*"),
    ),
    "bohb-async": Entry(
        home="simdyhpo.schedulers.bohb_async:AsynchronousBOHB",
        rule="ASHA, new configurations from BOHB's densities of good and bad ones",
        score=_LOG_RATIO,
        why=CUTOFF,
        chooses=True,
        structures={"stopping": {"form": "stopping"}},
        exact=_HALVES,
        look=LineStyle("BOHB (asynchronous)", "#A64D79", (), "h"),
    ),
    "priorband": Entry(
        home="simdyhpo.schedulers.priorband:PriorBand",
        rule="Hyperband, new configurations where a prior says or near the best so far",
        score="minus its distance from the suggested point",
        why=_BRACKET,
        chooses=True,
        structures={**_WAITING, "prior": {"prior": {"x": 0.7}, "reduction_factor": 2}},
        golden={
            "max_decisions": 110,
            "options": {"prior": {"learning_rate": 0.01, "num_layers": 3}, "reduction_factor": 2},
        },
        look=LineStyle("PriorBand", "#4D9221", _SHORT, ">"),
    ),
    "dehb": Entry(
        home="simdyhpo.schedulers.dehb:DEHB",
        rule="Hyperband's brackets, filled by differential evolution",
        score="minus its distance from the suggested point",
        why=_BRACKET,
        chooses=True,
        behaviour=4,
        structures={**_WAITING, **_FEWER, "evolving": {"promoting_brackets": 0}},
        look=LineStyle("DEHB", "#7A5195", _DASH_DOT, "*"),
    ),
    "mobster": Entry(
        home="simdyhpo.schedulers.mobster:MOBSTER",
        rule="ASHA, new configurations from a Gaussian process",
        score=_LOG_IMPROVEMENT,
        why=CUTOFF,
        chooses=True,
        looks_ahead=True,
        behaviour=4,
        structures={"stopping": {"form": "stopping"}},
        quick={"steps": 1, "training_rows": 8, "candidates": 5, "initial_random": 3},
        exact=_HALVES,
        slow=_WITH_MODEL,
        golden={"options": {"steps": 2, "candidates": 20}},
        look=LineStyle("MOBSTER", "#882255", _LONG, "*"),
    ),
    "asha-bore": Entry(
        home="simdyhpo.schedulers.asha_bore:BOREASHA",
        rule="ASHA, new configurations by a classifier of good ones (BORE)",
        score="the classifier's log odds that it is good",
        why=CUTOFF,
        chooses=True,
        structures={"stopping": {"form": "stopping"}},
        quick={"trees": 3, "resource_threshold": 4},
        exact=_HALVES,
        golden={"options": {"trees": 20, "resource_threshold": 6}},
        look=LineStyle("ASHA with BORE", "#CC5A71", _SHORT, "h"),
    ),
    "asha-cqr": Entry(
        home="simdyhpo.schedulers.asha_cqr:CQRASHA",
        rule="ASHA, new configurations by conformal quantile regression",
        score="the quantile that was drawn for it, negated if the metric is minimised",
        why=CUTOFF,
        chooses=True,
        structures={"stopping": {"form": "stopping"}, "uncorrected": {"least_to_correct": 100_000}},
        quick={"trees": 2, "refit_growth": 0.5, "least_to_correct": 10},
        exact=_HALVES,
        golden={"options": {"trees": 20, "least_to_correct": 8}},
        look=LineStyle("ASHA with CQR", "#994F88", _LONG, "h"),
    ),
    "hyper-tune": Entry(
        home="simdyhpo.schedulers.hyper_tune:HyperTune",
        rule="asynchronous Hyperband, its shares and new configurations by a model for each resource",
        score=_LOG_IMPROVEMENT,
        why=CUTOFF,
        chooses=True,
        looks_ahead=True,
        structures={
            "stopping": {"form": "stopping"},
            "shared": {"rungs": "shared"},
            "undelayed": {"delay": False, "learnt_shares": False},
        },
        quick={"steps": 1, "training_rows": 8, "candidates": 5, "initial_random": 3, "samples": 3},
        exact=_HALVES,
        slow=_WITH_MODEL,
        golden={"options": {"steps": 2, "candidates": 20, "level_values": 4}},
        look=LineStyle("Hyper-Tune", "#6A3D9A", (), ">"),
    ),
    "dpl": Entry(
        home="simdyhpo.schedulers.learning_curves:DPL",
        rule="networks that predict power laws say which trial goes on by one resource",
        score=_LOG_IMPROVEMENT,
        chooses=True,
        looks_ahead=True,
        behaviour=4,
        quick={
            "members": 2,
            "units": 4,
            "scratch_steps": 2,
            "refine_steps": 1,
            "restart_steps": 2,
            "candidates": 10,
        },
        slow=_WITH_MODEL,
        golden={
            "options": {
                "members": 2,
                "units": 8,
                "scratch_steps": 20,
                "refine_steps": 2,
                "candidates": 20,
                "learning_rate": 1e-5,
            }
        },
        look=LineStyle("DPL", "#AA3377", (), "P"),
    ),
    "freeze-thaw": Entry(
        home="simdyhpo.schedulers.learning_curves:FreezeThaw",
        rule="a Gaussian process of learning curves, and chances at random horizons",
        score=_LOG_CHANCE,
        chooses=True,
        looks_ahead=True,
        behaviour=4,
        quick={
            "steps": 1,
            "training_rows": 8,
            "refit": "growth",
            "refit_growth": 9,
            "candidates": 5,
            "initial_random": 3,
        },
        slow=_WITH_MODEL,
        golden={"options": {"steps": 2, "candidates": 20}},
        look=LineStyle("Freeze-thaw", "#CC6677", _DASH_DOT, "P"),
    ),
    "ifbo": Entry(
        home="simdyhpo.schedulers.learning_curves:IfBO",
        rule="freeze-thaw's rule with a transformer of learning curves",
        score=_LOG_CHANCE,
        extra="ifbo",
        needs="the network's weights, which don't travel with us",
        chooses=True,
        looks_ahead=True,
        slow=_WITH_MODEL,
        look=LineStyle("ifBO", "#B2182B", _LONG, "P"),
    ),
    "optuna-hyperband": Entry(
        home="simdyhpo.outside.optuna_pruning:OptunaHyperband",
        rule="Optuna's TPE with its Hyperband, the package itself on our clock",
        extra="optuna",
        outside=True,
        why=_PRUNER,
        chooses=True,
        quick={"sampler": "random"},
        lacks=_OPTUNA_LACKS,
        look=LineStyle("Optuna, Hyperband", "#7F6A00", (), "d"),
    ),
    "optuna-sh": Entry(
        home="simdyhpo.outside.optuna_pruning:OptunaHalving",
        rule="Optuna's TPE with its successive halving, the package itself on our clock",
        extra="optuna",
        outside=True,
        why=_PRUNER,
        chooses=True,
        quick={"sampler": "random"},
        lacks=_OPTUNA_LACKS,
        look=LineStyle("Optuna, successive halving", "#7F6A00", _SHORT, "d"),
    ),
    "dehb-package": Entry(
        home="simdyhpo.outside.dehb_package:DEHBPackage",
        rule="DEHB, the authors' package on our clock",
        extra="dehb",
        outside=True,
        why=_JOB,
        chooses=True,
        slow={"cost": "counting DEHB's steps takes a minute"},
        look=LineStyle("DEHB (its package)", "#A98BC0", _SHORT, "*"),
    ),
    "smac-hyperband": Entry(
        home="simdyhpo.outside.smac_package:SMACHyperband",
        rule="SMAC3's random forest with its Hyperband, the package itself on our clock",
        extra="smac",
        outside=True,
        why=_JOB,
        chooses=True,
        quick={"challengers": 10, "local_searches": 1},
        lacks={"cost": "SMAC looks at every trial for each suggestion; counting that takes hours"},
        slow=_WITH_MODEL,
        look=LineStyle("SMAC, Hyperband", "#5B4A2F", _DASH_DOT, "d"),
    ),
    "syne-tune": Entry(
        home="simdyhpo.outside.syne_tune_package:SyneTune",
        rule="Syne Tune's own schedulers, by name, the package itself on our clock",
        extra="syne-tune",
        outside=True,
        why=_SYNE_TUNE,
        chooses=True,
        structures={
            "promotion": {"type": "promotion"},
            "pasha": {"name": "PASHA"},
            "kde": {"name": "BOHB", "type": "promotion"},
            "brackets": {"name": "SyncHyperband"},
            "evolution": {"name": "DEHB"},
        },
        quick={"name": "LegacyASHA"},
        golden={"options": {"name": "BOHB", "type": "promotion"}},
        exact=_HALVES,
        lacks={"cost": "Syne Tune's searchers look at every trial for each suggestion"},
        look=LineStyle("Syne Tune", "#2F6B8A", _DASH_DOT_DOT, "D"),
    ),
}
"""By name, in the order of legends; a user's own scheduler is a `module:Class`."""


def list_schedulers() -> list[str]:
    """The names of all schedulers, in the order of legends; some need a package (`own_package`)."""
    return list(SCHEDULERS)


def entry(scheduler: str) -> Entry | None:
    """What is known about a scheduler; None for a user's own."""
    return SCHEDULERS.get(scheduler)


def own_package(scheduler: str) -> str | None:
    """The package that decides for a scheduler from outside, which may be missing; else None."""
    known = SCHEDULERS.get(scheduler)
    return known.extra if known is not None and known.outside else None
