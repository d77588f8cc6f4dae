"""Clusters as users write them, and how mistakes are answered."""

import pickle

import msgspec
import pytest

from simdyhpo import load_blackbox, simulate
from simdyhpo.errors import OptionError, SimdyhpoError, UnknownNameError
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.simulation.named_clusters import PRESETS, cluster_name, find_cluster


@pytest.mark.parametrize("name", PRESETS)
def test_presets_can_be_meant_and_have_their_names(name):
    PRESETS[name].check()
    assert PRESETS[name].canonical() == PRESETS[name]
    assert cluster_name(find_cluster(name)) == name


def test_only_what_differs_is_written_down():
    plain = Cluster(start_seconds=0, speeds=(1, 2), retries=3).canonical()
    assert msgspec.to_builtins(plain) == {"speeds": (1.0, 2.0)}
    assert Cluster(jitter=0).canonical().ideal


def test_settings_depart_from_a_preset():
    cluster = find_cluster({"preset": "mixed-gpus", "jitter": 0})
    assert cluster == Cluster(speeds=PRESETS["mixed-gpus"].speeds)


def test_a_file(tmp_path):
    (tmp_path / "seconds.txt").write_text("0.5\n0.25\n")
    file = tmp_path / "mine.toml"
    file.write_text('[cluster]\ndecision_cost = "recorded"\nrecorded_file = "seconds.txt"\n')
    assert find_cluster(str(file)) == Cluster(decision_cost="recorded", recorded_seconds=(0.5, 0.25))
    file.write_text('preset = "flaky"\nretries = 0\n')
    assert find_cluster(str(file)).retries == 0
    file.write_text("[cluster]\ncrash_per_hour = 1\n")
    with pytest.raises(SimdyhpoError, match=r"mine\.toml: .*did you mean 'crashes_per_hour'"):
        find_cluster(str(file))
    file.write_text("cluster = 3\n")
    with pytest.raises(SimdyhpoError, match=r"\[cluster\]"):
        find_cluster(str(file))
    with pytest.raises(SimdyhpoError, match="can't be read"):
        find_cluster(str(tmp_path / "none.toml"))


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"start_seconds": -1}, "'start_seconds' can't be -1"),
        ({"speeds": [1, 0]}, "'speeds' can't be 0"),
        ({"speeds": "fast"}, "'speeds'"),
        ({"jitter": float("nan")}, "'jitter'"),
        ({"checkpoint_every": 0}, "'checkpoint_every' can't be 0"),
        ({"retries": -1}, "'retries'"),
        ({"retry_on": "other"}, "'retry_on'"),
        ({"straggler_share": 1.5}, "from 0 to 1"),
        ({"straggler_share": 0.5}, "straggler_slowdown"),
        ({"crashes_per_hour": 1e9}, "to 3600"),
        ({"decision_cost": "constant"}, "give decision_seconds"),
        ({"decision_seconds": 1}, 'decision_cost = "constant"'),
        ({"decision_cost": "recorded"}, "give recorded_seconds"),
        ({"preemption_share": 0.5}, "give preemption_seconds"),
        ({"preemption_share": 0.5, "preemption_seconds": 5, "preemption_every_seconds": 5}, "come back"),
        ({"preemption_seconds": 5}, "give the share"),
        ({"leave_seconds": [5]}, "worker 0 stays"),
        ({"leave_seconds": [0, 5], "join_seconds": [0, 6]}, "joins at 6 seconds"),
    ],
)
def test_what_cant_be_meant(settings, says):
    with pytest.raises(OptionError, match=says):
        find_cluster(settings)


@pytest.mark.parametrize(("asked", "nearest"), [("flakey", "flaky"), ({"preset": "spot"}, "spot-instances")])
def test_unknown_names_offer_the_nearest(asked, nearest):
    with pytest.raises(UnknownNameError, match=nearest):
        find_cluster(asked)


def test_an_ideal_cluster_leaves_no_trace_in_the_spec():
    table = load_blackbox("digits-mlp")
    plain = simulate(table, "asha", max_epochs=20)
    named = simulate(table, "asha", max_epochs=20, cluster={"retries": 3})
    assert msgspec.json.encode(plain.spec) == msgspec.json.encode(named.spec)
    assert b"cluster" not in msgspec.json.encode(plain.spec)


def test_a_plain_run_has_accounts_and_segments_too():
    ran = simulate(load_blackbox("digits-mlp"), "hyperband", workers=7, max_epochs=500)
    accounts = ran.accounts
    assert (accounts.busy + accounts.idle == ran.end_ns).all()
    assert accounts.busy.sum() == ran.segments.busy_ns.sum()
    assert accounts.busy.all()
    assert not any(getattr(accounts, name).any() for name in ("lost", "overhead", "absent"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("start_seconds = ", "not a TOML file"),
        ('recorded_file = "none.txt"', "none.txt: can't be read"),
        ('recorded_file = "words.txt"', "a number a line"),
    ],
)
def test_files_that_cant_be_meant(tmp_path, content, says):
    (tmp_path / "words.txt").write_text("0.5\nlong\n")
    path = tmp_path / "mine.toml"
    path.write_text(content)
    with pytest.raises(SimdyhpoError, match=says) as caught:
        find_cluster(str(path))
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_cluster_that_was_sent_is_written_like_the_one_that_was_made(name):
    sent = pickle.loads(pickle.dumps(PRESETS[name]))
    assert sent == PRESETS[name]
    assert msgspec.json.encode(sent) == msgspec.json.encode(PRESETS[name])
