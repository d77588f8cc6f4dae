"""What is said of published claims follows from the runs: verdicts, who waits, and how many times as soon."""

import math

import numpy as np
import pandas as pd
import pytest

import simdyhpo
from simdyhpo.board.definition import MARKS, load_board
from simdyhpo.schedulers.one_epoch import OneEpochOptions
from tools import claim_blocks, claim_numbers
from tools.claim_blocks import PARTS, _holds, claims, counts, shown, verdict
from tools.claim_numbers import REGRET, Compared, Interval, compared, grid, rows_of
from tools.claim_runs import PATH, TOP, VARIANTS, fitted, row
from tools.claims import CLAIMS, FITTED, ONE, Claim

pytestmark = pytest.mark.once


def rows(differences):
    """Runs of `a` and `b` on tables of two suites; each table has its differences, seed by seed."""
    return pd.DataFrame(
        [
            (f"{suite}-{table}", label, 1, seed, 0.5 + (difference if label == "a" else 0))
            for suite, tables in differences.items()
            for table, values in enumerate(tables)
            for seed, difference in enumerate(values)
            for label in "ab"
        ],
        columns=["blackbox", "label", "workers", "seed", REGRET],
    )


def one(mean, low, high, p, lower=9, higher=1):
    return Compared(Interval(mean, low, high), {}, lower, higher, 0.0, 0.1, p)


def test_a_comparison_worked_out_by_hand():
    found = rows({"lcbench": [[-0.2, -0.4], [0.1, 0.1]], "taskset": [[-0.1, -0.1]]})
    (said,) = compared([(found, "a", "b")])
    assert said.all.mean == pytest.approx((-0.3 + 0.1 - 0.1) / 3)
    assert said.suites["lcbench"].mean == pytest.approx(-0.1)
    assert said.suites["taskset"].mean == pytest.approx(-0.1)
    assert (said.lower, said.higher) == (2, 1)
    assert said.all.low < said.all.mean < said.all.high


def test_comparisons_are_corrected_for_each_other():
    apart = rows({"lcbench": [[-0.1 - 0.01 * table] for table in range(8)]})
    (alone,) = compared([(apart, "a", "b")])
    first, second = compared([(apart, "a", "b"), (apart, "b", "a")])
    assert alone.p == pytest.approx(2 / 2**8)
    assert first.p == second.p == pytest.approx(2 * alone.p)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (one(-0.1, -0.2, -0.01, 0.01), "lower"),
        (one(0.1, 0.01, 0.2, 0.01, 1, 9), "higher"),
        (one(-0.1, -0.2, 0.01, 0.5), "not shown"),
        (one(-0.1, -0.2, 0.01, 0.01), "lower on most tables, not in the mean"),
        (one(-0.1, -0.2, -0.01, 0.5), "lower in the mean alone"),
        (one(-0.1, -0.2, -0.01, 0.01, 1, 9), "lower in the mean, higher on most tables"),
    ],
)
def test_what_is_shown(said, words):
    assert shown(said) == words


def test_verdicts(monkeypatch):
    found = {
        "lower": one(-0.1, -0.2, -0.01, 0.01),
        "higher": one(0.1, 0.01, 0.2, 0.01, 1, 9),
        "same": one(0.001, -0.02, 0.03, 1.0),
        "in part": one(-0.1, -0.2, 0.01, 0.01),
    }
    monkeypatch.setattr(claim_blocks, "_asked", lambda: {(name, ONE): said for name, said in found.items()})
    said = {
        (name, kind): verdict(Claim(name, "", "a", "b", kind), ONE)
        for name in (*found, "lacks")
        for kind in ("lower", "no worse", "question")
    }
    assert [said[name, "lower"] for name in found] == [
        "holds", "the opposite", "not shown", "holds on most tables, not in the mean"
    ]  # fmt: skip
    assert said["same", "no worse"] == "holds, to +.030 at most"
    assert said["higher", "no worse"] == "the opposite"
    assert [said[name, "question"] for name in ("lower", "higher")] == ["`a`", "`b`"]
    assert {said["lacks", kind] for kind in ("lower", "no worse", "question")} == {"waits"}
    assert [_holds(said[name, "lower"]) for name in found] == [True, False, False, False]


def test_whoever_lacks_cells_waits_and_is_not_counted(monkeypatch):
    whole = {part: rows_of(part) for part in PARTS}
    lacking = {part: found[found["label"] != "hyperband"] for part, found in whole.items()}
    before, (sentence,) = claims(), counts()
    monkeypatch.setattr(claim_blocks, "rows_of", lacking.__getitem__)
    monkeypatch.setattr(claim_blocks, "cells_of", lambda _, label: 17 if label == "hyperband" else 470)
    claim_blocks._asked.cache_clear()
    try:
        after, (other,) = claims(), counts()
    finally:
        claim_blocks._asked.cache_clear()
    assert "| BOHB beats Hyperband | Falkner et al. 2018 | holds | holds |" in before
    waits = "waits: hyperband has 17 of 470"
    assert f"| BOHB beats Hyperband | Falkner et al. 2018 | {waits} | {waits} |" in after
    assert sentence != other


def test_every_claim_is_about_methods_of_the_board():
    known = {*load_board().entries, *VARIANTS}
    for claim in CLAIMS:
        assert {claim.mine, claim.theirs} <= known, claim.words
        assert set(claim.parts) <= set(PARTS)
        assert bool(claim.source) != (claim.kind == "question")
    assert len({claim.words for claim in CLAIMS}) == len(CLAIMS)


def test_how_many_times_as_soon():
    curve = [0.5] * 9 + [0.1] * (MARKS - 9)
    assert claim_numbers._times(curve, 0.1) == MARKS / 10
    assert claim_numbers._times(curve, 0.5) == MARKS
    assert math.isnan(claim_numbers._times(curve, 0.01))


def test_first_looks_leave_epochs_for_the_best():
    assert OneEpochOptions().top == TOP
    table = simdyhpo.load_blackbox("lcbench-kc1")
    looks = fitted(table, 1000)
    assert looks + TOP * (table.max_resource - 1) == 1000 < len(table)
    found = simdyhpo.simulate(table, "one-epoch", max_epochs=1000, options={"configurations": looks})
    assert (found.reports.groupby("trial")["resource"].max() == table.max_resource).sum() == TOP


@pytest.mark.parametrize("label", VARIANTS)
def test_stored_runs_are_what_is_made_today(label):
    """One of each; all of them have every table and seed."""
    stored = pd.read_csv(PATH)
    mine = stored[stored["label"] == label]
    assert len(mine) == grid().size
    kept = mine[(mine["blackbox"] == "lcbench-kc1") & (mine["seed"] == 3)].iloc[0]
    made = row(simdyhpo.load_blackbox("lcbench-kc1"), label, 3, 1000)
    np.testing.assert_allclose(made["regret_1"], kept["regret_1"], rtol=1e-9)
    assert FITTED in VARIANTS
