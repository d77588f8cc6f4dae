"""Schedulers that report something natural, but no counts, at the end."""

import numpy as np

from simdyhpo.schedulers.asha import PromotionASHA


class Mean(PromotionASHA):
    def summary(self):
        return {"rungs": 3, "mean_rung": 1.5}


class Text(PromotionASHA):
    def summary(self):
        return {"phase": "second"}


class Np(PromotionASHA):
    def summary(self):
        return {"rungs": np.int64(3)}


class Diag(PromotionASHA):
    def diagnostics(self):
        return {"loss": "low"}
