"""FT-PFN: a transformer that was trained on simulated learning curves and reads ours as its context.

The network comes from the package `ifbo`, its weights from a file that the user gives.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from simdyhpo.errors import OptionError, SimdyhpoError, one_line
from simdyhpo.protocols import Observations
from simdyhpo.streams import Streams
from simdyhpo.surrogates.roots import root
from simdyhpo.surrogates.settings import PriorFittedSettings
from simdyhpo.surrogates.targets import UnitRange
from simdyhpo.surrogates.threads import one_thread

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_FEATURES = 10
_CURVES = 1000
"""What the published network was trained for."""
_LEAST = 1e-30


class PriorFittedSurrogate:
    """The posterior predictive distribution of FT-PFN given all observations, without any training.

    A row of its input is the number of the curve (0: none of the context's), the share of the largest
    resource, and the features. Values are mapped to [0, 1] by what was observed (`UnitRange`). With more than
    1,000 curves, the network's limit, those that were observed first drop out.

    Pending observations change nothing: they are no part of the context.

    Source: Rakotoarison, Adriaensen, Mallik, Garibov, Bergman, Hutter (2024), arXiv 2404.16795.
    """

    def __init__(self, settings: PriorFittedSettings, streams: Streams) -> None:  # noqa: ARG002 - as all
        """Load the network.

        Raises:
            SimdyhpoError: the package is missing.
            OptionError: no weights are given, or the file holds no such network.
        """
        self._settings = settings
        self._model = _load(settings.weights)
        self._observations: Observations | None = None
        self._counts = {"predictions": 0, "largest_context": 0}

    def fit(self, observations: Observations) -> None:
        """Take in the observations.

        Raises:
            SimdyhpoError: configurations have more features than the network can read.
        """
        features = observations.features.shape[1]
        if features > _FEATURES:
            raise SimdyhpoError(
                f"FT-PFN reads at most {_FEATURES} features of a configuration (a number is one, a category "
                f"one for each value), but this table has {features}: take another scheduler, 'freeze-thaw'"
            )
        self._observations = observations

    def predict(self, configurations: Integers, resources: Integers) -> tuple[Floats, Floats]:
        """Mean and deviation, (q,) each; lower is better."""
        mean, deviation, _ = self.predict_below(configurations, resources, 0.0)
        return mean, deviation

    def predict_below(
        self, configurations: Integers, resources: Integers, threshold: float
    ) -> tuple[Floats, Floats, Floats]:
        """Mean, deviation, and the logarithm of the probability of a value below the threshold, (q,) each."""
        observed = self._observations
        assert observed is not None, "fit comes first"
        unit = UnitRange.of(observed.values, self._settings.headroom)
        context, number = self._context(observed)
        with one_thread(), torch.no_grad():
            rows = _rows(observed, observed.configurations[context], observed.resources[context], number)
            queries = _rows(observed, configurations, resources, number)
            values = torch.from_numpy(unit.apply(observed.values[context])).float()
            logits = self._model(
                (torch.cat([rows, queries])[:, None], values[:, None]), single_eval_pos=len(rows)
            )
            bars = self._model.criterion
            goal = float(unit.apply(np.array([threshold]))[0])
            probability = bars.pi(logits, goal)[:, 0].double()
            mean = bars.mean(logits)[:, 0].double()
            variance = bars.variance(logits)[:, 0].double().clamp_min(0.0)
        self._counts["predictions"] += 1
        self._counts["largest_context"] = max(self._counts["largest_context"], len(context))
        deviation = root(variance) * (unit.worst - unit.ideal)
        chance = probability.clamp(_LEAST, 1.0).log()
        return unit.undo(mean.numpy()), deviation.numpy(), chance.numpy()

    def diagnostics(self) -> Mapping[str, int | float]:
        """Predictions, and the number of observations that the largest context held."""
        return dict(self._counts)

    @staticmethod
    def _context(observed: Observations) -> tuple[Integers, Integers]:
        """(m',) rows of the context; (n,) the curve's number of each configuration, 0 where it has none."""
        seen, first = np.unique(observed.configurations, return_index=True)
        in_order = seen[np.argsort(first)][-_CURVES:]
        number = np.zeros(len(observed.features), dtype=np.int64)
        number[in_order] = np.arange(1, len(in_order) + 1)
        return np.flatnonzero(number[observed.configurations]), number


def _rows(
    observed: Observations, configurations: Integers, resources: Integers, number: Integers
) -> torch.Tensor:
    """(q, 2 + d) rows as the network reads them."""
    head = np.stack([number[configurations], resources / observed.max_resource], axis=1)
    return torch.from_numpy(np.concatenate([head, observed.features[configurations]], axis=1)).float()


def _load(weights: str | None) -> Any:  # noqa: ANN401 - the package's own class
    if importlib.util.find_spec("ifbo") is None:
        raise SimdyhpoError("the scheduler 'ifbo' needs the package 'ifbo': pip install 'simdyhpo[ifbo]'")
    if weights is None:
        raise OptionError(
            "weights",
            None,
            "FT-PFN's trained weights don't travel with the package 'ifbo': download them with it, and give "
            "the path of the unpacked file that ends in .pt",
        )
    path = Path(weights)
    if not path.is_file():
        raise OptionError("weights", weights, "there is no such file; give the path of FT-PFN's .pt file")
    try:
        # The published file is a pickled module, so loading runs what it says: the file must be trusted.
        model = torch.load(path, map_location="cpu", weights_only=False)
    except Exception as error:  # noqa: BLE001 - whatever unpickling somebody's file raises
        raise OptionError(
            "weights", weights, f"it can't be loaded as FT-PFN's model ({one_line(error)})"
        ) from None
    if not isinstance(model, torch.nn.Module) or not hasattr(model, "criterion"):
        raise OptionError(
            "weights",
            weights,
            "it holds no FT-PFN model, a torch module with a `criterion`; give its .pt file",
        )
    return model.eval()
