"""DyHPO's safeguard: when a level tells something, how much effort went deep, and what the guard does."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.runs.front_door import simulate
from simdyhpo.schedulers.depth_share import DepthShare
from simdyhpo.schedulers.dyhpo_rungs import DyHPORungs
from simdyhpo.schedulers.safeguard import Safeguard
from simdyhpo.schedulers.telling_levels import MEMORY, TellingLevels
from simdyhpo.streams import Streams
from tests.making import falling, table
from tests.schedulers.scripted import ScriptedCoin, ScriptedSearcher, start


def draws(name):
    return Streams(0).generator(name)


def looked(pairs, levels=(1, 2, 3), looks=3, certainty=2.0):
    telling = TellingLevels(levels, looks, certainty)
    for trial, values in enumerate(pairs):
        for level, value in zip(levels, values, strict=False):
            telling.reach(trial, level, value)
    return telling


def test_the_statistic_is_that_of_spearmans_correlation():
    pairs = draws("pairs").normal(size=(40, 2)).round(1)
    pairs[:, 1] += pairs[:, 0]
    r = spearmanr(pairs).statistic
    assert looked(pairs.tolist()).statistic(0) == pytest.approx(r * np.sqrt(38 / (1 - r * r)))


@pytest.mark.parametrize(
    ("pairs", "statistic"),
    [
        ([[1, 1], [2, 2], [3, 3]], np.inf),
        ([[1, 3], [2, 2], [3, 1]], -np.inf),
        ([[1, 1], [1, 2], [1, 3]], 0),
        ([[1, 1], [2, 2]], 0),
    ],
)
def test_perfect_order_the_opposite_ties_and_too_few(pairs, statistic):
    assert looked(pairs).statistic(0) == statistic


def test_the_first_telling_level_is_found_from_below():
    lots = [[1, 2], [2, 1], [3, 2], [4, 1], [5, 2], [6, 1]]
    assert looked([]).first() == 1  # nothing judged: carry to the second level
    assert looked(lots).first() == 2  # the first tells nothing, the second is not judged
    assert looked([[k, k] for k in range(6)]).first() == 0
    order = draws("order").permutation(9).tolist()
    assert looked([[value % 2, k, k] for k, value in enumerate(order)]).first() == 1


def test_the_last_level_has_nothing_to_tell():
    telling = looked([[k] for k in range(9)], levels=(1,))
    assert (telling.first(), telling.tells(0)) == (0, None)
    assert looked([[k, k, k] for k in range(9)]).tells(2) is None


def test_nothing_tells_and_the_largest_resource_is_the_first():
    # Orders at successive levels are opposite: neither level tells anything.
    assert looked([[k, -k, k] for k in range(9)]).first() == 2


def test_values_that_are_not_finite_other_resources_and_skipped_levels_tell_nothing():
    telling = looked([[1.0, np.nan], [np.inf, 1.0]] * 9)
    telling.reach("short", 7, 1.0)
    for trial in ("a", "b", "c"):
        telling.reach(trial, 1, 1.0)
        telling.reach(trial, 3, 1.0)
    assert telling.first() == 1
    assert telling.statistic(0) == 0


def test_only_the_latest_pairs_count():
    telling = looked([[k, k] for k in range(9)])
    assert telling.first() == 0
    for k in range(MEMORY):
        telling.reach(("later", k), 1, k)
        telling.reach(("later", k), 2, -k)
    assert telling.statistic(0) == -np.inf


def test_what_halving_spends_above_half():
    # Of resources 1 to 4, one in r reaches r: 1 + 1/2 + 1/3 + 1/4, of which 3 and 4 are above half.
    whole = 1 + 1 / 2 + 1 / 3 + 1 / 4
    assert DepthShare([1, 2, 3, 4]).halvings(1) == pytest.approx((1 / 3 + 1 / 4) / whole)
    # Two levels: 2 epochs for all, 6 more for a quarter of them.
    assert DepthShare([2, 8]).halvings(2) == pytest.approx((6 / 8) / (1 + 6 / 8))
    # From resource 3 on: all reach 3, and three in four 4.
    assert DepthShare([1, 2, 3, 4]).halvings(3) == pytest.approx((1 + 3 / 4) / (3 + 3 / 4))
    assert DepthShare([1, 2, 3, 4]).halvings(4) == 1 / 2, "random search's"


def test_the_share_is_that_of_the_last_two_trainings():
    effort = DepthShare([1, 2, 3, 4])
    assert (effort.trainings, effort.share) == (0, 0)
    for level in [1, 1, 1, 1, 9]:
        effort.reach(level)
    assert (effort.trainings, effort.share) == (1, 0)
    for level in [2, 3, 4]:
        effort.reach(level)
    assert (effort.trainings, effort.share) == (7 / 4, 2 / 7)
    for _ in range(7):
        effort.reach(1)
    assert effort.share == 1 / 8
    effort.reach(1)
    assert effort.share == 0


def only_starts(rungs_levels, decisions, value, *, certainty=2.0, depth=1.0, patience=1):
    """Decisions of a searcher that would only ever start, under the safeguard; trials report `value`."""
    top = rungs_levels[-1] + 1
    guard = Safeguard([*rungs_levels, top], looks=8, certainty=certainty, depth=depth, patience=patience)
    quantiles = [level / (level + 1) for level in rungs_levels]
    searcher, coin = ScriptedSearcher(start), ScriptedCoin((0.9,) * decisions)
    rungs = DyHPORungs(rungs_levels, quantiles, "min", top, searcher, 0.0, coin, guard)
    trials, made = 0, []
    for _ in range(decisions):
        choice = rungs.choose(trials)
        made.append((choice.decision, choice.trial_id, choice.milestone))
        if choice.decision is ScheduleDecision.START_DYHPO:
            trials += 1
        else:
            rungs.mark_promoted(choice.trial_id, choice.resume_from)
        rungs.reach(choice.trial_id, choice.milestone, value(choice.trial_id, choice.milestone))
    return made


def at_chance(trial, level):
    return float(draws(f"chance/{trial}/{level}").normal())


def test_a_searcher_that_only_starts_is_lost_without_the_guard_and_not_with_it():
    levels = [1, 2, 3, 4, 5]
    unwatched = only_starts(levels, 200, at_chance, certainty=0, depth=0)
    assert {kind for kind, *_ in unwatched} == {ScheduleDecision.START_DYHPO}
    made = only_starts(levels, 200, at_chance)
    ended = sum(milestone == 6 for *_, milestone in made)
    assert ended >= 200 / 6 / 3  # at least a third of what random search trains


def test_where_looks_tell_something_the_searcher_decides():
    made = only_starts([1, 2, 3, 4, 5], 100, lambda trial, level: trial % 7 - level, depth=0)
    carried = [(kind, milestone) for kind, _, milestone in made if kind is ScheduleDecision.PROMOTE_RUNG]
    assert carried == [(ScheduleDecision.PROMOTE_RUNG, 2)] * 8
    assert [kind for kind, *_ in made[-80:]] == [ScheduleDecision.START_DYHPO] * 80


def test_too_little_depth_is_made_up_for_by_halving():
    made = only_starts([1, 2, 3, 4, 5], 300, lambda trial, level: trial % 7 - level, certainty=0)
    assert {kind for kind, *_ in made} == {ScheduleDecision.START_DYHPO, ScheduleDecision.PROMOTE_RUNG}
    deep = np.mean([milestone > 3 for *_, milestone in made[-100:]])
    assert deep == pytest.approx(DepthShare([1, 2, 3, 4, 5, 6]).halvings(1), abs=0.05)


def test_where_looks_tell_something_the_searcher_has_time_first():
    def depths(value, patience):
        made = only_starts([1, 2, 3, 4, 5], 200, value, certainty=2.0, patience=patience)
        return next(place for place, (_, _, milestone) in enumerate(made) if milestone > 3)

    def telling(trial, level):
        return trial % 7 - level

    assert depths(telling, 1) < 24 <= 4 * 6 <= depths(telling, 4), "in epochs: all are of one resource"
    assert depths(at_chance, 1) <= depths(at_chance, 4) < 24, "as soon as it is known that looks tell nothing"


def test_where_looks_tell_nothing_halving_says_what_goes_on():
    """Looks tell nothing at first and something from level 3 on; no rule wants more depth."""

    def late(trial, level):
        return at_chance(trial, level) if level < 3 else trial % 11 - level

    def promoted_from(certainty):
        made = only_starts([1, 2, 3, 4, 5], 200, late, certainty=certainty, depth=0)
        return [milestone - 1 for kind, _, milestone in made if kind is ScheduleDecision.PROMOTE_RUNG]

    assert not promoted_from(0)
    by_guard = promoted_from(2.0)
    assert max(by_guard) == 5, "above the level from which trials are merely carried"
    counts = {level: by_guard.count(level) for level in (3, 4, 5)}
    assert counts[3] > counts[4] > counts[5], "fewer and fewer, as halving does"


def test_where_looks_tell_nothing_more_shall_go_deep():
    """As much as halving spends there from the first level on that tells something."""
    noise = draws("short").normal(size=9).tolist()

    def wanted(first, looks):
        guard = Safeguard([1, 2, 3, 4], looks=3, certainty=2.0, depth=1, patience=1)
        searcher, coin = ScriptedSearcher(start), ScriptedCoin(())
        rungs = DyHPORungs([1, 2, 3], [0, 0, 0], "min", 4, searcher, 0.0, coin, guard)
        for trial in range(looks):
            for level in (1, 2, 3, 4):
                value = noise[(trial * level) % 9] if level < first else trial
                rungs.reach(trial, level, value)
                if level < 4:
                    rungs.mark_promoted(trial, level)
        for trial in range(looks, 3 * looks):  # nothing of late went deep
            rungs.reach(trial, 1, trial)
        return guard.choice(rungs).reason.runner_up

    halving = DepthShare([1, 2, 3, 4]).halvings
    assert wanted(1, 9) == halving(1)
    assert wanted(3, 9) == halving(3) > halving(1)


def test_it_says_what_it_looked_at_and_is_counted():
    result = simulate(
        falling(60, 6),
        "dyhpo",
        max_decisions=120,
        options={"searcher": "random", "safeguard_depth": 2, "safeguard_patience": 1},
    )
    decisions = result.decisions
    by_guard = decisions[decisions["decision"] == ScheduleDecision.PROMOTE_RUNG]
    assert result.schedule["promoted_by_safeguard"] == len(by_guard) > 0
    deeper = by_guard[by_guard["runner_up"] < 1]
    carried = by_guard[by_guard["runner_up"].isin([2, 8])]  # a t statistic, or a number of looks
    assert len(deeper) + len(carried) == len(by_guard)
    assert len(deeper)
    assert len(carried)
    assert (deeper["score"] < 2 * DepthShare(range(1, 7)).halvings(6)).all()


def test_without_it_dyhpo_is_that_of_the_source():
    settings = {"searcher": "random", "probability_sh": 0.25, "safeguard": False}
    result = simulate(falling(60, 6), "dyhpo", max_decisions=120, options=settings)
    assert ScheduleDecision.PROMOTE_RUNG not in set(result.decisions["decision"])
    assert set(result.schedule) == {"promoted_by_sh", "promoted_by_dyhpo", "started_by_dyhpo"}


def test_the_coins_promotions_are_told_from_the_safeguards():
    settings = {"searcher": "random", "probability_sh": 0.5}
    decisions = simulate(falling(60, 6), "dyhpo", max_decisions=120, options=settings).decisions
    by_coin = decisions[decisions["decision"] == ScheduleDecision.PROMOTE_SH]
    assert len(by_coin)
    assert (by_coin["coin"] < 0.5).all()


def test_at_chance_throughout_it_trains_to_the_end():
    """Where no look tells anything, it is random search: what is started is carried on to its end."""
    noise = draws("noise").normal(size=(40, 6))
    result = simulate(table(noise.tolist()), "dyhpo", max_epochs=150, options={"searcher": "random"})
    ended = (result.decisions["milestone"] == 6).sum()
    assert ended >= 10
