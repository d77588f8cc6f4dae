"""The laws that every scheduler obeys, for schedulers of the catalog and for yours.

>>> from simdyhpo.testing import check_scheduler
>>> check_scheduler("asha", {"reduction_factor": 4})
"""

from simdyhpo.testing.broken import LawBroken
from simdyhpo.testing.check import LAWS, check_scheduler

__all__ = ["LAWS", "LawBroken", "check_scheduler"]
