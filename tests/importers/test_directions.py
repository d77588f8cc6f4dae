"""A metric's direction is taken from its name only where the name can mean nothing else."""

import pytest

from simdyhpo.errors import SimdyhpoError
from simdyhpo.importers.directions import direction

LOSSES = """
loss|val_loss|Loss|validation loss|valid/loss|test.RMSE|meanSquaredError|MSE|error|error_rate|err|top1_error
top5-error|nll|log_loss|cross_entropy|crossEntropy|validCrossentropy|perplexity|regret|smoothed_l1_loss|loss_2
"""
OPEN = """
accuracy|acc|val_acc|Accuracy|test accuracy|auc|AUC|roc_auc|f1|F1|f1_score|score|reward|return|r2|R2|r2_score
bleu|map|mAP|ndcg|kappa|mcc|precision|recall|likelihood|log_likelihood|value|metric|objective|target|y
neg_mse|negative_loss|neg_mean_squared_error|minus_loss|one_minus_error|loss_reduction|explained_variance
-loss|1 - error|1-error|1/loss|-1*loss|loss^-1|exp(-loss)|loss/-1|error (inverse)|1_minus_error
entropy|mean|val|1|损失|perte||loss of accuracy|inverse_error|errorless|loss\u0000
"""


def names(table):
    return [name for line in table.strip("\n").split("\n") for name in line.split("|")]


@pytest.mark.parametrize("name", names(LOSSES))
def test_plain_losses(name):
    assert direction(name, None) == "min"
    assert direction(name, "max") == "max"


@pytest.mark.parametrize("name", [*names(OPEN), "loss\n", ""])
def test_whatever_else_has_to_be_said(name):
    with pytest.raises(SimdyhpoError, match="--mode min or --mode max"):
        direction(name, None)
    assert direction(name, "max") == "max"
    assert direction(name, "min") == "min"
