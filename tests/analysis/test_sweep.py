"""A sweep's summary, by hand and against plain loops, and its tables."""

import numpy as np
import pandas as pd
import pytest

from simdyhpo import ScheduleDecision
from simdyhpo.analysis.paired import paired_tests
from simdyhpo.analysis.statistics import bootstrap_mean
from simdyhpo.analysis.sweep import sweep_by_blackbox, sweep_summary, value_text
from simdyhpo.analysis.sweep_tables import sweep_blackbox_table, sweep_shares_table, sweep_table
from simdyhpo.streams import Streams

LABELS = {0.0: "p-0", 0.25: "p-0.25", 1.0: "p-1"}


def run(label, regret, *, blackbox="a", seed=0, **kinds):
    return {
        "blackbox": blackbox,
        "label": label,
        "workers": 1,
        "seed": seed,
        "regret_1": regret,
        "log10_regret": np.log10(np.maximum(regret, 1e-4)),
        "area": 2 * regret,
        "decisions": sum(kinds.values()),
        **{kind.name: kinds.get(kind.name, 0) for kind in ScheduleDecision},
    }


def grid(seeds=8, rival="asha"):
    """Runs in which 0.25 is the best value and the rival the worst, on two blackboxes of unlike scale."""
    draw = Streams(0).generator("sweep")
    rows = []
    for blackbox, scale in (("easy", 0.01), ("hard", 0.3)):
        for seed in range(seeds):
            luck = draw.uniform(0.5, 1.5)
            for label, factor in (("p-0", 1.0), ("p-0.25", 0.5), ("p-1", 1.03), (rival, 2.0)):
                kinds = {"START_RANDOM": 40, "PROMOTE_RUNG": 20}
                if label != rival:
                    coin = int(10 * list(LABELS.values()).index(label))
                    kinds = {"START_DYHPO": 50, "PROMOTE_DYHPO": 30 - coin, "PROMOTE_SH": coin}
                regret = scale * luck * factor * draw.uniform(0.9, 1.1)
                rows.append(run(label, regret, blackbox=blackbox, seed=seed, **kinds))
    return pd.DataFrame(rows)


def cells(lines):
    """The body of a Markdown table, cell by cell, after its head."""
    parsed = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert set(parsed[1]) == {"---"}
    assert len({len(row) for row in parsed}) == 1
    return parsed[0], parsed[2:]


def test_a_row_for_each_value_in_order_and_the_rival_last():
    backwards = dict(reversed(LABELS.items()))
    summary = sweep_summary(grid(), backwards, "asha")
    assert summary["value"].tolist() == ["1", "0.25", "0", "asha"]
    assert summary["label"].tolist() == ["p-1", "p-0.25", "p-0", "asha"]
    assert summary["rival"].tolist() == [False, False, False, True]
    assert summary["runs"].tolist() == [16] * 4
    assert sweep_summary(grid(), LABELS)["value"].tolist() == ["0", "0.25", "1"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.05, "0.05"),
        (1e-6, "1e-06"),
        (1_000_000, "1000000"),
        (1 / 3, "0.333333333333"),
        ("dyhpo", "dyhpo"),
        (True, "true"),
    ],
)
def test_value_text(value, text):
    assert value_text(value) == text


def test_regrets_are_means_over_runs():
    rows = grid()
    summary = sweep_summary(rows, LABELS, "asha").set_index("value")
    for value, label in {"0": "p-0", "0.25": "p-0.25", "1": "p-1", "asha": "asha"}.items():
        regrets = rows[rows["label"] == label]["regret_1"].to_numpy()
        interval = bootstrap_mean(regrets[:, None])
        expected = [regrets.mean(), interval.low[0], interval.high[0], np.log10(regrets).mean()]
        found = summary.loc[value, ["regret", "regret_low", "regret_high", "log10_regret"]]
        np.testing.assert_allclose(found.to_numpy(dtype=float), expected)
        assert summary.loc[value, "area"] == pytest.approx(2 * regrets.mean())


