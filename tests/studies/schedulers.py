"""Schedulers that misbehave, by way of `module:Class`."""

import os
import signal
from pathlib import Path

import msgspec

from simdyhpo.schedulers.asha import PromotionASHA


class Raising(PromotionASHA):
    """Fails in the middle, as a user's code may."""

    def ask(self, now_ns):
        if now_ns > 0:
            raise ZeroDivisionError("a bug in a scheduler")
        return super().ask(now_ns)


class DyingOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    flag: str


class Dying(PromotionASHA):
    """Kills its process, as the kernel does when memory runs out; once, if `flag` names a file."""

    Options = DyingOptions

    def __init__(self, problem, options):
        super().__init__(problem, PromotionASHA.Options())
        self.flag = Path(options.flag) if options.flag else None

    def ask(self, now_ns):
        if self.flag is None or not self.flag.exists():
            if self.flag is not None:
                self.flag.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().ask(now_ns)
