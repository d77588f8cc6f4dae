"""`simdyhpo sweep`: one option, several values, a rival, a figure."""

import pandas as pd
import pytest

from simdyhpo.cli.main import main
from simdyhpo.errors import BudgetError, SimdyhpoError, UnknownNameError
from simdyhpo.simulation.budget import Budget
from simdyhpo.studies.files import load_study
from simdyhpo.studies.option_sweep import _verdict, sweep_study, swept_labels
from tests.studies.conftest import TEXT

pytestmark = pytest.mark.once

COMMAND = [
    "sweep", "probability_sh", "--values", "0,0.25,1", "--blackbox", "digits-mlp",
    "--option", "searcher=random", "--seeds", "2", "--max-epochs", "60", "--jobs", "1",
]  # fmt: skip


def test_figure_table_and_results(tmp_path, capfd):
    out = tmp_path / "sweep"
    assert main([*COMMAND, "--out", str(out)]) == 0
    text = capfd.readouterr().out
    assert "8 cells made, 0 were there" in text
    assert sorted(path.name for path in out.iterdir()) == [
        "report.md", "results", "results.csv", "study.toml", "summary.csv",
        "sweep.pdf", "sweep.png", "sweep.svg",
    ]  # fmt: skip
    assert main(["study", "run", str(out / "study.toml"), "--jobs", "1"]) == 0
    assert "0 cells made, 8 were there" in capfd.readouterr().out
    assert (out / "report.md").read_text() in text
    rows = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("| ")]
    shares = {row[0].strip(): [cell.strip() for cell in row[1:]] for row in rows if row[1].strip().isdigit()}
    head = next([cell.strip() for cell in row[1:]] for row in rows if row[1].strip() == "decisions")
    sh = head.index("PROMOTE_SH")
    assert shares["0"][sh] == "0.0 %"
    assert float(shares["1"][sh].split()[0]) > float(shares["0.25"][sh].split()[0]) > 0
    assert "`asha`" in text
    before = (out / "sweep.png").read_bytes()
    # Another value costs only its own runs; and what was drawn from stored results is drawn again from them.
    assert main([*COMMAND[:3], "0,0.25,0.5,1", *COMMAND[4:], "--out", str(out)]) == 0
    assert "2 cells made, 8 were there" in capfd.readouterr().out
    assert main([*COMMAND, "--out", str(out)]) == 0
    assert "0 cells made, 8 were there" in capfd.readouterr().out
    assert (out / "sweep.png").read_bytes() == before


def test_a_study_can_be_reported_as_a_sweep(file, tables, tmp_path, capfd):
    where = [str(file), "--out", str(tmp_path / "results"), "--tables", str(tables)]
    file.write_text(TEXT.replace("workers = [1, 2]", "workers = [2]"))
    assert main(["study", "run", *where, "--jobs", "1"]) == 0
    report = ["study", "report", *where, "--sweep", "reduction_factor"]
    assert main(report) == 2
    assert "--sweep needs --save" in capfd.readouterr().err
    assert main([*report, "--save", str(tmp_path / "saved")]) == 0
    assert capfd.readouterr().out == (tmp_path / "saved" / "report.md").read_text()
    assert (tmp_path / "saved" / "sweep.svg").exists()
    assert main([*report[:-1], "grace_period", "--save", str(tmp_path / "saved")]) == 2
    assert "no two variants" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["probability", "--values", "0,1"], "did you mean 'probability_sh'"),
        (["probability_sh", "--values", "0,2"], "probability_sh"),
        (["probability_sh", "--values", "0,zero"], "probability_sh"),
        (["probability_sh", "--values", "0"], "no two variants"),
        (["probability_sh", "--values", "0,0"], "twice"),
        (["probability_sh", "--values", "0,1", "--rival", "ahsa"], "did you mean 'asha'"),
        (["probability_sh", "--values", "0,1", "--scheduler", "asha"], "probability_sh"),
        (["probability_sh", "--values", "0,1", "--seeds", "0"], "seeds"),
        (["probability_sh", "--values", "0,1", "--workers", "0"], "workers"),
        (["probability_sh", "--values", "0,1", "--option", "probability_sh=1"], "keep one"),
        (["probability_sh", "--values", "0,1", "--max-epochs", "-1"], "max_epochs"),
    ],
)
def test_mistakes(words, text, tmp_path, capfd):
    where = ["--blackbox", "digits-mlp", "--out", str(tmp_path / "out")]
    assert main(["sweep", *words, *where]) == 2
    said = capfd.readouterr().err
    assert text in said
    assert len(said.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_the_rival_is_who_lacks_the_option(file):
    file.write_text(TEXT)
    assert swept_labels(load_study(file), "reduction_factor") == (
        {2: "asha,reduction_factor=2", 4: "asha,reduction_factor=4"},
        "asha",
    )
    with pytest.raises(SimdyhpoError, match="no two variants"):
        swept_labels(load_study(file), "grace_period")


def test_a_study_that_varies_two_things_is_no_sweep():
    common = {"blackboxes": ["digits-mlp"], "budget": Budget(max_epochs=9)}
    study = sweep_study("probability_sh", [0, 1], rival=None, **common)
    assert [variant.label for variant in study.variants] == [
        "dyhpo,probability_sh=0",
        "dyhpo,probability_sh=1",
    ]
    double = type(study)(
        name="double",
        blackboxes=study.blackboxes,
        variants=[
            *study.variants,
            type(study.variants[0])("other", "dyhpo", {"probability_sh": 0, "grace_period": 2}),
        ],
        seeds=1,
        budget=study.budget,
    )
    with pytest.raises(SimdyhpoError, match="differ in something else"):
        swept_labels(double, "probability_sh")
    with pytest.raises(BudgetError):
        sweep_study("probability_sh", [0, 1], blackboxes=["digits-mlp"], budget=Budget())
    with pytest.raises(UnknownNameError):
        sweep_study("probability_sh", [0, 1], scheduler="dihpo", **common)


NONE = "None is shown to differ from the value 0 at the level of 5%"


@pytest.mark.parametrize(
    ("p", "difference", "said"),
    [
        (
            [0.2, 0.5],
            [-1.0, 1.0],
            f"{NONE}; the smallest p possible with these pairs is 0.002.",
        ),
        ([0.01, 0.02], [-1.0, 1.0], "At the level of 5%, compared with the value 0: 1 better; 2 worse."),
        (
            [0.01, 0.5],
            [-1.0, 1.0],
            "At the level of 5%, compared with the value 0: 1 better; the others are undecided.",
        ),
        ([0.01, 0.02], [2.0, 1.0], "At the level of 5%, compared with the value 0: 1, 2 worse."),
    ],
)
def test_a_verdict_follows_the_corrected_tests(p, difference, said):
    values = pd.DataFrame({"value": ["1", "2"], "p_first_holm": p, "difference_first": difference})
    values["p_least_first_holm"], values["pairs_first"] = 0.002, 10
    assert _verdict(values, "first", "the value 0", 10) == said


def test_tables_may_stand_together_as_in_versus(tmp_path):
    words = ("sweep", "reduction_factor", "--scheduler", "asha", "--rival", "none", "--values", "2,3")
    where = ("--seeds", "1", "--max-epochs", "9", "--jobs", "1", "--out", str(tmp_path / "sweep"))
    assert main([*words, "--blackbox", "digits-mlp,lcbench-kc1", *where]) == 0
    study = load_study(next((tmp_path / "sweep").rglob("study.toml")))
    assert list(study.blackboxes) == ["digits-mlp", "lcbench-kc1"]
