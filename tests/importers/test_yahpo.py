import json
import sys

import numpy as np
import pytest

from simdyhpo.errors import SimdyhpoError, TableError, UnknownNameError
from simdyhpo.importers.sampling import INACTIVE, Choice, sample_configurations
from simdyhpo.importers.scenarios import SCENARIOS
from simdyhpo.importers.shipping import repairs_go_to_the_manifest
from simdyhpo.importers.yahpo import Surrogate, yahpo_table
from simdyhpo.importers.yahpo_space import read_space
from tests.surrogate_tables import FILES, golden_table

TASKS = {
    "lcbench-fashion-mnist": "189908",
    "lcbench-covertype": "7593",
    "lcbench-christine": "168908",
}


def lcbench_curves(surrogate, columns):
    return surrogate.curves(columns, SCENARIOS["lcbench"].grid, ("val_balanced_accuracy", "time"))


def small_table(data, scenario, task, **changes):
    with repairs_go_to_the_manifest():
        return yahpo_table(
            data, scenario, task, **({"name": "small", "configurations": 5, "seed": 0} | changes)
        )


@pytest.mark.shared_data
@pytest.mark.parametrize("name", TASKS)
def test_kept_rows_are_what_the_surrogate_says(yahpo_data, name):
    kept = golden_table(name)
    rows = np.array([0, 1, 977, 1999])
    columns = {key: column[rows] for key, column in kept.configurations.columns.items()}
    values, seconds = lcbench_curves(Surrogate(yahpo_data, "lcbench", TASKS[name]), columns)
    # another processor may round the last bits differently
    np.testing.assert_allclose(values[:, 1:], kept.values[rows], rtol=1e-4)
    np.testing.assert_allclose(seconds[:, 1:], kept.elapsed_seconds[rows], rtol=1e-4)


@pytest.mark.shared_data
def test_a_whole_kept_table_can_be_made_again(yahpo_data, tmp_path):
    """Where the processor computes as the one did on which it was made, byte for byte."""
    kept = golden_table("lcbench-christine")
    again = small_table(
        yahpo_data, "lcbench", "christine", name="lcbench-christine", configurations=len(kept)
    )
    np.testing.assert_allclose(again.values, kept.values, rtol=1e-4)
    np.testing.assert_allclose(again.elapsed_seconds, kept.elapsed_seconds, rtol=1e-4)
    assert again.info == kept.info
    if np.array_equal(again.values, kept.values):
        kept = FILES["lcbench-christine"].read_bytes()
        assert again.save(tmp_path / "again").read_bytes() == kept


