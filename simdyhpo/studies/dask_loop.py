"""A client of a Dask scheduler, and the thread in which its messages come and go."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from distributed import Client
    from tornado.ioloop import IOLoop


@functools.cache
def running_loop() -> IOLoop:
    """A loop that runs in a thread of its own, as long as this process does.

    Dask starts such a thread itself where it is given none, but fails with a bare AssertionError if that
    takes more than 10 seconds, as it may on a busy machine. This one takes as long as it takes.
    """
    from tornado.ioloop import IOLoop

    there: Future[IOLoop] = Future()

    async def stay() -> None:
        there.set_result(IOLoop.current())
        await asyncio.Event().wait()

    def run() -> None:
        try:
            # The only kind that tornado likes on every system.
            with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
                runner.run(stay())
        except BaseException as error:
            if there.done():
                raise
            there.set_exception(error)

    threading.Thread(target=run, name="messages of Dask", daemon=True).start()
    return there.result()


def client_at(address: str) -> Client:
    """A client of the scheduler there.

    How long that one is looked for is Dask's own setting, `distributed.comm.timeouts.connect`.

    Raises:
        OSError, ValueError: nobody answers, or this is no address.
        TypeError, RuntimeError: settings for encryption are missing, or forbid this address.
    """
    from distributed import Client

    class Tidy(Client):
        """Dask's own that is refused is closed when Python finds it abandoned, in whichever thread."""

        def __init__(self) -> None:
            try:
                super().__init__(address, loop=running_loop())  # type: ignore[no-untyped-call]
            except BaseException:
                with contextlib.suppress(Exception):
                    self.close()  # type: ignore[no-untyped-call]
                raise

    return Tidy()