def test_shares_are_means_of_each_runs_shares():
    # A long run counts no more than a short one: (1/4 + 10/10) / 2.
    rows = pd.DataFrame(
        [run("p-0", 0.1, START_DYHPO=1, PROMOTE_SH=3), run("p-0", 0.1, seed=1, START_DYHPO=10)]
    )
    summary = sweep_summary(rows, {0: "p-0"})
    assert summary.loc[0, ["START_DYHPO", "PROMOTE_SH"]].tolist() == [0.625, 0.375]
    assert summary.loc[0, "decisions"] == 7
    occurring = [kind.name for kind in ScheduleDecision if kind.name in summary.columns]
    assert occurring == ["PROMOTE_SH", "START_DYHPO"]


def test_shares_add_up_to_one_and_kinds_of_others_are_left_out():
    rows = pd.concat([grid(), pd.DataFrame([run("stranger", 0.1, RETRY=5)])])
    summary = sweep_summary(rows, LABELS, "asha")
    kinds = [kind.name for kind in ScheduleDecision if kind.name in summary.columns]
    assert kinds == ["PROMOTE_SH", "PROMOTE_DYHPO", "START_DYHPO", "START_RANDOM", "PROMOTE_RUNG"]
    np.testing.assert_allclose(summary[kinds].sum(axis=1), 1)
    assert summary["PROMOTE_SH"].tolist() == [0, 10 / 80, 20 / 80, 0]
    assert "START_RANDOM" not in sweep_summary(rows, LABELS).columns


def test_a_run_without_decisions_has_no_share():
    rows = pd.DataFrame([run("p-0", 0.1), run("p-0", 0.1, seed=1, STOP=4), run("p-1", 0.1)])
    summary = sweep_summary(rows, {0: "p-0", 1: "p-1"})
    np.testing.assert_array_equal(summary["STOP"], [1, np.nan])


def test_tests_are_paired_against_the_first_and_against_the_rival():
    rows = grid()
    summary = sweep_summary(rows, LABELS, "asha")
    first = paired_tests(rows, ["p-0.25", "p-1"], "p-0", "log10_regret")
    rival = paired_tests(rows, list(LABELS.values()), "asha", "log10_regret")
    for whom, tests, where in (("first", first, [1, 2]), ("rival", rival, [0, 1, 2])):
        for name in ("pairs", "difference", "low", "high"):
            assert summary.loc[where, f"{name}_{whom}"].tolist() == tests[name].tolist()
        assert summary.loc[where, f"p_{whom}"].tolist() == tests["p"].tolist()
        assert summary.loc[where, f"p_{whom}_holm"].tolist() == tests["p_holm"].tolist()
        rest = summary.index.difference(where)
        assert summary.loc[rest, f"pairs_{whom}"].eq(0).all()
        names = [f"difference_{whom}", f"low_{whom}", f"high_{whom}", f"p_{whom}", f"p_{whom}_holm"]
        assert summary.loc[rest, names].isna().all(axis=None)
    assert summary.loc[1, "p_first_holm"] < 0.001
    assert summary.loc[1, "difference_first"] == pytest.approx(np.log10(0.5), abs=0.05)


def test_without_a_rival_nothing_is_tested_against_it():
    summary = sweep_summary(grid(), LABELS)
    with_one = sweep_summary(grid(), LABELS, "asha").drop(columns=["START_RANDOM", "PROMOTE_RUNG"])
    assert summary.columns.tolist() == with_one.columns.tolist()
    assert summary["pairs_rival"].tolist() == [0, 0, 0]
    assert summary[["difference_rival", "p_rival", "p_rival_holm"]].isna().all(axis=None)


def test_runs_without_a_regret_count_as_the_worst():
    rows = grid()
    lost = rows.index[rows["label"] == "p-1"][:3]
    rows.loc[lost, ["regret_1", "log10_regret", "area"]] = np.nan
    summary = sweep_summary(rows, LABELS).set_index("label")
    assert summary.loc["p-1", ["runs", "missing", "pairs_first"]].tolist() == [16, 3, 16]
    assert summary.loc["p-0", ["runs", "missing", "pairs_first"]].tolist() == [16, 0, 0]
    counted = rows[rows["label"] == "p-1"]["regret_1"].fillna(1)
    assert summary.loc["p-1", "regret"] == pytest.approx(counted.mean())


def test_a_value_without_runs_has_a_row():
    rows = grid()
    summary = sweep_summary(rows[rows["label"] != "p-1"], LABELS, "asha").set_index("value")
    assert summary.loc["1", ["runs", "missing", "pairs_first", "pairs_rival"]].tolist() == [0, 0, 0, 0]
    assert summary.loc["1", ["regret", "regret_low", "area", "START_DYHPO", "p_first"]].isna().all()
    assert summary.loc["0.25", "p_first_holm"] == summary.loc["0.25", "p_first"]


