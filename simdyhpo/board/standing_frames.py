"""What can be said of a method's place on the board: ranks, tests, wins and losses, in frames and words."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from simdyhpo.analysis.marks import log10_regrets
from simdyhpo.analysis.order_flips import share_words
from simdyhpo.analysis.paired import paired_runs, paired_tests
from simdyhpo.analysis.power import smallest_shown, spread
from simdyhpo.analysis.verdicts import NOT_SHOWN, TOO_FEW, flips_beside, verdict
from simdyhpo.board.ranking import Ranking
from simdyhpo.errors import SimdyhpoError

ABOVE, BELOW = "nearest above", "nearest below"


class StandingFrames:
    """Where one method stands among those of the board, on some of its cells.

    Attributes:
        label: the method's name here.
        found: the ranking of all who have every cell; it is among them unless cells of it failed.
        failures: by table, why cells there failed: then it is ranked on none.
        seconds_per_decision: what a decision cost on this machine: host seconds of a run over its decisions,
            the median over runs; NaN where it isn't known. Never part of simulated time.
        origin: what to say of where the results come from: scheduler, options and the like.
    """

    def __init__(
        self,
        label: str,
        found: Ranking,
        failures: Mapping[str, str],
        seconds_per_decision: float = float("nan"),
        origin: Mapping[str, str] | None = None,
    ) -> None:
        self.label = label
        self.found = found
        self.failures = dict(failures)
        self.seconds_per_decision = seconds_per_decision
        self.origin = dict(origin or {})

    @property
    def ranked(self) -> bool:
        """Whether it has every cell that was looked at."""
        return self.label in self.found.labels

    @property
    def ranking(self) -> pd.DataFrame:
        """One row for each ranked method, the best first; see `Ranking.frame`."""
        return self.found.frame

    @property
    def regrets(self) -> pd.DataFrame:
        """One row for each ranked method, suite and shown mark; see `Ranking.regrets`."""
        return self.found.regrets()

    @property
    def others(self) -> list[str]:
        """The ranked methods of the board, the best first."""
        return [label for label in self.found.labels if label != self.label]

    @property
    def nearest(self) -> dict[str, str]:
        """Who stands just before it and just behind it: `ABOVE` and `BELOW`, where there is one."""
        self._check_ranked()
        labels, place = self.found.labels, self.found.labels.index(self.label)
        near = {ABOVE: labels[place - 1] if place else None, BELOW: dict(enumerate(labels)).get(place + 1)}
        return {where: label for where, label in near.items() if label is not None}

    @functools.cached_property
    def tests(self) -> pd.DataFrame:
        """Every other ranked method against this one, run against run on the same table and seed.

        Columns: see `simdyhpo.analysis.paired.paired_tests`; a negative difference of the logarithm of the
        last regret says that the other has less. And: where (nearest above or below, if it is),
        verdict (what may be said, see `simdyhpo.analysis.verdicts`). Holm's correction is over all of them,
        since who is near is known only from these runs. And: smallest, the smallest true difference that so
        many tables and seeds would show (`simdyhpo.analysis.power`).
        """
        self._check_ranked()
        last = self.found.field.marks[:, -1]
        rows = self.found.field.rows.assign(log10_regret=log10_regrets(last))
        tests = paired_tests(rows, self.others, self.label, "log10_regret")
        near = {label: where for where, label in self.nearest.items()}
        numbers = ("difference", "p_holm", "p_least_holm", "flips")
        said = list(map(verdict, *(tests[name] for name in numbers)))
        beside = list(map(flips_beside, tests["flips"], tests["p_least_holm"]))
        size = (len(self.found.grid.tables), self.found.grid.seeds)
        pairs = [paired_runs(rows, label, self.label, "log10_regret") for label in tests["label"]]
        smallest = [smallest_shown(spread(runs), *size) for runs in pairs]
        where = [near.get(label, "") for label in tests["label"]]
        return tests.assign(flips=beside, smallest=smallest, where=where, verdict=said)

    @functools.cached_property
    def duels(self) -> pd.DataFrame:
        """How many tables are won and lost by means over seeds of the last regret.

        One row for each other ranked method: label; won (this one's is lower), tied, lost.
        """
        self._check_ranked()
        signs = np.sign(self._last_means[self.others].to_numpy() - self._last_means[[self.label]].to_numpy())
        counts = {name: (signs == sign).sum(axis=0) for name, sign in (("won", 1), ("tied", 0), ("lost", -1))}
        return pd.DataFrame({"label": self.others, **counts})

    @functools.cached_property
    def tables(self) -> pd.DataFrame:
        """One row for each table.

        Columns: blackbox, suite; regret (the last, normalised, mean over seeds); rank (1 the lowest);
        best (who has the lowest mean of all) and best_regret.
        """
        self._check_ranked()
        means = self._last_means
        return pd.DataFrame(
            {
                "blackbox": means.index,
                "suite": [self.found.board.suite_of(name) for name in means.index],
                "regret": means[self.label].to_numpy(),
                "rank": means.rank(axis=1)[self.label].to_numpy(),
                "best": means.idxmin(axis=1).to_numpy(),
                "best_regret": means.min(axis=1).to_numpy(),
            }
        )

    @property
    def words(self) -> str:
        """Where it stands, in a sentence or two."""
        if not self.ranked:
            return f"{self.label} is not ranked: {self._why_not()}."
        found = self.found
        row = found.frame.iloc[found.labels.index(self.label)]
        interval = "" if np.isnan(row["low"]) else f" (95 % interval {row['low']:.2f} to {row['high']:.2f})"
        standing = f"place {row['place']} of {len(found.labels)} by mean rank, {row['rank']:.2f}{interval}"
        said, tests = [f"{self.label}: {standing}, on {found.grid.words}."], self.tests.set_index("label")
        for where, label in self.nearest.items():
            said.append(f"{where.capitalize()}: {label}; {_told(tests.loc[label].to_dict(), self.label)}.")
        return " ".join(said)

    @property
    def shown(self) -> list[str]:
        """Who is drawn in colour: this one, the first, those nearest, and random search."""
        near = self.nearest.values() if self.ranked else ()
        wanted = [self.label, *self.found.labels[:1], *near, "random"]
        return [label for label in dict.fromkeys(wanted) if label in self.found.labels]

    def _why_not(self) -> str:
        found, count = self.found, len(self.failures)
        if not count:
            return f"it has {found.left_out.get(self.label, 0)} of {found.grid.size} cells"
        some = "; ".join(f"{table}: {why}" for table, why in list(self.failures.items())[:3])
        of = f"{count} of {len(found.grid.tables)} table{'s' * (len(found.grid.tables) > 1)}"
        return f"it failed on {of} ({some}{'; ...' * (count > 3)})"

    @functools.cached_property
    def _last_means(self) -> pd.DataFrame:
        """A row for each table, a column for each ranked method: the mean last regret."""
        means = self.found.means
        return pd.DataFrame(means.values[:, :, 0], index=means.blackboxes, columns=means.labels)

    def _check_ranked(self) -> None:
        if not self.ranked:
            raise SimdyhpoError(f"{self.words} So there is nothing to compare")


def _told(test: Mapping[str, Any], mine: str) -> str:
    """What a paired test may be said to have shown, whose regret is lower first."""
    p = f"p {test['p_holm']:.3g} after Holm's correction"
    match test["verdict"]:
        case "lower":
            return f"its regret is lower than {mine}'s ({p})"
        case "higher":
            return f"its regret is higher than {mine}'s ({p})"
        case said if said == TOO_FEW:
            return f"too few runs to tell them apart (the smallest p possible is {test['p_least_holm']:.3g})"
        case said if said == "no difference shown" or said in NOT_SHOWN:
            flips = share_words(float(test["flips"])) or "none"
            size = (
                "" if np.isnan(test["smallest"]) else f"; so many runs show {test['smallest']:.2f} in log10"
            )
            return f"{said} ({p}{size}; their order flips in {flips} of draws of tables and seeds)"
    return "their regrets are identical in every run"
