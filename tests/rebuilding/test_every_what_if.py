"""Whatever is asked to be decided instead, of whichever scheduler: it is done, or one line says why not."""

from __future__ import annotations

from collections import Counter

import pytest

from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.errors import OptionError, SimdyhpoError
from simdyhpo.rebuilding.fork import fork
from simdyhpo.rebuilding.rebuild import rebuild
from simdyhpo.rebuilding.substitute import parse_substitute
from simdyhpo.runs.front_door import simulate
from tests.making import falling

OPTIONS = {name: entry.quick for name, entry in SCHEDULERS.items()} | {
    "one-epoch": {"configurations": 30},
    "greedy": {"explore": 12},
}
FAULTS = {"crashes_per_hour": 300.0, "repair_seconds": 3.0, "retries": 0, "checkpoint_every": 2}
WITH_MODEL = {name for name, entry in SCHEDULERS.items() if "workers" in entry.slow}
SLOW = WITH_MODEL | {name for name, entry in SCHEDULERS.items() if entry.outside}
FEW = 3
pytestmark = [pytest.mark.once, pytest.mark.filterwarnings("ignore::UserWarning")]


@pytest.fixture(scope="module")
def table():
    return falling(150, 27)


def asked(log, at, rng_free):
    """Every kind of what-if at a decision, on a few trials of every age."""
    trials = sorted({record.trial for record in log[:at]})
    some = trials[:: max(1, len(trials) // FEW)] + trials[-1:]
    yield from (f"promote:{trial}" for trial in dict.fromkeys(some))
    if trials:
        yield from (f"promote:{trials[0]}@{milestone}" for milestone in (0, 1, 2, 27, 28))
        yield f"start:{log[0].configuration}"
    yield from (
        f"start:{free}{end}" for free, end in zip(rng_free, ("", "@1", "@2", "@27", "@28"), strict=False)
    )
    yield from ("promote:100000", "start:100000", "pause", "stop", "continue")


@pytest.mark.parametrize("cluster", ["ideal", FAULTS], ids=["ideal", "faults"])
@pytest.mark.parametrize("name", SCHEDULERS)
def test_it_works_or_one_line_says_why(table, name, cluster):
    epochs = 40 if name in WITH_MODEL else 60 if name in SLOW else 150
    try:
        result = simulate(
            table, name, workers=3, max_epochs=epochs, options=OPTIONS.get(name, {}), cluster=cluster
        )
    except SimdyhpoError as error:
        pytest.skip(str(error))
    log = list(result.log)
    free = sorted(set(range(150)) - {record.configuration for record in log})[:5]
    became: Counter[str] = Counter()
    places = {len(log) // 2} if name in WITH_MODEL else {1, len(log) // 3, 2 * len(log) // 3, len(log) - 1}
    for at in sorted(places):
        for text in list(asked(log, at, free))[:: 4 if name in WITH_MODEL else 1]:
            try:
                other = fork(result.spec, log, table, at, parse_substitute(text))
            except OptionError as error:
                assert "\n" not in str(error)  # noqa: PT017 - either way is right
                became[f"{text.partition(':')[0]} refused"] += 1
            else:
                became[text.partition(":")[0]] += 1
                assert [record.time_ns for record in list(other.log)[:at]] == [r.time_ns for r in log[:at]]
    assert became["start"], became


@pytest.mark.parametrize("name", ["sh", "hyperband", "bohb"])
def test_the_best_of_a_full_rung_can_take_each_others_place(table, name):
    """Where several may go on, each can be the next one; and others are told who can."""
    result = simulate(table, name, workers=1, max_epochs=150)
    log = list(result.log)
    at = next(record.index for record in log if record.resume_from)
    (second,) = [record.trial for record in log[at + 1 : at + 2] if record.resume_from]
    other = fork(result.spec, log, table, at, parse_substitute(f"promote:{second}"))
    assert [record.trial for record in list(other.log)[at : at + 2]] == [second, log[at].trial]
    engine = rebuild(result.spec, log, table, at).engine
    worse = next(trial for trial in range(len(engine.trials)) if trial not in {r.trial for r in log[at:]})
    with pytest.raises(OptionError, match=f"those that do are .*{second}"):
        fork(result.spec, log, table, at, parse_substitute(f"promote:{worse}"))


def test_of_one_epoch_anyone_can_go_on_and_is_never_chosen_twice(table):
    result = simulate(table, "one-epoch", workers=1, max_epochs=150, options={"configurations": 30})
    log = list(result.log)
    (first, *_) = [record for record in log if record.resume_from]
    other = list(
        fork(
            result.spec, log, table, 10, parse_substitute(f"promote:{first.trial if first.trial < 10 else 3}")
        ).log
    )
    resumed = [record.trial for record in other if record.resume_from]
    assert len(resumed) == len(set(resumed)) >= 3


@pytest.mark.parametrize(
    "text", ["promote:" + "9" * 5000, "start:٣", "promote:1@", "promote:1@-1", "start:1e3"]
)
def test_numbers_that_are_none(text):
    with pytest.raises(OptionError, match="write promote:TRIAL"):
        parse_substitute(text)
