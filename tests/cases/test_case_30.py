"""BOHB's kernel of a category isn't widened, and its brackets and DEHB's are those of the authors' codes."""

import numpy as np
import pytest

from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.hyperparameters.space import Dimension
from simdyhpo.searchers.density import Density


def test_an_unseen_category_is_drawn_one_time_in_ten():
    points = np.zeros((8, 1))
    points[:2] = 1
    dimension = Dimension("c", "categorical", False, False, np.nan, np.nan, ("a", "b", "c"), False)
    density = Density([dimension], points, 1e-3)
    bandwidth = density.bandwidths[0]
    assert bandwidth == pytest.approx(0.3028, abs=1e-4)
    drawn = density.sample(200_000, 3.0, np.random.Generator(np.random.PCG64(1)))[:, 0]
    assert (drawn == 2).mean() == pytest.approx(bandwidth / 3, abs=0.003)
    assert (drawn == 1).mean() == pytest.approx((1 - bandwidth) / 4 + bandwidth / 3, abs=0.003)


@pytest.mark.parametrize("name", ["bohb", "dehb"])
def test_sizes(name):
    plan = SchedulerFactory(name, {}).options.plan(51)
    sizes = [[rung.trials for rung in bracket.rungs] for bracket in plan]
    assert sizes == [[27, 9, 3, 1], [9, 3, 1], [6, 2], [4]]
