"""Many processes through joblib: on this machine, on a Dask cluster or on a Ray cluster."""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from typing import Any, Literal, TypeVar

import joblib
import msgspec

from simdyhpo.errors import SimdyhpoError

T = TypeVar("T")
R = TypeVar("R")

Kind = Literal["loky", "dask", "ray"]

_PACKAGES = {"dask": "distributed", "ray": "ray"}


class WorkerDied(Exception):  # noqa: N818 - caught by the study, never shown
    """A process of the pool was killed from outside, perhaps for lack of memory."""


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
        return self.jobs or joblib.cpu_count()

    @property
    def parent(self) -> int | None:
        """The process without which the workers should end: a cluster's live on."""
        return os.getpid() if self.kind == "loky" else None

    def check(self) -> None:
        """See that the packages are there.

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

    def work_through(
        self, work: Callable[[T], R], tasks: Sequence[T], on_progress: Callable[[int], None]
    ) -> Iterator[R]:
        """`work` of every task, in the order in which they end.

        Args:
            work: a function that can be pickled, which raises nothing.
            tasks: what to work on.
            on_progress: told how many are done.

        Raises:
            WorkerDied: a process died; what the others did is done.
            SimdyhpoError: the cluster can't be reached, or was lost.
        """
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(self._backend())
                # Ray's backend hands out results only at the end; progress is heard of in either way.
                parallel = _Parallel(
                    return_as="list" if self.kind == "ray" else "generator_unordered",
                    on_progress=on_progress,
                    n_tasks=len(tasks),
                )
                results: Iterable[R] = parallel(joblib.delayed(work)(task) for task in tasks)
                yield from results
            except BrokenExecutor:
                raise WorkerDied from None

    @contextlib.contextmanager
    def _backend(self) -> Iterator[None]:
        if self.kind == "loky":
            with joblib.parallel_config("loky", n_jobs=self.processes, inner_max_num_threads=1):
                yield
        elif self.kind == "dask":
            with _dask(self.address, self.processes), joblib.parallel_config("dask", n_jobs=self.jobs or -1):
                yield
        else:
            with (
                _ray(self.address, self.processes) as cpus,
                joblib.parallel_config("ray", n_jobs=self.jobs or cpus),
            ):
                yield


class _Parallel(joblib.Parallel):  # type: ignore[misc] # joblib carries no types
    """joblib's own, which tells how far it is."""

    def __init__(self, *, return_as: str, on_progress: Callable[[int], None], n_tasks: int) -> None:
        super().__init__(return_as=return_as, max_nbytes=None)
        self._on_progress = on_progress
        self._total = n_tasks

    def print_progress(self) -> None:
        """Called by joblib whenever tasks have ended."""
        self._on_progress(min(self.n_completed_tasks, self._total))


@contextlib.contextmanager
def _dask(address: str | None, processes: int) -> Iterator[Any]:
    from distributed import Client, LocalCluster

    with contextlib.ExitStack() as stack:
        try:
            cluster = address or stack.enter_context(
                LocalCluster(n_workers=processes, threads_per_worker=1, dashboard_address=None)
            )
            client = stack.enter_context(Client(cluster, timeout=10))
        except (OSError, ValueError) as error:
            raise SimdyhpoError(f"no Dask scheduler at {address} ({error}); check --address") from None
        yield client


@contextlib.contextmanager
def _ray(address: str | None, processes: int) -> Iterator[int]:
    import ray
    from ray.util.joblib import register_ray

    try:
        ray.init(
            address=address,
            num_cpus=None if address else processes,
            include_dashboard=False if address is None else None,
            log_to_driver=False,
            logging_level=logging.ERROR,
        )
    except (ConnectionError, ValueError) as error:
        raise SimdyhpoError(f"no Ray cluster at {address} ({error}); check --address") from None
    try:
        register_ray()
        yield int(ray.cluster_resources().get("CPU", processes))
    finally:
        ray.shutdown()