@pytest.mark.shared_data
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_agrees_with_yahpo_gym(yahpo_data, monkeypatch, capsys, scenario):
    """Sampled configurations of sampled tasks, inactive hyperparameters and all outputs included."""
    pytest.importorskip("yahpo_gym", reason="yahpo-gym is not installed (the extra yahpo)")
    from yahpo_gym import BenchmarkSet, local_config

    monkeypatch.setattr(local_config, "_config", {"data_path": str(yahpo_data)})
    reference = BenchmarkSet(scenario, multithread=False)
    known = SCENARIOS[scenario]
    space = read_space(yahpo_data / scenario, known)
    assert list(space.tasks) == [str(task) for task in reference.instances]
    assert list(known.outputs) == reference.config.y_names
    grid = known.grid[:: len(known.grid) // 4]
    columns = sample_configurations(space.parameters, 6, seed=5, conditions=space.conditions)
    for task in space.tasks[::30]:
        ours = Surrogate(yahpo_data, scenario, task).curves(columns, grid, known.outputs)
        for row in range(6):
            settings = {name: column[row].item() for name, column in columns.items()}
            settings = {
                name: int(value) if reference_is_integer(reference, name) and value == value else value
                for name, value in settings.items()
                if value == value and value != INACTIVE
            }
            answers = reference.objective_function(
                [{**settings, **known.fixed, known.instance: task, known.fidelity: point} for point in grid]
            )
            theirs = [[answer[output] for answer in answers] for output in known.outputs]
            np.testing.assert_allclose(ours[:, row], theirs, rtol=1e-5)


def reference_is_integer(reference, name):
    return type(reference.config_space[name]).__name__ == "UniformIntegerHyperparameter"


@pytest.mark.shared_data
def test_kept_configurations_are_the_seeded_sample(yahpo_data):
    table = small_table(yahpo_data, "lcbench", "7593")
    kept = golden_table("lcbench-covertype")
    assert table.max_resource == kept.max_resource == 51
    assert table.configurations.hyperparameters == kept.configurations.hyperparameters
    for name, column in table.configurations.columns.items():
        np.testing.assert_array_equal(column, kept.configurations.columns[name][:5])


@pytest.mark.shared_data
def test_twice_the_same_bytes(yahpo_data, tmp_path):
    files = [
        small_table(yahpo_data, "lcbench", "168908", seed=9).save(tmp_path / name).read_bytes()
        for name in ("one", "two")
    ]
    assert files[0] == files[1]


@pytest.mark.shared_data
@pytest.mark.parametrize(("scenario", "task"), [("lcbench", "7593"), ("rbv2_xgboost", "16")])
def test_a_curve_does_not_depend_on_its_neighbours(yahpo_data, scenario, task):
    many = small_table(yahpo_data, scenario, task, configurations=20)
    few = small_table(yahpo_data, scenario, task, configurations=3)
    np.testing.assert_array_equal(many.values[:3], few.values)
    np.testing.assert_array_equal(many.elapsed_seconds[:3], few.elapsed_seconds)


@pytest.mark.shared_data
def test_the_first_epoch_is_the_untrained_network(yahpo_data):
    columns = golden_table("lcbench-fashion-mnist").configurations.columns
    surrogate = Surrogate(yahpo_data, "lcbench", "189908")
    values, _ = lcbench_curves(surrogate, {key: column[:50] for key, column in columns.items()})
    assert values[:, 0].mean() == pytest.approx(0.1, abs=0.02)  # chance among ten classes
    assert values[:, 1].mean() > 0.4


@pytest.mark.shared_data
def test_space_scales(yahpo_data):
    space = read_space(yahpo_data / "lcbench", SCENARIOS["lcbench"])
    ranges = {one.name: one for one in space.parameters}
    assert len(ranges) == 7
    logs = {name for name, one in ranges.items() if one.log}
    integers = {name for name, one in ranges.items() if one.integer}
    assert logs == {"batch_size", "learning_rate", "max_units"}
    assert integers == {"batch_size", "max_units", "num_layers"}


@pytest.mark.shared_data
def test_every_named_task_is_in_the_scenario(yahpo_data):
    scenario = SCENARIOS["lcbench"]
    assert set(read_space(yahpo_data / "lcbench", scenario).tasks) == set(scenario.tasks)
    assert len(set(scenario.tasks.values())) == 34


@pytest.mark.shared_data
def test_inactive_hyperparameters_are_nan(yahpo_data):
    table = small_table(yahpo_data, "rbv2_xgboost", "16", configurations=200)
    columns = table.configurations.columns
    linear, dart = columns["booster"] == "gblinear", columns["booster"] == "dart"
    assert 30 < linear.sum() < 100
    for name in ("eta", "max_depth", "colsample_bytree"):
        np.testing.assert_array_equal(np.isnan(columns[name]), linear)
    for name in ("rate_drop", "skip_drop"):
        np.testing.assert_array_equal(np.isnan(columns[name]), ~dart)
    assert not np.isnan(columns["nrounds"]).any()
    assert np.isfinite(table.configurations.features()).all()


@pytest.mark.shared_data
@pytest.mark.parametrize("scenario", [name for name in SCENARIOS if name != "lcbench"])
def test_shares_of_the_training_set_are_the_resources(yahpo_data, scenario):
    known = SCENARIOS[scenario]
    task = read_space(yahpo_data / scenario, known).tasks[0]
    for metric, said in known.metrics.items():
        table = small_table(yahpo_data, scenario, task, metric=metric)
        assert (table.mode, table.info.metric) == (said.mode, said.label)
        assert table.labels.tolist() == [pytest.approx(share / 20) for share in range(1, 21)]
        assert (table.elapsed_ns > 0).all()


@pytest.mark.shared_data
def test_unknown_names_offer_the_nearest(yahpo_data):
    with pytest.raises(UnknownNameError, match=r"unknown lcbench task '18990'.*'189908'"):
        Surrogate(yahpo_data, "lcbench", "18990")
    with pytest.raises(UnknownNameError, match=r"unknown lcbench task 'covertyp'.*'covertype'"):
        Surrogate(yahpo_data, "lcbench", "covertyp")
    with pytest.raises(UnknownNameError, match=r"unknown metric of lcbench 'val_acc'.*'val_accuracy'"):
        small_table(yahpo_data, "lcbench", "7593", metric="val_acc")
    with pytest.raises(UnknownNameError, match=r"unknown YAHPO scenario 'lcbnch'.*'lcbench'"):
        Surrogate(yahpo_data, "lcbnch", "7593")


@pytest.fixture
def copied(yahpo_data, tmp_path):
    """YAHPO's lcbench in a folder that can be damaged."""
    folder = tmp_path / "lcbench"
    folder.mkdir()
    for name in ("config_space.json", "encoding.json", "model.onnx"):
        (folder / name).write_bytes((yahpo_data / "lcbench" / name).read_bytes())
    return folder


@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["config_space.json", "encoding.json", "model.onnx"])
@pytest.mark.parametrize("content", [b"", b"no network at all", b"{}", b"[]"])
def test_a_damaged_file_is_one_clear_line(copied, name, content):
    (copied / name).write_bytes(content)
    with pytest.raises(TableError, match="get YAHPO's data again") as caught:
        Surrogate(copied.parent, "lcbench", "7593")
    assert "\n" not in str(caught.value)


