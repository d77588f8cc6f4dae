"""The surface that the source document describes, name for name, and its decision rule, step by step."""

from __future__ import annotations

import enum
import inspect
import math

import numpy as np
import pytest

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.errors import MilestoneError, SimdyhpoError
from simdyhpo.schedulers.rung_systems import (
    KEY_NEW_CONFIGURATION,
    DyHPORungSystem,
    PromotionRungSystem,
    StoppingRungSystem,
)
from tests.schedulers.scripted import (
    ScriptedCoin,
    ScriptedSearcher,
    nothing,
    paused_else_nothing,
    pick,
    start,
)

LEVELS, QUANTILES, MAX_T = [1, 2, 3], [1 / 2, 2 / 3, 3 / 4], 4
RUNG_ARGUMENTS = ["rung_levels", "promote_quantiles", "metric", "mode", "resource_attr", "max_t"]


def promotion(kind=PromotionRungSystem, mode="min", levels=LEVELS, quantiles=QUANTILES, max_t=MAX_T):
    return kind(
        rung_levels=levels,
        promote_quantiles=quantiles,
        metric="loss",
        mode=mode,
        resource_attr="epoch",
        max_t=max_t,
    )


def dyhpo(coins=(0.9,) * 99, answer=start, probability_sh=0.25, mode="min"):
    coin, searcher = ScriptedCoin(coins), ScriptedSearcher(answer)
    rungs = DyHPORungSystem(
        rung_levels=LEVELS,
        promote_quantiles=QUANTILES,
        metric="loss",
        mode=mode,
        resource_attr="epoch",
        max_t=MAX_T,
        searcher=searcher,
        probability_sh=probability_sh,
        random_state=coin,
    )
    return rungs, coin, searcher


def report(rungs, trial_id, epoch, loss, resume_from=None):
    """A trial runs to `epoch`, its milestone, and pauses there."""
    if resume_from is None:
        rungs.on_task_add(trial_id, skip_rungs=0)
    else:
        rungs.on_task_add(trial_id, 0, new_config=False, milestone=epoch, resume_from=resume_from)
    answer = rungs.on_task_report(trial_id, {"loss": loss, "epoch": epoch}, skip_rungs=0)
    rungs.on_task_remove(trial_id)
    return answer


def pause(rungs, losses, epoch=1):
    """Trials "0", "1", ... pause at the first level."""
    for trial, loss in enumerate(losses):
        report(rungs, str(trial), epoch, loss)


# --- names -----------------------------------------------------------------------------------------------


def test_schedule_decisions():
    assert issubclass(ScheduleDecision, enum.IntEnum)
    assert {decision.name: decision.value for decision in ScheduleDecision} == {
        "PROMOTE_SH": 0,
        "PROMOTE_DYHPO": 1,
        "START_DYHPO": 2,
        "START_RANDOM": 3,
        "START_MODEL": 4,
        "PROMOTE_RUNG": 5,
        "CONTINUE": 6,
        "STOP": 7,
        "RETRY": 8,
        "PROMOTE_MODEL": 9,
    }


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (PromotionRungSystem, RUNG_ARGUMENTS),
        (DyHPORungSystem, [*RUNG_ARGUMENTS, "searcher", "probability_sh", "random_state"]),
        (DyHPORungSystem.on_task_schedule, ["self", "new_trial_id"]),
        (DyHPORungSystem.get_first_milestone, ["self", "skip_rungs"]),
        (DyHPORungSystem.get_milestones, ["self", "skip_rungs"]),
        (DyHPORungSystem.on_task_report, ["self", "trial_id", "result", "skip_rungs"]),
        (DyHPORungSystem.on_task_remove, ["self", "trial_id"]),
        (DyHPORungSystem.paused_trials, ["self", "resource"]),
    ],
)
def test_signatures(function, names):
    assert list(inspect.signature(function).parameters) == names


def test_on_task_add_signature():
    *parameters, last = inspect.signature(DyHPORungSystem.on_task_add).parameters.values()
    assert [(p.name, p.default) for p in parameters] == [
        ("self", inspect.Parameter.empty),
        ("trial_id", inspect.Parameter.empty),
        ("skip_rungs", inspect.Parameter.empty),
        ("new_config", True),
        ("milestone", None),
        ("resume_from", None),
    ]
    assert last.kind is inspect.Parameter.VAR_KEYWORD


def test_a_dyhpo_rung_system_is_a_promotion_rung_system():
    assert issubclass(DyHPORungSystem, PromotionRungSystem)


