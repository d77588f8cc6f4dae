"""Learning curves as power laws whose parameters networks read off the hyperparameters (DPL)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import torch

from simdyhpo.protocols import Observations
from simdyhpo.streams import Streams
from simdyhpo.surrogates.power_law_network import PowerLawNetworks
from simdyhpo.surrogates.settings import PowerLawSettings
from simdyhpo.surrogates.targets import Scaling
from simdyhpo.surrogates.threads import one_thread

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class PowerLawSurrogate:
    """Mean and deviation over an ensemble of power laws (see `PowerLawNetworks`).

    Update k belongs to the k-th observation and sees the first k alone, so parameters don't depend on when
    predictions are asked for. It trains from new random weights, at a new scaling of the targets, or else
    goes on from where the networks were (`PowerLawSettings`).

    Pending observations change nothing: an ensemble has no posterior that could be conditioned on them, and
    training on its own predictions would leave them as they are.

    Source: Kadra, Janowski, Wistuba, Grabocka (2023), arXiv 2302.00441, and the authors' code.
    """

    def __init__(self, settings: PowerLawSettings, streams: Streams) -> None:
        """Make an untrained surrogate with random streams of its own."""
        self._settings = settings
        self._streams = streams
        self._networks: PowerLawNetworks | None = None
        self._scaling = Scaling()
        self._observations: Observations | None = None
        self._updates = 0
        self._anew_at = 0
        self._sound = True
        self._since_improvement = 0
        self._best = np.inf
        self._counts = {"updates": 0, "from_scratch": 0, "failed_updates": 0}

    def fit(self, observations: Observations) -> None:
        """Take in the observations; the work is done when predictions are asked for."""
        self._observations = observations

    def predict(self, configurations: Integers, resources: Integers) -> tuple[Floats, Floats]:
        """Mean and deviation over the members, (q,) each; lower is better."""
        observed = self._observations
        assert observed is not None, "fit comes first"
        with one_thread(), torch.no_grad():
            while self._updates < len(observed.values):
                self._update(observed, self._updates + 1)
            assert self._networks is not None, "there is a first observation"
            features = torch.from_numpy(observed.features[configurations]).float()
            shares = torch.from_numpy(resources / observed.max_resource).float()
            values = self._networks.values(features, shares).double()
            centre, scale = self._scaling.centre, self._scaling.scale
            mean, deviation = values.mean(dim=0), values.std(dim=0, correction=0)
            return (centre + scale * mean).numpy(), (scale * deviation).numpy()

    def diagnostics(self) -> Mapping[str, int | float]:
        """Updates, those from scratch, and those that ended in parameters that are not finite."""
        return dict(self._counts)

    def _update(self, observed: Observations, count: int) -> None:
        """Train after observation number `count`."""
        settings = self._settings
        self._updates = count
        self._counts["updates"] += 1
        anew = self._due_anew(float(observed.values[count - 1]), count)
        if anew:
            self._begin_anew(observed, count)
        assert self._networks is not None, "the first update begins anew"
        restarted = anew and count > settings.scratch_updates
        steps = (
            settings.restart_steps if restarted else settings.scratch_steps if anew else settings.refine_steps
        )
        self._sound = self._networks.train(
            torch.from_numpy(observed.features.astype(np.float32)),
            observed.configurations[:count],
            torch.from_numpy(observed.resources[:count] / observed.max_resource).float(),
            torch.from_numpy(self._scaling.apply(observed.values[:count])).float(),
            self._batches(count, steps, newest=not anew),
            settings.learning_rate,
        )
        if not self._sound:
            self._counts["failed_updates"] += 1
            self._begin_anew(observed, count)

    def _due_anew(self, value: float, count: int) -> bool:
        """Whether the update after `value` begins with new weights."""
        settings, observed = self._settings, self._observations
        assert observed is not None
        self._since_improvement = 0 if value < self._best else self._since_improvement + 1
        self._best = min(value, self._best)
        stagnates = self._since_improvement >= int(settings.patience * observed.max_resource)
        if stagnates:
            self._since_improvement = 0
        grown = count >= settings.scratch_growth * self._anew_at
        return count <= settings.scratch_updates or stagnates or grown or not self._sound

    def _begin_anew(self, observed: Observations, count: int) -> None:
        settings, number = self._settings, self._counts["from_scratch"]
        self._counts["from_scratch"] = number + 1
        self._anew_at = count
        self._scaling = Scaling.of(observed.values[:count])
        draw = self._streams.generator(f"surrogate-weights/{settings.seed}/{number}")
        self._networks = PowerLawNetworks(settings.members, observed.features.shape[1], settings.units, draw)

    def _batches(self, count: int, steps: int, *, newest: bool) -> Integers:
        """(steps, members, rows): all observations if they are few, else drawn ones, and the newest."""
        settings = self._settings
        if count <= settings.batch:
            everything = np.arange(count, dtype=np.int64)
            return np.broadcast_to(everything, (steps, settings.members, count)).copy()
        draw = self._streams.generator(f"surrogate-batches/{settings.seed}/{count}")
        rows = draw.integers(count, size=(steps, settings.members, settings.batch))
        if newest:
            rows[..., 0] = count - 1
        return rows