@pytest.mark.shared_data
def test_a_missing_model_is_one_clear_line(copied):
    (copied / "model.onnx").unlink()
    with pytest.raises(TableError, match=r"model\.onnx: there is no such file; get YAHPO's data again"):
        Surrogate(copied.parent, "lcbench", "7593")


@pytest.mark.shared_data
def test_files_of_another_scenario_are_noticed(yahpo_data, copied):
    (copied / "model.onnx").write_bytes((yahpo_data / "iaml_glmnet" / "model.onnx").read_bytes())
    with pytest.raises(TableError, match="not the model of lcbench"):
        Surrogate(copied.parent, "lcbench", "7593")
    (copied / "config_space.json").write_bytes(
        (yahpo_data / "iaml_glmnet" / "config_space.json").read_bytes()
    )
    with pytest.raises(TableError, match="not the data of this scenario: hyperparameters differ in 'OpenML"):
        Surrogate(copied.parent, "lcbench", "7593")


@pytest.mark.shared_data
def test_an_encoding_that_lacks_a_task_is_noticed(copied):
    encoding = json.loads((copied / "encoding.json").read_bytes())
    del encoding["OpenML_task_id"]["7593"]
    (copied / "encoding.json").write_text(json.dumps(encoding))
    with pytest.raises(TableError, match="the encoding lacks categories of 'OpenML_task_id'"):
        Surrogate(copied.parent, "lcbench", "3945")


def test_missing_data_is_one_clear_line(tmp_path):
    with pytest.raises(TableError, match=r"config_space\.json: there is no such file; give") as caught:
        Surrogate(tmp_path / "nothing", "lcbench", "7593")
    assert "\n" not in str(caught.value)


@pytest.mark.shared_data
def test_missing_extra_says_what_to_install(copied, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)  # an import of it now fails
    with pytest.raises(SimdyhpoError, match=r"pip install 'simdyhpo\[onnx\]'"):
        Surrogate(copied.parent, "lcbench", "7593")


def test_choices_are_equally_likely():
    column = sample_configurations([Choice("booster", ("a", "b", "c"))], 30_000, seed=0)["booster"]
    for choice in "abc":
        assert np.mean(column == choice) == pytest.approx(1 / 3, abs=0.01)
