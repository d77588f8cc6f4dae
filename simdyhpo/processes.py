"""Work in processes of one's own: each has one task at a time, so that a death has one cause.

A process is an executor of its own (loky's, by way of joblib), not one of a pool: where a pool's process
dies, all others go with it, and nobody knows whose task it was.
"""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

import msgspec

from simdyhpo.arithmetic import ONE_THREAD, use_portable

T = TypeVar("T")
R = TypeVar("R")

_CHECKED_EVERY = 0.5
"""Seconds between two looks at whether the parent lives."""
_TO_END = 2.0
"""Seconds that a process has to end in peace after its last task."""


class Ended(msgspec.Struct, Generic[T, R], frozen=True, kw_only=True):
    """What became of a task.

    Attributes:
        task: which.
        result: what the work returned; None if it didn't.
        error: what it raised, or why it couldn't be done; None if it returned.
        died: its process ended before the work did, killed from outside or by what it did.
    """

    task: T
    result: R | None = None
    error: BaseException | None = None
    died: bool = False


def work_through(
    work: Callable[[T], R], tasks: deque[T], processes: int
) -> Generator[Ended[T, R], None, None]:
    """`work` of every task in processes of this machine; yields the tasks in the order in which they end.

    The processes end with the iteration, however it ends, and within a second after this process was
    killed. A process that died is replaced, but its task isn't tried again.

    Args:
        work: a function that can be pickled.
        tasks: what to work on; can be pickled, too. Taken out as they begin; more may come while others run.
        processes: at most so many at once.
    """
    with _Processes() as here:
        yield from as_they_end(functools.partial(here.submit, work), tasks, processes, (BrokenExecutor,))


def as_they_end(
    submit: Callable[[T], Future[R]],
    tasks: deque[T],
    at_once: int,
    deaths: tuple[type[BaseException], ...],
) -> Generator[Ended[T, R], None, None]:
    """What becomes of every task, with any executor.

    Args:
        submit: begins a task.
        tasks: what to submit, in this order; see `work_through`.
        at_once: never are more than so many submitted and not ended.
        deaths: the exceptions that say that a process died.

    Raises:
        CancelledError: the executor gave up.
    """
    under_way = 0
    ended: SimpleQueue[tuple[T, Future[R]]] = SimpleQueue()
    while tasks or under_way:
        while tasks and under_way < at_once:
            task = tasks.popleft()
            submit(task).add_done_callback(lambda future, task=task: ended.put((task, future)))  # type: ignore[misc]
            under_way += 1
        task, future = ended.get()
        under_way -= 1
        error = future.exception()
        if error is None:
            yield Ended(task=task, result=future.result())
        else:
            yield Ended(task=task, error=error, died=isinstance(error, deaths))


@functools.cache
def settle_in() -> None:
    """Once in each process, whatever started it: compute on one thread, so that N processes use N cores.

    (torch has its own limit, set by the surrogates. BLAS on more threads would also change sums.) And by the
    code that processors have in common, as far as a cluster's process has not loaded its libraries before.
    """
    from threadpoolctl import threadpool_limits

    use_portable()
    threadpool_limits(1)


class _Processes(contextlib.AbstractContextManager["_Processes"]):
    """As many as there are tasks at once; each waits for the next task when it has ended one."""

    def __init__(self) -> None:
        self._all: list[Any] = []
        self._free: list[Any] = []
        self._last: dict[int, Future[Any]] = {}

    def submit(self, work: Callable[[T], R], task: T) -> Future[R]:
        """Begin a task in a process that has none."""
        while True:
            executor = self._free.pop() if self._free else self._another()
            try:
                with _deaf_to_interrupts():
                    future: Future[R] = executor.submit(work, task)
            except BrokenExecutor:
                continue  # its process was killed while it had nothing to do
            self._last[id(executor)] = future
            future.add_done_callback(functools.partial(self._give_back, executor))
            return future

    def _another(self) -> Any:  # noqa: ANN401 - loky carries no types
        from joblib.externals.loky import ProcessPoolExecutor

        _start_trackers()
        use_portable()  # inherited
        executor = ProcessPoolExecutor(1, initializer=_begin, initargs=(os.getpid(),), env=ONE_THREAD)
        self._all.append(executor)
        return executor

    def _give_back(self, executor: object, future: Future[Any]) -> None:
        if not isinstance(future.exception(), BrokenExecutor):
            self._free.append(executor)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """End all processes: in peace after their last task, at once if something went wrong."""
        if not self._all:
            return
        with ThreadPoolExecutor(len(self._all)) as closers:
            for executor in self._all:
                closers.submit(self._close, executor, kill=kind is not None)

    def _close(self, executor: Any, *, kill: bool) -> None:  # noqa: ANN401 - loky carries no types
        """End one process.

        A task that its executor's thread hasn't taken up yet would be missed there after a kill, with a
        traceback on stderr; that thread takes it up within milliseconds, on a busy machine in seconds.
        """
        last = self._last.get(id(executor))
        if kill and last is not None:
            for _ in range(3000):
                if last.running() or last.done():
                    break
                time.sleep(0.01)
        executor.shutdown(wait=True, kill_workers=kill)


@functools.cache
def _start_trackers() -> None:
    """Start the processes that tidy up after others; they do it without a word.

    After an interrupt they may find a semaphore gone that somebody else has just tidied up. Nobody can do
    anything about that, and their warning would come after our last line. What is in `sys.warnoptions` is
    handed on to them.
    """
    from multiprocessing import resource_tracker

    from joblib.externals.loky.backend import resource_tracker as lokys

    sys.warnoptions.append("ignore:resource_tracker")
    try:
        lokys.ensure_running()
        resource_tracker.ensure_running()
    finally:
        sys.warnoptions.remove("ignore:resource_tracker")


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Ctrl-C in a terminal reaches every process: a child born here doesn't hear it (see `_begin`)."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(parent: int) -> None:
    """The first that a process does: leave interrupts to its parent, and take care not to outlive it.

    (Until it comes here it reads what to do from a pipe, which ends with the parent. A `KeyboardInterrupt`
    in a task is then the task's own doing.)

    It stays, however much memory its tasks take. Loky's processes leave when they have grown by 300 MB, as
    any does whose first task needs no model and whose second loads torch; the parent warns of that in the
    thread that serves them, and where warnings are errors, that thread dies and the parent waits for ever.
    """
    from joblib.externals.loky import process_executor

    process_executor._MAX_MEMORY_LEAK_SIZE = float("inf")  # noqa: SLF001 - loky has no setting for it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_see_to_the_end, args=(parent,), daemon=True).start()


def _see_to_the_end(parent: int) -> None:
    """End this process when its parent was killed, or when a thread that a task left behind holds it up.

    Nothing is lost, since files are renamed whole.
    """
    work = threading.main_thread()
    while os.getppid() == parent and work.is_alive():
        time.sleep(_CHECKED_EVERY)
    if not work.is_alive():
        time.sleep(_TO_END)
    os._exit(1)
