"""How full a grid is, against counting by hand."""

import numpy as np
import pytest

from simdyhpo.analysis.occupancy import occupancy


def brute(worker, begin, end, workers, length, shape):
    grid = np.zeros((workers, length))
    for w, b, e in zip(worker, begin, end, strict=True):
        grid[w, b:e] = 1
    rows = np.arange(workers) * shape[0] // workers
    merged = np.stack([grid[rows == row].mean(axis=0) for row in range(shape[0])])
    return merged.reshape(shape[0], shape[1], -1).mean(axis=2)


@pytest.mark.parametrize(("workers", "rows"), [(1, 1), (4, 4), (7, 3)])
def test_against_counting(workers, rows):
    rng = np.random.Generator(np.random.PCG64(0))
    cuts = [np.sort(rng.choice(121, 8, replace=False)) for _ in range(workers)]
    worker = np.repeat(np.arange(workers), 4)
    begin = np.concatenate([cut[0::2] for cut in cuts])
    end = np.concatenate([cut[1::2] for cut in cuts])
    ours = occupancy(worker, begin, end, workers=workers, length_ns=120, shape=(rows, 10))
    np.testing.assert_allclose(ours, brute(worker, begin, end, workers, 120, (rows, 10)), atol=1e-12)


def test_all_and_nothing():
    whole = occupancy(np.array([0]), np.array([0]), np.array([9]), workers=2, length_ns=9, shape=(2, 3))
    np.testing.assert_allclose(whole, [[1, 1, 1], [0, 0, 0]])
