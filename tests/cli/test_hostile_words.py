"""What nobody meant, given to measures, made tables, calibrations and comparisons: one line, no file."""

import csv
import shutil

import pytest

from simdyhpo.cli.main import main
from tests.making import falling

STUDY = """
name = "s"
blackboxes = ["lcbench-kc1"]
seeds = 1
budget = { max_epochs = 9 }
[[variants]]
scheduler = "asha"
[[variants]]
scheduler = "random"
"""
MODEL = "--scheduler dyhpo --option steps=2 --option candidates=20 --max-epochs 30"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A study's results and runs, with and without a model, that no test changes."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "s.toml").write_text(STUDY)
    for words in (
        f"study run {folder}/s.toml --out {folder}/results --jobs 1",
        f"run --blackbox lcbench-kc1 --scheduler asha --max-epochs 9 --out {folder}/run",
        f"run --blackbox digits-mlp {MODEL} --out {folder}/model",
    ):
        assert main(words.split()) == 0
    return folder


@pytest.fixture
def refused(command, tmp_path, monkeypatch):
    """Carry out a line that must be refused, in a folder of its own in which it must leave nothing."""
    monkeypatch.chdir(tmp_path)

    def carry_out(line, *hints, more=()):
        before = sorted(tmp_path.rglob("*"))
        said = command(*line.split(), *more)
        assert (said.status, said.out, said.err.count("\n")) == (2, "", 1), (line, more, said)
        assert said.err.startswith("error: ")
        assert "Traceback" not in said.err
        for hint in hints:
            assert hint in said.err, (line, more, said.err)
        assert sorted(tmp_path.rglob("*")) == before

    return carry_out


MEASURED = (
    "study report {}/s.toml --out {}/results",
    "report {}/results --out page.html",
    "report {}/run --out page.html",
    "sweep reduction_factor --scheduler asha --values 2,3 --blackbox lcbench-kc1 --max-epochs 9 --out s",
)
SHARES = (
    "nan",
    "2",
    "-1",
    "",
    "0",
    "inf",
    "-inf",
    "1e-400",
    "half",
    "0,5",
    ".5.5",
    " .5",
    "1_0",
    "\N{ARABIC-INDIC DIGIT ZERO}.5",
    "0.5:1",
)
REFERENCES = (
    *(f"quantile:{share}" for share in SHARES),
    "quantile",
    "",
    "nan",
    "WORST",
    "worst ",
    "best",
    "chance:2",
)


@pytest.mark.parametrize("line", MEASURED)
def test_measures(refused, made, line):
    line = line.replace("{}", str(made))
    for reference in REFERENCES:
        refused(line, "reference", more=("--reference", reference))
    for unit in ("", "nan", "Normalised", "seconds", "absolute,normalised"):
        refused(line, "unit of regret", more=("--unit", unit))
    for score in ("", "nan", "loss", "../x", "a\nb", "Test_Accuracy"):
        refused(line, "score", more=("--score", score))


def test_measures_of_a_table_without_scores_and_classes(refused, made):
    line = f"report {made}/model --out page.html"
    refused(line, "no final scores are known of digits-mlp", more=("--score", "test_accuracy"))
    refused(line, "chance", "worst", more=("--reference", "chance"))
    run = "run --blackbox lcbench-kc1 --scheduler random --max-epochs 9 --out r"
    refused(run, "quantile:0.95", more=("--reference", "quantile:nan"))
    refused(run, "score", more=("--score", "nan"))


OUT_OF_RANGE = {
    "configurations": "nan -1 9 100001 1e9 ten 300.5 none",
    "resources": "3 1001 nan",
    "hyperparameters": "0 51 1.5",
    "seed": "-1 5e9 nan",
    "rank_correlation": "nan 1.1 -1.1 inf x",
    "crossing": "nan -.1 1.1",
    "look": "0 27 -1 1e3",
    "crossing_time": "nan .04 1",
    "near_best": "0 nan .6 1e-300 -1",
    "noise": "nan -1 1 inf 1e400",
    "smoothness": "nan 1 -1",
    "speed": "0 nan 51 inf",
    "plateau": "-.1 nan .95",
    "plateau_spread": "nan .1 1",
    "never": "nan 1 .91",
    "diverging": "nan 1",
    "divergence": "boom NaN 3",
    "seconds_per_epoch": "0 nan 1e6",
    "cost_spread": "0 nan 1e5",
    "cost_correlation": "nan 2",
    "no_such": "1",
}
CONTRADICTIONS = (
    "rank_correlation=.5 crossing=.2",
    "plateau=.9 plateau_spread=.4",
    "plateau=.5 look=3",
    "plateau=.9 resources=4",
    "never=.6 diverging=.6",
    "cost_spread=1 cost_correlation=.5",
    "configurations=10 near_best=.01",
    "configurations=10 resources=4 rank_correlation=-1 noise=.5",
    "seed=1 seed=2",
    "=3",
    "seed",
)


def options(pairs):
    return [word for pair in pairs.split() for word in ("--option", pair)]


def test_made_curves(refused):
    for name, values in OUT_OF_RANGE.items():
        for value in values.split():
            refused("blackbox make synthetic --out t", f"'{name}'", more=("--option", f"{name}={value}"))
        refused("blackbox make synthetic --out t", f"'{name}'", more=("--option", f"{name}="))
    for pairs in CONTRADICTIONS:
        refused("blackbox make synthetic --out t", more=options(pairs))


