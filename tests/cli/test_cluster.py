"""`--cluster`, `trace export`, and runs on clusters brought back to life."""

import json

import pytest

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.runs.front_door import simulate
from simdyhpo.simulation.named_clusters import PRESETS, find_cluster
from simdyhpo.studies.files import load_study
from simdyhpo.studies.store import Store
from simdyhpo.tables.blackboxes import load_blackbox
from simdyhpo.traces.read import read_run

RUN = ["run", "--blackbox", "digits-mlp", "--scheduler", "asha", "--workers", 4, "--max-seconds", 8]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    file = tmp_path_factory.mktemp("cluster") / "bad.toml"
    file.write_text(
        "[cluster]\ncrashes_per_hour = 2000\nrepair_seconds = 0.3\nstart_seconds = 0.01\nretries = 1\n"
        "checkpoint_every = 2\njitter = 0.3\n"
    )
    return file


@pytest.fixture
def folder(command, file, tmp_path):
    said = command(*RUN, "--cluster", file, "--out", tmp_path / "run")
    assert said.status == 0, said.err
    assert "workers     busy " in said.out
    return tmp_path / "run"


def test_json_says_where_the_time_went(command, tmp_path):
    said = command(*RUN, "--cluster", "mixed-gpus", "--out", tmp_path / "a", "--json")
    told = json.loads(said.out)
    assert told["cluster"] == "mixed-gpus"
    assert 0 < told["utilisation"] <= 1
    plain = json.loads(command(*RUN, "--out", tmp_path / "b", "--json").out)
    assert "cluster" not in plain
    assert plain["epochs"] > told["epochs"]


def test_it_reproduces(command, folder):
    said = command("trace", "replay", folder, "--verify")
    assert (said.status, said.out[:10]) == (0, "reproduces")


def test_any_decision_can_be_rebuilt_but_a_retry(command, folder):
    records = list(read_run(folder).records())
    retries = [record.index for record in records if record.decision is ScheduleDecision.RETRY]
    assert retries, "the run must have faults"
    said = command("trace", "replay", folder, "--until", retries[0])
    assert said.status == 2
    assert "retry" in said.err
    for index in (0, retries[0] + 1, len(records) - 1):
        if index in retries:
            continue
        said = command("trace", "replay", folder, "--until", index, "--json")
        assert said.status == 0, said.err
        assert json.loads(said.out)["agrees"] is True
    assert "lost its worker" in command("trace", "explain", folder, "--decision", retries[0]).out


def test_another_decision(command, folder, tmp_path):
    said = command(
        "trace", "replay", folder, "--until", 5, "--instead", "start:300", "--out", tmp_path / "if"
    )
    assert said.status == 0, said.err
    assert read_run(tmp_path / "if").record(5).configuration == 300


def test_export(command, folder, tmp_path):
    events, figure = tmp_path / "events.json", tmp_path / "figure.png"
    said = command("trace", "export", folder, "--perfetto", events, "--timeline", figure)
    assert said.status == 0, said.err
    assert json.loads(events.read_text())["traceEvents"]
    assert figure.read_bytes().startswith(b"\x89PNG")
    again = command("trace", "export", folder, "--perfetto", events)
    assert again.status == 2
    assert "exists" in again.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "say --perfetto"),
        (["--timeline", "a.gif"], ".png, .svg, .pdf"),
        (["--perfetto", "no/where"], "no"),
    ],
)
def test_export_mistakes(command, folder, words, says, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    said = command("trace", "export", folder, *words)
    assert said.status == 2
    assert says in said.err


@pytest.mark.parametrize(
    ("cluster", "says"), [("flakey", "did you mean 'flaky'"), ("no.toml", "can't be read")]
)
def test_run_mistakes(command, tmp_path, cluster, says):
    said = command(*RUN, "--cluster", cluster, "--out", tmp_path / "run")
    assert said.status == 2
    assert says in said.err
    assert not (tmp_path / "run").exists()


def test_measured_runs_say_that_they_are(command, tmp_path):
    (tmp_path / "measured.toml").write_text('decision_cost = "measured"\n')
    command(*RUN, "--cluster", tmp_path / "measured.toml", "--out", tmp_path / "run")
    assert read_run(tmp_path / "run").manifest.on_cluster.deterministic is False
    said = command("trace", "replay", tmp_path / "run", "--verify")
    assert said.status == 2
    assert "measured" in said.err


def test_export_of_a_studys_cell(command, file, folder, tmp_path):
    """A cell keeps no timeline: the run is done again, and gives the same one."""
    result = simulate(load_blackbox("digits-mlp"), "asha", workers=4, max_seconds=8, cluster=str(file))
    store = Store(tmp_path / "results")
    store.open()
    store.write("a" * 32, result)
    of_cell, of_run = tmp_path / "cell.json", tmp_path / "run.json"
    said = command("trace", "export", store.path("a" * 32), "--perfetto", of_cell)
    assert said.status == 0, said.err
    assert command("trace", "export", folder, "--perfetto", of_run).status == 0
    assert json.loads(of_cell.read_text())["traceEvents"] == json.loads(of_run.read_text())["traceEvents"]


def test_every_preset_is_named_where_it_can_be_given(command):
    for name in ("run", "versus", "sweep"):
        said = "".join(command(name, "--help").out.split())  # lines break at hyphens, too
        assert f"{','.join(PRESETS)},orafile" in said


def test_an_option_is_swept_on_a_cluster_and_the_report_says_so(command, tmp_path):
    words = ("sweep", "reduction_factor", "--scheduler", "asha", "--rival", "none", "--values", "2,3")
    words = (
        *words,
        "--blackbox",
        "digits-mlp",
        "--seeds",
        1,
        "--workers",
        3,
        "--max-epochs",
        30,
        "--jobs",
        1,
    )
    out = tmp_path / "sweep"
    said = command(*words, "--cluster", "flaky", "--out", out)
    assert said.status == 0, said.err
    (cluster,) = load_study(out / "study.toml").clusters
    assert cluster.cluster == find_cluster("flaky")
    assert "3 workers on flaky;" in said.out
    said = command("study", "report", out / "study.toml", "--out", out / "results")
    assert "Workers: 3, on flaky. Seeds" in said.out, said.err