def test_static_methods():
    """Asked of the class itself, without an instance."""
    assert DyHPORungSystem.summary_schedule_keys() == [
        "promoted_by_sh",
        "promoted_by_dyhpo",
        "started_by_dyhpo",
    ]
    assert DyHPORungSystem.does_pause_resume() is True
    assert PromotionRungSystem.does_pause_resume() is True
    assert StoppingRungSystem.does_pause_resume() is False
    assert DyHPORungSystem.support_early_checkpoint_removal() is False


def test_key_of_a_new_configuration():
    assert KEY_NEW_CONFIGURATION == "new_configuration"


def test_random_state_may_be_any_of_numpys():
    for state in (np.random.Generator(np.random.PCG64(0)), np.random.RandomState(0)):  # noqa: TID251
        rungs = DyHPORungSystem(
            LEVELS, QUANTILES, "loss", "min", "epoch", MAX_T, ScriptedSearcher(start), 0.25, state
        )
        assert rungs.on_task_schedule("0") == {KEY_NEW_CONFIGURATION: {"x": 0.5}}


# --- life cycle ------------------------------------------------------------------------------------------


def test_milestones_skip_the_lowest_rungs():
    rungs, _, _ = dyhpo()
    assert [rungs.get_first_milestone(skip) for skip in range(4)] == [1, 2, 3, 4]
    assert [rungs.get_milestones(skip) for skip in range(4)] == [[4, 3, 2, 1], [4, 3, 2], [4, 3], [4]]


def test_a_report_is_answered_with_four_keys():
    rungs, _, _ = dyhpo()
    rungs.on_task_add("0", 2)
    keys = ("task_continues", "milestone_reached", "next_milestone", "ignore_data")
    below = rungs.on_task_report("0", {"loss": 1.0, "epoch": 2}, 2)
    at = rungs.on_task_report("0", {"loss": 1.0, "epoch": 3}, 2)
    assert below == dict(zip(keys, (True, False, None, False), strict=True))
    assert at == dict(zip(keys, (False, True, 4, False), strict=True))


def test_skipping_applies_to_new_trials_only():
    rungs, _, _ = dyhpo()
    assert report(rungs, "0", 1, 0.5)["milestone_reached"]
    rungs.on_task_add("0", 2, new_config=False, milestone=2, resume_from=1)
    assert rungs.on_task_report("0", {"loss": 0.4, "epoch": 2}, 2)["milestone_reached"]


def test_nothing_lies_above_the_largest_resource():
    rungs, _, _ = dyhpo()
    answer = report(rungs, "0", 4, 0.5, resume_from=3)
    assert answer == {
        "task_continues": False,
        "milestone_reached": True,
        "next_milestone": None,
        "ignore_data": False,
    }
    assert rungs.paused_trials() == []


@pytest.mark.parametrize("kind", [PromotionRungSystem, StoppingRungSystem])
def test_repeated_epochs_of_a_resumed_trial_are_ignored(kind):
    rungs = promotion(kind)
    rungs.on_task_add("0", 0, new_config=False, milestone=3, resume_from=2)
    ignored = [rungs.on_task_report("0", {"loss": 1.0, "epoch": e}, 0)["ignore_data"] for e in (1, 2, 3)]
    assert ignored == [True, True, False]


def test_more_keyword_arguments_are_accepted():
    rungs, _, _ = dyhpo()
    rungs.on_task_add("0", skip_rungs=0, new_config=True, milestone=None, resume_from=None, bracket=0)
    assert rungs.on_task_report("0", {"loss": 1.0, "epoch": 1, "other": 3}, 0)["milestone_reached"]


def test_removal_forgets_the_running_entry_only():
    rungs, _, _ = dyhpo()
    pause(rungs, [0.3, 0.2])
    rungs.on_task_add("2", 0)
    rungs.on_task_remove("2")
    rungs.on_task_remove("never added")
    assert rungs.paused_trials() == [("1", 0, 2), ("0", 1, 2)]
    with pytest.raises(KeyError):
        rungs.on_task_report("2", {"loss": 0.1, "epoch": 1}, 0)


def test_paused_trials_top_rung_first_and_best_first():
    rungs, _, _ = dyhpo(answer=pick(0))
    pause(rungs, [0.3, 0.1, 0.2])
    assert rungs.paused_trials() == [("1", 0, 2), ("2", 1, 2), ("0", 2, 2)]
    rungs.on_task_schedule("3")
    report(rungs, "1", 2, 0.05, resume_from=1)
    assert rungs.paused_trials() == [("1", 0, 3), ("2", 1, 2), ("0", 2, 2)]
    assert rungs.paused_trials(resource=1) == [("2", 1, 2), ("0", 2, 2)]
    assert rungs.paused_trials(resource=2) == [("1", 0, 3)]
    assert rungs.paused_trials(resource=3) == []


