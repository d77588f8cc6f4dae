"""What YAHPO Gym's files don't say of its scenarios: the order of inputs and outputs, metrics, fidelities.

Source: Pfisterer et al. 2022, "YAHPO Gym", and the published models, whose inputs and outputs carry no names.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from simdyhpo.tables.files import Time
from simdyhpo.tables.final_scores import Mode


class Metric(msgspec.Struct, frozen=True):
    """One output of a model that can be a table's metric."""

    label: str
    mode: Mode


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """One scenario of YAHPO Gym.

    Attributes:
        name: its folder in YAHPO's data.
        instance: the input that holds the task.
        categorical, numeric: the model's inputs, in order.
        outputs: the model's outputs, in order.
        metrics: the outputs that can be asked for, the default first.
        fidelity: the numeric input that becomes a table's resource.
        grid: the values at which it is evaluated.
        untrained: how many of them, from the first, are left out; the others are resources 1..R.
        resource: what one of them is called.
        labelled: whether the grid's values are the table's labels; otherwise resources are 1..R.
        fixed: other fidelities and the value each is kept at.
        seconds: the output that holds the time.
        time: what that is: since training began, or for one fit from scratch.
        tasks: names of the tasks by id, where they have names.
        notes: what a user should know.
        citation: of what the model was fitted to.
    """

    name: str
    instance: str
    categorical: tuple[str, ...]
    numeric: tuple[str, ...]
    outputs: tuple[str, ...]
    metrics: Mapping[str, Metric]
    fidelity: str
    grid: tuple[float, ...]
    resource: str
    labelled: bool
    seconds: str
    time: Time
    citation: str
    notes: tuple[str, ...] = ()
    untrained: int = 0
    fixed: Mapping[str, float] = {}
    tasks: Mapping[str, str] = {}


_SHARES = tuple(step / 20 for step in range(1, 21))
"""5 %, 10 %, ..., 100 % of the training set: resource 3 is three times resource 1, as rung systems assume."""

TIME_NOTES = {
    "cumulative": "Seconds count from the surrogate's zero, start-up included.",
    "per-fit": (
        "Seconds are predicted for one fit on that share of the training set, not since a training began: "
        "whoever goes on to a larger share fits again."
    ),
}
"""What `Scenario.time` means, in words."""

_RBV2_METRICS = {
    "acc": Metric("accuracy", "max"),
    "bac": Metric("balanced accuracy", "max"),
    "auc": Metric("area under the ROC curve", "max"),
    "brier": Metric("Brier score", "min"),
    "f1": Metric("F1 score", "max"),  # YAHPO Gym's own table says min; a higher F1 is better
    "logloss": Metric("log loss", "min"),
}
_RBV2_OUTPUTS = ("acc", "bac", "auc", "brier", "f1", "logloss", "timetrain", "timepredict", "memory")
_RBV2_CITATION = (
    "Binder, Pfisterer and Bischl (2020): Collecting Empirical Data About Hyperparameters for Data Driven "
    "AutoML, 7th ICML Workshop on Automated Machine Learning."
)
_RBV2_REPETITIONS = "The other fidelity, repl (1 to 10), is kept at 10, its highest."

LCBENCH_TASKS = {
    "3945": "kddcup09-appetency", "7593": "covertype", "34539": "amazon-employee-access", "126025": "adult",
    "126026": "nomao", "126029": "bank-marketing", "146212": "shuttle", "167104": "australian",
    "167149": "kr-vs-kp", "167152": "mfeat-factors", "167161": "credit-g", "167168": "vehicle",
    "167181": "kc1", "167184": "blood-transfusion-service-center", "167185": "cnae-9", "167190": "phoneme",
    "167200": "higgs", "167201": "connect-4", "168329": "helena", "168330": "jannis", "168331": "volkert",
    "168335": "miniboone", "168868": "apsfailure", "168908": "christine", "168910": "fabert",
    "189354": "airlines", "189862": "jasmine", "189865": "sylvine", "189866": "albert", "189873": "dionis",
    "189905": "car", "189906": "segment", "189908": "fashion-mnist",
    "189909": "jungle-chess-2pcs-raw-endgame-complete",
}  # fmt: skip
"""The data sets' names by OpenML task id."""


