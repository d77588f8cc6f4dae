import sys

import numpy as np
import pytest

from simdyhpo import load_blackbox
from simdyhpo.errors import SimdyhpoError, TableError, UnknownNameError
from simdyhpo.importers.shipping import repairs_go_to_the_manifest
from simdyhpo.importers.yahpo import LcbenchSurrogate, lcbench_table

TASKS = {
    "lcbench-fashion-mnist": "189908",
    "lcbench-covertype": "7593",
    "lcbench-christine": "168908",
}


@pytest.mark.shared_data
@pytest.mark.parametrize("name", TASKS)
def test_shipped_rows_are_what_the_surrogate_says(yahpo_data, name):
    shipped = load_blackbox(name)
    rows = np.array([0, 1, 977, 1999])
    columns = {key: column[rows] for key, column in shipped.configurations.columns.items()}
    values, seconds = LcbenchSurrogate(yahpo_data, TASKS[name]).curves(columns)
    # another processor may round the last bits differently
    np.testing.assert_allclose(values[:, 1:], shipped.values[rows], rtol=1e-4)
    np.testing.assert_allclose(seconds[:, 1:], shipped.elapsed_seconds[rows], rtol=1e-4)


@pytest.mark.shared_data
def test_shipped_configurations_are_the_seeded_sample(yahpo_data):
    with repairs_go_to_the_manifest():
        table = lcbench_table(yahpo_data, "7593", name="small", configurations=5, seed=0)
    shipped = load_blackbox("lcbench-covertype")
    assert table.max_resource == shipped.max_resource == 51
    assert table.configurations.hyperparameters == shipped.configurations.hyperparameters
    for name, column in table.configurations.columns.items():
        np.testing.assert_array_equal(column, shipped.configurations.columns[name][:5])


@pytest.mark.shared_data
def test_twice_the_same_bytes(yahpo_data, tmp_path):
    files = []
    for name in ("one", "two"):
        table = lcbench_table(yahpo_data, "168908", name="same", configurations=4, seed=9)
        files.append(table.save(tmp_path / name).read_bytes())
    assert files[0] == files[1]


@pytest.mark.shared_data
def test_a_curve_does_not_depend_on_its_neighbours(yahpo_data):
    surrogate = LcbenchSurrogate(yahpo_data, "7593")
    columns = load_blackbox("lcbench-covertype").configurations.columns
    together = surrogate.curves({key: column[:3] for key, column in columns.items()})
    alone = surrogate.curves({key: column[2:3] for key, column in columns.items()})
    for both, single in zip(together, alone, strict=True):
        np.testing.assert_array_equal(both[2:], single)


@pytest.mark.shared_data
def test_the_first_epoch_is_the_untrained_network(yahpo_data):
    columns = load_blackbox("lcbench-fashion-mnist").configurations.columns
    surrogate = LcbenchSurrogate(yahpo_data, "189908")
    values, _ = surrogate.curves({key: column[:50] for key, column in columns.items()})
    assert values[:, 0].mean() == pytest.approx(0.1, abs=0.02)  # chance among ten classes
    assert values[:, 1].mean() > 0.4


@pytest.mark.shared_data
def test_space_scales(yahpo_data):
    ranges = {one.name: one for one in LcbenchSurrogate(yahpo_data, "7593").ranges}
    assert len(ranges) == 7
    logs = {name for name, one in ranges.items() if one.log}
    integers = {name for name, one in ranges.items() if one.integer}
    assert logs == {"batch_size", "learning_rate", "max_units"}
    assert integers == {"batch_size", "max_units", "num_layers"}


@pytest.mark.shared_data
def test_leaves_the_settings_of_yahpo_gym_alone(yahpo_data, capsys):
    from yahpo_gym import local_config

    before = local_config._config
    LcbenchSurrogate(yahpo_data, "7593")
    assert local_config._config is before
    assert capsys.readouterr().out == ""


@pytest.mark.shared_data
def test_unknown_task_offers_the_nearest(yahpo_data):
    with pytest.raises(UnknownNameError, match=r"unknown LCBench task '18990'.*'189908'"):
        LcbenchSurrogate(yahpo_data, "18990")


@pytest.mark.shared_data
def test_damaged_model_is_one_clear_line(yahpo_data, tmp_path):
    folder = tmp_path / "lcbench"
    folder.mkdir()
    for name in ("config_space.json", "encoding.json"):
        (folder / name).write_bytes((yahpo_data / "lcbench" / name).read_bytes())
    (folder / "model.onnx").write_bytes(b"no network at all")
    with pytest.raises(TableError, match="get YAHPO's data again") as caught:
        LcbenchSurrogate(tmp_path, "7593")
    assert "\n" not in str(caught.value)


def test_missing_data_is_one_clear_line(tmp_path):
    with pytest.raises(TableError, match=r"model\.onnx: there is no such file; give the folder") as caught:
        LcbenchSurrogate(tmp_path / "nothing", "7593")
    assert "\n" not in str(caught.value)


def test_missing_extra_says_what_to_install(tmp_path, monkeypatch):
    folder = tmp_path / "lcbench"
    folder.mkdir()
    for name in ("model.onnx", "config_space.json", "encoding.json"):
        (folder / name).write_bytes(b"")
    monkeypatch.setitem(sys.modules, "yahpo_gym", None)  # an import of it now fails
    with pytest.raises(SimdyhpoError, match=r"pip install 'simdyhpo\[yahpo\]'"):
        LcbenchSurrogate(tmp_path, "7593")