def test_paused_trials_when_maximising():
    rungs, _, _ = dyhpo(mode="max")
    pause(rungs, [0.3, 0.1, 0.2])
    assert [trial for trial, _, _ in rungs.paused_trials()] == ["0", "2", "1"]


# --- the decision rule, step by step ---------------------------------------------------------------------


def test_step_1_a_low_coin_tries_successive_halving():
    rungs, coin, searcher = dyhpo(coins=[0.2])
    pause(rungs, [0.3, 0.1])
    assert rungs.on_task_schedule("2") == {"trial_id": "1", "resume_from": 1, "milestone": 2}
    assert rungs.schedule_records == [("1", ScheduleDecision.PROMOTE_SH, 2)]
    assert (coin.drawn, searcher.calls) == (1, [])


def test_step_1_goes_on_when_successive_halving_promotes_nothing():
    rungs, coin, searcher = dyhpo(coins=[0.2])
    pause(rungs, [0.3])  # a single entry is never promoted by successive halving
    assert rungs.on_task_schedule("1") == {KEY_NEW_CONFIGURATION: {"x": 0.5}}
    assert rungs.schedule_records == [("1", ScheduleDecision.START_DYHPO, 1)]
    assert (coin.drawn, len(searcher.calls)) == (1, 1)


def test_step_2_a_high_coin_asks_the_searcher_at_once():
    rungs, _, searcher = dyhpo(coins=[0.3])
    pause(rungs, [0.3, 0.1])
    rungs.on_task_schedule("2")
    assert searcher.calls == [([("1", 0, 2), ("0", 1, 2)], LEVELS[0], "2")]


def test_step_3_a_paused_trial_wins():
    rungs, _, _ = dyhpo(answer=pick(1))
    pause(rungs, [0.3, 0.1])
    assert rungs.on_task_schedule("2") == {"trial_id": "0", "resume_from": 1, "milestone": 2}
    assert rungs.schedule_records == [("0", ScheduleDecision.PROMOTE_DYHPO, 2)]
    assert rungs.paused_trials() == [("1", 0, 2)]


def test_step_3_a_paused_trial_wins_higher_up():
    """It is marked at the level below its milestone, and nowhere else."""
    rungs, _, _ = dyhpo(answer=pick(0))
    pause(rungs, [0.3, 0.1])
    rungs.on_task_schedule("2")
    report(rungs, "1", 2, 0.09, resume_from=1)
    assert rungs.on_task_schedule("2") == {"trial_id": "1", "resume_from": 2, "milestone": 3}
    report(rungs, "1", 3, 0.08, resume_from=2)
    assert rungs.on_task_schedule("2") == {"trial_id": "1", "resume_from": 3, "milestone": MAX_T}
    assert rungs.paused_trials() == [("0", 1, 2)]
    assert rungs.schedule_records == [("1", ScheduleDecision.PROMOTE_DYHPO, level) for level in (2, 3, 4)]


def test_step_3_a_new_configuration_wins():
    rungs, _, _ = dyhpo(answer=start)
    pause(rungs, [0.3, 0.1])
    assert rungs.on_task_schedule("2") == {KEY_NEW_CONFIGURATION: {"x": 0.5}}
    assert rungs.schedule_records == [("2", ScheduleDecision.START_DYHPO, 1)]
    assert len(rungs.paused_trials()) == 2


@pytest.mark.parametrize("answer", [nothing, lambda paused: {}])
def test_step_3_nothing_to_run(answer):
    rungs, coin, _ = dyhpo(answer=answer)
    assert rungs.on_task_schedule("0") == {}
    assert rungs.schedule_records == []
    assert coin.drawn == 1


@pytest.mark.parametrize("probability_sh", [0, 0.25, 1])
@pytest.mark.parametrize("answer", [start, nothing, paused_else_nothing])
def test_one_coin_a_decision_always(probability_sh, answer):
    rungs, coin, _ = dyhpo(coins=[0.1, 0.9, 0.5, 0.2], answer=answer, probability_sh=probability_sh)
    rungs.on_task_schedule("100")
    pause(rungs, [0.5, 0.4])
    for decision in range(1, 4):
        rungs.on_task_schedule(str(100 + decision))
        assert coin.drawn == decision + 1