def _rbv2(name: str, *, categorical: tuple[str, ...], numeric: tuple[str, ...]) -> Scenario:
    """A learner of the rbv2 collection: all have the same tasks, metrics and fidelity."""
    return Scenario(
        name=name,
        instance="task_id",
        categorical=categorical,
        numeric=numeric,
        outputs=_RBV2_OUTPUTS,
        metrics=_RBV2_METRICS,
        fidelity="trainsize",
        grid=_SHARES,
        resource="share of the training set",
        labelled=True,
        fixed={"repl": 10},
        seconds="timetrain",
        time="per-fit",
        notes=(_RBV2_REPETITIONS,),
        citation=_RBV2_CITATION,
    )


SCENARIOS: Mapping[str, Scenario] = {
    "lcbench": Scenario(
        name="lcbench",
        instance="OpenML_task_id",
        categorical=("OpenML_task_id",),
        numeric=(
            "epoch",
            "batch_size",
            "learning_rate",
            "momentum",
            "weight_decay",
            "num_layers",
            "max_units",
            "max_dropout",
        ),
        outputs=(
            "time",
            "val_accuracy",
            "val_cross_entropy",
            "val_balanced_accuracy",
            "test_cross_entropy",
            "test_balanced_accuracy",
        ),
        metrics={
            "val_balanced_accuracy": Metric("validation balanced accuracy", "max"),
            "val_accuracy": Metric("validation accuracy (percent)", "max"),
            "val_cross_entropy": Metric("validation cross entropy", "min"),
            "test_balanced_accuracy": Metric("test balanced accuracy", "max"),
            "test_cross_entropy": Metric("test cross entropy", "min"),
        },
        fidelity="epoch",
        grid=tuple(range(1, 53)),
        untrained=1,  # epoch 1 is the network before training
        resource="epoch",
        labelled=False,
        seconds="time",
        time="cumulative",
        tasks=LCBENCH_TASKS,
        notes=("Resources 1..51 are the surrogate's epochs 2..52: its epoch 1 is the untrained network.",),
        citation=(
            "Zimmer, Lindauer and Hutter (2021): Auto-PyTorch - Multi-Fidelity MetaLearning for Efficient "
            "and Robust AutoDL, IEEE TPAMI 43(9), 3079-3090."
        ),
    ),
    "rbv2_xgboost": _rbv2(
        "rbv2_xgboost",
        categorical=("task_id", "booster", "num.impute.selected.cpo"),
        numeric=(
            "nrounds",
            "eta",
            "gamma",
            "lambda",
            "alpha",
            "subsample",
            "max_depth",
            "min_child_weight",
            "colsample_bytree",
            "colsample_bylevel",
            "rate_drop",
            "skip_drop",
            "trainsize",
            "repl",
        ),
    ),
    "rbv2_rpart": _rbv2(
        "rbv2_rpart",
        categorical=("task_id", "num.impute.selected.cpo"),
        numeric=("cp", "maxdepth", "minbucket", "minsplit", "trainsize", "repl"),
    ),
    "iaml_glmnet": Scenario(
        name="iaml_glmnet",
        instance="task_id",
        categorical=("task_id",),
        numeric=("alpha", "s", "trainsize"),
        outputs=(
            "mmce",
            "f1",
            "auc",
            "logloss",
            "ramtrain",
            "rammodel",
            "rampredict",
            "timetrain",
            "timepredict",
            "mec",
            "ias",
            "nf",
        ),
        metrics={
            "mmce": Metric("mean misclassification error", "min"),
            "f1": Metric("F1 score", "max"),
            "auc": Metric("area under the ROC curve", "max"),
            "logloss": Metric("log loss", "min"),
        },
        fidelity="trainsize",
        grid=_SHARES,
        resource="share of the training set",
        labelled=True,
        seconds="timetrain",
        time="per-fit",
        citation="The runs on which the model was fitted are described with YAHPO Gym.",
    ),
}
