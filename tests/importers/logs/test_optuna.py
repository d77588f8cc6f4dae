"""Optuna's storages, as Optuna itself writes them."""

import datetime as dt

import numpy as np
import pytest

optuna = pytest.importorskip("optuna", reason="optuna is not installed")

START = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - as Optuna has it
SPACE = {
    "lr": optuna.distributions.FloatDistribution(1e-4, 1.0, log=True),
    "opt": optuna.distributions.CategoricalDistribution(["adam", "sgd"]),
    "momentum": optuna.distributions.FloatDistribution(0, 1),
}
STATE = optuna.trial.TrialState


def trial(params, values, state=STATE.COMPLETE, seconds=8):
    return optuna.trial.FrozenTrial(
        number=0,
        trial_id=0,
        state=state,
        value=1.0 if state == STATE.COMPLETE else None,
        datetime_start=START,
        datetime_complete=START + dt.timedelta(seconds=seconds) if state.is_finished() else None,
        params=params,
        distributions={name: SPACE[name] for name in params},
        user_attrs={},
        system_attrs={},
        intermediate_values=dict(enumerate(values)),
    )


TRIALS = [
    trial({"lr": 0.1, "opt": "adam"}, [0.9, 0.8, 0.7, 0.6]),
    trial({"lr": 0.01, "opt": "sgd", "momentum": 0.5}, [1.5, float("nan")], STATE.PRUNED, 3),
    trial({"lr": 0.001, "opt": "adam"}, [0.5], STATE.FAIL),
    trial({"lr": 0.2, "opt": "adam"}, []),
    trial({"lr": 0.3, "opt": "adam"}, [0.4, 0.3], STATE.RUNNING),
]


@pytest.fixture(autouse=True)
def quiet():
    optuna.logging.set_verbosity(optuna.logging.ERROR)


def write(address_or_storage, name="mine", direction="minimize", trials=TRIALS):
    study = optuna.create_study(storage=address_or_storage, study_name=name, direction=direction)
    for one in trials:
        study.add_trial(one)


@pytest.fixture
def place(tmp_path):
    write(f"sqlite:///{tmp_path}/optuna.db")
    return tmp_path / "optuna.db"


NAN = np.nan
VALUES = [[0.9, 0.8, 0.7, 0.6], [1.5, NAN, NAN, NAN], [0.5, NAN, NAN, NAN], [0.4, 0.3, NAN, NAN]]


def check(found):
    np.testing.assert_array_equal(found.table.values, VALUES)
    assert found.table.lengths.tolist() == [4, 2, 1, 2]
    columns = found.table.configurations.columns
    assert columns["lr"].tolist() == [0.1, 0.01, 0.001, 0.3]
    assert columns["opt"].tolist() == ["adam", "sgd", "adam", "adam"]
    np.testing.assert_array_equal(columns["momentum"], [NAN, 0.5, NAN, NAN])
    assert [one.name for one in found.table.configurations.hyperparameters if one.log] == ["lr"]
    for part in (
        "1 trial no intermediate values (trial 3)", "1 trial marked as running (trial 4)",
        "3 of 4 curves end before step 3, trial 2 first at 0", "A good objective is low.",
        "Whether low or high is good is what the source says.", "On a log scale, as the source says: lr.",
    ):  # fmt: skip
        assert part in found.out


def test_every_cell(read, place):
    before = place.read_bytes()
    check(read("optuna", place, "--seconds-per-resource", 2))
    check(read("optuna", f"sqlite:///{place}", "--seconds-per-resource", 2))
    assert place.read_bytes() == before


def test_a_journal(read, tmp_path):
    backend = optuna.storages.journal.JournalFileBackend(str(tmp_path / "journal.log"))
    write(optuna.storages.JournalStorage(backend))
    check(read("optuna", tmp_path / "journal.log", "--seconds-per-resource", 2))


def test_seconds_are_parts_of_a_duration(read, tmp_path):
    write(f"sqlite:///{tmp_path}/o.db", trials=TRIALS[:3], direction="maximize")
    found = read("optuna", tmp_path / "o.db", "--metric", "accuracy")
    assert found.table.elapsed_ns[0].tolist() == [2 * 10**9, 4 * 10**9, 6 * 10**9, 8 * 10**9]
    assert found.table.elapsed_ns[1, :2].tolist() == [15 * 10**8, 3 * 10**9]
    assert (found.table.info.metric, found.table.mode) == ("accuracy", "max")
    assert "Seconds are equal parts of a trial's duration" in found.out


def test_mistakes(read, refused, place, tmp_path):
    write(f"sqlite:///{place}", "other")
    said = refused("optuna", place)
    assert "2 experiments are in it: 'mine', 'other'; name one with --group" in said
    assert len(read("optuna", place, "--group", "other").table) == 4
    said = refused("optuna", place, "--group", "othr")
    assert "unknown study 'othr': did you mean 'other'?" in said
    write(f"sqlite:///{tmp_path}/none.db", "none", trials=TRIALS[3:4])
    assert "1 trial of none have no intermediate values" in refused("optuna", tmp_path / "none.db")
    assert "there is no such storage" in refused("optuna", tmp_path / "nowhere.db")
    assert not (tmp_path / "nowhere.db").exists()
    (tmp_path / "text").write_text("hello")
    assert "neither an SQLite file nor a journal" in refused("optuna", tmp_path / "text")
    (tmp_path / "cut.db").write_bytes(place.read_bytes()[:5000])
    assert "cut.db" in refused("optuna", tmp_path / "cut.db")
    (tmp_path / "journal").write_text('{"op": \n')
    assert "holds no study" in refused("optuna", tmp_path / "journal")
    said = refused("optuna", "mysql://me:secret@nowhere/x")
    assert "secret" not in said
