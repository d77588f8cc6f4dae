"""Many processes: on this machine, on a Dask cluster or on a Ray cluster."""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import logging
import os
import sys
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import CancelledError, Future
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from simdyhpo.errors import SimdyhpoError, one_line
from simdyhpo.processes import Ended, as_they_end, work_through
from simdyhpo.studies.dask_loop import client_at, running_loop
from simdyhpo.studies.guard import guarded

T = TypeVar("T")
R = TypeVar("R")

Kind = Literal["loky", "dask", "ray"]

LOOPBACK = "127.0.0.1"
"""Where a cluster of one's own on this machine listens: no other machine reaches it."""

_DASK_SETTINGS = {
    "distributed.scheduler.allowed-failures": 0,  # the study counts deaths, as on any executor
    "distributed.comm.timeouts.connect": "600s",  # it is there, however busy this machine is
    # A process that died is replaced by its nanny. Who isn't back by then is given up for good, and with the
    # last of them the study would wait for ever.
    "distributed.deploy.lost-worker-timeout": "600s",
    # A process is dead when its connection ends, not when it has been silent for long.
    "distributed.scheduler.worker-ttl": None,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}
"""Of a cluster of one's own."""

_DASK_UNTROUBLED = {"distributed.admin.large-graph-warning-threshold": "1 TiB"}
"""A table that is sent once is as large as it is."""

_RAY_ALONE = "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"
"""Set to 0, Ray forms no cluster with other machines, on any system, and then its processes listen on
loopback only: an address of loopback alone is replaced by one that others reach."""

_RAY_PATIENCE = {
    "RAY_gcs_server_port_wait_time_s": "600",
    "RAY_gcs_server_request_timeout_seconds": "600",
    "RAY_worker_register_timeout_seconds": "600",
    "RAY_health_check_failure_threshold": "200",  # by default 5 answers that fail to come in time mean death
}
"""Of a cluster of one's own: who is slow on a busy machine is neither missing nor dead."""

_RAY_OWN = "local"
"""The address of a cluster of one's own: without it Ray joins one that somebody has started on this machine,
or fails where that one has ended."""

_RAY_STARTS = 5
"""So many times is a cluster of one's own begun: each of its processes has 30 s, whatever is set."""

_PACKAGES = {"dask": "distributed", "ray": "ray"}


def _nothing(_: object) -> None:
    """No file goes along."""


class Pool(msgspec.Struct, frozen=True):
    """Where work is done.

    Attributes:
        kind: "loky" for processes on this machine, "dask" or "ray" for a cluster.
        jobs: how many at once; None for one a core, or all that a cluster has.
        address: of the cluster's scheduler; None for a cluster of its own on this machine.
    """

    kind: Kind = "loky"
    jobs: int | None = None
    address: str | None = None

    @property
    def processes(self) -> int:
        """How many at once on this machine."""
        import joblib

        return self.jobs or int(joblib.cpu_count())

    def check(self) -> None:
        """See that the packages are there, and warn of a Dask scheduler that strangers may use.

        Raises:
            SimdyhpoError: one is missing, or an address is given to this machine's own processes.
        """
        package = _PACKAGES.get(self.kind)
        if package is None:
            if self.address is not None:
                raise SimdyhpoError("--address is for --executor dask or ray; loky's processes are here")
        elif importlib.util.find_spec(package) is None:
            raise SimdyhpoError(
                f"--executor {self.kind} needs the package {package!r}: pip install 'simdyhpo[{self.kind}]'"
            )
        self._warn_of_strangers()

    @property
    def elsewhere(self) -> bool:
        """Whether its processes may be on machines that see other files than this one."""
        return self.kind != "loky"

    def work_through(
        self, work: Callable[..., R], tasks: deque[T], along: Callable[[T], Path | None] = _nothing
    ) -> Generator[Ended[T, R], None, None]:
        """`work` of every task; yields what became of each, in the order in which they end.

        Close the iteration to end the processes.

        Args:
            work: a function that can be pickled.
            tasks: what to work on. Taken out as they begin; more may come while others run.
            along: a file of which `work` gets the content as a second argument; None for a task that goes
                alone. A cluster gets each file once. Of loky's processes, which see all files, none does.

        Raises:
            SimdyhpoError: the cluster can't be reached, or was lost.
        """
        if self.kind == "loky":
            yield from work_through(work, tasks, self.processes)
            return
        cluster = _dask if self.kind == "dask" else _ray
        try:
            with cluster(self.address, self.processes, work) as (submit, lend, deaths):
                lent = functools.cache(lambda path: lend(path.read_bytes()))

                def begin(task: T) -> Future[R]:
                    path = along(task)
                    return submit(task) if path is None else submit(task, lent(path))

                yield from as_they_end(begin, tasks, self.jobs or sys.maxsize, deaths)
        except CancelledError:
            raise SimdyhpoError(
                f"the {self.kind.capitalize()} cluster was lost; what was finished is kept, so run it again"
            ) from None

    def _warn_of_strangers(self) -> None:
        plain = self.kind == "dask" and self.address is not None and not self.address.startswith("tls://")
        host = (self.address or "").rpartition("://")[2].rpartition(":")[0]
        if plain and host not in (LOOPBACK, "localhost", "[::1]"):
            warnings.warn(
                f"{self.address} is neither encrypted nor asks who is there: whoever reaches it can run "
                "programs as you. docs/studies.md says how to use TLS",
                stacklevel=2,
            )