def test_records_are_tuples_of_text_and_two_numbers():
    rungs, _, _ = dyhpo(coins=[0.9, 0.9, 0.9, 0.1], answer=start)
    for trial, loss in enumerate([0.3, 0.2, 0.1]):
        rungs.on_task_schedule(str(trial))
        report(rungs, str(trial), 1, loss)
    rungs.on_task_schedule("3")
    records = rungs.schedule_records
    assert records == [("0", 2, 1), ("1", 2, 1), ("2", 2, 1), ("2", 0, 2)]
    assert all(type(entry) is tuple and list(map(type, entry)) == [str, int, int] for entry in records)
    assert rungs.summary_schedule_records() == {
        "promoted_by_sh": 1,
        "promoted_by_dyhpo": 0,
        "started_by_dyhpo": 3,
    }


def test_summary_before_the_first_decision():
    rungs, _, _ = dyhpo()
    assert rungs.summary_schedule_records() == dict.fromkeys(DyHPORungSystem.summary_schedule_keys(), 0)


# --- the successive-halving rule -------------------------------------------------------------------------


def test_halving_promotes_the_best_of_a_rung_if_it_meets_the_cutoff():
    rungs = promotion(levels=[1], quantiles=[1 / 3], max_t=3)
    pause(rungs, [0.3, 0.1])  # the cutoff lies at 0.1 + 0.2/3
    assert rungs.on_task_schedule("2") == {"trial_id": "1", "resume_from": 1, "milestone": 3}
    assert rungs.on_task_schedule("2") == {}  # the promoted entry stays in the rung, and in the cutoff


def test_halving_scans_rungs_from_the_top():
    rungs = promotion()
    for trial in ("0", "1"):
        report(rungs, trial, 2, 0.2, resume_from=1)
    pause(rungs, [0.1] * 2)
    assert rungs.on_task_schedule("2")["resume_from"] == 2


def test_halving_tests_only_the_first_promotable_entry_of_a_rung():
    rungs = promotion(levels=[1], quantiles=[0.5], max_t=2)
    pause(rungs, [0.1, 0.2, 0.3, 0.4])  # cutoff 0.25
    promoted = [rungs.on_task_schedule("9").get("trial_id") for _ in range(3)]
    assert promoted == ["0", "1", None]


def test_halving_keeps_the_order_of_arrival_among_equals():
    rungs = promotion(levels=[1], quantiles=[0.9], max_t=2)
    pause(rungs, [0.1, 0.1, 0.1])
    promoted = [rungs.on_task_schedule("9").get("trial_id") for _ in range(3)]
    assert promoted == ["0", "1", "2"]


def test_a_promoted_entry_lands_after_its_equals():
    rungs = promotion(levels=[1], quantiles=[0.9], max_t=2)
    pause(rungs, [0.1, 0.1, 0.2])
    rungs.on_task_schedule("9")
    assert rungs.paused_trials() == [("1", 0, 2), ("2", 2, 2)]


def test_halving_when_maximising():
    rungs = promotion(mode="max", levels=[1], quantiles=[1 / 3], max_t=3)
    pause(rungs, [0.1, 0.3, 0.2])
    assert rungs.on_task_schedule("9")["trial_id"] == "1"
    assert rungs.on_task_schedule("9") == {}


def test_stopping_inserts_and_then_compares():
    rungs = promotion(StoppingRungSystem, levels=[1], quantiles=[0.5], max_t=2)
    goes_on = []
    for trial, loss in enumerate([0.5, 0.6, 0.4, 0.5]):
        rungs.on_task_add(str(trial), 0)
        answer = rungs.on_task_report(str(trial), {"loss": loss, "epoch": 1}, 0)
        goes_on.append(answer["task_continues"])
        assert (answer["milestone_reached"], answer["next_milestone"]) == (True, 2)
    assert goes_on == [True, False, True, True]


# --- where we differ on purpose, one test each -----------------------------------------------------------


@pytest.mark.parametrize("mode", ["min", "max"])
def test_difference_ties_meet_an_exact_cutoff(mode):
    """`w*b + (1-w)*a` can miss its equal neighbours by one unit in the last place; the quantile must not."""
    weight = (1 + (1 / 3 if mode == "min" else 1 - 1 / 3)) - 1
    losses = [k / 10 for k in range(1, 500)]
    interpolated = {loss: weight * loss + (1 - weight) * loss for loss in losses}
    refused = [a for a, cutoff in interpolated.items() if (cutoff < a if mode == "min" else cutoff > a)]
    assert refused, "interpolation alone would refuse some of these"
    for loss in refused:
        rungs = promotion(mode=mode, levels=[1], quantiles=[1 / 3], max_t=3)
        pause(rungs, [loss, loss])
        assert rungs.on_task_schedule("9").get("trial_id") == "0"


