"""A scheduler that changes configurations or features in place, as one does with numpy, is stopped."""

import numpy as np
import pytest

import simdyhpo
from simdyhpo.schedulers.asha import PromotionASHA


class Normalise(PromotionASHA):
    """Takes logarithms in place."""

    def __init__(self, problem, options):
        super().__init__(problem, options)
        columns = problem.candidates.configurations.columns
        for name in ("learning_rate", "weight_decay"):
            np.log(columns[name], out=columns[name])


class NoFeatures(PromotionASHA):
    def __init__(self, problem, options):
        super().__init__(problem, options)
        problem.candidates.features[:] = 0


@pytest.mark.parametrize("scheduler", [Normalise, NoFeatures])
def test_the_next_run_is_as_on_a_fresh_table(scheduler):
    table, fresh = (simdyhpo.load_blackbox("digits-mlp") for _ in range(2))
    with pytest.raises(ValueError, match="read-only"):
        simdyhpo.simulate(table, scheduler, max_epochs=40, workers=2)
    for later in ("bohb", "asha"):
        after, clean = (simdyhpo.simulate(one, later, max_epochs=40, workers=2) for one in (table, fresh))
        assert after.decisions.equals(clean.decisions)
    for name, column in fresh.configurations.columns.items():
        np.testing.assert_array_equal(table.configurations.columns[name], column)