_Cluster = tuple[Callable[..., "Future[Any]"], Callable[[bytes], Any], tuple[type[BaseException], ...]]
"""What begins a task on a cluster, what brings there what goes along with tasks, and the exceptions that say
that a task's process died."""


@contextlib.contextmanager
def _dask(address: str | None, processes: int, work: Callable[..., Any]) -> Iterator[_Cluster]:
    import dask
    from distributed import Client, KilledWorker, LocalCluster

    with contextlib.ExitStack() as stack:
        try:
            if address is None:
                stack.enter_context(dask.config.set(_DASK_SETTINGS))
                cluster = stack.enter_context(
                    LocalCluster(
                        n_workers=processes,
                        threads_per_worker=1,
                        host=LOOPBACK,
                        dashboard_address=None,
                        # Its server runs even where nothing is served, and without this on all interfaces.
                        scheduler_kwargs={"dashboard_address": f"{LOOPBACK}:0"},
                        worker_dashboard_address=None,
                        silence_logs=logging.CRITICAL,
                        loop=running_loop(),
                    )
                )
            client = stack.enter_context(client_at(address) if address else Client(cluster))
        except (OSError, ValueError, TypeError, RuntimeError) as error:
            raise SimdyhpoError(
                f"no Dask scheduler at {address} ({one_line(error)}); check --address, and Dask's settings "
                "(docs/studies.md) if it begins with tls://"
            ) from None
        executor = client.get_executor(pure=False)
        stack.enter_context(dask.config.set(_DASK_UNTROUBLED))
        # A task, not data that is scattered: should all workers that have it die, it is made again.
        lend = functools.partial(client.submit, bytes, priority=1)
        yield functools.partial(executor.submit, work), lend, (KilledWorker,)


@contextlib.contextmanager
def _ray(address: str | None, processes: int, work: Callable[..., Any]) -> Iterator[_Cluster]:
    if address is None:
        os.environ[_RAY_ALONE] = "0"  # these are read when Ray is imported
        for name, value in _RAY_PATIENCE.items():
            os.environ.setdefault(name, value)
    import ray

    with contextlib.ExitStack() as stack:
        if address is None:
            stack.enter_context(guarded())
        stack.callback(ray.shutdown)
        _begin_ray(address, processes)
        yield _ray_tasks(work)


def _begin_ray(address: str | None, processes: int) -> None:
    import ray

    own: dict[str, Any] = {"num_cpus": processes, "include_dashboard": False, "_node_ip_address": LOOPBACK}
    for starts_left in reversed(range(1 if address else _RAY_STARTS)):
        try:
            ray.init(
                address=address or _RAY_OWN,
                log_to_driver=False,
                logging_level=logging.ERROR,
                **({} if address else own),
            )
        except (ConnectionError, ValueError) as error:
            raise SimdyhpoError(f"no Ray cluster at {address} ({error}); check --address") from None
        except Exception as error:  # noqa: BLE001 - it has no class for a start that takes too long
            if not starts_left:
                raise SimdyhpoError(f"Ray doesn't start ({one_line(error)})") from None
            ray.shutdown()
        else:
            return


def _ray_tasks(work: Callable[..., Any]) -> _Cluster:
    import ray
    from ray import exceptions

    @ray.remote(max_retries=0)
    def work_on(*task: object) -> Any:  # noqa: ANN401 - what `work` returns
        return work(*task)

    deaths = (
        exceptions.WorkerCrashedError,
        exceptions.OutOfMemoryError,
        exceptions.NodeDiedError,
        exceptions.ObjectLostError,
    )
    return (lambda *task: work_on.remote(*task).future()), ray.put, deaths