@pytest.mark.parametrize(
    ("u", "probability_sh", "tries"),
    [(0.25, 0.25, False), (math.nextafter(0.25, 0), 0.25, True), (0.0, 0, False), (1 - 2**-53, 1, True)],
)
def test_difference_the_coin_falls_below_and_not_at_the_probability(u, probability_sh, tries):
    rungs, _, searcher = dyhpo(coins=[u], probability_sh=probability_sh)
    pause(rungs, [0.3, 0.1])
    rungs.on_task_schedule("2")
    assert bool(searcher.calls) is not tries
    assert rungs.schedule_records[0][1] == (0 if tries else 2)


@pytest.mark.parametrize("probability_sh", [-0.01, 1.01, math.nan, math.inf])
def test_difference_the_whole_unit_interval_is_allowed_and_nothing_else(probability_sh):
    with pytest.raises(ValueError, match="probability_sh"):
        dyhpo(probability_sh=probability_sh)


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_difference_non_finite_metrics_take_no_part(mode, bad):
    """Kept, sorted last, never a candidate, never promoted, never in the cutoff."""
    rungs, _, _ = dyhpo(coins=[0.0] * 9, answer=nothing, probability_sh=1, mode=mode)
    pause(rungs, [bad, 0.5, bad, 0.5, bad])
    (rung,) = [rung for rung in rungs.rungs if rung.level == 1]
    assert list(rung.entries) == ["0", "1", "2", "3", "4"]
    assert rung.ordered() == ["1", "3", "0", "2", "4"]
    assert rung.cutoff() == 0.5
    assert rungs.paused_trials() == [("1", 0, 2), ("3", 1, 2)]
    promoted = [rungs.on_task_schedule("9").get("trial_id") for _ in range(3)]
    assert promoted == ["1", "3", None]
    assert rungs.paused_trials() == []


def test_difference_one_finite_entry_is_too_few_however_many_diverged():
    rungs = promotion(levels=[1], quantiles=[0.9], max_t=2)
    pause(rungs, [math.nan, 0.5, math.nan])
    assert rungs.on_task_schedule("9") == {}


def test_difference_an_exhausted_space_still_promotes():
    rungs, _, searcher = dyhpo(answer=paused_else_nothing)
    pause(rungs, [0.3, 0.1])
    answers = [rungs.on_task_schedule("2") for _ in range(3)]
    assert [answer.get("trial_id") for answer in answers] == ["1", "0", None]
    assert [kind for _, kind, _ in rungs.schedule_records] == [ScheduleDecision.PROMOTE_DYHPO] * 2
    assert rungs.summary_schedule_records()["started_by_dyhpo"] == 0
    assert [len(paused) for paused, _, _ in searcher.calls] == [2, 1, 0]


@pytest.mark.parametrize("kind", [PromotionRungSystem, StoppingRungSystem])
def test_difference_passing_a_milestone_is_an_error_for_both_kinds(kind):
    rungs = promotion(kind)
    rungs.on_task_add("7", 1)
    with pytest.raises(MilestoneError, match=r"trial 7 .* resource 3, past its milestone 2") as caught:
        rungs.on_task_report("7", {"loss": 0.1, "epoch": 3}, 1)
    assert (caught.value.trial, caught.value.resource, caught.value.milestone) == ("7", 3, 2)
    assert isinstance(caught.value, SimdyhpoError)
    assert all(len(rung) == 0 for rung in rungs.rungs)


def test_difference_stopping_answers_whether_to_ignore_data():
    rungs = promotion(StoppingRungSystem)
    rungs.on_task_add("0", 0, new_config=False, milestone=2, resume_from=1)
    assert rungs.on_task_report("0", {"loss": 0.1, "epoch": 1}, 0)["ignore_data"] is True
    assert rungs.on_task_report("0", {"loss": 0.1, "epoch": 2}, 0)["ignore_data"] is False


# --- what can't be a rung system -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("levels", "quantiles"),
    [([1, 2], [0.5]), ([2, 1], [0.5, 0.5]), ([1, 1], [0.5, 0.5]), ([1, 4], [0.5, 0.5]), ([5], [0.5])],
)
def test_levels_rise_below_max_t_with_a_quantile_each(levels, quantiles):
    with pytest.raises(ValueError, match="rung_levels"):
        promotion(levels=levels, quantiles=quantiles)
