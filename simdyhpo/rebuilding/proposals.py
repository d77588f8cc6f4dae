"""What a scheduler proposes, beside what a log says was decided."""

from __future__ import annotations

from simdyhpo.decisions import Pause, Proposal, Resume, Start, Stop, Verdict, Wait
from simdyhpo.records import DecisionRecord


def agrees(proposal: Proposal | Verdict, record: DecisionRecord) -> bool:
    """Whether a proposal is what was logged, its reasons aside."""
    match proposal:
        case Start(configuration, milestone, decision):
            said = (record.configuration, record.milestone, record.decision)
            return not record.resume_from and said == (configuration, milestone, decision)
        case Resume(trial, resume_from, milestone, decision):
            logged = (record.trial, record.resume_from, record.milestone, record.decision)
            return logged == (trial, resume_from, milestone, decision)
        case Wait() | Pause():
            return False
        case Stop():
            return record.milestone == record.resume_from
        case _:
            return record.milestone == proposal.milestone


def in_words(proposal: Proposal | Verdict) -> str:
    """A proposal or verdict, e.g. "START_RANDOM configuration 7 to 1"."""
    match proposal:
        case Start(configuration, milestone, decision):
            return f"{decision.name} configuration {configuration} to {milestone}"
        case Resume(trial, resume_from, milestone, decision):
            return f"{decision.name} trial {trial} from {resume_from} to {milestone}"
        case Wait() | Pause() | Stop():
            return type(proposal).__name__.lower()
        case _:
            return f"continue to {proposal.milestone}"
