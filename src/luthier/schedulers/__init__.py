"""Schedulers: which trials go on. Every name here is public."""

from luthier.schedulers.asha import ASHA
from luthier.schedulers.hyperband import Hyperband
from luthier.schedulers.median import Median, Percentile
from luthier.schedulers.patience import Patience
from luthier.schedulers.protocol import Scheduler
from luthier.schedulers.threshold import Threshold

__all__ = ["ASHA", "Hyperband", "Median", "Patience", "Percentile", "Scheduler", "Threshold"]
