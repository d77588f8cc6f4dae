"""Train one network on scikit-learn's digits, with its accuracy and its time after every epoch.

The networks and their training follow LCBench (Zimmer et al. 2021): a funnel of fully connected layers,
dropout that falls along it, SGD with momentum and weight decay, and a learning rate that falls along a
cosine to 0. Everything runs on one thread, with the whole data set in memory as one tensor.
"""

from __future__ import annotations

import math
import time
from typing import Any

import msgspec
import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

EPOCHS = 50
CLASSES = 10
VALIDATION_SHARE = 0.25


class Digits(msgspec.Struct, frozen=True):
    """The data, split and standardised: `x` float32 (n, 64), `y` int64 (n,)."""

    train_x: torch.Tensor
    train_y: torch.Tensor
    validation_x: torch.Tensor
    validation_y: torch.Tensor


class Curve(msgspec.Struct, frozen=True):
    """One measured training.

    Attributes:
        accuracies: share of the validation images named correctly, after each epoch.
        wall_seconds: wall-clock seconds from the start of training to the end of each epoch's validation.
        processor_seconds: the same in seconds that the thread ran on a processor.
        diverged: whether the last epoch's loss was not finite.
    """

    accuracies: list[float]
    wall_seconds: list[float]
    processor_seconds: list[float]
    diverged: bool


def load_data(split_seed: int) -> Digits:
    """1,347 training and 450 validation images, split by class; pixels standardised by the former."""
    x, y = load_digits(return_X_y=True)
    train_x, validation_x, train_y, validation_y = train_test_split(
        x, y, test_size=VALIDATION_SHARE, stratify=y, random_state=split_seed
    )
    mean, deviation = train_x.mean(axis=0), train_x.std(axis=0)
    deviation[deviation == 0] = 1.0  # some corners are always empty

    def standardised(raw: np.ndarray[Any, Any]) -> torch.Tensor:
        return torch.from_numpy(((raw - mean) / deviation).astype(np.float32))

    return Digits(
        standardised(train_x),
        torch.from_numpy(train_y.astype(np.int64)),
        standardised(validation_x),
        torch.from_numpy(validation_y.astype(np.int64)),
    )


def funnel(num_layers: int, max_units: int) -> list[int]:
    """Widths of the hidden layers: from `max_units` in equal steps towards the number of classes."""
    step = (max_units - CLASSES) / num_layers
    return [round(max_units - step * layer) for layer in range(num_layers)]


def network(num_layers: int, max_units: int, max_dropout: float) -> nn.Sequential:
    """Hidden layers with ReLU and dropout, which falls in equal steps from `max_dropout` towards 0."""
    layers: list[nn.Module] = []
    inputs = 64
    for layer, units in enumerate(funnel(num_layers, max_units)):
        dropout = nn.Dropout(max_dropout * (1 - layer / num_layers))
        layers += [nn.Linear(inputs, units), nn.ReLU(), dropout]
        inputs = units
    return nn.Sequential(*layers, nn.Linear(inputs, CLASSES))


def train(configuration: dict[str, Any], data: Digits, seed: int, epochs: int = EPOCHS) -> Curve:
    """Train one configuration for `epochs` epochs of a schedule of `EPOCHS`.

    Accuracies depend on the configuration, the seed, the data and the library versions only. A training
    that diverges goes on, and its accuracy is measured like any other's: that of a network whose outputs
    are no numbers, which names every image a 0.

    Args:
        configuration: LCBench's seven hyperparameters by name.
        data: from `load_data`.
        seed: seeds the first weights, the order of the images and the dropout.
        epochs: how many to run.
    """
    torch.manual_seed(seed)
    batch_size = configuration["batch_size"]
    model = network(configuration["num_layers"], configuration["max_units"], configuration["max_dropout"])
    optimizer = torch.optim.SGD(
        model.parameters(),
        lr=configuration["learning_rate"],
        momentum=configuration["momentum"],
        weight_decay=configuration["weight_decay"],
    )
    annealing = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=EPOCHS)
    loss_of = nn.CrossEntropyLoss()
    accuracies, wall, processor = [], [], []
    loss = torch.zeros(())
    wall_start, processor_start = time.perf_counter(), time.thread_time()  # noqa: TID251 - measured
    for _ in range(epochs):
        model.train()
        for batch in torch.randperm(len(data.train_y)).split(batch_size):
            optimizer.zero_grad()
            loss = loss_of(model(data.train_x[batch]), data.train_y[batch])
            loss.backward()
            optimizer.step()
        annealing.step()
        accuracies.append(_accuracy(model, data))
        wall.append(time.perf_counter() - wall_start)  # noqa: TID251 - measured
        processor.append(time.thread_time() - processor_start)
    return Curve(accuracies, wall, processor, not math.isfinite(float(loss.detach())))


def _accuracy(model: nn.Module, data: Digits) -> float:
    model.eval()
    with torch.no_grad():
        named = model(data.validation_x).argmax(dim=1)
    return float((named == data.validation_y).double().mean())