def test_by_blackbox():
    rows = grid()
    found = sweep_by_blackbox(rows, LABELS, "asha")
    assert found["blackbox"].tolist() == ["easy"] * 4 + ["hard"] * 4
    assert found["value"].tolist() == ["0", "0.25", "1", "asha"] * 2
    for row in found.itertuples():
        here = rows[(rows["blackbox"] == row.blackbox) & (rows["label"] == row.label)]["regret_1"]
        assert row.runs == 8
        assert row.regret == pytest.approx(here.mean())
        assert row.regret_low < row.regret < row.regret_high


def test_by_blackbox_where_runs_are_missing():
    rows = grid()
    rows = rows[(rows["label"] != "p-1") | (rows["blackbox"] != "hard")]
    found = sweep_by_blackbox(rows, LABELS).set_index(["blackbox", "value"])
    assert found.loc[("hard", "1"), "runs"] == 0
    assert np.isnan(found.loc[("hard", "1"), "regret"])
    nothing = sweep_by_blackbox(rows.iloc[:0], LABELS)
    assert nothing.empty
    assert nothing.columns.tolist() == sweep_by_blackbox(rows, LABELS).columns.tolist()


def test_table():
    rows = grid()
    summary = sweep_summary(rows, LABELS, "asha")
    head, body = cells(sweep_table(summary, "probability_sh"))
    assert head[0] == "probability_sh"
    assert head[5:] == ["log10 against 0", "p (Holm)", "log10 against asha", "p (Holm)"]
    assert [row[0] for row in body] == ["0", "0.25", "1", "asha"]
    best = summary.iloc[1]
    assert body[1][1:3] == [
        "16", f"{best['regret']:.4f} [{best['regret_low']:.4f}, {best['regret_high']:.4f}]",
    ]  # fmt: skip
    assert body[1][5].startswith(f"{best['difference_first']:+.3f} [-")
    assert body[1][6] == "< 0.001"
    assert body[2][6] == f"{summary.loc[2, 'p_first_holm']:.3f}"
    assert body[0][5:7] == ["", ""]
    assert body[3][5:] == ["", "", "", ""]


def test_table_without_rival_and_without_some_runs():
    rows = grid(seeds=1)
    rows = rows[rows["blackbox"] == "easy"]
    rows.loc[rows["label"] == "p-0.25", ["regret_1", "log10_regret"]] = np.nan
    head, body = cells(sweep_table(sweep_summary(rows[rows["label"] != "p-1"], LABELS), "p"))
    assert head == ["p", "runs", "final regret", "log10 of it", "area", "log10 against 0", "p (Holm)"]
    assert "[" not in body[0][2]
    assert body[1][5].startswith("+"), "no finite value is worse than the first value's regret"
    assert body[1] == [
        "0.25",
        "1 (1 without a finite value)",
        "1.0000",
        "0.000",
        body[1][4],
        body[1][5],
        body[1][6],
    ]
    assert body[2] == ["1", "0", "", "", "", "", ""]


def test_shares_table():
    head, body = cells(sweep_shares_table(sweep_summary(grid(), LABELS, "asha"), "p"))
    assert head == [
        "p", "decisions", "PROMOTE_SH", "PROMOTE_DYHPO", "START_DYHPO", "START_RANDOM", "PROMOTE_RUNG"
    ]  # fmt: skip
    assert body[1] == ["0.25", "80", "12.5 %", "25.0 %", "62.5 %", "0.0 %", "0.0 %"]
    assert body[3] == ["asha", "60", "0.0 %", "0.0 %", "0.0 %", "66.7 %", "33.3 %"]


def test_blackbox_table():
    found = sweep_by_blackbox(grid(), LABELS, "asha")
    head, body = cells(sweep_blackbox_table(found, "p"))
    assert head == ["blackbox", "p 0", "p 0.25", "p 1", "asha"]
    assert [row[0] for row in body] == ["easy", "hard"]
    last = found.iloc[-1]
    assert body[1][4] == f"{last['regret']:.4f} [{last['regret_low']:.4f}, {last['regret_high']:.4f}]"