@pytest.mark.parametrize("suite", ["synthetic", "synthetic-functions", "laboratory"])
def test_made_tables(refused, tmp_path, suite):
    for task in ("no-such", "", "../x", "a b"):
        refused(f"blackbox make {suite} --out t", "unknown", more=("--task", task))
    for pair in ("no_such=1", "=", "x"):
        refused(f"blackbox make {suite} --out t", "option", more=("--option", pair))
    (tmp_path / "file").write_text("mine")
    refused(f"blackbox make {suite} --out file", "can't be written")
    for pair in ("configurations=3", "noise=nan", "rank_correlation=2", "resources=0", "look=99", "seed=-1"):
        refused("blackbox make synthetic-functions --out t", "option", more=("--option", pair))


def test_a_number_without_its_zero_is_one(command, tmp_path):
    """As the pages themselves write it."""
    words = ("--option", "configurations=12", "--option", "resources=5.", "--option", "noise=.01")
    assert command("blackbox", "make", "synthetic", *words, "--out", tmp_path).status == 0
    assert [path.name for path in tmp_path.glob("*.npz")] == [
        "synthetic-configurations12-resources5-noise0.01.npz"
    ]


DAMAGES = {
    "empty": lambda _: b"",
    "cut": lambda content: content[: len(content) // 2],
    "no text": lambda content: b"\xff\xfe" + content,
    "another file": lambda _: b"a,b\n1,2\n",
}


@pytest.mark.parametrize("file", ["manifest.json", "decisions.csv", "reports.csv"])
def test_calibrations_of_damaged_runs(refused, made, tmp_path, file):
    shutil.copytree(made / "model", tmp_path / "x")
    content = (tmp_path / "x" / file).read_bytes()
    for damage in DAMAGES.values():
        (tmp_path / "x" / file).write_bytes(damage(content))
        refused("trace calibration x", file)
        refused("trace calibration x --json", file)
    (tmp_path / "x" / file).unlink()
    refused("trace calibration x", f"{file}: is missing")


@pytest.mark.parametrize("column", ["mean", "deviation", "trial", "decision"])
def test_calibrations_of_edited_runs(refused, made, tmp_path, column):
    shutil.copytree(made / "model", tmp_path / "x")
    path = tmp_path / "x" / "decisions.csv"
    rows = list(csv.DictReader(path.read_text().splitlines()))
    for value in ("nan", "-1", "x", "", "1e400"):
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows({**row, column: value} for row in rows)
        refused("trace calibration x", "decisions.csv")


def test_calibrations_of_what_has_none(refused, made, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("mine")
    for folder, hint in (
        ("empty", "holds no run"),
        ("file", "no such folder"),
        ("nowhere", "no such folder"),
    ):
        refused(f"trace calibration {folder}", hint)
    refused(f"trace calibration {made}/results", "holds no run")
    refused(f"trace calibration {made}/run", "asha: its log holds no predictions")
    for figure, hint in (
        ("x.bmp", ".png"),
        ("x", ".png"),
        ("no/x.png", "can't be written"),
        ("file", "exists"),
    ):
        refused(f"trace calibration {made}/model --json --figure {figure}", hint)


@pytest.mark.parametrize(
    ("more", "hint"),
    [
        (["asha"], "comes twice"),
        (["asha "], "comes twice"),
        ([""], "empty"),
        (["no-such"], "unknown scheduler"),
        (["json:JSONDecoder"], "is no scheduler"),
        (["asha reduction_factor"], "name=value"),
        (["asha reduction_factor=nan"], "'reduction_factor'"),
        (["asha reduction_factor=1"], ">= 2"),
        (["asha reduction_factor=inf"], "'reduction_factor'"),
        (["asha reduction_factor=2 reduction_factor=3"], "already given"),
        (["dyhpo rung_increment=0"], "'rung_increment'"),
        (["hyperband grace_period=0"], "'grace_period'"),
        (["random", "--seeds", "0"], "--seeds"),
        (["random", "--seeds", "1000000000"], "more than"),
        (["random", "--workers", "10000000000"], "'workers'"),
        (["random", "--max-epochs", "0"], "max_epochs"),
        (["random", "--max-seconds", "nan"], "max_seconds"),
        (["random", "--blackbox", "digits-mlp"], "comes twice"),
        (["random", "--blackbox", "no-such"], "unknown blackbox"),
        (["random", "--blackbox", "a b"], "unknown blackbox 'a b'"),
        (["random", "--tables", "nowhere"], "no such folder"),
        (["random", "--out", "file"], "can't be written"),
        (["random", "--out", "file/x"], "can't be written"),
    ],
)
def test_comparisons(refused, tmp_path, more, hint):
    (tmp_path / "file").write_text("mine")
    refused("versus asha --blackbox digits-mlp --max-epochs 9 --jobs 1 --out v", hint, more=more)


def test_comparisons_on_damaged_tables_of_ones_own(refused, tmp_path):
    falling(12, 4).save(tmp_path / "tables" / "mine.npz")
    whole = (tmp_path / "tables" / "mine.npz").read_bytes()
    line = "versus asha random --blackbox mine --tables tables --max-epochs 9 --jobs 1 --out v"
    for damaged in (b"", b"PK\x03\x04", b"lr,loss\n", whole[: len(whole) // 2], whole[:-30]):
        (tmp_path / "tables" / "mine.npz").write_bytes(damaged)
        refused(line, "mine.npz")
    (tmp_path / "tables" / "mine.npz").unlink()
    (tmp_path / "tables" / "mine.npz").mkdir()
    refused(line, "unknown blackbox 'mine'")
