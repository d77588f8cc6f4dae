"""The schedulers of the catalog obey the laws, and what we ask of our own beside."""

from __future__ import annotations

import os

import pytest

from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.decisions import ScheduleDecision
from simdyhpo.streams import Streams
from simdyhpo.testing import LAWS, check_scheduler
from simdyhpo.testing.audit import CONFIGURATIONS, MILESTONES, ONE_WORKER
from simdyhpo.testing.subject import STARTS, Subject
from simdyhpo.testing.tables import noisy, short_curves
from tests.outside.needing import needing

pytestmark = pytest.mark.once

VARIANTS: dict[str, tuple[str, dict[str, object]]] = {
    label: (name, {**entry.quick, **options})
    for name, entry in SCHEDULERS.items()
    for label, options in [(name, {}), *((f"{name}-{key}", o) for key, o in entry.structures.items())]
}
every_scheduler = pytest.mark.parametrize("variant", needing(VARIANTS, lambda name: VARIANTS[name][0]))

EVERY_LAW = bool(os.environ.get("SIMDYHPO_EVERY_LAW"))
START_MODEL = ScheduleDecision.START_MODEL

_FORMS = {name: [label for label, (of, _) in VARIANTS.items() if of == name] for name in SCHEDULERS}

AUDITED = (ONE_WORKER, MILESTONES, CONFIGURATIONS)
"""Laws that look at the same runs, when they are checked together."""


def subject(variant):
    return Subject(SchedulerFactory(*VARIANTS[variant]), "conformance")


def met_by(law, variant):
    """The form of a scheduler with a slow model that meets a law: all laws and all forms have a turn."""
    forms = _FORMS[VARIANTS[variant][0]]
    return forms[[*LAWS].index(law) % len(forms)]


@every_scheduler
def test_what_an_auditor_sees(variant):
    check_scheduler(*VARIANTS[variant], AUDITED)


@every_scheduler
@pytest.mark.parametrize("law", [law for law in LAWS if law not in AUDITED])
def test_law(variant, law):
    entry = SCHEDULERS[VARIANTS[variant][0]]
    if law in entry.lacks:
        pytest.skip(entry.lacks[law])
    if law in entry.slow and not EVERY_LAW:
        pytest.skip(f"{entry.slow[law]}; `make laws` does it")
    if entry.slow and not EVERY_LAW and variant != met_by(law, variant):
        pytest.skip("its model is met by this law in another form; `make laws` does all")
    check_scheduler(*VARIANTS[variant], [law])


@every_scheduler
def test_other_seeds_give_other_runs(variant):
    first, other = (subject(variant).run(noisy(), workers=3, seed=s, max_epochs=150) for s in (1, 2))
    assert first.starts != other.starts


@every_scheduler
@pytest.mark.parametrize("sampling", ["without-replacement", "with-replacement"])
def test_starts_are_paired(variant, sampling):
    """The k-th start is the k-th of the order from the stream `candidates`, unless a model chose it."""
    of, seed = noisy(), 5
    generator = Streams(seed).generator("candidates")
    if sampling == "without-replacement":
        order = generator.permutation(len(of)).tolist()
    else:
        order = generator.integers(len(of), size=4096).tolist()
    ran = subject(variant).run(of, workers=2, seed=seed, sampling=sampling, max_epochs=150)
    kinds = [row[4] for row in ran.rows if row[4] in STARTS]
    by_model = kinds.index(START_MODEL) if START_MODEL in kinds else len(kinds)
    entry = SCHEDULERS[VARIANTS[variant][0]]
    told = "prior" in VARIANTS[variant][1]  # so that it may choose before it has seen anything
    assert by_model > (0 if entry.chooses else 5) or entry.outside or told
    assert ran.starts[:by_model] == order[:by_model]


@every_scheduler
def test_the_summary_counts_every_decision(variant):
    ran = subject(variant).run(noisy(), workers=3, max_epochs=150)
    assert sum(ran.engine.decider.summary().values()) == len(ran.rows)


@every_scheduler
@pytest.mark.parametrize("sampling", ["without-replacement", "with-replacement"])
def test_short_curves(variant, sampling):
    """Curves end anywhere, at rungs and between them."""
    ran = subject(variant).run(short_curves(), workers=3, sampling=sampling, max_epochs=200)
    assert len(ran.rows) >= 30
    decided = {ScheduleDecision(row[4]) for row in ran.rows}
    assert ScheduleDecision.RETRY not in decided
