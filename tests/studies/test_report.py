"""What the report makes of stored results."""

import msgspec
import numpy as np
import pandas as pd
import pytest

from simdyhpo.analysis.floor import floor
from simdyhpo.analysis.marks import FLOOR, SHARES, counted
from simdyhpo.errors import BoundError, OutputError
from simdyhpo.simulation.budget import Budget
from simdyhpo.studies.bound import bound_regrets
from simdyhpo.studies.conductor import run_study
from simdyhpo.studies.files import load_study
from simdyhpo.studies.plan import make_plan
from simdyhpo.studies.pool import Pool
from simdyhpo.studies.report import report
from simdyhpo.studies.results import collect, results_csv
from simdyhpo.studies.store import Store
from tests.studies.conftest import CELLS, TEXT


@pytest.fixture
def done(file, tables, tmp_path):
    plan, store = make_plan(load_study(file), tables), Store(tmp_path / "results")
    run_study(plan, store, Pool("loky", 1))
    return plan, store


def plan_labels(plan):
    return [variant.label for variant in plan.study.variants]


def test_many_blackboxes_are_rows(done):
    plan, store = done
    many = msgspec.structs.replace(plan.study, blackboxes=[f"table-{i}" for i in range(8)])
    rows = collect(plan, store)
    copies = pd.concat([rows[rows["blackbox"] == "mine"].assign(blackbox=name) for name in many.blackboxes])
    text = report(many, copies, "asha")
    assert "| blackbox | asha | asha,reduction_factor=2 | asha,reduction_factor=4 |" in text
    assert sum(line.startswith("| table-") for line in text.splitlines()) == 8 * 2
    assert "| mean rank |" in text


def test_each_difference_has_a_verdict_a_p_and_the_least_that_it_could_have_been(done):
    """Eight tables, two seeds: one variant always higher, one never different."""
    plan, store = done
    rows = collect(plan, store)
    mine = rows[(rows["workers"] == 1) & (rows["blackbox"] == "mine")]
    base = mine[mine["label"] == "asha"]
    many = msgspec.structs.replace(plan.study, blackboxes=[f"table-{i}" for i in range(8)], workers=[1])
    copies = [
        base.assign(blackbox=name, label=label, log10_regret=above * (1 + place + base["seed"] / 10))
        for place, name in enumerate(many.blackboxes)
        for label, above in (("asha", 0), ("asha,reduction_factor=2", 1), ("asha,reduction_factor=4", 0))
    ]
    part = report(many, pd.concat(copies), "asha").split("## Differences to `asha`")[1]
    heads, _, *lines = (line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("|"))
    higher, same = (dict(zip(heads, [cell.strip() for cell in line], strict=True)) for line in lines)
    assert (higher["verdict"], higher["p (Holm)"], higher["least p"]) == ("higher", "< 0.0001", "< 0.0001")
    assert (same["verdict"], same["p (Holm)"], same["least p"]) == ("identical in every run", "1.0000", "")


def test_rows(done):
    rows = collect(*done)
    assert len(rows) == CELLS
    assert list(rows.columns[:4]) == ["blackbox", "label", "workers", "seed"]
    assert (rows["epochs"] == 30).all()
    assert (rows["regret_0.1"] >= rows["regret_1"]).all()
    assert (rows["area"] >= rows["regret_1"] - 1e-12).all()
    np.testing.assert_allclose(rows["log10_regret"], np.log10(rows["regret_1"].clip(lower=FLOOR)))
    header = results_csv(rows).splitlines()[0].split(",")
    assert "max_epochs" in header
    assert "max_seconds" not in header


