import numpy as np
import pytest

from simdyhpo.protocols import Observations


def observed(order, curves, features, pending=()):
    """Observations of (configuration, resource) in this order, with values from `curves`."""
    n, largest = curves.shape
    seen = np.full((n, largest), np.nan)
    lengths = np.zeros(n, dtype=np.int64)
    for configuration, resource in order:
        seen[configuration, resource - 1] = curves[configuration, resource - 1]
        lengths[configuration] = max(lengths[configuration], resource)
    configurations, resources = np.array(order, dtype=np.int64).reshape(-1, 2).T
    pending_configurations, pending_resources = np.array(list(pending), dtype=np.int64).reshape(-1, 2).T
    return Observations(
        features=features,
        configurations=configurations,
        resources=resources,
        values=curves[configurations, resources - 1],
        curves=seen,
        lengths=lengths,
        pending_configurations=pending_configurations,
        pending_resources=pending_resources,
        max_resource=largest,
    )


@pytest.fixture
def curves():
    """(12, 6) falling curves whose level depends on the one feature."""
    x = np.linspace(0, 1, 12)
    return (x[:, None] - 0.4) ** 2 + 1 / np.arange(1, 7)[None, :]


@pytest.fixture
def features():
    return np.linspace(0, 1, 12)[:, None]
