"""What each kind of decision means, as a reader needs it."""

from __future__ import annotations

from collections.abc import Mapping

from simdyhpo.decisions import ScheduleDecision

KIND_WORDS: Mapping[ScheduleDecision, str] = {
    ScheduleDecision.PROMOTE_SH: "a paused trial resumes, by the successive-halving rule",
    ScheduleDecision.PROMOTE_DYHPO: "a paused trial resumes: it won DyHPO's scoring",
    ScheduleDecision.START_DYHPO: "a new configuration starts: it won DyHPO's scoring",
    ScheduleDecision.START_RANDOM: "a new configuration starts, drawn at random",
    ScheduleDecision.START_MODEL: "a new configuration starts, chosen by some other model",
    ScheduleDecision.PROMOTE_RUNG: "a paused trial resumes, by a baseline's rung rule",
    ScheduleDecision.CONTINUE: "a running trial passes its milestone and goes on, on the same worker",
    ScheduleDecision.STOP: "a running trial ends for good at its milestone",
    ScheduleDecision.RETRY: "a trial runs again after its worker failed",
}