def test_report(done):
    plan, store = done
    rows = collect(plan, store)
    text = report(plan.study, rows, "asha")
    assert f"{CELLS} of {CELLS} cells" in text
    assert "Which one?" in text
    for workers in (1, 2):
        mine = rows[rows["workers"] == workers]
        mean = mine[mine["label"] == "asha"]["regret_1"].mean()
        part = text.split(f"## Final normalised regret, {workers} worker")[1].split("##")[0]
        line = next(line for line in part.splitlines() if line.startswith("| asha |"))
        assert f"| {mean:.4f} |" in line
        by_blackbox = mine.groupby(["blackbox", "label"])["regret_1"].mean()
        ranks = [
            1
            + sum(by_blackbox[name, other] < by_blackbox[name, "asha"] for other in plan_labels(plan))
            + sum(by_blackbox[name, other] == by_blackbox[name, "asha"] for other in plan_labels(plan)) / 2
            - 0.5
            for name in plan.study.blackboxes
        ]
        assert line.endswith(f"| {sum(ranks) / len(ranks):.2f} |")
        part = text.split(f"## Differences to `asha`, {workers} worker")[1].split("## ")[0]
        keys = ["blackbox", "seed"]
        theirs, ours = (
            mine[mine["label"] == label].set_index(keys)["regret_1"]
            for label in ("asha", "asha,reduction_factor=2")
        )
        line = next(line for line in part.splitlines() if line.startswith("| asha,reduction_factor=2 |"))
        assert f"| 4 | {(ours - theirs).mean():+.4f} [" in line


def test_the_hindsight_bound_closes_the_table(done):
    """Nobody is below it; without epochs or seconds to spend, there is none."""
    plan, store = done
    rows = collect(plan, store)
    text = report(plan.study, rows, "asha", plan.tables)
    lines = [line for line in text.splitlines() if line.startswith("| hindsight bound |")]
    assert len(lines) == 2
    bounds = [float(cell) for cell in lines[0].split("|")[2:6]]
    spent = [round(share * 30) for share in SHARES]
    expected = np.mean([floor(table, "epochs").at(spent) for table in plan.tables.values()], axis=0)
    np.testing.assert_allclose(bounds, expected, atol=5e-5)
    for label in plan_labels(plan):
        line = next(
            line for line in text.splitlines() if line.startswith(f"| {label} |") and line.count("|") == 8
        )
        assert all(float(cell) >= bound for cell, bound in zip(line.split("|")[2:6], bounds, strict=True))
    assert "hindsight" not in report(plan.study, rows, "asha")
    assert bound_regrets(plan.tables["mine"], Budget(max_trials=9)) is None
    impossible = rows.assign(**{"regret_0.5": rows["regret_0.5"].where(rows.index != 7, -0.25)})
    with pytest.raises(BoundError, match=f"blackbox {rows.loc[7, 'blackbox']}, .* at 50% .*-0.25"):
        report(plan.study, impossible, "asha", plan.tables)


def test_the_bound_over_seconds(done):
    plan, _ = done
    budget = Budget(max_seconds=40.0)
    for table in plan.tables.values():
        expected = counted(floor(table, "seconds").at(np.array(SHARES) * 40.0))
        np.testing.assert_array_equal(bound_regrets(table, budget), expected)


def test_a_part_of_a_study_can_be_reported(done, tables, file, tmp_path):
    plan, store = done
    for key in plan.keys[3:]:
        store.remove(key)
    assert f"3 of {CELLS} cells" in report(plan.study, collect(plan, store), "asha")
    with pytest.raises(OutputError, match="run it first"):
        collect(plan, Store(tmp_path / "elsewhere"))


def test_two_labels_may_mean_one_run(done, file, tables):
    _, store = done
    file.write_text(TEXT + '\n[[variants]]\nlabel = "default"\nscheduler = "asha"\n')
    plan = make_plan(load_study(file), tables)
    rows = collect(plan, store)
    assert len(rows) == CELLS + CELLS // 3
    pairs = rows[rows["label"].isin(["asha", "default"])].groupby(["blackbox", "workers", "seed"])
    assert (pairs["regret_1"].max() == pairs["regret_1"].min()).all()
