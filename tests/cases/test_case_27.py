"""What if another trial had been promoted? It is done, or one line says why that trial can't go on."""

from __future__ import annotations

from collections import Counter

import pytest

from simdyhpo.cli.main import main
from simdyhpo.errors import SimdyhpoError
from simdyhpo.runs.front_door import simulate
from simdyhpo.tables.blackboxes import load_blackbox
from simdyhpo.traces.write import write_run

SCHEDULERS = {
    "asha": {},
    "sh": {},
    "hyperband": {},
    "bohb": {},
    "dehb": {},
    "one-epoch": {"configurations": 40},
    "greedy": {},
    "random": {},
    "dyhpo": {"searcher": "random"},
    "optuna-sh": {"sampler": "random"},
    "dehb-package": {},
}


@pytest.mark.parametrize("name", SCHEDULERS)
def test_no_traceback(capsys, name, tmp_path):
    table = load_blackbox("digits-mlp")
    try:
        result = simulate(table, name, workers=4, max_epochs=200, options=SCHEDULERS[name])
    except SimdyhpoError as error:
        pytest.skip(str(error))
    write_run(result, tmp_path / "run")
    log = list(result.log)
    became = Counter()
    unused = min(set(range(320)) - {record.configuration for record in log})
    for at in (len(log) // 3, len(log) - 1):
        trials = sorted({record.trial for record in log[:at]})
        for what in (f"start:{unused}", *(f"promote:{trial}" for trial in trials[:: len(trials) // 2 or 1])):
            capsys.readouterr()
            words = ("trace", "replay", str(tmp_path / "run"), "--until", str(at), "--instead", what)
            status, told = main(words), capsys.readouterr()
            kind = what.partition(":")[0]
            if status == 0:
                assert "final normalised regret" in told.out
                became[kind] += 1
            else:
                assert status == 2
                errors = [line for line in told.err.splitlines() if not line.startswith("warning: ")]
                assert len(errors) == 1
                assert errors[0].startswith("error: option '")
                assert told.out == ""
                became[f"{kind} refused"] += 1
    assert sum(became.values()) >= 5
    if name != "optuna-sh":  # of which the decisions looked at may all be verdicts
        assert became["start"], became
