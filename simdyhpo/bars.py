"""Progress bars that nothing can leave hanging."""

from __future__ import annotations

import threading

from tqdm import tqdm


class Bar(tqdm):  # type: ignore[misc] # tqdm has no types
    """tqdm's bar without its monitor thread and its lock between processes.

    An interrupt can come while that lock is taken, and then the bar's end, and with it the command's, waits
    for ever. Here one thread of one process draws, and a lock that its thread may take again is enough.
    """

    monitor_interval = 0


Bar.set_lock(threading.RLock())
