"""One call: does a scheduler obey the laws?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from simdyhpo.catalog.entries import entry
from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.errors import UnknownNameError
from simdyhpo.testing import basic_laws, same_run_laws
from simdyhpo.testing.audit import CONFIGURATIONS, MILESTONES, ONE_WORKER
from simdyhpo.testing.failures import failures
from simdyhpo.testing.subject import Subject

Law = Callable[[Subject], None]

LAWS: Mapping[str, Law] = {
    ONE_WORKER: basic_laws.one_worker,
    MILESTONES: basic_laws.milestones,
    CONFIGURATIONS: basic_laws.configurations,
    "exhaustion": basic_laws.exhaustion,
    "non-finite": basic_laws.non_finite,
    "wall-time": same_run_laws.wall_time,
    "determinism": same_run_laws.determinism,
    "asking": same_run_laws.asking,
    "told-alone": same_run_laws.told_alone,
    "pending": same_run_laws.pending,
    "workers": basic_laws.workers,
    "directions": same_run_laws.directions,
    "random-starts": same_run_laws.random_starts,
    "all-start": basic_laws.all_start,
    "failures": failures,
    "counts": basic_laws.counts,
    "cost": same_run_laws.cost,
}
"""By name, in the order in which they are checked: what a later one takes for granted comes first.

The first line of each function's docstring is the law.
"""


def check_scheduler(
    scheduler: str | type,
    options: Mapping[str, object] | None = None,
    laws: Iterable[str] | None = None,
) -> None:
    """Check a scheduler against the laws, on small tables; a few seconds at most, unless it fits models.

    Args:
        scheduler: a name of the catalog, `module:Class`, or a class.
        options: its settings by name.
        laws: names of `LAWS`, checked in this order; by default all.

    Raises:
        LawBroken: of the first law that it breaks.
        UnknownNameError, OptionError: there is no such scheduler, option or law.
    """
    given = dict(options or {})
    factory = SchedulerFactory(scheduler, given)
    subject = Subject(factory, "")
    for name in LAWS if laws is None else laws:
        if name not in LAWS:
            raise UnknownNameError("law", name, LAWS)
        known = entry(factory.name) if name == "directions" else None
        if known and known.exact:
            exact = Subject(SchedulerFactory(scheduler, given | dict(known.exact)), name)
            LAWS[name](exact.under(name, LAWS[name]))
            continue
        subject = subject.under(name, LAWS[name])
        LAWS[name](subject)
