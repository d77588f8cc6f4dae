"""What can be seen of a run while it goes on."""

import math

import pytest

from simdyhpo.cli.progress import live_words
from simdyhpo.runs.front_door import simulate
from simdyhpo.testing.tables import noisy


@pytest.mark.parametrize("cluster", ["ideal", "mixed-gpus"])
@pytest.mark.parametrize("mode", ["min", "max"])
def test_it_shows_the_run_and_changes_nothing(cluster, mode):
    asked = {"workers": 4, "max_epochs": 100, "cluster": cluster}
    seen, said = [], []

    def look(run):
        seen.append((run.share, run.simulated_seconds, run.best, run.utilisation, run.decisions))
        said.append(live_words(run, 12345.6))

    watched = simulate(noisy(mode), "asha", live=look, **asked)
    unwatched = simulate(noisy(mode), "asha", **asked)
    assert list(map(repr, watched.log)) == list(map(repr, unwatched.log))
    shares, seconds, bests, busy, decisions = zip(*seen, strict=True)
    assert math.isnan(bests[0])
    for column in (shares, seconds, decisions):
        assert list(column) == sorted(column)
    assert 0 <= min(shares) <= max(shares) <= 1
    assert max(busy) == 1
    better = min if mode == "min" else max
    known = [best for best in bests if not math.isnan(best)]
    assert known == sorted(known, reverse=mode == "min")
    assert better(known[-1], watched.best_value) == watched.best_value
    assert said[0] == "0 s simulated, 100% occupied, 12,346 decisions/s"
    assert f"best {known[-1]:.5g}" in said[-1]
