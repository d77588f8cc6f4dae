"""Schedulers that misbehave, by way of `module:Class`."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import msgspec

from simdyhpo.decisions import Reason, Start
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


class SpeechlessError(Exception):
    def __str__(self):
        raise LookupError("no words")


class MuteError(Exception):
    def __str__(self):
        return None  # noqa: PLE0307 - that is the fault


class BadOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    how: str


class Bad(PromotionASHA):
    """Does what no scheduler should, in its second decision or later."""

    Options = BadOptions

    def __init__(self, problem, options):
        super().__init__(problem, PromotionASHA.Options())
        self.how = options.how

    def ask(self, now_ns):
        decision = super().ask(now_ns)
        return getattr(self, self.how)(decision) if now_ns > 0 else decision

    def exits(self, decision):
        sys.exit()

    def exits_well(self, decision):
        sys.exit(0)

    def interrupts(self, decision):
        raise KeyboardInterrupt

    def signals(self, decision):
        os.kill(os.getpid(), signal.SIGINT)
        return decision

    def closes(self, decision):
        raise GeneratorExit

    def names_a_file(self, decision):
        raise FileNotFoundError("no file " + os.fsdecode(b"caf\xe9.txt"))

    def has_no_words(self, decision):
        raise SpeechlessError

    def says_nothing(self, decision):
        raise MuteError

    def says_much(self, decision):
        raise ValueError("x" * 5_000_000)

    def says_lines(self, decision):
        raise ValueError("\n\nthe first\nthe second\n")

    def dies_of_thirst(self, decision):
        raise MemoryError

    def never_ends(self, decision):
        return self.never_ends(decision)

    def gives_a_word_for_a_number(self, decision):
        if not isinstance(decision, Start):
            return decision
        return Start(decision.configuration, decision.milestone, decision.decision, Reason(score="high"))

    def leaves_a_thread(self, decision):
        threading.Thread(target=time.sleep, args=(600,)).start()
        return decision

    def moves(self, decision):
        os.chdir("/")
        return decision

    def shuts_up(self, decision):
        sys.stdout.close()
        sys.stderr.close()
        return decision

    def is_deaf(self, decision):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        return decision
