"""`ray.tune.logger` as luthier has it: what a trial reported, in files of its folder."""

from luthier.compat.support import lazy
from luthier.compat.tune.absences import stand_in
from luthier.compat.tune.logger.csv import CSVLoggerCallback
from luthier.compat.tune.logger.json import JsonLoggerCallback
from luthier.compat.tune.logger.logger import LoggerCallback, pretty_print
from luthier.compat.tune.logger.tensorboardx import TBXLoggerCallback

__all__ = ["CSVLoggerCallback", "JsonLoggerCallback", "LoggerCallback", "TBXLoggerCallback", "pretty_print"]

#: Services with a logger of the peer's, and the native way: a callback of one's own is a dozen lines.
SERVICES = ("Aim", "Comet", "MLflow", "Wandb")
OWN = "Derive a tune.Callback whose on_trial_result sends the result to the service."

__getattr__ = lazy(__name__, {}, {f"{service}LoggerCallback": OWN for service in SERVICES})

stand_in(__name__, {service.lower(): {f"{service}LoggerCallback": OWN} for service in SERVICES})
