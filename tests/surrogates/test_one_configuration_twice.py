"""Every surrogate predicts what it is asked, also of one configuration at several resources at once."""

import importlib

import msgspec
import numpy as np
import pytest

from simdyhpo.searchers import SEARCHERS, searcher_class
from simdyhpo.searchers.named import FreezeThawSearcher, PowerLawSearcher
from simdyhpo.streams import Streams
from tests.surrogates.conftest import observed

QUICK = {
    "scratch_steps": 3, "refine_steps": 2, "restart_steps": 3, "members": 2, "units": 4, "steps": 5,
    "noise_in_deviation": True,
}  # fmt: skip
ASKED = np.array([3, 0, 3, 7, 3, 7, 11, 0]), np.array([2, 4, 1, 1, 6, 1, 1, 4])
KINDS = [
    *(kind for kind in map(searcher_class, SEARCHERS) if hasattr(kind, "surrogate")),
    FreezeThawSearcher,
    PowerLawSearcher,
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("pending", [[], [(5, 2), (3, 2), (3, 5)]])
def test_each_is_predicted_at_its_own_resource(kind, pending, curves, features):
    known = {name: value for name, value in QUICK.items() if name in kind.Options.__struct_fields__}
    options = msgspec.convert(known, kind.Options)

    def fitted():
        module, _, name = kind.surrogate.partition(":")
        surrogate = getattr(importlib.import_module(module), name)(options, Streams(0))
        order = [(c, 1) for c in range(8)] + [(3, 2), (0, 2), (0, 3)]
        surrogate.fit(observed(order, curves, features, pending))
        return surrogate

    together = fitted()
    for _ in range(2):  # the second time some predictions have been kept
        mean, deviation = together.predict(*ASKED)
        for place, (configuration, resource) in enumerate(zip(*ASKED, strict=True)):
            alone = fitted().predict(np.array([configuration]), np.array([resource]))
            np.testing.assert_allclose([mean[place]], alone[0], rtol=1e-5, atol=1e-9)
            np.testing.assert_allclose([deviation[place]], alone[1], rtol=1e-4, atol=1e-9)
    apart = mean[ASKED[0] == 3]
    assert len(set(apart.round(12))) == 3
