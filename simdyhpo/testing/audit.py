"""An auditor between engine and scheduler: it hears every proposal before the engine does."""

from __future__ import annotations

from typing import Any

from simdyhpo.decisions import Continue, Event, Failed, Proposal, Reported, Resume, Start, Stop, Verdict
from simdyhpo.protocols import Problem, Scheduler
from simdyhpo.scheduler_defaults import PassThrough

ONE_WORKER, MILESTONES, CONFIGURATIONS = "one-worker", "milestones", "configurations"


class Violation(Exception):  # noqa: N818 - it says what happened
    """A proposal that can't be.

    Attributes:
        law: the name of the law that it breaks.
    """

    def __init__(self, law: str, message: str) -> None:
        self.law = law
        super().__init__(message)


class Auditor(PassThrough):
    """Keeps its own books of who runs and who stands where.

    Attributes:
        running: trials on a worker.
        stands: by trial: the resource that it reached.
    """

    def __init__(self, scheduler: Scheduler, problem: Problem) -> None:
        super().__init__(scheduler)
        self._candidates = problem.candidates
        self._largest = problem.max_resource
        self.running: set[int] = set()
        self.stands: dict[int, int] = {}
        self._ended: set[int] = set()

    def ask(self, now_ns: int, /) -> Proposal:
        """Pass it on.

        Raises:
            Violation: the proposal breaks a law.
        """
        proposal = self._scheduler.ask(now_ns)
        if isinstance(proposal, Start):
            if not self._candidates.can_start(proposal.configuration):
                which = proposal.configuration
                raise Violation(
                    CONFIGURATIONS, f"it starts configuration {which}, which is unknown or used up"
                )
            self._check_ahead("a new trial", 0, proposal.milestone)
        elif isinstance(proposal, Resume):
            self._check_resume(proposal)
        return proposal

    def _check_resume(self, proposal: Resume) -> None:
        trial = proposal.trial
        if trial in self.running:
            raise Violation(ONE_WORKER, f"it resumes trial {trial}, which runs on another worker")
        if trial in self._ended or trial not in self.stands:
            raise Violation(ONE_WORKER, f"it resumes trial {trial}, which has ended or never started")
        if proposal.resume_from != self.stands[trial]:
            stands = self.stands[trial]
            raise Violation(
                MILESTONES,
                f"it resumes trial {trial} from resource {proposal.resume_from}, but it stands at {stands}",
            )
        self._check_ahead(f"trial {trial}", proposal.resume_from, proposal.milestone)

    def _check_ahead(self, who: str, stands: int, milestone: int) -> None:
        if not stands < milestone <= self._largest:
            raise Violation(
                MILESTONES,
                f"it sends {who}, which stands at {stands}, to milestone {milestone} of {self._largest}",
            )

    def verdict(self, trial: int, resource: int, /) -> Verdict:
        """Pass it on.

        Raises:
            Violation: the verdict breaks a law.
        """
        verdict = self._scheduler.verdict(trial, resource)
        if isinstance(verdict, Continue):
            self._check_ahead(f"trial {trial}", resource, verdict.milestone)
        return verdict

    def tell(self, event: Event) -> None:
        """Keep the books, and pass it on."""
        if isinstance(event, Reported):
            self.running.discard(event.trial)
            self.stands[event.trial] = event.resource
            if event.complete:
                self._ended.add(event.trial)
        elif isinstance(event, Failed):
            self.running.discard(event.trial)
            self._ended.add(event.trial)
        elif isinstance(event.message, Stop):
            self._ended.add(event.trial)
        else:
            self.running.add(event.trial)
        super().tell(event)


class Listener(PassThrough):
    """Asks each question `times` times, and notes what was said.

    Attributes:
        events: all that the scheduler was told.
        answers: (number of events before it, simulated time, proposal) of each ask.
        changed: the first answer that differed when asked again, in words; None if none did.
    """

    def __init__(self, scheduler: Scheduler, times: int = 1) -> None:
        super().__init__(scheduler)
        self._times = times
        self.events: list[Event] = []
        self.answers: list[tuple[int, int, Proposal]] = []
        self.changed: str | None = None

    def ask(self, now_ns: int, /) -> Proposal:
        """Ask `times` times; the last answer counts."""
        answers = [self._scheduler.ask(now_ns) for _ in range(self._times)]
        self._compare(answers)
        self.answers.append((len(self.events), now_ns, answers[-1]))
        return answers[-1]

    def verdict(self, trial: int, resource: int, /) -> Verdict:
        """Ask `times` times; the last answer counts."""
        answers = [self._scheduler.verdict(trial, resource) for _ in range(self._times)]
        self._compare(answers)
        return answers[-1]

    def _compare(self, answers: list[Any]) -> None:
        others = [answer for answer in answers if what(answer) != what(answers[0])]
        if others and self.changed is None:
            self.changed = f"asked once it says {answers[0]!r}, asked again {others[0]!r}"

    def tell(self, event: Event) -> None:
        """Note it, and pass it on."""
        self.events.append(event)
        super().tell(event)


def what(answer: Any) -> tuple[object, ...]:  # noqa: ANN401 - a proposal or a verdict
    """An answer without its reason, which may hold NaN."""
    fields = [field for field in answer.__struct_fields__ if field != "reason"]
    return (type(answer), *(getattr(answer, field) for field in fields))
